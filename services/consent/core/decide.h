// Decides a question: an AND of the thirteen gates, and, only when all pass and only
// for a live decision, the grant from which a warrant can be made.
//
// Two kinds of decision are two types. Decide() is about now, at the time that the
// service's own clock gives it, and may carry a Grant. EvaluateAsOf() is about any
// day on any register as it was known; what it returns has no Grant and nothing a
// Grant could be made from, so the past can never be turned into access.
//
// Pure: everything a decision depends on is an argument. Thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_DECIDE_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_DECIDE_H_

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/revision.h"
#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "services/consent/core/gates/gates.h"
#include "services/consent/core/holding.h"
#include "services/consent/core/snapshot.h"
#include "services/consent/core/verdict.h"

namespace safehaven::consent {

// kRequired: permitted, and the basis obliges the holder to act. kNeedsMore: nothing
// says no, but something that could still come is missing.
enum class Effect { kPermitted, kRequired, kRefused, kNeedsMore };
inline constexpr std::array<absl::string_view, 4> kEffectNames = {"PERMITTED", "REQUIRED", "REFUSED", "NEEDS_MORE"};
template <>
struct EnumText<Effect> : EnumTable<Effect, kEffectNames> {};

// What the recipient or a service has to do with the answer.
struct Obligation {
  std::string kind;  // UPPER_SNAKE: "HONOUR_OBJECTIONS", "SUPPRESS_SMALL_NUMBERS", ...
  std::string text;  // plain English
  friend bool operator==(const Obligation&, const Obligation&) = default;
};

// What both kinds of decision say.
struct Evaluation {
  // The register whose entries the verdicts point at, shared so that an evaluation may
  // outlive its snapshot.
  std::shared_ptr<const CompiledRegister> documents;
  Effect effect = Effect::kRefused;
  std::array<GateVerdict, kGateCount> verdicts;  // in the order of Gate
  // What follows; when refused, only that what is held has to go.
  std::vector<Obligation> obligations;
  CivilDay day;                                  // in London, on which the gates judged
  std::optional<CivilDay> last_day;              // when what it rests on first ends

  // Equal where they say the same, on whatever register.
  friend bool operator==(const Evaluation& a, const Evaluation& b) {
    return a.effect == b.effect && a.verdicts == b.verdicts && a.obligations == b.obligations && a.day == b.day &&
           a.last_day == b.last_day;
  }
};

// What a live decision is made at, beside the register and the question.
struct DecisionContext {
  absl::Time now;                     // the service's own clock
  std::span<const Holding> holdings;  // of every disclosure domain; from past permits
  const HoldingIndex* holding_index = nullptr;  // of the first of them; nullptr: of none
  Revision register_revision;
  Revision objection_revision;
  DisclosureParameters disclosure;  // the service's; a warrant carries them
  std::string question_digest;      // QuestionDigest(), if it is known already; else empty
};

struct LiveDecision;
struct WarrantBinding;
class Grant;

// Decides `question` (normalised: Normalise() in libs/warrant/question.h) for `caller`
// at `context.now`. Never fails: what cannot be judged is refused.
LiveDecision Decide(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                    const DecisionContext& context);

// The warrant of a grant. It begins at the moment of the decision and ends with its
// life or with the last day of what the decision rests on, whichever is earlier.
// INVALID_ARGUMENT with reason WARRANT_BINDING_INVALID if a part of the binding is
// malformed or the audience does not carry out the operation.
absl::StatusOr<Warrant> MakeWarrant(const Grant& grant, const WarrantBinding& binding);

// Permission for one question, as the decision bounds it. Only Decide() makes one.
class Grant {
 public:
  Grant(const Grant&) = default;
  Grant& operator=(const Grant&) = default;

  // What the disclosure domains hold once this is used; to be kept with the permit.
  const std::vector<Holding>& holdings() const { return holdings_; }
  // Everything of the warrant but what MakeWarrant() binds.
  const Warrant& bounds() const { return bounds_; }

 private:
  friend LiveDecision Decide(const RegisterSnapshot&, const Question&, const Caller&, const DecisionContext&);
  friend absl::StatusOr<Warrant> MakeWarrant(const Grant&, const WarrantBinding&);
  Grant(Warrant bounds, std::optional<CivilDay> last_day, std::vector<Holding> holdings);

  Warrant bounds_;
  std::optional<CivilDay> last_day_;
  std::vector<Holding> holdings_;
};

struct LiveDecision {
  Evaluation evaluation;
  std::optional<Grant> grant;  // exactly when the effect is kPermitted or kRequired
};

// Not convertible to a LiveDecision, by type.
struct HistoricalDecision {
  Evaluation evaluation;
  uint64_t known_size = 0;  // the register as known: events below this index
};

// What Decide() would have said on `day`, on the register as `snapshot` knew it.
HistoricalDecision EvaluateAsOf(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                                CivilDay day, std::span<const Holding> holdings);

// The same for a question on files, with what only those can say.
HistoricalDecision EvaluateAsOf(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                                CivilDay day, std::span<const Holding> holdings, const Particulars& particulars);

// The same for one of many questions at a service: `index` is of the first of `holdings`.
HistoricalDecision EvaluateAsOf(const RegisterSnapshot& snapshot, const Question& question, const Caller& caller,
                                CivilDay day, std::span<const Holding> holdings, const Particulars& particulars,
                                const HoldingIndex* index);

// To whom a warrant is bound.
struct WarrantBinding {
  std::string id;                    // 32 lower-case hex digits, random
  std::string presenter_thumbprint;  // 32 bytes
  std::string audience;              // "costing" or "linkage"
  absl::Duration life;               // at most kWarrantLifeMax
};

// The gates of a decision, run one by one. A gate that breaks, and one that answers for
// another gate, fails with reason GATE_BROKEN. For Decide() and its tests.
std::array<GateVerdict, kGateCount> RunGates(const Matter& matter, std::span<const GateFunction, kGateCount> gates);

// PERMITTED or REQUIRED only if every verdict is a pass.
Effect EffectOf(std::span<const GateVerdict, kGateCount> verdicts, bool compels);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_DECIDE_H_
