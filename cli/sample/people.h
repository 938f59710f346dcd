// The people of the sample region as they truly are: households, names, dates, list
// membership, need for care. Nothing here is wrong yet; errors.h makes what sources
// record of it. Values only.
#ifndef SAFEHAVEN_CLI_SAMPLE_PEOPLE_H_
#define SAFEHAVEN_CLI_SAMPLE_PEOPLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/sample/names.h"
#include "cli/sample/places.h"
#include "cli/sample/random.h"
#include "libs/base/civil_day.h"
#include "libs/base/nhs_number.h"

namespace safehaven::sample {

// The financial year, both days included.
struct Period {
  CivilDay first;
  CivilDay last;
};

enum class HouseholdKind : uint8_t { kSingle, kCouple, kFamily, kLoneParent, kParentsAndAdults,
                                     kSharers, kCareHome };

struct Household {
  HouseholdKind kind = HouseholdKind::kSingle;
  Heritage heritage = Heritage::kBritish;
  Address home;
  // Where the household lived before `moved`, if it moved within the last three years
  // inside the region.
  std::optional<Address> former_home;
  CivilDay moved;
  // Came from, or left for, somewhere outside the region within the year.
  std::optional<CivilDay> arrived;
  std::optional<CivilDay> left;
};

// A stretch on one practice's list, both days included.
struct Membership {
  uint32_t practice = 0;
  uint32_t postcode = 0;  // where the person lived then
  CivilDay from;
  std::optional<CivilDay> to;
};

struct Person {
  uint32_t household = 0;
  Heritage heritage = Heritage::kBritish;
  Sex sex = Sex::kFemale;
  std::string given_name;
  std::string middle_name;         // "" if none
  std::string family_name;
  std::string former_family_name;  // before marriage; "" if none
  CivilDay birth;
  std::optional<CivilDay> death;
  std::optional<uint32_t> twin;    // index of the twin
  NhsNumber nhs_number;
  // Empty for those who are on no list.
  std::vector<Membership> memberships;
  // No home: a pseudo postcode.
  bool no_fixed_abode = false;
  // How much care the person needs compared with others of the same age and sex;
  // the average is about 1,000.
  uint32_t need_per_mille = 1'000;
  int condition_count = 0;
  // When the person was alive and in the region within the year.
  Period present;
};

struct Population {
  Period period;
  Places places;
  std::vector<Household> households;
  std::vector<Person> people;
};

// `persons` people for the year `period`.
Population MakePopulation(int64_t persons, uint64_t seed, const Period& period);

// The age at the end of the year, or at death.
int AgeAtEnd(const Person& person, const Period& period);

// Households and their people with names, births and homes (households.cc).
void AddHouseholds(int64_t persons, const Names& names, Random& random, Population& population);

// Deaths, moves in and out, list membership, NHS numbers, need (people.cc).
void CompletePeople(uint64_t seed, Population& population);

// NHS numbers of the 999 range, each once; the order is fixed by the seed.
class NhsNumberSource {
 public:
  explicit NhsNumberSource(uint64_t seed);
  NhsNumber Next();

 private:
  uint32_t offset_;
  uint32_t step_;
  uint32_t used_ = 0;
};

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_PEOPLE_H_
