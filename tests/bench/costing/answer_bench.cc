// A year of many people's costed events as an answer finds them in memory: asked for cost by
// age band and point of delivery, with objections, counting distinct people in every cell. The
// columns are made at once, without the loads and crosswalk behind them, which would take
// more memory than what is measured.
#include "tests/bench/costing/answer_bench.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/costing/core/answer.h"
#include "services/costing/core/snapshot.h"
#include "tests/unit/services/costing/core/answer_fixtures.h"

namespace safehaven::bench {
namespace {

using costing::LinkedEvents;
using costing::People;
using costing::Snapshot;

constexpr size_t kRowsOfPerson = 12;  // on average; some have none, some hundreds
constexpr size_t kSegmentRows = 65'536, kPeopleSegment = 65'536;
constexpr size_t kPoints = 12, kCurrencies = 2'000;
constexpr int32_t kFirstDay = 20'179, kDays = 365;  // April 2025 to March 2026

// SAFEHAVEN_BENCH_ROWS: other sizes than 100 million rows at most.
size_t RowsMax(bool quick) {
  size_t rows = 0;
  const char* given = std::getenv("SAFEHAVEN_BENCH_ROWS");
  if (!quick && given != nullptr && absl::SimpleAtoi(given, &rows)) return rows;
  return quick ? 20'000 : 100'000'000;
}

std::shared_ptr<const People> MakePeople(size_t count, std::mt19937_64& prng) {
  const std::vector<costing::ListMembership> memberships = {{.commissioner = "ZC1"}};
  std::vector<costing::PeopleSegment> segments;
  for (size_t begin = 0; begin < count; begin += kPeopleSegment) {
    costing::PeopleSegmentBuilder builder(costing::testing_support::kAuthority, 7);
    for (size_t i = begin; i < std::min(begin + kPeopleSegment, count); ++i) {
      SH_CHECK(builder.Append({.person = i + 1,
                               .cell_key = static_cast<uint32_t>(prng()),
                               .age_band = static_cast<int32_t>(prng() % 20 * 5),
                               .sex = static_cast<int32_t>(1 + prng() % 2),
                               .small_area = "E01000001",
                               .practice = "Z81001",
                               .memberships = memberships}).ok());
    }
    segments.push_back(builder.Finish());
  }
  std::vector<const costing::PeopleSegment*> pointers;
  for (const costing::PeopleSegment& segment : segments) pointers.push_back(&segment);
  return std::make_shared<const People>(People::Make(pointers).value());
}

LinkedEvents MakeEvents(size_t row_count, size_t people_count, std::mt19937_64& prng) {
  LinkedEvents events;
  for (size_t i = 0; i < kPoints; ++i) events.points_of_delivery.push_back(absl::StrCat("POD", i));
  for (size_t i = 0; i < kCurrencies; ++i) events.currencies.push_back(absl::StrCat("HRG", i));
  auto segment = std::make_shared<costing::EventSegment>();
  segment->flow = "flow of acute/apc";
  segment->dataset = "acute/apc";
  segment->provider = "ZA1";
  events.segments.assign(row_count / kSegmentRows + 1, segment);
  events.segment.resize(row_count);
  events.segment_row.resize(row_count);
  events.end_day.resize(row_count);
  events.currency.resize(row_count);
  events.point_of_delivery.resize(row_count);
  events.restriction.resize(row_count);
  events.cost_e8.resize(row_count);
  for (size_t row = 0; row < row_count; ++row) {
    const uint64_t bits = prng();
    // A person's rows come from all over the loads.
    events.segment[row] = static_cast<uint32_t>(bits % events.segments.size());
    events.segment_row[row] = static_cast<uint16_t>(bits >> 16);
    events.end_day[row] = kFirstDay + static_cast<int32_t>((bits >> 20) % kDays);
    events.currency[row] = static_cast<uint16_t>((bits >> 32) % kCurrencies);
    events.point_of_delivery[row] = static_cast<uint16_t>((bits >> 48) % kPoints);
    events.restriction[row] = bits >> 57 == 0 ? 1 : 0;
    events.cost_e8[row] = static_cast<int64_t>((bits >> 8) % 40'000'000'000);
  }
  // Few people have most rows: shares go with the cube of a number between 0 and 1.
  std::vector<double> shares;
  double all = 0;
  for (size_t i = 0; i < people_count; ++i) {
    const double u = static_cast<double>(prng() % 1'000'000) / 1e6;
    shares.push_back(u * u * u);
    all += shares.back();
  }
  double until = 0;
  events.first_row.reserve(people_count + 1);
  events.first_row.push_back(0);
  for (const double share : shares) {
    until += share;
    events.first_row.push_back(std::min(row_count, static_cast<size_t>(until / all * static_cast<double>(row_count))));
  }
  events.first_row.back() = row_count;
  events.end_day_min = kFirstDay;
  events.end_day_max = kFirstDay + kDays - 1;
  return events;
}

struct Asked {
  explicit Asked(size_t row_count) {
    std::mt19937_64 prng(row_count);
    const size_t people_count = row_count / kRowsOfPerson + 1;
    snapshot = {.authority = costing::testing_support::kAuthority, .crosswalk_revision = 7, .objection_revision = {"incarnation", 3}};
    snapshot.people = MakePeople(people_count, prng);
    snapshot.events = std::make_shared<const LinkedEvents>(MakeEvents(row_count, people_count, prng));
    std::vector<uint64_t> objectors;
    for (uint64_t person = 1; person <= people_count; ++person) {
      if (prng() % 20 == 0) objectors.push_back(person);
    }
    costing::ExclusionSets sets;
    sets.emplace("national", costing::MakeExclusionSet(objectors, *snapshot.people));
    snapshot.exclusions = std::make_shared<const costing::ExclusionSets>(std::move(sets));
    question = costing::testing_support::AggregateQuestion();
    question.measures = {"activity", "cost", "persons", "population"};
    question.dimensions = {"age_band", "point_of_delivery"};
    warrant = costing::testing_support::WarrantFor(question);
  }
  absl::StatusOr<CostTable> Answer() const { return costing::Aggregate(snapshot, question, warrant); }

  size_t row_count() const { return snapshot.events->row_count(); }

  Snapshot snapshot;
  Question question;
  Warrant warrant;
};

// Bytes of what an answer reads, a row, people included.
double BytesPerRow(const Asked& asked) {
  const LinkedEvents& events = *asked.snapshot.events;
  const size_t of_row = sizeof(events.segment[0]) + sizeof(events.segment_row[0]) + sizeof(events.end_day[0]) +
                        sizeof(events.currency[0]) + sizeof(events.point_of_delivery[0]) + sizeof(events.restriction[0]) +
                        sizeof(events.cost_e8[0]);
  const double of_people = static_cast<double>(events.first_row.size() * sizeof(events.first_row[0])) / static_cast<double>(asked.row_count());
  return static_cast<double>(of_row) + of_people;
}

template <typename Column>
uint64_t SumOf(const Column& column) {
  uint64_t sum = 0;
  for (const auto value : column) sum += static_cast<uint64_t>(value);
  return sum;
}

// The columns of the question, each read once from end to end: no answer is faster.
uint64_t ReadOnce(const LinkedEvents& events) {
  return SumOf(events.segment) + SumOf(events.end_day) + SumOf(events.currency) + SumOf(events.point_of_delivery) +
         SumOf(events.restriction) + SumOf(events.cost_e8);
}

// The same figures, found row by row with a set of people a cell, of the first few thousand
// people.
absl::Status Agrees() {
  const Asked asked(20'000);
  SH_ASSIGN_OR_RETURN(const CostTable table, asked.Answer());
  const LinkedEvents& events = *asked.snapshot.events;
  const People& people = *asked.snapshot.people;
  const costing::PersonSet& objectors = asked.snapshot.exclusions->at("national");
  struct Slow {
    int64_t activity = 0, persons = 0;
    int128 cost = 0;
    size_t last_place = SIZE_MAX;
  };
  std::map<std::vector<std::string>, Slow> slow;
  for (size_t place = 0; place < people.count(); ++place) {
    if (objectors.Contains(place)) continue;
    for (size_t row = events.first_row[place]; row < events.first_row[place + 1]; ++row) {
      if (events.restriction[row] != 0) continue;
      Slow& cell = slow[{people.Labels(costing::PersonColumn::kAgeBand)[people.Column(costing::PersonColumn::kAgeBand)[place]],
                         events.points_of_delivery[events.point_of_delivery[row]]}];
      ++cell.activity;
      cell.cost += events.cost_e8[row];
      if (cell.last_place != place) ++cell.persons;
      cell.last_place = place;
    }
  }
  for (const CostCell& cell : table.cells) {
    const Slow& other = slow[cell.key];
    if (cell.activity != other.activity || cell.persons != other.persons || int128{cell.cost.e8_pounds()} != other.cost) {
      return absl::InternalError("a cell is another one than row by row");
    }
  }
  return table.cells.size() >= slow.size() ? absl::OkStatus() : absl::InternalError("a cell is missing");
}

// Made when it is first asked: a list of the comparisons makes none.
class Later {
 public:
  explicit Later(size_t row_count) : row_count_(row_count) {}
  const Asked& Get() {
    if (!asked_) asked_ = std::make_unique<const Asked>(row_count_);
    return *asked_;
  }

 private:
  size_t row_count_;
  std::unique_ptr<const Asked> asked_;
};

// `body` once an iteration; the columns are made before the time begins.
template <typename Body>
Side SideOf(std::string name, std::shared_ptr<Later> later, Body body) {
  return {.name = std::move(name),
          .body = [later, body](benchmark::State& state) {
            const Asked& asked = later->Get();
            for (auto _ : state) benchmark::DoNotOptimize(body(asked));
            state.counters[kItems] = static_cast<double>(asked.row_count()) * static_cast<double>(state.iterations());
          },
          .iterations = 1};
}

}  // namespace

Comparison AnswerComparison(bool quick) {
  Comparison answers = {.name = "costing/answer", .sides = {}, .figures = {}, .agrees = Agrees};
  const size_t most = RowsMax(quick);
  std::shared_ptr<Later> largest;
  for (const size_t part : {100, 20, 4, 1}) {
    largest = std::make_shared<Later>(most / part);
    const std::string rows = absl::StrCat(most / part);
    answers.sides.push_back(SideOf(absl::StrCat(rows, " rows"), largest,
                                   [](const Asked& asked) { return asked.Answer().value().cells.size(); }));
    const size_t side = answers.sides.size() - 1;
    answers.figures.push_back({.name = absl::StrCat("CPU of a row of ", rows), .unit = "ns", .of = CpuNanosPerItem(side)});
    // Against the second size: the first fits the caches, which is no growth to be promised.
    if (side < 2) continue;
    answers.figures.push_back({.name = absl::StrCat("  to a row of ", most / 20), .unit = "ratio",
                               .of = CpuRatio(side, 1), .bound = AtMost(1.2)});
  }
  const size_t last = answers.sides.size() - 1;
  answers.sides.push_back(SideOf("reading the columns once", largest, [](const Asked& asked) { return ReadOnce(*asked.snapshot.events); }));
  answers.figures.push_back({.name = absl::StrCat("CPU of two dimensions over ", most, " costed events"), .unit = "s",
                             .of = CpuSeconds(last), .bound = AtMost(2)});
  answers.figures.push_back({.name = "  to reading the columns once", .unit = "ratio", .of = CpuRatio(last, last + 1)});
  answers.figures.push_back({.name = "bytes a row in memory", .unit = "bytes",
                             .of = [largest](const Round&) { return BytesPerRow(largest->Get()); }, .bound = AtMost(32)});
  return answers;
}

}  // namespace safehaven::bench
