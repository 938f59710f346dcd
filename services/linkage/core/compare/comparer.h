// Compares two profiles in every field of a model and packs the levels into one
// number, the pattern. A run has millions of pairs and only thousands of patterns:
// what depends on the pattern alone is worked out once a pattern.
// Immutable; thread-safe. Borrows the profiles, which must outlive it.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_COMPARER_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_COMPARER_H_

#include <cstdint>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/compare/levels.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

// The levels of all fields, some bits each; 0 for a field that could not be compared.
using Pattern = uint64_t;

// Where in a pattern each field of a model lies. A model that passed ValidateModel
// fits 64 bits.
class PatternLayout {
 public:
  explicit PatternLayout(const std::vector<FieldModel>& fields);

  Level LevelOf(Pattern pattern, size_t field) const {
    return static_cast<Level>(static_cast<int>(pattern >> shifts_[field] & masks_[field]) - 1);
  }
  Pattern Place(Level level, size_t field) const {
    return static_cast<Pattern>(level + 1) << shifts_[field];
  }
  size_t field_count() const { return shifts_.size(); }
  // The bits that all fields take together.
  int bits() const { return bits_; }

 private:
  std::vector<int> shifts_;
  std::vector<Pattern> masks_;
  int bits_ = 0;
};

class Comparer {
 public:
  Comparer(const Profiles& profiles, const std::vector<FieldModel>& fields);

  // Symmetric. About 100 ns.
  Pattern Compare(ProfileIndex a, ProfileIndex b) const;

  // The same of profiles copied together from all over the columns, as a block's are;
  // `extra_p` and `extra_q` have one code for each further column.
  Pattern Compare(const Profile& p, const Profile& q, const Code* extra_p, const Code* extra_q) const;

  const PatternLayout& layout() const { return layout_; }

 private:
  // `extra` gives the two codes of a further column.
  template <typename Extra>
  Level CompareField(size_t field, const Profile& p, const Profile& q, Extra extra) const;

  const Profiles& profiles_;
  std::vector<Comparator> comparators_;
  std::vector<uint16_t> extra_columns_;
  PatternLayout layout_;
};

// The joint levels, by codes first and by texts only where these differ.
Level CompareNames(const Vocabulary& vocabulary, const Profile& a, const Profile& b);
Level ComparePlaces(const Vocabulary& vocabulary, const Profile& a, const Profile& b);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COMPARE_COMPARER_H_
