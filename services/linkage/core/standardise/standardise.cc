#include "services/linkage/core/standardise/standardise.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "libs/base/nhs_number.h"
#include "services/linkage/core/hash.h"
#include "services/linkage/core/standardise/address.h"
#include "services/linkage/core/standardise/fold.h"
#include "services/linkage/core/standardise/name.h"
#include "services/linkage/core/standardise/postcode.h"

namespace safehaven::linkage {
namespace {

using NumberAndName = std::pair<uint64_t, uint64_t>;

// Numbers with more than kNamesPerNumberMax distinct names.
void LearnDeniedNumbers(std::vector<NumberAndName> pairs, NumberRules& rules) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  for (size_t begin = 0; begin < pairs.size();) {
    size_t end = begin;
    while (end < pairs.size() && pairs[end].first == pairs[begin].first) ++end;
    if (end - begin > static_cast<size_t>(kNamesPerNumberMax)) rules.denied.insert(pairs[begin].first);
    begin = end;
  }
}

StandardIdentity StandardiseIdentity(const RawIdentity& raw, const StandardRules& rules,
                                     uint32_t& changes) {
  StandardIdentity identity;
  const absl::StatusOr<NhsNumber> given = NhsNumber::Parse(raw.nhs_number);
  identity.nhs_number_given = given.ok() ? given->value() : 0;
  identity.nhs_number = StandardNhsNumber(raw.nhs_number, rules.numbers, changes);
  identity.nhs_number_verified = identity.nhs_number != 0 && raw.nhs_number_verified;
  identity.given_name = StandardGivenName(raw.given_name, changes);
  identity.family_name = StandardFamilyName(raw.family_name, changes);
  identity.birth_date = StandardDate(raw.birth_date, rules.dates, changes);
  identity.sex = StandardSex(raw.sex, changes);
  StandardPostcodeResult postcode = StandardPostcode(raw.postcode, changes);
  identity.postcode = std::move(postcode.postcode);
  identity.no_fixed_abode = postcode.no_fixed_abode;
  identity.address = StandardAddress(raw.address_line);
  identity.local_id = FoldText(raw.local_id, FoldDigits::kKeep);
  identity.extra.reserve(raw.extra.size());
  for (const std::string& value : raw.extra) {
    identity.extra.push_back(FoldText(value, FoldDigits::kKeep));
  }
  return identity;
}

}  // namespace

StandardRules LearnRules(std::span<const SourceRecord> records, StandardRules rules) {
  std::vector<DatedName> dates;
  std::vector<NumberAndName> numbers;
  for (const SourceRecord& record : records) {
    if (record.stripped) continue;
    const RawIdentity& raw = record.identity.Reveal();
    const uint64_t name = HashText(FoldText(raw.family_name, FoldDigits::kDrop));
    const PartialDate date = ParsePartialDate(raw.birth_date);
    if (date.complete()) dates.push_back({.packed_date = date.packed(), .name_hash = name});
    uint32_t ignored = 0;
    const uint64_t number = StandardNhsNumber(raw.nhs_number, rules.numbers, ignored);
    if (number != 0) numbers.emplace_back(number, name);
  }
  LearnDeniedNumbers(std::move(numbers), rules.numbers);
  rules.dates = LearnDefaultDates(std::move(rules.dates), std::move(dates));
  return rules;
}

StandardRecord Standardise(const SourceRecord& record, const StandardRules& rules,
                           StandardiseReport& report) {
  StandardRecord standard{.token = record.token,
                          .source = record.source,
                          .stripped = record.stripped,
                          .changes = 0,
                          .identity = {},
                          .registration = record.registration};
  ++report.records;
  if (record.stripped) {
    ++report.stripped;
    return standard;
  }
  standard.identity = Sensitive<StandardIdentity>(
      StandardiseIdentity(record.identity.Reveal(), rules, standard.changes));
  for (uint32_t rest = standard.changes; rest != 0; rest &= rest - 1) {
    ++report.changed[static_cast<size_t>(std::countr_zero(rest))];
  }
  return standard;
}

StandardisedRecords StandardiseAll(std::span<const SourceRecord> records, const StandardRules& rules) {
  StandardisedRecords result;
  result.records.reserve(records.size());
  for (const SourceRecord& record : records) {
    result.records.push_back(Standardise(record, rules, result.report));
  }
  return result;
}

absl::string_view ChangeKindName(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kNumberMalformed: return "number_malformed";
    case ChangeKind::kNumberPlaceholder: return "number_placeholder";
    case ChangeKind::kNumberOutOfRange: return "number_out_of_range";
    case ChangeKind::kNameFolded: return "name_folded";
    case ChangeKind::kNameTitleRemoved: return "name_title_removed";
    case ChangeKind::kNamePlaceholder: return "name_placeholder";
    case ChangeKind::kNameUnreadable: return "name_unreadable";
    case ChangeKind::kDateMalformed: return "date_malformed";
    case ChangeKind::kDateDefault: return "date_default";
    case ChangeKind::kDatePartial: return "date_partial";
    case ChangeKind::kDateImpossible: return "date_impossible";
    case ChangeKind::kPostcodeRepaired: return "postcode_repaired";
    case ChangeKind::kPostcodePseudo: return "postcode_pseudo";
    case ChangeKind::kPostcodeNoFixedAbode: return "postcode_no_fixed_abode";
    case ChangeKind::kPostcodeForeignShape: return "postcode_foreign_shape";
    case ChangeKind::kSexUnknown: return "sex_unknown";
  }
  return "unknown";
}

}  // namespace safehaven::linkage
