// Levels of agreement between two values, one function a kind of value. The joint
// levels of a pair of records are put together in compare/comparer.h.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_VALUES_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_VALUES_H_

#include <cstdint>

#include "services/linkage/core/columns/vocabulary.h"
#include "services/linkage/core/compare/levels.h"

namespace safehaven::linkage {

// NHS numbers, both given. Near is one slip apart (WithinOneEdit on ten digits).
Level CompareNumbers(uint64_t a, uint64_t b, bool both_verified);

// Packed partial dates (PartialDate::packed). kNullLevel if no part is known to both.
Level CompareDates(uint32_t a, uint32_t b);

// Given names, both given. `atoms` is Vocabulary::atoms.
Level CompareGiven(const std::vector<NameAtom>& atoms, const GivenValue& a, const GivenValue& b);

// Family names, both given.
Level CompareFamily(const std::vector<NameAtom>& atoms, const FamilyValue& a, const FamilyValue& b);

// Postcodes, both given and not the same.
Level CompareDifferentPostcodes(const PostcodeValue& a, const PostcodeValue& b);

// Addresses, both given and not the same.
Level CompareDifferentAddresses(const AddressValue& a, const AddressValue& b);

// Numbers of an authority, both given and not the same. kSlip is one slip apart or,
// where both have letters, close.
Level CompareDifferentIdentifiers(const TextValue& a, const TextValue& b);

// Texts, both given and not the same.
Level CompareDifferentTexts(const TextValue& a, const TextValue& b);

// Similarity from which two texts are close, and far but not different: the usual
// steps for names are 0.92, 0.88 and 0.7 (linkage.md 2.2); the first two are one here.
inline constexpr Similarity kCloseMin = 9'000;
inline constexpr Similarity kFarMin = 7'000;

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_VALUES_H_
