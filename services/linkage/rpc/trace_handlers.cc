// TracePseudonyms: what became of people whose pseudonyms somebody holds. By records: those
// that were a person's as of then are looked up where they are now. Whom an objection keeps
// out, and who is protected, answers like a pseudonym that was never given.
#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/base/civil_day.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "services/linkage/core/pseudonym.h"
#include "services/linkage/rpc/exclusion_guard.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/officers.h"

namespace safehaven::linkage {
namespace {

constexpr int kPseudonymsMax = 1'000;

// Where the records of one person of then are now: by person, how many.
using Whereabouts = std::map<PersonNumber, uint64_t>;

// The revision that the pseudonyms are of.
absl::StatusOr<uint64_t> RevisionOf(CrosswalkHistory& history, const v1::TracePseudonymsRequest& request,
                                    const std::string& authority, absl::Time deadline) {
  if (request.crosswalk_revision() != 0) return request.crosswalk_revision();
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(request.as_of_day());
  if (!day.ok()) return InvalidArgument("FIELD_INVALID", "as_of_day: YYYY-MM-DD, or a revision");
  return history.RevisionOn(authority, *day, deadline);
}

// Which of the wanted pseudonyms were whose.
absl::flat_hash_map<std::string, PersonNumber> FindOwners(const v1::TracePseudonymsRequest& request,
                                                          const std::vector<RecordPerson>& records,
                                                          const SecretKey& key) {
  absl::flat_hash_map<std::string, PersonNumber> owners;
  for (const std::string& pseudonym : request.pseudonyms()) owners[pseudonym] = kNoPerson;
  std::vector<PersonNumber> persons;
  for (const RecordPerson& record : records) persons.push_back(record.person);
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  for (const PersonNumber person : persons) {
    const auto wanted = owners.find(Pseudonym(key, person));
    if (wanted != owners.end()) wanted->second = person;
  }
  return owners;
}

std::map<PersonNumber, Whereabouts> FollowRecords(const std::vector<RecordPerson>& then,
                                                  const std::vector<RecordPerson>& now,
                                                  const absl::flat_hash_map<std::string, PersonNumber>& owners) {
  std::map<PersonNumber, Whereabouts> followed;
  for (const auto& [pseudonym, person] : owners) {
    if (person != kNoPerson) followed[person];
  }
  auto at = now.begin();
  for (const RecordPerson& record : then) {
    const auto wanted = followed.find(record.person);
    if (wanted == followed.end()) continue;
    while (at != now.end() && at->token < record.token) ++at;
    if (at != now.end() && at->token == record.token) ++wanted->second[at->person];
  }
  return followed;
}

v1::TracedPseudonym AnswerOf(PersonNumber person, const Whereabouts& whereabouts, const SecretKey& key) {
  v1::TracedPseudonym traced;
  std::vector<std::pair<uint64_t, PersonNumber>> now;
  for (const auto& [other, records] : whereabouts) now.emplace_back(records, other);
  // Who has most of the records first, then the oldest number.
  std::sort(now.begin(), now.end(), [](const auto& a, const auto& b) {
    return std::pair(b.first, a.second) < std::pair(a.first, b.second);
  });
  for (const auto& [records, other] : now) traced.add_pseudonyms(Pseudonym(key, other));
  if (now.empty()) {
    traced.set_outcome(v1::TRACE_OUTCOME_NOT_FOUND);
  } else if (now.size() > 1) {
    traced.set_outcome(v1::TRACE_OUTCOME_SPLIT);
  } else {
    traced.set_outcome(now.front().second == person ? v1::TRACE_OUTCOME_UNCHANGED : v1::TRACE_OUTCOME_MERGED);
  }
  return traced;
}

}  // namespace

absl::StatusOr<v1::TracePseudonymsResponse> TraceHandlers::TracePseudonyms(const Call& call,
                                                                          const v1::TracePseudonymsRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted, world_.gate.Admit(call, {.warrant = request.warrant(),
                                                                           .question = request.question(),
                                                                           .operation = Operation::kLink}));
  const Warrant& warrant = admitted.warrant;
  if (warrant.crosswalk.empty()) return PermissionDenied("WARRANT_CROSSWALK", "nothing may be linked under the warrant");
  SH_RETURN_IF_ERROR(CheckDomain(request.domain(), warrant));
  if (request.pseudonyms_size() < 1 || request.pseudonyms_size() > kPseudonymsMax) {
    return InvalidArgument("FIELD_INVALID", absl::StrCat("pseudonyms: 1 to ", kPseudonymsMax));
  }
  SH_RETURN_IF_ERROR(world_.gate.Use(admitted, "trace", call.deadline()));
  SH_RETURN_IF_ERROR(
      world_.match_limits.Take(warrant.caller_digest, static_cast<uint64_t>(request.pseudonyms_size())));
  SH_ASSIGN_OR_RETURN(const CurrentPublication current, world_.publications.Find(warrant.crosswalk));
  SH_RETURN_IF_ERROR(world_.gate.CheckObjections(current.objection_revision, warrant.objection_revision));
  const Crosswalk& newest = current.crosswalk->crosswalk;
  SH_ASSIGN_OR_RETURN(const uint64_t revision,
                      RevisionOf(world_.history, request, warrant.crosswalk, call.deadline()));
  SH_ASSIGN_OR_RETURN(const std::vector<RecordPerson> then,
                      world_.history.RecordsAsOf(newest, revision, call.deadline()));
  SH_ASSIGN_OR_RETURN(const SecretKey key, world_.domain_keys.Get(request.domain(), call.deadline()));
  const auto owners = FindOwners(request, then, key);
  std::map<PersonNumber, Whereabouts> followed = FollowRecords(then, newest.records, owners);

  SH_ASSIGN_OR_RETURN(const ExclusionGuard guard, ExclusionGuard::Make(admitted, *current.sets));
  const auto shielded = world_.protections.ShieldedIn(current.crosswalk);
  const auto may_name = [&](PersonNumber person) {
    const auto known = std::lower_bound(newest.attributes.begin(), newest.attributes.end(), person,
                                        [](const PersonAttributes& p, PersonNumber n) { return p.person < n; });
    const bool on_list = known != newest.attributes.end() && known->person == person &&
                         std::any_of(known->memberships.begin(), known->memberships.end(), [&](const ListMembership& m) {
                           return m.commissioner == warrant.population.commissioner;
                         });
    return on_list && !guard.Excludes(person) && !std::binary_search(shielded->begin(), shielded->end(), person);
  };
  v1::TracePseudonymsResponse response;
  response.set_from_revision(revision);
  response.set_to_revision(newest.revision);
  for (const std::string& pseudonym : request.pseudonyms()) {
    const PersonNumber person = owners.at(pseudonym);
    Whereabouts whereabouts = person == kNoPerson ? Whereabouts() : followed.at(person);
    std::erase_if(whereabouts, [&](const auto& where) { return !may_name(where.first); });
    *response.add_traced() = AnswerOf(person, whereabouts, key);
  }
  LogLine(Severity::kInfo, "pseudonyms_traced", {{"authority", warrant.crosswalk}});
  return response;
}

}  // namespace safehaven::linkage
