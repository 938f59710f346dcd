#include "services/linkage/store/crosswalk_chunks.h"

#include "absl/strings/string_view.h"
#include "libs/base/status.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

absl::Status Corrupt() { return DataLoss("CROSSWALK_CORRUPT", "a chunk of a crosswalk does not parse"); }

char ByteOf(auto value) { return static_cast<char>(value); }

// The enumerator of a stored byte, which is at most `last`.
template <typename Enum>
bool EnumOf(char byte, Enum last, Enum& value) {
  if (static_cast<uint8_t>(byte) > static_cast<uint8_t>(last)) return false;
  value = static_cast<Enum>(byte);
  return true;
}

RecordToken TokenAt(const std::string& tokens, int index) {
  return TokenFromBytes(absl::string_view(tokens).substr(static_cast<size_t>(index) * kTokenBytes, kTokenBytes));
}

bool HasTokens(const std::string& tokens, int count) {
  return tokens.size() == static_cast<size_t>(count) * kTokenBytes;
}

}  // namespace

storage::v1::LinkageRecordChunk RecordsToChunk(std::span<const RecordPerson> shuffled, RowRange range) {
  storage::v1::LinkageRecordChunk chunk;
  for (size_t i = range.begin; i < range.end; ++i) {
    chunk.mutable_tokens()->append(TokenToBytes(shuffled[i].token));
    chunk.add_persons(shuffled[i].person);
  }
  return chunk;
}

storage::v1::LinkagePersonChunk PersonsToChunk(const StoredCrosswalk& stored, RowRange range) {
  storage::v1::LinkagePersonChunk chunk;
  for (size_t i = range.begin; i < range.end; ++i) {
    const PersonAttributes& attributes = stored.crosswalk.attributes[i];
    storage::v1::LinkagePersonRecord* person = chunk.add_persons();
    person->set_person(attributes.person);
    person->set_age_band(attributes.age_band);
    person->set_sex(static_cast<int32_t>(attributes.sex));
    person->set_small_area(attributes.small_area);
    person->set_practice(attributes.practice);
    for (const ListMembership& membership : attributes.memberships) {
      storage::v1::LinkageMembershipRecord* record = person->add_memberships();
      record->set_commissioner(membership.commissioner);
      record->set_first_day(membership.first_day.days_since_1970());
      record->set_last_day(membership.last_day.days_since_1970());
    }
    person->set_death_month(attributes.death_month);
    person->set_cell_key(stored.secrets[i].cell_key);
    person->set_nhs_number(stored.secrets[i].nhs_number.Reveal());
  }
  return chunk;
}

storage::v1::LinkagePlaceChunk PlacesToChunk(const StoredCrosswalk& stored, RowRange range) {
  storage::v1::LinkagePlaceChunk chunk;
  for (size_t i = range.begin; i < range.end; ++i) {
    const RecordPlace& place = stored.places[i];
    chunk.mutable_tokens()->append(TokenToBytes(place.token));
    chunk.add_persons(place.person);
    chunk.add_profiles(place.profile == kNoProfile ? 0 : place.profile + 1);
    chunk.add_nhs_numbers_given(place.nhs_number_given.Reveal());
    chunk.mutable_social_without_number()->push_back(ByteOf(stored.social_without_number[i]));
  }
  return chunk;
}

storage::v1::LinkageEvidenceChunk EvidenceToChunk(const StoredCrosswalk& stored, RowRange range) {
  storage::v1::LinkageEvidenceChunk chunk;
  for (size_t i = range.begin; i < range.end; ++i) {
    const PairEvidence& pair = stored.evidence[i];
    chunk.add_profiles_a(pair.profile_a);
    chunk.add_profiles_b(pair.profile_b);
    chunk.add_weights(pair.weight);
    chunk.mutable_decisions()->push_back(ByteOf(pair.decision));
  }
  return chunk;
}

storage::v1::LinkageTombstoneChunk TombstonesToChunk(const StoredCrosswalk& stored, RowRange range) {
  storage::v1::LinkageTombstoneChunk chunk;
  for (size_t i = range.begin; i < range.end; ++i) {
    const Tombstone& tombstone = stored.crosswalk.tombstones[i];
    chunk.mutable_tokens()->append(TokenToBytes(tombstone.token));
    chunk.add_persons(tombstone.person);
    chunk.mutable_reasons()->push_back(ByteOf(tombstone.reason));
  }
  return chunk;
}

storage::v1::LinkageEventsRecord EventsToRecord(std::span<const PersonEvent> events) {
  storage::v1::LinkageEventsRecord record;
  for (const PersonEvent& event : events) {
    record.mutable_kinds()->push_back(ByteOf(event.kind));
    record.add_persons(event.person);
    record.add_others(event.other);
  }
  return record;
}

