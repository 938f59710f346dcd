// The canonical text of an entry: fixed, and read back without loss.
#include "services/consent/core/entry_text.h"

#include <gtest/gtest.h>

#include "services/consent/core/canonical_entry.h"
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

TEST(EntryText, EveryOptionalPartSurvives) {
  // Goal: what a register may say beyond the sample comes out of the log as it went in.
  const auto entries = ParseRegisterFile("full.yaml", R"(format: safehaven-register/1
organisations:
  - {code: ZG001, name: A practice, kind: general_practice, from: 2000-01-01, country: wales, system_supplier: TPP}
security_statuses:
  - {organisation: ZG001, year: 2024-25, level: approaching_standards, evidence: reviewed, improvement_plan: plan 7, from: 2024-07-01, to: 2025-06-30}
datasets:
  - {id: sus/apc, source: sus, title: Admitted patients, social_care: true, items: [{id: nhs_number, identifiability_min: identifiable}, {id: fertility, restriction: fertility}]}
agreements:
  - {reference: DSA, title: DSA, providers: [ZG001], controllers: [ZG001], approvals: [NOTICE/2022-10-26/practices], datasets: [sus/apc], data_type: identifiable, sensitive: true, opt_outs_honoured: false, sublicensing_allowed: true, sublicence_datasets: [sus/apc], from: 2022-01-01}
flows:
  - {id: f, source: sus, dataset: sus/apc, provider: ZG001, activity_from: 2022-01-01, activity_to: 2022-12-31}
approvals:
  - reference: NOTICE/2022-10-26/practices
    title: Notice
    legal_basis: other_statute
    provisions: [a provision]
    holder_authority: holder
    public_interest_test: test
    controllers: [{organisation: ZG001, from: 2022-01-01}]
    roles: [analyst]
    addressees: [{kind: general_practice, system_supplier: TPP}, {organisation: ZG001}]
    reidentification_allowed: true
    purposes: [health_protection, service_evaluation]
    flows:
      - {source: sus, datasets: [sus/apc], items: ['*'], identifiability_in: identifiable, identifiability_out: pseudonymised, purposes: [health_protection], from: 2022-01-01}
    dissent:
      - {source: '*', sets: [type2], mode: remove_record, purposes: [service_evaluation], check_age_days_max: 0, from: 2022-01-01}
    consent:
      - {source: '*', given: remove_record, refused: include, unknown: strip_identifiers, from: 2022-01-01}
    conditions:
      - {id: c, text: t, status: met, evidence: e, from: 2022-02-01, met_on: 2022-03-01}
    history:
      - {event: made, day: 2022-01-01, actor: secretary_of_state}
      - {event: review_advised, day: 2022-02-01, actor: advisory_group}
    from: 2022-01-01
    asserted_ends: [{to: 2022-06-30, source: one}, {to: 2022-12-31, source: other, settled_by: letter}]
)");
  ASSERT_TRUE(entries.ok()) << entries.status();
  for (const FileEntry& entry : *entries) {
    const std::string text = SerialiseEntry(entry.entry);
    const auto read = ParseEntry(text);
    ASSERT_TRUE(read.ok()) << read.status() << "\n" << text;
    EXPECT_TRUE(*read == entry.entry) << text;
    EXPECT_EQ(SerialiseEntry(*read), text);
    const auto quick = ReadCanonicalEntry(text);
    ASSERT_TRUE(quick.has_value()) << text;
    EXPECT_TRUE(*quick == entry.entry) << "the quick reader of stored entries agrees: " << text;
  }
}

}  // namespace
}  // namespace safehaven::consent
