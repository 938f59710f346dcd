// Where the data of a costing run on files lie and what their columns are called
// (docs/formats.md, "Inputs of a run on files"). A model folder may hold `inputs.yaml`;
// without it the layout and names of the sample region apply. Values; pure.
#ifndef SAFEHAVEN_CLI_COSTING_INPUTS_H_
#define SAFEHAVEN_CLI_COSTING_INPUTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/base/money.h"
#include "services/costing/core/model.h"

namespace safehaven::cli {

// How days are written: 2025-04-01 (a time may follow after T or a blank), or 01/04/2025.
enum class DayFormat { kIso, kUk };

// One file and its names for our columns.
struct InputFile {
  std::string file;  // below the input folder
  std::map<std::string, std::string> columns;    // ours -> theirs; a name that is not here is the same
  std::map<std::string, std::string> constants;  // ours -> the text that every row has
  std::map<std::string, int> decimals;           // number column -> decimals kept: 12.34 with 2 is 1234
  DayFormat day_format = DayFormat::kIso;
  std::optional<uint64_t> row_count;  // data rows; a file with another number is refused
  std::string sha256;                 // 64 hex digits; a file with another hash is refused; empty: any

  friend bool operator==(const InputFile&, const InputFile&) = default;

  // Their name for one of our columns.
  const std::string& NameOf(const std::string& ours) const {
    const auto at = columns.find(ours);
    return at == columns.end() ? ours : at->second;
  }
};

struct CostInputs {
  InputFile ledger;
  std::optional<InputFile> income;
  std::map<std::string, InputFile> datasets;  // of the model's feeds
  std::optional<Money> audited_total;  // what the audited accounts say the ledger adds to
};

// Most decimals that a number column keeps.
inline constexpr int kDecimalsMax = 8;

// The inputs of `model`. `yaml` is empty if the model has no inputs.yaml.
// INVALID_ARGUMENT with reason COST_INPUTS_INVALID, metadata "line" and "field".
absl::StatusOr<CostInputs> ParseCostInputs(absl::string_view yaml, const costing::CostModel& model);

// FAILED_PRECONDITION with reason INPUT_CHANGED if the file that has this hash (64 hex
// digits) is not the one that the inputs name.
absl::Status CheckHash(const InputFile& input, absl::string_view sha256);

// A day as a file writes it. INVALID_ARGUMENT with reason DATE_INVALID.
absl::StatusOr<CivilDay> ParseInputDay(absl::string_view text, DayFormat format);

// A whole number with `decimals` decimals kept: "12.5" with 2 is 1250. Decimals beyond
// must be 0. INVALID_ARGUMENT with reason NUMBER_MALFORMED; empty text is 0.
absl::StatusOr<int64_t> ParseScaled(absl::string_view text, int decimals);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_COSTING_INPUTS_H_
