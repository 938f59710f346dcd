// A small region for tests of answers: people, events, objections, and a question
// with a warrant that covers it. Everything in it is invented.
#ifndef SAFEHAVEN_TESTS_UNIT_SERVICES_COSTING_CORE_ANSWER_FIXTURES_H_
#define SAFEHAVEN_TESTS_UNIT_SERVICES_COSTING_CORE_ANSWER_FIXTURES_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/warrant/question.h"
#include "libs/warrant/warrant.h"
#include "services/costing/core/segment.h"
#include "services/costing/core/snapshot.h"
#include "tests/unit/services/costing/core/costing_fixtures.h"

namespace safehaven::costing::testing_support {

inline constexpr char kAuthority[] = "CAG 9-01(a)/2025";

struct RegionPerson {
  uint64_t person = 0;
  int32_t age_band = 40;
  int32_t sex = 1;
  std::string small_area = "E01000001";
  std::string practice = "Z81001";
  std::string commissioner = "ZC1";
  int32_t first_day = 0;
  int32_t last_day = kOpenEnd;
  int32_t death_month = 0;
};

struct RegionEvent {
  uint64_t record = 0;
  uint64_t person = 0;  // 0: not linked
  std::string dataset = "acute/apc";
  std::string flow;  // empty: "flow of <dataset>"
  std::string day = "2025-06-15";
  std::string currency = "AA01A";
  std::string point_of_delivery = "EL";
  int64_t cost_pounds = 100;
  Restriction restriction = Restriction::kNone;
};

class Region {
 public:
  Region& AddPerson(RegionPerson person) {
    people_.push_back(std::move(person));
    return *this;
  }
  Region& AddEvent(RegionEvent event) {
    if (event.flow.empty()) event.flow = "flow of " + event.dataset;
    events_.push_back(std::move(event));
    return *this;
  }
  Region& Object(const std::string& set, std::vector<uint64_t> persons) {
    objections_[set].insert(persons.begin(), persons.end());
    return *this;
  }

  Snapshot MakeSnapshot() const {
    PeopleSegmentBuilder builder(kAuthority, 7);
    for (const RegionPerson& person : people_) {
      const std::vector<ListMembership> memberships = {
          {person.commissioner, person.first_day, person.last_day}};
      SH_CHECK(builder
                   .Append({.person = person.person,
                            .cell_key = static_cast<uint32_t>(person.person * 2654435761u),
                            .age_band = person.age_band,
                            .sex = person.sex,
                            .small_area = person.small_area,
                            .practice = person.practice,
                            .memberships = memberships,
                            .death_month = person.death_month})
                   .ok());
    }
    const PeopleSegment segment = builder.Finish();
    const std::vector<const PeopleSegment*> people_segments = {&segment};
    auto people = People::Make(people_segments);
    SH_CHECK(people.ok());
    Snapshot snapshot{.authority = kAuthority, .crosswalk_revision = 7, .objection_revision = {"incarnation", 3}};
    snapshot.people = std::make_shared<const People>(std::move(*people));
    auto events = LinkedEvents::Make(MakeSegments(), MakeCrosswalk(), *snapshot.people);
    SH_CHECK(events.ok());
    snapshot.events = std::make_shared<const LinkedEvents>(std::move(*events));
    ExclusionSets sets;
    for (const auto& [name, persons] : objections_) {
      sets.emplace(name, MakeExclusionSet(std::vector<uint64_t>(persons.begin(), persons.end()), *snapshot.people));
    }
    snapshot.exclusions = std::make_shared<const ExclusionSets>(std::move(sets));
    return snapshot;
  }

  const std::vector<RegionPerson>& people() const { return people_; }
  const std::vector<RegionEvent>& events() const { return events_; }
  const std::map<std::string, std::set<uint64_t>>& objections() const { return objections_; }

 private:
  // One segment for each flow and data set.
  std::vector<SharedSegment> MakeSegments() const {
    std::map<std::pair<std::string, std::string>, std::vector<const RegionEvent*>> by_flow;
    for (const RegionEvent& event : events_) by_flow[{event.flow, event.dataset}].push_back(&event);
    std::vector<SharedSegment> segments;
    for (const auto& [flow_and_dataset, events] : by_flow) {
      EventColumnsBuilder builder({});
      EventSegment segment;
      std::vector<int64_t> costs;
      for (const RegionEvent* event : events) {
        SH_CHECK(builder
                     .Append({.key = KeyOf(event->record),
                              .feed = "feed",
                              .point_of_delivery = event->point_of_delivery,
                              .currency = event->currency,
                              .start = Day(event->day),
                              .end = Day(event->day),
                              .restriction = event->restriction})
                     .ok());
        segment.cell_keys.push_back(static_cast<uint32_t>(event->record * 2246822519u));
        costs.push_back(event->cost_pounds * kMoneyUnitsPerPound);
      }
      segment.flow = flow_and_dataset.first;
      segment.dataset = flow_and_dataset.second;
      segment.provider = "ZA1";
      segment.load = "load";
      segment.events = builder.Finish();
      segments.push_back(std::make_shared<const EventSegment>(WithCost(std::move(segment), "run", costs)));
    }
    return segments;
  }

  std::vector<CrosswalkEntry> MakeCrosswalk() const {
    std::vector<CrosswalkEntry> crosswalk;
    for (const RegionEvent& event : events_) {
      if (event.person != 0) crosswalk.push_back({KeyOf(event.record), event.person});
    }
    return crosswalk;
  }

  std::vector<RegionPerson> people_;
  std::vector<RegionEvent> events_;
  std::map<std::string, std::set<uint64_t>> objections_ = {{"national", {}}};
};

inline Question AggregateQuestion() {
  Question question;
  question.approval = kAuthority;
  question.purpose = Purpose::kCommissioningPlanning;
  question.operation = Operation::kAggregate;
  question.identifiability = Identifiability::kAggregateSuppressed;
  question.commissioner = "ZC1";
  question.list_day = Day("2025-10-01");
  question.first_day = Day("2025-04-01");
  question.last_day = Day("2026-03-31");
  question.datasets = {"acute/apc"};
  question.measures = {"activity", "cost", "persons", "population"};
  return question;
}

inline Question RecordsQuestion() {
  Question question = AggregateQuestion();
  question.operation = Operation::kRecords;
  question.identifiability = Identifiability::kPseudonymised;
  question.measures.clear();
  question.items = {"age_band", "cost", "currency", "pseudonym"};
  return question;
}

// A warrant that covers the question, with national objections removing records.
inline Warrant WarrantFor(const Question& question) {
  Warrant warrant;
  warrant.question_digest = QuestionDigest(question);
  warrant.operation = question.operation;
  warrant.population = {question.commissioner, question.list_day};
  for (const std::string& dataset : question.datasets) warrant.flows.push_back("flow of " + dataset);
  warrant.crosswalk = kAuthority;
  warrant.objections = {{"*", {"national"}, ObjectionMode::kRemoveRecord}};
  warrant.objection_revision = {"incarnation", 3};
  return warrant;
}

}  // namespace safehaven::costing::testing_support

#endif  // SAFEHAVEN_TESTS_UNIT_SERVICES_COSTING_CORE_ANSWER_FIXTURES_H_
