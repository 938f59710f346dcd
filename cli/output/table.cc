#include "cli/output/table.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/http/json_text.h"

namespace safehaven::cli {
namespace {

// What a protected answer shows where it shows nothing (docs/architecture.md, "Protection").
constexpr absl::string_view kWithheld = "suppressed";

// Characters, not bytes: continuation bytes of UTF-8 take no place.
size_t WidthOf(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// "-12.50": what is read from its right end. A day or an age band is not.
bool IsNumber(absl::string_view text) {
  text = absl::StripPrefix(text, "-");
  const size_t point = std::min(text.find('.'), text.size());
  const auto digits = [](absl::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == absl::string_view::npos;
  };
  return digits(text.substr(0, point)) && (point == text.size() || digits(text.substr(point + 1)));
}

// Columns that stand on the right: numbers, and what stands in for a number that is withheld.
std::vector<bool> NumberColumns(const TextTable& table) {
  std::vector<bool> numbers(table.columns.size(), false);
  for (size_t i = 0; i < numbers.size(); ++i) {
    bool any = false, all = true;
    for (const auto& row : table.rows) {
      any = any || IsNumber(row[i]);
      all = all && (IsNumber(row[i]) || row[i].empty() || row[i] == kWithheld);
    }
    numbers[i] = any && all;
  }
  return numbers;
}

std::string Aligned(const TextTable& table) {
  std::vector<size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(WidthOf(column));
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  const std::vector<bool> right = NumberColumns(table);
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string whole;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string pad(widths[i] - WidthOf(cells[i]), ' ');
      absl::StrAppend(&whole, i == 0 ? "" : "  ", right[i] ? pad : "", cells[i], right[i] ? "" : pad);
    }
    absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(whole), "\n");
  };
  line(table.columns);
  std::vector<std::string> rules;
  for (const size_t width : widths) rules.emplace_back(width, '-');
  line(rules);
  for (const auto& row : table.rows) line(row);
  return text;
}

std::string Csv(const TextTable& table) {
  std::string text;
  const auto line = [&text](const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const bool quote = cells[i].find_first_of(",\"\n\r") != std::string::npos;
      absl::StrAppend(&text, i == 0 ? "" : ",",
                      quote ? absl::StrCat("\"", absl::StrReplaceAll(cells[i], {{"\"", "\"\""}}), "\"") : cells[i]);
    }
    text.push_back('\n');
  };
  line(table.columns);
  for (const auto& row : table.rows) line(row);
  return text;
}

std::string Json(const TextTable& table) {
  std::string text = "[";
  for (size_t r = 0; r < table.rows.size(); ++r) {
    absl::StrAppend(&text, r == 0 ? "\n  {" : ",\n  {");
    for (size_t i = 0; i < table.columns.size(); ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ", ", JsonQuote(table.columns[i]), ": ", JsonQuote(table.rows[r][i]));
    }
    text.push_back('}');
  }
  absl::StrAppend(&text, table.rows.empty() ? "]\n" : "\n]\n");
  return text;
}

}  // namespace

absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view name) {
  if (name == "table") return OutputFormat::kTable;
  if (name == "json") return OutputFormat::kJson;
  if (name == "csv") return OutputFormat::kCsv;
  return InvalidArgument("NAME_UNKNOWN", "an output is table, json or csv");
}

std::string Format(const TextTable& table, OutputFormat format) {
  switch (format) {
    case OutputFormat::kJson: return Json(table);
    case OutputFormat::kCsv: return Csv(table);
    case OutputFormat::kTable: break;
  }
  return Aligned(table);
}

std::string Describe(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return absl::StrCat(absl::StatusCodeToString(status.code()), reason.empty() ? "" : " ", reason, ": ", status.message());
}

int ExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk: return 0;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kAlreadyExists: return 3;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition: return 4;
    case absl::StatusCode::kUnauthenticated: return 5;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted: return 6;
    case absl::StatusCode::kDataLoss: return 7;
    default: return 1;
  }
}

}  // namespace safehaven::cli
