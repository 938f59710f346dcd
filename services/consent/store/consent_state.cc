#include "services/consent/store/consent_state.h"

#include <algorithm>
#include <set>
#include <span>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/verify.h"
#include "services/consent/core/canonical_entry.h"

namespace safehaven::consent {
namespace {

absl::Status Corrupt(uint64_t index) {
  return DataLoss("LEAF_CORRUPT", absl::StrCat("the body of leaf ", index, " does not parse"));
}

constexpr absl::string_view kProgramText = "program";
constexpr absl::string_view kEnvironmentText = "environment";

// Holdings after the indexed ones, which each decision looks at one by one.
constexpr size_t kHoldingsUnindexedMax = 64;

uint64_t NextId() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

std::optional<uint64_t> FindIn(const std::map<std::string, uint64_t>& leaves, absl::string_view id) {
  const auto found = leaves.find(std::string(id));
  return found == leaves.end() ? std::nullopt : std::optional(found->second);
}

template <typename Record>
std::span<const storage::v1::UsedRequestRecord* const> UsedOf(const Record& record) {
  return {record.used_requests().data(), static_cast<size_t>(record.used_requests_size())};
}

template <typename Record>
bool ParseRecord(absl::string_view body, Record& record) {
  return record.ParseFromArray(body.data(), static_cast<int>(body.size()));
}

}  // namespace

storage::v1::HoldingRecord ToRecord(const Holding& holding) {
  storage::v1::HoldingRecord record;
  record.set_organisation(holding.organisation);
  record.set_disclosure_domain(holding.disclosure_domain);
  record.set_dataset(holding.dataset);
  record.set_first_day(holding.first_day.days_since_1970());
  record.set_last_day(holding.last_day.days_since_1970());
  record.mutable_sets()->Assign(holding.sets.begin(), holding.sets.end());
  record.set_mode(std::string(Name(holding.mode)));
  record.set_approval(holding.approval);
  return record;
}

storage::v1::UsedRequestRecord ToRecord(const UsedRequest& request) {
  storage::v1::UsedRequestRecord record;
  record.set_kind(std::string(request.kind == SignerKind::kProgram ? kProgramText : kEnvironmentText));
  record.set_signer(request.signer);
  record.set_nonce(request.nonce);
  return record;
}

absl::StatusOr<Holding> FromRecord(const storage::v1::HoldingRecord& record) {
  SH_ASSIGN_OR_RETURN(const ObjectionMode mode, ParseObjectionMode(record.mode()));
  return Holding{.organisation = record.organisation(),
                 .disclosure_domain = record.disclosure_domain(),
                 .dataset = record.dataset(),
                 .first_day = CivilDay(record.first_day()),
                 .last_day = CivilDay(record.last_day()),
                 .sets = {record.sets().begin(), record.sets().end()},
                 .mode = mode,
                 .approval = record.approval()};
}

absl::StatusOr<std::vector<RegisterEvent>> EventsOf(uint64_t index, const storage::v1::RegisterChangeRecord& record) {
  std::vector<RegisterEvent> events;
  for (const storage::v1::RegisterEntryRecord& entry : record.entries()) {
    RegisterEvent event = {.index = index,
                           .recorded_time = absl::FromUnixMillis(record.record_unix_ms()),
                           .key = entry.key(),
                           .proposer = {.subject = record.proposer(), .role = record.proposer_role()}};
    if (!record.approver().empty()) {
      event.approver = Signatory{.subject = record.approver(), .role = record.approver_role()};
    }
    if (!entry.text().empty()) {
      absl::StatusOr<Entry> parsed = ParseStoredEntry(entry.text());
      if (!parsed.ok()) return Corrupt(index);
      event.entry = *std::move(parsed);
    }
    events.push_back(std::move(event));
  }
  return events;
}

ConsentState::ConsentState() : id_(NextId()) {
  view_.snapshot = std::make_shared<const RegisterSnapshot>();
  view_.holdings = std::make_shared<const std::vector<Holding>>();
  view_.holding_index = std::make_shared<const HoldingIndex>();
}

absl::Status ConsentState::Fold(uint8_t kind, uint64_t index, absl::string_view body) {
  absl::MutexLock lock(&mutex_);
  switch (kind) {
    case kRegisterLeaf: return FoldRegister(index, body);
    case kObjectionsLeaf: return FoldObjections(index, body);
    case kInquiryLeaf: return FoldInquiry(index, body);
    case kRedactionLeaf: return FoldRedaction(index, body);
    case kProposalLeaf: return FoldProposal(index, body);
    case kDecisionLeaf: break;
    default: return absl::OkStatus();  // warrants, and the log's own leaves
  }
  storage::v1::DecisionRecord record;
  if (!ParseRecord(body, record)) return DataLoss("LEAF_CORRUPT", "the body of a decision does not parse");
  return FoldDecided(record);
}

absl::Status ConsentState::FoldDecision(const storage::v1::DecisionRecord& record) {
  absl::MutexLock lock(&mutex_);
  return FoldDecided(record);
}

absl::Status ConsentState::FoldRegister(uint64_t index, absl::string_view body) {
  storage::v1::RegisterChangeRecord record;
  if (!ParseRecord(body, record)) return Corrupt(index);
  SH_ASSIGN_OR_RETURN(std::vector<RegisterEvent> events, EventsOf(index, record));
  view_.register_size = index + 1;
  if (record.narrows()) view_.floor = index + 1;
  if (!record.request_id().empty()) requests_[record.request_id()] = index + 1;
  FoldUsedRequests(UsedOf(record), record.record_unix_ms());
  std::move(events.begin(), events.end(), std::back_inserter(events_));
  version_.fetch_add(1, std::memory_order_release);
  return absl::OkStatus();
}

absl::Status ConsentState::FoldObjections(uint64_t index, absl::string_view body) {
  storage::v1::ObjectionBatchRecord record;
  const bool parsed = ParseRecord(body, record);
  const auto count = static_cast<size_t>(record.nhs_numbers_size());
  if (!parsed || record.withdrawn().size() != count) return Corrupt(index);
  if (!sets_.Change(record.set(), {record.nhs_numbers().data(), count}, record.withdrawn())) return Corrupt(index);
  objections_.push_back({.index = index, .set = record.set()});
  LoadProgress& load = loads_[{.set = record.set(), .load = record.load()}];
  load.next_offset = record.offset() + count;
  load.leaves[record.offset()] = index;
  FoldUsedRequests(UsedOf(record), record.record_unix_ms());
  view_.objections_size = index + 1;
  version_.fetch_add(1, std::memory_order_release);
  return absl::OkStatus();
}

absl::Status ConsentState::FoldDecided(const storage::v1::DecisionRecord& record) {
  for (const storage::v1::HoldingRecord& held : record.holdings()) SH_RETURN_IF_ERROR(AddHolding(held));
  FoldUsedRequests(UsedOf(record), record.decision_unix_ms());
  return absl::OkStatus();
}

absl::Status ConsentState::AddHolding(const storage::v1::HoldingRecord& held) {
  std::string bytes = held.SerializeAsString();
  if (known_holdings_.contains(bytes)) return absl::OkStatus();
  SH_ASSIGN_OR_RETURN(Holding holding, FromRecord(held));
  known_holdings_.insert(std::move(bytes));
  new_holdings_.push_back(std::move(holding));
  version_.fetch_add(1, std::memory_order_release);
  return absl::OkStatus();
}

absl::Status ConsentState::FoldInquiry(uint64_t index, absl::string_view body) {
  storage::v1::InquiryRecord record;
  if (!ParseRecord(body, record)) return Corrupt(index);
  inquiries_[record.id()] = index;
  FoldUsedRequests(UsedOf(record), record.record_unix_ms());
  if (record.kind() == kPatientInquiry) {
    for (const uint64_t number : record.nhs_numbers()) looks_[number].push_back(index);
  }
  return absl::OkStatus();
}

void ConsentState::FoldUsedRequests(std::span<const storage::v1::UsedRequestRecord* const> used, int64_t use_unix_ms) {
  if (used.empty()) return;
  const absl::Time use_time = absl::FromUnixMillis(use_unix_ms);
  while (!used_requests_.empty() && used_requests_.front().use_time + kNonceKept < use_time) used_requests_.pop_front();
  for (const storage::v1::UsedRequestRecord* request : used) {
    used_requests_.push_back({.kind = request->kind() == kProgramText ? SignerKind::kProgram : SignerKind::kEnvironment,
                              .signer = request->signer(),
                              .nonce = request->nonce(),
                              .use_time = use_time});
  }
}

std::vector<UsedRequest> ConsentState::UsedRequests() const {
  absl::MutexLock lock(&mutex_);
  return {used_requests_.begin(), used_requests_.end()};
}

absl::Status ConsentState::FoldProposal(uint64_t index, absl::string_view body) {
  storage::v1::ProposalRecord record;
  if (!ParseRecord(body, record)) return Corrupt(index);
  proposals_[record.change().request_id()] = index;
  FoldUsedRequests(UsedOf(record.change()), record.change().record_unix_ms());
  return absl::OkStatus();
}

absl::Status ConsentState::FoldRedaction(uint64_t index, absl::string_view body) {
  storage::v1::RedactionRecord record;
  if (!ParseRecord(body, record)) return Corrupt(index);
  for (const storage::v1::HoldingRecord& held : record.holdings()) SH_RETURN_IF_ERROR(AddHolding(held));
  if (!record.has_change()) return absl::OkStatus();
  std::set<std::string> kept;
  for (const storage::v1::RegisterEntryRecord& entry : record.change().entries()) kept.insert(entry.key());
  std::erase_if(events_, [&](const RegisterEvent& event) {
    return event.index == record.index() && !kept.contains(event.key);
  });
  view_.snapshot = std::make_shared<const RegisterSnapshot>(RegisterSnapshot::Of(events_));
  events_applied_ = events_.size();
  view_.register_size = index + 1;
  version_.fetch_add(1, std::memory_order_release);
  return absl::OkStatus();
}

void ConsentState::Apply() const {
  if (events_applied_ < events_.size()) {
    const std::span<const RegisterEvent> events(events_);
    view_.snapshot =
        std::make_shared<const RegisterSnapshot>(view_.snapshot->With(events.subspan(events_applied_)));
    events_applied_ = events_.size();
  }
  if (new_holdings_.empty()) return;
  std::vector<Holding> holdings = *view_.holdings;
  std::move(new_holdings_.begin(), new_holdings_.end(), std::back_inserter(holdings));
  new_holdings_.clear();
  if (holdings.size() > view_.holding_index->size() + kHoldingsUnindexedMax) {
    view_.holding_index = std::make_shared<const HoldingIndex>(holdings);
  }
  view_.holdings = std::make_shared<const std::vector<Holding>>(std::move(holdings));
}

View ConsentState::view() const {
  struct Seen {
    uint64_t id = 0;
    uint64_t version = 0;
    View view;
  };
  thread_local Seen seen;
  if (seen.id != id_ || seen.version != version_.load(std::memory_order_acquire)) {
    absl::MutexLock lock(&mutex_);
    Apply();
    seen = {.id = id_, .version = version_.load(std::memory_order_relaxed), .view = view_};
  }
  return seen.view;
}

std::vector<RegisterEvent> ConsentState::Events() const {
  absl::MutexLock lock(&mutex_);
  return events_;
}

std::vector<ObjectionLeaf> ConsentState::ObjectionsAfter(uint64_t after_size) const {
  absl::MutexLock lock(&mutex_);
  const auto first = std::partition_point(objections_.begin(), objections_.end(),
                                          [&](const ObjectionLeaf& leaf) { return leaf.index < after_size; });
  return {first, objections_.end()};
}

uint64_t ConsentState::ObjectionOffset(const LoadName& load) const {
  absl::MutexLock lock(&mutex_);
  const auto found = loads_.find(load);
  return found == loads_.end() ? 0 : found->second.next_offset;
}

std::optional<ObjectionRow> ConsentState::FindObjection(const LoadName& load, uint64_t offset) const {
  absl::MutexLock lock(&mutex_);
  const auto found = loads_.find(load);
  if (found == loads_.end() || offset >= found->second.next_offset) return std::nullopt;
  const auto after = found->second.leaves.upper_bound(offset);
  if (after == found->second.leaves.begin()) return std::nullopt;
  const auto& [begin, leaf] = *std::prev(after);
  return ObjectionRow{.leaf = leaf, .row = offset - begin};
}

std::optional<uint64_t> ConsentState::InquiryLeafOf(absl::string_view id) const {
  absl::MutexLock lock(&mutex_);
  return FindIn(inquiries_, id);
}

std::optional<uint64_t> ConsentState::ProposalLeafOf(absl::string_view request_id) const {
  absl::MutexLock lock(&mutex_);
  return FindIn(proposals_, request_id);
}

std::vector<uint64_t> ConsentState::LooksAt(uint64_t nhs_number) const {
  absl::MutexLock lock(&mutex_);
  const auto found = looks_.find(nhs_number);
  return found == looks_.end() ? std::vector<uint64_t>() : found->second;
}

std::optional<uint64_t> ConsentState::AppliedAs(absl::string_view request_id) const {
  absl::MutexLock lock(&mutex_);
  return FindIn(requests_, request_id);
}

}  // namespace safehaven::consent
