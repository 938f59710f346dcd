#include "cli/linkage/read_table.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/linkage/table_rows.h"
#include "cli/session/context.h"
#include "libs/base/status.h"
#include "services/linkage/core/table/recognise.h"

namespace safehaven::cli {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Words by which programs write that there is no value.
bool IsNothing(absl::string_view value) {
  constexpr absl::string_view kWords[] = {"NA", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", "\\N", "-", "?"};
  return value.size() <= 4 && std::find(std::begin(kWords), std::end(kWords), value) != std::end(kWords);
}

std::string FromLatin1(absl::string_view text) {
  std::string utf8;
  utf8.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8.push_back(c);
    } else {
      utf8.push_back(static_cast<char>(0xC0 | byte >> 6));
      utf8.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return utf8;
}

// The separator that the first line has most of.
char SeparatorOf(absl::string_view text) {
  const absl::string_view line = text.substr(0, text.find('\n'));
  char best = ',';
  ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t', '|'}) {
    const ptrdiff_t count = std::count(line.begin(), line.end(), candidate);
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

// Names made different from one another; a column without a name gets one.
std::vector<std::string> ColumnNames(const std::vector<absl::string_view>& header) {
  std::vector<std::string> names;
  for (const absl::string_view field : header) {
    std::string name = field.empty() ? absl::StrCat("unnamed_", names.size() + 1) : std::string(field);
    while (std::find(names.begin(), names.end(), name) != names.end()) absl::StrAppend(&name, "_again");
    names.push_back(std::move(name));
  }
  return names;
}

// Text with line feeds where lines end in carriage returns alone; "" if they do not.
std::string WithLineFeeds(absl::string_view text) {
  if (text.find('\n') != absl::string_view::npos || text.find('\r') == absl::string_view::npos) return "";
  std::string lines(text);
  std::replace(lines.begin(), lines.end(), '\r', '\n');
  return lines;
}

// The columns that the header names, none with a value yet.
linkage::Table EmptyTable(absl::string_view name, const std::vector<absl::string_view>& header) {
  linkage::Table table;
  table.name = std::string(name);
  for (std::string& column : ColumnNames(header)) {
    table.columns.emplace_back();
    table.columns.back().name = std::move(column);
  }
  return table;
}

// What is wrong with a row, if anything. `nameless_last`: a header that ends in a separator
// has one column more than any row needs.
std::optional<TableFault> FaultOf(const TableRows& rows, const std::vector<absl::string_view>& fields, size_t width,
                                  bool nameless_last) {
  TableFault fault = {.line = rows.line(), .row = 0, .reason = "", .left_out = false};
  // A trailing separator is no field.
  const bool is_long = fields.size() > width + 1 || (fields.size() == width + 1 && !fields.back().empty());
  const bool is_short = fields.size() < width && !(nameless_last && fields.size() + 1 == width);
  if (rows.row_bytes() > kTableRowBytesMax) {
    fault.reason = "ROW_TOO_LARGE";
  } else if (is_long) {
    fault.reason = "ROW_TOO_LONG";
  } else if (is_short) {
    fault.reason = "ROW_TOO_SHORT";
  } else if (rows.stray_quote()) {
    fault.reason = "QUOTE_STRAY";
  } else {
    return std::nullopt;
  }
  fault.left_out = rows.row_bytes() > kTableRowBytesMax || is_long;
  return fault;
}

void AddRow(const std::vector<absl::string_view>& fields, const std::vector<bool>& listed, linkage::Table& table) {
  ++table.row_count;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    linkage::TableColumn& column = table.columns[c];
    const absl::string_view value = c < fields.size() ? fields[c] : absl::string_view();
    if (listed[c]) {
      if (!IsNothing(value)) column.listed.append(value.data(), value.size());
      column.ends.push_back(static_cast<uint32_t>(column.listed.size()));
      continue;
    }
    column.codes.push_back(IsNothing(value) ? linkage::kNoCode : column.values.Intern(value));
  }
}

}  // namespace

uint64_t ReadTableResult::FaultCount(absl::string_view reason) const {
  return static_cast<uint64_t>(
      std::count_if(faults.begin(), faults.end(), [&](const TableFault& fault) { return fault.reason == reason; }));
}

uint32_t ReadTableResult::RowNumber(uint32_t index) const {
  // Of the rows left out, entry k has left_out - k - 1 records before it.
  const auto after = std::partition_point(rows_left_out.begin(), rows_left_out.end(), [&](const uint32_t& left_out) {
    return left_out - static_cast<uint32_t>(&left_out - rows_left_out.data()) <= index + 1;
  });
  return index + 1 + static_cast<uint32_t>(after - rows_left_out.begin());
}

absl::StatusOr<ReadTableResult> ParseTable(absl::string_view name, absl::string_view text, absl::string_view truth) {
  if (!text.empty() && std::memchr(text.data(), '\0', text.size()) != nullptr) {
    return InvalidArgument("CSV_NUL_BYTE", absl::StrCat(name, ": a NUL byte: this is not a text file"));
  }
  ReadTableResult result;
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  std::string utf8;
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    utf8 = FromLatin1(text);
    text = utf8;
    result.converted = true;
  }
  const std::string lines = WithLineFeeds(text);
  if (!lines.empty()) {
    text = lines;
    result.carriage_returns = true;
  }
  result.separator = SeparatorOf(text);
  TableRows rows(name, text, result.separator);
  std::vector<absl::string_view> fields;
  SH_ASSIGN_OR_RETURN(const bool has_header, rows.Next(fields));
  if (!has_header) {
    return InvalidArgument("CSV_EMPTY", absl::StrCat(name, ": the file is empty: a header line is required"));
  }
  if (fields.size() > kTableColumnsMax) {
    return InvalidArgument("CSV_COLUMNS_TOO_MANY", absl::StrCat(name, ": more than ", kTableColumnsMax, " columns"));
  }
  const bool nameless_last = fields.back().empty();
  linkage::Table& table = result.table;
  table = EmptyTable(name, fields);
  std::vector<bool> listed;
  for (const linkage::TableColumn& column : table.columns) {
    const std::optional<linkage::ColumnUse> use = linkage::UseByName(column.name);
    listed.push_back(column.name == truth || use == linkage::ColumnUse::kRecordId);
  }
  for (uint32_t row = 1;; ++row) {
    SH_ASSIGN_OR_RETURN(const bool has_row, rows.Next(fields));
    if (!has_row) break;
    std::optional<TableFault> fault = FaultOf(rows, fields, table.columns.size(), nameless_last);
    if (fault.has_value()) {
      fault->row = row;
      result.faults.push_back(*fault);
      if (fault->left_out) result.rows_left_out.push_back(row);
    }
    if (!fault.has_value() || !fault->left_out) AddRow(fields, listed, table);
  }
  if (table.row_count == 0 && result.faults.empty()) {
    return InvalidArgument("CSV_NO_ROWS", absl::StrCat(name, ": there is no row after the header"));
  }
  return result;
}

absl::StatusOr<ReadTableResult> ReadTable(absl::string_view name, const std::string& path, absl::string_view truth) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kTableBytesMax));
  return ParseTable(name, text, truth);
}

absl::Status CheckFaults(const ReadTableResult& read, uint64_t fault_per_mille_max) {
  const uint64_t rows = read.table.row_count + read.rows_left_out.size();
  if (read.faults.size() * 1000 <= rows * fault_per_mille_max) return absl::OkStatus();
  const TableFault& first = read.faults.front();
  return InvalidArgument("TOO_MANY_FAULTS",
                         absl::StrCat(read.table.name, ": ", read.faults.size(), " of ", rows,
                                      " rows have a fault; the limit (--fault-limit) is ", fault_per_mille_max,
                                      " in a thousand. The first: line ", first.line, ": ", first.reason));
}

}  // namespace safehaven::cli
