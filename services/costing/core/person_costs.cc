#include "services/costing/core/person_costs.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

constexpr std::array<int, 4> kSliceEnds = {10, 50, 100, 200};  // per mille
constexpr std::array<const char*, 5> kSliceNames = {"1: costliest 1%", "2: next 4%", "3: next 5%", "4: next 10%",
                                                    "5: the other 80%"};

const std::vector<Measure>& AllMeasures() {
  static const std::vector<Measure> measures = {Measure::kPopulation, Measure::kPersons, Measure::kActivity, Measure::kCost,
                                                Measure::kCostPerHead};
  return measures;
}

int64_t SizeOf(Money money) { return std::llabs(money.e8_pounds()); }

SectorCost WholePerson(const PersonCosts& costs, size_t place, Links links) {
  SectorCost whole = {0, costs.Total(place, links)};
  for (size_t sector = 0; sector < costs.sectors().size(); ++sector) whole.activity += costs.At(place, sector, links).activity;
  return whole;
}

CostTable TableFrom(std::vector<std::string> dimensions, std::map<std::vector<std::string>, CostCell> cells, CostCell total) {
  CostTable table = {.dimensions = std::move(dimensions), .measures = AllMeasures(), .cells = {}, .total = std::move(total)};
  for (auto& [key, cell] : cells) {
    cell.key = key;
    table.cells.push_back(std::move(cell));
  }
  return table;
}

// Places, the costliest first.
std::vector<size_t> ByCost(const PersonCosts& costs, Links links) {
  std::vector<size_t> order(costs.people().size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return costs.Total(a, links) > costs.Total(b, links); });
  return order;
}

// Newton's method from above, in whole pounds and parts: no library function, whose last
// digit may differ between machines.
double SquareRoot(double value) {
  if (value <= 0) return 0;
  double root = value > 1 ? value : 1;
  for (int i = 0; i < 2'000; ++i) {
    const double next = (root + value / root) / 2;
    if (next >= root) break;
    root = next;
  }
  return root;
}

FineMoney FromPounds(double pounds) { return FineMoney(static_cast<int128>(pounds * 1e8) * 100'000'000); }

FineMoney MeanOf(const std::map<std::string, FineMoney>& means, const std::string& segment) {
  const auto at = means.find(segment);
  return at == means.end() ? FineMoney() : at->second;
}

}  // namespace

absl::StatusOr<PersonCosts> PersonCosts::Make(std::vector<std::string> sectors, std::vector<Person> people,
                                              std::span<const PersonEvent> events) {
  PersonCosts costs;
  costs.sectors_ = std::move(sectors);
  costs.people_ = std::move(people);
  std::sort(costs.people_.begin(), costs.people_.end(), [](const Person& a, const Person& b) { return a.person < b.person; });
  for (size_t i = 1; i < costs.people_.size(); ++i) {
    if (costs.people_[i - 1].person == costs.people_[i].person) return InvalidArgument("PERSON_DOUBLED", "a person is there twice");
  }
  for (size_t links = 0; links < kLinksCount; ++links) {
    costs.costs_[links].resize(costs.people_.size() * costs.sectors_.size());
    costs.totals_[links].resize(costs.people_.size());
  }
  int128 size_of_all = 0;
  for (const PersonEvent& event : events) {
    if (event.sector >= costs.sectors_.size()) return InvalidArgument("FIELD_INVALID", "an event's sector is not there");
    const std::optional<size_t> place = costs.PlaceOf(event.person);
    if (!place) {
      ++costs.events_left_out_;
      continue;
    }
    // If all sizes together fit, every sum of some of them does.
    size_of_all += SizeOf(event.cost);
    if (size_of_all > INT64_MAX) return Failure(absl::StatusCode::kOutOfRange, "MONEY_OVERFLOW", "the costs do not fit 64 bits");
    for (const Links links : {Links::kCertain, Links::kAll}) {
      if (links == Links::kCertain && !event.is_certain) continue;
      SectorCost& part = costs.costs_[static_cast<size_t>(links)][*place * costs.sectors_.size() + event.sector];
      ++part.activity;
      part.cost = Money(part.cost.e8_pounds() + event.cost.e8_pounds());
      Money& total = costs.totals_[static_cast<size_t>(links)][*place];
      total = Money(total.e8_pounds() + event.cost.e8_pounds());
    }
  }
  return costs;
}

std::optional<size_t> PersonCosts::PlaceOf(uint64_t person) const {
  const auto at = std::lower_bound(people_.begin(), people_.end(), person,
                                   [](const Person& one, uint64_t number) { return one.person < number; });
  if (at == people_.end() || at->person != person) return std::nullopt;
  return static_cast<size_t>(at - people_.begin());
}

