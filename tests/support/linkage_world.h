// A linkage service without a server: real handlers, stores and follower over any Store,
// and a FakeConsent. For tests of services/linkage/rpc.
#ifndef SAFEHAVEN_TESTS_SUPPORT_LINKAGE_WORLD_H_
#define SAFEHAVEN_TESTS_SUPPORT_LINKAGE_WORLD_H_

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "services/linkage/rpc/consent_link.h"
#include "services/linkage/rpc/handlers.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/linkage_consent.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {

inline constexpr char kProgrammeSet[] = "programme:CAG 9-01(a)/2025";
inline CivilDay DayOf(absl::string_view text) { return CivilDay::Parse(text).value(); }

// Messages that a stream's client sends, and what it gets back.
template <typename Request, typename Response>
class FakeStream : public MessageStream {
 public:
  absl::StatusOr<bool> Read(google::protobuf::Message& message) override {
    if (requests.empty()) return false;
    static_cast<Request&>(message) = requests.front();
    requests.pop_front();
    return true;
  }
  absl::Status Write(const google::protobuf::Message& message) override {
    responses.push_back(static_cast<const Response&>(message));
    return absl::OkStatus();
  }

  std::deque<Request> requests;
  std::vector<Response> responses;
};

// Sleeping takes no time.
class NoSleep : public Sleeper {
 public:
  void Sleep(absl::Duration, Cancellation&) override { ++sleeps; }
  std::atomic<int> sleeps = 0;
};

// How a service under test differs from the usual one.
struct FakeWorldOptions {
  ServiceProfile profile = ServiceProfile::kDemo;
  std::string reconciled_incarnation;
  std::function<void(const RunProgress&)> on_progress;
  MatchLimitOptions match_limits;
};

// One life of the service over a store that may have been used before.
class LinkageService {
 public:
  LinkageService(Store& store, FakeConsent& fake, const Clock& clock, Randomness& randomness,
                 const FakeWorldOptions& options = {})
      : consent(fake), incarnation_(*OpenIncarnation(store, randomness, false)),
        loads(store), crosswalks(store), exclusions(store), runs(store), models(store),
        reviews(store), used(store),
        domain_keys(store, *KeyFromBytes(std::string(32, 'w')), randomness),
        custody(store, *KeyFromBytes(std::string(32, 'w')), randomness), history(store), protections(custody),
        publications(crosswalks, exclusions),
        follower({.rules = {.origin = kConsentOrigin, .log_keys = {fake.verifier()}},
                  .audience = "linkage",
                  .start_time = clock.Now() - absl::Hours(1),
                  .reconciled_incarnation = options.reconciled_incarnation},
                 {.watch = [&fake](const Revision& have, const Revision&) -> absl::StatusOr<ConsentNews> {
                    if (fake.silent) return Unavailable("UNREACHABLE", "silent");
                    return fake.News(have);
                  },
                  .prove = [&fake](uint64_t first, uint64_t second) { return fake.Prove(first, second); }},
                 clock, [&store](const FollowedCheckpoint& followed) { return SaveFollowed(store, followed); },
                 *ReadFollowed(store)),
        readiness([](const Readiness::Conditions&) {}),
        link(follower, publications, readiness, [&fake](uint64_t after) { return fake.ReadObjections(after); }),
        gate(follower, used, clock),
        runner({.loads = loads, .crosswalks = crosswalks, .runs = runs, .gate = gate, .publications = publications,
                .models = models, .reviews = reviews, .live = live, .history = history, .protections = protections,
                .clock = clock, .sleeper = sleeper, .randomness = randomness,
                .test_numbers_allowed = options.profile == ServiceProfile::kDemo,
                .on_progress = options.on_progress}),
        sessions(gate, clock, randomness), match_limits(options.match_limits, clock),
        world({.loads = loads, .crosswalks = crosswalks, .runs = runs, .domain_keys = domain_keys, .custody = custody,
               .history = history, .protections = protections, .gate = gate,
               .publications = publications, .runner = runner, .reviews = reviews, .live = live, .sessions = sessions,
               .match_limits = match_limits, .clock = clock, .profile = options.profile,
               .incarnation = incarnation_,
               .objections_followed = [this] { return link.followed(); },
               .not_ready_reason = [this] { return readiness.IsReady() ? "" : "NOT_READY"; }}),
        handlers(world) {
    SH_CHECK(publications.Open().ok());
    SH_CHECK(protections.Read(absl::InfiniteFuture()).ok());
  }

  // One exchange with consent, of both kinds.
  absl::Status Follow() {
    SH_RETURN_IF_ERROR(link.PollConsent());
    return link.PollObjections(absl::ZeroDuration());
  }