absl::Status AddRecords(const std::string& bytes, StoredCrosswalk& stored) {
  storage::v1::LinkageRecordChunk chunk;
  if (!chunk.ParseFromString(bytes) || !HasTokens(chunk.tokens(), chunk.persons_size())) return Corrupt();
  for (int i = 0; i < chunk.persons_size(); ++i) {
    stored.crosswalk.records.push_back({.token = TokenAt(chunk.tokens(), i), .person = chunk.persons(i)});
  }
  return absl::OkStatus();
}

absl::Status AddPersons(const std::string& bytes, StoredCrosswalk& stored) {
  storage::v1::LinkagePersonChunk chunk;
  if (!chunk.ParseFromString(bytes)) return Corrupt();
  for (const storage::v1::LinkagePersonRecord& person : chunk.persons()) {
    PersonAttributes attributes = {.person = person.person(),
                                   .age_band = person.age_band(),
                                   .sex = Sex::kUnknown,
                                   .small_area = person.small_area(),
                                   .practice = person.practice(),
                                   .memberships = {},
                                   .death_month = person.death_month()};
    if (!EnumOf(ByteOf(person.sex()), Sex::kFemale, attributes.sex)) return Corrupt();
    for (const storage::v1::LinkageMembershipRecord& membership : person.memberships()) {
      attributes.memberships.push_back({.commissioner = membership.commissioner(),
                                        .first_day = CivilDay(membership.first_day()),
                                        .last_day = CivilDay(membership.last_day())});
    }
    stored.crosswalk.attributes.push_back(std::move(attributes));
    stored.secrets.push_back(
        {.cell_key = person.cell_key(), .nhs_number = Sensitive<uint64_t>(person.nhs_number())});
  }
  return absl::OkStatus();
}

absl::Status AddPlaces(const std::string& bytes, StoredCrosswalk& stored) {
  storage::v1::LinkagePlaceChunk chunk;
  const bool parsed = chunk.ParseFromString(bytes);
  const int count = chunk.persons_size();
  if (!parsed || !HasTokens(chunk.tokens(), count) || chunk.profiles_size() != count ||
      chunk.nhs_numbers_given_size() != count || chunk.social_without_number().size() != static_cast<size_t>(count)) {
    return Corrupt();
  }
  for (int i = 0; i < count; ++i) {
    stored.places.push_back({.token = TokenAt(chunk.tokens(), i),
                             .person = chunk.persons(i),
                             .profile = chunk.profiles(i) == 0 ? kNoProfile : chunk.profiles(i) - 1,
                             .nhs_number_given = Sensitive<uint64_t>(chunk.nhs_numbers_given(i))});
    stored.social_without_number.push_back(chunk.social_without_number()[static_cast<size_t>(i)] != 0);
  }
  return absl::OkStatus();
}

absl::Status AddEvidence(const std::string& bytes, StoredCrosswalk& stored) {
  storage::v1::LinkageEvidenceChunk chunk;
  const bool parsed = chunk.ParseFromString(bytes);
  const int count = chunk.weights_size();
  if (!parsed || chunk.profiles_a_size() != count || chunk.profiles_b_size() != count ||
      chunk.decisions().size() != static_cast<size_t>(count)) {
    return Corrupt();
  }
  for (int i = 0; i < count; ++i) {
    PairEvidence pair = {.profile_a = chunk.profiles_a(i), .profile_b = chunk.profiles_b(i), .weight = chunk.weights(i)};
    if (!EnumOf(chunk.decisions()[static_cast<size_t>(i)], Decision::kForbidden, pair.decision)) return Corrupt();
    stored.evidence.push_back(pair);
  }
  return absl::OkStatus();
}

absl::Status AddTombstones(const std::string& bytes, StoredCrosswalk& stored) {
  storage::v1::LinkageTombstoneChunk chunk;
  const bool parsed = chunk.ParseFromString(bytes);
  const int count = chunk.persons_size();
  if (!parsed || !HasTokens(chunk.tokens(), count) || chunk.reasons().size() != static_cast<size_t>(count)) {
    return Corrupt();
  }
  for (int i = 0; i < count; ++i) {
    Tombstone tombstone = {.token = TokenAt(chunk.tokens(), i), .person = chunk.persons(i)};
    if (!EnumOf(chunk.reasons()[static_cast<size_t>(i)], TombstoneReason::kUnlinked, tombstone.reason)) return Corrupt();
    stored.crosswalk.tombstones.push_back(tombstone);
  }
  return absl::OkStatus();
}

absl::Status AddEvents(const std::string& bytes, std::vector<PersonEvent>& events) {
  storage::v1::LinkageEventsRecord record;
  const bool parsed = record.ParseFromString(bytes);
  const int count = record.persons_size();
  if (!parsed || record.others_size() != count || record.kinds().size() != static_cast<size_t>(count)) return Corrupt();
  for (int i = 0; i < count; ++i) {
    PersonEvent event = {.person = record.persons(i), .other = record.others(i)};
    if (!EnumOf(record.kinds()[static_cast<size_t>(i)], PersonEventKind::kGaveTo, event.kind)) return Corrupt();
    events.push_back(event);
  }
  return absl::OkStatus();
}

}  // namespace safehaven::linkage
