// What a gate says. A decision is an AND of thirteen independent gates, and each
// says by itself whether it lets the question pass, on which document, and what
// would have to be different. Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_VERDICT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_VERDICT_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "services/consent/core/names.h"
#include "services/consent/core/period.h"

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

struct GateVerdict {
  Gate gate = Gate::kConfidence;
  Verdict verdict = Verdict::kFail;
  std::string reason;               // UPPER_SNAKE, one a cause; also for a pass
  std::vector<Reliance> relied_on;  // documents with their versions
  std::string warning;              // UPPER_SNAKE, beside a pass; or empty
  std::string remedy;               // plain English: what would make it lawful
  // The last day on which what was relied on holds; absent if nothing ends it.
  std::optional<CivilDay> last_day;
  friend bool operator==(const GateVerdict&, const GateVerdict&) = default;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_VERDICT_H_