  // A call as `program` makes it.
  Call CallFrom(const std::string& program) const {
    CallFacts facts;
    facts.id = "test";
    facts.terms = &terms_;
    facts.deadline = absl::InfiniteFuture();
    facts.peer = {.spiffe_path = program, .thumbprint = FakeConsent::ThumbprintOf(program)};
    return Call(std::move(facts), [] { return false; });
  }

  // Waits for the end of a run and returns it.
  v1::GetLinkageRunResponse AwaitRun(const std::string& run) {
    v1::GetLinkageRunRequest request;
    request.set_run(run);
    while (true) {
      const auto response = handlers.runs.GetLinkageRun(CallFrom("tool"), request);
      SH_CHECK(response.ok());
      if (response->done()) return *response;
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  FakeConsent& consent;

 private:
  const std::string incarnation_;
  const MethodTerms terms_;

 public:
  StagedLoads loads;
  CrosswalkStore crosswalks;
  ExclusionStore exclusions;
  RunStore runs;
  ModelStore models;
  ReviewStore reviews;
  UsedWarrants used;
  DomainKeys domain_keys;
  CustodyStore custody;
  CrosswalkHistory history;
  ProtectionBook protections;
  Publications publications;
  ConsentFollower follower;
  Readiness readiness;
  ConsentLink link;
  ConsentGate gate;
  NoSleep sleeper;
  LivePeopleBook live;
  LinkageRunner runner;
  Sessions sessions;
  MatchLimits match_limits;
  LinkageWorld world;
  LinkageHandlers handlers;
};

inline Question CollectQuestion(const std::string& flow, const std::string& dataset) {
  return *Normalise({.approval = kAuthority,
                     .purpose = Purpose::kCommissioningPlanning,
                     .operation = Operation::kCollect,
                     .identifiability = Identifiability::kIdentifiable,
                     .subject = flow,
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {dataset}});
}

inline Question LinkQuestion() {
  return *Normalise({.approval = kAuthority,
                     .purpose = Purpose::kCommissioningPlanning,
                     .operation = Operation::kLink,
                     .identifiability = Identifiability::kIdentifiable,
                     .subject = kAuthority,
                     .commissioner = "ZC1",
                     .list_day = DayOf("2025-10-01"),
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {"acute/apc", "gp/register", "social_care/services"}});
}

inline Question RecordsQuestion(Identifiability identifiability = Identifiability::kPseudonymised) {
  const bool identifiable = identifiability == Identifiability::kIdentifiable;
  return *Normalise({.approval = kAuthority,
                     .purpose = identifiable ? Purpose::kInvoiceValidation : Purpose::kCommissioningPlanning,
                     .operation = Operation::kRecords,
                     .identifiability = identifiability,
                     .commissioner = "ZC1",
                     .list_day = DayOf("2025-10-01"),
                     .first_day = DayOf("2025-04-01"),
                     .last_day = DayOf("2026-03-31"),
                     .datasets = {"acute/apc", "gp/register"},
                     .items = {identifiable ? "nhs_number" : "pseudonym", "cost"}});
}

// A row of somebody with a number of the 999 range and a register entry at ZC1.
inline v1::IdentityRow RowOf(uint64_t token, const RawIdentity& identity) {
  v1::IdentityRow row;
  const RecordToken bytes = TokenOf(token);
  row.set_token(std::string(bytes.bytes.begin(), bytes.bytes.end()));
  row.set_nhs_number(identity.nhs_number);
  row.set_nhs_number_verified(identity.nhs_number_verified);
  row.set_given_name(identity.given_name);
  row.set_family_name(identity.family_name);
  row.set_birth_date(identity.birth_date);
  row.set_sex(identity.sex);
  row.set_postcode(identity.postcode);
  row.set_address_line(identity.address_line);
  return row;
}

// The `index`-th made-up person; no two of the first thousand are alike.
inline RawIdentity PersonIdentity(uint32_t index) {
  static constexpr const char* kGiven[] = {"Alice", "Brian", "Clara", "Dennis", "Edith", "Frank", "Grace", "Henry"};
  static constexpr const char* kFamily[] = {"Abbott", "Barker", "Carver", "Draper", "Easton",
                                            "Fisher", "Garner", "Hooper", "Ingham", "Jagger"};
  RawIdentity identity;
  identity.nhs_number = TestNumber(index).ToDigits();
  identity.nhs_number_verified = true;
  identity.given_name = kGiven[index % 8];
  identity.family_name = absl::StrCat(kFamily[(index / 8) % 10], std::string(1, static_cast<char>('a' + index % 23)));
  identity.birth_date = absl::StrFormat("%d-%02d-%02d", 1930 + (index * 7) % 80, 1 + (index * 5) % 12, 1 + (index * 11) % 28);
  identity.sex = index % 2 == 0 ? "2" : "1";
  identity.postcode = absl::StrFormat("SS%d %d%c%c", 1 + index % 9, 1 + (index / 9) % 9, 'A' + static_cast<char>(index % 2),
                                      'D' + static_cast<char>(index % 5));
  identity.address_line = absl::StrCat(1 + index % 97, " Long Road");
  return identity;
}

inline v1::IdentityRow RegisterRow(uint64_t token, uint32_t person) {
  v1::IdentityRow row = RowOf(token, PersonIdentity(person));
  row.set_practice("Z81001");
  row.set_commissioner("ZC1");
  row.set_small_area("E01000001");
  row.set_registered_from("2020-01-01");
  return row;
}

// Sends a whole load as its source and confirms it as costing: visible at the end.
inline void Load(LinkageService& service, const std::string& source, const std::vector<v1::IdentityRow>& rows, char id,
                 const std::vector<std::string>& replaces = {}) {
  static const std::map<std::string, std::pair<std::string, std::string>> kFlows = {
      {"acute", {"acute-apc-2025", "acute/apc"}},
      {"gp", {"gp-register-2025", "gp/register"}},
      {"social_care", {"social-2025", "social_care/services"}}};
  const auto& [flow, dataset] = kFlows.at(source);
  const std::string program = absl::StrCat("source/", source);
  const Question question = CollectQuestion(flow, dataset);
  const std::string load(32, id);
  v1::OpenLoadRequest open;
  *open.mutable_warrant() = service.consent.Permit(question, program);
  *open.mutable_question() = QuestionToProto(question);
  open.set_load(load);
  open.set_flow(flow);
  open.set_source(source);
  open.set_dataset(dataset);
  for (const std::string& replaced : replaces) open.add_replaces(replaced);
  const auto opened = service.handlers.loads.OpenLoad(service.CallFrom(program), open);
  if (!opened.ok()) std::fprintf(stderr, "%s\n", opened.status().ToString().c_str());
  SH_CHECK(opened.ok());
  FakeStream<v1::AppendIdentitiesRequest, v1::AppendIdentitiesResponse> stream;
  v1::AppendIdentitiesRequest batch;
  batch.set_load(load);
  for (const v1::IdentityRow& row : rows) *batch.add_rows() = row;
  stream.requests.push_back(batch);
  Reader<v1::AppendIdentitiesRequest> reader(stream);
  Writer<v1::AppendIdentitiesResponse> writer(stream);
  SH_CHECK(service.handlers.loads.AppendIdentities(service.CallFrom(program), reader, writer).ok());
  SH_CHECK(stream.responses.back().error_reason().empty());
  v1::CloseLoadRequest close;
  close.set_load(load);
  close.set_row_count(rows.size());
  SH_CHECK(service.handlers.loads.CloseLoad(service.CallFrom(program), close).ok());
  v1::ConfirmLoadRequest confirm;
  confirm.set_load(load);
  confirm.set_row_count(rows.size());
  SH_CHECK(service.handlers.loads.ConfirmLoad(service.CallFrom("costing"), confirm).ok());
}

// "00000000-0000-0000-0000-00000000000N"
inline std::string RequestId(int number) { return absl::StrFormat("00000000-0000-0000-0000-%012d", number); }

inline v1::RunLinkageRequest LinkRequest(LinkageService& service, int request,
                                         const std::function<void(Warrant&)>& change = {}) {
  const Question question = LinkQuestion();
  v1::RunLinkageRequest run;
  *run.mutable_warrant() = service.consent.Permit(question, "tool", change);
  *run.mutable_question() = QuestionToProto(question);
  run.set_request_id(RequestId(request));
  return run;
}

// Links under the usual warrant and waits for the end.
inline v1::GetLinkageRunResponse LinkAll(LinkageService& service, int request) {
  const auto run = service.handlers.runs.RunLinkage(service.CallFrom("tool"), LinkRequest(service, request));
  if (!run.ok()) std::fprintf(stderr, "%s\n", run.status().ToString().c_str());
  SH_CHECK(run.ok());
  return service.AwaitRun(run->run());
}

// Whose each record is, by the number of its token, in the newest crosswalk.
inline std::map<uint64_t, PersonNumber> PersonsByToken(LinkageService& service) {
  std::map<uint64_t, PersonNumber> persons;
  const auto stored = service.crosswalks.ReadNewest(kAuthority, absl::InfiniteFuture());
  SH_CHECK(stored.ok());
  for (const RecordPerson& record : stored->crosswalk.records) {
    uint64_t token = 0;
    for (size_t i = 0; i < 8; ++i) token = token << 8 | record.token.bytes[i];
    persons[token] = record.person;
  }
  return persons;
}

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_LINKAGE_WORLD_H_
