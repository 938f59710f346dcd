#include "services/linkage/core/standardise/postcode.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/linkage/core/standardise/change.h"

namespace safehaven::linkage {
namespace {

bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Outward shapes, A for a letter and 9 for a digit (Royal Mail, Programmers' Guide).
constexpr absl::string_view kOutwardShapes[] = {"A9", "A9A", "A99", "AA9", "AA9A", "AA99"};
constexpr absl::string_view kInwardShape = "9AA";
// Letters that the last two places never have.
constexpr absl::string_view kInwardNever = "CIKMOV";

// Makes `text` fit `shape` by exchanging O with 0 and I with 1. False if it cannot.
bool FitShape(absl::string_view shape, std::string& text) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    char& c = text[i];
    if (shape[i] == '9' && !IsDigit(c)) {
      if (c == 'O') c = '0';
      else if (c == 'I') c = '1';
      else return false;
    } else if (shape[i] == 'A' && !IsLetter(c)) {
      if (c == '0') c = 'O';
      else if (c == '1') c = 'I';
      else return false;
    }
  }
  return true;
}

// The code of a United Kingdom shape that `compact` is or can be repaired to; "" if
// none. An exact fit wins over a repair.
std::string UnitedKingdomShape(const std::string& compact) {
  if (compact == "GIR0AA") return compact;
  if (compact.size() < 5 || compact.size() > 7) return "";
  std::string inward = compact.substr(compact.size() - 3);
  if (!FitShape(kInwardShape, inward)) return "";
  if (inward.find_first_of(std::string(kInwardNever), 1) != std::string::npos) return "";
  const std::string outward = compact.substr(0, compact.size() - 3);
  std::string repaired;
  for (const absl::string_view shape : kOutwardShapes) {
    std::string candidate = outward;
    if (!FitShape(shape, candidate)) continue;
    if (candidate == outward) return candidate + inward;
    if (repaired.empty()) repaired = candidate + inward;
  }
  return repaired;
}

bool HasUnitedKingdomShape(absl::string_view postcode) {
  if (postcode.size() < 5 || postcode.size() > 7 || !IsLetter(postcode[0])) return false;
  const size_t n = postcode.size();
  return IsDigit(postcode[n - 3]) && IsLetter(postcode[n - 2]) && IsLetter(postcode[n - 1]);
}

}  // namespace

StandardPostcodeResult StandardPostcode(absl::string_view text, uint32_t& changes) {
  std::string compact;
  for (const char c : text) {
    const char upper = absl::ascii_toupper(static_cast<unsigned char>(c));
    if (IsLetter(upper) || IsDigit(upper)) compact.push_back(upper);
  }
  if (compact.empty()) return {};
  if (absl::StartsWith(compact, "ZZ99")) {
    const bool no_fixed_abode = compact == "ZZ993VZ";
    changes |= ChangeBit(ChangeKind::kPostcodePseudo);
    if (no_fixed_abode) changes |= ChangeBit(ChangeKind::kPostcodeNoFixedAbode);
    return {.postcode = "", .no_fixed_abode = no_fixed_abode};
  }
  std::string shaped = UnitedKingdomShape(compact);
  if (shaped.empty()) {
    changes |= ChangeBit(ChangeKind::kPostcodeForeignShape);
    return {.postcode = compact};
  }
  if (shaped != compact) changes |= ChangeBit(ChangeKind::kPostcodeRepaired);
  return {.postcode = std::move(shaped)};
}

PostcodeAreas AreasOf(absl::string_view postcode) {
  if (postcode.empty()) return {};
  const size_t n = postcode.size();
  if (!HasUnitedKingdomShape(postcode)) {
    return {.sector = postcode.substr(0, n - 1),
            .district = postcode.substr(0, n > 2 ? n - 2 : 0),
            .area = postcode.substr(0, 1)};
  }
  const size_t letters = IsLetter(postcode[1]) ? 2 : 1;
  return {.sector = postcode.substr(0, n - 2),
          .district = postcode.substr(0, n - 3),
          .area = postcode.substr(0, letters)};
}

}  // namespace safehaven::linkage
