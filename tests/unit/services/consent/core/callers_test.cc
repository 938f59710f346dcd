// Who somebody is comes from the register of the day.
#include "services/consent/core/callers.h"

#include <gtest/gtest.h>

#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

TEST(Callers, TakeOrganisationAndRoleFromTheRegister) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  const auto amira = PersonCaller(snapshot, kTestIssuer, "amira.analyst", Day("2026-06-01"));
  ASSERT_TRUE(amira.ok()) << amira.status();
  EXPECT_EQ(amira->organisation, "ZC1");
  EXPECT_EQ(amira->role, "analyst");
  EXPECT_FALSE(amira->is_program);
  const auto tool = ProgramCaller(snapshot, "spiffe://demo.safehaven.invalid/tool", Day("2026-06-01"));
  ASSERT_TRUE(tool.ok()) << tool.status();
  EXPECT_EQ(tool->role, "csu_tool");
  EXPECT_TRUE(tool->is_program);
}

TEST(Callers, AreNobodyOnOtherDaysOrByOtherIssuers) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  EXPECT_EQ(ReasonOf(PersonCaller(snapshot, "https://other", "amira.analyst", Day("2026-06-01")).status()),
            "ISSUER_NOT_IN_FORCE");
  EXPECT_EQ(ReasonOf(PersonCaller(snapshot, kTestIssuer, "amira.analyst", Day("2025-03-31")).status()),
            "ISSUER_NOT_IN_FORCE");
  EXPECT_EQ(ReasonOf(PersonCaller(snapshot, kTestIssuer, "mallory", Day("2026-06-01")).status()), "MEMBERSHIP_MISSING");
  EXPECT_EQ(ReasonOf(ProgramCaller(snapshot, "spiffe://x/y", Day("2026-06-01")).status()), "PROGRAM_NOT_REGISTERED");
}

TEST(Callers, AMembershipEndsAfterItsLastDay) {
  std::vector<Entry> entries = SampleEntries();
  EntryIn<Member>(entries, [](const Member& m) { return m.subject == "amira.analyst"; }).period.last_day =
      Day("2026-06-01");
  const RegisterSnapshot snapshot = SnapshotOf(entries);
  EXPECT_TRUE(PersonCaller(snapshot, kTestIssuer, "amira.analyst", Day("2026-06-01")).ok());
  EXPECT_EQ(ReasonOf(PersonCaller(snapshot, kTestIssuer, "amira.analyst", Day("2026-06-02")).status()),
            "MEMBERSHIP_MISSING");
}

TEST(Callers, AnEnvironmentIsItsRegisteredKey) {
  const RegisterSnapshot snapshot = SampleSnapshot();
  EXPECT_EQ(EnvironmentSigningKey(snapshot, "cef-zc1", Day("2026-06-01")).value(), TestKey('e'));
  EXPECT_EQ(ReasonOf(EnvironmentSigningKey(snapshot, "cef-zc1", Day("2025-03-31")).status()),
            "ENVIRONMENT_NOT_REGISTERED");
  EXPECT_EQ(ReasonOf(EnvironmentSigningKey(snapshot, "cef-zc2", Day("2026-06-01")).status()),
            "ENVIRONMENT_NOT_REGISTERED");
}

}  // namespace
}  // namespace safehaven::consent
