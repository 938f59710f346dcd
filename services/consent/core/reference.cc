#include "services/consent/core/reference.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven::consent {
namespace {

constexpr size_t kReferenceTextMax = 80;
// "(a-z)" is the longest range that can be written.
constexpr size_t kSuffixesMax = 8;

bool IsDigits(absl::string_view text, size_t count_min, size_t count_max) {
  return text.size() >= count_min && text.size() <= count_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool IsYear(absl::string_view text) { return IsDigits(text, 4, 4) && absl::StartsWith(text, "20"); }

struct Parsed {
  std::string normalised;
  std::vector<std::string> keys;
  ReferenceForm form;
};

// One "(...)" group: a letter, a range of letters, or letters and digits ("PR2").
struct Suffix {
  std::string text;                 // as normalised, with its brackets
  std::vector<std::string> single;  // each part by itself, with brackets
};

std::optional<Suffix> ParseSuffix(absl::string_view inside) {
  const bool letter = inside.size() == 1 && absl::ascii_islower(inside[0]);
  const bool range = inside.size() == 3 && inside[1] == '-' && absl::ascii_islower(inside[0]) &&
                     absl::ascii_islower(inside[2]) && inside[0] < inside[2];
  Suffix suffix;
  suffix.text = absl::StrCat("(", inside, ")");
  if (letter) {
    suffix.single.push_back(suffix.text);
    return suffix;
  }
  if (range) {
    for (char c = inside[0]; c <= inside[2]; ++c) suffix.single.push_back(absl::StrCat("(", std::string(1, c), ")"));
    return suffix;
  }
  size_t letters = 0;
  while (letters < inside.size() && absl::ascii_isupper(inside[letters])) ++letters;
  if (letters < 1 || letters > 2 || !IsDigits(inside.substr(letters), 1, 2)) return std::nullopt;
  suffix.single.push_back(suffix.text);
  return suffix;
}

// "(a)(b)(c)" lists three parts, as "(a-c)" does: letters that follow each other are one
// group, written as a range where they do so in the alphabet.
std::vector<Suffix> JoinLetters(const std::vector<Suffix>& suffixes) {
  const auto is_letters = [](const Suffix& suffix) { return absl::ascii_islower(suffix.single.front()[1]); };
  std::vector<Suffix> joined;
  for (const Suffix& suffix : suffixes) {
    if (joined.empty() || !is_letters(suffix) || !is_letters(joined.back())) {
      joined.push_back(suffix);
      continue;
    }
    std::vector<std::string>& single = joined.back().single;
    const bool follows = suffix.single.front()[1] == single.back()[1] + 1;
    const bool ranged = joined.back().text.size() == 5 || single.size() == 1;
    single.insert(single.end(), suffix.single.begin(), suffix.single.end());
    joined.back().text = follows && ranged ? absl::StrCat("(", single.front().substr(1, 1), "-", single.back().substr(1, 1), ")")
                                           : joined.back().text + suffix.text;
  }
  return joined;
}

// Reads "(a)(PR2)..." to its end.
std::optional<std::vector<Suffix>> ParseSuffixes(absl::string_view text) {
  std::vector<Suffix> suffixes;
  while (!text.empty()) {
    const size_t close = text.find(')');
    if (text[0] != '(' || close == absl::string_view::npos || suffixes.size() == kSuffixesMax) return std::nullopt;
    std::optional<Suffix> suffix = ParseSuffix(text.substr(1, close - 1));
    if (!suffix.has_value()) return std::nullopt;
    suffixes.push_back(*std::move(suffix));
    text.remove_prefix(close + 1);
  }
  if (suffixes.empty()) return std::nullopt;
  return JoinLetters(suffixes);
}

// PIAG, ECC or CAG, [n-]nn, suffixes, /yyyy. `text` has no blanks.
std::optional<Parsed> ParseCommittee(absl::string_view text) {
  static constexpr std::array<absl::string_view, 3> kCommittees = {"PIAG", "ECC", "CAG"};
  absl::string_view committee;
  for (const absl::string_view name : kCommittees) {
    if (!absl::StartsWithIgnoreCase(text, name)) continue;
    committee = name;
    text.remove_prefix(name.size());
    break;
  }
  const size_t slash = text.rfind('/');
  const size_t bracket = text.find('(');
  if (committee.empty() || slash == absl::string_view::npos || bracket == absl::string_view::npos || bracket > slash ||
      !IsYear(text.substr(slash + 1))) {
    return std::nullopt;
  }
  const absl::string_view number = text.substr(0, bracket);
  const std::vector<absl::string_view> parts = absl::StrSplit(number, '-');
  const bool numbered = parts.size() == 1 ? IsDigits(parts[0], 2, 2)
                                          : parts.size() == 2 && IsDigits(parts[0], 1, 2) && IsDigits(parts[1], 2, 2);
  const auto suffixes = ParseSuffixes(text.substr(bracket, slash - bracket));
  if (!numbered || !suffixes.has_value()) return std::nullopt;

  std::string all;
  std::vector<std::string> stems = {absl::StrCat(committee, " ", number)};
  for (const Suffix& suffix : *suffixes) {
    all += suffix.text;
    std::vector<std::string> longer;
    for (const std::string& stem : stems) {
      for (const std::string& one : suffix.single) longer.push_back(stem + one);
    }
    stems = std::move(longer);
  }
  const absl::string_view year = text.substr(slash);
  for (std::string& stem : stems) absl::StrAppend(&stem, year);
  return Parsed{absl::StrCat(committee, " ", number, all, year), std::move(stems), ReferenceForm::kCommittee};
}

// yy/CAG/nnnn.
std::optional<Parsed> ParseYearFirst(const std::string& text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != 3 || !IsDigits(parts[0], 2, 2) || parts[1] != "CAG" || !IsDigits(parts[2], 4, 4)) {
    return std::nullopt;
  }
  return Parsed{text, {text}, ReferenceForm::kYearFirst};
}

// DARS-NIC-digits-five letters and digits.
std::optional<Parsed> ParseDataAccessRequest(const std::string& text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  const bool shaped = parts.size() == 4 && parts[0] == "DARS" && parts[1] == "NIC" && IsDigits(parts[2], 4, 7) &&
                      parts[3].size() == 5 && std::all_of(parts[3].begin(), parts[3].end(), [](char c) {
                        return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
                      });
  if (!shaped) return std::nullopt;
  return Parsed{text, {text}, ReferenceForm::kDataAccessRequest};
}

// STANDING/... and NOTICE/...: two to four segments of letters, digits and hyphens.
std::optional<Parsed> ParseOwn(const std::string& text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() < 2 || parts.size() > 4 || (parts[0] != "STANDING" && parts[0] != "NOTICE")) return std::nullopt;
  for (const absl::string_view part : parts) {
    const bool plain = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return absl::ascii_isalnum(c) || c == '-' || c == '_';
    });
    if (!plain) return std::nullopt;
  }
  return Parsed{text, {text}, parts[0] == "STANDING" ? ReferenceForm::kStanding : ReferenceForm::kNotice};
}

}  // namespace

