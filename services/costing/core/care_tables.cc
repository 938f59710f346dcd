#include "services/costing/core/care_tables.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <tuple>

#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

constexpr int64_t kOne = 100'000'000;  // a factor of 1.0, in 1e-8
constexpr int64_t kDayE3 = 1'000;

using Key = std::vector<std::string>;

absl::Status Overflow() { return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "the amounts do not fit 64 bits"); }

// Sums the two amounts of every event by cell and person, and makes two tables of them.
class TwoTables {
 public:
  // A cell, whether anybody is in it or not.
  size_t CellOf(Key key) {
    const auto [at, is_new] = numbers_.emplace(std::move(key), keys_.size());
    if (is_new) keys_.push_back(at->first);
    return at->second;
  }
  const Key& KeyOf(size_t cell) const { return keys_[cell]; }

  absl::Status Add(size_t cell, size_t place, Money first, Money second) {
    // If all sizes together fit, every sum of some of them does.
    for (size_t i = 0; i < 2; ++i) {
      sizes_[i] += std::llabs((i == 0 ? first : second).e8_pounds());
      if (sizes_[i] > INT64_MAX) return Overflow();
    }
    parts_.push_back({cell, place, first, second});
    return absl::OkStatus();
  }

  std::pair<CostTable, CostTable> Make(std::vector<std::string> dimensions) {
    std::sort(parts_.begin(), parts_.end(),
              [](const Part& a, const Part& b) { return std::tie(a.cell, a.place) < std::tie(b.cell, b.place); });
    std::vector<CostCell> first(keys_.size()), second(keys_.size());
    for (size_t begin = 0; begin < parts_.size();) {
      SectorCost of_first, of_second;
      size_t end = begin;
      for (; end < parts_.size() && parts_[end].cell == parts_[begin].cell && parts_[end].place == parts_[begin].place; ++end) {
        AddTo(parts_[end].first, of_first);
        AddTo(parts_[end].second, of_second);
      }
      AddPerson(of_first, first[parts_[begin].cell]);
      AddPerson(of_second, second[parts_[begin].cell]);
      begin = end;
    }
    return {TableOf(dimensions, std::move(first)), TableOf(dimensions, std::move(second))};
  }

 private:
  struct Part {
    size_t cell, place;
    Money first, second;
  };

  static void AddTo(Money amount, SectorCost& sum) {
    ++sum.activity;
    sum.cost = Money(sum.cost.e8_pounds() + amount.e8_pounds());
  }

  CostTable TableOf(const std::vector<std::string>& dimensions, std::vector<CostCell> cells) const {
    CostTable table = {.dimensions = dimensions,
                       .measures = {Measure::kPersons, Measure::kActivity, Measure::kCost},
                       .cells = {},
                       .total = std::nullopt};
    for (const auto& [key, number] : numbers_) {
      table.cells.push_back(std::move(cells[number]));
      table.cells.back().key = key;
    }
    return table;
  }

  std::map<Key, size_t> numbers_;
  std::vector<Key> keys_;
  std::vector<Part> parts_;
  int128 sizes_[2] = {0, 0};
};

// What is paid for one event of each kind at each sector; nothing where there is no price.
absl::StatusOr<std::vector<std::vector<std::optional<Money>>>> PaidOf(const TariffTerms& terms) {
  std::vector<std::vector<std::optional<Money>>> paid;
  for (const int64_t factor : terms.market_forces_e8) {
    std::vector<std::optional<Money>>& of_sector = paid.emplace_back();
    for (const CareKind& kind : terms.kinds) {
      const auto price = terms.prices.find({kind.point_of_delivery, kind.currency});
      if (price == terms.prices.end()) {
        of_sector.push_back(std::nullopt);
        continue;
      }
      const int128 amount = DivideHalfEven(int128{price->second.e8_pounds()} * factor, kOne);
      if (amount > INT64_MAX || amount < -INT64_MAX) return Overflow();
      of_sector.push_back(Money(static_cast<int64_t>(amount)));
    }
  }
  return paid;
}

bool Counts(const PersonEvent& event, Links links) { return links == Links::kAll || event.is_certain; }

}  // namespace

