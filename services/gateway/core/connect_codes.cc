#include "services/gateway/core/connect_codes.h"

#include <array>

namespace safehaven::gateway {
namespace {

struct ConnectMeaning {
  absl::StatusCode code;
  absl::string_view name;
  int http_status;
};

constexpr std::array<ConnectMeaning, 17> kMeanings = {{
    {absl::StatusCode::kOk, "ok", 200},
    {absl::StatusCode::kCancelled, "canceled", 499},
    {absl::StatusCode::kUnknown, "unknown", 500},
    {absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
    {absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
    {absl::StatusCode::kNotFound, "not_found", 404},
    {absl::StatusCode::kAlreadyExists, "already_exists", 409},
    {absl::StatusCode::kPermissionDenied, "permission_denied", 403},
    {absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
    {absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
    {absl::StatusCode::kAborted, "aborted", 409},
    {absl::StatusCode::kOutOfRange, "out_of_range", 400},
    {absl::StatusCode::kUnimplemented, "unimplemented", 501},
    {absl::StatusCode::kInternal, "internal", 500},
    {absl::StatusCode::kUnavailable, "unavailable", 503},
    {absl::StatusCode::kDataLoss, "data_loss", 500},
    {absl::StatusCode::kUnauthenticated, "unauthenticated", 401},
}};

const ConnectMeaning& MeaningOf(absl::StatusCode code) {
  for (const ConnectMeaning& meaning : kMeanings) {
    if (meaning.code == code) return meaning;
  }
  return kMeanings[2];
}

}  // namespace

absl::string_view ConnectCode(absl::StatusCode code) { return MeaningOf(code).name; }

int HttpStatusOf(absl::StatusCode code) { return MeaningOf(code).http_status; }

}  // namespace safehaven::gateway
