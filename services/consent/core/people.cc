#include "services/consent/core/people.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/consent/core/opt_out_dates.h"

namespace safehaven::consent {
namespace {

// From when on consent that a person gave to one programme outweighs their objection.
// Everything that is not here excludes: a type 1 objection keeps the record in the
// practice, and a programme's own objection is withdrawn, not outweighed.
struct PrecedenceRule {
  absl::string_view set;
  CivilDay first_day;
};
constexpr PrecedenceRule kConsentOutweighs[] = {
    // National data opt-out guidance for researchers: "never blocks specific consent".
    {"national", kNationalOptOutBegan},
    // Recalled, not sourced: type 2 left consented flows alone in the same way.
    {"type2", kPracticeObjectionsBegan},
};

bool IsOfSource(const std::vector<std::string>& sources, absl::string_view source) {
  return sources.empty() || std::find(sources.begin(), sources.end(), source) != sources.end();
}

std::string SetOf(const Objection& objection, CivilDay day) {
  switch (objection.kind) {
    case ObjectionKind::kType1:
      return "type1";
    case ObjectionKind::kType2:
      if (day < kNationalOptOutBegan) return "type2";
      return objection.effective_day <= kTypeTwoConverted ? "national" : "";
    case ObjectionKind::kNational:
      return day < kNationalOptOutBegan ? "" : "national";
    case ObjectionKind::kProgramme:
      return absl::StrCat("programme:", objection.programme.normalised());
  }
  return "";
}

const ConsentPolicy* FindConsentPolicy(const Matter& matter, absl::string_view source) {
  const ConsentPolicy* general = nullptr;
  for (const ConsentPolicy& policy : matter.approval->value.consent) {
    if (!policy.period.Contains(matter.day)) continue;
    if (policy.source == source) return &policy;
    if (policy.source == "*" && general == nullptr) general = &policy;
  }
  return general;
}

Treatment TreatmentBy(ObjectionMode mode) {
  switch (mode) {
    case ObjectionMode::kRemoveRecord:
      return Treatment::kRemoveRecord;
    case ObjectionMode::kStripIdentifiers:
      return Treatment::kStripIdentifiers;
    case ObjectionMode::kIgnore:
      return Treatment::kInclude;
  }
  return Treatment::kRemoveRecord;
}

// What consent says where records of the source depend on it; nothing where they do not.
std::optional<SourceTreatment> JudgeConsent(const Matter& matter, const std::string& source, ConsentStatus consent) {
  const ConsentPolicy by_basis;  // a basis of explicit consent without a policy of its own
  const ConsentPolicy* policy = FindConsentPolicy(matter, source);
  if (policy == nullptr && matter.approval->value.legal_basis == LegalBasis::kExplicitConsent) policy = &by_basis;
  if (policy == nullptr) {
    // Nobody's consent is needed, but who withheld or withdrew it is respected (standard
    // condition 8 of the HRA, legal basis 1.4), unless the law compels.
    if (Compels(matter.approval->value.legal_basis)) return std::nullopt;
    if (consent == ConsentStatus::kRefused) return SourceTreatment{source, Treatment::kRemoveRecord, "CONSENT_REFUSED"};
    if (consent == ConsentStatus::kWithdrawn) return SourceTreatment{source, Treatment::kRemoveRecord, "CONSENT_WITHDRAWN"};
    return std::nullopt;
  }
  switch (consent) {
    case ConsentStatus::kGiven:
      return SourceTreatment{source, policy->given, "CONSENT_GIVEN"};
    case ConsentStatus::kRefused:
      return SourceTreatment{source, policy->refused, "CONSENT_REFUSED"};
    case ConsentStatus::kWithdrawn:
      return SourceTreatment{source, policy->refused, "CONSENT_WITHDRAWN"};
    case ConsentStatus::kUnknown:
      break;
  }
  return SourceTreatment{source, policy->unknown, "CONSENT_UNKNOWN"};
}

// "programme:CAG 9-01(a)/2025" -> "OBJECTION_PROGRAMME".
std::string ReasonFor(absl::string_view set) {
  return absl::StrCat("OBJECTION_", absl::AsciiStrToUpper(set.substr(0, set.find(':'))));
}

// What objections say in records of one source. The strictest speaks; the order in which
// they are kept means nothing.
SourceTreatment JudgeObjections(const Matter& matter, const ObjectionRule& rule,
                                const std::vector<std::string>& standing, bool consented) {
  SourceTreatment result{rule.source, Treatment::kInclude, "NO_OBJECTION"};
  for (const std::string& set : standing) {
    const bool named = std::find(rule.sets.begin(), rule.sets.end(), set) != rule.sets.end();
    if (!named || rule.mode == ObjectionMode::kIgnore) {
      if (result.reason == "NO_OBJECTION") result.reason = "OBJECTION_NOT_APPLIED";
      continue;
    }
    if (consented && ConsentOutweighs(set, matter.day)) {
      if (result.treatment == Treatment::kInclude) result.reason = "CONSENT_OUTWEIGHS_OBJECTION";
      continue;
    }
    return {rule.source, TreatmentBy(rule.mode), ReasonFor(set)};
  }
  return result;
}

}  // namespace

bool ConsentOutweighs(absl::string_view set, CivilDay day) {
  return std::any_of(std::begin(kConsentOutweighs), std::end(kConsentOutweighs),
                     [&](const PrecedenceRule& rule) { return rule.set == set && rule.first_day <= day; });
}

std::string StandingSet(const Objection& objection, absl::string_view source, CivilDay day, CivilDay known_day) {
  const bool known = objection.received_day.value_or(objection.effective_day) <= known_day;
  const bool begun = objection.effective_day <= day;
  const bool withdrawn = objection.withdrawn_day.has_value() && *objection.withdrawn_day <= day;
  if (!known || !begun || withdrawn || !IsOfSource(objection.sources, source)) return "";
  return SetOf(objection, day);
}

ConsentStatus ConsentOn(std::span<const ConsentRecord> consents, const NhsNumber& person, const Reference& programme,
                        CivilDay day) {
  const ConsentRecord* latest = nullptr;
  for (const ConsentRecord& record : consents) {
    if (record.person != person || record.day > day || !record.programme.Shares(programme)) continue;
    // Of two answers on one day the one that excludes counts.
    const bool later = latest == nullptr || latest->day < record.day;
    const bool same_day = latest != nullptr && latest->day == record.day;
    if (later || (same_day && record.status != ConsentStatus::kGiven)) latest = &record;
  }
  return latest == nullptr ? ConsentStatus::kUnknown : latest->status;
}

std::vector<SourceTreatment> TreatmentOf(const Matter& matter, const People& people, const NhsNumber& person,
                                         CivilDay known_day) {
  std::vector<SourceTreatment> treatments;
  if (matter.approval == nullptr) return treatments;
  const ConsentStatus consent = ConsentOn(people.consents, person, matter.approval->value.reference, matter.day);
  for (const ObjectionRule& rule : ObjectionRulesOf(matter)) {
    std::vector<std::string> standing;
    for (const Objection& objection : people.objections) {
      if (objection.person != person) continue;
      std::string set = StandingSet(objection, rule.source, matter.day, known_day);
      if (!set.empty()) standing.push_back(std::move(set));
    }
    std::sort(standing.begin(), standing.end());
    const SourceTreatment by_objection =
        JudgeObjections(matter, rule, standing, consent == ConsentStatus::kGiven);
    const std::optional<SourceTreatment> by_consent = JudgeConsent(matter, rule.source, consent);
    // The stricter of the two; of equals, consent speaks where it is asked for.
    const bool consent_speaks = by_consent.has_value() && by_consent->treatment <= by_objection.treatment;
    treatments.push_back(consent_speaks ? *by_consent : by_objection);
  }
  return treatments;
}

}  // namespace safehaven::consent
