#include "services/linkage/rpc/live_people.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"

namespace safehaven::linkage {

MatchedPeople::MatchedPeople(LivePeople people)
    : people_(std::move(people)),
      rules_(ThawRules(*people_.index->model().frozen, people_.test_numbers_allowed)) {
  for (size_t lane = 0; lane < people_.index->lane_count(); ++lane) {
    idle_.push_back(std::make_unique<LiveQuery>(*people_.index, lane));
  }
}

absl::StatusOr<LiveMatch> MatchedPeople::Match(const SourceRecord& record, std::span<const PersonNumber> hidden) {
  StandardiseReport report;
  const StandardRecord standard = Standardise(record, rules_, report);
  std::unique_ptr<LiveQuery> query;
  {
    absl::MutexLock lock(&mutex_);
    const auto is_idle = [](std::vector<std::unique_ptr<LiveQuery>>* idle) { return !idle->empty(); };
    if (!mutex_.AwaitWithTimeout(absl::Condition(+is_idle, &idle_), kLaneWaitMax)) {
      return Failure(absl::StatusCode::kResourceExhausted, "MATCHING_BUSY", "too many records are asked about at once");
    }
    query = std::move(idle_.back());
    idle_.pop_back();
  }
  absl::StatusOr<LiveMatch> match = query->Match(standard, hidden);
  absl::MutexLock lock(&mutex_);
  idle_.push_back(std::move(query));
  return match;
}

std::shared_ptr<const std::vector<PersonNumber>> MatchedPeople::HiddenBy(
    const std::shared_ptr<const PublishedSets>& sets,
    const std::shared_ptr<const std::vector<PersonNumber>>& shielded) {
  {
    absl::MutexLock lock(&mutex_);
    if (hidden_ != nullptr && sets_ == sets && shielded_ == shielded) return hidden_;
  }
  auto hidden = std::make_shared<std::vector<PersonNumber>>(*shielded);
  for (const auto& [name, set] : *sets) {
    for (const ExcludedPerson& excluded : set->persons) hidden->push_back(excluded.person);
  }
  std::sort(hidden->begin(), hidden->end());
  hidden->erase(std::unique(hidden->begin(), hidden->end()), hidden->end());
  absl::MutexLock lock(&mutex_);
  sets_ = sets;
  shielded_ = shielded;
  hidden_ = hidden;
  return hidden;
}

absl::StatusOr<Waterfall> MatchedPeople::Explain(const RecordToken& a, const RecordToken& b, ShowValues show) const {
  const std::optional<ProfileIndex> profile_a = people_.index->ProfileOf(a);
  const std::optional<ProfileIndex> profile_b = people_.index->ProfileOf(b);
  if (!profile_a.has_value() || !profile_b.has_value()) {
    return NotFound("REVIEW_UNKNOWN", "there is no such pair to review");
  }
  return linkage::Explain(people_.index->profiles(), people_.index->model(), *profile_a, *profile_b, show);
}

void LivePeopleBook::Publish(absl::string_view authority, LivePeople people) {
  auto matched = std::make_shared<MatchedPeople>(std::move(people));
  absl::MutexLock lock(&mutex_);
  people_[std::string(authority)].swap(matched);
}

absl::StatusOr<std::shared_ptr<MatchedPeople>> LivePeopleBook::Find(absl::string_view authority) const {
  absl::MutexLock lock(&mutex_);
  const auto found = people_.find(std::string(authority));
  if (found != people_.end()) return found->second;
  return FailedPrecondition("MATCHING_NOT_READY", "the authority's people are not in memory: link once, or wait");
}

}  // namespace safehaven::linkage
