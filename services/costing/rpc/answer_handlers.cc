#include <algorithm>

#include "absl/functional/bind_front.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/warrant/wire.h"
#include "services/costing/core/answer.h"
#include "services/costing/core/events_of_runs.h"
#include "services/costing/core/release_population.h"
#include "services/costing/rpc/handlers.h"

namespace safehaven::costing {
namespace {

constexpr char kCostingService[] = "safehaven.costing.v1.CostingService";
// How long an answer waits for objections that consent had acknowledged before.
constexpr absl::Duration kObjectionsWaitMax = absl::Seconds(5);

DisclosureRules RulesOf(const Warrant& warrant) {
  return {.count_min = warrant.disclosure.count_min,
          .rounding_base = warrant.disclosure.rounding_base,
          .p_percent = warrant.disclosure.p_percent};
}

v1::ReleaseOpening OpeningOf(const AdmittedQuestion& asked, const Snapshot& snapshot, absl::Time now) {
  const Warrant& warrant = asked.admitted.warrant;
  v1::ReleaseOpening opening;
  opening.set_warrant(warrant.id);
  opening.set_warrant_digest(asked.admitted.warrant_digest);
  opening.set_warrant_index(asked.admitted.leaf_index);
  opening.set_consent_incarnation(asked.incarnation);
  opening.set_question_digest(warrant.question_digest);
  opening.set_organisation(warrant.organisation);
  opening.set_disclosure_domain(warrant.disclosure_domain);
  opening.set_open_unix_ms(absl::ToUnixMillis(now));
  opening.set_crosswalk(snapshot.authority);
  opening.set_crosswalk_revision(snapshot.crosswalk_revision);
  *opening.mutable_objection_revision() = RevisionToProto(snapshot.objection_revision);
  opening.set_population(PopulationKey(snapshot, asked.question, warrant));
  return opening;
}

v1::ReleaseClosing ClosingOf(const OpenedRelease& opened, absl::Time now) {
  v1::ReleaseClosing closing;
  closing.set_opening_index(opened.opening_index);
  closing.set_warrant(opened.warrant);
  closing.set_close_unix_ms(absl::ToUnixMillis(now));
  return closing;
}

absl::StatusOr<ReleasableAnswer> LimitSize(ReleasableAnswer answer) {
  if (answer.answer().ByteSizeLong() <= kAnswerBytesMax) return answer;
  return Failure(absl::StatusCode::kResourceExhausted, "ANSWER_TOO_LARGE",
                 "the answer would not fit a message: ask for fewer days or items, or filter");
}

// Those that the warrant names, or newer ones that consent has acknowledged since, as
// far as its heartbeat has told: a warrant does not outlive somebody's objection.
Revision ObjectionsToCover(const ConsentFollower& consent, const Warrant& warrant) {
  Revision objections = warrant.objection_revision;
  const absl::StatusOr<Heartbeat> heartbeat = consent.Fresh();
  if (heartbeat.ok() && heartbeat->incarnation == objections.incarnation) {
    objections.size = std::max(objections.size, heartbeat->objections_size);
  }
  return objections;
}

// A failure after the opening entry has used the warrant up: the same call again cannot
// do better, so it is not one that clients repeat, but a new question can. The reason
// stays. People who were linked anew meanwhile are such a failure and no refusal.
absl::Status AskAnew(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && ReasonOf(status) != "CROSSWALK_NOT_CURRENT") return status;
  return Failure(absl::StatusCode::kAborted, ReasonOf(status), status.message(), MetadataOf(status));
}

Operation OperationOf(const type::v1::Question& question) {
  return question.operation() == "records" ? Operation::kRecords : Operation::kAggregate;
}

}  // namespace

