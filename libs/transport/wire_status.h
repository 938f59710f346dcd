// Statuses across the wire, whole: code, message and reason in both directions.
//
// The details of a status travel as google.rpc.Status in the trailing metadata,
// which is what every gRPC implementation reads. What leaves a server is cleaned
// first: only google.rpc details go out, and an internal failure keeps its reason
// but not its message, because messages of libraries hold paths and addresses.
// Pure functions; thread-safe.
#ifndef SAFEHAVEN_LIBS_TRANSPORT_WIRE_STATUS_H_
#define SAFEHAVEN_LIBS_TRANSPORT_WIRE_STATUS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"

namespace safehaven {

// What of `status` a caller may see. INTERNAL and UNKNOWN, and any failure without a
// reason (which no code of ours makes on purpose), lose their message; the new one
// names `call_id`, under which the log holds the cause. Reason UNEXPECTED is given
// where there was none. OK stays OK.
absl::Status ForTheWire(const absl::Status& status, absl::string_view call_id);

// Every detail of a google.rpc type goes with it.
grpc::Status ToGrpc(const absl::Status& status);

// The reverse. A status of gRPC itself (no details: a broken connection, a deadline)
// gets a reason of its own: UNREACHABLE, DEADLINE_PASSED, CALL_CANCELLED, or
// TRANSPORT_FAILED for any other code.
absl::Status FromGrpc(const grpc::Status& status);

// `status` with the hint to come again after `delay`, 1 ms to 1 hour.
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);

// The hint, if `status` has one.
std::optional<absl::Duration> RetryAfterOf(const absl::Status& status);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_TRANSPORT_WIRE_STATUS_H_
