#include "services/linkage/core/standardise/name.h"

#include <algorithm>
#include <array>
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
bool IsUnnamedChild(const std::vector<Token>& tokens) {
  const Token first = tokens.front();
  if (first == "BABY" || first == "BABE") return true;
  return (first == "TWIN" || first == "TRIPLET") && tokens.size() <= 2;
}

std::vector<Token> TokensOf(absl::string_view folded, uint32_t& changes) {
  std::vector<Token> tokens = absl::StrSplit(folded, ' ', absl::SkipEmpty());
  const size_t before = tokens.size();
  while (tokens.size() > 1 && Contains(kTitles, tokens.front())) tokens.erase(tokens.begin());
  while (tokens.size() > 1 && Contains(kSuffixes, tokens.back())) tokens.pop_back();
  if (tokens.size() != before) changes |= ChangeBit(ChangeKind::kNameTitleRemoved);
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
  const std::vector<Token> tokens = TokensOf(folded, changes);
  if (IsUnnamedChild(tokens) || Contains(kPlaceholders, absl::StrJoin(tokens, " "))) {
    changes |= ChangeBit(ChangeKind::kNamePlaceholder);
    return "";
  }
  std::string joined;
  for (size_t i = 0; i < tokens.size(); ++i) {
    joined.append(tokens[i].data(), tokens[i].size());
    const bool prefix = family && (tokens[i] == "MAC" || tokens[i] == "MC" || tokens[i] == "O");
    if (i + 1 < tokens.size() && !prefix) joined.push_back(' ');
  }
  return joined;
}

}  // namespace

std::string StandardGivenName(absl::string_view text, uint32_t& changes) {
  return Standard(text, /*family=*/false, changes);
}

std::string StandardFamilyName(absl::string_view text, uint32_t& changes) {
  return Standard(text, /*family=*/true, changes);
}

}  // namespace safehaven::linkage
