// Reads a cost model from its YAML text (docs/formats.md, "Cost model").
//
// Strict: an unknown key, a missing key, a wrong shape, a duplicated id or a
// reference to nothing refuses the text, because a model that was half understood
// would lose money silently. Knows no file: the caller adds the name. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_YAML_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_YAML_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/model.h"
#include "services/costing/core/yaml_fields.h"

namespace safehaven::costing {

// Longest text that is read.
inline constexpr size_t kModelBytesMax = 16 * 1024 * 1024;

// The model, for which CheckModel() holds. INVALID_ARGUMENT with reason
// COST_MODEL_INVALID, message "line 12: pools[3].kind: why" and metadata "line" and
// "field" otherwise. Fields of a table say its name first, and have it as metadata "file".
absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml);

// The same with tables beside the document: `pools`, `ledger_map`, `resources`,
// `activities`, `links`, `drivers`, `feeds`, `income_map`, `matching.rules`, support
// statistics and tables of weights may each be {file: NAME}.
absl::StatusOr<CostModel> ParseCostModel(absl::string_view yaml, const ModelTables& tables);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_YAML_H_
