#include <algorithm>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "libs/warrant/catalogue.h"
#include "libs/warrant/wire.h"
#include "services/linkage/core/evaluate.h"
#include "services/linkage/rpc/convert.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/roles.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kRequestIdBytes = 36;
constexpr size_t kRunIdDigits = 32;
constexpr int kJudgedMax = 1'000'000;

bool IsUuid(const std::string& text) {
  if (text.size() != kRequestIdBytes) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

// The same request id is the same run, also after a restart.
std::string RunIdOf(const std::string& request_id) {
  const Digest digest = Sha256Of({"safehaven-linkage-run\n", request_id});
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()))
      .substr(0, kRunIdDigits);
}

// The run with everything that decides its result.
storage::v1::LinkageRunRecord RunOf(const AdmittedCall& admitted, const std::vector<storage::v1::LoadRecord>& loads,
                                    absl::Time now) {
  const Question& question = admitted.question;
  const Warrant& warrant = admitted.warrant;
  storage::v1::LinkageRunRecord run;
  run.set_authority(warrant.crosswalk);
  run.set_question_digest(warrant.question_digest);
  std::set<std::string> sources;
  for (const std::string& dataset : question.datasets) sources.insert(std::string(FindDataset(dataset)->source));
  for (const std::string& source : sources) run.add_sources(source);
  for (const storage::v1::LoadRecord& load : loads) {
    if (load.phase() != storage::v1::LOAD_PHASE_VISIBLE || !sources.contains(load.source())) continue;
    const auto among = [](const std::vector<std::string>& list, const std::string& text) {
      return std::find(list.begin(), list.end(), text) != list.end();
    };
    storage::v1::LinkageRunLoad* read = run.add_loads();
    read->set_load(load.load());
    read->set_source(load.source());
    read->set_usable(among(warrant.flows, load.flow()) && among(question.datasets, load.dataset()));
  }
  const CivilDay today = CivilDay::InLondon(now);
  const bool has_list_day = question.list_day != CivilDay();
  run.set_reference_day((has_list_day ? question.list_day : question.last_day).days_since_1970());
  run.set_latest_day(std::max(today, question.last_day).days_since_1970());
  run.set_warrant_index(admitted.leaf_index);
  run.set_consent_incarnation(admitted.incarnation);
  run.set_accept_unix_ms(absl::ToUnixMillis(now));
  std::set<std::string> sets;
  for (const ObjectionRule& rule : warrant.objections) sets.insert(rule.sets.begin(), rule.sets.end());
  for (const std::string& set : sets) run.add_objection_sets(set);
  run.set_phase(storage::v1::LINKAGE_RUN_PHASE_PENDING);
  return run;
}

absl::Status EndRefused(RunStore& runs, storage::v1::LinkageRunRecord run, const absl::Status& refused,
                        absl::Time deadline) {
  run.set_phase(storage::v1::LINKAGE_RUN_PHASE_FAILED);
  run.set_error_reason(ReasonOf(refused));
  run.set_error_message(std::string(refused.message()));
  return runs.Update(run, deadline);
}

// Labels for records that are nobody's, above all person numbers.
constexpr uint64_t kUnlinkedLabels = uint64_t{1} << 63;

}  // namespace

absl::StatusOr<v1::RunLinkageResponse> RunHandlers::RunLinkage(const Call& call, const v1::RunLinkageRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted, world_.gate.Admit(call, {.warrant = request.warrant(),
                                                                           .question = request.question(),
                                                                           .operation = Operation::kLink}));
  if (admitted.warrant.crosswalk.empty()) {
    return PermissionDenied("WARRANT_CROSSWALK", "nothing may be linked under the warrant");
  }
  SH_RETURN_IF_ERROR(CheckNotOfficer(admitted.warrant.role));
  if (!IsUuid(request.request_id())) return InvalidArgument("FIELD_INVALID", "request_id: must be a UUID");
  SH_RETURN_IF_ERROR(world_.gate.Use(admitted, absl::StrCat("run:", request.request_id()), call.deadline()));
  SH_ASSIGN_OR_RETURN(const std::vector<storage::v1::LoadRecord> loads, world_.loads.List(call.deadline()));
  storage::v1::LinkageRunRecord run = RunOf(admitted, loads, world_.clock.Now());
  run.set_run(RunIdOf(request.request_id()));
  run.set_train(request.train());
  const bool is_retry = world_.runs.Get(run.run(), call.deadline()).ok();
  SH_ASSIGN_OR_RETURN(const storage::v1::LinkageRunRecord kept, world_.runs.Add(run, call.deadline()));
  if (kept.phase() == storage::v1::LINKAGE_RUN_PHASE_PENDING) {
    const absl::Status submitted = world_.runner.Submit(kept);
    // Refused is refused: otherwise the next start would do it. What an earlier call was
    // granted stays.
    if (!submitted.ok() && !is_retry) SH_RETURN_IF_ERROR(EndRefused(world_.runs, kept, submitted, call.deadline()));
    SH_RETURN_IF_ERROR(submitted);
  }
  v1::RunLinkageResponse response;
  response.set_run(kept.run());
  return response;
}

