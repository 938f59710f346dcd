// Goal: nothing that comes from outside crashes its reader: files of the national check
// service, FHIR JSON, warrants; and what a reader takes has one form. Register files are
// in law_property_test.cc. Method: real inputs, changed at random.
#include <gtest/gtest.h>

#include "libs/base/status.h"
#include "libs/warrant/warrant.h"
#include "services/consent/core/fhir_consent.h"
#include "services/consent/core/national_check.h"
#include "tests/property/services/consent/core/random_world.h"
#include "tests/support/consent_world.h"
#include "tests/support/seed.h"

namespace safehaven::consent {
namespace {

constexpr int kRounds = 4'000;

// `text` with one to three changes: a byte, a piece that goes, a piece that comes twice.
std::string Changed(Prng& prng, std::string text) {
  for (size_t changes = 1 + Below(prng, 3); changes > 0 && !text.empty(); --changes) {
    const size_t at = Below(prng, text.size());
    switch (Below(prng, 3)) {
      case 0: text[at] = static_cast<char>(prng()); break;
      case 1: text.erase(at, 1 + Below(prng, 40)); break;
      default: text.insert(at, text.substr(Below(prng, text.size()), 1 + Below(prng, 60)));
    }
  }
  return text;
}

// Reads `kRounds` changed forms of `original`; `read` gives the canonical form of what it
// took, or how it refused.
void Survives(const std::string& original,
              const std::function<absl::StatusOr<std::string>(const std::string&)>& read) {
  const uint64_t seed = SeedFromEnvironment();
  SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed));
  Prng prng(seed);
  ASSERT_TRUE(read(original).ok()) << read(original).status();
  int refused = 0;
  for (int round = 0; round < kRounds && !testing::Test::HasFailure(); ++round) {
    const absl::StatusOr<std::string> form = read(Changed(prng, original));
    if (!form.ok()) {
      EXPECT_FALSE(ReasonOf(form.status()).empty()) << form.status();
      ++refused;
      continue;
    }
    const absl::StatusOr<std::string> again = read(*form);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, *form);
  }
  EXPECT_GT(refused, kRounds / 10) << "the changes are no changes";
}

NhsNumber Number(uint32_t base) { return NhsNumber::FromBase(base).value(); }

std::vector<NhsNumber> Numbers() {
  std::vector<NhsNumber> numbers;
  for (uint32_t base = 999'000'001; numbers.size() < 20; ++base) {
    if (NhsNumber::FromBase(base).ok()) numbers.push_back(Number(base));
  }
  return numbers;
}

TEST(OutsideFiles, CheckFilesSurviveAnyChangeOfTheirBytes) {
  Survives(FormatCheckFile(Numbers()), [](const std::string& text) -> absl::StatusOr<std::string> {
    SH_ASSIGN_OR_RETURN(const std::vector<NhsNumber> numbers, ParseCheckFile(text));
    return FormatCheckFile(numbers);
  });
}

TEST(OutsideFiles, FhirConsentsSurviveAnyChangeOfTheirBytes) {
  const std::vector<NhsNumber> numbers = Numbers();
  const Objection objection = {.person = numbers[0],
                               .kind = ObjectionKind::kProgramme,
                               .programme = Reference::Parse("CAG 9-01(a)/2025").value(),
                               .effective_day = Day("2025-04-02"),
                               .received_day = Day("2025-04-03"),
                               .source_system = "practice \"A\"",
                               .made_by = "parent"};
  const ConsentRecord record = {.person = numbers[1],
                                .programme = Reference::Parse("CAG 9-01(a)/2025").value(),
                                .status = ConsentStatus::kGiven,
                                .day = Day("2025-04-02")};
  for (const PersonChoice& choice : {PersonChoice(objection), PersonChoice(record)}) {
    Survives(FormatFhirConsent(choice), [](const std::string& json) -> absl::StatusOr<std::string> {
      SH_ASSIGN_OR_RETURN(const PersonChoice read, ParseFhirConsent(json));
      return FormatFhirConsent(read);
    });
  }
}

TEST(OutsideFiles, WarrantsSurviveAnyChangeOfTheirBytes) {
  const LiveDecision decision = Decide(SampleSnapshot(), PioneerAggregate(), Amira(), ContextAt("2025-11-03"));
  ASSERT_TRUE(decision.grant.has_value());
  const auto warrant = MakeWarrant(*decision.grant, {.id = std::string(32, 'a'),
                                                     .presenter_thumbprint = std::string(32, 'p'),
                                                     .audience = "costing",
                                                     .life = absl::Seconds(10)});
  ASSERT_TRUE(warrant.ok()) << warrant.status();
  Survives(SerialiseWarrant(*warrant), [](const std::string& bytes) -> absl::StatusOr<std::string> {
    SH_ASSIGN_OR_RETURN(const Warrant read, ParseWarrant(bytes));
    return SerialiseWarrant(read);
  });
}

}  // namespace
}  // namespace safehaven::consent
