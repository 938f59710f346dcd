// One linkage run under one authority, whole: candidates, matching, persons with
// lasting numbers, attributes, the crosswalk to publish and the evidence to keep.
// Pure: the same input gives the same output, whatever the order of the records.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_LINK_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_LINK_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/authority.h"
#include "services/linkage/core/crosswalk.h"
#include "services/linkage/core/match.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

enum class LinkStage : uint8_t { kSelecting, kMatching, kAssigning, kDescribing };
absl::string_view LinkStageName(LinkStage stage);

struct LinkInput {
  // All records at hand; the authority selects among them.
  std::span<const StandardRecord> records;
  std::span<const SourceRule> sources;
  LinkageAuthority authority;
  // Trained on the candidates first if `train`, and frozen then.
  Model model;
  bool train = true;
  // What standardising the records learned: goes into the frozen version.
  StandardRules standard;
  std::vector<DecidedPair> decided_apart;
  std::vector<DecidedPair> decided_together;
  // The authority's last crosswalk; revision 0 and no records in the first run.
  Crosswalk previous;
  // The next person number never used in this crosswalk so far.
  PersonNumber next_person = 1;
  // Of the new crosswalk; above the previous one.
  uint64_t revision = 1;
  // At which ages are taken.
  CivilDay reference_day;
  // Called at the beginning of each stage, if set.
  std::function<void(LinkStage)> on_stage;
};

// Where a record went, for exclusion and for explaining. Holds an NHS number: stays
// inside linkage.
struct RecordPlace {
  RecordToken token;
  PersonNumber person = kNoPerson;  // kNoPerson: not linked
  // The profile, by number in this run; kNoProfile if it has none.
  uint32_t profile = UINT32_MAX;
  // The well-formed number that the record gave, 0 if none.
  Sensitive<uint64_t> nhs_number_given;
};
inline constexpr uint32_t kNoProfile = UINT32_MAX;

// A kept pair of profiles.
struct PairEvidence {
  uint32_t profile_a = 0;
  uint32_t profile_b = 0;
  Weight weight = 0;
  Pattern pattern = 0;
  uint16_t rule = 0;
  Decision decision = Decision::kNone;
};

struct LinkCounts {
  uint64_t records = 0;           // candidates, stripped ones included
  uint64_t records_left_out = 0;  // of sources outside the authority
  uint64_t stripped = 0;
  uint64_t unlinked = 0;          // in no cluster: stripped or without any identity
  uint64_t profiles = 0;
  uint64_t persons = 0;
  uint64_t pairs_compared = 0;
  uint64_t pairs_forbidden = 0;
  uint64_t links_certain = 0;
  uint64_t links_by_weight = 0;
  uint64_t pairs_for_review = 0;
  uint64_t profiles_given_up = 0;
  RefusedLinks refused;
};

struct LinkResult {
  Crosswalk crosswalk;
  PersonNumber next_person = 1;
  // Ascending by token; every candidate record.
  std::vector<RecordPlace> places;
  // All pairs above the lowest threshold, linked or not.
  std::vector<PairEvidence> evidence;
  LinkCounts counts;
  // As trained and used, with its identity.
  Model model;
  std::string model_identity;
  TrainingReport training;
  // The columns, for explaining pairs while they are in memory.
  Profiles profiles;
};

// Fails as SelectCandidates, Match and Assign do; INVALID_ARGUMENT with reason
// REVISION_NOT_ABOVE if `revision` is not above the previous crosswalk's.
absl::StatusOr<LinkResult> Link(const LinkInput& input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_LINK_H_
