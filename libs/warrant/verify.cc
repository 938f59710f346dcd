#include "libs/warrant/verify.h"

#include "libs/base/status.h"

namespace safehaven {
namespace {

// Clocks of services are kept closer than callers' clocks: a warrant lives seconds.
constexpr absl::Duration kServiceSkewMax = absl::Seconds(5);

}  // namespace

absl::Status CheckWarrantTerms(const Warrant& warrant, uint64_t leaf_index, const WarrantExpectation& expectation) {
  if (warrant.audience != expectation.audience) {
    return PermissionDenied("WARRANT_AUDIENCE", "the warrant is for another service");
  }
  if (warrant.presenter_thumbprint != expectation.presenter_thumbprint) {
    return PermissionDenied("WARRANT_PRESENTER", "the warrant was issued to another presenter");
  }
  if (warrant.question_digest != expectation.question_digest) {
    return PermissionDenied("WARRANT_QUESTION", "the warrant is for another question");
  }
  if (warrant.operation != expectation.operation) {
    return PermissionDenied("WARRANT_OPERATION", "the warrant is for another operation");
  }
  if (leaf_index < expectation.floor) {
    return PermissionDenied("WARRANT_SUPERSEDED", "the register was narrowed since: ask for a new decision");
  }
  if (warrant.issue_time < expectation.start_time - kServiceSkewMax) {
    return PermissionDenied("WARRANT_BEFORE_START", "the warrant is older than this service's start");
  }
  if (warrant.issue_time > expectation.now + kServiceSkewMax) {
    return PermissionDenied("WARRANT_NOT_YET", "the warrant was issued in our future: compare the clocks");
  }
  if (expectation.now >= warrant.expire_time) {
    return PermissionDenied("WARRANT_EXPIRED", "the warrant has expired: ask for a new decision");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
