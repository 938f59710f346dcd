// How values are cut into tokens. The numbers of bits give a name, a date and a number
// about 60 bits each, as many as tell people apart about equally well; a sex, a town and an
// address fewer. General experience, not fitted to a data set.
#include <algorithm>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/encoded/encoder.h"

namespace safehaven::linkage {
namespace {

constexpr int kNameBits = 8;
constexpr int kTextBits = 5;
constexpr int kAddressBits = 3;
constexpr int kDateBits = 9;
constexpr int kNumberBits = 8;
constexpr int kPostcodeBits = 6;
constexpr int kCodeBits = 18;

void AddPairs(absl::string_view value, int bits, std::vector<WeighedToken>& tokens) {
  std::string padded = absl::StrCat("_", value, "_");
  std::replace(padded.begin(), padded.end(), ' ', '_');
  for (size_t i = 0; i + 1 < padded.size(); ++i) tokens.push_back({.text = padded.substr(i, 2), .bits = bits});
}

void AddPlaces(absl::string_view value, int bits, std::vector<WeighedToken>& tokens) {
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '-') tokens.push_back({.text = absl::StrCat(i, ":", value.substr(i, 1)), .bits = bits});
  }
}

bool HasLetter(absl::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
}

}  // namespace

std::vector<WeighedToken> TokensOf(TokenKind kind, absl::string_view value) {
  std::vector<WeighedToken> tokens;
  if (value.empty()) return tokens;
  value = value.substr(0, kEncodedTextMax);
  switch (kind) {
    case TokenKind::kName: AddPairs(value, kNameBits, tokens); break;
    case TokenKind::kText: AddPairs(value, kTextBits, tokens); break;
    case TokenKind::kAddress: AddPairs(value, kAddressBits, tokens); break;
    case TokenKind::kNumber:
      HasLetter(value) ? AddPairs(value, kTextBits, tokens) : AddPlaces(value, kNumberBits, tokens);
      break;
    case TokenKind::kDate:
      AddPlaces(value, kDateBits, tokens);
      if (value.size() == 8) {
        for (const auto& [name, begin, size] : {std::tuple("y", 0, 4), std::tuple("m", 4, 2), std::tuple("d", 6, 2)}) {
          const absl::string_view part = value.substr(static_cast<size_t>(begin), static_cast<size_t>(size));
          if (part.find('-') == absl::string_view::npos) tokens.push_back({.text = absl::StrCat(name, part), .bits = kDateBits});
        }
      }
      break;
    case TokenKind::kPostcode:
      AddPairs(value, kPostcodeBits, tokens);
      if (value.size() > 3) tokens.push_back({.text = absl::StrCat("s", value.substr(0, value.size() - 2)), .bits = kPostcodeBits});
      break;
    case TokenKind::kCode: tokens.push_back({.text = std::string(value), .bits = kCodeBits}); break;
  }
  std::sort(tokens.begin(), tokens.end(), [](const WeighedToken& a, const WeighedToken& b) { return a.text < b.text; });
  tokens.erase(std::unique(tokens.begin(), tokens.end(),
                           [](const WeighedToken& a, const WeighedToken& b) { return a.text == b.text; }),
               tokens.end());
  return tokens;
}

}  // namespace safehaven::linkage