absl::StatusOr<ResolvedPersons> AnswerHandlers::Resolve(const v1::AnswerRequest& request, const Snapshot& snapshot,
                                                        const RecordTable& table) {
  std::vector<uint64_t> persons;
  for (const Record& record : table.records) {
    if (record.person.has_value()) persons.push_back(*record.person);
  }
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  ResolvedPersons resolved;
  if (persons.empty()) return resolved;
  linkage::v1::ResolvePersonsRequest resolve;
  *resolve.mutable_warrant() = request.linkage_warrant();
  *resolve.mutable_question() = request.question();
  resolve.set_crosswalk_revision(snapshot.crosswalk_revision);
  resolve.mutable_persons()->Assign(persons.begin(), persons.end());
  SH_ASSIGN_OR_RETURN(const linkage::v1::ResolvePersonsResponse response, world_.linkage.resolve_persons(resolve));
  const auto count = static_cast<int>(persons.size());
  if (response.pseudonyms_size() != count && response.sealed_nhs_numbers_size() != count) {
    return Internal("PERSON_UNRESOLVED", "linkage resolved other persons than it was asked for");
  }
  for (int i = 0; i < count; ++i) {
    const uint64_t person = persons[static_cast<size_t>(i)];
    if (response.pseudonyms_size() == count) resolved.pseudonyms[person] = response.pseudonyms(i);
    if (response.sealed_nhs_numbers_size() == count) resolved.sealed_nhs_numbers[person] = response.sealed_nhs_numbers(i);
  }
  return resolved;
}

absl::StatusOr<Snapshot> AnswerHandlers::AskedAbout(const Snapshot& current, const Question& question, absl::Time deadline) {
  Snapshot asked = current;
  asked.costing_runs = CostingRunsOf(question);
  if (asked.costing_runs.empty()) return asked;
  std::vector<CostedRun> runs;
  for (const std::string& value : asked.costing_runs) {
    uint64_t run = 0;
    if (!absl::SimpleAtoi(value, &run)) return InvalidArgument("FIELD_INVALID", "filters: not the number of a costing run");
    SH_ASSIGN_OR_RETURN(const storage::v1::CostRunRecord record, world_.runs.Published(run, deadline));
    runs.push_back({.provider = record.provider(), .first_day = CivilDay(record.first_day()), .last_day = CivilDay(record.last_day()), .costs = {}});
    SH_ASSIGN_OR_RETURN(runs.back().costs, world_.runs.Costs(run, deadline));
  }
  SH_RETURN_IF_ERROR(CheckDisjoint(runs));
  asked.events = std::make_shared<const LinkedEvents>(EventsOfRuns(*current.events, runs));
  return asked;
}

absl::StatusOr<ReleasableAnswer> AnswerHandlers::Compute(const v1::AnswerRequest& request,
                                                         const AdmittedQuestion& asked, const Snapshot& current,
                                                         absl::Time deadline) {
  const Warrant& warrant = asked.admitted.warrant;
  SH_ASSIGN_OR_RETURN(const Snapshot snapshot, AskedAbout(current, asked.question, deadline));
  const DisclosureRules rules = RulesOf(warrant);
  if (asked.question.operation == Operation::kAggregate) {
    SH_ASSIGN_OR_RETURN(CostTable table, Aggregate(snapshot, asked.question, warrant));
    SH_ASSIGN_OR_RETURN(const ReleasableTable releasable, Protect(std::move(table), rules));
    return LimitSize(ReleasableAnswer::FromTable(releasable, rules));
  }
  SH_ASSIGN_OR_RETURN(const RecordTable table, SelectRecords(snapshot, asked.question, warrant));
  SH_ASSIGN_OR_RETURN(const ResolvedPersons persons, Resolve(request, snapshot, table));
  SH_ASSIGN_OR_RETURN(ReleasableAnswer answer, ReleasableAnswer::FromRecords(table, persons, rules));
  return LimitSize(std::move(answer));
}

absl::StatusOr<v1::AnswerResponse> AnswerHandlers::Reply(const v1::AnswerRequest& request, const std::string& warrant,
                                                         const ReleasableAnswer& answer, const ClosedRelease& release,
                                                         absl::Time deadline) {
  const v1::AnswerResponse made = MakeReply(answer, release, request.warrant().proof());
  SH_ASSIGN_OR_RETURN(const std::string kept,
                      world_.releases.KeepAnswer(warrant, made.SerializeAsString(), deadline));
  v1::AnswerResponse response;
  if (!response.ParseFromString(kept)) return DataLoss("RELEASE_CORRUPT", "a kept answer does not parse");
  return response;
}