absl::StatusOr<TariffTables> MakeTariffTables(const PersonCosts& costs, std::span<const PersonEvent> events,
                                              const TariffTerms& terms, bool by_currency, Links links) {
  SH_CHECK(terms.market_forces_e8.size() == costs.sectors().size());
  SH_ASSIGN_OR_RETURN(const auto paid, PaidOf(terms));
  TwoTables sums;
  TariffTables tables;
  std::map<std::pair<size_t, size_t>, size_t> cells;  // by sector and kind
  for (const PersonEvent& event : events) {
    const std::optional<size_t> place = costs.PlaceOf(event.person);
    if (!place) continue;
    const CareKind& kind = terms.kinds[event.kind];
    const std::optional<Money> income = paid[event.sector][event.kind];
    const auto [at, is_new] = cells.emplace(std::pair(event.sector, event.kind), 0);
    if (is_new) {
      Key key = {costs.sectors()[event.sector], kind.point_of_delivery, income ? kPriced : kNotPriced};
      if (by_currency) key.push_back(kind.currency);
      at->second = sums.CellOf(std::move(key));
      Money& dearest = tables.dearest[sums.KeyOf(at->second)];
      dearest = std::max(dearest, Money(std::llabs(income.value_or(Money(0)).e8_pounds())));
    }
    // A cell that only probable links reach is there for certain ones too: nobody is in it.
    if (!Counts(event, links)) continue;
    SH_RETURN_IF_ERROR(sums.Add(at->second, *place, event.cost, income.value_or(Money(0))));
  }
  std::vector<std::string> dimensions = {"sector", "point_of_delivery", "price"};
  if (by_currency) dimensions.push_back("currency");
  std::tie(tables.cost, tables.income) = sums.Make(std::move(dimensions));
  std::erase_if(tables.income.cells, [](const CostCell& cell) { return cell.key[2] == kNotPriced; });
  return tables;
}

TrimPoints TrimPointsOf(const PersonCosts& costs, std::span<const PersonEvent> events, const std::vector<CareKind>& kinds,
                        int64_t persons_min) {
  std::vector<std::vector<int64_t>> stays(kinds.size());
  std::vector<std::set<size_t>> people(kinds.size());
  for (const PersonEvent& event : events) {
    const std::optional<size_t> place = costs.PlaceOf(event.person);
    if (!place) continue;
    stays[event.kind].push_back(event.stay_days);
    people[event.kind].insert(*place);
  }
  TrimPoints trims;
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    std::vector<int64_t>& days = stays[kind];
    if (days.empty() || *std::max_element(days.begin(), days.end()) == 0) continue;
    if (static_cast<int64_t>(people[kind].size()) < persons_min) continue;
    trims[kinds[kind]] = (TrimPointOf(std::move(days)).days_e3 + kDayE3 - 1) / kDayE3 * kDayE3;
  }
  return trims;
}

absl::StatusOr<LongStayTables> MakeLongStayTables(const PersonCosts& costs, std::span<const PersonEvent> events,
                                                  const std::vector<CareKind>& kinds, const TrimPoints& trims, Links links) {
  TwoTables sums;
  for (const PersonEvent& event : events) {
    const std::optional<size_t> place = costs.PlaceOf(event.person);
    const auto trim = trims.find(kinds[event.kind]);
    if (!place || trim == trims.end()) continue;
    const size_t cell =
        sums.CellOf({costs.sectors()[event.sector], kinds[event.kind].point_of_delivery, kinds[event.kind].currency});
    const int64_t beyond_e3 = event.stay_days * kDayE3 - trim->second;
    if (beyond_e3 <= 0 || event.stay_days <= 0 || !Counts(event, links)) continue;
    const int128 cost = DivideHalfEven(int128{event.cost.e8_pounds()} * beyond_e3, int128{event.stay_days} * kDayE3);
    SH_RETURN_IF_ERROR(sums.Add(cell, *place, Money(static_cast<int64_t>(cost)),
                                Money(beyond_e3 * (kMoneyUnitsPerPound / kDayE3))));
  }
  auto [cost, days] = sums.Make({"sector", "point_of_delivery", "currency"});
  return LongStayTables{.cost = std::move(cost), .days = std::move(days)};
}

}  // namespace safehaven::costing
