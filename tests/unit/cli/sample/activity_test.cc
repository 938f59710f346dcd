#include "cli/sample/activity.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "cli/sample/objections.h"
#include "tests/unit/cli/sample/region.h"

namespace safehaven::sample {
namespace {

class ActivityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { region_ = new Region(MakeRegion(20'000, 5)); }
  static void TearDownTestSuite() {
    delete region_;
    region_ = nullptr;
  }
  static const SourceActivity& Of(Source source) {
    return region_->activity[static_cast<size_t>(source)];
  }
  // Visits every row but those of the register.
  template <typename Visit>
  static void ForEachEvent(const Visit& visit) {
    for (const SourceActivity& source : region_->activity) {
      for (const Dataset& dataset : source.datasets) {
        if (dataset.source == Source::kGp) continue;
        for (const Event& event : dataset.events) {
          visit(dataset, event, source.recorded[event.recorded].person);
        }
      }
    }
  }
  static Region* region_;
};
Region* ActivityTest::region_ = nullptr;

TEST_F(ActivityTest, VolumesPerHeadAreThePublishedOnes) {
  std::map<std::string, double> per_100000;
  ForEachEvent([&](const Dataset&, const Event& event, uint32_t) {
    per_100000[std::string(SpecOf(Currencies()[event.currency].delivery).code)] += 5;
  });
  for (int at = 0; at < kPointOfDeliveryCount; ++at) {
    const DeliverySpec& spec = SpecOf(static_cast<PointOfDelivery>(at));
    if (spec.per_100000 == 0) continue;
    // Courses of care vary more: few people have many contacts.
    const double tolerance = spec.user_rate == 10'000 ? 0.15 : 0.35;
    EXPECT_NEAR(per_100000[std::string(spec.code)] / spec.per_100000, 1.0, tolerance) << spec.code;
  }
}

TEST_F(ActivityTest, NobodyIsTreatedBeforeArrivingOrAfterDeath) {
  ForEachEvent([&](const Dataset& dataset, const Event& event, uint32_t person) {
    const Period& present = region_->population.people[person].present;
    EXPECT_GE(event.start, present.first) << dataset.name;
    EXPECT_LE(event.start, event.end) << dataset.name;
    EXPECT_LE(event.end, present.last) << dataset.name;
  });
}

TEST_F(ActivityTest, CurrenciesFitAgeAndSex) {
  ForEachEvent([&](const Dataset& dataset, const Event& event, uint32_t index) {
    if (dataset.source == Source::kSocialCare) return;
    const Person& person = region_->population.people[index];
    const Currency& currency = Currencies()[event.currency];
    EXPECT_TRUE(currency.sex == 0 || currency.sex == static_cast<int>(person.sex));
    // A stay may have been moved back by up to its length so that it ends in time.
    const int age = std::max(0, AgeYears(person.birth, event.end));
    EXPECT_GE(age, currency.age_min) << currency.code;
    EXPECT_LE(AgeYears(person.birth, event.start), currency.age_max) << currency.code;
  });
}

TEST_F(ActivityTest, StaysKeepTheirDefinitions) {
  ForEachEvent([](const Dataset& dataset, const Event& event, uint32_t) {
    if (dataset.name != "apc") return;
    const int nights = event.end.days_since_1970() - event.start.days_since_1970();
    const PointOfDelivery delivery = Currencies()[event.currency].delivery;
    if (delivery == PointOfDelivery::kNonElectiveLong) {
      EXPECT_GE(nights, 2);
    }
    if (delivery == PointOfDelivery::kNonElectiveShort) {
      EXPECT_LE(nights, 1);
    }
    if (delivery == PointOfDelivery::kDayCase) {
      EXPECT_EQ(nights, 0);
    }
    EXPECT_EQ(event.drivers[0], std::max(nights, 1));
  });
}

TEST_F(ActivityTest, RowsDoNotTellWhoBelongsToWhomByTheirOrder) {
  // Goal: neighbours in a file are members of one household no more often than chance.
  const std::vector<Event>& events = Of(Source::kGp).datasets[0].events;
  int together = 0;
  for (size_t index = 1; index < events.size(); ++index) {
    const auto household = [&](const Event& event) {
      const uint32_t person = Of(Source::kGp).recorded[event.recorded].person;
      return region_->population.people[person].household;
    };
    together += household(events[index - 1]) == household(events[index]);
  }
  EXPECT_LT(together, 40);
}

TEST_F(ActivityTest, EveryDriverColumnHasWork) {
  for (const SourceActivity& source : region_->activity) {
    for (const Dataset& dataset : source.datasets) {
      for (size_t column = 0; column < dataset.drivers.size(); ++column) {
        int64_t sum = 0;
        for (const Event& event : dataset.events) {
          EXPECT_GE(event.drivers[column], 0);
          sum += event.drivers[column];
        }
        EXPECT_GT(sum, 0) << dataset.name << " " << dataset.drivers[column].name;
      }
    }
  }
}

TEST_F(ActivityTest, MissingNumbersComeAsOftenAsDescribed) {
  // About 1 % of acute, a quarter of ambulance and a third of social care rows.
  std::map<Source, std::pair<double, double>> counts;
  ForEachEvent([&](const Dataset& dataset, const Event& event, uint32_t) {
    auto& [missing, all] = counts[dataset.source];
    missing += Of(dataset.source).recorded[event.recorded].identity.nhs_number.empty();
    ++all;
  });
  const auto share = [&](Source source) { return counts[source].first / counts[source].second; };
  EXPECT_NEAR(share(Source::kAcute), 0.01, 0.005);
  EXPECT_NEAR(share(Source::kAmbulance), 0.25, 0.03);
  EXPECT_NEAR(share(Source::kSocialCare), 0.35, 0.08);
}

TEST_F(ActivityTest, SocialCareHasAboutOneInFortyOfThePeople) {
  std::set<uint32_t> users;
  ForEachEvent([&](const Dataset& dataset, const Event&, uint32_t person) {
    if (dataset.source == Source::kSocialCare) users.insert(person);
  });
  EXPECT_NEAR(static_cast<double>(users.size()) / 20'000, 0.025, 0.006);
}

TEST_F(ActivityTest, FewRowsAreRestrictedAndFewerAreFaulty) {
  int rows = 0;
  int restricted = 0;
  int faulty = 0;
  ForEachEvent([&](const Dataset& dataset, const Event& event, uint32_t) {
    ++rows;
    restricted += RestrictionOf(dataset, event) != Restriction::kNone;
    faulty += event.fault != RowFault::kNone;
  });
  EXPECT_GT(restricted, 0);
  EXPECT_LT(restricted, rows / 200);
  EXPECT_GT(faulty, 0);
  EXPECT_LT(faulty, rows / 500);
}

TEST_F(ActivityTest, ObjectionsComeAtThePublishedRates) {
  const Objections objections = MakeObjections(region_->population, region_->activity, 5);
  EXPECT_NEAR(static_cast<double>(objections.national.size()) / 20'000, 0.053, 0.008);
  EXPECT_NEAR(static_cast<double>(objections.type1.size()) / 20'000, 0.025, 0.006);
  EXPECT_NEAR(static_cast<double>(objections.programme.size()) / 20'000, 0.0005, 0.0006);
}

TEST_F(ActivityTest, TheFortyHaveSocialCareWithoutANumberAndDoNotObjectYet) {
  const Objections objections = MakeObjections(region_->population, region_->activity, 5);
  ASSERT_EQ(objections.forty.size(), 40u);
  std::set<std::string> objecting;
  for (const auto* list : {&objections.type1, &objections.national, &objections.programme}) {
    for (const Objection& objection : *list) objecting.insert(objection.nhs_number);
  }
  std::set<std::string> with_number;
  std::set<std::string> without_number;
  for (const Recorded& recorded : Of(Source::kSocialCare).recorded) {
    const std::string number = region_->population.people[recorded.person].nhs_number.ToDigits();
    (recorded.identity.nhs_number.empty() ? without_number : with_number).insert(number);
  }
  for (const Objection& objection : objections.forty) {
    EXPECT_FALSE(objecting.contains(objection.nhs_number));
    EXPECT_TRUE(without_number.contains(objection.nhs_number));
    EXPECT_FALSE(with_number.contains(objection.nhs_number));
  }
}

}  // namespace
}  // namespace safehaven::sample
