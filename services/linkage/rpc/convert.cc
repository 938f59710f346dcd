#include "services/linkage/rpc/convert.h"

#include "libs/warrant/wire.h"

namespace safehaven::linkage {

storage::v1::IdentityRecord IdentityToRecord(const v1::IdentityRow& row) {
  storage::v1::IdentityRecord record;
  record.set_token(row.token());
  record.set_nhs_number(row.nhs_number());
  record.set_nhs_number_verified(row.nhs_number_verified());
  record.set_given_name(row.given_name());
  record.set_family_name(row.family_name());
  record.set_birth_date(row.birth_date());
  record.set_sex(row.sex());
  record.set_postcode(row.postcode());
  record.set_address_line(row.address_line());
  record.set_local_id(row.local_id());
  record.set_practice(row.practice());
  record.set_commissioner(row.commissioner());
  record.set_small_area(row.small_area());
  record.set_registered_from(row.registered_from());
  record.set_registered_to(row.registered_to());
  record.set_death_date(row.death_date());
  record.set_stripped(row.stripped());
  record.set_deleted(row.deleted());
  return record;
}

v1::LoadState LoadStateOf(storage::v1::LoadPhase phase) {
  switch (phase) {
    case storage::v1::LOAD_PHASE_OPEN: return v1::LOAD_STATE_OPEN;
    case storage::v1::LOAD_PHASE_CLOSED: return v1::LOAD_STATE_CLOSED;
    case storage::v1::LOAD_PHASE_VISIBLE: return v1::LOAD_STATE_VISIBLE;
    case storage::v1::LOAD_PHASE_REPLACED: return v1::LOAD_STATE_REPLACED;
    default: return v1::LOAD_STATE_UNSPECIFIED;
  }
}

v1::LinkageSummary SummaryToProto(const storage::v1::LinkageRunRecord& run) {
  const storage::v1::LinkageSummaryRecord& record = run.summary();
  v1::LinkageSummary summary;
  summary.set_authority(run.authority());
  summary.set_crosswalk_revision(record.crosswalk_revision());
  summary.set_record_count(record.record_count());
  summary.set_person_count(record.person_count());
  summary.set_pair_count(record.pair_count());
  summary.set_deterministic_link_count(record.deterministic_link_count());
  summary.set_probabilistic_link_count(record.probabilistic_link_count());
  summary.set_review_count(record.review_count());
  summary.set_social_care_without_number_count(record.social_care_without_number_count());
  summary.set_social_care_without_number_linked_count(record.social_care_without_number_linked_count());
  summary.set_stripped_count(record.stripped_count());
  summary.set_model(record.model());
  *summary.mutable_standardised() = record.standardised();
  return summary;
}

v1::Publication PublicationToProto(const PublishedPair& pair) {
  v1::Publication publication;
  publication.set_authority(pair.authority);
  publication.set_crosswalk_revision(pair.crosswalk_revision);
  *publication.mutable_objection_revision() = RevisionToProto(pair.objection_revision);
  return publication;
}

PublishedPair PublicationFromProto(const v1::Publication& publication) {
  return {.authority = publication.authority(),
          .crosswalk_revision = publication.crosswalk_revision(),
          .objection_revision = RevisionFromProto(publication.objection_revision())};
}

v1::ReadCrosswalkResponse ChunkToProto(const CrosswalkChunk& chunk) {
  v1::ReadCrosswalkResponse response;
  response.set_tokens(chunk.records.tokens());
  *response.mutable_persons() = chunk.records.persons();
  for (const storage::v1::LinkagePersonRecord& person : chunk.persons.persons()) {
    v1::PersonAttributes* attributes = response.add_attributes();
    attributes->set_person(person.person());
    attributes->set_age_band(person.age_band());
    attributes->set_sex(person.sex());
    attributes->set_small_area(person.small_area());
    attributes->set_practice(person.practice());
    for (const storage::v1::LinkageMembershipRecord& record : person.memberships()) {
      v1::ListMembership* membership = attributes->add_memberships();
      membership->set_commissioner(record.commissioner());
      membership->set_first_day(record.first_day());
      membership->set_last_day(record.last_day());
    }
    attributes->set_death_month(person.death_month());
    attributes->set_cell_key(person.cell_key());
  }
  response.set_chunk_count(chunk.chunk_count);
  return response;
}

v1::ExclusionSet ExclusionSetToProto(const std::string& name, const ExclusionSet& set) {
  v1::ExclusionSet response;
  response.set_set(name);
  for (const ExcludedPerson& person : set.persons) response.add_persons(person.person);
  response.set_received_count(set.counts.received);
  response.set_resolved_count(set.counts.resolved);
  response.set_unresolved_count(set.counts.unresolved);
  response.set_possible_count(set.counts.persons_possible);
  return response;
}

}  // namespace safehaven::linkage
