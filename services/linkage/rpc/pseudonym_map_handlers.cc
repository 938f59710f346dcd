// Maps of pseudonyms: from a domain's old key to its new one, and over a bridge from one
// domain to another. A map is made when it is read, of who may be named now, and is kept
// nowhere.
#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/server/log_line.h"
#include "services/linkage/core/bridge.h"
#include "services/linkage/rpc/exclusion_guard.h"
#include "services/linkage/rpc/handlers.h"
#include "services/linkage/rpc/officers.h"

namespace safehaven::linkage {
namespace {

constexpr size_t kPageMax = 16'384;
constexpr absl::Duration kMapLifeMax = absl::Hours(24 * 30);

// Where a reader is: the crosswalks' revisions and the next pair.
struct Place {
  uint64_t revision = 0;
  uint64_t other_revision = 0;
  uint64_t offset = 0;
};

absl::StatusOr<Place> PlaceOf(const std::string& token, const Place& begin) {
  if (token.empty()) return begin;
  const std::vector<absl::string_view> parts = absl::StrSplit(token, ':');
  Place place;
  const bool read = parts.size() == 3 && absl::SimpleAtoi(parts[0], &place.revision) &&
                    absl::SimpleAtoi(parts[1], &place.other_revision) && absl::SimpleAtoi(parts[2], &place.offset);
  if (!read) return InvalidArgument("FIELD_INVALID", "page_token: not one that was given");
  if (place.revision == begin.revision && place.other_revision == begin.other_revision) return place;
  return Failure(absl::StatusCode::kAborted, "CROSSWALK_NOT_CURRENT", "people were linked anew: read the map again");
}

// The act, if the caller may read its map now.
absl::StatusOr<CustodyAct> MapOf(LinkageWorld& world, const Warrant& warrant, const std::string& custody,
                                 absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(CustodyAct act, world.custody.Get(custody, deadline));
  if (!IsOf(act, warrant) || (act.kind != CustodyKind::kRotate && act.kind != CustodyKind::kBridge)) {
    return NotFound("CUSTODY_UNKNOWN", "there is no such act of custody");
  }
  if (!act.done) return FailedPrecondition("CUSTODY_NOT_DONE", "a second officer has to approve it first");
  if (world.clock.Now() - absl::FromUnixMillis(act.approved->time_unix_ms) > kMapLifeMax) {
    return FailedPrecondition("MAP_EXPIRED", "a map can be read for thirty days after its approval");
  }
  return act;
}

// People who have been on the controller's list, whom nobody shields and `excluded` does
// not take out.
absl::flat_hash_set<PersonNumber> PeopleOf(LinkageWorld& world, const CurrentPublication& current,
                                           const std::string& controller,
                                           const std::function<bool(PersonNumber)>& excluded) {
  const auto shielded = world.protections.ShieldedIn(current.crosswalk);
  absl::flat_hash_set<PersonNumber> people;
  for (const PersonAttributes& known : current.crosswalk->crosswalk.attributes) {
    const bool on_list =
        std::any_of(known.memberships.begin(), known.memberships.end(),
                    [&](const ListMembership& membership) { return membership.commissioner == controller; });
    const bool hidden = std::binary_search(shielded->begin(), shielded->end(), known.person);
    if (on_list && !hidden && !excluded(known.person)) people.insert(known.person);
  }
  return people;
}

bool InAnySet(const PublishedSets& sets, PersonNumber person) {
  return std::any_of(sets.begin(), sets.end(), [person](const auto& set) { return set.second->Contains(person); });
}

// One end of a map.
struct End {
  CurrentPublication current;
  absl::flat_hash_set<PersonNumber> people;
  SecretKey key;
};

class MapMaker {
 public:
  MapMaker(LinkageWorld& world, const AdmittedCall& admitted, absl::Time deadline)
      : world_(world), admitted_(admitted), deadline_(deadline) {}

