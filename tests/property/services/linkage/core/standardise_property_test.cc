// Standardisation on bytes from nowhere, and its laws.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/standardise/address.h"
#include "services/linkage/core/standardise/date.h"
#include "services/linkage/core/standardise/name.h"
#include "services/linkage/core/standardise/phonetic.h"
#include "services/linkage/core/standardise/postcode.h"
#include "services/linkage/core/standardise/standardise.h"
#include "tests/support/linkage_people.h"
#include "tests/support/seed.h"

namespace safehaven::linkage {
namespace {

// Any bytes, or bytes that look like what is expected.
std::string RandomValue(std::mt19937_64& prng) {
  static constexpr char kLikely[] = "AEIOUBDMNSTZaeimoz0123456789 -'./,";
  std::string text(prng() % 30, ' ');
  const bool likely = prng() % 3 != 0;
  for (char& c : text) {
    c = likely ? kLikely[prng() % (sizeof(kLikely) - 1)] : static_cast<char>(prng() % 256);
  }
  return text;
}

bool IsPlain(const std::string& text, bool digits) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool blank = c == ' ' && i > 0 && i + 1 < text.size() && text[i - 1] != ' ';
    if (!(c >= 'A' && c <= 'Z') && !(digits && c >= '0' && c <= '9') && !blank) return false;
  }
  return true;
}

TEST(StandardiseProperty, AnyBytesGivePlainValuesAndStandardValuesStay) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  const StandardRules rules = TestRules();
  for (int round = 0; round < 30'000; ++round) {
    SourceRecord record;
    record.identity = Sensitive<RawIdentity>({.nhs_number = RandomValue(prng),
                                              .given_name = RandomValue(prng),
                                              .family_name = RandomValue(prng),
                                              .birth_date = RandomValue(prng),
                                              .sex = RandomValue(prng),
                                              .postcode = RandomValue(prng),
                                              .address_line = RandomValue(prng),
                                              .local_id = RandomValue(prng),
                                              .extra = {RandomValue(prng)}});
    StandardiseReport report;
    const StandardIdentity first = Standardise(record, rules, report).identity.Reveal();
    ASSERT_TRUE(IsPlain(first.given_name, false)) << first.given_name;
    ASSERT_TRUE(IsPlain(first.family_name, false)) << first.family_name;
    ASSERT_TRUE(IsPlain(first.address, true)) << first.address;
    ASSERT_EQ(PhoneticKey(first.family_name).empty(), first.family_name.empty());

    uint32_t changes = 0;
    ASSERT_EQ(StandardPostcode(first.postcode, changes).postcode, first.postcode);
    ASSERT_EQ(StandardGivenName(first.given_name, changes), first.given_name);
    ASSERT_EQ(StandardFamilyName(first.family_name, changes), first.family_name);
  }
}

TEST(StandardiseProperty, EveryCivilDayIsReadBackFromItsIsoText) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  std::mt19937_64 prng(seed);
  for (int round = 0; round < 20'000; ++round) {
    const CivilDay day(static_cast<int32_t>(prng() % 60'000) - 30'000);
    const PartialDate read = ParsePartialDate(day.ToString());
    ASSERT_EQ(read, (PartialDate{static_cast<uint16_t>(day.year()), static_cast<uint8_t>(day.month()),
                                 static_cast<uint8_t>(day.day())}));
  }
}

}  // namespace
}  // namespace safehaven::linkage
