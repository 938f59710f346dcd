#include "libs/ingest/csv.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_text_check.h"

namespace safehaven {
absl::Status CsvReader::FileFault(absl::string_view reason, absl::string_view message) const {
  return CsvFault(row_line_, reason, message);
}

absl::StatusOr<CsvReader> CsvReader::Make(absl::string_view text, CsvLimits limits) {
  SH_RETURN_IF_ERROR(CheckCsvText(text));
  CsvReader reader(text, limits);
  SH_ASSIGN_OR_RETURN(const bool any, reader.ReadRow());
  if (!any) return CsvFault(1, "CSV_EMPTY", "the file is empty: a header line is required");
  for (const absl::string_view name : reader.fields_) reader.columns_.emplace_back(name);
  // By place, not by name: where a file has no header, its first line is a record.
  std::map<absl::string_view, size_t> seen;
  for (size_t i = 0; i < reader.columns_.size(); ++i) {
    const auto [first, is_new] = seen.emplace(reader.columns_[i], i);
    if (is_new) continue;
    return CsvFault(1, "CSV_COLUMN_DOUBLED", absl::StrCat("columns ", first->second + 1, " and ", i + 1, " have the same name"));
  }
  return reader;
}

std::optional<size_t> CsvReader::Find(absl::string_view column) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == column) return i;
  }
  return std::nullopt;
}

absl::StatusOr<bool> CsvReader::Next() {
  fault_.reset();
  SH_ASSIGN_OR_RETURN(const bool any, ReadRow());
  if (any && fields_.size() != columns_.size()) {
    fault_ = RowFault{.line = row_line_,
                      .column = "",
                      .reason = "CSV_FIELD_COUNT",
                      .message = absl::StrCat("the row has ", fields_.size(), " fields, the header ", columns_.size())};
  }
  return any;
}

absl::StatusOr<bool> CsvReader::ReadRow() {
  fields_.clear();
  unquoted_count_ = 0;
  unquoted_.reserve(limits_.column_count_max);
  row_begin_ = position_;
  row_line_ = line_;
  if (position_ >= text_.size()) return false;
  while (true) {
    if (fields_.size() == limits_.column_count_max) return FileFault("CSV_COLUMNS_TOO_MANY", "too many columns");
    if (position_ < text_.size() && text_[position_] == '"') {
      SH_RETURN_IF_ERROR(ReadQuoted());
    } else {
      const size_t begin = position_;
      while (position_ < text_.size() && text_[position_] != ',' && text_[position_] != '\n') {
        if (text_[position_] == '"') return FileFault("CSV_QUOTE_MISPLACED", "a quotation mark inside an unquoted field");
        ++position_;
      }
      size_t size = position_ - begin;
      const bool line_end = position_ == text_.size() || text_[position_] == '\n';
      if (line_end && size > 0 && text_[begin + size - 1] == '\r') --size;
      fields_.push_back(text_.substr(begin, size));
    }
    if (position_ - row_begin_ > limits_.line_bytes_max) {
      return FileFault("CSV_LINE_TOO_LONG", absl::StrCat("the row is longer than ", limits_.line_bytes_max, " bytes"));
    }
    if (position_ == text_.size()) return true;
    if (text_[position_++] == '\n') {
      ++line_;
      return true;
    }
  }
}

// At an opening quotation mark; leaves position_ at the comma or line end after it.
absl::Status CsvReader::ReadQuoted() {
  const size_t begin = ++position_;
  bool doubled = false;
  while (true) {
    if (position_ - row_begin_ > limits_.line_bytes_max) {
      return FileFault("CSV_LINE_TOO_LONG", "a quoted field is too long, or its quotation mark never closes");
    }
    if (position_ == text_.size()) return FileFault("CSV_QUOTE_UNCLOSED", "a quotation mark never closes");
    if (text_[position_] == '\n') ++line_;
    if (text_[position_++] != '"') continue;
    if (position_ == text_.size() || text_[position_] != '"') break;
    doubled = true;
    ++position_;
  }
  absl::string_view field = text_.substr(begin, position_ - 1 - begin);
  if (doubled) {
    if (unquoted_count_ == unquoted_.size()) unquoted_.emplace_back();
    std::string& whole = unquoted_[unquoted_count_++];
    whole.clear();
    for (size_t i = 0; i < field.size(); ++i) {
      whole.push_back(field[i]);
      if (field[i] == '"') ++i;
    }
    field = whole;
  }
  fields_.push_back(field);
  const absl::string_view rest = text_.substr(position_, 2);
  if (rest == "\r" || rest == "\r\n") ++position_;
  if (position_ < text_.size() && text_[position_] != ',' && text_[position_] != '\n') {
    return FileFault("CSV_QUOTE_MISPLACED", "text after a closing quotation mark");
  }
  return absl::OkStatus();
}

}  // namespace safehaven
