// Reads a model folder: model.yaml, the CSV tables that it names, and inputs.yaml if
// there is one.
#ifndef SAFEHAVEN_CLI_COSTING_MODEL_FOLDER_H_
#define SAFEHAVEN_CLI_COSTING_MODEL_FOLDER_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/costing/inputs.h"
#include "services/costing/core/model.h"

namespace safehaven::cli {

struct ModelFolder {
  costing::CostModel model;
  CostInputs inputs;
  // Files that were read, with the hex digits of their SHA-256; by name.
  std::vector<std::pair<std::string, std::string>> file_digests;
  // The same files' texts by name; the model's own is "model.yaml" whatever it is called.
  std::map<std::string, std::string> files;
};

// `path` is the folder, or model.yaml itself. The failures of ParseCostModel() and
// ParseCostInputs(), those of CSV files, and NOT_FOUND with FILE_UNREADABLE; messages
// begin with the file.
absl::StatusOr<ModelFolder> ReadModelFolder(const std::string& path);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_MODEL_FOLDER_H_
