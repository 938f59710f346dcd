#include "libs/server/log_service.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libs/base/status.h"
#include "safehaven/log/v1/log_service.pb.h"

namespace safehaven {
namespace {

constexpr char kService[] = "safehaven.log.v1.LogService";

absl::StatusOr<log::v1::ProveConsistencyResponse> ProveConsistency(
    const LogServiceHooks& hooks, const Call& call,
    const log::v1::ProveConsistencyRequest& request) {
  if (request.first_size() < 1 || request.first_size() > request.second_size()) {
    return InvalidArgument("FIELD_INVALID", "first_size is 1 to second_size");
  }
  SH_ASSIGN_OR_RETURN(const uint64_t size, hooks.size(call.deadline()));
  if (request.second_size() > size) {
    return Failure(absl::StatusCode::kOutOfRange, "LOG_SIZE_UNKNOWN",
                   "the log is not as long as second_size");
  }
  SH_ASSIGN_OR_RETURN(
      std::vector<std::string> proof,
      hooks.prove_consistency(request.first_size(), request.second_size(), call.deadline()));
  log::v1::ProveConsistencyResponse response;
  for (std::string& hash : proof) response.add_proof(std::move(hash));
  return response;
}

absl::StatusOr<log::v1::ReadLogResponse> ReadLog(const LogServiceHooks& hooks, const Call& call,
                                                 const log::v1::ReadLogRequest& request) {
  SH_RETURN_IF_ERROR(hooks.authorise_reader(call, request.evidence()));
  SH_ASSIGN_OR_RETURN(const uint64_t size, hooks.size(call.deadline()));
  const uint64_t wanted =
      request.count() == 0 ? kLogEntriesDefault : std::min(request.count(), kLogEntriesMax);
  const uint64_t begin = std::min(request.begin(), size);
  const uint64_t end = begin + std::min(wanted, size - begin);
  SH_ASSIGN_OR_RETURN(std::vector<LogLeaf> leaves, hooks.read(begin, end, call.deadline()));
  if (leaves.size() != end - begin) {
    return DataLoss("LOG_LEAVES_MISSING", "the log holds fewer leaves than it counts");
  }
  log::v1::ReadLogResponse response;
  for (size_t index = 0; index < leaves.size(); ++index) {
    log::v1::LogEntry* entry = response.add_entries();
    entry->set_index(begin + index);
    entry->set_kind(leaves[index].kind);
    entry->set_commitment(std::move(leaves[index].commitment));
    entry->set_salt(std::move(leaves[index].salt));
    entry->set_body(std::move(leaves[index].body));
  }
  response.set_size(size);
  response.set_complete(end == size);
  return response;
}

}  // namespace

void RegisterLogService(MethodRegistry& registry, LogServiceHooks hooks) {
  // Shared by the handlers, which live as long as the server's registry.
  const auto shared = std::make_shared<const LogServiceHooks>(std::move(hooks));
  registry.Unary<log::v1::GetCheckpointRequest, log::v1::GetCheckpointResponse>(
      kService, "GetCheckpoint",
      [shared](const Call& call, const log::v1::GetCheckpointRequest&)
          -> absl::StatusOr<log::v1::GetCheckpointResponse> {
        log::v1::GetCheckpointResponse response;
        SH_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), shared->checkpoint(call.deadline()));
        return response;
      });
  registry.Unary<log::v1::ProveConsistencyRequest, log::v1::ProveConsistencyResponse>(
      kService, "ProveConsistency",
      [shared](const Call& call, const log::v1::ProveConsistencyRequest& request) {
        return ProveConsistency(*shared, call, request);
      });
  registry.Unary<log::v1::AddCosignatureRequest, log::v1::AddCosignatureResponse>(
      kService, "AddCosignature",
      [shared](const Call&, const log::v1::AddCosignatureRequest& request)
          -> absl::StatusOr<log::v1::AddCosignatureResponse> {
        SH_RETURN_IF_ERROR(shared->add_cosigned(request.checkpoint()));
        return log::v1::AddCosignatureResponse();
      });
  registry.Unary<log::v1::GetCosignedRequest, log::v1::GetCosignedResponse>(
      kService, "GetCosigned",
      [shared](const Call&, const log::v1::GetCosignedRequest&) -> absl::StatusOr<log::v1::GetCosignedResponse> {
        log::v1::GetCosignedResponse response;
        for (std::string& note : shared->cosigned()) response.add_checkpoints(std::move(note));
        return response;
      });
  registry.Unary<log::v1::ReadLogRequest, log::v1::ReadLogResponse>(
      kService, "ReadLog", [shared](const Call& call, const log::v1::ReadLogRequest& request) {
        return ReadLog(*shared, call, request);
      });
}

}  // namespace safehaven
