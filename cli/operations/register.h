// Plans and applies a directory of register files.
#ifndef SAFEHAVEN_CLI_OPERATIONS_REGISTER_H_
#define SAFEHAVEN_CLI_OPERATIONS_REGISTER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/session/session.h"
#include "safehaven/consent/v1/consent_service.pb.h"

namespace safehaven::cli {

// All *.yaml and *.yml below `directory`, in order of path, named as below it. They are
// read as the service reads them before anything is sent, so that a fault is told with
// its file, line and field: failures of LoadRegisterDirectory(); NOT_FOUND with reason
// FILE_UNREADABLE if there is no file.
absl::StatusOr<std::vector<consent::v1::RegisterFile>> ReadRegisterDirectory(const std::string& directory);

// With a person who keeps the register, also the questions that would flip.
absl::StatusOr<consent::v1::PlanRegisterResponse> PlanRegister(Session& session,
                                                              const std::vector<consent::v1::RegisterFile>& files,
                                                              const std::optional<std::string>& person);

// `approver` may be empty where the change only narrows.
absl::StatusOr<consent::v1::ApplyRegisterResponse> ApplyRegister(Session& session,
                                                                const std::vector<consent::v1::RegisterFile>& files,
                                                                const std::string& proposer,
                                                                const std::string& approver);

// The same with a request id of the caller's: what was proposed with it, and has waited
// its time, is applied.
struct SignedChange {
  std::string proposer;
  std::string approver;
  std::string request_id;  // UUID
};
absl::StatusOr<consent::v1::ApplyRegisterResponse> ApplyRegister(Session& session,
                                                                const std::vector<consent::v1::RegisterFile>& files,
                                                                const SignedChange& change);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_OPERATIONS_REGISTER_H_
