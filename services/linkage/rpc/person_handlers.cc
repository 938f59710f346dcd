// The record path: persons of one answer to pseudonyms, or to numbers that only the
// recipient's environment can read. costing has left out whom it had to leave out; this
// is the second lock, held by the service that knows who people are.
#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"
#include "services/linkage/core/pseudonym.h"
#include "services/linkage/rpc/exclusion_guard.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/seal.h"

namespace safehaven::linkage {
namespace {

constexpr int kPersonsMax = 65'536;

absl::Status CheckCurrent(const ConsentGate& gate, const CurrentPublication& current, const AdmittedCall& admitted,
                          uint64_t revision) {
  if (current.crosswalk->crosswalk.revision != revision) {
    return FailedPrecondition("CROSSWALK_NOT_CURRENT", "the person numbers are of another revision: answer again");
  }
  return gate.CheckObjections(current.objection_revision, admitted.warrant.objection_revision);
}

// Where each person asked for stands in the crosswalk; refuses all if one may not be named.
absl::StatusOr<std::vector<size_t>> PlacesOf(const v1::ResolvePersonsRequest& request, const AdmittedCall& admitted,
                                             const CurrentPublication& current) {
  const std::vector<PersonAttributes>& people = current.crosswalk->crosswalk.attributes;
  const Population& population = admitted.warrant.population;
  SH_ASSIGN_OR_RETURN(const ExclusionGuard guard, ExclusionGuard::Make(admitted, *current.sets));
  std::vector<size_t> places;
  for (const PersonNumber person : request.persons()) {
    const auto at = std::lower_bound(people.begin(), people.end(), person,
                                     [](const PersonAttributes& p, PersonNumber n) { return p.person < n; });
    if (at == people.end() || at->person != person) {
      return PermissionDenied("PERSON_UNKNOWN", "there is no such person in the crosswalk");
    }
    const bool on_list = std::any_of(at->memberships.begin(), at->memberships.end(), [&](const ListMembership& m) {
      return m.commissioner == population.commissioner && m.first_day <= population.list_day &&
             population.list_day <= m.last_day;
    });
    if (!on_list) return PermissionDenied("PERSON_OUTSIDE_POPULATION", "a person is not of the warrant's population");
    if (guard.Excludes(person)) return PermissionDenied("PERSON_EXCLUDED", "an objection keeps a person out");
    places.push_back(static_cast<size_t>(at - people.begin()));
  }
  return places;
}

// The ten digits in a sealed box for the holder of the key's other half; "" for none.
absl::StatusOr<std::string> Seal(uint64_t nhs_number, const std::string& public_key) {
  if (nhs_number == 0) return std::string();
  return SealText(absl::StrFormat("%010d", nhs_number), public_key);
}

// The same persons of the same revision asked for again are a retry, not a second use.
std::string PurposeOf(const v1::ResolvePersonsRequest& request) {
  std::string text = absl::StrCat("resolve:", request.crosswalk_revision(), ":");
  for (const uint64_t person : request.persons()) absl::StrAppend(&text, person, ",");
  const Digest digest = Sha256(text);
  const std::string bytes(digest.begin(), digest.end());
  return absl::StrCat("resolve:", absl::BytesToHexString(bytes));
}

}  // namespace

absl::StatusOr<v1::ResolvePersonsResponse> PersonHandlers::ResolvePersons(const Call& call,
                                                                         const v1::ResolvePersonsRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted, world_.gate.Admit(call, {.warrant = request.warrant(),
                                                                           .question = request.question(),
                                                                           .operation = Operation::kRecords}));
  if (request.persons_size() > kPersonsMax) {
    return InvalidArgument("FIELD_INVALID", absl::StrCat("persons: at most ", kPersonsMax));
  }
  SH_ASSIGN_OR_RETURN(const CurrentPublication current, world_.publications.Find(admitted.warrant.crosswalk));
  SH_RETURN_IF_ERROR(CheckCurrent(world_.gate, current, admitted, request.crosswalk_revision()));
  SH_ASSIGN_OR_RETURN(const std::vector<size_t> places, PlacesOf(request, admitted, current));
  SH_RETURN_IF_ERROR(world_.gate.Use(admitted, PurposeOf(request), call.deadline()));

  v1::ResolvePersonsResponse response;
  if (!admitted.warrant.pseudonym_domain.empty()) {
    SH_ASSIGN_OR_RETURN(const SecretKey key,
                        world_.domain_keys.Get(admitted.warrant.pseudonym_domain, call.deadline()));
    for (const PersonNumber person : request.persons()) response.add_pseudonyms(Pseudonym(key, person));
  }
  const std::string& environment_key = admitted.warrant.environment_key;
  const bool identifiable = admitted.warrant.identifiability == Identifiability::kIdentifiable &&
                            environment_key.size() == kSealKeyBytes;
  if (identifiable) {
    for (const size_t place : places) {
      SH_ASSIGN_OR_RETURN(std::string box, Seal(current.crosswalk->secrets[place].nhs_number.Reveal(), environment_key));
      response.add_sealed_nhs_numbers(std::move(box));
    }
  }
  return response;
}

}  // namespace safehaven::linkage
