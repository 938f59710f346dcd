#include "services/costing/core/people_segment.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/age_bands.h"
#include "services/costing/core/byte_codec.h"

namespace safehaven::costing {
namespace {

constexpr uint8_t kPeopleSegmentKind = 'P';
constexpr uint8_t kPeopleSegmentFormat = 1;
constexpr size_t kAuthorityMax = 128;
constexpr int32_t kDeathMonthMax = 120'000;  // the year 11970

absl::Status PersonInvalid(absl::string_view field) {
  return Failure(absl::StatusCode::kInvalidArgument, "PERSON_INVALID", absl::StrCat(field, " is out of range"),
                 {{"field", std::string(field)}});
}

absl::Status CheckPerson(const PersonAttributes& attributes) {
  const bool band_known = attributes.age_band >= 0 && attributes.age_band <= kAgeBandLast &&
                          attributes.age_band % kAgeBandYears == 0;
  if (!band_known && attributes.age_band != -1) return PersonInvalid("age_band");
  if (attributes.sex != 0 && attributes.sex != 1 && attributes.sex != 2 && attributes.sex != 9) {
    return PersonInvalid("sex");
  }
  if (attributes.small_area.size() > kEventTextMax) return PersonInvalid("small_area");
  if (attributes.practice.size() > kEventTextMax) return PersonInvalid("practice");
  if (attributes.death_month < 0 || attributes.death_month > kDeathMonthMax) return PersonInvalid("death_month");
  if (attributes.memberships.size() > kMembershipsMax) return PersonInvalid("memberships");
  for (const ListMembership& membership : attributes.memberships) {
    const bool good = membership.last_day >= membership.first_day && !membership.commissioner.empty() &&
                      membership.commissioner.size() <= kEventTextMax;
    if (!good) return PersonInvalid("memberships");
  }
  return absl::OkStatus();
}

void AppendText(absl::string_view text, TextColumn& column, absl::flat_hash_map<std::string, uint16_t>& codes) {
  const auto [at, is_new] = codes.try_emplace(std::string(text), static_cast<uint16_t>(column.values.size()));
  if (is_new) column.values.emplace_back(text);
  column.codes.push_back(at->second);
}

}  // namespace

PeopleSegmentBuilder::PeopleSegmentBuilder(absl::string_view authority, uint64_t crosswalk_revision) {
  segment_.authority = std::string(authority);
  segment_.crosswalk_revision = crosswalk_revision;
}

absl::Status PeopleSegmentBuilder::Append(const PersonAttributes& attributes) {
  SH_RETURN_IF_ERROR(CheckPerson(attributes));
  // A dictionary code has 16 bits; people with several memberships fill it sooner.
  const bool full = row_count() == kSegmentRowsMax ||
                    commissioner_codes_.size() + attributes.memberships.size() > kSegmentRowsMax;
  if (full) {
    return Failure(absl::StatusCode::kResourceExhausted, "SEGMENT_FULL",
                   absl::StrCat("a segment holds at most ", kSegmentRowsMax, " people"));
  }
  segment_.persons.push_back(attributes.person);
  segment_.cell_keys.push_back(attributes.cell_key);
  segment_.age_band.push_back(static_cast<int8_t>(attributes.age_band));
  segment_.sex.push_back(static_cast<uint8_t>(attributes.sex));
  AppendText(attributes.small_area, segment_.small_area, small_area_codes_);
  AppendText(attributes.practice, segment_.practice, practice_codes_);
  segment_.death_month.push_back(attributes.death_month);
  for (const ListMembership& membership : attributes.memberships) {
    AppendText(membership.commissioner, segment_.commissioner, commissioner_codes_);
    segment_.first_day.push_back(membership.first_day);
    segment_.last_day.push_back(membership.last_day);
  }
  segment_.first_membership.push_back(static_cast<uint32_t>(segment_.first_day.size()));
  return absl::OkStatus();
}

PeopleSegment PeopleSegmentBuilder::Finish() {
  small_area_codes_.clear();
  practice_codes_.clear();
  commissioner_codes_.clear();
  PeopleSegment empty;
  empty.authority = segment_.authority;
  empty.crosswalk_revision = segment_.crosswalk_revision;
  return std::exchange(segment_, std::move(empty));
}

std::string SerialisePeople(const PeopleSegment& segment) {
  SH_CHECK(segment.row_count() <= kSegmentRowsMax && segment.first_membership.size() == segment.row_count() + 1);
  ByteWriter writer;
  writer.Byte(kPeopleSegmentKind);
  writer.Byte(kPeopleSegmentFormat);
  writer.Text(segment.authority);
  writer.Number(segment.crosswalk_revision);
  writer.Number(segment.row_count());
  writer.Raw(segment.persons.data(), segment.persons.size() * sizeof(uint64_t));
  writer.Column(segment.cell_keys);
  writer.Column(segment.age_band);
  writer.Column(segment.sex);
  writer.Texts(segment.small_area);
  writer.Texts(segment.practice);
  writer.Column(segment.death_month);
  writer.Column(segment.first_membership);
  writer.Number(segment.first_day.size());
  writer.Texts(segment.commissioner);
  writer.Column(segment.first_day);
  writer.Column(segment.last_day);
  return writer.Finish();
}

absl::StatusOr<PeopleSegment> ParsePeople(absl::string_view bytes) {
  ByteReader reader(bytes);
  const bool known = reader.Byte() == kPeopleSegmentKind && reader.Byte() == kPeopleSegmentFormat;
  if (!known) return DataLoss("SEGMENT_DAMAGED", "the bytes are no people segment of a known format");
  PeopleSegment segment;
  segment.authority = reader.Text(kAuthorityMax);
  segment.crosswalk_revision = reader.Number();
  const size_t row_count = reader.Count(kSegmentRowsMax);
  segment.persons.resize(row_count);
  reader.Raw(segment.persons.data(), row_count * sizeof(uint64_t));
  segment.cell_keys = reader.Column<uint32_t>(row_count);
  segment.age_band = reader.Column<int8_t>(row_count, -1, kAgeBandLast);
  segment.sex = reader.Column<uint8_t>(row_count, 0, 9);
  segment.small_area = reader.Texts(row_count);
  segment.practice = reader.Texts(row_count);
  segment.death_month = reader.Column<int32_t>(row_count, 0, kDeathMonthMax);
  segment.first_membership = reader.Column<uint32_t>(row_count + 1);
  const size_t membership_count = reader.Count(row_count * kMembershipsMax);
  segment.commissioner = reader.Texts(membership_count);
  segment.first_day = reader.Column<int32_t>(membership_count);
  segment.last_day = reader.Column<int32_t>(membership_count);
  SH_RETURN_IF_ERROR(reader.Finish());
  bool rising = segment.first_membership.front() == 0 && segment.first_membership.back() == membership_count;
  for (size_t row = 0; row < row_count; ++row) {
    rising = rising && segment.first_membership[row] <= segment.first_membership[row + 1];
  }
  if (!rising) return DataLoss("SEGMENT_DAMAGED", "memberships of a people segment overlap");
  return segment;
}

}  // namespace safehaven::costing