absl::StatusOr<v1::AnswerResponse> AnswerHandlers::AnswerAgain(const v1::AnswerRequest& request,
                                                               const std::string& warrant,
                                                               const storage::v1::UsedWarrantRecord& used,
                                                               absl::Time deadline) {
  if (!used.answer().empty()) {
    v1::AnswerResponse response;
    if (!response.ParseFromString(used.answer())) {
      return DataLoss("RELEASE_CORRUPT", "a kept answer does not parse");
    }
    return response;
  }
  // Opened and not closed: somebody is at it, failed, or was cut off.
  if (used.closed_answer().empty()) {
    return PermissionDenied("WARRANT_USED", "the warrant was used before: one warrant, one use");
  }
  SH_ASSIGN_OR_RETURN(const ClosedRelease release, FindClosedRelease(world_.releases, used, deadline));
  SH_ASSIGN_OR_RETURN(const ReleasableAnswer answer, ReleasableAnswer::FromKept(used.closed_answer(), release));
  return Reply(request, warrant, answer, release, deadline);
}

absl::StatusOr<v1::AnswerResponse> AnswerHandlers::Answer(const Call& call, const v1::AnswerRequest& request) {
  const auto admit = [&] {
    return Admit(world_, call, request.warrant(), request.question(), OperationOf(request.question()));
  };
  SH_ASSIGN_OR_RETURN(const AdmittedQuestion asked, admit());
  const Warrant& warrant = asked.admitted.warrant;
  SH_ASSIGN_OR_RETURN(const auto used, world_.releases.FindUsed(warrant.id, call.deadline()));
  if (used.has_value()) return AnswerAgain(request, warrant.id, *used, call.deadline());
  const absl::Time wait_end = std::min(call.deadline(), world_.clock.Now() + kObjectionsWaitMax);
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot,
                      world_.live.Await(warrant.crosswalk, ObjectionsToCover(world_.consent, warrant), wait_end));
  // Meanwhile the warrant may have expired, or the register may have been narrowed and
  // the narrowing acknowledged on our word.
  SH_RETURN_IF_ERROR(admit());
  SH_ASSIGN_OR_RETURN(const OpenedRelease opened,
                      world_.releases.Open(warrant.id, warrant.expire_time,
                                           OpeningOf(asked, *snapshot, world_.clock.Now()).SerializeAsString(),
                                           call.deadline()));
  absl::StatusOr<ReleasableAnswer> answer = Compute(request, asked, *snapshot, call.deadline());
  if (answer.ok()) {
    const absl::Status kept = world_.releases.populations().Keep(
        PopulationKey(*snapshot, asked.question, warrant),
        [&] { return PopulationOf(*snapshot, asked.question, warrant); }, call.deadline());
    if (!kept.ok()) answer = kept;
  }
  v1::ReleaseClosing closing = ClosingOf(opened, world_.clock.Now());
  if (!answer.ok()) {
    const std::string reason = ReasonOf(answer.status());
    closing.set_error_reason(reason.empty() ? absl::StatusCodeToString(answer.status().code()) : reason);
    SH_RETURN_IF_ERROR(world_.releases.Close(opened, closing.SerializeAsString(), "", call.deadline()));
    return AskAnew(answer.status());
  }
  SH_ASSIGN_OR_RETURN(const ClosedRelease release,
                      CloseRelease(world_.releases, opened, *answer, std::move(closing), call.deadline()));
  return Reply(request, warrant.id, *answer, release, call.deadline());
}

