#include "cli/operations/rejects.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/load/split.h"
#include "cli/session/context.h"
#include "libs/base/status.h"

namespace safehaven::cli {

absl::StatusOr<std::string> WriteRejects(const std::string& path, const std::vector<RowFault>& faults) {
  if (faults.empty()) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return std::string();
  }
  SH_RETURN_IF_ERROR(WriteFile(path, RejectsCsv(faults)));
  return path;
}

absl::Status AndRejects(const absl::Status& status, const std::string& rejects_file) {
  if (rejects_file.empty()) return status;
  return Failure(status.code(), ReasonOf(status), absl::StrCat(status.message(), "; the faults are in ", rejects_file),
                 MetadataOf(status));
}

}  // namespace safehaven::cli
