// From standard records to clusters of records: profiles, training where asked,
// candidates, weights, clusters. What follows (persons with stable numbers, the
// crosswalk) is in link.h. Pure; the result depends on the content of the records and
// not on their order.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_MATCH_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_MATCH_H_

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/block/blocks.h"
#include "services/linkage/core/cluster.h"
#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/record.h"
#include "services/linkage/core/score/scorer.h"
#include "services/linkage/core/train/train.h"

namespace safehaven::linkage {

// Two records about which a person has decided.
using DecidedPair = std::pair<RecordToken, RecordToken>;

struct MatchInput {
  std::span<const StandardRecord> records;
  std::span<const SourceRule> sources;
  // Trained on these records first if `train`, and frozen then; used as it is otherwise.
  Model model;
  bool train = true;
  // What standardising these records learned from them: goes into the frozen version.
  StandardRules standard;
  // Clerical decisions. Tokens that are in no profile are ignored. Pairs decided together
  // are labels for training too.
  std::vector<DecidedPair> decided_apart;
  std::vector<DecidedPair> decided_together;
};

// A record's cluster when it has none: stripped, or without any identity.
inline constexpr uint32_t kNoCluster = UINT32_MAX;

struct MatchResult {
  Profiles profiles;
  // As trained and used.
  Model model;
  TrainingReport training;
  // Above the lowest threshold, strongest evidence of each pair.
  ScoreResult scores;
  // By blocking rule.
  std::vector<BlockReport> blocks;
  RefusedLinks refused;
  // Links made by each kind of decision.
  uint64_t links_certain = 0;
  uint64_t links_by_weight = 0;
  uint64_t pairs_for_review = 0;
  // Candidates that a heavy block hid.
  uint64_t profiles_given_up = 0;
  // By record, in the order of the input; kNoCluster for those in no profile.
  std::vector<uint32_t> cluster_of_record;
  uint32_t cluster_count = 0;
};

// Records beyond the first of each profile that are in its cluster: they say the same.
uint64_t RepeatsLinked(const MatchResult& result);

// The same for profiles that are there already.
struct ProfileMatchInput {
  Profiles profiles;
  // Records are numbered below this.
  size_t record_count = 0;
  std::span<const SourceRule> sources;
  Model model;
  bool train = true;
  StandardRules standard;
  // Decisions about profiles, the lower index first, ascending. A profile apart from itself
  // has records that are not one person's.
  std::vector<std::pair<ProfileIndex, ProfileIndex>> decided_apart;
  std::vector<std::pair<ProfileIndex, ProfileIndex>> decided_together;
  // Pairs known to be one person's, for training alone (train/labels.h).
  std::vector<std::pair<ProfileIndex, ProfileIndex>> labels;
  Workers workers;
  // Called with "block", "train", "score" and "cluster" when each begins, if set.
  std::function<void(absl::string_view)> on_stage;
  // Called when the blocks are there, if set: for judging blocking against a truth.
  std::function<void(const Profiles&, const Blocks&)> on_blocks;
};

// INVALID_ARGUMENT with reason SOURCES_TOO_MANY; FAILED_PRECONDITION as ValidateModel, or
// with reason VERSION_OUTGROWN if the blocks of a frozen version have become too large.
absl::StatusOr<MatchResult> MatchProfiles(ProfileMatchInput input);

// INVALID_ARGUMENT as BuildProfiles; otherwise as MatchProfiles.
absl::StatusOr<MatchResult> Match(MatchInput input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_MATCH_H_
