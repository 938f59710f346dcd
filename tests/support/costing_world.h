// A costing service without a server: real handlers and stores over any Store, a consent
// with a real log and key in memory that permits whatever a test asks, and a linkage
// that says what a test wants. For tests of services/costing/rpc.
#ifndef SAFEHAVEN_TESTS_SUPPORT_COSTING_WORLD_H_
#define SAFEHAVEN_TESTS_SUPPORT_COSTING_WORLD_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/separation/record_keys.h"
#include "libs/warrant/wire.h"
#include "services/costing/rpc/handlers.h"
#include "tests/support/consent_in_memory.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/merkle_fixtures.h"

namespace safehaven::costing {

inline constexpr char kCostingOrigin[] = "demo.safehaven.invalid/costing";
inline constexpr uint64_t kPeople = 20;
inline const std::string kLoad(32, 'a');
// Fits kModelYaml of costing_fixtures.h.
inline constexpr char kLedgerCsv[] =
    "provider,cost_centre,account,description,amount\n"
    "ZA1,E100,1000,Rent,40000.00\n"
    "ZA1,N210,5400,Nurse teachers,2000.00\n"
    "ZA1,N210,5400,\"Nurse teachers, accrual\",250.00\n"
    "ZA1,N210,5000,Nurses' pay,99999.99\n"
    "ZA1,N210,5001,Agency nurses,0.01\n"
    "ZA1,X900,9000,Impairment,9000.00\n";
inline CivilDay DayOf(absl::string_view text) { return CivilDay::Parse(text).value(); }

// linkage as costing sees it. Single-threaded but for resolve.
struct LinkageInMemory {
  std::map<std::string, linkage::v1::GetLoadResponse> loads;
  std::vector<std::string> confirmed;
  absl::Status confirm_status;
  std::function<void()> on_confirm = [] {};
  std::function<absl::StatusOr<linkage::v1::ResolvePersonsResponse>(const linkage::v1::ResolvePersonsRequest&)> resolve;

  void Hold(const std::string& load, linkage::v1::LoadState state, uint64_t row_count) {
    loads[load].set_state(state);
    loads[load].set_row_count(row_count);
  }
  LinkageCalls Calls() {
    return {.get_load = [this](const std::string& load) -> absl::StatusOr<linkage::v1::GetLoadResponse> {
              const auto found = loads.find(load);
              if (found == loads.end()) return NotFound("LOAD_UNKNOWN", "there is no load of that id");
              return found->second;
            },
            .confirm_load =
                [this](const std::string& load, uint64_t) {
                  on_confirm();
                  if (confirm_status.ok()) confirmed.push_back(load);
                  return confirm_status;
                },
            .resolve_persons = [this](const linkage::v1::ResolvePersonsRequest& request) { return resolve(request); }};
  }
};

// Messages that a stream's client sends, and what it gets back.
class PayloadStream : public MessageStream {
 public:
  absl::StatusOr<bool> Read(google::protobuf::Message& message) override {
    if (requests.empty()) return false;
    message.CopyFrom(requests.front());
    requests.pop_front();
    return true;
  }
  absl::Status Write(const google::protobuf::Message& message) override {
    responses.emplace_back().CopyFrom(message);
    return absl::OkStatus();
  }
  std::deque<v1::AppendPayloadRequest> requests;
  std::vector<v1::AppendPayloadResponse> responses;
};

// One life of the service over a store that may have been used before.
class CostingService {
 public:
  CostingService(Store& store, ConsentInMemory& fake, LinkageInMemory& linkage, const Clock& clock,
                 Randomness& randomness)
      : log(*TransparencyLog::Open(OptionsOfLog(), safehaven::testing_support::TestSigner(kCostingOrigin, 'c'), store,
                                   clock, randomness)),
        activity(store), runs(store), releases(store, *log), live(live_clock),
        follower({.rules = {.origin = kConsentOrigin, .log_keys = {fake.verifier()}},
                  .audience = "costing",
                  .start_time = clock.Now() - absl::Hours(1),
                  .reconciled_incarnation = fake.incarnation()},
                 fake.Calls(), clock,
                 [this](const FollowedCheckpoint& followed) {
                   return releases.SaveFollowed(followed, absl::InfiniteFuture());
                 },
                 *releases.Followed(absl::InfiniteFuture())),
        world({.activity = activity, .runs = runs, .releases = releases, .log = *log, .live = live,
               .consent = follower, .linkage = linkage.Calls(), .clock = clock, .randomness = randomness,
               .authorise_reader = [](const type::v1::Evidence& evidence) {
                 if (!evidence.token().empty()) return absl::OkStatus();
                 return PermissionDenied("READER_UNKNOWN", "who may not read consent's log may not read this one");
               },
               .authorise_inquiry = [](const type::v1::Evidence& evidence, const std::string&) {
                 if (evidence.token() != "of-another-officer") return absl::OkStatus();
                 return PermissionDenied("INQUIRY_OF_OTHERS", "only the officers who made an inquiry are told");
               },
               .not_ready_reason = [] { return std::string(); }}),
        handlers(world) {
    SH_CHECK(follower.Poll().ok());
    SH_CHECK(RefreshSegments(world).ok());
  }

