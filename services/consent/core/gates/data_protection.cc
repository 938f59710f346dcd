// Does the controller have a UK GDPR pair for this purpose and these sources?
//
// Every data set here is health or care data, so an Article 6 basis and an Article 9
// condition are both needed. They are a controller's own: two bodies rely on
// different pairs for the same purpose (legal basis 4.2), and section 251 support
// supplies neither (legal basis 0.1). The pair came with the GDPR: where nothing is
// registered for a day before 25 May 2018 that is noted and does not refuse, for the
// Data Protection Act 1998 had conditions of another kind, which are not kept here.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/consent/core/gates/gates.h"

namespace safehaven::consent {
namespace {

constexpr Gate kGate = Gate::kDataProtection;
constexpr CivilDay kGdprBegan(17'676);  // 2018-05-25

bool Names(const std::vector<SourceNumber>& sources, SourceNumber source) {
  return std::any_of(sources.begin(), sources.end(),
                     [&](SourceNumber named) { return named == kEverySource || named == source; });
}

// The controller's pair for `source` on the day; one with both halves before one without.
const CompiledBasis* FindBasis(const Matter& matter, SourceNumber source) {
  const CompiledBasis* half = nullptr;
  if (matter.controlling == nullptr) return half;
  for (const CompiledBasis& basis : matter.controlling->bases) {
    if (basis.purpose != matter.question->purpose || !basis.period.Contains(matter.day) ||
        !Names(basis.sources, source)) {
      continue;
    }
    if (basis.has_article_9) return &basis;
    half = &basis;
  }
  return half;
}

}  // namespace

absl::StatusOr<GateVerdict> DataProtectionGate(const Matter& matter) {
  if (matter.controller.empty()) {
    return Fail(kGate, "CONTROLLER_UNKNOWN", {}, "Say for which controller the data are processed.");
  }
  GateVerdict verdict = Pass(kGate, "PAIR_HELD", {});
  for (const auto& [source, number] : matter.sources) {
    const CompiledBasis* basis = FindBasis(matter, number);
    if (basis == nullptr && matter.day < kGdprBegan) {
      verdict.reason = "GDPR_NOT_IN_FORCE";
      verdict.warning = "CONDITIONS_OF_1998_NOT_RECORDED";
      continue;
    }
    if (basis == nullptr) {
      return NeedsMore(kGate, "DATA_PROTECTION_BASIS_MISSING", {},
                       absl::StrCat("Register the UK GDPR Article 6 and 9 pair on which ", matter.controller,
                                    " relies for ", Name(matter.question->purpose), " with data of ", source, "."));
    }
    if (!basis->has_article_9) {
      return NeedsMore(kGate, "ARTICLE_9_CONDITION_MISSING", {basis->entry},
                       absl::StrCat("Register the Article 9 condition: data of ", source, " are health data."));
    }
    verdict.RelyOn(*basis->entry);
    verdict.last_day = EarlierEnd(verdict.last_day, basis->period.last_day);
  }
  return verdict;
}

}  // namespace safehaven::consent