  // What may be named under the caller's own warrant, or, of another authority, what no
  // objection at all keeps out.
  absl::StatusOr<End> EndOf(const std::string& domain, std::optional<uint32_t> key_number) {
    SH_ASSIGN_OR_RETURN(const DomainParts parts, PartsOf(domain));
    End end;
    SH_ASSIGN_OR_RETURN(end.current, world_.publications.Find(parts.authority));
    SH_RETURN_IF_ERROR(
        world_.gate.CheckObjections(end.current.objection_revision, admitted_.warrant.objection_revision));
    const PublishedSets& sets = *end.current.sets;
    if (parts.authority == admitted_.warrant.crosswalk) {
      SH_ASSIGN_OR_RETURN(const ExclusionGuard guard, ExclusionGuard::Make(admitted_, sets));
      end.people = PeopleOf(world_, end.current, parts.controller,
                            [&guard](PersonNumber person) { return guard.Excludes(person); });
    } else {
      end.people = PeopleOf(world_, end.current, parts.controller,
                            [&sets](PersonNumber person) { return InAnySet(sets, person); });
    }
    if (key_number.has_value()) {
      SH_ASSIGN_OR_RETURN(end.key, world_.domain_keys.GetNumbered(domain, *key_number, deadline_));
    } else {
      SH_ASSIGN_OR_RETURN(end.key, world_.domain_keys.Get(domain, deadline_));
    }
    return end;
  }

 private:
  LinkageWorld& world_;
  const AdmittedCall& admitted_;
  const absl::Time deadline_;
};

// All pairs in order of the second, so that a person's place says nothing.
std::vector<std::pair<std::string, std::string>> PairsOf(const End& from, const End& to, const Bridged& bridged) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [a, b] : bridged.pairs) {
    if (from.people.contains(a) && to.people.contains(b)) {
      pairs.emplace_back(Pseudonym(to.key, b), Pseudonym(from.key, a));
    }
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace

absl::StatusOr<v1::ReadPseudonymMapResponse> CustodyHandlers::ReadPseudonymMap(
    const Call& call, const v1::ReadPseudonymMapRequest& request) {
  SH_ASSIGN_OR_RETURN(const AdmittedCall admitted,
                      AdmitOfficer(world_, call, {request.warrant(), request.question(), Operation::kLink},
                                   absl::StrCat("map:", request.custody(), ":", request.page_token())));
  SH_ASSIGN_OR_RETURN(const CustodyAct act, MapOf(world_, admitted.warrant, request.custody(), call.deadline()));
  const bool rotation = act.kind == CustodyKind::kRotate;
  MapMaker maker(world_, admitted, call.deadline());
  SH_ASSIGN_OR_RETURN(const End from, maker.EndOf(act.domain, rotation ? std::optional(act.key_number - 1) : std::nullopt));
  SH_ASSIGN_OR_RETURN(const End to, maker.EndOf(rotation ? act.domain : act.other_domain,
                                                rotation ? std::optional(act.key_number) : std::nullopt));
  SH_ASSIGN_OR_RETURN(const Place place,
                      PlaceOf(request.page_token(), {.revision = from.current.crosswalk->crosswalk.revision,
                                                     .other_revision = to.current.crosswalk->crosswalk.revision}));
  const Bridged bridged = BridgePersons(from.current.crosswalk->crosswalk.records, to.current.crosswalk->crosswalk.records);
  const std::vector<std::pair<std::string, std::string>> pairs = PairsOf(from, to, bridged);
  v1::ReadPseudonymMapResponse response;
  response.set_ambiguous_count(bridged.ambiguous);
  const size_t begin = std::min<size_t>(place.offset, pairs.size());
  const size_t end = std::min(begin + kPageMax, pairs.size());
  for (size_t i = begin; i < end; ++i) {
    v1::PseudonymPair* pair = response.add_pairs();
    pair->set_to(pairs[i].first);
    pair->set_from(pairs[i].second);
  }
  if (end < pairs.size()) {
    response.set_next_page_token(absl::StrCat(place.revision, ":", place.other_revision, ":", end));
  }
  LogLine(Severity::kInfo, "pseudonym_map_read", {{"custody", act.id}, {"pairs", end - begin}});
  return response;
}

}  // namespace safehaven::linkage
