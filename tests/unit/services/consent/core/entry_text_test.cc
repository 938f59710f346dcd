// The canonical text of an entry: fixed, and read back without loss.
#include "services/consent/core/entry_text.h"

#include <gtest/gtest.h>

#include "services/consent/core/register_yaml.h"
#include "tests/support/consent_world.h"

namespace safehaven::consent {
namespace {

TEST(EntryText, IsReadBackAsTheSameEntry) {
  for (const Entry& entry : SampleEntries()) {
    const std::string text = SerialiseEntry(entry);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    const auto read = ParseEntry(text);
    ASSERT_TRUE(read.ok()) << read.status() << "\n" << text;
    EXPECT_TRUE(*read == entry) << text;
    EXPECT_EQ(SerialiseEntry(*read), text) << "the text is a fixed point";
  }
}

TEST(EntryText, IsOneFixedLine) {
  // The log holds these bytes: a change here makes old leaves unreadable.
  const Flow flow{
      "acute-apc-2025", "acute", "acute/apc", "ZA1", "DSA \"quoted\"", {Day("2025-04-01"), Day("2026-03-31")}};
  EXPECT_EQ(SerialiseEntry(flow),
            R"({"kind": "flows", "entry": {"id": "acute-apc-2025", "source": "acute", "dataset": "acute/apc", )"
            R"("provider": "ZA1", "agreement": "DSA \"quoted\"", "activity_from": "2025-04-01", )"
            R"("activity_to": "2026-03-31"}})");
}

TEST(EntryText, KeepsTextThatYamlWouldMistake) {
  Organisation organisation{
      "ZC1", "no: yes, 'null' \\ #[]{} \xC3\xA9\n\ttab", OrganisationKind::kOther, {Day("2013-04-01"), {}}, {}};
  const auto read = ParseEntry(SerialiseEntry(organisation));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::get<Organisation>(*read).name, organisation.name);
}

TEST(EntryText, RefusesAnythingElse) {
  const std::string good = SerialiseEntry(SampleEntries().front());
  EXPECT_TRUE(ParseEntry(good).ok());
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[1]"), good + good, good.substr(0, good.size() - 2),
        std::string(R"({"kind": "castles", "entry": {}})"), std::string(R"({"kind": "flows", "entry": {"id": "x"}})"),
        std::string(R"({"kind": "flows", "entry": {}, "more": 1})")}) {
    EXPECT_FALSE(ParseEntry(text).ok()) << text;
  }
}

TEST(EntryText, FlattensToPaths) {
  std::vector<Entry> entries = SampleEntries();
  const auto fields = FlattenEntry(ApprovalIn(entries, "CAG 9-01(a)/2025"));
  EXPECT_EQ(fields.at("flows[1].datasets[0]"), "acute/apc");
  EXPECT_EQ(fields.at("to"), "2030-03-31");
  EXPECT_FALSE(fields.contains("is_research")) << "defaults are not written";
}

}  // namespace
}  // namespace safehaven::consent
