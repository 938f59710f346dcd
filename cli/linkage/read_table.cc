#include "cli/linkage/read_table.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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

// Splits text into rows of fields, tolerantly: a quotation mark counts only at the
// beginning of a field.
class RowReader {
 public:
  RowReader(absl::string_view text, char separator) : text_(text), separator_(separator) {}

  // False at the end. Blank lines are skipped.
  bool Next(std::vector<absl::string_view>& fields) {
    fields.clear();
    unquoted_count_ = 0;
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
    if (at_ >= text_.size()) return false;
    while (true) {
      SkipBlanks();
      if (at_ < text_.size() && text_[at_] == '"') {
        fields.push_back(Quoted());
      } else {
        const size_t begin = at_;
        while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
        fields.push_back(absl::StripAsciiWhitespace(text_.substr(begin, at_ - begin)));
      }
      if (at_ >= text_.size()) return true;
      if (text_[at_++] == '\n') return true;
    }
  }

 private:
  void SkipBlanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  // At an opening mark; leaves at_ at the separator or line end.
  absl::string_view Quoted() {
    const size_t begin = ++at_;
    bool doubled = false;
    while (at_ < text_.size()) {
      const void* mark = std::memchr(text_.data() + at_, '"', text_.size() - at_);
      at_ = mark == nullptr ? text_.size() : static_cast<size_t>(static_cast<const char*>(mark) - text_.data());
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        doubled = true;
        at_ += 2;
      } else {
        break;
      }
    }
    absl::string_view value = text_.substr(begin, std::min(at_, text_.size()) - begin);
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
    if (doubled) value = Undoubled(value);
    return absl::StripAsciiWhitespace(value);
  }

  absl::string_view Undoubled(absl::string_view value) {
    if (unquoted_count_ == unquoted_.size()) unquoted_.push_back(std::make_unique<std::string>());
    std::string& whole = *unquoted_[unquoted_count_++];
    whole.clear();
    for (size_t i = 0; i < value.size(); ++i) {
      whole.push_back(value[i]);
      if (value[i] == '"') ++i;
    }
    return whole;
  }

  absl::string_view text_;
  char separator_;
  size_t at_ = 0;
  std::vector<std::unique_ptr<std::string>> unquoted_;
  size_t unquoted_count_ = 0;
};

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

}  // namespace

absl::StatusOr<ReadTableResult> ParseTable(absl::string_view name, absl::string_view text, absl::string_view truth) {
  if (std::memchr(text.data(), '\0', text.size()) != nullptr) {
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
  result.separator = SeparatorOf(text);
  RowReader reader(text, result.separator);
  std::vector<absl::string_view> fields;
  if (!reader.Next(fields)) {
    return InvalidArgument("CSV_EMPTY", absl::StrCat(name, ": the file is empty: a header line is required"));
  }
  if (fields.size() > kTableColumnsMax) {
    return InvalidArgument("CSV_COLUMNS_TOO_MANY", absl::StrCat(name, ": more than ", kTableColumnsMax, " columns"));
  }
  linkage::Table& table = result.table;
  table.name = std::string(name);
  for (std::string& column : ColumnNames(fields)) {
    table.columns.emplace_back();
    table.columns.back().name = std::move(column);
  }
  const size_t width = table.columns.size();
  std::vector<bool> listed;
  for (const linkage::TableColumn& column : table.columns) {
    const std::optional<linkage::ColumnUse> use = linkage::UseByName(column.name);
    listed.push_back(column.name == truth || use == linkage::ColumnUse::kRecordId);
  }
  while (reader.Next(fields)) {
    ++table.row_count;
    result.rows_short += fields.size() < width;
    // A trailing separator is no field.
    result.rows_long += fields.size() > width + 1 || (fields.size() == width + 1 && !fields.back().empty());
    for (size_t c = 0; c < width; ++c) {
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
  return result;
}

absl::StatusOr<ReadTableResult> ReadTable(absl::string_view name, const std::string& path, absl::string_view truth) {
  SH_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kTableBytesMax));
  return ParseTable(name, text, truth);
}

}  // namespace safehaven::cli
