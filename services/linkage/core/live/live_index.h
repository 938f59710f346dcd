// The people of one authority under one frozen version, kept up to date record by record.
//
// Under a frozen version whether two records are candidates, and what they weigh, depends
// on the two alone; and clusters depend only on what is tied together. So a batch of new,
// changed and deleted records touches the people it is tied to and nobody else, and the
// partition is the one that linking everything anew would give, in whatever order and
// batches the records came (tests/property). One record asked about gets the answer of a
// batch that held it too (match_one.h), without being kept.
//
// Thread-compatible: Update() and Decide() alone; MatchOne() of different lanes at once.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_LIVE_INDEX_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_LIVE_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "services/linkage/core/live/growing_columns.h"
#include "services/linkage/core/live/postings.h"
#include "services/linkage/core/match.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/persons.h"
#include "services/linkage/core/record.h"
#include "services/linkage/core/score/scorer.h"

namespace safehaven::linkage {

struct LiveOptions {
  // Frozen; its lambda, frequencies and heavy keys are used as they are.
  Model model;
  // As the records' source indices have them.
  std::vector<SourceRule> sources;
  // Threads that may ask at once.
  size_t lanes = 1;
};

// What comes and what goes. A token that is there already is superseded.
struct LiveBatch {
  std::span<const StandardRecord> added;
  std::span<const RecordToken> removed;
};

// What a batch changed.
struct LiveChange {
  // New records and those whose person is another now, ascending by token.
  std::vector<RecordPerson> placed;
  // Records that are in no person any more, ascending.
  std::vector<RecordToken> removed;
  std::vector<PersonEvent> events;
  PersonNumber next_person = 1;
  // Work done.
  uint64_t pairs_compared = 0;
  uint64_t profiles_clustered = 0;
};

// A pair of a profile with another, as kept.
struct LiveEdge {
  ProfileIndex other = 0;
  Weight weight = 0;
  // Of the pair by itself.
  Decision decision = Decision::kNone;
  bool not_alone = false;
};

class LiveIndex {
 public:
  // FAILED_PRECONDITION as ValidateModel, or with reason MODEL_NOT_FROZEN.
  // INVALID_ARGUMENT with reason SOURCES_TOO_MANY.
  static absl::StatusOr<std::unique_ptr<LiveIndex>> Make(LiveOptions options);

  // Takes over the persons of a crosswalk, as Assign() does. Only while the index is empty;
  // the first Update() after it brings all records, and who is not among them is gone.
  void StartFrom(std::span<const RecordPerson> previous, PersonNumber next_person);

  // All or nothing. Time and memory grow with the batch and what it is tied to, not with
  // the index. INVALID_ARGUMENT with reason SOURCE_UNKNOWN, or TOKEN_REPEATED if a batch
  // adds a token twice.
  absl::StatusOr<LiveChange> Update(const LiveBatch& batch);

  // Replaces all clerical decisions and clusters those concerned anew.
  absl::StatusOr<LiveChange> Decide(std::span<const DecidedPair> apart, std::span<const DecidedPair> together);

  // Persons of all records that have one, ascending by token. O(n log n).
  std::vector<RecordPerson> Records() const;

  // kNoPerson if the record is not there or nobody's.
  PersonNumber PersonOf(const RecordToken& token) const;

  // Were more pairs compared than the version was made for? Then it is time for a new one.
  bool outgrown() const;

  // The profile of a record, and the columns of all, for explaining.
  std::optional<ProfileIndex> ProfileOf(const RecordToken& token) const;
  const Profiles& profiles() const { return columns_.profiles(); }

  size_t lane_count() const { return columns_.lanes(); }
  size_t record_count() const { return places_.size(); }
  const Model& model() const { return model_; }
  const std::vector<SourceRule>& sources() const { return sources_; }
  PersonNumber next_person() const { return next_person_; }

 private:
  friend class LiveQuery;

  struct Place {
    PersonNumber person = kNoPerson;
    ProfileIndex profile = kNoProfileIndex;
  };
  static constexpr ProfileIndex kNoProfileIndex = UINT32_MAX;

  // What is known of a profile beside its columns.
  struct Member {
    absl::InlinedVector<RecordToken, 1> tokens;  // ascending; empty: gone
    std::vector<LiveEdge> edges;
    bool says_too_little = false;  // for its several records to be one person's
  };

  // A record that is asked about, as one profile more with edges of its own.
  struct Guest {
    ProfileIndex lane = kNoProfileIndex;
    RecordToken token;
    std::vector<LiveEdge> edges;
  };

  // The clusters of profiles that are tied together: by place in `profiles`.
  struct LocalClusters {
    std::vector<ProfileIndex> profiles;  // in order of content
    std::vector<uint32_t> cluster_of;
    uint32_t count = 0;
  };

  explicit LiveIndex(LiveOptions options);

  // Are its records not one person's although they say the same (ClusterRules)?
  bool IsUnlinkable(const Member& member) const;
  bool Ties(ProfileIndex a, const LiveEdge& edge) const;
  // Everybody tied to `seed`, `guest` included if there is one.
  std::vector<ProfileIndex> TiedTo(ProfileIndex seed, const Guest* guest) const;
  // In order of content.
  void SortByContent(std::vector<ProfileIndex>& profiles, const Guest* guest) const;
  LocalClusters ClusterTied(std::vector<ProfileIndex> profiles, const Guest* guest, Scorer& scorer) const;

  // Profiles that share a block with `profile`, each once, ascending.
  std::vector<ProfileIndex> CandidatesOf(ProfileIndex profile) const;
  // The edges of `profile` with its candidates that are worth keeping.
  std::vector<LiveEdge> Score(ProfileIndex profile, Scorer& scorer, uint64_t& pairs_compared) const;

  absl::Status Validate(const LiveBatch& batch) const;
  // The profile that says what `profile` says and may have several records, if there is one.
  ProfileIndex FindSame(ProfileIndex profile) const;
  void AddRecord(const StandardRecord& record, std::vector<ProfileIndex>& touched, LiveChange& change);
  // Takes the record out of its profile.
  void RemoveRecord(const RecordToken& token, std::vector<ProfileIndex>& touched);
  void Unlist(ProfileIndex profile);
  // Clusters what is tied to `touched` anew and numbers its people. `gone`: records taken
  // out, with their former persons.
  absl::Status Recluster(std::vector<ProfileIndex> touched, std::vector<RecordPerson> gone, LiveChange& change);

  const Model model_;
  const std::vector<SourceRule> sources_;
  std::vector<uint64_t> source_hashes_;
  // Pairs of lower weight are not kept.
  const Weight weight_min_;
  GrowingColumns columns_;
  Scorer scorer_;
  std::vector<Postings> postings_;  // by rule
  std::vector<Member> members_;     // by profile
  // By content hash; of several with one hash, by what follows it (Mix).
  absl::flat_hash_map<uint64_t, ProfileIndex> by_content_;
  absl::flat_hash_map<RecordToken, Place> places_;
  // Persons of records that are expected (StartFrom).
  absl::flat_hash_map<RecordToken, PersonNumber> expected_;
  PersonNumber next_person_ = 1;
  uint64_t pairs_compared_ = 0;
  // Clerical decisions by record.
  std::vector<DecidedPair> apart_;
  std::vector<DecidedPair> together_;
  absl::flat_hash_map<RecordToken, std::vector<RecordToken>> apart_of_;
  absl::flat_hash_map<RecordToken, std::vector<RecordToken>> together_of_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_LIVE_INDEX_H_
