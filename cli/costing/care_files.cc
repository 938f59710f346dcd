#include "cli/costing/care_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/inputs.h"
#include "cli/costing/named_columns.h"
#include "libs/base/status.h"
#include "libs/disclosure/rounding.h"

namespace safehaven::cli {
namespace {

using costing::CareKind;
using costing::Links;
using costing::PersonCosts;
using costing::PersonEvent;

constexpr int64_t kOne = 100'000'000;  // a factor of 1.0, in 1e-8
constexpr int kFactorDecimals = 8, kDayDecimals = 3;
constexpr int64_t kDaysE3Max = 1'000'000'000;
// Quartiles of fewer people lie beside the stays of a few.
constexpr int64_t kTrimPeople = 4;

absl::StatusOr<costing::Prices> ReadPrices(const std::string& path) {
  static constexpr char kReason[] = "PRICES_INVALID";
  costing::Prices prices;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"point_of_delivery", "currency", "price"}, 3,
                                [&prices](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    const absl::StatusOr<Money> price = Money::Parse(fields[2]);
    if (!price.ok() || *price <= Money(0)) return RowInvalid(kReason, rows, "price", "must be an amount above 0");
    const bool is_new = prices.emplace(std::pair(std::string(fields[0]), std::string(fields[1])), *price).second;
    return is_new ? absl::OkStatus() : RowInvalid(kReason, rows, "currency", "it has two prices");
  }));
  return prices;
}

// The market forces factor of each sector.
absl::StatusOr<std::vector<int64_t>> ReadFactors(const std::string& path, const std::vector<std::string>& sectors) {
  static constexpr char kReason[] = "MARKET_FORCES_INVALID";
  if (path.empty()) return std::vector<int64_t>(sectors.size(), kOne);
  std::map<std::string, int64_t> by_name;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"sector", "market_forces_factor"}, 2,
                                [&by_name](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    const absl::StatusOr<int64_t> factor = ParseScaled(fields[1], kFactorDecimals);
    if (!factor.ok() || *factor <= 0) return RowInvalid(kReason, rows, "market_forces_factor", "must be a number above 0");
    const bool is_new = by_name.emplace(std::string(fields[0]), *factor).second;
    return is_new ? absl::OkStatus() : RowInvalid(kReason, rows, "sector", "it has two factors");
  }));
  std::vector<int64_t> factors;
  for (const std::string& sector : sectors) {
    const auto at = by_name.find(sector);
    if (at == by_name.end()) return InvalidArgument("MARKET_FORCES_MISSING", absl::StrCat(path, ": ", sector, " has no factor"));
    factors.push_back(at->second);
  }
  return factors;
}

absl::StatusOr<costing::TrimPoints> ReadTrimPoints(const std::string& path) {
  static constexpr char kReason[] = "TRIM_POINTS_INVALID";
  costing::TrimPoints trims;
  SH_RETURN_IF_ERROR(ForEachRow(path, kReason, {"department", "currency", "trim_point_days"}, 3,
                                [&trims](const CsvRows& rows, const std::vector<absl::string_view>& fields) {
    const absl::StatusOr<int64_t> days_e3 = ParseScaled(fields[2], kDayDecimals);
    if (!days_e3.ok() || fields[2].empty() || *days_e3 < 0 || *days_e3 > kDaysE3Max) {
      return RowInvalid(kReason, rows, "trim_point_days", "must be days, with at most three decimals");
    }
    const bool is_new = trims.emplace(CareKind{std::string(fields[0]), std::string(fields[1])}, *days_e3).second;
    return is_new ? absl::OkStatus() : RowInvalid(kReason, rows, "currency", "it has two trim points");
  }));
  return trims;
}

// Two tables of the same cells of which one withholds what the other does.
struct Pair {
  ShownTable first, second;
};

absl::StatusOr<Pair> Together(const ShownTable::Make& first, const ShownTable::Make& second, const CellSumsRule& sums,
                              const DisclosureRules& rules) {
  SH_ASSIGN_OR_RETURN(ShownTable of_first, ShownTable::Of(first, sums, rules));
  SH_ASSIGN_OR_RETURN(ShownTable of_second, ShownTable::Of(second, sums, rules));
  of_first.HideWith(of_second);
  of_second.HideWith(of_first);
  return Pair{std::move(of_first), std::move(of_second)};
}

