#include "cli/linkage/table_rows.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {

absl::StatusOr<bool> TableRows::Next(std::vector<absl::string_view>& fields) {
  fields.clear();
  undoubled_count_ = 0;
  stray_quote_ = false;
  for (; at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'); ++at_) line_ += text_[at_] == '\n';
  if (at_ >= text_.size()) return false;
  row_line_ = line_;
  const size_t begin = at_;
  while (true) {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      SH_ASSIGN_OR_RETURN(const absl::string_view value, Quoted());
      fields.push_back(value);
    } else {
      fields.push_back(Unquoted());
    }
    row_bytes_ = at_ - begin;
    if (at_ >= text_.size()) return true;
    if (text_[at_++] == '\n') {
      ++line_;
      return true;
    }
  }
}

// Leaves at_ at the separator or line end, as Quoted() does.
absl::string_view TableRows::Unquoted() {
  const size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
  return absl::StripAsciiWhitespace(text_.substr(begin, at_ - begin));
}

absl::StatusOr<absl::string_view> TableRows::Quoted() {
  const size_t mark = at_;
  size_t end = mark + 1;
  bool doubled = false;
  while (true) {
    const void* found = end < text_.size() ? std::memchr(text_.data() + end, '"', text_.size() - end) : nullptr;
    if (found == nullptr) {
      return InvalidArgument("CSV_QUOTE_UNCLOSED",
                             absl::StrCat(name_, ": line ", line_, ": a quotation mark opens and never closes"));
    }
    end = static_cast<size_t>(static_cast<const char*>(found) - text_.data());
    if (end + 1 >= text_.size() || text_[end + 1] != '"') break;
    doubled = true;
    end += 2;
  }
  const absl::string_view value = text_.substr(mark + 1, end - mark - 1);
  const uint64_t lines = static_cast<uint64_t>(std::count(value.begin(), value.end(), '\n'));
  size_t after = end + 1;
  while (after < text_.size() && (text_[after] == ' ' || text_[after] == '\r')) ++after;
  const bool ends = after >= text_.size() || text_[after] == separator_ || text_[after] == '\n';
  if (lines > 0 && (!ends || value.size() > kTableRowBytesMax)) {
    return InvalidArgument("CSV_QUOTE_UNCLOSED",
                           absl::StrCat(name_, ": line ", line_, ": a quotation mark opens and does not close before ",
                                        ends ? "64 KiB" : absl::StrCat("another field's mark on line ", line_ + lines)));
  }
  if (!ends) {
    stray_quote_ = true;
    return Unquoted();
  }
  line_ += lines;
  at_ = after;
  return absl::StripAsciiWhitespace(doubled ? Undoubled(value) : value);
}

absl::string_view TableRows::Undoubled(absl::string_view value) {
  if (undoubled_count_ == undoubled_.size()) undoubled_.push_back(std::make_unique<std::string>());
  std::string& whole = *undoubled_[undoubled_count_++];
  whole.clear();
  for (size_t i = 0; i < value.size(); ++i) {
    whole.push_back(value[i]);
    if (value[i] == '"') ++i;
  }
  return whole;
}

}  // namespace safehaven::cli
