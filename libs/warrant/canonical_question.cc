#include "libs/warrant/canonical_question.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

absl::Status Malformed() { return InvalidArgument("QUESTION_TEXT_MALFORMED", "not the canonical text of a question"); }

absl::StatusOr<std::string> Decode(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const absl::string_view digits = text.substr(i + 1, 2);
    if (digits.size() != 2 || !absl::ascii_isxdigit(static_cast<unsigned char>(digits[0])) ||
        !absl::ascii_isxdigit(static_cast<unsigned char>(digits[1]))) {
      return Malformed();
    }
    out += absl::HexStringToBytes(digits);
    i += 2;
  }
  return out;
}

absl::StatusOr<std::vector<std::string>> DecodeList(absl::string_view text) {
  std::vector<std::string> list;
  for (const absl::string_view one : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    SH_ASSIGN_OR_RETURN(std::string decoded, Decode(one));
    list.push_back(std::move(decoded));
  }
  return list;
}

// The lines of the text by name, and its filters.
struct Lines {
  std::map<std::string, std::string, std::less<>> values;
  std::vector<Filter> filters;

  absl::string_view Of(absl::string_view name) const {
    const auto found = values.find(name);
    return found == values.end() ? absl::string_view() : found->second;
  }
};

absl::StatusOr<Lines> Split(absl::string_view text) {
  Lines lines;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (absl::ConsumePrefix(&line, "filter:")) {
      Filter filter;
      SH_ASSIGN_OR_RETURN(filter.dimension, Decode(absl::StripPrefix(parts.first, "filter:")));
      SH_ASSIGN_OR_RETURN(filter.values, DecodeList(parts.second));
      lines.filters.push_back(std::move(filter));
    } else {
      lines.values.emplace(parts.first, parts.second);
    }
  }
  return lines;
}

absl::StatusOr<Question> Read(const Lines& lines) {
  Question question;
  SH_ASSIGN_OR_RETURN(question.approval, Decode(lines.Of("approval")));
  SH_ASSIGN_OR_RETURN(question.purpose, ParsePurpose(lines.Of("purpose")));
  SH_ASSIGN_OR_RETURN(question.operation, ParseOperation(lines.Of("operation")));
  SH_ASSIGN_OR_RETURN(question.identifiability, ParseIdentifiability(lines.Of("identifiability")));
  SH_ASSIGN_OR_RETURN(question.subject, Decode(lines.Of("subject")));
  SH_ASSIGN_OR_RETURN(question.commissioner, Decode(lines.Of("commissioner")));
  SH_ASSIGN_OR_RETURN(question.list_day, CivilDay::Parse(lines.Of("list_day")));
  SH_ASSIGN_OR_RETURN(question.first_day, CivilDay::Parse(lines.Of("first_day")));
  SH_ASSIGN_OR_RETURN(question.last_day, CivilDay::Parse(lines.Of("last_day")));
  SH_ASSIGN_OR_RETURN(question.datasets, DecodeList(lines.Of("datasets")));
  SH_ASSIGN_OR_RETURN(question.measures, DecodeList(lines.Of("measures")));
  SH_ASSIGN_OR_RETURN(question.dimensions, DecodeList(lines.Of("dimensions")));
  SH_ASSIGN_OR_RETURN(question.items, DecodeList(lines.Of("items")));
  question.filters = lines.filters;
  return question;
}

}  // namespace

absl::StatusOr<Question> ParseCanonicalQuestion(absl::string_view text) {
  SH_ASSIGN_OR_RETURN(const Lines lines, Split(text));
  absl::StatusOr<Question> question = Read(lines);
  // What it says again must be what it said: then nothing was passed over.
  if (!question.ok() || CanonicalQuestion(*question) != text) return Malformed();
  return question;
}

}  // namespace safehaven
