// Whose is this record? Asked about under a session. The answer names nobody: an outcome,
// how sure it is, and a reference that is the same for one person within the session.
// Whom an objection keeps out is as if not there, in what is said and in what is done.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "services/linkage/core/pseudonym.h"
#include "services/linkage/rpc/convert.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/roles.h"
#include "services/linkage/store/identity_rows.h"

namespace safehaven::linkage {
namespace {

constexpr int kMatchRecordsMax = 256;
constexpr size_t kRequestIdBytes = 36;
constexpr int kConfidenceStep = 50;

v1::MatchOutcome OutcomeToProto(MatchOutcome outcome) {
  switch (outcome) {
    case MatchOutcome::kMatch: return v1::MATCH_OUTCOME_MATCH;
    case MatchOutcome::kPotentialMatch: return v1::MATCH_OUTCOME_POTENTIAL_MATCH;
    case MatchOutcome::kManyMatches: return v1::MATCH_OUTCOME_MANY_MATCHES;
    case MatchOutcome::kNoMatch: return v1::MATCH_OUTCOME_NO_MATCH;
  }
  return v1::MATCH_OUTCOME_UNSPECIFIED;
}

v1::MatchAnswer AnswerToProto(const LiveMatch& match, const SecretKey& reference_key) {
  v1::MatchAnswer answer;
  answer.set_outcome(OutcomeToProto(match.outcome));
  const bool one = match.outcome == MatchOutcome::kMatch || match.outcome == MatchOutcome::kPotentialMatch;
  if (!one) return answer;
  const MatchedPerson& person = match.persons.front();
  const int per_mille = person.decision == Decision::kCrossCheck
                            ? 1000
                            : static_cast<int>(ProbabilityOf(person.weight) * 1000);
  answer.set_confidence_per_mille(per_mille / kConfidenceStep * kConfidenceStep);
  if (match.outcome != MatchOutcome::kMatch) return answer;
  answer.set_method(std::string(DecisionName(Links(person.decision) ? person.decision : Decision::kClear)));
  answer.set_person_reference(Pseudonym(reference_key, person.person));
  return answer;
}

}  // namespace

absl::StatusOr<SessionView> ViewOf(LinkageWorld& world, const LinkSession& session) {
  SessionView view;
  SH_ASSIGN_OR_RETURN(view.people, world.live.Find(session.authority));
  SH_ASSIGN_OR_RETURN(view.current, world.publications.Find(session.authority));
  if (view.current.crosswalk->crosswalk.revision != view.people->revision()) {
    return FailedPrecondition("MATCHING_NOT_READY", "a new crosswalk is just being published");
  }
  SH_RETURN_IF_ERROR(world.gate.CheckObjections(view.current.objection_revision, session.objection_revision));
  view.shielded = world.protections.ShieldedIn(view.current.crosswalk);
  view.hidden = view.people->HiddenBy(view.current.sets, view.shielded);
  return view;
}

absl::StatusOr<v1::OpenSessionResponse> MatchHandlers::OpenSession(const Call& call,
                                                                   const v1::OpenSessionRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted, world_.gate.Admit(call, {.warrant = request.warrant(),
                                                                           .question = request.question(),
                                                                           .operation = Operation::kLink}));
  if (admitted.warrant.crosswalk.empty()) {
    return PermissionDenied("WARRANT_CROSSWALK", "nothing may be linked under the warrant");
  }
  SH_RETURN_IF_ERROR(CheckNotOfficer(admitted.warrant.role));
  if (request.request_id().size() != kRequestIdBytes) {
    return InvalidArgument("FIELD_INVALID", "request_id: must be a UUID");
  }
  SH_RETURN_IF_ERROR(world_.gate.Use(admitted, absl::StrCat("session:", request.request_id()), call.deadline()));
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<MatchedPeople> people, world_.live.Find(admitted.warrant.crosswalk));
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const LinkSession> session,
                      world_.sessions.Open(call, admitted, request.request_id()));
  LogLine(Severity::kInfo, "link_session_opened", {{"authority", session->authority}});
  v1::OpenSessionResponse response;
  response.set_session(session->id);
  for (const std::string& source : session->sources) response.add_sources(source);
  response.set_crosswalk_revision(people->revision());
  response.set_model(people->model());
  response.set_records_left(world_.match_limits.Left(session->caller));
  return response;
}

absl::StatusOr<v1::MatchResponse> MatchHandlers::Match(const Call& call, const v1::MatchRequest& request) {
  SH_ASSIGN_OR_RETURN(const std::shared_ptr<const LinkSession> session, world_.sessions.Find(call, request.session()));
  if (request.records_size() < 1 || request.records_size() > kMatchRecordsMax) {
    return InvalidArgument("FIELD_INVALID", absl::StrCat("records: 1 to ", kMatchRecordsMax));
  }
  SH_ASSIGN_OR_RETURN(const SessionView view, ViewOf(world_, *session));
  const std::vector<SourceRule>& sources = view.people->sources();
  const auto source = std::find_if(sources.begin(), sources.end(),
                                   [&](const SourceRule& rule) { return rule.name == request.source(); });
  const bool covered = std::find(session->sources.begin(), session->sources.end(), request.source()) !=
                       session->sources.end();
  if (source == sources.end() || !covered) {
    return InvalidArgument("SOURCE_UNKNOWN", "the source is not one of the session's");
  }
  for (const v1::IdentityRow& row : request.records()) SH_RETURN_IF_ERROR(CheckIdentity(world_.profile, row));
  SH_ASSIGN_OR_RETURN(const uint64_t left, world_.match_limits.Take(session->caller,
                                                                    static_cast<uint64_t>(request.records_size())));
  v1::MatchResponse response;
  response.set_records_left(left);
  for (const v1::IdentityRow& row : request.records()) {
    storage::v1::IdentityRecord stored = IdentityToRecord(row);
    stored.set_token(std::string(kTokenBytes, '\0'));
    const SourceRecord record = ToSourceRecord(stored, static_cast<SourceIndex>(source - sources.begin()));
    SH_ASSIGN_OR_RETURN(const LiveMatch match, view.people->Match(record, *view.hidden));
    *response.add_answers() = AnswerToProto(match, session->reference_key);
  }
  return response;
}

}  // namespace safehaven::linkage
