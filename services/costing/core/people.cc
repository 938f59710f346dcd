#include "services/costing/core/people.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/age_bands.h"

namespace safehaven::costing {
namespace {

constexpr size_t kCodesMax = std::numeric_limits<uint16_t>::max();

// One dictionary over many segments.
class MergedTexts {
 public:
  // The merged code of every value of a segment's column; nothing if there are too many.
  std::optional<std::vector<uint16_t>> Merge(const TextColumn& column) {
    std::vector<uint16_t> codes;
    for (const std::string& value : column.values) {
      const auto [at, is_new] = codes_.try_emplace(value, static_cast<uint16_t>(values_.size()));
      if (is_new && values_.size() == kCodesMax) return std::nullopt;
      if (is_new) values_.push_back(value);
      codes.push_back(at->second);
    }
    return codes;
  }
  std::vector<std::string> Take() { return std::move(values_); }

 private:
  std::vector<std::string> values_;
  absl::flat_hash_map<std::string, uint16_t> codes_;
};

// A row of a segment, before people are put into order.
struct Row {
  uint64_t person;
  uint32_t segment;
  uint32_t row;
};

int32_t MonthOf(CivilDay day) { return (day.year() - 1970) * 12 + day.month() - 1; }

absl::Status Inconsistent(absl::string_view why) { return InvalidArgument("PEOPLE_INCONSISTENT", why); }

}  // namespace

void PersonSet::InsertAll(const PersonSet& others) {
  SH_CHECK(others.words_.size() == words_.size());
  for (size_t i = 0; i < words_.size(); ++i) words_[i] |= others.words_[i];
}

int64_t PersonSet::Count() const {
  int64_t count = 0;
  for (const uint64_t word : words_) count += std::popcount(word);
  return count;
}

absl::StatusOr<People> People::Make(std::span<const PeopleSegment* const> segments) {
  const absl::Status too_many = Failure(absl::StatusCode::kResourceExhausted, "TOO_MANY_PEOPLE",
                                        "the crosswalk has more people, areas or practices than fit");
  std::vector<Row> rows;
  for (uint32_t i = 0; i < segments.size(); ++i) {
    if (segments[i]->authority != segments[0]->authority ||
        segments[i]->crosswalk_revision != segments[0]->crosswalk_revision) {
      return Inconsistent("people of different crosswalk revisions");
    }
    for (uint32_t row = 0; row < segments[i]->row_count(); ++row) {
      rows.push_back({segments[i]->persons[row], i, row});
    }
  }
  if (rows.size() >= std::numeric_limits<uint32_t>::max()) return too_many;
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.person < b.person; });

  MergedTexts areas, practices, commissioners;
  std::vector<std::vector<uint16_t>> area_codes, practice_codes, commissioner_codes;
  for (const PeopleSegment* segment : segments) {
    for (const auto& [merged, column, codes] :
         {std::tuple(&areas, &segment->small_area, &area_codes),
          std::tuple(&practices, &segment->practice, &practice_codes),
          std::tuple(&commissioners, &segment->commissioner, &commissioner_codes)}) {
      std::optional<std::vector<uint16_t>> merged_codes = merged->Merge(*column);
      if (!merged_codes) return too_many;
      codes->push_back(std::move(*merged_codes));
    }
  }

  People people;
  auto& [age_band, sex, small_area, practice] = people.columns_;
  age_band.values = AgeBandLabels();
  for (int value = 0; value <= 9; ++value) sex.values.push_back(absl::StrCat(value));
  for (const Row& row : rows) {
    const auto place = static_cast<uint32_t>(people.persons_.size());
    if (!people.place_of_.try_emplace(row.person, place).second) return Inconsistent("a person is there twice");
    const PeopleSegment& segment = *segments[row.segment];
    people.persons_.push_back(row.person);
    people.cell_keys_.push_back(segment.cell_keys[row.row]);
    people.death_month_.push_back(segment.death_month[row.row]);
    age_band.codes.push_back(static_cast<uint16_t>(AgeBandIndex(segment.age_band[row.row])));
    sex.codes.push_back(segment.sex[row.row]);
    small_area.codes.push_back(area_codes[row.segment][segment.small_area.codes[row.row]]);
    practice.codes.push_back(practice_codes[row.segment][segment.practice.codes[row.row]]);
    for (uint32_t i = segment.first_membership[row.row]; i < segment.first_membership[row.row + 1]; ++i) {
      people.memberships_.push_back({place, commissioner_codes[row.segment][segment.commissioner.codes[i]],
                                     segment.first_day[i], segment.last_day[i]});
    }
  }
  small_area.values = areas.Take();
  practice.values = practices.Take();
  people.commissioners_ = commissioners.Take();
  return people;
}

std::optional<uint32_t> People::PlaceOf(uint64_t person) const {
  const auto at = place_of_.find(person);
  if (at == place_of_.end()) return std::nullopt;
  return at->second;
}

PersonSet People::OnList(absl::string_view commissioner, CivilDay day) const {
  PersonSet on_list(count());
  const auto at = std::find(commissioners_.begin(), commissioners_.end(), commissioner);
  if (at == commissioners_.end()) return on_list;
  const auto code = static_cast<uint16_t>(at - commissioners_.begin());
  const int32_t day_number = day.days_since_1970();
  const int32_t month = MonthOf(day);
  for (const Membership& membership : memberships_) {
    if (membership.commissioner != code) continue;
    if (membership.first_day > day_number || membership.last_day < day_number) continue;
    const int32_t death_month = death_month_[membership.place];
    if (death_month != 0 && death_month < month) continue;
    on_list.Insert(membership.place);
  }
  return on_list;
}

}  // namespace safehaven::costing
