#include "services/linkage/core/standardise/name.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/standardise/change.h"
#include "services/linkage/core/standardise/fold.h"

namespace safehaven::linkage {
namespace {

using Token = absl::string_view;

constexpr std::array<Token, 15> kTitles = {"MR",  "MRS",  "MS",  "MISS", "MX",   "MASTER", "DR", "PROF",
                                           "REV", "LADY", "SIR", "DAME", "LORD", "FR",     "SISTER"};
constexpr std::array<Token, 9> kSuffixes = {"JR", "SR", "JNR", "SNR", "II", "III", "IV", "ESQ", "OBE"};

// Whole names that mean "no name is known" in admission and birth systems.
constexpr std::array<Token, 24> kPlaceholders = {
    "UNKNOWN", "UNK",   "UNKNOWN UNKNOWN", "NOT KNOWN", "NK",   "NONE", "NO NAME", "NOT GIVEN",
    "NA",      "N A",   "NULL",            "INFANT",    "MALE", "TEST", "PATIENT", "TEST PATIENT",
    "FEMALE",  "TWIN",  "ANONYMOUS",       "UNNAMED",   "XXX",  "XX",   "ZZZ",     "NEWBORN"};

template <size_t kSize>
bool Contains(const std::array<Token, kSize>& list, Token token) {
  return std::find(list.begin(), list.end(), token) != list.end();
}

// "Baby", "Baby Boy", "Baby of Sarah", "Twin A", "Triplet two": a child without a
// name yet. A lone BABY is one as well; "Babington" is not.
bool IsUnnamedChild(const std::vector<std::string>& tokens) {
  const Token first = tokens.front();
  if (first == "BABY" || first == "BABE") return true;
  return (first == "TWIN" || first == "TRIPLET") && tokens.size() <= 2;
}

// Drops titles and suffixes; true if there were any.
bool DropTitles(std::vector<std::string>& tokens) {
  const size_t before = tokens.size();
  size_t titles = 0;
  while (titles + 1 < tokens.size() && Contains(kTitles, tokens[titles])) ++titles;
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(titles));
  while (tokens.size() > 1 && Contains(kSuffixes, tokens.back())) tokens.pop_back();
  return tokens.size() != before;
}

// "MAC DONALD" as "MACDONALD", "O BRIEN" as "OBRIEN".
std::vector<std::string> WithPrefixesJoined(const std::vector<std::string>& tokens) {
  std::vector<std::string> joined;
  bool after_prefix = false;
  for (const std::string& token : tokens) {
    if (after_prefix) {
      joined.back() += token;
    } else {
      joined.push_back(token);
    }
    after_prefix = token == "MAC" || token == "MC" || token == "O";
  }
  return joined;
}

std::vector<std::string> TokensOf(absl::string_view folded, bool family, uint32_t& changes) {
  std::vector<std::string> tokens = absl::StrSplit(folded, ' ', absl::SkipEmpty());
  bool dropped = DropTitles(tokens);
  if (family) {
    tokens = WithPrefixesJoined(tokens);
    // Joining can make a suffix ("O BE"): a standard name must stay as it is when read again.
    dropped |= DropTitles(tokens);
  }
  if (dropped) changes |= ChangeBit(ChangeKind::kNameTitleRemoved);
  return tokens;
}

// The tokens of `text`, or none, with the changes noted.
std::string Standard(absl::string_view text, bool family, uint32_t& changes) {
  if (text.empty()) return "";
  const std::string folded = FoldText(text, FoldDigits::kDrop);
  if (folded.empty()) {
    changes |= ChangeBit(ChangeKind::kNameUnreadable);
    return "";
  }
  if (folded != text) changes |= ChangeBit(ChangeKind::kNameFolded);
  const std::vector<std::string> tokens = TokensOf(folded, family, changes);
  std::string name = absl::StrJoin(tokens, " ");
  if (IsUnnamedChild(tokens) || Contains(kPlaceholders, name)) {
    changes |= ChangeBit(ChangeKind::kNamePlaceholder);
    return "";
  }
  return name;
}

}  // namespace

std::string StandardGivenName(absl::string_view text, uint32_t& changes) {
  return Standard(text, /*family=*/false, changes);
}

std::string StandardFamilyName(absl::string_view text, uint32_t& changes) {
  return Standard(text, /*family=*/true, changes);
}

}  // namespace safehaven::linkage
