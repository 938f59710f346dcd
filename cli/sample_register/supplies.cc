// Agreements, flows, data protection pairs and waivers of the sample register.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/sample_register/texts.h"
#include "libs/base/civil_day.h"

namespace safehaven::sample {
namespace {

struct Dataset {
  absl::string_view source;
  absl::string_view dataset;
};
constexpr Dataset kDatasets[] = {
    {"gp", "register"},
    {"acute", "apc"},
    {"acute", "op"},
    {"acute", "ec"},
    {"ambulance", "incidents"},
    {"mental_health", "contacts"},
    {"community", "contacts"},
    {"social_care", "services"},
};

absl::string_view ProviderOf(absl::string_view source) {
  for (const SampleSource& known : kSampleSources) {
    if (known.source == source) return known.provider;
  }
  return "";
}

std::string DatasetsOf(absl::string_view source) {
  std::string list;
  for (const Dataset& dataset : kDatasets) {
    if (dataset.source != source) continue;
    absl::StrAppend(&list, list.empty() ? "" : ", ", dataset.source, "/", dataset.dataset);
  }
  return list;
}

// Approvals for which each source agreed to share. Social care and the small providers
// agreed for the pioneer only; that is why risk stratification has none of theirs.
std::string ApprovalsOf(absl::string_view source) {
  std::string list = "CAG 9-01(a)/2025";
  if (source == "gp" || source == "acute")
    absl::StrAppend(&list, ", CAG 9-02(a)/2025, CAG 9-03(a)/2025, DARS-NIC-900001-A1B2C");
  if (source != "gp") absl::StrAppend(&list, ", STANDING/", ProviderOf(source), "/costing");
  return list;
}

}  // namespace

std::string AgreementsText() {
  std::string text =
      "# Data sharing agreements: the sharing bodies' own act, which no approval replaces.\n"
      "format: safehaven-register/1\n"
      "agreements:\n";
  for (const SampleSource& source : kSampleSources) {
    absl::StrAppend(&text, "  - reference: DSA-SEAHAVEN-", source.source, "\n", "    title: Sharing of ", source.source,
                    " data with Seahaven CCG\n", "    providers: [", source.provider, "]\n", "    controllers: [ZC1]\n",
                    "    processors: [ZS1]\n", "    approvals: [", ApprovalsOf(source.source), "]\n", "    datasets: [",
                    DatasetsOf(source.source), "]\n", "    data_type: identifiable\n", "    sensitive: true\n",
                    "    opt_outs_honoured: true\n",
                    "    opt_out_reason: mixture of confidential and non-confidential flows\n",
                    "    access_method: ongoing\n", "    from: ", kFrom, "\n", "    to: ", kTo, "\n");
  }
  return text;
}

std::string FlowsText(int reference_year) {
  std::string text =
      "# One supply of one data set by one provider. Loaded segments carry the id.\n"
      "format: safehaven-register/1\n"
      "flows:\n";
  for (const Dataset& dataset : kDatasets) {
    absl::StrAppend(&text, "  - {id: ", dataset.source, "-", dataset.dataset, "-", reference_year,
                    ", source: ", dataset.source, ", dataset: ", dataset.source, "/", dataset.dataset,
                    ", provider: ", ProviderOf(dataset.source), ",\n     agreement: DSA-SEAHAVEN-", dataset.source,
                    ", activity_from: ", reference_year, "-04-01, activity_to: ", reference_year + 1, "-03-31}\n");
  }
  return text;
}

std::string DataProtectionText() {
  std::string text = absl::StrCat(
      "# UK GDPR pairs: each controller's own, by purpose and source. Section 251 support\n"
      "# supplies neither half.\n"
      "format: safehaven-register/1\n"
      "data_protection_bases:\n"
      "  - {controller: ZC1, purpose: commissioning_planning, sources: ['*'], article_6: 6(1)(e), article_9: 9(2)(h), "
      "from: ",
      kFrom, "}\n",
      "  - {controller: ZC1, purpose: risk_stratification_planning, sources: [gp, acute], article_6: 6(1)(e), "
      "article_9: "
      "9(2)(h), from: ",
      kFrom, "}\n",
      "  - {controller: ZC1, purpose: invoice_validation, sources: [acute, gp], article_6: 6(1)(c), article_9: 9(2)(h), "
      "from: ",
      kFrom, "}\n", "\n# Sources, for handing their data in. ZS1 relies on it for the practices it collects for.\n");
  for (const SampleSource& source : kSampleSources) {
    absl::StrAppend(&text, "  - {controller: ", source.provider, ", purpose: commissioning_planning, sources: [",
                    source.source, "], article_6: 6(1)(e), article_9: 9(2)(h), from: ", kFrom, "}\n");
  }
  absl::StrAppend(&text, "\n# Providers, for costing the care they gave.\n");
  for (const SampleSource& source : kSampleSources) {
    if (source.source == "gp") continue;
    absl::StrAppend(&text, "  - {controller: ", source.provider, ", purpose: patient_level_costing, sources: [",
                    source.source, "], article_6: 6(1)(e), article_9: 9(2)(h), from: ", kFrom, "}\n");
  }
  return text;
}

std::string WaiversText() {
  return absl::StrReplaceAll(
      "# Invoice validation does not apply objections, the pioneer and risk stratification do, and\n"
      "# all are Seahaven's. Whoever held both could compare them and see who objected, so it takes\n"
      "# a dated decision that names both sides. There is none for the pseudonymised commissioning\n"
      "# data (DARS-NIC-900001-A1B2C): asked for beside the pioneer's, they are refused.\n"
      "format: safehaven-register/1\n"
      "waiver_decisions:\n"
      "  - reference: WAIVER-2025-01\n"
      "    domain: seahaven\n"
      "    approvals: [CAG 9-01(a)/2025, CAG 9-03(a)/2025]\n"
      "    datasets: [acute/apc, acute/op, acute/ec]\n"
      "    decided_by: Caldicott Guardian of Seahaven CCG\n"
      "    decision_day: 2025-03-20\n"
      "    reason: Invoice validation stays in a room of its own and gives nothing but confirmations.\n"
      "    from: $FROM\n"
      "    to: $TO\n"
      "  - reference: WAIVER-2025-02\n"
      "    domain: seahaven\n"
      "    approvals: [CAG 9-02(a)/2025, CAG 9-03(a)/2025]\n"
      "    datasets: [acute/apc, acute/op, acute/ec]\n"
      "    decided_by: Caldicott Guardian of Seahaven CCG\n"
      "    decision_day: 2025-03-20\n"
      "    reason: As WAIVER-2025-01.\n"
      "    from: $FROM\n"
      "    to: $TO\n",
      {{"$FROM", kFrom}, {"$TO", kTo}});
}

}  // namespace safehaven::sample
