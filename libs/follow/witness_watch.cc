#include "libs/follow/witness_watch.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/merkle/witness.h"

namespace safehaven {
namespace {

// A word from further ahead is of a clock that cannot be compared with ours.
constexpr absl::Duration kSkewMax = absl::Seconds(10);
constexpr int kAsksPerAge = 10;

constexpr int64_t kAgeSecondsMax = 24 * 60 * 60;

}  // namespace

absl::StatusOr<WitnessRules> ReadWitnessRules(const WitnessFlags& flags) {
  WitnessRules rules = {.witnesses = {}, .count_min = flags.count_min, .age_max = absl::Seconds(flags.age_seconds)};
  SH_ASSIGN_OR_RETURN(rules.witnesses, ReadWitnesses(flags.witnesses));
  std::set<std::string> keys;
  for (const NoteVerifier& witness : rules.witnesses) keys.insert(witness.key().bytes());
  if (rules.count_min > keys.size() || keys.size() > kWitnessesMax) {
    return InvalidArgument("WITNESSES_TOO_FEW", "at most as many witnesses can be required as there are, and 16");
  }
  if (flags.age_seconds < 1 || flags.age_seconds > kAgeSecondsMax) {
    return InvalidArgument("WITNESS_AGE_INVALID", "a witness's word is good for a second to a day");
  }
  return rules;
}

bool WitnessWatch::IsDue(absl::Time now) const {
  if (rules_.count_min == 0) return false;
  return now - asked_time_ >= rules_.age_max / kAsksPerAge || now < asked_time_ || !Check(now).ok();
}

void WitnessWatch::Heard(const std::string& public_key, absl::Time time) {
  absl::Time& newest = heard_.try_emplace(public_key, time).first->second;
  newest = std::max(newest, time);
}

absl::Status WitnessWatch::Check(absl::Time now) const {
  size_t fresh = 0;
  for (const auto& [key, time] : heard_) {
    if (now - time <= rules_.age_max && time - now <= kSkewMax) ++fresh;
  }
  if (fresh >= rules_.count_min) return absl::OkStatus();
  return Unavailable("WITNESSES_MISSING", absl::StrCat(fresh, " of the ", rules_.count_min,
                                                       " witnesses that are required have signed consent's log lately"));
}

}  // namespace safehaven
