#include "libs/transport/wire_status.h"

#include <algorithm>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr char kDetailPrefix[] = "type.googleapis.com/google.rpc.";
constexpr char kRetryInfoTypeUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr absl::Duration kRetryDelayMin = absl::Milliseconds(1);
constexpr absl::Duration kRetryDelayMax = absl::Hours(1);

// A peer is not trusted to send few details.
constexpr int kDetailsMax = 16;

// Both enums follow google.rpc.Code; the casts below rely on it.
static_assert(static_cast<int>(absl::StatusCode::kUnauthenticated) ==
              static_cast<int>(grpc::StatusCode::UNAUTHENTICATED));
static_assert(static_cast<int>(absl::StatusCode::kDataLoss) ==
              static_cast<int>(grpc::StatusCode::DATA_LOSS));

bool IsWireDetail(absl::string_view url) { return absl::StartsWith(url, kDetailPrefix); }

const char* ReasonOfTransport(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE: return "UNREACHABLE";
    case grpc::StatusCode::DEADLINE_EXCEEDED: return "DEADLINE_PASSED";
    case grpc::StatusCode::CANCELLED: return "CALL_CANCELLED";
    default: return "TRANSPORT_FAILED";
  }
}

}  // namespace

absl::Status ForTheWire(const absl::Status& status, absl::string_view call_id) {
  if (status.ok()) return status;
  const std::string reason = ReasonOf(status);
  const bool internal = status.code() == absl::StatusCode::kInternal ||
                        status.code() == absl::StatusCode::kUnknown || reason.empty();
  if (internal) {
    return Failure(status.code(), reason.empty() ? "UNEXPECTED" : reason,
                   absl::StrCat("the cause is in the server's log under call ", call_id));
  }
  absl::Status clean(status.code(), status.message());
  status.ForEachPayload([&clean](absl::string_view url, const absl::Cord& bytes) {
    if (IsWireDetail(url)) clean.SetPayload(url, bytes);
  });
  return clean;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(std::string(status.message()));
  status.ForEachPayload([&wire](absl::string_view url, const absl::Cord& bytes) {
    if (!IsWireDetail(url)) return;
    google::protobuf::Any* detail = wire.add_details();
    detail->set_type_url(std::string(url));
    detail->set_value(std::string(bytes));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), wire.message(),
                      wire.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  absl::Status result(code, status.error_message());
  google::rpc::Status wire;
  if (!status.error_details().empty() && wire.ParseFromString(status.error_details())) {
    const int count = std::min(wire.details_size(), kDetailsMax);
    for (int index = 0; index < count; ++index) {
      const google::protobuf::Any& detail = wire.details(index);
      if (IsWireDetail(detail.type_url())) {
        result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
      }
    }
  }
  if (!ReasonOf(result).empty()) return result;
  return Failure(code, ReasonOfTransport(status.error_code()), status.error_message());
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  delay = std::clamp(delay, kRetryDelayMin, kRetryDelayMax);
  google::rpc::RetryInfo info;
  const int64_t seconds = absl::ToInt64Seconds(delay);
  info.mutable_retry_delay()->set_seconds(seconds);
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(delay - absl::Seconds(seconds))));
  status.SetPayload(kRetryInfoTypeUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

std::optional<absl::Duration> RetryAfterOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryInfoTypeUrl);
  google::rpc::RetryInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  const absl::Duration delay = absl::Seconds(info.retry_delay().seconds()) +
                               absl::Nanoseconds(info.retry_delay().nanos());
  return std::clamp(delay, kRetryDelayMin, kRetryDelayMax);
}

}  // namespace safehaven
