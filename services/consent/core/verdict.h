// What a gate says. A decision is an AND of thirteen independent gates, and each
// says by itself whether it lets the question pass, on which document, and what
// would have to be different.
//
// A verdict points at the documents it relied on, and lives no longer than a snapshot
// that has them. An Evaluation keeps them alive itself (decide.h). Values only;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_VERDICT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_VERDICT_H_

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "services/consent/core/document.h"
#include "services/consent/core/names.h"
#include "services/consent/core/period.h"
#include "services/consent/core/reason_code.h"

namespace safehaven::consent {

enum class Gate {
  kConfidence,
  kStatute,
  kDataProtection,
  kAgreement,
  kSecurity,
  kRecipient,
  kPurpose,
  kItems,
  kIdentifiability,
  kLinkage,
  kDissent,
  kWindow,
  kConditions,
};
inline constexpr size_t kGateCount = 13;
inline constexpr std::array<absl::string_view, kGateCount> kGateNames = {
    "confidence", "statute",         "data_protection", "agreement", "security", "recipient", "purpose",
    "items",      "identifiability", "linkage",         "dissent",   "window",   "conditions"};
template <>
struct EnumText<Gate> : EnumTable<Gate, kGateNames> {};

// kFail: what is on the register says no, or the gate itself broke. kNeedsMore: a
// document or a decision that could still come is missing. Neither lets pass.
enum class Verdict { kPass, kFail, kNeedsMore };
inline constexpr std::array<absl::string_view, 3> kVerdictNames = {"PASS", "FAIL", "NEEDS_MORE"};
template <>
struct EnumText<Verdict> : EnumTable<Verdict, kVerdictNames> {};

// Documents in the order in which they were relied on, each once. Few gates need more.
using ReliedOn = absl::InlinedVector<const Document*, 4>;

struct GateVerdict {
  Gate gate = Gate::kConfidence;
  Verdict verdict = Verdict::kFail;
  ReasonCode reason;    // one a cause; also for a pass
  ReliedOn relied_on;   // none of them null
  ReasonCode warning;   // beside a pass; or empty
  std::string remedy;   // plain English: what would make it lawful
  // The last day on which what was relied on holds; absent if nothing ends it.
  std::optional<CivilDay> last_day;

  // Relies on one document more, if it does not already.
  void RelyOn(const Document& document) {
    if (std::find(relied_on.begin(), relied_on.end(), &document) == relied_on.end()) relied_on.push_back(&document);
  }

  // Equal documents need not be the same ones: the snapshots may be two.
  friend bool operator==(const GateVerdict& a, const GateVerdict& b) {
    const auto same = [](const Document* one, const Document* other) { return *one == *other; };
    return a.gate == b.gate && a.verdict == b.verdict && a.reason == b.reason && a.warning == b.warning &&
           a.remedy == b.remedy && a.last_day == b.last_day &&
           std::equal(a.relied_on.begin(), a.relied_on.end(), b.relied_on.begin(), b.relied_on.end(), same);
  }
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_VERDICT_H_
