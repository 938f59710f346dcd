// A costing run: one provider's ledger through one cost model to every patient's
// event, exact to 1e-8 pounds.
//
// Four stages, each of which must hand on exactly what it took in:
//
//   ledger_to_pools       ledger lines to the model's pools
//   support_to_pools      support pools to those that they support
//   resources_to_activities   own patient care: pools -> resources -> activities
//   activities_to_events  activities to events, by drivers
//
// A run that does not conserve fails and names the stage; there is no tolerance.
// Objections play no part here: a run costs every event, and only answers leave
// people out (docs/architecture.md). Nothing depends on the order of ledger lines or
// events, nor on how events are cut into batches. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RUN_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RUN_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/money.h"
#include "services/costing/core/events.h"
#include "services/costing/core/feed_rows.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model.h"
#include "services/costing/core/support_costs.h"

namespace safehaven::costing {

// Most events of one run: their indices are 32-bit.
inline constexpr size_t kRunEventsMax = 1'000'000'000;

using BlockDigest = std::array<uint8_t, 32>;  // SHA-256

// The cost lines of one activity and one resource: costs [first, first + count) of
// CostLines for the uses [first_use, first_use + count). All have one cost group, so it
// stands here and not on every row. The blocks of one activity share their uses.
struct CostLineBlock {
  size_t activity = 0;
  size_t resource = 0;
  CostGroup group = CostGroup::kOwnPatientCare;
  size_t first = 0;
  size_t first_use = 0;
  size_t count = 0;
  int64_t unmatched_weight = 0;  // of rows without an event, which bear their part too
  // Of the uses (events as places in key order, weights, rules) and of the costs: what
  // the certificate's output digest is made of, so that a rerun hashes only what changed.
  BlockDigest uses_digest{};
  BlockDigest cost_digest{};
};

// Cost lines as columns: activity x resource inside an event, as the national
// collection has them. An event that an activity gives no cost has no line in it.
struct CostLines {
  std::vector<CostLineBlock> blocks;  // by activity, then resource, in the model's order
  // Uses; within a block by record key.
  std::vector<uint32_t> event;  // index over all batches
  std::vector<int64_t> weight;  // by which the cost was divided
  std::vector<uint8_t> rule;    // 0 the event's own row, else 1 + the index of the matching rule
  std::vector<int64_t> cost_e8;  // 1e-8 pounds, one a line

  size_t line_count() const { return cost_e8.size(); }
};

// Cost of one resource in one activity: what the stage before last made.
struct ActivityCost {
  size_t resource = 0;
  size_t activity = 0;
  Money amount;
};

// One stage took `in` and handed on `out`; they are equal in every run there is.
struct StageTotals {
  std::string stage;
  Money in;
  Money out;
};

// Events of one feed, in and costed.
struct FeedCounts {
  std::string feed;
  int64_t events_in = 0;
  int64_t events_costed = 0;
  int64_t events_outside_period = 0;  // ended before or after the model's period: not costed
};

// Rows of one auxiliary feed by the rule that found their event.
struct MatchCounts {
  std::string feed;
  std::string rule;  // empty: no rule found one
  int64_t rows = 0;
};

// Both sides: every pound of the ledger, and every event.
struct Reconciliation {
  Money ledger_total;
  std::array<Money, kCostGroupCount> group_total;  // by CostGroup; adds up, with excluded, to the ledger
  Money excluded;       // outside the quantum
  Money distributed;    // own patient care that reached events
  Money undistributed;  // own patient care of activities without a driver: in its group, with no event
  Money unmatched;      // own patient care of rows that no rule matched: in its group, with no event
  Money difference;     // ledger - groups - excluded: 0
  std::vector<StageTotals> stages;
  std::vector<FeedCounts> feeds;     // by name
  std::vector<MatchCounts> matches;  // by feed of the model, then rule; no rule last
};

// Hashes (32 bytes of SHA-256 each) by which a run can be repeated and compared: the
// same inputs and model give the same certificate on any machine, in any row order.
struct RunCertificate {
  std::string ledger_digest;
  std::string events_digest;
  std::string model_digest;
  std::string output_digest;  // all cost lines and the totals of all groups
  std::string digest;         // of the four
};

// How much of a run was made and how much taken over from a run before. No part of the
// result: it differs where certificates do not.
struct RunWork {
  size_t blocks_made = 0;
  size_t blocks_reused = 0;
  size_t activities_weighed = 0;
  size_t activities_reused = 0;  // their uses; blocks of them are made anew where their cost changed
};

struct CostRun {
  std::string provider;
  int64_t model_version = 0;
  CivilDay period_start;
  CivilDay period_end;
  LedgerMapping ledger_mapping;
  SupportResult support;                     // by pool of the model
  std::vector<ActivityCost> activity_costs;  // every link of the model
  std::vector<ActivityCost> undistributed;   // those of activities without a driver
  std::vector<ActivityCost> unmatched;       // what rows without an event bear
  CostLines lines;
  std::vector<int64_t> event_cost_e8;  // own patient care by event, over all batches
  Reconciliation reconciliation;
  RunCertificate certificate;
  RunWork work;
};

// A run and what it was made of. Borrowed: all of it outlives what uses it.
struct RunBasis {
  const CostModel* model = nullptr;
  const CostRun* run = nullptr;
  std::span<const EventColumns* const> batches;
  std::span<const FeedRows> rows;
};

// Costs `batches` (their events are numbered through, in order). Failures:
// COST_MODEL_INVALID, those of MapLedger() and of the support allocation;
// FAILED_PRECONDITION with reason DRIVER_COLUMN_MISSING (a batch has rows of a feed
// but not the column that drives it) or EVENT_DUPLICATE (two events with one record
// key) or ACTIVITY_UNKNOWN; INVALID_ARGUMENT with reason DRIVER_NEGATIVE; OUT_OF_RANGE with reason
// DRIVER_OVERFLOW or MONEY_OVERFLOW; INTERNAL with reason NOT_RECONCILED and
// metadata "stage". Messages name feeds and columns, never a record key.
absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches);

// The same with rows of auxiliary feeds, each matched to an event of `batches`.
absl::StatusOr<CostRun> RunCosting(const CostModel& model, const Ledger& ledger,
                                   std::span<const EventColumns* const> batches, std::span<const FeedRows> rows);

// The run that RunCosting() would make of the same arguments, to the last bit, for the
// work of what differs from `before`: uses of activities whose drivers and feeds are the
// same are taken over, and so are the costs of those whose cost is the same, too. Batches
// and rows that are the same objects as before count as the same without a look; others
// are compared. Failures as RunCosting().
absl::StatusOr<CostRun> RerunCosting(const RunBasis& before, const CostModel& model, const Ledger& ledger,
                                     std::span<const EventColumns* const> batches, std::span<const FeedRows> rows);

// What was kept of a run: its lines with their digests, what rows without an event bear,
// and the digests of events and output.
struct KeptLines {
  CostLines lines;
  std::vector<ActivityCost> unmatched;
  std::string events_digest, output_digest;
};

// The run that RunCosting() made of the same model, ledger, batches and rows, from what was
// kept of it, without dividing anything. DATA_LOSS with reason RUN_CHANGED if the lines are
// not of them: amounts or digests differ. Indices within `kept` have been checked.
absl::StatusOr<CostRun> RestoreCosting(KeptLines kept, const CostModel& model, const Ledger& ledger,
                                       std::span<const EventColumns* const> batches, std::span<const FeedRows> rows);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RUN_H_
