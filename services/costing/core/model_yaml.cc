#include "services/costing/core/model_yaml.h"

#include "libs/base/status.h"
#include "services/costing/core/model_reader.h"

namespace safehaven::costing {

absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml) { return ParseCostModel(yaml, {}); }

absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml, const ModelTables& tables) {
  try {
    return ModelReader(tables).Read(yaml);
  } catch (const YAML::Exception& error) {
    return Failure(absl::StatusCode::kInvalidArgument, "COST_MODEL_INVALID", error.what());
  }
}

}  // namespace safehaven::costing
