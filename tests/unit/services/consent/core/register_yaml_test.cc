// Register files are read strictly: whatever is not understood refuses the file, and
// the refusal names file, line and field.
#include "services/consent/core/register_yaml.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

constexpr char kGood[] =
    "format: safehaven-register/1\n"
    "organisations:\n"
    "  - code: ZC1\n"
    "    name: Seahaven\n"
    "    kind: commissioner\n"
    "    from: 2013-04-01\n"
    "    to: 2030-03-31\n";

std::string Changed(absl::string_view from, absl::string_view to) {
  const std::string text = absl::StrReplaceAll(kGood, {{from, to}});
  EXPECT_NE(text, kGood) << "the case changes nothing";
  return text;
}

struct Fault {
  std::string reason;
  std::string line;
  std::string field;
  friend bool operator==(const Fault&, const Fault&) = default;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.reason << " " << fault.line << " " << fault.field; }

Fault FaultOf(const std::string& text) {
  const absl::Status status = ParseRegisterFile("register.yaml", text).status();
  auto metadata = MetadataOf(status);
  EXPECT_EQ(metadata["file"], "register.yaml") << status;
  EXPECT_NE(status.message().find("register.yaml:"), absl::string_view::npos) << status;
  return {ReasonOf(status), metadata["line"], metadata["field"]};
}

TEST(RegisterYaml, ReadsAGoodFileWithItsPlaces) {
  const auto entries = ParseRegisterFile("register.yaml", kGood);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(KeyOf(entries->front().entry), "organisations/ZC1");
  EXPECT_EQ(entries->front().place.line, 3);
  EXPECT_EQ(entries->front().place.field_lines.at("to"), 7);
}

TEST(RegisterYaml, RefusesAnUnknownField) {
  EXPECT_EQ(FaultOf(absl::StrCat(kGood, "    colour: blue\n")),
            (Fault{"REGISTER_FIELD_UNKNOWN", "8", "organisations[0].colour"}));
  EXPECT_EQ(FaultOf(absl::StrCat(kGood, "castles: []\n")), (Fault{"REGISTER_FIELD_UNKNOWN", "8", "castles"}));
}

TEST(RegisterYaml, RefusesARepeatedField) {
  EXPECT_EQ(FaultOf(absl::StrCat(kGood, "    to: 2031-03-31\n")),
            (Fault{"REGISTER_FIELD_REPEATED", "8", "organisations[0].to"}));
}

TEST(RegisterYaml, RefusesAMissingField) {
  EXPECT_EQ(FaultOf(Changed("    name: Seahaven\n", "")),
            (Fault{"REGISTER_FIELD_MISSING", "3", "organisations[0].name"}));
}

TEST(RegisterYaml, RefusesAnotherType) {
  EXPECT_EQ(FaultOf(Changed("2013-04-01", "01/04/2013")), (Fault{"REGISTER_FIELD_TYPE", "6", "organisations[0].from"}));
  EXPECT_EQ(FaultOf(Changed("2013-04-01", "2013-02-30")), (Fault{"REGISTER_FIELD_TYPE", "6", "organisations[0].from"}));
  EXPECT_EQ(FaultOf(Changed("name: Seahaven", "name: [a]")),
            (Fault{"REGISTER_FIELD_TYPE", "4", "organisations[0].name"}));
  EXPECT_EQ(FaultOf(Changed("kind: commissioner", "kind: castle")),
            (Fault{"REGISTER_FIELD_TYPE", "5", "organisations[0].kind"}));
  EXPECT_EQ(FaultOf(Changed("name: Seahaven", "name: ~")),
            (Fault{"REGISTER_FIELD_TYPE", "4", "organisations[0].name"}));
}

TEST(RegisterYaml, RefusesContradictoryDatesAtTheirLine) {
  EXPECT_EQ(FaultOf(Changed("2030-03-31", "2012-03-31")), (Fault{"REGISTER_DATES_CONTRADICT", "7", "to"}));
}

TEST(RegisterYaml, RefusesWhatIsNotOneMap) {
  for (const std::string& text :
       {std::string(), std::string("- a\n"), std::string("just text"), std::string("a: [\n"),
        absl::StrCat(kGood, "---\n", kGood), std::string("\xEF\xBB\xBF{"), std::string(200, '[')}) {
    EXPECT_EQ(FaultOf(text).reason, "REGISTER_FILE_MALFORMED") << text;
  }
  EXPECT_EQ(FaultOf(Changed("register/1", "register/2")), (Fault{"REGISTER_FILE_MALFORMED", "1", "format"}));
}

TEST(RegisterYaml, RefusesAliasesAnchorsAndTags) {
  // Nine lines of aliases would unfold to a thousand million nodes.
  EXPECT_EQ(FaultOf(Changed("name: Seahaven", "name: &name Seahaven")).reason, "REGISTER_FILE_MALFORMED");
  EXPECT_EQ(FaultOf("a: &a [x]\nb: [*a, *a]\n").reason, "REGISTER_FILE_MALFORMED");
  EXPECT_EQ(FaultOf(Changed("name: Seahaven", "name: !secret Seahaven")).reason, "REGISTER_FILE_MALFORMED");
}

TEST(RegisterYaml, RefusesControlCharacters) {
  EXPECT_EQ(FaultOf(Changed("name: Seahaven", "name: \"Sea\\x00haven\"")).reason, "REGISTER_FIELD_TYPE");
}

TEST(RegisterYaml, AStrayBracketRefusesTheFileAndEndsTheReading) {
  // The parser stands still at such a bracket and would find documents there for ever.
  for (const char* text : {"{}}", "{format: safehaven-register/1}]", "}", "]"}) {
    EXPECT_EQ(FaultOf(text).reason, "REGISTER_FILE_MALFORMED") << text;
  }
}

TEST(RegisterYaml, RefusesWhatIsNotUtf8) {
  for (const char* text : {"format: \xFF", "form\xC0\xAFt: x", "a: \xED\xA0\x80", "a: \xF4\x90\x80\x80", "a: \xC3"}) {
    EXPECT_EQ(FaultOf(text).reason, "REGISTER_FILE_MALFORMED") << text;
  }
  EXPECT_EQ(FaultOf("title: caf\xC3\xA9 \xF0\x9F\x8F\xA5").reason, "REGISTER_FIELD_MISSING") << "this is UTF-8";
}

TEST(RegisterYaml, ReadsWhenAFileWasRecorded) {
  const auto entries = ParseRegisterFile("f", absl::StrCat("recorded_at: 2025-04-01T09:00:00Z\n", kGood));
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_EQ(absl::ToUnixSeconds(*entries->front().recorded_time), 1'743'498'000);
  EXPECT_EQ(FaultOf(absl::StrCat("recorded_at: yesterday\n", kGood)),
            (Fault{"REGISTER_FIELD_TYPE", "1", "recorded_at"}));
}

}  // namespace
}  // namespace safehaven::consent