std::string ConditionBand(const std::optional<int>& conditions) {
  if (!conditions) return "unknown";
  if (*conditions < 2) return "A (0-1)";
  if (*conditions == 2) return "B (2)";
  if (*conditions <= 5) return "C (3-5)";
  return *conditions <= 8 ? "D (6-8)" : "E (9 or more)";
}

// Sums of one list's costs fit: Make() has checked it.
void AddPerson(const SectorCost& part, CostCell& cell) {
  if (part.activity == 0) return;
  ++cell.persons;
  cell.activity += part.activity;
  cell.cost = Money(cell.cost.e8_pounds() + part.cost.e8_pounds());
  if (SizeOf(part.cost) > SizeOf(cell.largest)) {
    cell.second_largest = std::exchange(cell.largest, part.cost);
  } else if (SizeOf(part.cost) > SizeOf(cell.second_largest)) {
    cell.second_largest = part.cost;
  }
}

CostTable TableByLabel(const PersonCosts& costs, absl::string_view dimension, const LabelOf& label_of, Links links) {
  std::map<std::vector<std::string>, CostCell> cells;
  CostCell total;
  for (size_t place = 0; place < costs.people().size(); ++place) {
    const SectorCost whole = WholePerson(costs, place, links);
    for (CostCell* cell : {&cells[{label_of(place)}], &total}) {
      ++cell->population;
      AddPerson(whole, *cell);
    }
  }
  return TableFrom({std::string(dimension)}, std::move(cells), std::move(total));
}

CostTable TableBySector(const PersonCosts& costs, absl::string_view dimension, const LabelOf& label_of, Links links) {
  std::map<std::vector<std::string>, CostCell> cells;
  CostCell total;
  for (size_t place = 0; place < costs.people().size(); ++place) {
    const std::string label = label_of(place);
    ++total.population;
    AddPerson(WholePerson(costs, place, links), total);
    for (size_t sector = 0; sector < costs.sectors().size(); ++sector) {
      CostCell& cell = cells[{label, costs.sectors()[sector]}];
      ++cell.population;
      AddPerson(costs.At(place, sector, links), cell);
    }
  }
  return TableFrom({std::string(dimension), "sector"}, std::move(cells), std::move(total));
}

std::vector<ConcentrationPoint> ConcentrationCurve(const PersonCosts& costs, std::span<const int> per_mille, Links links) {
  const std::vector<size_t> order = ByCost(costs, links);
  std::vector<WideMoney> until(order.size() + 1);
  for (size_t i = 0; i < order.size(); ++i) {
    until[i + 1] = until[i];
    until[i + 1] += costs.Total(order[i], links);
  }
  const int128 all = until.back().e8_pounds();
  std::vector<ConcentrationPoint> points;
  for (const int share : per_mille) {
    const size_t count = order.size() * static_cast<size_t>(share) / 1000;
    points.push_back({.per_mille = share,
                      .person_count = static_cast<int64_t>(count),
                      .cost = until[count],
                      .share_e6 = all <= 0 ? 0 : static_cast<int64_t>(DivideHalfEven(until[count].e8_pounds() * 1'000'000, all))});
  }
  return points;
}

std::vector<std::string> ConcentrationSlices(const PersonCosts& costs, Links links) {
  const std::vector<size_t> order = ByCost(costs, links);
  std::vector<std::string> slices(order.size());
  for (size_t rank = 0; rank < order.size(); ++rank) {
    size_t slice = 0;
    while (slice < kSliceEnds.size() && rank >= order.size() * static_cast<size_t>(kSliceEnds[slice]) / 1000) ++slice;
    slices[order[rank]] = kSliceNames[slice];
  }
  return slices;
}

std::map<std::string, LabelSummary> Summarise(const PersonCosts& costs, const LabelOf& label_of, Links links) {
  std::map<std::string, std::vector<Money>> by_label;
  for (size_t place = 0; place < costs.people().size(); ++place) by_label[label_of(place)].push_back(costs.Total(place, links));
  std::map<std::string, LabelSummary> summaries;
  for (auto& [label, totals] : by_label) {
    LabelSummary& summary = summaries[label];
    std::sort(totals.begin(), totals.end());
    summary.person_count = static_cast<int64_t>(totals.size());
    for (const Money total : totals) summary.total += total;
    summary.median = totals[(totals.size() - 1) / 2];
    summary.mean = FineMoney(DivideHalfEven(summary.total.e8_pounds() * 100'000'000, summary.person_count));
    const double mean = static_cast<double>(summary.mean.e16_pounds()) / 1e16;
    double squares = 0;
    for (const Money total : totals) {
      const double distance = static_cast<double>(total.e8_pounds()) / 1e8 - mean;
      squares += distance * distance;
    }
    summary.deviation_pounds = totals.size() < 2 ? 0 : SquareRoot(squares / static_cast<double>(totals.size() - 1));
  }
  return summaries;
}

