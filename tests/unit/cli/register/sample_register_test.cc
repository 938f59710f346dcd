// The sample register: whole, within the fence, and fresh keys in their places.
#include "cli/sample_register/sample_register.h"

#include <gtest/gtest.h>

#include <functional>

#include "cli/register/register_files.h"
#include "services/consent/core/fence.h"
#include "services/consent/core/plan.h"
#include "tests/support/consent_world.h"
#include "tests/support/temp_dir.h"

namespace safehaven::sample {
namespace {

TEST(SampleRegister, IsWrittenAndReadBackWhole) {
  testing_support::TempDir dir;
  ASSERT_TRUE(WriteSampleRegister(dir.path(), consent::TestKeys()).ok());
  const auto entries = LoadRegisterDirectory(dir.File("register"));
  ASSERT_TRUE(entries.ok()) << entries.status();
  const std::vector<consent::Entry> latest = LatestEntries(*entries);
  EXPECT_EQ(latest.size(), consent::SampleEntries().size());
  EXPECT_TRUE(Plan(consent::SampleSnapshot(), latest, false).empty());
  for (const consent::Entry& entry : latest) {
    EXPECT_TRUE(CheckFence(consent::Profile::kDemo, entry).ok()) << KeyOf(entry);
  }
}

TEST(SampleRegister, HoldsTheFlowsOfItsYear) {
  const auto files = SampleRegisterFiles(consent::TestKeys(), 2027);
  ASSERT_TRUE(files.ok());
  EXPECT_NE(files->at("flows.yaml").find("mental_health-contacts-2027"), std::string::npos);
}

TEST(SampleRegister, TakesSubjectsOfTheIssuer) {
  SampleKeys keys = consent::TestKeys();
  keys.subjects["amira.analyst"] = "sub-0001";
  const auto files = SampleRegisterFiles(keys, kSampleReferenceYear);
  ASSERT_TRUE(files.ok());
  EXPECT_NE(files->at("people-and-programs.yaml").find("subject: 'sub-0001'"), std::string::npos);
}

TEST(SampleRegister, RefusesKeysThatAreNone) {
  for (const auto& change : std::vector<std::function<void(SampleKeys&)>>{
           [](SampleKeys& keys) { keys.tool_key.pop_back(); }, [](SampleKeys& keys) { keys.source_keys.erase("gp"); },
           [](SampleKeys& keys) { keys.issuer_url = "http://x'\n  demo: false"; },
           [](SampleKeys& keys) { keys.environment_sealing_key.clear(); }}) {
    SampleKeys keys = consent::TestKeys();
    change(keys);
    EXPECT_EQ(ReasonOf(SampleRegisterFiles(keys, kSampleReferenceYear).status()), "SAMPLE_KEYS_INVALID");
  }
}

}  // namespace
}  // namespace safehaven::sample
