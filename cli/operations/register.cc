#include "cli/operations/register.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/register/register_files.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr char kConsent[] = "safehaven.consent.v1.ConsentService";
constexpr size_t kFileBytesMax = 8u << 20;

}  // namespace

absl::StatusOr<std::vector<consent::v1::RegisterFile>> ReadRegisterDirectory(const std::string& directory) {
  SH_ASSIGN_OR_RETURN(const std::vector<std::string> paths, RegisterFilesBelow(directory));
  if (paths.empty()) return NotFound("FILE_UNREADABLE", absl::StrCat(directory, ": no register files (*.yaml, *.yml) there"));
  SH_RETURN_IF_ERROR(LoadRegisterDirectory(directory));
  std::vector<consent::v1::RegisterFile> files;
  for (const std::string& path : paths) {
    consent::v1::RegisterFile file;
    file.set_name(std::filesystem::path(path).lexically_relative(directory));
    SH_ASSIGN_OR_RETURN(*file.mutable_text(), ReadFile(path, kFileBytesMax));
    files.push_back(std::move(file));
  }
  return files;
}

absl::StatusOr<consent::v1::PlanRegisterResponse> PlanRegister(Session& session,
                                                              const std::vector<consent::v1::RegisterFile>& files,
                                                              const std::optional<std::string>& person) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(kToolProgram, "consent"));
  consent::v1::PlanRegisterRequest request;
  request.mutable_files()->Assign(files.begin(), files.end());
  if (person.has_value()) {
    SH_ASSIGN_OR_RETURN(*request.mutable_evidence(), session.PersonEvidence(*person));
  }
  return consent->CallUnary<consent::v1::PlanRegisterResponse>(kConsent, "PlanRegister", request, {});
}

absl::StatusOr<consent::v1::ApplyRegisterResponse> ApplyRegister(Session& session,
                                                                const std::vector<consent::v1::RegisterFile>& files,
                                                                const std::string& proposer,
                                                                const std::string& approver) {
  return ApplyRegister(session, files, {proposer, approver, NewUuid(session.randomness())});
}

absl::StatusOr<consent::v1::ApplyRegisterResponse> ApplyRegister(Session& session,
                                                                const std::vector<consent::v1::RegisterFile>& files,
                                                                const SignedChange& change) {
  SH_ASSIGN_OR_RETURN(Client * consent, session.Connect(kToolProgram, "consent"));
  consent::v1::ApplyRegisterRequest request;
  request.mutable_files()->Assign(files.begin(), files.end());
  SH_ASSIGN_OR_RETURN(*request.mutable_proposer(), session.PersonEvidence(change.proposer));
  if (!change.approver.empty()) {
    SH_ASSIGN_OR_RETURN(*request.mutable_approver(), session.PersonEvidence(change.approver));
  }
  request.set_request_id(change.request_id);
  return consent->CallUnary<consent::v1::ApplyRegisterResponse>(kConsent, "ApplyRegister", request, {});
}

}  // namespace safehaven::cli
