#include "services/linkage/core/compare/comparer.h"

#include <bit>
#include <utility>

#include "services/linkage/core/compare/values.h"

namespace safehaven::linkage {
namespace {

Level CompareExtra(const std::vector<TextValue>& values, Comparator comparator, Code a, Code b) {
  if (a == kNoCode || b == kNoCode) return kNullLevel;
  if (a == b) return 0;
  return comparator == Comparator::kIdentifier ? CompareDifferentIdentifiers(values[a], values[b])
                                               : CompareDifferentTexts(values[a], values[b]);
}

// Are given and family name of one record the family and given name of the other?
Level CompareExchanged(const std::vector<NameAtom>& atoms, const Profile& a, const Profile& b) {
  if (a.given_first == b.family_joined && a.family_joined == b.given_first) return name_level::kSwapped;
  const NameAtom& given_a = atoms[a.given_first];
  const NameAtom& family_b = atoms[b.family_joined];
  // The first letter decides nearly always; it saves two comparisons.
  if (given_a.initial != family_b.initial) return kNullLevel;
  const bool close = JaroWinkler(given_a.packed, family_b.packed) >= kCloseMin &&
                     JaroWinkler(atoms[a.family_joined].packed, atoms[b.given_first].packed) >= kCloseMin;
  return close ? name_level::kSwappedClose : kNullLevel;
}

// One record has one name only: is it the other's other name? `a_known` and `b_known`
// are the names that both have.
bool Crossed(const std::vector<NameAtom>& atoms, Code a_known, Code a_other, Code b_known, Code b_other) {
  const auto close = [&](Code x, Code y) {
    return x == y || (atoms[x].initial == atoms[y].initial &&
                      JaroWinkler(atoms[x].packed, atoms[y].packed) >= kCloseMin);
  };
  return (b_other != kNoCode && close(a_known, b_other)) || (a_other != kNoCode && close(b_known, a_other));
}

}  // namespace

PatternLayout::PatternLayout(const std::vector<FieldModel>& fields) {
  for (const FieldModel& field : fields) {
    // One more value than levels: nothing to compare.
    const int width = std::bit_width(LevelsOf(field.comparator).size());
    shifts_.push_back(bits_ < 64 ? bits_ : 0);
    masks_.push_back((Pattern{1} << width) - 1);
    bits_ += width;
  }
}

Level CompareNames(const Vocabulary& vocabulary, const Profile& a, const Profile& b) {
  const bool given_known = a.given != kNoCode && b.given != kNoCode;
  const bool family_known = a.family != kNoCode && b.family != kNoCode;
  Level given = kNullLevel;
  Level family = kNullLevel;
  if (given_known) {
    given = a.given == b.given ? Level{given_level::kEqual}
                               : CompareGiven(vocabulary.atoms, vocabulary.given[a.given],
                                              vocabulary.given[b.given]);
  }
  if (family_known) {
    family = a.family == b.family ? Level{family_level::kEqual}
                                  : CompareFamily(vocabulary.atoms, vocabulary.family[a.family],
                                                  vocabulary.family[b.family]);
  }
  if (given_known && family_known) {
    if (given >= given_level::kInitial && family >= family_level::kFar) {
      const Level exchanged = CompareExchanged(vocabulary.atoms, a, b);
      if (exchanged != kNullLevel) return exchanged;
    }
    return name_level::Joint(given, family);
  }
  if (given_known) {
    const bool crossed = given >= given_level::kFar && Crossed(vocabulary.atoms, a.given_first, a.family_joined,
                                                               b.given_first, b.family_joined);
    return crossed ? name_level::kGivenCrossed : static_cast<Level>(name_level::kGivenAlone + given);
  }
  if (family_known) {
    const bool crossed = family >= family_level::kFar && Crossed(vocabulary.atoms, a.family_joined, a.given_first,
                                                                 b.family_joined, b.given_first);
    return crossed ? name_level::kFamilyCrossed : static_cast<Level>(name_level::kFamilyAlone + family);
  }
  return kNullLevel;
}

Level ComparePlaces(const Vocabulary& vocabulary, const Profile& a, const Profile& b) {
  Level postcode = kNullLevel;
  Level address = kNullLevel;
  if (a.postcode != kNoCode && b.postcode != kNoCode) {
    postcode = a.postcode == b.postcode
                   ? Level{postcode_level::kEqual}
                   : CompareDifferentPostcodes(vocabulary.postcodes[a.postcode],
                                               vocabulary.postcodes[b.postcode]);
  }
  if (a.address != kNoCode && b.address != kNoCode) {
    address = a.address == b.address ? Level{address_level::kEqual}
                                     : CompareDifferentAddresses(vocabulary.addresses[a.address],
                                                                 vocabulary.addresses[b.address]);
  }
  if (postcode != kNullLevel && address != kNullLevel) return place_level::Joint(postcode, address);
  if (postcode != kNullLevel) return static_cast<Level>(place_level::kPostcodeAlone + postcode);
  if (address != kNullLevel) return static_cast<Level>(place_level::kAddressAlone + address);
  return kNullLevel;
}

Comparer::Comparer(const Profiles& profiles, const std::vector<FieldModel>& fields)
    : profiles_(profiles), layout_(fields) {
  for (const FieldModel& field : fields) {
    comparators_.push_back(field.comparator);
    extra_columns_.push_back(field.extra_column);
  }
}

template <typename Extra>
Level Comparer::CompareField(size_t field, const Profile& p, const Profile& q, Extra extra) const {
  switch (comparators_[field]) {
    case Comparator::kNhsNumber:
      if (p.nhs_number == 0 || q.nhs_number == 0) return kNullLevel;
      return CompareNumbers(p.nhs_number, q.nhs_number, p.nhs_number_verified && q.nhs_number_verified);
    case Comparator::kName:
      return CompareNames(profiles_.vocabulary, p, q);
    case Comparator::kBirthDate:
      return CompareDates(p.birth_date, q.birth_date);
    case Comparator::kPlace:
      return ComparePlaces(profiles_.vocabulary, p, q);
    case Comparator::kSex:
      if (p.sex == Sex::kUnknown || q.sex == Sex::kUnknown) return kNullLevel;
      return p.sex == q.sex ? sex_level::kEqual : sex_level::kDifferent;
    case Comparator::kLocalId:
      // A local number says something only within the organisation that gave it.
      if (p.source != q.source || p.local_id == kNoCode || q.local_id == kNoCode) return kNullLevel;
      return p.local_id == q.local_id ? local_id_level::kEqual : local_id_level::kDifferent;
    case Comparator::kIdentifier:
    case Comparator::kText: {
      const uint16_t column = extra_columns_[field];
      const std::pair<Code, Code> codes = extra(column);
      return CompareExtra(profiles_.vocabulary.extra[column], comparators_[field], codes.first, codes.second);
    }
  }
  return kNullLevel;
}

Pattern Comparer::Compare(ProfileIndex a, ProfileIndex b) const {
  const auto extra = [&](uint16_t column) {
    return std::pair(profiles_.extra[column][a], profiles_.extra[column][b]);
  };
  Pattern pattern = 0;
  for (size_t field = 0; field < comparators_.size(); ++field) {
    pattern |= layout_.Place(CompareField(field, profiles_.rows[a], profiles_.rows[b], extra), field);
  }
  return pattern;
}

Pattern Comparer::Compare(const Profile& p, const Profile& q, const Code* extra_p, const Code* extra_q) const {
  const auto extra = [&](uint16_t column) { return std::pair(extra_p[column], extra_q[column]); };
  Pattern pattern = 0;
  for (size_t field = 0; field < comparators_.size(); ++field) {
    pattern |= layout_.Place(CompareField(field, p, q, extra), field);
  }
  return pattern;
}

}  // namespace safehaven::linkage
