// The demonstration's questions, permitted and refused, with all thirteen verdicts.
//
// cases/<name>.yaml is a question file (docs/formats-register.md) with a first comment
// "# day: YYYY-MM-DD", decided on the sample register; cases/<name>.txt is what must come
// out. SAFEHAVEN_UPDATE_GOLDEN=1 writes the answers anew; the commit explains why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/consent/core/explain.h"
#include "services/consent/core/question_yaml.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

const char kFolder[] = SAFEHAVEN_SOURCE_DIR "/tests/golden/consent/cases";

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Decisions : public testing::TestWithParam<std::string> {};

TEST_P(Decisions, AreWhatTheGoldenFileSays) {
  const std::filesystem::path base = std::filesystem::path(kFolder) / GetParam();
  const std::string text = ReadText(base.string() + ".yaml");
  constexpr absl::string_view kDayComment = "# day: ";
  ASSERT_TRUE(absl::StartsWith(text, kDayComment)) << "the first line says the day";
  const auto day = CivilDay::Parse(absl::string_view(text).substr(kDayComment.size(), 10));
  ASSERT_TRUE(day.ok()) << day.status();
  const auto file = ParseQuestionFile(GetParam(), text);
  ASSERT_TRUE(file.ok()) << file.status();
  const RegisterSnapshot snapshot = SampleSnapshot();
  const auto caller = ResolveCaller(snapshot, file->caller, *day);
  ASSERT_TRUE(caller.ok()) << caller.status();

  const HistoricalDecision decision = EvaluateAsOf(snapshot, file->question, *caller, *day, file->holdings);

  std::string lines = DecisionLines(decision.evaluation);
  for (const std::string& remedy : Remedies(decision.evaluation)) absl::StrAppend(&lines, "remedy ", remedy, "\n");
  const std::string golden = base.string() + ".txt";
  if (std::getenv("SAFEHAVEN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden, std::ios::binary) << lines;
  }
  EXPECT_EQ(lines, ReadText(golden));
}

INSTANTIATE_TEST_SUITE_P(Cases, Decisions, testing::ValuesIn(CaseNames()), [](const auto& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(DecisionsOnFiles, CoverBothEffectsAndEveryGate) {
  // A golden set that never fails a gate does not test it. Gates whose refusals the
  // demonstration does not show are the unit tests' (gates_test.cc).
  bool permitted = false;
  bool refused = false;
  for (const std::string& name : CaseNames()) {
    const std::string lines = ReadText(std::filesystem::path(kFolder) / (name + ".txt"));
    permitted = permitted || absl::StrContains(lines, "effect PERMITTED");
    refused = refused || absl::StrContains(lines, "effect REFUSED");
    for (const absl::string_view gate : kGateNames) {
      EXPECT_TRUE(absl::StrContains(lines, absl::StrCat("\n", gate, " "))) << name << " lacks " << gate;
    }
  }
  EXPECT_TRUE(permitted);
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace safehaven::consent
