#include "cli/linkage/encoded_file.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

constexpr size_t kRecordNameMax = 64;

absl::Status Malformed(uint64_t line, absl::string_view message) {
  return InvalidArgument("ENCODED_MALFORMED", absl::StrCat("line ", line, ": ", message));
}

// Bytes of words, the lowest first.
std::string BytesOf(const linkage::Filter& filter) {
  std::string bytes;
  for (const uint64_t word : filter.words) {
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(word >> shift & 0xFF));
  }
  return bytes;
}

std::optional<linkage::Filter> FilterOf(absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || bytes.size() != linkage::kFilterBytes) return std::nullopt;
  linkage::Filter filter;
  for (size_t i = 0; i < bytes.size(); ++i) {
    filter.words[i / 8] |= uint64_t{static_cast<unsigned char>(bytes[i])} << (i % 8 * 8);
  }
  return filter;
}

bool IsRecordName(absl::string_view text) {
  return !text.empty() && text.size() <= kRecordNameMax && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
}

absl::Status ParseHeader(absl::string_view line, EncodedFile& file) {
  if (!absl::ConsumePrefix(&line, kEncodedMark)) return Malformed(1, "is not that of an encoded file of version 1");
  for (const absl::string_view part : absl::StrSplit(line, ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> fact = absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (fact.first == "comparable") file.comparability = std::string(fact.second);
    else if (fact.first == "epoch") file.epoch = std::string(fact.second);
    else if (fact.first == "salt") file.salt = std::string(fact.second);
    else if (fact.first == "fields") file.fields = absl::StrSplit(fact.second, ',');
    else return Malformed(1, "has an unknown fact");
  }
  if (file.comparability.size() != 32) return Malformed(1, "does not say what it is comparable with");
  return absl::OkStatus();
}

}  // namespace

std::string EncodedFileText(const EncodedFile& file) {
  std::string text = absl::StrCat(kEncodedMark, "comparable=", file.comparability, " epoch=", file.epoch,
                                  " salt=", file.salt, " fields=", absl::StrJoin(file.fields, ","), "\nrecord,filter");
  if (!file.truth_column.empty()) absl::StrAppend(&text, ",", file.truth_column);
  text.push_back('\n');
  for (size_t i = 0; i < file.records.size(); ++i) {
    absl::StrAppend(&text, file.records[i], ",", absl::Base64Escape(BytesOf(file.filters[i])));
    if (!file.truth_column.empty()) absl::StrAppend(&text, ",", file.truth[i]);
    text.push_back('\n');
  }
  return text;
}

absl::StatusOr<EncodedFile> ParseEncodedFile(absl::string_view text) {
  EncodedFile file;
  uint64_t line_number = 0;
  size_t columns = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const absl::string_view line = absl::StripSuffix(text.substr(0, end), "\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (line_number == 1) {
      SH_RETURN_IF_ERROR(ParseHeader(line, file));
      continue;
    }
    const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(',', 2));
    if (line_number == 2) {
      if (fields.size() < 2 || fields[0] != "record" || fields[1] != "filter") return Malformed(2, "names no columns");
      columns = fields.size();
      if (columns == 3) file.truth_column = std::string(fields[2]);
      continue;
    }
    if (fields.size() != columns) return Malformed(line_number, "has another number of fields than the header");
    const std::optional<linkage::Filter> filter = FilterOf(fields[1]);
    if (!IsRecordName(fields[0]) || !filter.has_value()) return Malformed(line_number, "is no record and filter");
    file.records.emplace_back(fields[0]);
    file.filters.push_back(*filter);
    if (columns == 3) file.truth.emplace_back(fields[2]);
  }
  if (line_number < 2) return Malformed(line_number, "the file ends before its columns are named");
  return file;
}

}  // namespace safehaven::cli
