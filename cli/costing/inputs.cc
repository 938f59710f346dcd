#include "cli/costing/inputs.h"

#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/yaml_fields.h"

namespace safehaven::cli {
namespace {

using costing::YamlFields;
using Field = YamlFields::Field;
using Fields = YamlFields::Fields;

constexpr char kFormat[] = "safehaven-cost-inputs/1";
constexpr size_t kInputsBytesMax = 1 << 20;

absl::StatusOr<std::map<std::string, std::string>> TextMap(YamlFields& yaml, const Field& field) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml.Map(field));
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : fields) {
    if (!value.node.IsScalar()) return yaml.Refuse(value, "must be a text");
    texts.emplace(key, value.node.Scalar());
  }
  return texts;
}

absl::StatusOr<InputFile> ReadInputFile(YamlFields& yaml, const Field& field) {
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml.Object(field, {.required = {"file"},
                                          .optional = {"columns", "constants", "decimals", "day_format", "rows", "sha256"}}));
  InputFile input;
  SH_ASSIGN_OR_RETURN(input.file, yaml.Text(fields.at("file")));
  if (input.file.find("..") != std::string::npos || input.file.front() == '/') {
    return yaml.Refuse(fields.at("file"), "must be a path below the input folder");
  }
  if (fields.contains("columns")) {
    SH_ASSIGN_OR_RETURN(input.columns, TextMap(yaml, fields.at("columns")));
  }
  if (fields.contains("constants")) {
    SH_ASSIGN_OR_RETURN(input.constants, TextMap(yaml, fields.at("constants")));
  }
  if (fields.contains("decimals")) {
    SH_ASSIGN_OR_RETURN(const Fields decimals, yaml.Map(fields.at("decimals")));
    for (const auto& [column, value] : decimals) {
      SH_ASSIGN_OR_RETURN(const int64_t count, yaml.Integer(value));
      if (count < 0 || count > kDecimalsMax) return yaml.Refuse(value, absl::StrCat("must be 0 to ", kDecimalsMax));
      input.decimals.emplace(column, static_cast<int>(count));
    }
  }
  if (fields.contains("rows")) {
    SH_ASSIGN_OR_RETURN(const int64_t rows, yaml.Integer(fields.at("rows")));
    if (rows < 0) return yaml.Refuse(fields.at("rows"), "must be 0 or more");
    input.row_count = static_cast<uint64_t>(rows);
  }
  if (fields.contains("sha256")) {
    SH_ASSIGN_OR_RETURN(input.sha256, yaml.Text(fields.at("sha256")));
    if (input.sha256.size() != 64 || input.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return yaml.Refuse(fields.at("sha256"), "must be 64 hexadecimal digits");
    }
  }
  if (fields.contains("day_format")) {
    SH_ASSIGN_OR_RETURN(const std::string format, yaml.Text(fields.at("day_format")));
    if (format != "iso" && format != "uk") return yaml.Refuse(fields.at("day_format"), "must be iso or uk");
    input.day_format = format == "iso" ? DayFormat::kIso : DayFormat::kUk;
  }
  return input;
}

}  // namespace

absl::StatusOr<CostInputs> ParseCostInputs(absl::string_view yaml_text, const costing::CostModel& model) {
  CostInputs inputs;
  inputs.ledger.file = absl::StrCat("ledgers/", model.provider, ".csv");
  for (const costing::Feed& feed : model.feeds) {
    inputs.datasets[feed.dataset].file = absl::StrCat("extracts/", feed.dataset, ".csv");
  }
  if (yaml_text.empty()) return inputs;
  const costing::ModelTables no_tables;
  YamlFields yaml("COST_INPUTS_INVALID", no_tables);
  SH_ASSIGN_OR_RETURN(const Field document, yaml.Parse(yaml_text, kInputsBytesMax));
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml.Object(document, {.required = {"format"},
                                             .optional = {"ledger", "income", "datasets", "audited_total"}}));
  SH_ASSIGN_OR_RETURN(const std::string format, yaml.Text(fields.at("format")));
  if (format != kFormat) return yaml.Refuse(fields.at("format"), absl::StrCat("must be ", kFormat));
  if (fields.contains("ledger")) {
    SH_ASSIGN_OR_RETURN(inputs.ledger, ReadInputFile(yaml, fields.at("ledger")));
  }
  if (fields.contains("income")) {
    SH_ASSIGN_OR_RETURN(inputs.income, ReadInputFile(yaml, fields.at("income")));
  }
  if (fields.contains("audited_total")) {
    SH_ASSIGN_OR_RETURN(inputs.audited_total, yaml.Amount(fields.at("audited_total")));
  }
  if (!fields.contains("datasets")) return inputs;
  SH_ASSIGN_OR_RETURN(const Fields datasets, yaml.Map(fields.at("datasets")));
  for (const auto& [dataset, field] : datasets) {
    if (!inputs.datasets.contains(dataset)) return yaml.Refuse(field, "is the data set of no feed of the model");
    SH_ASSIGN_OR_RETURN(inputs.datasets[dataset], ReadInputFile(yaml, field));
  }
  return inputs;
}

absl::Status CheckHash(const InputFile& input, absl::string_view sha256) {
  if (input.sha256.empty() || input.sha256 == sha256) return absl::OkStatus();
  return FailedPrecondition("INPUT_CHANGED", "the file is not the one whose hash the inputs name: half written, or another");
}

absl::StatusOr<CivilDay> ParseInputDay(absl::string_view text, DayFormat format) {
  if (format == DayFormat::kIso) {
    if (text.size() > 10 && (text[10] == 'T' || text[10] == ' ')) text = text.substr(0, 10);
    return CivilDay::Parse(text);
  }
  if (text.size() < 10 || text[2] != '/' || text[5] != '/') {
    return InvalidArgument("DATE_INVALID", "a day is written as 31/03/2026");
  }
  return CivilDay::Parse(absl::StrCat(text.substr(6, 4), "-", text.substr(3, 2), "-", text.substr(0, 2)));
}

absl::StatusOr<int64_t> ParseScaled(absl::string_view text, int decimals) {
  if (text.empty()) return 0;
  const absl::Status malformed = InvalidArgument("NUMBER_MALFORMED", "is no number, or has more decimals than are kept");
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  int64_t value = 0;
  int kept = -1;  // -1: no point seen yet
  bool has_digits = false;
  for (const char c : text) {
    if (c == '.' && kept < 0 && has_digits) {
      kept = 0;
      continue;
    }
    if (c < '0' || c > '9') return malformed;
    has_digits = true;
    if (kept >= decimals) {
      if (c != '0') return malformed;
      continue;
    }
    if (kept >= 0) ++kept;
    if (__builtin_mul_overflow(value, int64_t{10}, &value) || __builtin_add_overflow(value, int64_t{c - '0'}, &value)) {
      return malformed;
    }
  }
  if (!has_digits) return malformed;
  for (int i = kept < 0 ? 0 : kept; i < decimals; ++i) {
    if (__builtin_mul_overflow(value, int64_t{10}, &value)) return malformed;
  }
  return negative ? -value : value;
}

}  // namespace safehaven::cli
