// ConfirmReleases: which releases were made, and which held the people of an inquiry.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/civil_day.h"
#include "libs/base/status.h"
#include "services/costing/rpc/handlers.h"

namespace safehaven::costing {
namespace {

constexpr int kWarrantsMax = 10'000;

// One release as the log has it.
struct LoggedRelease {
  uint64_t opening_leaf = 0;
  v1::ReleaseOpening opening;
  bool answered = false;
  uint64_t row_count = 0;
};
using LoggedReleases = std::map<std::string, LoggedRelease>;  // by warrant

absl::StatusOr<LoggedReleases> FindReleases(const TransparencyLog& log,
                                            const google::protobuf::RepeatedPtrField<std::string>& warrants,
                                            absl::Time deadline) {
  std::map<std::string, std::optional<LoggedRelease>> wanted;
  for (const std::string& warrant : warrants) wanted.emplace(warrant, std::nullopt);
  const uint64_t size = log.revision().size;
  for (uint64_t next = 0; next < size;) {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log.ReadRange(next, size - next, deadline));
    for (const LogEntry& entry : entries) {
      if (entry.erased) continue;
      if (entry.kind == kReleaseOpeningLeaf) {
        LoggedRelease release = {.opening_leaf = entry.index};
        if (!release.opening.ParseFromString(entry.body)) return DataLoss("RELEASE_CORRUPT", "an opening does not parse");
        const auto found = wanted.find(release.opening.warrant());
        if (found != wanted.end()) found->second = std::move(release);
      } else if (entry.kind == kReleaseClosingLeaf) {
        v1::ReleaseClosing closing;
        if (!closing.ParseFromString(entry.body)) return DataLoss("RELEASE_CORRUPT", "a closing does not parse");
        const auto found = wanted.find(closing.warrant());
        if (found == wanted.end() || !found->second.has_value()) continue;
        found->second->answered = closing.error_reason().empty();
        found->second->row_count = closing.row_count();
      }
    }
    next += entries.size();
  }
  LoggedReleases releases;
  for (auto& [warrant, release] : wanted) {
    if (release.has_value()) releases.emplace(warrant, *std::move(release));
  }
  return releases;
}

// The people of an inquiry, by crosswalk: linkage is asked once for each.
class InquiredPeople {
 public:
  InquiredPeople(const LinkageCalls& linkage, std::string inquiry) : linkage_(linkage), inquiry_(std::move(inquiry)) {}

  absl::StatusOr<const linkage::v1::ResolveInquiryResponse*> In(const std::string& authority, uint64_t revision) {
    const auto [found, is_new] = by_crosswalk_.try_emplace({authority, revision});
    if (is_new) {
      linkage::v1::ResolveInquiryRequest request;
      request.set_inquiry(inquiry_);
      request.set_authority(authority);
      request.set_crosswalk_revision(revision);
      absl::StatusOr<linkage::v1::ResolveInquiryResponse> response = linkage_.resolve_inquiry(request);
      if (!response.ok()) {
        by_crosswalk_.erase(found);
        return response.status();
      }
      found->second = *std::move(response);
    }
    return &found->second;
  }

 private:
  const LinkageCalls& linkage_;
  const std::string inquiry_;
  std::map<std::pair<std::string, uint64_t>, linkage::v1::ResolveInquiryResponse> by_crosswalk_;
};

// Should this person's objection have changed the release? Of a person's own request,
// which names no set, everything counts.
bool Bears(const linkage::v1::InquiredPerson& person, const v1::ReleaseOpening& opening) {
  const int32_t day = CivilDay::InLondon(absl::FromUnixMillis(opening.open_unix_ms())).days_since_1970();
  return person.effective_day() <= day && person.size() > opening.objection_revision().size();
}

bool Holds(const SourcePopulation& population, const linkage::v1::InquiredPerson& person) {
  return std::any_of(person.persons().begin(), person.persons().end(), [&population](uint64_t number) {
    return std::binary_search(population.persons.begin(), population.persons.end(), number);
  });
}

v1::Membership MembershipIn(const std::vector<SourcePopulation>& populations,
                            const linkage::v1::ResolveInquiryResponse& people, const v1::ReleaseOpening& opening) {
  for (const SourcePopulation& population : populations) {
    const bool honours = people.set().empty() ||
                         std::binary_search(population.sets.begin(), population.sets.end(), people.set());
    if (!honours) continue;
    for (const linkage::v1::InquiredPerson& person : people.people()) {
      if (Bears(person, opening) && Holds(population, person)) return v1::MEMBERSHIP_HELD;
    }
  }
  return v1::MEMBERSHIP_NOT_HELD;
}

}  // namespace

absl::StatusOr<v1::ConfirmReleasesResponse> ConfirmHandlers::ConfirmReleases(
    const Call& call, const v1::ConfirmReleasesRequest& request) {
  SH_RETURN_IF_ERROR(request.inquiry().empty() ? world_.authorise_reader(request.evidence())
                                               : world_.authorise_inquiry(request.evidence(), request.inquiry()));
  if (request.warrants_size() > kWarrantsMax) return InvalidArgument("FIELD_INVALID", "warrants: at most 10,000");
  SH_ASSIGN_OR_RETURN(const LoggedReleases releases, FindReleases(world_.log, request.warrants(), call.deadline()));
  InquiredPeople people(world_.linkage, request.inquiry());
  v1::ConfirmReleasesResponse response;
  for (const std::string& warrant : request.warrants()) {
    v1::ConfirmedRelease* confirmed = response.add_releases();
    const auto found = releases.find(warrant);
    if (found == releases.end()) continue;
    const LoggedRelease& release = found->second;
    confirmed->set_released(release.answered);
    confirmed->set_open_unix_ms(release.opening.open_unix_ms());
    confirmed->set_organisation(release.opening.organisation());
    confirmed->set_disclosure_domain(release.opening.disclosure_domain());
    confirmed->set_opening_leaf(release.opening_leaf);
    confirmed->set_row_count(release.row_count);
    if (!release.answered || request.inquiry().empty()) continue;
    SH_ASSIGN_OR_RETURN(const auto population,
                        world_.releases.populations().Find(release.opening.population(), call.deadline()));
    if (!population.has_value()) {
      confirmed->set_membership(v1::MEMBERSHIP_UNKNOWN);
      continue;
    }
    SH_ASSIGN_OR_RETURN(const auto* inquired,
                        people.In(release.opening.crosswalk(), release.opening.crosswalk_revision()));
    confirmed->set_membership(MembershipIn(*population, *inquired, release.opening));
  }
  return response;
}

}  // namespace safehaven::costing
