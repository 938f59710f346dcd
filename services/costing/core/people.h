// The people of one crosswalk, numbered through for answering: place 0, 1, 2, ... in
// ascending order of person number, attributes as columns by place. Immutable, so any
// number of threads may read it.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_PEOPLE_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_PEOPLE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "services/costing/core/people_segment.h"

namespace safehaven::costing {

// Attributes that a question can group or filter by.
enum class PersonColumn : uint8_t { kAgeBand, kSex, kSmallArea, kPractice };
inline constexpr size_t kPersonColumnCount = 4;

// Some of the people: a bit a place.
class PersonSet {
 public:
  explicit PersonSet(size_t people_count) : words_((people_count + 63) / 64) {}
  bool Contains(size_t place) const { return (words_[place / 64] >> (place % 64) & 1) != 0; }
  void Insert(size_t place) { words_[place / 64] |= uint64_t{1} << (place % 64); }
  void Erase(size_t place) { words_[place / 64] &= ~(uint64_t{1} << (place % 64)); }
  void InsertAll(const PersonSet& others);
  int64_t Count() const;

 private:
  std::vector<uint64_t> words_;
};

class People {
 public:
  // INVALID_ARGUMENT with reason PEOPLE_INCONSISTENT if the segments are not all of
  // one crosswalk revision or a person is there twice; RESOURCE_EXHAUSTED with reason
  // TOO_MANY_PEOPLE if places do not fit 32 bits or a dictionary 16.
  static absl::StatusOr<People> Make(std::span<const PeopleSegment* const> segments);

  size_t count() const { return persons_.size(); }
  uint64_t person(size_t place) const { return persons_[place]; }
  uint32_t cell_key(size_t place) const { return cell_keys_[place]; }
  std::optional<uint32_t> PlaceOf(uint64_t person) const;

  // The values of a column by place, as codes, and the text of each code. Texts are
  // what answers and filters say: "40-44", "95+", "unknown"; "1"; "E01000001".
  std::span<const uint16_t> Column(PersonColumn column) const { return columns_[static_cast<size_t>(column)].codes; }
  const std::vector<std::string>& Labels(PersonColumn column) const {
    return columns_[static_cast<size_t>(column)].values;
  }

  // Who is on the commissioner's list on `day` and did not die in a month before it.
  PersonSet OnList(absl::string_view commissioner, CivilDay day) const;

 private:
  struct Membership {
    uint32_t place = 0;
    uint16_t commissioner = 0;
    int32_t first_day = 0;
    int32_t last_day = 0;
  };

  People() = default;

  std::vector<uint64_t> persons_;
  std::vector<uint32_t> cell_keys_;
  std::array<TextColumn, kPersonColumnCount> columns_;
  std::vector<int32_t> death_month_;
  std::vector<std::string> commissioners_;
  std::vector<Membership> memberships_;
  absl::flat_hash_map<uint64_t, uint32_t> place_of_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_PEOPLE_H_
