// What whole people cost across sectors, by segment, by number of long-term conditions,
// before an index date, and how unequally. Exact figures of the people of one list, with
// the uncertainty of linkage carried through: each figure is there for certain links only
// and for probable ones too. Tables are for disclosure control to judge (CostTable);
// nothing else here may be shown to anybody but the controller. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_PERSON_COSTS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_PERSON_COSTS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/base/money.h"
#include "libs/disclosure/cost_table.h"
#include "services/costing/core/reference_costs.h"

namespace safehaven::costing {

// Which links count: those that are beyond doubt, or the probable ones too.
enum class Links : uint8_t { kCertain, kAll };
inline constexpr size_t kLinksCount = 2;

struct Person {
  uint64_t person = 0;
  std::string segment;                    // as the caller names it
  std::optional<int> conditions;          // long-term conditions; absent: not known
  std::optional<CivilDay> index_day;      // death, diagnosis, ...; absent: no index
};

struct PersonEvent {
  uint64_t person = 0;
  size_t sector = 0;
  CivilDay day;
  Money cost;
  bool is_certain = true;
  size_t kind = 0;        // of care, as the caller numbers kinds (care_tables.h)
  int64_t stay_days = 0;  // last day less first day
};

// One sector's part of a person.
struct SectorCost {
  int64_t activity = 0;
  Money cost;
};

// The people of a list, with those who cost nothing. Immutable.
class PersonCosts {
 public:
  // People in any order, no two alike; events of others are left out and counted.
  // INVALID_ARGUMENT with reason PERSON_DOUBLED or FIELD_INVALID (a sector that is not
  // there); OUT_OF_RANGE with MONEY_OVERFLOW.
  static absl::StatusOr<PersonCosts> Make(std::vector<std::string> sectors, std::vector<Person> people,
                                          std::span<const PersonEvent> events);

  const std::vector<std::string>& sectors() const { return sectors_; }
  const std::vector<Person>& people() const { return people_; }  // ascending by number
  // Where somebody is among people(); nothing if not on the list.
  std::optional<size_t> PlaceOf(uint64_t person) const;
  const SectorCost& At(size_t place, size_t sector, Links links) const {
    return costs_[static_cast<size_t>(links)][place * sectors_.size() + sector];
  }
  Money Total(size_t place, Links links) const { return totals_[static_cast<size_t>(links)][place]; }
  int64_t events_left_out() const { return events_left_out_; }

 private:
  std::vector<std::string> sectors_;
  std::vector<Person> people_;
  std::vector<SectorCost> costs_[kLinksCount];
  std::vector<Money> totals_[kLinksCount];
  int64_t events_left_out_ = 0;
};

// Bands of the long-term conditions year of care: "A (0-1)", "B (2)", "C (3-5)", "D (6-8)",
// "E (9 or more)", "unknown" (costing.md 4.1; the list of conditions is the caller's).
std::string ConditionBand(const std::optional<int>& conditions);

// Adds one person's part, if there is one, to a cell. The caller sees to it that sums fit.
void AddPerson(const SectorCost& part, CostCell& cell);

using LabelOf = std::function<std::string(size_t place)>;

// Persons, activity, cost and population by one label of people, and in all.
CostTable TableByLabel(const PersonCosts& costs, absl::string_view dimension, const LabelOf& label_of, Links links);
// The same by label and sector. The population of a cell is that of its label.
CostTable TableBySector(const PersonCosts& costs, absl::string_view dimension, const LabelOf& label_of, Links links);

// Share of all cost that the costliest take, people without cost included: of n people the
// costliest n * per_mille / 1000, rounded down. Ties by person number.
struct ConcentrationPoint {
  int per_mille = 0;
  int64_t person_count = 0;
  WideMoney cost;
  int64_t share_e6 = 0;  // of the total, in millionths; 0 if there is no cost
};
std::vector<ConcentrationPoint> ConcentrationCurve(const PersonCosts& costs, std::span<const int> per_mille, Links links);

// The slice of the curve that a person is in: "1: costliest 1%", "2: next 4%", "3: next
// 5%", "4: next 10%", "5: the other 80%". By place.
std::vector<std::string> ConcentrationSlices(const PersonCosts& costs, Links links);

struct LabelSummary {
  int64_t person_count = 0;
  WideMoney total;
  FineMoney mean;                // half to even
  Money median;                  // the lower of two
  double deviation_pounds = 0;   // standard deviation over people
};
std::map<std::string, LabelSummary> Summarise(const PersonCosts& costs, const LabelOf& label_of, Links links);

// Persons, activity and cost in each of the `months` months before people's index days, for
// those who have one: month 1 ends the day before the index day, each is a calendar month
// long (shorter where the month has no such day). Dimension "months_before", "01", "02", ...
CostTable TableBeforeIndex(const PersonCosts& costs, std::span<const PersonEvent> events, int months, Links links);

// `count` months before `day`: the same day of that month, or its last.
CivilDay MonthsBefore(CivilDay day, int count);

// A budget for people that are planned for, from what people of their segments cost.
struct BudgetLine {
  std::string segment;
  int64_t planned_persons = 0;
  FineMoney mean;    // by all links
  FineMoney budget;  // planned persons times mean
};
// Means by segment, exact or as they may be shown.
struct BudgetMeans {
  std::map<std::string, FineMoney> all, certain;  // by links
};
struct Budget {
  std::vector<BudgetLine> lines;
  FineMoney total;
  // 95 of 100 times a year with the same means would lie here, by the spread between
  // people; and the lower end once more with certain links only.
  FineMoney low, high;
  FineMoney low_certain;
  std::vector<std::string> unknown_segments;  // planned, but nobody is in them: not in the total
};
// Most persons that are planned for in one segment: a hundred million at all the money that
// 64 bits hold still fit 128.
inline constexpr int64_t kPlannedPersonsMax = 100'000'000;
// `planned_persons` from 0 to kPlannedPersonsMax. By exact means.
Budget SimulateBudget(const PersonCosts& costs, const std::map<std::string, int64_t>& planned_persons);
// By these means; one that is not there counts as 0, and is the caller's to see.
Budget SimulateBudget(const PersonCosts& costs, const std::map<std::string, int64_t>& planned_persons,
                      const BudgetMeans& means);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_PERSON_COSTS_H_