absl::StatusOr<v1::GetLinkageRunResponse> RunHandlers::GetLinkageRun(const Call& call,
                                                                     const v1::GetLinkageRunRequest& request) {
  v1::GetLinkageRunResponse response;
  // First the runner, then the store: a run that ends in between is found there.
  const std::optional<RunProgress> progress = world_.runner.ProgressOf(request.run());
  SH_ASSIGN_OR_RETURN(const storage::v1::LinkageRunRecord run, world_.runs.Get(request.run(), call.deadline()));
  if (progress.has_value() || run.phase() == storage::v1::LINKAGE_RUN_PHASE_PENDING) {
    response.set_stage(progress.has_value() ? progress->stage : "waiting");
    response.set_progress_per_mille(progress.has_value() ? progress->per_mille : 0);
    return response;
  }
  response.set_done(true);
  response.set_progress_per_mille(1000);
  response.set_error_reason(run.error_reason());
  response.set_error_message(run.error_message());
  if (run.phase() == storage::v1::LINKAGE_RUN_PHASE_PUBLISHED) *response.mutable_summary() = SummaryToProto(run);
  return response;
}

absl::StatusOr<v1::EvaluateResponse> RunHandlers::Evaluate(const Call&, const v1::EvaluateRequest& request) {
  if (world_.profile != ServiceProfile::kDemo) {
    return FailedPrecondition("DEMO_ONLY", "truth is known in demonstrations and tests only");
  }
  const int count = request.truth_size();
  if (count > kJudgedMax || request.tokens().size() != static_cast<size_t>(count) * kTokenBytes) {
    return InvalidArgument("FIELD_INVALID", "tokens: 16 bytes for each of at most a million labels");
  }
  SH_ASSIGN_OR_RETURN(const CurrentPublication current, world_.publications.Find(request.authority()));
  const std::vector<RecordPlace>& places = current.crosswalk->places;
  std::vector<JudgedRecord> judged;
  v1::EvaluateResponse response;
  uint64_t unknown = 0;
  for (int i = 0; i < count; ++i) {
    const RecordToken token =
        TokenFromBytes(absl::string_view(request.tokens()).substr(static_cast<size_t>(i) * kTokenBytes, kTokenBytes));
    const auto at = std::lower_bound(places.begin(), places.end(), token,
                                     [](const RecordPlace& place, const RecordToken& t) { return place.token < t; });
    if (at == places.end() || at->token != token) {
      ++unknown;
      continue;
    }
    const bool linked = at->person != kNoPerson;
    judged.push_back({.person = linked ? at->person : kUnlinkedLabels + static_cast<uint64_t>(i),
                      .truth = request.truth(i),
                      .in_first = current.crosswalk->social_without_number[static_cast<size_t>(at - places.begin())]});
  }
  const PairCounts social = CountPairs(judged);
  for (JudgedRecord& record : judged) record.in_first = true;
  const PairCounts all = CountPairs(judged);
  response.set_true_link_count(all.true_links);
  response.set_false_link_count(all.false_links);
  response.set_missed_link_count(all.missed_links);
  response.set_social_true_link_count(social.true_links);
  response.set_social_false_link_count(social.false_links);
  response.set_social_missed_link_count(social.missed_links);
  response.set_unknown_token_count(unknown);
  return response;
}

absl::StatusOr<v1::GetStatusResponse> RunHandlers::GetStatus(const Call& call, const v1::GetStatusRequest&) {
  v1::GetStatusResponse response;
  SH_ASSIGN_OR_RETURN(const auto counts, CountVisibleRecords(world_.loads, call.deadline()));
  for (const auto& [source, count] : counts) (*response.mutable_record_counts())[source] = count;
  for (const PublishedPair& pair : world_.publications.Newest()) {
    *response.add_publications() = PublicationToProto(pair);
  }
  *response.mutable_objection_revision() = RevisionToProto(world_.objections_followed());
  response.set_incarnation(world_.incarnation);
  response.set_not_ready_reason(world_.not_ready_reason());
  return response;
}

}  // namespace safehaven::linkage