CivilDay MonthsBefore(CivilDay day, int count) {
  const int months = day.year() * 12 + day.month() - 1 - count;
  for (int day_of_month = day.day();; --day_of_month) {
    const absl::StatusOr<CivilDay> before = CivilDay::FromYmd(months / 12, months % 12 + 1, day_of_month);
    if (before.ok() || day_of_month == 1) return before.ok() ? *before : day;
  }
}

CostTable TableBeforeIndex(const PersonCosts& costs, std::span<const PersonEvent> events, int months, Links links) {
  // By person: index of the first month whose window the event's day is in.
  std::map<std::pair<int, uint64_t>, SectorCost> parts;
  std::map<uint64_t, CivilDay> index_days;
  for (const Person& person : costs.people()) {
    if (person.index_day) index_days.emplace(person.person, *person.index_day);
  }
  for (const PersonEvent& event : events) {
    const auto at = index_days.find(event.person);
    if (at == index_days.end() || event.day >= at->second || (links == Links::kCertain && !event.is_certain)) continue;
    for (int month = 1; month <= months; ++month) {
      if (event.day < MonthsBefore(at->second, month)) continue;
      SectorCost& part = parts[{month, event.person}];
      ++part.activity;
      part.cost = Money(part.cost.e8_pounds() + event.cost.e8_pounds());
      break;
    }
  }
  std::map<std::vector<std::string>, CostCell> cells;
  for (int month = 1; month <= months; ++month) {
    cells[{absl::StrFormat("%02d", month)}].population = static_cast<int64_t>(index_days.size());
  }
  CostCell total;
  total.population = static_cast<int64_t>(index_days.size());
  std::map<uint64_t, SectorCost> of_person;
  for (const auto& [key, part] : parts) {
    AddPerson(part, cells[{absl::StrFormat("%02d", key.first)}]);
    SectorCost& whole = of_person[key.second];
    whole.activity += part.activity;
    whole.cost = Money(whole.cost.e8_pounds() + part.cost.e8_pounds());
  }
  for (const auto& [person, whole] : of_person) AddPerson(whole, total);
  return TableFrom({"months_before"}, std::move(cells), std::move(total));
}

Budget SimulateBudget(const PersonCosts& costs, const std::map<std::string, int64_t>& planned_persons) {
  const LabelOf segment = [&costs](size_t place) { return costs.people()[place].segment; };
  BudgetMeans means;
  for (const auto& [name, summary] : Summarise(costs, segment, Links::kAll)) means.all[name] = summary.mean;
  for (const auto& [name, summary] : Summarise(costs, segment, Links::kCertain)) means.certain[name] = summary.mean;
  return SimulateBudget(costs, planned_persons, means);
}

Budget SimulateBudget(const PersonCosts& costs, const std::map<std::string, int64_t>& planned_persons,
                      const BudgetMeans& means) {
  const LabelOf segment = [&costs](size_t place) { return costs.people()[place].segment; };
  const std::map<std::string, LabelSummary> all = Summarise(costs, segment, Links::kAll);
  Budget budget;
  double variance = 0;
  int128 total_certain = 0;
  for (const auto& [name, planned] : planned_persons) {
    const auto at = all.find(name);
    if (at == all.end()) {
      budget.unknown_segments.push_back(name);
      continue;
    }
    const LabelSummary& summary = at->second;
    const FineMoney mean = MeanOf(means.all, name);
    budget.lines.push_back(
        {.segment = name, .planned_persons = planned, .mean = mean, .budget = FineMoney(mean.e16_pounds() * planned)});
    budget.total += budget.lines.back().budget;
    total_certain += MeanOf(means.certain, name).e16_pounds() * planned;
    // The mean is known to deviation / sqrt(n), and each planned person varies by deviation.
    const double n = static_cast<double>(summary.person_count), p = static_cast<double>(planned);
    variance += summary.deviation_pounds * summary.deviation_pounds * (p * p / n + p);
  }
  const FineMoney margin = FromPounds(1.96 * SquareRoot(variance));
  budget.low = budget.total - margin;
  budget.high = budget.total;
  budget.high += margin;
  budget.low_certain = FineMoney(total_certain) - margin;
  return budget;
}

}  // namespace safehaven::costing
