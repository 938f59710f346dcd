// Reads files of people's choices and of past releases (docs/formats-law.md), as
// strictly as register files are read and with the same reasons. A failure names file,
// line and field, and never a number. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_PEOPLE_YAML_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_PEOPLE_YAML_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/consent/core/people.h"
#include "services/consent/core/release.h"

namespace safehaven::consent {

inline constexpr absl::string_view kPeopleFormat = "safehaven-people/1";
inline constexpr absl::string_view kReleasesFormat = "safehaven-releases/1";

struct PeopleFile {
  People people;
  std::optional<absl::Time> recorded_time;  // when these came to be known; see register files
};

struct ReleasesFile {
  std::vector<Release> releases;
  std::optional<absl::Time> recorded_time;
};

absl::StatusOr<PeopleFile> ParsePeopleFile(absl::string_view file, absl::string_view text);
absl::StatusOr<ReleasesFile> ParseReleasesFile(absl::string_view file, absl::string_view text);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_PEOPLE_YAML_H_
