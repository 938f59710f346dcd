#include "services/consent/rpc/register_flips.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/warrant/canonical_question.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/explain.h"
#include "services/consent/core/flips.h"
#include "services/consent/rpc/convert.h"

namespace safehaven::consent {
namespace {

constexpr uint64_t kBlockLeaves = 1024;

// The distinct questions of decisions, newest first, until they are too old or too many.
class Collector {
 public:
  explicit Collector(CivilDay since) : since_(since) {}

  // Says whether to go on to older leaves.
  absl::StatusOr<bool> Visit(const LogEntry& entry) {
    if (entry.kind != kDecisionLeaf) return true;
    if (entry.erased) {
      complete_ = false;
      return true;
    }
    storage::v1::DecisionRecord record;
    if (!record.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a decision does not parse");
    if (CivilDay::InLondon(absl::FromUnixMillis(record.decision_unix_ms())) < since_) return false;
    const bool is_new = known_.emplace(record.question(), record.caller(), record.environment()).second;
    if (is_new && questions_.size() == kFlipQuestionsMax) return StopEarly();
    ++decision_count_;
    if (!is_new) return true;
    SH_ASSIGN_OR_RETURN(Question question, ParseCanonicalQuestion(record.question()));
    questions_.push_back({.question = std::move(question),
                          .subject = record.caller(),
                          .organisation = record.organisation(),
                          .role = record.role(),
                          .environment = record.environment()});
    return true;
  }

  bool StopEarly() {
    complete_ = false;
    return false;
  }

  const std::vector<LoggedQuestion>& questions() const { return questions_; }
  uint64_t decision_count() const { return decision_count_; }
  bool complete() const { return complete_; }

 private:
  const CivilDay since_;
  std::set<std::tuple<std::string, std::string, std::string>> known_;
  std::vector<LoggedQuestion> questions_;
  uint64_t decision_count_ = 0;
  bool complete_ = true;
};

// Leaves [begin, end), in order.
absl::StatusOr<std::vector<LogEntry>> ReadBlock(const TransparencyLog& log, uint64_t begin, uint64_t end,
                                                absl::Time deadline) {
  std::vector<LogEntry> block;
  while (begin < end) {
    SH_ASSIGN_OR_RETURN(std::vector<LogEntry> entries, log.ReadRange(begin, end - begin, deadline));
    if (entries.empty()) return DataLoss("LOG_LEAVES_MISSING", "the log holds fewer leaves than it counts");
    begin += entries.size();
    std::move(entries.begin(), entries.end(), std::back_inserter(block));
  }
  return block;
}

absl::Status Collect(const TransparencyLog& log, absl::Time deadline, Collector& collector) {
  const uint64_t size = log.revision().size;
  for (uint64_t end = size; end > 0;) {
    if (size - end >= kFlipLeavesMax) {
      collector.StopEarly();
      return absl::OkStatus();
    }
    const uint64_t begin = end > kBlockLeaves ? end - kBlockLeaves : 0;
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> block, ReadBlock(log, begin, end, deadline));
    for (auto entry = block.rbegin(); entry != block.rend(); ++entry) {
      SH_ASSIGN_OR_RETURN(const bool more, collector.Visit(*entry));
      if (!more) return absl::OkStatus();
    }
    end = begin;
  }
  return absl::OkStatus();
}

v1::QuestionFlip FlipToProto(const QuestionFlip& flip) {
  v1::QuestionFlip wire;
  wire.set_organisation(flip.organisation);
  wire.set_role(flip.role);
  wire.set_environment(flip.environment);
  wire.set_approval(flip.question.approval);
  wire.set_question(QuestionInOneLine(flip.question));
  wire.set_before(EffectText(flip.before));
  wire.set_after(EffectText(flip.after));
  wire.set_gate(flip.gate);
  wire.set_reason(flip.reason);
  wire.set_asker_count(flip.asker_count);
  return wire;
}

}  // namespace

absl::StatusOr<v1::QuestionFlips> FlipsOfLog(ConsentStore& store, const View& view, const RegisterSnapshot& after,
                                             absl::Time now, absl::Time deadline) {
  const CivilDay today = CivilDay::InLondon(now);
  const CivilDay since = today.AddDays(-kFlipDays);
  Collector collector(since);
  SH_RETURN_IF_ERROR(Collect(store.log(), deadline, collector));
  v1::QuestionFlips flips;
  for (const QuestionFlip& flip : FlipsOf(*view.snapshot, after, collector.questions(), today, *view.holdings,
                                          view.holding_index.get())) {
    *flips.add_flips() = FlipToProto(flip);
  }
  flips.set_decision_count(collector.decision_count());
  flips.set_question_count(collector.questions().size());
  *flips.mutable_since() = DateToProto(since);
  flips.set_complete(collector.complete());
  return flips;
}

}  // namespace safehaven::consent
