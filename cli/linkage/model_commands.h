// What `safehaven linkage ...` does: models as files, and why two records are or are not
// one person's. All on files alone, in this process.
#ifndef SAFEHAVEN_CLI_LINKAGE_MODEL_COMMANDS_H_
#define SAFEHAVEN_CLI_LINKAGE_MODEL_COMMANDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/linkage/link_files.h"
#include "services/linkage/core/model_yaml.h"

namespace safehaven::cli {

// Reads a model file. NOT_FOUND with reason FILE_NOT_READ, or as ParseModelFile.
absl::StatusOr<linkage::ModelFile> ReadModelFile(const std::string& path);

// Writes to `out` a model for the columns of the plan's inputs, not trained.
absl::Status InitModel(const LinkFilesPlan& plan, const std::string& out);

// Trains the plan's model ("auto": the default one) on its inputs and writes it to `out`.
absl::Status TrainModel(const LinkFilesPlan& plan, const std::string& out);

// A model for people to read: columns, weights of levels, rules.
std::string ShowModel(const linkage::ModelFile& file);

// What differs between two models, one line each; "" if nothing does.
std::string DiffModels(const linkage::ModelFile& a, const linkage::ModelFile& b);

struct ExplainPlan {
  // NAME:ROW, rows from 1 without the header.
  std::string a;
  std::string b;
  // Show the values compared, to somebody who may see them?
  bool values = false;
  // File for the waterfall as a picture; "" for none.
  std::string svg;
  // File for a picture of the clusters of both; "" for none.
  std::string cluster_svg;
};

// Links the plan's inputs and prints why the two records are, or are not, one person's.
// INVALID_ARGUMENT with reason RECORD_UNKNOWN.
absl::Status ExplainRecords(const LinkFilesPlan& plan, const ExplainPlan& explain);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_MODEL_COMMANDS_H_
