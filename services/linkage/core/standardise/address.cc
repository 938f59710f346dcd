#include "services/linkage/core/standardise/address.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/standardise/fold.h"

namespace safehaven::linkage {
namespace {

constexpr std::pair<absl::string_view, absl::string_view> kSpeltOut[] = {
    {"RD", "ROAD"},   {"AVE", "AVENUE"},  {"AV", "AVENUE"}, {"CL", "CLOSE"},    {"CRES", "CRESCENT"},
    {"DR", "DRIVE"},  {"GDNS", "GARDENS"}, {"GRN", "GREEN"}, {"GR", "GROVE"},    {"HSE", "HOUSE"},
    {"LN", "LANE"},   {"PK", "PARK"},     {"PL", "PLACE"},  {"SQ", "SQUARE"},   {"TER", "TERRACE"},
    {"CT", "COURT"},  {"WLK", "WALK"},    {"STR", "STREET"}, {"BLDGS", "BUILDINGS"}, {"NO", ""}};

bool HasDigit(absl::string_view token) {
  return std::any_of(token.begin(), token.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

std::string StandardAddress(absl::string_view text) {
  const std::string folded = FoldText(text, FoldDigits::kKeep);
  std::vector<std::string> tokens;
  bool after_street_name = false;
  for (absl::string_view token : absl::StrSplit(folded, ' ', absl::SkipEmpty())) {
    // "ST" before a name is Saint, after it Street.
    if (token == "ST" && after_street_name) token = "STREET";
    for (const auto& [brief, full] : kSpeltOut) {
      if (token == brief && (after_street_name || full.empty())) token = full;
    }
    if (token.empty()) continue;
    const bool letter_of_number = token.size() == 1 && !HasDigit(token) && !tokens.empty() &&
                                  HasDigit(tokens.back()) && tokens.size() == 1;
    if (letter_of_number) {
      tokens.back().push_back(token[0]);
    } else {
      tokens.emplace_back(token);
      after_street_name = after_street_name || !HasDigit(token);
    }
  }
  return absl::StrJoin(tokens, " ");
}

AddressParts PartsOf(absl::string_view standard_address) {
  AddressParts parts;
  for (const absl::string_view token : absl::StrSplit(standard_address, ' ', absl::SkipEmpty())) {
    if (parts.house_number.empty() && HasDigit(token)) {
      parts.house_number = token;
    } else {
      parts.street.append(token.data(), token.size());
    }
  }
  return parts;
}

}  // namespace safehaven::linkage
