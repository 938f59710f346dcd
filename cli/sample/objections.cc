#include "cli/sample/objections.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "cli/sample/writer.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

// National data opt-outs of women in 10,000 by ten-year age band, April 2022 (NHS
// Digital, quoted in the legal-basis notes, 3.4); from 90 on an assumption.
constexpr std::array<uint32_t, 10> kNationalRates = {167, 312, 703, 806, 752,
                                                     719, 694, 613, 447, 350};
// Men's table was not visible. All persons were near 5.4 % when women were 6.05 %, so
// men are near 4.75 %: 785 per mille of the women's rate.
constexpr uint32_t kMaleShare = 785;
// Type 1: no confirmed rate; an assumption. Half of them have opted out nationally
// too, which adds about 1.2 % to the national rate; kOverlap takes that off again.
constexpr uint32_t kType1Rate = 250;
constexpr uint32_t kType1AlsoNationalRate = 5'000;
constexpr uint32_t kOverlap = 790;  // per mille of the rate that is drawn alone
// The pioneer's own: 2 of 3,306 patients of one practice (legal-basis notes, 2.3),
// that is 605 in a million.
constexpr uint64_t kProgrammePerMillion = 605;
// Objections of people who are not in the region: they must match nobody.
constexpr int kStrangers = 3;
constexpr size_t kFortyMax = 40;
// Of 10,000 people of 85 and older, those for whom somebody else objected.
constexpr uint32_t kProxyRate = 1'500;

CivilDay Day(int year, int month, int day) {
  return CivilDay::FromYmd(year, month, day).value_or(CivilDay());
}

class Objectors {
 public:
  Objectors(const Population& population, const Activity& activity, uint64_t seed)
      : population_(population), activity_(activity), seed_(seed), random_(seed, "objections") {}

  Objections Make() {
    const size_t count = population_.people.size();
    objections_.has_type1.assign(count, false);
    objects_.assign(count, false);
    for (uint32_t person = 0; person < count; ++person) Decide(person);
    AddStrangers();
    ChooseForty();
    return std::move(objections_);
  }

 private:
  void Decide(uint32_t index) {
    const Person& person = population_.people[index];
    const int age = AgeAtEnd(person, population_.period);
    uint64_t rate = kNationalRates[static_cast<size_t>(std::min(age / 10, 9))];
    if (person.sex == Sex::kMale) rate = rate * kMaleShare / 1'000;
    rate = rate * kOverlap / 1'000;
    bool national = random_.Chance(static_cast<uint32_t>(rate));
    const bool type1 = random_.Chance(kType1Rate) && !person.memberships.empty();
    if (type1 && random_.Chance(kType1AlsoNationalRate)) national = true;
    const bool programme =
        IsPioneers(person) && random_.Below(1'000'000) < kProgrammePerMillion;
    if (type1) {
      // Since the pioneers' first year; the code is older than the national opt-out.
      objections_.type1.push_back(Made(person, Day(2014, 1, 1), "practice"));
      objections_.has_type1[index] = true;
    }
    // The national opt-out began on 25 May 2018.
    if (national) objections_.national.push_back(Made(person, Day(2018, 5, 25), "spine"));
    if (programme) {
      objections_.programme.push_back(
          Made(person, population_.period.first.AddDays(-200), "programme_office"));
    }
    objects_[index] = type1 || national || programme;
  }

  // Made on some day from `since` to the end of the year, or soon after birth.
  Objection Made(const Person& person, CivilDay since, absl::string_view system) {
    const CivilDay last = population_.period.last;
    const CivilDay first = std::min(std::max(since, person.birth), last);
    const int64_t days = last.days_since_1970() - first.days_since_1970();
    Objection objection;
    objection.nhs_number = person.nhs_number.ToDigits();
    objection.effective = first.AddDays(static_cast<int32_t>(random_.Between(0, days)));
    const int32_t delay = static_cast<int32_t>(random_.Between(0, 5));
    objection.received = std::min(objection.effective.AddDays(delay), last);
    objection.source_system = system;
    const bool by_proxy = random_.Chance(kProxyRate);
    const int age = AgeYears(person.birth, objection.effective);
    objection.capacity = age < 13                ? "parent_or_guardian"
                         : age >= 85 && by_proxy ? "proxy"
                                                 : "self";
    return objection;
  }