absl::StatusOr<Reference> Reference::Parse(absl::string_view printed) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(printed);
  if (trimmed.size() > kReferenceTextMax) return InvalidArgument("REFERENCE_MALFORMED", "the reference is too long");
  // Word processors turn the hyphen of a range into a dash (U+2010 to U+2013).
  std::string text = absl::StrReplaceAll(
      trimmed,
      {{"\xE2\x80\x90", "-"}, {"\xE2\x80\x91", "-"}, {"\xE2\x80\x92", "-"}, {"\xE2\x80\x93", "-"}, {"\xC2\xA0", ""}});
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return absl::ascii_isspace(c); }), text.end());

  std::optional<Parsed> parsed = ParseCommittee(text);
  if (!parsed.has_value()) parsed = ParseYearFirst(text);
  if (!parsed.has_value()) parsed = ParseDataAccessRequest(text);
  if (!parsed.has_value()) parsed = ParseOwn(text);
  if (!parsed.has_value()) {
    return InvalidArgument("REFERENCE_MALFORMED",
                           absl::StrCat("'", trimmed,
                                        "' is not a reference such as 'CAG 2-03(a)/2013', "
                                        "'18/CAG/0038', 'DARS-NIC-199599-S0T5M', 'NOTICE/2022-02-10/general' or "
                                        "'STANDING/ZA1/costing'"));
  }
  Reference reference;
  reference.printed_ = std::string(trimmed);
  reference.normalised_ = std::move(parsed->normalised);
  reference.keys_ = std::move(parsed->keys);
  reference.form_ = parsed->form;
  return reference;
}

bool Reference::IsNamedBy(const Reference& other) const {
  return !other.empty() && std::all_of(other.keys_.begin(), other.keys_.end(), [this](const std::string& key) {
    return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
  });
}

bool Reference::Shares(const Reference& other) const {
  return std::any_of(other.keys_.begin(), other.keys_.end(), [this](const std::string& key) {
    return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
  });
}

}  // namespace safehaven::consent