// Coarser than it is shown already.
ReleasedValue RoundedTo(ReleasedValue value, int128 base) {
  if (value.suppressed || value.amount == 0) return value;
  const int128 rounded = RoundToMultiple(value.amount, base);
  if (rounded == 0 || rounded > INT64_MAX || rounded < -INT64_MAX) return {};
  return {.suppressed = false, .amount = static_cast<int64_t>(rounded)};
}

std::string MarginText(ReleasedValue income, ReleasedValue cost) {
  if (income.suppressed || cost.suppressed) return kSuppressedMark;
  const absl::StatusOr<Money> margin = Subtract(Money(income.amount), Money(cost.amount));
  return margin.ok() ? ToText(Measure::kCost, {.suppressed = false, .amount = margin->e8_pounds()}) : kSuppressedMark;
}

// Every measure of a table by key.
struct ShownRows {
  ShownRows(const ShownTable& table, Links links)
      : persons(table.Shown(links, Measure::kPersons)), activity(table.Shown(links, Measure::kActivity)), cost(table.Shown(links, Measure::kCost)) {}
  static ReleasedValue At(const std::map<CellKey, ReleasedValue>& values, const CellKey& key) {
    const auto at = values.find(key);
    return at == values.end() ? ReleasedValue() : at->second;
  }
  std::map<CellKey, ReleasedValue> persons, activity, cost;
};

constexpr const char* NameOf(Links links) { return links == Links::kCertain ? "certain" : "all"; }

std::string TariffCsv(const Pair& tables, const std::map<CellKey, Money>& dearest, bool by_currency, const DisclosureRules& rules) {
  std::string csv = absl::StrCat("sector,point_of_delivery,price,", by_currency ? "currency," : "",
                                 "links,persons,activity,cost,income,margin\n");
  for (const Links links : {Links::kCertain, Links::kAll}) {
    const ShownRows costs(tables.first, links), incomes(tables.second, links);
    for (const CellKey& key : tables.first.Keys()) {
      for (const std::string& part : key) {
        AppendCsvField(&csv, part);
        csv += ",";
      }
      const ReleasedValue cost = ShownRows::At(costs.cost, key);
      const int128 base = std::max<int128>(1, int128{rules.rounding_base} * dearest.at(key).e8_pounds());
      const bool is_priced = key[2] == costing::kPriced;
      const ReleasedValue income = is_priced ? RoundedTo(ShownRows::At(incomes.cost, key), base) : ReleasedValue();
      AppendCsvRow(&csv, {NameOf(links), ToText(Measure::kPersons, ShownRows::At(costs.persons, key)),
                          ToText(Measure::kActivity, ShownRows::At(costs.activity, key)), ToText(Measure::kCost, cost),
                          is_priced ? ToText(Measure::kCost, income) : "", is_priced ? MarginText(income, cost) : ""});
    }
  }
  return csv;
}

std::string LongStaysCsv(const Pair& tables, const costing::TrimPoints& trims, const DisclosureRules& rules) {
  std::string csv = "sector,point_of_delivery,currency,links,trim_point_days,persons,stays,excess_days,excess_cost\n";
  for (const Links links : {Links::kCertain, Links::kAll}) {
    const ShownRows costs(tables.first, links), days(tables.second, links);
    for (const CellKey& key : tables.first.Keys()) {
      const ReleasedValue shown_days = RoundedTo(ShownRows::At(days.cost, key), int128{rules.rounding_base} * kMoneyUnitsPerPound);
      AppendCsvRow(&csv, {key[0], key[1], key[2], NameOf(links),
                          costing::FineMoney(int128{trims.at({key[1], key[2]})} * 10'000'000'000'000).ToString(kDayDecimals),
                          ToText(Measure::kPersons, ShownRows::At(costs.persons, key)),
                          ToText(Measure::kActivity, ShownRows::At(costs.activity, key)),
                          shown_days.suppressed ? kSuppressedMark : absl::StrCat(shown_days.amount / kMoneyUnitsPerPound),
                          ToText(Measure::kCost, ShownRows::At(costs.cost, key))});
    }
  }
  return csv;
}

// Of one sector the parts are withheld that would add up to what `sectors` withholds.
std::set<CellKey> SumsToHide(const ShownTable& sectors) {
  std::set<CellKey> sums;
  for (const CellKey& key : sectors.WithheldKeys()) sums.insert({key.back()});
  return sums;
}

