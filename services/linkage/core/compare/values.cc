#include "services/linkage/core/compare/values.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "services/linkage/core/compare/edit.h"

namespace safehaven::linkage {
namespace {

// `value` as `kDigits` decimal digits.
template <size_t kDigits>
std::array<char, kDigits> DecimalDigits(uint64_t value) {
  std::array<char, kDigits> digits;
  for (size_t i = kDigits; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  return digits;
}

template <size_t kDigits>
bool OneSlip(uint64_t a, uint64_t b) {
  const auto digits_a = DecimalDigits<kDigits>(a);
  const auto digits_b = DecimalDigits<kDigits>(b);
  return WithinOneEdit(absl::string_view(digits_a.data(), kDigits),
                       absl::string_view(digits_b.data(), kDigits));
}

struct DateParts {
  int year;
  int month;
  int day;
};

DateParts PartsOfDate(uint32_t packed) {
  return {.year = static_cast<int>(packed >> 9),
          .month = static_cast<int>(packed >> 5 & 15),
          .day = static_cast<int>(packed & 31)};
}

uint64_t EightDigits(const DateParts& date) {
  return static_cast<uint64_t>(date.year * 10'000 + date.month * 100 + date.day);
}

Level CompareCompleteDates(const DateParts& a, const DateParts& b, int equal_parts) {
  if (equal_parts == 3) return date_level::kEqual;
  if (a.year == b.year && a.month == b.day && a.day == b.month) return date_level::kSwapped;
  // One digit changes one part, two neighbouring ones at most two.
  if (equal_parts > 0 && OneSlip<8>(EightDigits(a), EightDigits(b))) return date_level::kOneSlip;
  if (equal_parts == 2) return date_level::kTwoParts;
  // Months of 31 days are near enough, and need no calendar.
  const auto days = [](const DateParts& date) { return (date.year * 12 + date.month) * 31 + date.day; };
  if (std::abs(days(a) - days(b)) <= 31) return date_level::kWithinMonth;
  const int years = std::abs(a.year - b.year);
  if (years <= 1) return date_level::kWithinYear;
  return years <= 10 ? date_level::kWithinDecade : date_level::kDifferent;
}

bool Share(const std::vector<Code>& a, const std::vector<Code>& b) {
  return std::any_of(a.begin(), a.end(), [&b](Code code) {
    return std::find(b.begin(), b.end(), code) != b.end();
  });
}

// Texts of fewer letters are too short for a slip to leave them recognisable.
constexpr size_t kSlipLengthMin = 3;

// Counting bits is a call where the processor may lack the instruction.
template <typename Bits>
bool AtMostOneBit(Bits bits) {
  return (bits & (bits - 1)) == 0;
}

bool HasLetter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool CloseByEdit(const PackedText& a, const PackedText& b) {
  if (a.length < kSlipLengthMin || b.length < kSlipLengthMin) return false;
  // One edit changes at most one letter on either side.
  if (!AtMostOneBit(a.letters & ~b.letters) || !AtMostOneBit(b.letters & ~a.letters)) return false;
  return WithinOneEdit(a.text(), b.text());
}

bool Close(const PackedText& a, const PackedText& b, Similarity similarity) {
  return similarity >= kCloseMin || CloseByEdit(a, b);
}

}  // namespace

Level CompareNumbers(uint64_t a, uint64_t b, bool both_verified) {
  if (a == b) return both_verified ? number_level::kVerifiedEqual : number_level::kEqual;
  if (OneSlip<10>(a, b)) return both_verified ? number_level::kVerifiedNear : number_level::kNear;
  return both_verified ? number_level::kVerifiedDifferent : number_level::kDifferent;
}

Level CompareDates(uint32_t packed_a, uint32_t packed_b) {
  const DateParts a = PartsOfDate(packed_a);
  const DateParts b = PartsOfDate(packed_b);
  const auto known = [](int x, int y) { return x != 0 && y != 0; };
  const auto equal = [](int x, int y) { return x != 0 && x == y; };
  const int comparable = known(a.year, b.year) + known(a.month, b.month) + known(a.day, b.day);
  const int agreeing = equal(a.year, b.year) + equal(a.month, b.month) + equal(a.day, b.day);
  switch (comparable) {
    case 3: return CompareCompleteDates(a, b, agreeing);
    case 2: return static_cast<Level>(date_level::kTwoOfTwo + (2 - agreeing));
    case 1: return agreeing == 1 ? date_level::kOneOfOne : date_level::kNoneOfOne;
    default: return kNullLevel;
  }
}

Level CompareGiven(const std::vector<NameAtom>& atoms, const GivenValue& a, const GivenValue& b) {
  if (a.first == b.first || a.joined == b.joined) return given_level::kEqual;
  const NameAtom& first_a = atoms[a.first];
  const NameAtom& first_b = atoms[b.first];
  if (first_a.packed.length == 1 || first_b.packed.length == 1) {
    return first_a.initial == first_b.initial ? given_level::kInitial : given_level::kDifferent;
  }
  if (ShareGroup(first_a.groups, first_b.groups)) return given_level::kForm;
  if ((a.tokens.size() > 1 || b.tokens.size() > 1) && Share(a.tokens, b.tokens)) {
    return given_level::kForm;
  }
  if (!MayBeAlike(first_a.packed, first_b.packed)) {
    return CloseByEdit(first_a.packed, first_b.packed) ? given_level::kClose : given_level::kDifferent;
  }
  const Similarity similarity = JaroWinkler(first_a.packed, first_b.packed);
  if (Close(first_a.packed, first_b.packed, similarity)) return given_level::kClose;
  return similarity >= kFarMin ? given_level::kFar : given_level::kDifferent;
}

Level CompareFamily(const std::vector<NameAtom>& atoms, const FamilyValue& a, const FamilyValue& b) {
  if (a.joined == b.joined) return family_level::kEqual;
  // One part of a double-barrelled name, or the two share a part.
  const auto has_part = [](const FamilyValue& whole, Code part) {
    return std::find(whole.parts.begin(), whole.parts.end(), part) != whole.parts.end();
  };
  if (has_part(a, b.joined) || has_part(b, a.joined) || Share(a.parts, b.parts)) {
    return family_level::kClose;
  }
  const NameAtom& atom_a = atoms[a.joined];
  const NameAtom& atom_b = atoms[b.joined];
  if (!MayBeAlike(atom_a.packed, atom_b.packed)) {
    if (CloseByEdit(atom_a.packed, atom_b.packed)) return family_level::kClose;
    return atom_a.phonetic_hash == atom_b.phonetic_hash ? family_level::kFar : family_level::kDifferent;
  }
  const Similarity similarity = JaroWinkler(atom_a.packed, atom_b.packed);
  if (Close(atom_a.packed, atom_b.packed, similarity)) return family_level::kClose;
  return similarity >= kFarMin || atom_a.phonetic_hash == atom_b.phonetic_hash ? family_level::kFar
                                                                              : family_level::kDifferent;
}

Level CompareDifferentPostcodes(const PostcodeValue& a, const PostcodeValue& b) {
  const bool may_slip = AtMostOneBit(a.packed.letters & ~b.packed.letters) &&
                        AtMostOneBit(b.packed.letters & ~a.packed.letters);
  if (may_slip && WithinOneEdit(a.packed.text(), b.packed.text())) return postcode_level::kSlip;
  if (a.sector_hash == b.sector_hash) return postcode_level::kSector;
  if (a.district_hash == b.district_hash) return postcode_level::kDistrict;
  return a.area_hash == b.area_hash ? postcode_level::kArea : postcode_level::kDifferent;
}

Level CompareDifferentAddresses(const AddressValue& a, const AddressValue& b) {
  const bool house = a.house_hash != 0 && a.house_hash == b.house_hash;
  const bool street = a.street_hash != 0 && b.street_hash != 0 &&
                      (a.street_hash == b.street_hash || JaroWinkler(a.street, b.street) >= kCloseMin);
  if (street) return house ? address_level::kEqual : address_level::kStreet;
  return house ? address_level::kHouse : address_level::kDifferent;
}

Level CompareDifferentIdentifiers(const TextValue& a, const TextValue& b) {
  const bool slip = a.packed.length >= kSlipLengthMin && b.packed.length >= kSlipLengthMin &&
                    WithinOneEdit(a.packed.text(), b.packed.text());
  // Numbers that look alike are as different as any; addresses of e-mail are not.
  const bool alike = HasLetter(a.packed.text()) && HasLetter(b.packed.text()) &&
                     JaroWinkler(a.packed, b.packed) >= kCloseMin;
  return slip || alike ? identifier_level::kSlip : identifier_level::kDifferent;
}

Level CompareDifferentTexts(const TextValue& a, const TextValue& b) {
  // An initial agrees with what it may stand for.
  if (a.packed.length == 1 || b.packed.length == 1) {
    return a.packed.bytes[0] == b.packed.bytes[0] ? text_level::kFar : text_level::kDifferent;
  }
  const Similarity similarity = JaroWinkler(a.packed, b.packed);
  if (Close(a.packed, b.packed, similarity)) return text_level::kClose;
  return similarity >= kFarMin ? text_level::kFar : text_level::kDifferent;
}

}  // namespace safehaven::linkage
