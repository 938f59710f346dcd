// How fresh the witnesses' word on a followed log is: k of n of them must have signed,
// not long ago, a checkpoint that is proven to lie in the history we follow. What is
// newer than that is believed because it is proven to extend it; so no answer waits for
// a witness, and when witnesses fall silent answers stop (docs/adr/0009).
// Single-threaded: its owner guards it.
#ifndef SAFEHAVEN_LIBS_FOLLOW_WITNESS_WATCH_H_
#define SAFEHAVEN_LIBS_FOLLOW_WITNESS_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/merkle/note.h"

namespace safehaven {

// Witnesses that one log knows, and that one follower does.
inline constexpr size_t kWitnessesMax = 16;

struct WitnessRules {
  std::vector<NoteVerifier> witnesses;  // known ones, of kind cosignature
  size_t count_min = 0;                 // distinct keys that must have signed; 0 asks for none
  // How old the youngest word of each may be.
  absl::Duration age_max = absl::Minutes(10);
};

// As an operator gives them.
struct WitnessFlags {
  std::vector<std::string> witnesses;  // NoteVerifier::ToText()
  size_t count_min = 0;
  int64_t age_seconds = 600;
};

// INVALID_ARGUMENT with reason KEY_MALFORMED, or WITNESSES_TOO_FEW if more are required
// than there are distinct keys, or WITNESS_AGE_INVALID outside a second to a day.
absl::StatusOr<WitnessRules> ReadWitnessRules(const WitnessFlags& flags);

class WitnessWatch {
 public:
  explicit WitnessWatch(WitnessRules rules) : rules_(std::move(rules)) {}

  const WitnessRules& rules() const { return rules_; }

  // Is it time to ask what the witnesses say? Often enough that no word grows old unseen,
  // and always while there are too few.
  bool IsDue(absl::Time now) const;
  void Asked(absl::Time now) { asked_time_ = now; }

  // A witness signed at `time` what lies in our history.
  void Heard(const std::string& public_key, absl::Time time);

  // UNAVAILABLE with reason WITNESSES_MISSING if too few have signed lately.
  absl::Status Check(absl::Time now) const;

 private:
  const WitnessRules rules_;
  std::map<std::string, absl::Time> heard_;  // by public key
  absl::Time asked_time_ = absl::InfinitePast();
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_FOLLOW_WITNESS_WATCH_H_
