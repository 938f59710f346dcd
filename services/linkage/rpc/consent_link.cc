#include "services/linkage/rpc/consent_link.h"

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

// Answers to one reading; each holds some 65,536 objections.
constexpr int kAnswersMax = 10'000;

std::string ReasonFor(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason.empty() ? "FAILED" : reason;
}

}  // namespace

absl::Status ConsentLink::PollConsent() {
  const absl::Status polled = consent_.Poll();
  const absl::StatusOr<Heartbeat> heartbeat = consent_.Fresh();
  if (!heartbeat.ok()) {
    readiness_.NotMet("consent", ReasonFor(polled.ok() ? heartbeat.status() : polled));
    return polled.ok() ? heartbeat.status() : polled;
  }
  readiness_.Met("consent");
  absl::MutexLock lock(&mutex_);
  announced_ = {.incarnation = heartbeat->incarnation, .size = heartbeat->objections_size};
  announced_changed_.SignalAll();
  return polled;
}

absl::Status ConsentLink::PollObjections(absl::Duration wait) {
  const absl::Status waiting = publications_.PublishWaiting();
  Revision announced;
  {
    absl::MutexLock lock(&mutex_);
    if (followed_.Covers(announced_)) announced_changed_.WaitWithTimeout(&mutex_, wait);
    // Nothing is announced before the first heartbeat.
    if (announced_.incarnation.empty() || followed_.Covers(announced_)) return waiting;
    announced = announced_;
  }
  const absl::Status status = Follow(announced);
  if (status.ok()) {
    readiness_.Met("objections");
  } else {
    readiness_.NotMet("objections", ReasonFor(status));
  }
  return status;
}

absl::Status ConsentLink::Follow(const Revision& announced) {
  SH_RETURN_IF_ERROR(ReadUpTo(announced));
  SH_RETURN_IF_ERROR(publications_.PublishObjections(book_.View()));
  absl::MutexLock lock(&mutex_);
  followed_ = book_.revision();
  return absl::OkStatus();
}

absl::Status ConsentLink::ReadUpTo(const Revision& announced) {
  for (int i = 0; i < kAnswersMax; ++i) {
    SH_ASSIGN_OR_RETURN(const consent::v1::ReadObjectionsResponse answer, read_(book_.revision().size));
    // The heartbeat is signed; the answer has to be of the same history.
    if (answer.incarnation() != announced.incarnation) {
      return FailedPrecondition("INCARNATION_CHANGED", "consent's objections are of another incarnation");
    }
    SH_RETURN_IF_ERROR(book_.Take(answer));
    if (answer.complete()) {
      if (book_.revision().Covers(announced)) return absl::OkStatus();
      return Unavailable("OBJECTIONS_INCOMPLETE", "consent announced objections that it does not give");
    }
  }
  return Unavailable("OBJECTIONS_INCOMPLETE", "consent's objections do not end");
}

Revision ConsentLink::followed() const {
  absl::MutexLock lock(&mutex_);
  return followed_;
}

}  // namespace safehaven::linkage