  // A call as `program` makes it.
  Call CallFrom(const std::string& program, absl::Time deadline = absl::InfiniteFuture()) const {
    CallFacts facts;
    facts.id = "test";
    facts.terms = &terms_;
    facts.deadline = deadline;
    facts.peer = {.spiffe_path = program, .thumbprint = ConsentInMemory::ThumbprintOf(program)};
    return Call(std::move(facts), [] { return false; });
  }

  // Leaves of `kind` in costing's log.
  std::vector<LogEntry> Leaves(uint8_t kind) const {
    std::vector<LogEntry> leaves;
    for (uint64_t i = 0; i < log->revision().size; ++i) {
      LogEntry entry = *log->Read(i, absl::InfiniteFuture());
      if (entry.kind == kind) leaves.push_back(std::move(entry));
    }
    return leaves;
  }

 private:
  static LogOptions OptionsOfLog() {
    LogOptions options;
    options.origin = kCostingOrigin;
    return options;
  }
  const MethodTerms terms_;

 public:
  WorldClock live_clock;  // only waiting for objections looks at it
  std::unique_ptr<TransparencyLog> log;
  ActivityStore activity;
  RunStore runs;
  ReleaseStore releases;
  LiveState live;
  ConsentFollower follower;
  CostingWorld world;
  CostingHandlers handlers;
};

inline SourceKeys AcuteKeys() { return *SourceKeys::Make(std::string(kSourceSecretBytes, 'z')); }
inline std::string RecordBytes(uint64_t record) { return AcuteKeys().RecordKey(absl::StrCat("record ", record)); }

inline Question CollectQuestion(const std::string& flow = kFlow, const std::string& dataset = "acute/apc") {
  return *Normalise({.approval = "STANDING/ZA1/supply",
                     .purpose = Purpose::kCommissioningPlanning,
                     .operation = Operation::kCollect,
                     .identifiability = Identifiability::kIdentifiable,
                     .subject = flow,
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {dataset}});
}

inline Question CostQuestion(const std::string& provider = "ZA1") {
  return *Normalise({.approval = "STANDING/ZA1/costing",
                     .purpose = Purpose::kPatientLevelCosting,
                     .operation = Operation::kCost,
                     .identifiability = Identifiability::kPseudonymised,
                     .subject = provider,
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {"acute/apc"}});
}

inline Question TableQuestion(const std::vector<std::string>& dimensions = {}) {
  return *Normalise({.approval = kAuthority,
                     .purpose = Purpose::kCommissioningPlanning,
                     .operation = Operation::kAggregate,
                     .identifiability = Identifiability::kAggregateSuppressed,
                     .commissioner = "ZC1",
                     .list_day = DayOf("2025-10-01"),
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {"acute/apc"},
                     .measures = {"activity", "persons"},
                     .dimensions = dimensions});
}

inline Question RowsQuestion(const std::vector<std::string>& items = {"cost", "pseudonym"}) {
  const bool identifiable = items.back() == "nhs_number";
  return *Normalise({.approval = kAuthority,
                     .purpose = identifiable ? Purpose::kInvoiceValidation : Purpose::kCommissioningPlanning,
                     .operation = Operation::kRecords,
                     .identifiability = identifiable ? Identifiability::kIdentifiable : Identifiability::kPseudonymised,
                     .commissioner = "ZC1",
                     .list_day = DayOf("2025-10-01"),
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {"acute/apc"},
                     .items = items});
}

inline v1::OpenLoadRequest OpenRequest(ConsentInMemory& consent, const std::string& load = kLoad,
                                       const std::function<void(Warrant&)>& change = {}) {
  v1::OpenLoadRequest open;
  *open.mutable_warrant() = consent.Permit(CollectQuestion(), "source/acute", change);
  *open.mutable_question() = QuestionToProto(CollectQuestion());
  open.set_load(load);
  open.set_flow(kFlow);
  open.set_source("acute");
  open.set_dataset("acute/apc");
  open.set_provider("ZA1");
  open.set_join_key(AcuteKeys().join_key());
  open.add_driver_columns("bed_days");
  return open;
}

// An episode of that record, with as many bed days.
inline v1::PayloadRow RowOf(uint64_t record, int64_t bed_days = 1) {
  v1::PayloadRow row;
  row.set_record_key(RecordBytes(record));
  row.set_feed("apc");
  row.set_point_of_delivery("EL");
  row.set_currency("AA01A");
  row.set_start_day(DayOf("2025-06-01").days_since_1970());
  row.set_end_day(DayOf("2025-06-03").days_since_1970());
  row.add_drivers(bed_days);
  return row;
}

inline v1::PayloadRow DeletedRow(uint64_t record) {
  v1::PayloadRow row;
  row.set_record_key(RecordBytes(record));
  row.set_deleted(true);
  return row;
}

inline std::vector<v1::PayloadRow> Episodes() {
  std::vector<v1::PayloadRow> rows;
  for (uint64_t record = 1; record <= kPeople; ++record) rows.push_back(RowOf(record));
  return rows;
}

inline v1::AppendPayloadRequest BatchOf(const std::string& load, uint64_t offset,
                                        const std::vector<v1::PayloadRow>& rows) {
  v1::AppendPayloadRequest batch;
  batch.set_load(load);
  batch.set_offset(offset);
  for (const v1::PayloadRow& row : rows) *batch.add_rows() = row;
  return batch;
}

inline absl::Status Append(CostingService& service, PayloadStream& stream,
                           const std::string& program = "source/acute") {
  Reader<v1::AppendPayloadRequest> reader(stream);
  Writer<v1::AppendPayloadResponse> writer(stream);
  return service.handlers.loads.AppendPayload(service.CallFrom(program), reader, writer);
}

inline absl::StatusOr<v1::CloseLoadResponse> Close(CostingService& service, const std::string& load,
                                                   uint64_t row_count) {
  v1::CloseLoadRequest close;
  close.set_load(load);
  close.set_row_count(row_count);
  return service.handlers.loads.CloseLoad(service.CallFrom("source/acute"), close);
}

// Sends a whole load; `open` made by OpenRequest(). Visible at the end.
inline void Load(CostingService& service, LinkageInMemory& linkage, const v1::OpenLoadRequest& open,
                 const std::vector<v1::PayloadRow>& rows) {
  SH_CHECK(service.handlers.loads.OpenLoad(service.CallFrom("source/acute"), open).ok());
  PayloadStream stream;
  stream.requests.push_back(BatchOf(open.load(), 0, rows));
  SH_CHECK(Append(service, stream).ok() && stream.responses.back().error_reason().empty());
  linkage.Hold(open.load(), linkage::v1::LOAD_STATE_CLOSED, rows.size());
  SH_CHECK(Close(service, open.load(), rows.size()).ok());
}

// Publishes a crosswalk in which record i is person i of kPeople, all of ZC1.
inline void Publish(CostingService& service, const Revision& objections, const std::vector<uint64_t>& national = {}) {
  PeopleSegmentBuilder builder(kAuthority, 1);
  LoadedCrosswalk crosswalk = {.authority = kAuthority, .revision = 1};
  const std::vector<ListMembership> memberships = {{.commissioner = "ZC1"}};
  for (uint64_t person = 1; person <= kPeople; ++person) {
    SH_CHECK(builder.Append({.person = person,
                             .cell_key = static_cast<uint32_t>(person),
                             .age_band = 40,
                             .sex = person % 2 == 0 ? 1 : 2,
                             .small_area = "E01000001",
                             .practice = "Z81001",
                             .memberships = memberships}).ok());
    CrosswalkEntry entry = {.person = person};
    const std::string key = RecordBytes(person);
    std::copy(key.begin(), key.end(), entry.key.begin());
    crosswalk.entries.push_back(entry);
  }
  const PeopleSegment segment = builder.Finish();
  const std::vector<const PeopleSegment*> segments = {&segment};
  crosswalk.people = std::make_shared<const People>(*People::Make(segments));
  SH_CHECK(service.live.SetCrosswalk(std::move(crosswalk), objections, {{"national", national}}).ok());
}

inline v1::AnswerRequest Ask(ConsentInMemory& consent, const Question& question,
                             const std::function<void(Warrant&)>& change = {}) {
  v1::AnswerRequest request;
  *request.mutable_warrant() = consent.Permit(question, "gateway", change);
  *request.mutable_question() = QuestionToProto(question);
  return request;
}

// Events that are live, by record key.
inline std::map<std::string, int64_t> LiveEvents(const CostingService& service) {
  std::map<std::string, int64_t> events;
  for (const SharedSegment& segment : service.live.segments()) {
    const std::vector<int64_t>* cost = OwnPatientCareCost(*segment);
    for (size_t row = 0; row < segment->events.row_count(); ++row) {
      const RecordKey& key = segment->events.keys[row];
      const auto [at, is_new] = events.emplace(std::string(key.begin(), key.end()), cost == nullptr ? 0 : (*cost)[row]);
      SH_CHECK(is_new);
    }
  }
  return events;
}

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_TESTS_SUPPORT_COSTING_WORLD_H_
