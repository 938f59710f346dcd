// The levels of agreement of every comparator, strongest first, with their names
// and groups.
//
// A *group* is what could be compared at all: with the given name missing on one
// side, a pair can only reach the levels of the group "family name alone".
// Probabilities sum to 1 within a group, so that a missing value is neither for nor
// against a match. Joint comparators look at fields together that depend on one
// another (given and family name, postcode and address). Constants only.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_LEVELS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_LEVELS_H_

#include <cstdint>
#include <span>

#include "absl/strings/string_view.h"

namespace safehaven::linkage {

enum class Comparator : uint8_t {
  kNhsNumber,
  kName,
  kBirthDate,
  kPlace,
  kSex,
  kLocalId,
  kIdentifier,
  kText,
};

// A level of a comparator: 0 is the strongest; kNullLevel if nothing to compare.
using Level = int8_t;
inline constexpr Level kNullLevel = -1;

// NHS number. When both were traced at the national register, a difference is a
// fact; otherwise it may be a slip.
namespace number_level {
enum : Level { kVerifiedEqual, kVerifiedNear, kVerifiedDifferent, kEqual, kNear, kDifferent };
}

// Parts of the joint name level: given x family, then the two swapped levels, then
// given alone, then family alone.
namespace given_level {
enum : Level { kEqual, kForm, kClose, kFar, kInitial, kDifferent };
inline constexpr Level kCount = kDifferent + 1;
}
namespace family_level {
enum : Level { kEqual, kClose, kFar, kDifferent };
inline constexpr Level kCount = kDifferent + 1;
}
namespace name_level {
inline constexpr Level kSwapped = given_level::kCount * family_level::kCount;
inline constexpr Level kSwappedClose = kSwapped + 1;
inline constexpr Level kGivenAlone = kSwappedClose + 1;
// One record has a given name alone, and it is the other's family name.
inline constexpr Level kGivenCrossed = kGivenAlone + given_level::kCount;
inline constexpr Level kFamilyAlone = kGivenCrossed + 1;
inline constexpr Level kFamilyCrossed = kFamilyAlone + family_level::kCount;
inline constexpr Level kCount = kFamilyCrossed + 1;
constexpr Level Joint(Level given, Level family) {
  return static_cast<Level>(given * family_level::kCount + family);
}
// The part of a level; kNullLevel where that part is missing or names are swapped.
constexpr Level GivenOf(Level level) {
  if (level >= 0 && level < kSwapped) return static_cast<Level>(level / family_level::kCount);
  return level >= kGivenAlone && level < kGivenCrossed ? static_cast<Level>(level - kGivenAlone)
                                                      : kNullLevel;
}
constexpr Level FamilyOf(Level level) {
  if (level >= 0 && level < kSwapped) return static_cast<Level>(level % family_level::kCount);
  return level >= kFamilyAlone && level < kFamilyCrossed ? static_cast<Level>(level - kFamilyAlone) : kNullLevel;
}
}  // namespace name_level

// Date of birth: complete on both sides; then two parts that both know; then one.
namespace date_level {
enum : Level {
  kEqual,
  kSwapped,       // day and month exchanged
  kOneSlip,       // one digit, or two neighbouring digits exchanged
  kTwoParts,      // two of day, month and year
  kWithinMonth,   // at most 31 days apart
  kWithinYear,    // years at most one apart
  kWithinDecade,
  kDifferent,
  kTwoOfTwo,
  kOneOfTwo,
  kNoneOfTwo,
  kOneOfOne,
  kNoneOfOne,
};
}

// Parts of the joint place level: postcode x address, then each alone.
namespace postcode_level {
enum : Level { kEqual, kSlip, kSector, kDistrict, kArea, kDifferent };
inline constexpr Level kCount = kDifferent + 1;
}
namespace address_level {
enum : Level { kEqual, kStreet, kHouse, kDifferent };
inline constexpr Level kCount = kDifferent + 1;
}
namespace place_level {
inline constexpr Level kPostcodeAlone = postcode_level::kCount * address_level::kCount;
inline constexpr Level kAddressAlone = kPostcodeAlone + postcode_level::kCount;
inline constexpr Level kCount = kAddressAlone + address_level::kCount;
constexpr Level Joint(Level postcode, Level address) {
  return static_cast<Level>(postcode * address_level::kCount + address);
}
constexpr Level PostcodeOf(Level level) {
  if (level >= 0 && level < kPostcodeAlone) return static_cast<Level>(level / address_level::kCount);
  return level >= kPostcodeAlone && level < kAddressAlone ? static_cast<Level>(level - kPostcodeAlone)
                                                          : kNullLevel;
}
}  // namespace place_level

namespace sex_level {
enum : Level { kEqual, kDifferent };
}
// Of a local identifier within one source.
namespace local_id_level {
enum : Level { kEqual, kDifferent };
}
namespace identifier_level {
enum : Level { kEqual, kSlip, kDifferent };
}
namespace text_level {
enum : Level { kEqual, kClose, kFar, kDifferent };
}

// One level as explanations show it.
struct LevelInfo {
  absl::string_view name;
  uint8_t group;
};

// The levels of `comparator`, by level.
std::span<const LevelInfo> LevelsOf(Comparator comparator);

// Its name in lower_snake.
absl::string_view ComparatorName(Comparator comparator);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_LEVELS_H_