using BothTariffs = std::array<costing::TariffTables, costing::kLinksCount>;
absl::StatusOr<Pair> ShowTariff(const BothTariffs& exact, const CellSumsRule& sums, const DisclosureRules& rules) {
  const auto of = [&exact](Links links) -> const costing::TariffTables& { return exact[static_cast<size_t>(links)]; };
  return Together([&of](Links links) { return of(links).cost; }, [&of](Links links) { return of(links).income; }, sums, rules);
}

absl::Status AddTariff(const PersonCosts& costs, std::span<const PersonEvent> events, const costing::TariffTerms& terms,
                       const ShownTable& sectors, const DisclosureRules& rules, CareFiles& care) {
  BothTariffs points, currencies;
  for (const Links links : {Links::kCertain, Links::kAll}) {
    SH_ASSIGN_OR_RETURN(points[static_cast<size_t>(links)], costing::MakeTariffTables(costs, events, terms, false, links));
    SH_ASSIGN_OR_RETURN(currencies[static_cast<size_t>(links)], costing::MakeTariffTables(costs, events, terms, true, links));
  }
  const CellSumsRule to_sector = {
      .sums = CellSums::kByLeadingKeys, .leading_key_count = 1, .sums_to_hide = SumsToHide(sectors)};
  SH_ASSIGN_OR_RETURN(const Pair by_point, ShowTariff(points, to_sector, rules));
  const CellSumsRule to_point = {.sums = CellSums::kByLeadingKeys, .leading_key_count = 3};
  SH_ASSIGN_OR_RETURN(Pair by_currency, ShowTariff(currencies, to_point, rules));
  by_currency.first.HideWith(by_point.first);
  by_currency.second.HideWith(by_point.first);
  care.files.emplace_back("tariff.csv", TariffCsv(by_point, points[0].dearest, false, rules));
  care.files.emplace_back("tariff_currencies.csv", TariffCsv(by_currency, currencies[0].dearest, true, rules));
  care.withhold_any = care.withhold_any || by_point.first.WithholdsAny() || by_currency.first.WithholdsAny();
  return absl::OkStatus();
}

absl::Status AddLongStays(const PersonCosts& costs, std::span<const PersonEvent> events, const std::vector<CareKind>& kinds,
                          const costing::TrimPoints& trims, const DisclosureRules& rules, CareFiles& care) {
  std::array<costing::LongStayTables, costing::kLinksCount> exact;
  for (const Links links : {Links::kCertain, Links::kAll}) {
    SH_ASSIGN_OR_RETURN(exact[static_cast<size_t>(links)], costing::MakeLongStayTables(costs, events, kinds, trims, links));
  }
  SH_ASSIGN_OR_RETURN(const Pair shown,
                      Together([&exact](Links links) { return exact[static_cast<size_t>(links)].cost; },
                               [&exact](Links links) { return exact[static_cast<size_t>(links)].days; }, {}, rules));
  care.files.emplace_back("long_stays.csv", LongStaysCsv(shown, trims, rules));
  care.withhold_any = care.withhold_any || shown.first.WithholdsAny();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CareFiles> MakeCareFiles(const PersonCosts& costs, std::span<const PersonEvent> events,
                                        const std::vector<CareKind>& kinds, const ShownTable& sectors,
                                        const CareOptions& options, const DisclosureRules& rules) {
  const bool lacks_prices = options.prices.empty() && !options.market_forces.empty();
  if (lacks_prices) return InvalidArgument("FIELD_INVALID", "--market-forces: give --prices too");
  if (!options.long_stays && !options.trim_points.empty()) return InvalidArgument("FIELD_INVALID", "--trim-points: ask for --long-stays too");
  CareFiles care;
  if (!options.prices.empty()) {
    costing::TariffTerms terms = {.kinds = kinds};
    SH_ASSIGN_OR_RETURN(terms.prices, ReadPrices(options.prices));
    SH_ASSIGN_OR_RETURN(terms.market_forces_e8, ReadFactors(options.market_forces, costs.sectors()));
    SH_RETURN_IF_ERROR(AddTariff(costs, events, terms, sectors, rules, care));
  }
  if (options.long_stays) {
    costing::TrimPoints trims;
    if (options.trim_points.empty()) {
      trims = costing::TrimPointsOf(costs, events, kinds, kTrimPeople * rules.count_min);
    } else {
      SH_ASSIGN_OR_RETURN(trims, ReadTrimPoints(options.trim_points));
    }
    SH_RETURN_IF_ERROR(AddLongStays(costs, events, kinds, trims, rules, care));
  }
  return care;
}

}  // namespace safehaven::cli
