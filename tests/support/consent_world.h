// The sample register with made-up keys, for tests of consent's core: entries, a
// snapshot, the usual questions and who asks them. Header only, so that it needs no
// library of its own; link safehaven_sample_register and safehaven_consent_core.
#ifndef SAFEHAVEN_TESTS_SUPPORT_CONSENT_WORLD_H_
#define SAFEHAVEN_TESTS_SUPPORT_CONSENT_WORLD_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/sample_register/sample_register.h"
#include "libs/base/status.h"
#include "libs/warrant/caller.h"
#include "libs/warrant/question.h"
#include "services/consent/core/decide.h"
#include "services/consent/core/register_yaml.h"
#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

inline constexpr char kTestIssuer[] = "http://127.0.0.1:8444";

inline CivilDay Day(absl::string_view text) { return CivilDay::Parse(text).value(); }

// 32 bytes that are no key of anything.
inline std::string TestKey(char fill) { return std::string(32, fill); }

inline sample::SampleKeys TestKeys() {
  sample::SampleKeys keys;
  keys.issuer_url = kTestIssuer;
  keys.issuer_jwks = R"({"keys":[]})";
  keys.tool_key = TestKey('t');
  for (const char* source : {"gp", "acute", "ambulance", "mental_health", "community", "social_care"}) {
    keys.source_keys[source] = TestKey(source[0]);
  }
  keys.environment_signing_key = TestKey('e');
  keys.environment_sealing_key = TestKey('x');
  return keys;
}

// Reads the sample register as a server would.
inline std::vector<Entry> ReadSampleEntries() {
  std::vector<Entry> entries;
  const auto files = sample::SampleRegisterFiles(TestKeys(), sample::kSampleReferenceYear);
  SH_CHECK(files.ok());
  for (const auto& [name, text] : *files) {
    const auto parsed = ParseRegisterFile(name, text);
    if (!parsed.ok()) std::fprintf(stderr, "%s\n", parsed.status().ToString().c_str());
    SH_CHECK(parsed.ok());
    for (const FileEntry& entry : *parsed) entries.push_back(entry.entry);
  }
  return entries;
}

// Every entry of the sample register, in order of file; a copy, to be changed at will.
inline std::vector<Entry> SampleEntries() {
  static const auto* const entries = new std::vector<Entry>(ReadSampleEntries());
  return *entries;
}

