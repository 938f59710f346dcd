#include "libs/ingest/csv_rows.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_text_check.h"

namespace safehaven {
namespace {

// Bytes indexed at a time: index and text stay in the second-level cache.
constexpr size_t kWindow = 64 * 1024;

}  // namespace

CsvRows::CsvRows(absl::string_view text) : text_(text), fields_(kCsvColumnsMax), offsets_(kWindow) {}

absl::StatusOr<CsvRows> CsvRows::Make(absl::string_view text) {
  SH_RETURN_IF_ERROR(CheckCsvText(text));
  CsvRows reader(text);
  SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
  if (!any) return CsvFault(1, "CSV_EMPTY", "the file is empty: a header line is required");
  std::set<absl::string_view> seen;
  for (size_t i = 0; i < reader.field_count_; ++i) {
    if (!seen.insert(reader.fields_[i]).second) {
      return CsvFault(1, "CSV_COLUMN_DOUBLED", absl::StrCat("column ", i + 1, " has the name of another"));
    }
    reader.columns_.emplace_back(reader.fields_[i]);
  }
  return reader;
}

std::optional<size_t> CsvRows::Find(absl::string_view column) const {
  const auto at = std::find(columns_.begin(), columns_.end(), column);
  if (at == columns_.end()) return std::nullopt;
  return static_cast<size_t>(at - columns_.begin());
}

void CsvRows::Refill() {
  window_begin_ = window_end_;
  window_end_ = std::min(text_.size(), window_begin_ + kWindow);
  offset_count_ = IndexCsv(text_.data() + window_begin_, window_end_ - window_begin_, state_, offsets_.data());
  next_offset_ = 0;
}

absl::StatusOr<bool> CsvRows::Next() {
  row_begin_ = position_;
  line_ = next_line_;
  field_count_ = 0;
  unquoted_count_ = 0;
  if (position_ >= text_.size()) return false;
  while (true) {
    while (next_offset_ == offset_count_ && window_end_ < text_.size()) {
      if (window_end_ - row_begin_ > 2 * kCsvRowBytesMax) break;
      Refill();
    }
    const bool at_end = next_offset_ == offset_count_;
    const size_t end = at_end ? text_.size() : window_begin_ + offsets_[next_offset_++];
    if (at_end && state_.is_inside) return Fault("CSV_QUOTE_UNCLOSED", "a quotation mark never closes");
    if (end - row_begin_ > kCsvRowBytesMax) {
      return Fault("CSV_LINE_TOO_LONG", absl::StrCat("the row is longer than ", kCsvRowBytesMax, " bytes"));
    }
    if (field_count_ == kCsvColumnsMax) return Fault("CSV_COLUMNS_TOO_MANY", "too many columns");
    const bool is_last = at_end || text_[end] == '\n';
    size_t size = end - position_;
    if (is_last && size > 0 && text_[position_ + size - 1] == '\r') --size;
    absl::string_view field = text_.substr(position_, size);
    if (state_.has_any) {
      SH_ASSIGN_OR_RETURN(field, Unquote(field));
    }
    fields_[field_count_++] = field;
    position_ = end + 1;
    if (!is_last) continue;
    next_line_ = line_ + 1;
    // Only quoted fields hold line ends of their own.
    if (state_.has_any) {
      next_line_ += static_cast<uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(row_begin_),
                                                     text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    }
    return true;
  }
}

// The field without its quotation marks, if it has any. Marks elsewhere than around
// the whole field are a fault of the file.
absl::StatusOr<absl::string_view> CsvRows::Unquote(absl::string_view field) {
  const size_t first = field.find('"');
  if (first == absl::string_view::npos) return field;
  const auto misplaced = [this] {
    return Fault("CSV_QUOTE_MISPLACED", "a quotation mark that does not stand around a whole field");
  };
  if (first != 0 || field.size() < 2 || field.back() != '"') return misplaced();
  const absl::string_view inner = field.substr(1, field.size() - 2);
  if (inner.find('"') == absl::string_view::npos) return inner;
  if (unquoted_count_ == unquoted_.size()) {
    // Views into the strings must survive: make room for all of a row at once.
    unquoted_.resize(kCsvColumnsMax);
  }
  std::string& whole = unquoted_[unquoted_count_++];
  whole.clear();
  for (size_t i = 0; i < inner.size(); ++i) {
    whole.push_back(inner[i]);
    if (inner[i] != '"') continue;
    if (i + 1 == inner.size() || inner[i + 1] != '"') return misplaced();
    ++i;
  }
  return absl::string_view(whole);
}

size_t CsvRows::first_row_bytes() const {
  const size_t header_end = text_.find('\n');
  if (header_end == absl::string_view::npos) return 0;
  const size_t end = text_.find('\n', header_end + 1);
  return (end == absl::string_view::npos ? text_.size() : end + 1) - header_end - 1;
}

absl::Status CsvRows::Fault(absl::string_view reason, absl::string_view message) const {
  return CsvFault(line_, reason, message);
}

}  // namespace safehaven
