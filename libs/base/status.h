// Statuses that carry a machine-readable reason, and the macros that pass them on.
//
// Every failure has a canonical code, a message for people and exactly one reason
// (UPPER_SNAKE) for programs. The reason travels as a google.rpc.ErrorInfo payload,
// so that it crosses a gRPC border whole. Messages and metadata never hold an
// identifier of a person. Thread-safe: values only.
#ifndef SAFEHAVEN_LIBS_BASE_STATUS_H_
#define SAFEHAVEN_LIBS_BASE_STATUS_H_

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace safehaven {

// The payload type under which a reason is kept.
inline constexpr char kErrorInfoTypeUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";

// A failure with `reason` (UPPER_SNAKE) and a message that a developer can act on.
// `metadata` are facts about the cause, none of them an identifier.
absl::Status Failure(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                     const std::map<std::string, std::string>& metadata = {});

// Shorthands for the commonest codes.
inline absl::Status InvalidArgument(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kInvalidArgument, reason, message);
}
inline absl::Status PermissionDenied(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kPermissionDenied, reason, message);
}
inline absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kFailedPrecondition, reason, message);
}
inline absl::Status NotFound(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kNotFound, reason, message);
}
inline absl::Status Unavailable(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kUnavailable, reason, message);
}
inline absl::Status DataLoss(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kDataLoss, reason, message);
}
inline absl::Status Internal(absl::string_view reason, absl::string_view message) {
  return Failure(absl::StatusCode::kInternal, reason, message);
}

// The reason of `status`, or "" if it has none.
std::string ReasonOf(const absl::Status& status);

// The metadata of the reason of `status`; empty if it has none.
std::map<std::string, std::string> MetadataOf(const absl::Status& status);

// `status` with `context` and ": " before its message; payloads are kept. OK stays OK.
absl::Status WithContext(const absl::Status& status, absl::string_view context);

namespace base_internal {
inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status) {
  return status.status();
}
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);
}  // namespace base_internal

}  // namespace safehaven

// Returns the failure of `expression` from the enclosing function, if it fails.
#define SH_RETURN_IF_ERROR(expression)                                                   \
  do {                                                                                   \
    auto sh_status_or_value = (expression);                                              \
    if (!sh_status_or_value.ok())                                                        \
      return ::safehaven::base_internal::StatusOf(sh_status_or_value);                   \
  } while (false)

#define SH_CONCAT_INNER(a, b) a##b
#define SH_CONCAT(a, b) SH_CONCAT_INNER(a, b)

// `lhs = value of expression`, or returns its failure.
#define SH_ASSIGN_OR_RETURN(lhs, expression) \
  SH_ASSIGN_OR_RETURN_IMPL(SH_CONCAT(sh_or_, __LINE__), lhs, expression)
#define SH_ASSIGN_OR_RETURN_IMPL(temporary, lhs, expression) \
  auto temporary = (expression);                             \
  if (!temporary.ok()) return temporary.status();            \
  lhs = std::move(temporary).value()

// For programmer errors, always on. Never for input from outside.
#define SH_CHECK(condition)                                                      \
  do {                                                                           \
    if (!(condition))                                                            \
      ::safehaven::base_internal::CheckFailed(__FILE__, __LINE__, #condition);   \
  } while (false)

#endif  // SAFEHAVEN_LIBS_BASE_STATUS_H_
