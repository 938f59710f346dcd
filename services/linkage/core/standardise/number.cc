#include "services/linkage/core/standardise/number.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libs/base/nhs_number.h"
#include "libs/base/status.h"
#include "services/linkage/core/standardise/change.h"

namespace safehaven::linkage {

uint64_t StandardNhsNumber(absl::string_view text, const NumberRules& rules, uint32_t& changes) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return 0;
  const absl::StatusOr<NhsNumber> number = NhsNumber::Parse(text);
  if (!number.ok()) {
    const bool placeholder = ReasonOf(number.status()) == "NHS_NUMBER_PLACEHOLDER";
    changes |= ChangeBit(placeholder ? ChangeKind::kNumberPlaceholder : ChangeKind::kNumberMalformed);
    return 0;
  }
  if (number->IsTest() && !rules.test_numbers_allowed) {
    changes |= ChangeBit(ChangeKind::kNumberOutOfRange);
    return 0;
  }
  if (rules.denied.contains(number->value())) {
    changes |= ChangeBit(ChangeKind::kNumberPlaceholder);
    return 0;
  }
  return number->value();
}

Sex StandardSex(absl::string_view text, uint32_t& changes) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return Sex::kUnknown;
  if (text == "1" || absl::EqualsIgnoreCase(text, "m") || absl::EqualsIgnoreCase(text, "male")) {
    return Sex::kMale;
  }
  if (text == "2" || absl::EqualsIgnoreCase(text, "f") || absl::EqualsIgnoreCase(text, "female")) {
    return Sex::kFemale;
  }
  changes |= ChangeBit(ChangeKind::kSexUnknown);
  return Sex::kUnknown;
}

}  // namespace safehaven::linkage
