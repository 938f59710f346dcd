// Reconstruct, ListDue and ListDrift.
#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/warrant/canonical_question.h"
#include "libs/warrant/verify.h"
#include "libs/warrant/wire.h"
#include "services/consent/core/due.h"
#include "services/consent/core/impact.h"
#include "services/consent/rpc/convert.h"
#include "services/consent/rpc/look_back.h"

namespace safehaven::consent {
namespace {

constexpr int kHorizonDaysMax = 3650;
// A decision comes right after its warrants (kAppendsTogetherMax).
constexpr uint64_t kLeavesOfDecisionMax = 8;

struct LoggedDecision {
  uint64_t leaf = 0;
  storage::v1::DecisionRecord record;
};

absl::Status Erased(const LogEntry& entry) {
  return Failure(absl::StatusCode::kFailedPrecondition, "LEAF_ERASED",
                 absl::StrCat("the content of leaf ", entry.index, " was erased: ", entry.erase_reason),
                 {{"erase_reason", entry.erase_reason}});
}

absl::StatusOr<LoggedDecision> FindDecision(const TransparencyLog& log, uint64_t leaf, absl::Time deadline) {
  const absl::Status unknown = NotFound("DECISION_UNKNOWN", absl::StrCat("leaf ", leaf, " is of no decision"));
  const uint64_t size = log.revision().size;
  if (leaf >= size) return unknown;
  SH_ASSIGN_OR_RETURN(const LogEntry first, log.Read(leaf, deadline));
  if (first.kind != kDecisionLeaf && first.kind != kWarrantLeafKind) return unknown;
  if (first.erased) return Erased(first);
  std::string warrant;
  if (first.kind == kWarrantLeafKind) {
    SH_ASSIGN_OR_RETURN(const Warrant parsed, ParseWarrant(first.body));
    warrant = parsed.id;
  }
  for (uint64_t next = leaf; next < std::min(size, leaf + kLeavesOfDecisionMax); ++next) {
    SH_ASSIGN_OR_RETURN(const LogEntry entry, log.Read(next, deadline));
    if (entry.kind != kDecisionLeaf) continue;
    if (entry.erased) return Erased(entry);
    LoggedDecision decision = {.leaf = next};
    if (!decision.record.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a decision does not parse");
    const auto& warrants = decision.record.warrants();
    if (warrant.empty() || std::find(warrants.begin(), warrants.end(), warrant) != warrants.end()) return decision;
  }
  return unknown;
}

// What disclosure domains held by the decisions before `leaf`, in order.
absl::StatusOr<std::vector<Holding>> HoldingsBefore(const ConsentStore& store, uint64_t leaf, absl::Time deadline) {
  std::vector<Holding> holdings;
  std::set<std::string> known;
  const auto add = [&](const auto& records) -> absl::Status {
    for (const storage::v1::HoldingRecord& record : records) {
      if (!known.insert(record.SerializeAsString()).second) continue;
      SH_ASSIGN_OR_RETURN(Holding holding, FromRecord(record));
      holdings.push_back(std::move(holding));
    }
    return absl::OkStatus();
  };
  SH_RETURN_IF_ERROR(store.Scan(0, deadline, [&](const LogEntry& entry) -> absl::Status {
    if (entry.erased) return absl::OkStatus();
    if (entry.kind == kDecisionLeaf && entry.index < leaf) {
      storage::v1::DecisionRecord record;
      if (!record.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a decision does not parse");
      return add(record.holdings());
    }
    if (entry.kind == kRedactionLeaf) {
      storage::v1::RedactionRecord record;
      if (!record.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a redaction does not parse");
      if (record.index() < leaf) return add(record.holdings());
    }
    return absl::OkStatus();
  }));
  return holdings;
}

// The canonical facts of a decision: no prose.
std::vector<std::string> LinesOf(const storage::v1::DecisionRecord& record) {
  std::vector<std::string> lines = {absl::StrCat("effect ", record.effect())};
  lines.insert(lines.end(), record.verdicts().begin(), record.verdicts().end());
  return lines;
}
std::vector<std::string> LinesOf(const Evaluation& evaluation) {
  std::vector<std::string> lines = {absl::StrCat("effect ", EffectText(evaluation.effect))};
  for (const GateVerdict& verdict : evaluation.verdicts) lines.push_back(VerdictLine(verdict));
  return lines;
}

// Questions of one organisation under one approval that one gate stopped for one reason.
struct Refused {
  uint64_t count = 0;
  std::set<std::string> beyond;
};
using RefusedByGate = std::map<std::tuple<std::string, std::string, std::string, std::string>, Refused>;

// Data sets and items that no flow of the approval covers.
void AddBeyond(const RegisterSnapshot& snapshot, const Question& question, std::set<std::string>& beyond) {
  const Versioned<Approval>* approval = snapshot.FindApproval(question.approval);
  std::set<std::string> covered;
  if (approval != nullptr) {
    for (const ApprovedFlow& flow : approval->value.flows) {
      covered.insert(flow.datasets.begin(), flow.datasets.end());
      covered.insert(flow.items.begin(), flow.items.end());
    }
  }
  for (const std::string& dataset : question.datasets) {
    if (!covered.contains(dataset)) beyond.insert(dataset);
  }
  if (covered.contains("*")) return;
  for (const auto* list : {&question.items, &question.measures, &question.dimensions}) {
    for (const std::string& item : *list) {
      if (!covered.contains(item)) beyond.insert(item);
    }
  }
}

void AddRefused(const RegisterSnapshot& snapshot, const storage::v1::DecisionRecord& record, const Question& question,
                RefusedByGate& refused) {
  for (const std::string& line : record.verdicts()) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (words.size() < 3 || words[1] == "PASS") continue;
    Refused& group = refused[{question.approval, record.organisation(), std::string(words[0]), std::string(words[2])}];
    ++group.count;
    if (words[0] == "items") AddBeyond(snapshot, question, group.beyond);
  }
}

std::optional<Release> ReleaseOf(const storage::v1::DecisionRecord& record, const Question& question) {
  const absl::StatusOr<Reference> approval = Reference::Parse(question.approval);
  if (!approval.ok() || record.warrants().empty()) return std::nullopt;
  if (question.operation != Operation::kAggregate && question.operation != Operation::kRecords) return std::nullopt;
  return Release{.id = record.warrants(0),
                 .day = CivilDay::InLondon(absl::FromUnixMillis(record.decision_unix_ms())),
                 .approval = *approval,
                 .organisation = record.organisation(),
                 .purpose = question.purpose,
                 .datasets = question.datasets};
}

}  // namespace

absl::StatusOr<v1::ReconstructResponse> LookBackHandlers::Reconstruct(const Call& call,
                                                                      const v1::ReconstructRequest& request) {
  SH_RETURN_IF_ERROR(IdentifyOfficer(world_, request.evidence(), ReadingOf(request), /*auditors_too=*/true));
  SH_ASSIGN_OR_RETURN(const LoggedDecision logged, FindDecision(world_.store.log(), request.leaf(), call.deadline()));
  const storage::v1::DecisionRecord& record = logged.record;
  SH_ASSIGN_OR_RETURN(const Question question, ParseCanonicalQuestion(record.question()));
  SH_ASSIGN_OR_RETURN(const std::vector<Holding> holdings,
                      HoldingsBefore(world_.store, logged.leaf, call.deadline()));
  const Caller caller = {.is_program = IsProgramSubject(record.caller()),
                         .subject = record.caller(),
                         .organisation = record.organisation(),
                         .role = record.role(),
                         .environment = record.environment()};
  const RegisterSnapshot known = SnapshotAsKnown(world_.store.state().Events(), record.register_size());
  const CivilDay day = CivilDay::InLondon(absl::FromUnixMillis(record.decision_unix_ms()));
  const std::vector<std::string> now = LinesOf(EvaluateAsOf(known, question, caller, day, holdings).evaluation);
  const std::vector<std::string> then = LinesOf(record);
  v1::ReconstructResponse response;
  response.set_decision_leaf(logged.leaf);
  response.set_same(now == then);
  response.mutable_logged()->Assign(then.begin(), then.end());
  response.mutable_evaluated()->Assign(now.begin(), now.end());
  response.set_evaluator(record.evaluator());
  response.set_evaluator_now(kEvaluator);
  return response;
}

absl::StatusOr<v1::ListDueResponse> LookBackHandlers::ListDue(const Call&, const v1::ListDueRequest& request) {
  SH_RETURN_IF_ERROR(IdentifyOfficer(world_, request.evidence(), ReadingOf(request), /*auditors_too=*/true));
  if (request.horizon_days() < 0 || request.horizon_days() > kHorizonDaysMax) {
    return InvalidArgument("FIELD_INVALID", "horizon_days: 0 to 3650");
  }
  const View view = world_.store.state().view();
  v1::ListDueResponse response;
  for (const DueItem& item :
       consent::ListDue(*view.snapshot, {}, CivilDay::InLondon(world_.clock.Now()), request.horizon_days())) {
    v1::DueItem* wire = response.add_items();
    *wire->mutable_day() = DateToProto(item.day);
    wire->set_kind(std::string(EnumText<DueKind>::Of(item.kind)));
    wire->set_subject(item.subject);
    wire->set_text(item.text);
    wire->set_overdue(item.overdue);
  }
  return response;
}

absl::StatusOr<v1::ListDriftResponse> LookBackHandlers::ListDrift(const Call& call,
                                                                  const v1::ListDriftRequest& request) {
  SH_RETURN_IF_ERROR(IdentifyOfficer(world_, request.evidence(), ReadingOf(request), /*auditors_too=*/true));
  SH_ASSIGN_OR_RETURN(const CivilDay from, DateFromProto(request.from(), "from"));
  const View view = world_.store.state().view();
  RefusedByGate refused;
  std::vector<Release> releases;
  SH_RETURN_IF_ERROR(world_.store.Scan(0, call.deadline(), [&](const LogEntry& entry) -> absl::Status {
    if (entry.kind != kDecisionLeaf || entry.erased) return absl::OkStatus();
    storage::v1::DecisionRecord record;
    if (!record.ParseFromString(entry.body)) return DataLoss("LEAF_CORRUPT", "a decision does not parse");
    if (CivilDay::InLondon(absl::FromUnixMillis(record.decision_unix_ms())) < from) return absl::OkStatus();
    SH_ASSIGN_OR_RETURN(const Question question, ParseCanonicalQuestion(record.question()));
    AddRefused(*view.snapshot, record, question, refused);
    if (std::optional<Release> release = ReleaseOf(record, question)) releases.push_back(*std::move(release));
    return absl::OkStatus();
  }));
  v1::ListDriftResponse response;
  for (const auto& [group, what] : refused) {
    v1::DriftItem* item = response.add_items();
    std::tie(*item->mutable_approval(), *item->mutable_organisation(), *item->mutable_gate(),
             *item->mutable_reason()) = group;
    item->set_question_count(what.count);
    item->mutable_beyond()->Assign(what.beyond.begin(), what.beyond.end());
  }
  for (const VolumeDrift& drift : VolumeDriftOf(*view.snapshot, releases)) {
    v1::DriftItem* item = response.add_items();
    item->set_approval(drift.release->approval.printed());
    item->set_organisation(drift.release->organisation);
    item->set_gate("volume");
    item->set_reason(drift.reason);
    item->set_question_count(static_cast<uint64_t>(drift.seen));
    item->add_beyond(absl::StrCat(drift.dataset, " in ", drift.release->day.ToString().substr(0, 7), ": ",
                                  drift.approved, " foreseen"));
  }
  return response;
}

}  // namespace safehaven::consent
