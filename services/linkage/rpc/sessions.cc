#include "services/linkage/rpc/sessions.h"

#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kSessionIdBytes = 16;

std::vector<std::string> SourcesOf(const Question& question) {
  std::set<std::string> sources;
  for (const std::string& dataset : question.datasets) sources.insert(std::string(FindDataset(dataset)->source));
  return {sources.begin(), sources.end()};
}

bool IsOver(const LinkSession& session, absl::Time now) {
  return now - absl::FromUnixMillis(session.permit.accept_unix_ms()) > kSessionLifeMax;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const LinkSession>> Sessions::Open(const Call& call, const AdmittedCall& admitted,
                                                                  const std::string& request_id) {
  const Warrant& warrant = admitted.warrant;
  const std::string request = absl::StrCat(request_id, "\n", absl::BytesToHexString(warrant.caller_digest));
  absl::MutexLock lock(&mutex_);
  DropOver();
  if (const auto earlier = requests_.find(request); earlier != requests_.end()) return sessions_.at(earlier->second);
  if (sessions_.size() >= kSessionsMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "SESSIONS_TOO_MANY", "too many sessions are open");
  }
  auto session = std::make_shared<LinkSession>();
  session->id = absl::BytesToHexString(randomness_.Bytes(kSessionIdBytes));
  session->authority = warrant.crosswalk;
  session->caller = warrant.caller_digest;
  session->role = warrant.role;
  session->thumbprint = call.peer().thumbprint;
  session->environment_key = warrant.environment_key;
  session->sources = SourcesOf(admitted.question);
  session->objection_revision = warrant.objection_revision;
  session->permit.set_warrant_index(admitted.leaf_index);
  session->permit.set_consent_incarnation(admitted.incarnation);
  session->permit.set_accept_unix_ms(absl::ToUnixMillis(clock_.Now()));
  session->reference_key = MakeKey(randomness_);
  requests_[request] = session->id;
  sessions_[session->id] = session;
  return session;
}

absl::StatusOr<std::shared_ptr<const LinkSession>> Sessions::Find(const Call& call, const std::string& id) const {
  std::shared_ptr<const LinkSession> session;
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = sessions_.find(id); found != sessions_.end()) session = found->second;
  }
  const bool own = session != nullptr && session->thumbprint == call.peer().thumbprint;
  if (!own || IsOver(*session, clock_.Now())) {
    return PermissionDenied("SESSION_UNKNOWN", "there is no such session for this caller: open one");
  }
  SH_RETURN_IF_ERROR(gate_.CheckPermit(session->permit));
  return session;
}

void Sessions::DropOver() {
  const absl::Time now = clock_.Now();
  std::erase_if(sessions_, [now](const auto& entry) { return IsOver(*entry.second, now); });
  std::erase_if(requests_, [this](const auto& entry) { return !sessions_.contains(entry.second); });
}

}  // namespace safehaven::linkage