// One event an entry, in the order given.
inline std::vector<RegisterEvent> EventsFor(const std::vector<Entry>& entries) {
  std::vector<RegisterEvent> events;
  for (const Entry& entry : entries) {
    RegisterEvent event;
    event.index = events.size();
    event.recorded_time = absl::FromUnixSeconds(1'743'465'600) + absl::Seconds(events.size());
    event.key = KeyOf(entry);
    event.entry = entry;
    events.push_back(std::move(event));
  }
  return events;
}

inline RegisterSnapshot SnapshotOf(const std::vector<Entry>& entries) {
  return RegisterSnapshot::Of(EventsFor(entries));
}
inline RegisterSnapshot SampleSnapshot() { return SnapshotOf(SampleEntries()); }

// The approval of `printed` among `entries`, to be changed in place.
inline Approval& ApprovalIn(std::vector<Entry>& entries, absl::string_view printed) {
  for (Entry& entry : entries) {
    Approval* approval = std::get_if<Approval>(&entry);
    if (approval != nullptr && approval->reference.printed() == printed) return *approval;
  }
  SH_CHECK(false);
  std::abort();
}

// The first entry of a kind that `matches`, to be changed in place.
template <typename T, typename Predicate>
T& EntryIn(std::vector<Entry>& entries, const Predicate& matches) {
  for (Entry& entry : entries) {
    T* value = std::get_if<T>(&entry);
    if (value != nullptr && matches(*value)) return *value;
  }
  SH_CHECK(false);
  std::abort();
}

inline Caller PersonOf(absl::string_view persona, absl::string_view organisation, absl::string_view role,
                       absl::string_view environment = "") {
  return Caller{false, absl::StrCat(kTestIssuer, "|", persona), std::string(organisation), std::string(role),
                std::string(environment)};
}
inline Caller Amira() { return PersonOf("amira.analyst", "ZC1", "analyst"); }
inline Caller Nora() { return PersonOf("nora.neighbour", "ZC2", "analyst"); }
inline Caller Ruth() { return PersonOf("ruth.risk", "ZC1", "risk_analyst"); }
inline Caller Victor(absl::string_view environment) {
  return PersonOf("victor.validator", "ZC1", "invoice_validator", environment);
}
inline Caller SourceProgram(absl::string_view source, absl::string_view provider) {
  return Caller{true, absl::StrCat("spiffe://demo.safehaven.invalid/source/", source), std::string(provider),
                "source_program", ""};
}
inline Caller Tool() { return Caller{true, "spiffe://demo.safehaven.invalid/tool", "ZS1", "csu_tool", ""}; }

// Cost per head by age band and sector, hospital and social care, a year.
inline Question PioneerAggregate() {
  Question question;
  question.approval = "CAG 9-01(a)/2025";
  question.purpose = Purpose::kCommissioningPlanning;
  question.operation = Operation::kAggregate;
  question.identifiability = Identifiability::kAggregateSuppressed;
  question.commissioner = "ZC1";
  question.list_day = Day("2025-10-01");
  question.first_day = Day("2025-04-01");
  question.last_day = Day("2026-03-31");
  question.datasets = {"acute/apc", "social_care/services"};
  question.measures = {"cost_per_head"};
  question.dimensions = {"age_band", "sector"};
  return Normalise(question).value();
}

inline Question PioneerRecords() {
  Question question = PioneerAggregate();
  question.operation = Operation::kRecords;
  question.identifiability = Identifiability::kPseudonymised;
  question.measures.clear();
  question.dimensions.clear();
  question.items = {"pseudonym", "cost", "start_date"};
  return Normalise(question).value();
}

inline Question InvoiceRecords() {
  Question question = PioneerRecords();
  question.approval = "CAG 9-03(a)/2025";
  question.purpose = Purpose::kInvoiceValidation;
  question.identifiability = Identifiability::kIdentifiable;
  question.datasets = {"acute/apc"};
  question.items = {"nhs_number", "cost", "start_date"};
  return Normalise(question).value();
}

inline Question RiskAggregate() {
  Question question = PioneerAggregate();
  question.approval = "CAG 9-02(a)/2025";
  question.purpose = Purpose::kRiskStratificationPlanning;
  question.datasets = {"acute/apc", "gp/register"};
  question.measures = {"activity"};
  return Normalise(question).value();
}

inline Question DisseminationRecords() {
  Question question = PioneerRecords();
  question.approval = "DARS-NIC-900001-A1B2C";
  question.datasets = {"acute/apc"};
  return Normalise(question).value();
}

inline Question CollectAcute() {
  Question question;
  question.approval = "CAG 9-01(a)/2025";
  question.purpose = Purpose::kCommissioningPlanning;
  question.operation = Operation::kCollect;
  question.identifiability = Identifiability::kIdentifiable;
  question.subject = "acute-apc-2025";
  question.first_day = Day("2025-04-01");
  question.last_day = Day("2026-03-31");
  question.datasets = {"acute/apc"};
  return Normalise(question).value();
}

inline Question LinkPioneer() {
  Question question = CollectAcute();
  question.operation = Operation::kLink;
  question.subject = "CAG 9-01(a)/2025";
  question.commissioner = "ZC1";
  question.list_day = Day("2025-10-01");
  question.datasets = {"acute/apc", "acute/ec", "acute/op", "gp/register", "social_care/services"};
  return Normalise(question).value();
}

inline Question CostAcute() {
  Question question = CollectAcute();
  question.approval = "STANDING/ZA1/costing";
  question.purpose = Purpose::kPatientLevelCosting;
  question.operation = Operation::kCost;
  question.subject = "ZA1";
  question.datasets = {"acute/apc", "acute/ec", "acute/op"};
  return Normalise(question).value();
}

inline DecisionContext ContextAt(absl::string_view day, std::span<const Holding> holdings = {}) {
  DecisionContext context;
  const CivilDay at = Day(day);
  context.now = absl::UnixEpoch() + absl::Hours(24) * at.days_since_1970() + absl::Hours(12);
  context.holdings = holdings;
  context.register_revision = {"0123456789abcdef0123456789abcdef", 77};
  context.objection_revision = {"0123456789abcdef0123456789abcdef", 99};
  return context;
}

inline const GateVerdict& VerdictOf(const Evaluation& evaluation, Gate gate) {
  return evaluation.verdicts[static_cast<size_t>(gate)];
}

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_TESTS_SUPPORT_CONSENT_WORLD_H_
