// Coarse attributes of the people of one crosswalk, as linkage publishes them: a
// five-year age band, sex, small area, practice, times on commissioners' lists, month
// of death, and a secret random key each. No name, no address, no date of birth.
// Values only; thread-compatible.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_PEOPLE_SEGMENT_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_PEOPLE_SEGMENT_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "services/costing/core/events.h"

namespace safehaven::costing {

// Most times on a list that one person may have.
inline constexpr size_t kMembershipsMax = 64;
// The last day of a membership that goes on.
inline constexpr int32_t kOpenEnd = std::numeric_limits<int32_t>::max();

// Time on one commissioner's list.
struct ListMembership {
  absl::string_view commissioner;  // ODS code
  int32_t first_day = 0;           // days since 1970
  int32_t last_day = kOpenEnd;     // inclusive
};

struct PersonAttributes {
  uint64_t person = 0;     // number in the crosswalk
  uint32_t cell_key = 0;   // secret, random, kept for life
  int32_t age_band = -1;   // first year: 0, 5, ... 95 (and over); -1 if not known
  int32_t sex = 0;         // 1 male, 2 female, 0 not known, 9 not specified
  absl::string_view small_area;
  absl::string_view practice;
  std::span<const ListMembership> memberships;
  int32_t death_month = 0;  // months since January 1970; 0 if alive or not known
};

// Columns of up to kSegmentRowsMax people.
struct PeopleSegment {
  std::string authority;            // linkage authority of the crosswalk
  uint64_t crosswalk_revision = 0;
  std::vector<uint64_t> persons;
  std::vector<uint32_t> cell_keys;
  std::vector<int8_t> age_band;
  std::vector<uint8_t> sex;
  TextColumn small_area;
  TextColumn practice;
  std::vector<int32_t> death_month;
  // The memberships of row i are [first_membership[i], first_membership[i + 1]).
  std::vector<uint32_t> first_membership = {0};
  TextColumn commissioner;
  std::vector<int32_t> first_day;
  std::vector<int32_t> last_day;

  size_t row_count() const { return persons.size(); }
  friend bool operator==(const PeopleSegment&, const PeopleSegment&) = default;
};

// Collects people into a segment. Single-threaded.
class PeopleSegmentBuilder {
 public:
  PeopleSegmentBuilder(absl::string_view authority, uint64_t crosswalk_revision);

  // INVALID_ARGUMENT with reason PERSON_INVALID and metadata "field" for an age band,
  // sex or text out of range, a membership that ends before it starts, or too many of
  // them; RESOURCE_EXHAUSTED with reason SEGMENT_FULL. Changes nothing when it fails.
  absl::Status Append(const PersonAttributes& attributes);

  size_t row_count() const { return segment_.row_count(); }

  // The segment so far; the builder starts again, empty.
  PeopleSegment Finish();

 private:
  using Codes = absl::flat_hash_map<std::string, uint16_t>;

  PeopleSegment segment_;
  Codes small_area_codes_, practice_codes_, commissioner_codes_;
};

// Bytes of the segment, as of SerialiseSegment().
std::string SerialisePeople(const PeopleSegment& segment);

// DATA_LOSS with reason SEGMENT_DAMAGED, as of ParseSegment().
absl::StatusOr<PeopleSegment> ParsePeople(absl::string_view bytes);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_PEOPLE_SEGMENT_H_
