#include "cli/law/world.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/register/register_files.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

// No release or objection is later.
constexpr CivilDay kLastDay(2'932'896);  // 9999-12-31

template <typename File>
bool IsKnown(const File& file, const std::optional<Moment>& known_at) {
  return !known_at.has_value() || !file.recorded_time.has_value() || *file.recorded_time <= known_at->time;
}

template <typename T>
void Append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Files that do not fit together are bad input here, not a refusal: an exit code must not
// look like an answer.
absl::Status AsBadInput(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kFailedPrecondition) return status;
  return Failure(absl::StatusCode::kInvalidArgument, ReasonOf(status), status.message(), MetadataOf(status));
}

// The last second of `day` in London: midnight there is at most an hour before UTC's.
absl::Time LastSecondOf(CivilDay day) {
  const absl::Time utc = absl::UnixEpoch() + absl::Hours(24) * (day.days_since_1970() + 1) - absl::Seconds(1);
  return CivilDay::InLondon(utc) == day ? utc : utc - absl::Hours(1);
}

}  // namespace

absl::StatusOr<Moment> ParseMoment(absl::string_view flag, absl::string_view text) {
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  if (day.ok()) return Moment{*day, LastSecondOf(*day)};
  absl::Time time;
  std::string why;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &why)) return Moment{CivilDay::InLondon(time), time};
  return InvalidArgument("TIME_INVALID", absl::StrCat("--", flag, ": '", text.substr(0, 40),
                                                      "' is not a day (2017-03-31) or a time (2017-03-31T09:00:00Z)"));
}

absl::StatusOr<LawWorld> LoadWorld(const std::string& directory, const std::optional<Moment>& known_at) {
  absl::StatusOr<LawDirectory> loaded = LoadLawDirectory(directory);
  if (!loaded.ok()) return AsBadInput(loaded.status());
  const LawDirectory& law = *loaded;
  LawWorld world;
  world.known_day = known_at.has_value() ? known_at->day : kLastDay;
  // Files without a time were always known.
  std::vector<consent::RegisterEvent> events = EventsOf(law.entries, absl::InfinitePast());
  for (consent::RegisterEvent& event : events) {
    if (!known_at.has_value() || event.recorded_time <= known_at->time) world.events.push_back(std::move(event));
  }
  world.snapshot = consent::RegisterSnapshot::Of(world.events);
  for (const consent::PeopleFile& file : law.people) {
    if (!IsKnown(file, known_at)) continue;
    Append(world.people.objections, file.people.objections);
    Append(world.people.consents, file.people.consents);
    Append(world.people.faults, file.people.faults);
  }
  for (const consent::ReleasesFile& file : law.releases) {
    if (IsKnown(file, known_at)) Append(world.releases, file.releases);
  }
  std::stable_sort(world.releases.begin(), world.releases.end(),
                   [](const consent::Release& a, const consent::Release& b) { return a.day < b.day; });
  return world;
}

}  // namespace safehaven::cli