  bool IsPioneers(const Person& person) const {
    return !person.memberships.empty() &&
           population_.places.practices()[person.memberships.back().practice].commissioner == 0;
  }

  // Numbers of the 999 range that no person of the region has: the source gives each
  // number once, so those after the last person's are free.
  void AddStrangers() {
    NhsNumberSource numbers(seed_);
    for (size_t used = 0; used < population_.people.size(); ++used) numbers.Next();
    for (int made = 0; made < kStrangers; ++made) {
      Objection objection;
      objection.nhs_number = numbers.Next().ToDigits();
      objection.effective = population_.period.first;
      objection.received = population_.period.first;
      objection.source_system = "spine";
      objection.capacity = "self";
      objections_.national.push_back(std::move(objection));
    }
  }

  void ChooseForty() {
    const size_t count = population_.people.size();
    std::vector<bool> acute(count, false);
    std::vector<bool> social(count, false);
    std::vector<bool> social_number(count, false);
    MarkPeople(Source::kAcute, acute);
    MarkPeople(Source::kSocialCare, social);
    for (const Recorded& recorded : activity_[static_cast<size_t>(Source::kSocialCare)].recorded) {
      if (!recorded.identity.nhs_number.empty()) social_number[recorded.person] = true;
    }
    std::vector<uint32_t> candidates;
    for (uint32_t person = 0; person < count; ++person) {
      if (acute[person] && social[person] && !social_number[person] && !objects_[person] &&
          IsPioneers(population_.people[person]) &&
          !population_.people[person].death.has_value()) {
        candidates.push_back(person);
      }
    }
    while (!candidates.empty() && objections_.forty.size() < kFortyMax) {
      const size_t at = random_.Below(candidates.size());
      Objection objection =
          Made(population_.people[candidates[at]], population_.period.last, "programme_office");
      objections_.forty.push_back(std::move(objection));
      candidates.erase(candidates.begin() + static_cast<ptrdiff_t>(at));
    }
  }

  // Who has a row that can be loaded and linked.
  void MarkPeople(Source source, std::vector<bool>& people) const {
    const SourceActivity& activity = activity_[static_cast<size_t>(source)];
    for (const Dataset& dataset : activity.datasets) {
      for (const Event& event : dataset.events) {
        if (event.fault == RowFault::kNone &&
            RestrictionOf(dataset, event) == Restriction::kNone) {
          people[activity.recorded[event.recorded].person] = true;
        }
      }
    }
  }

  const Population& population_;
  const Activity& activity_;
  const uint64_t seed_;
  Random random_;
  Objections objections_;
  std::vector<bool> objects_;
};

absl::Status WriteOne(const std::string& path, const std::vector<Objection>& objections) {
  SH_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(path));
  writer.Write("nhs_number,effective_date,received_date,source_system,capacity\n");
  for (const Objection& objection : objections) {
    writer.Field(objection.nhs_number);
    writer.Field(objection.effective.ToString());
    writer.Field(objection.received.ToString());
    writer.Field(objection.source_system);
    writer.Field(objection.capacity);
    writer.EndRow();
  }
  return writer.Close();
}

}  // namespace

Objections MakeObjections(const Population& population, const Activity& activity, uint64_t seed) {
  return Objectors(population, activity, seed).Make();
}

absl::Status WriteObjections(const std::string& out_dir, const Objections& objections) {
  const std::string dir = absl::StrCat(out_dir, "/objections/");
  SH_RETURN_IF_ERROR(WriteOne(absl::StrCat(dir, "type1.csv"), objections.type1));
  SH_RETURN_IF_ERROR(WriteOne(absl::StrCat(dir, "national.csv"), objections.national));
  SH_RETURN_IF_ERROR(WriteOne(absl::StrCat(dir, "programme.csv"), objections.programme));
  return WriteOne(absl::StrCat(dir, "forty.csv"), objections.forty);
}

}  // namespace safehaven::sample
