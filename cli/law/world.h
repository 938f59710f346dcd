// The world of a question on files: the register, people's choices and past releases of
// one directory, as they were known at a moment. Values; single-threaded.
#ifndef SAFEHAVEN_CLI_LAW_WORLD_H_
#define SAFEHAVEN_CLI_LAW_WORLD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/consent/core/people.h"
#include "services/consent/core/release.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::cli {

struct LawWorld {
  std::vector<consent::RegisterEvent> events;  // that were known, in order
  consent::RegisterSnapshot snapshot;
  consent::People people;
  std::vector<consent::Release> releases;  // that were known, in order of day
  // The day in London of the moment of knowing; later than any other where everything in
  // the files is known.
  CivilDay known_day;
};

// A day ("2017-03-31") or a moment ("2017-03-31T09:00:00Z") from the command line.
struct Moment {
  CivilDay day;     // in London
  absl::Time time;  // of a day: its last second in London
};

// INVALID_ARGUMENT with reason TIME_INVALID, naming `flag`.
absl::StatusOr<Moment> ParseMoment(absl::string_view flag, absl::string_view text);

// Without `known_at`, everything in the files is known. Fails as LoadLawDirectory().
absl::StatusOr<LawWorld> LoadWorld(const std::string& directory, const std::optional<Moment>& known_at);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LAW_WORLD_H_
