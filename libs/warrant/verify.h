// Does a presented warrant allow this call? The checks that need no log: terms
// against the call. Whether consent really logged the warrant is for the log proof
// (merkle/proven_leaf.h) and the follower's state; one use is for the verifier's
// store. Pure; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_VERIFY_H_
#define SAFEHAVEN_LIBS_WARRANT_VERIFY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"

namespace safehaven {

// Kind of a warrant's leaf in consent's log (docs/formats.md, "Log leaves").
inline constexpr uint8_t kWarrantLeafKind = 1;

// What the verifier knows of the call and of itself.
struct WarrantExpectation {
  absl::string_view audience;              // the verifier: "costing"
  absl::string_view presenter_thumbprint;  // of the calling connection's certificate, 32 bytes
  absl::string_view question_digest;       // of the question that came with the warrant
  Operation operation = Operation::kUnspecified;  // what the called method does
  absl::Time now;                          // the verifier's clock
  absl::Time start_time;                   // when the verifier started
  uint64_t floor = 0;                      // consent's revocation floor, as last heard
};

// `leaf_index` is the warrant's place in consent's log. PERMISSION_DENIED, the first
// that applies: WARRANT_AUDIENCE, WARRANT_PRESENTER, WARRANT_QUESTION,
// WARRANT_OPERATION, WARRANT_SUPERSEDED (older than the floor: ask again once),
// WARRANT_BEFORE_START (a restarted verifier has forgotten nothing, but cannot know
// what a restored one forgot), WARRANT_NOT_YET (issued in our future: clocks) or
// WARRANT_EXPIRED.
absl::Status CheckWarrantTerms(const Warrant& warrant, uint64_t leaf_index, const WarrantExpectation& expectation);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_VERIFY_H_