absl::Status AnswerHandlers::CloseCutOff(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<OpenedRelease> cut_off, world_.releases.CutOff(deadline));
  for (const OpenedRelease& opened : cut_off) {
    v1::ReleaseClosing closing = ClosingOf(opened, world_.clock.Now());
    closing.set_error_reason("RELEASE_CUT_OFF");
    SH_RETURN_IF_ERROR(world_.releases.Close(opened, closing.SerializeAsString(), "", deadline));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::GetStatusResponse> AnswerHandlers::GetStatus(const Call&, const v1::GetStatusRequest&) {
  v1::GetStatusResponse response;
  for (const SharedSegment& segment : world_.live.segments()) {
    (*response.mutable_event_counts())[segment->dataset] += segment->events.row_count();
  }
  for (const auto& [authority, snapshot] : world_.live.All()) {
    (*response.mutable_crosswalk_revisions())[authority] = snapshot->crosswalk_revision;
    (*response.mutable_objection_sizes())[authority] = snapshot->objection_revision.size;
  }
  response.set_heartbeat_age_ms(world_.consent.HeartbeatAgeMs());
  *response.mutable_revision() = RevisionToProto(world_.log.revision());
  response.set_not_ready_reason(world_.not_ready_reason());
  return response;
}

LogServiceHooks AnswerHandlers::LogHooks() {
  TransparencyLog& log = world_.log;
  LogServiceHooks hooks;
  hooks.checkpoint = [&log](absl::Time) -> absl::StatusOr<std::string> { return log.Newest().note; };
  hooks.size = [&log](absl::Time) -> absl::StatusOr<uint64_t> { return log.revision().size; };
  hooks.prove_consistency = [&log](uint64_t first, uint64_t second,
                                   absl::Time) -> absl::StatusOr<std::vector<std::string>> {
    SH_ASSIGN_OR_RETURN(const std::vector<Digest> proof, log.ConsistencyProof(first, second));
    std::vector<std::string> wire;
    for (const Digest& digest : proof) wire.push_back(ToBytes(digest));
    return wire;
  };
  hooks.authorise_reader = [this](const Call&, const type::v1::Evidence& evidence) {
    return world_.authorise_reader(evidence);
  };
  hooks.add_cosigned = [this, &log](const std::string& note) {
    return TakeCosigned(world_.witnesses, note, log.revision().size);
  };
  hooks.cosigned = [this] { return KeptCosigned(world_.witnesses); };
  hooks.read = [&log](uint64_t begin, uint64_t end, absl::Time deadline) -> absl::StatusOr<std::vector<LogLeaf>> {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log.ReadRange(begin, end - begin, deadline));
    std::vector<LogLeaf> leaves;
    for (const LogEntry& entry : entries) {
      leaves.push_back({.kind = entry.kind, .commitment = ToBytes(entry.commitment), .salt = entry.salt, .body = entry.body});
    }
    return leaves;
  };
  return hooks;
}

void CostingHandlers::Register(MethodRegistry& registry) {
  using absl::bind_front;
  registry.Unary<v1::OpenLoadRequest, v1::OpenLoadResponse>(kCostingService, "OpenLoad",
                                                            bind_front(&LoadHandlers::OpenLoad, &loads));
  registry.BidiStream<v1::AppendPayloadRequest, v1::AppendPayloadResponse>(
      kCostingService, "AppendPayload", bind_front(&LoadHandlers::AppendPayload, &loads));
  registry.Unary<v1::CloseLoadRequest, v1::CloseLoadResponse>(kCostingService, "CloseLoad",
                                                              bind_front(&LoadHandlers::CloseLoad, &loads));
  registry.Unary<v1::RunCostingRequest, v1::RunCostingResponse>(kCostingService, "RunCosting",
                                                                bind_front(&RunHandlers::RunCosting, &runs));
  registry.Unary<v1::ListRunsRequest, v1::ListRunsResponse>(kCostingService, "ListRuns",
                                                            bind_front(&RunHandlers::ListRuns, &runs));
  registry.Unary<v1::PublishRunRequest, v1::PublishRunResponse>(kCostingService, "PublishRun",
                                                                bind_front(&RunHandlers::PublishRun, &runs));
  registry.Unary<v1::CompareRunsRequest, v1::CompareRunsResponse>(kCostingService, "CompareRuns",
                                                                  bind_front(&RunHandlers::CompareRuns, &runs));
  registry.Unary<v1::ExplainCostRequest, v1::ExplainCostResponse>(kCostingService, "ExplainCost",
                                                                  bind_front(&RunHandlers::ExplainCost, &runs));
  registry.Unary<v1::AnswerRequest, v1::AnswerResponse>(kCostingService, "Answer",
                                                        bind_front(&AnswerHandlers::Answer, &answers));
  registry.Unary<v1::ConfirmReleasesRequest, v1::ConfirmReleasesResponse>(
      kCostingService, "ConfirmReleases", bind_front(&ConfirmHandlers::ConfirmReleases, &confirm));
  registry.Unary<v1::GetStatusRequest, v1::GetStatusResponse>(kCostingService, "GetStatus",
                                                              bind_front(&AnswerHandlers::GetStatus, &answers));
  RegisterLogService(registry, answers.LogHooks());
}

}  // namespace safehaven::costing
