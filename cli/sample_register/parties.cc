// Organisations, people, programs, places and security of the sample register.
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/sample_register/texts.h"

namespace safehaven::sample {
namespace {

struct Body {
  absl::string_view code;
  absl::string_view name;
  absl::string_view kind;
};

constexpr Body kBodies[] = {
    {"ZC1", "Seahaven Clinical Commissioning Group", "commissioner"},
    {"ZC2", "Marshland Clinical Commissioning Group", "commissioner"},
    {"ZA1", "Seahaven Hospitals NHS Trust", "acute_trust"},
    {"ZB1", "Estuary Ambulance Service NHS Trust", "ambulance_trust"},
    {"ZM1", "Estuary Mental Health NHS Trust", "mental_health_trust"},
    {"ZH1", "Seahaven Community Health NHS Trust", "community_trust"},
    {"ZL1", "Seahaven Borough Council", "council"},
    {"ZS1", "Estuary Commissioning Support Unit", "commissioning_support_unit"},
};

// Practices of each commissioner that the register names.
constexpr int kPracticesEach = 8;

struct Persona {
  absl::string_view name;
  absl::string_view organisation;
  absl::string_view role;
};

constexpr Persona kPersonas[] = {
    {"amira.analyst", "ZC1", "analyst"},
    {"victor.validator", "ZC1", "invoice_validator"},
    {"ruth.risk", "ZC1", "risk_analyst"},
    {"nora.neighbour", "ZC2", "analyst"},
    {"gwen.guardian", "ZC1", "information_governance"},
    {"carl.caldicott", "ZC1", "caldicott_guardian"},
    {"dana.engineer", "ZS1", "data_engineer"},
};

std::string Program(absl::string_view path, absl::string_view organisation, absl::string_view role,
                    const std::string& key) {
  return absl::StrCat("  - {spiffe_id: 'spiffe://demo.safehaven.invalid/", path, "', organisation: ", organisation,
                      ", role: ", role, ",\n     public_key: ", absl::BytesToHexString(key), ", from: ", kFrom, "}\n");
}

}  // namespace

std::string OrganisationsText() {
  std::string text =
      "# Bodies of the demonstration. The codes are fictional.\n"
      "format: safehaven-register/1\n"
      "organisations:\n";
  for (const Body& body : kBodies) {
    absl::StrAppend(&text, "  - {code: ", body.code, ", name: ", body.name, ", kind: ", body.kind,
                    ", from: 2013-04-01}\n");
  }
  for (const int commissioner : {1, 2}) {
    for (int practice = 1; practice <= kPracticesEach; ++practice) {
      absl::StrAppendFormat(
          &text, "  - {code: Z8%d%03d, name: Practice %d of ZC%d, kind: general_practice, from: 2013-04-01}\n",
          commissioner, practice, practice, commissioner);
    }
  }
  absl::StrAppend(&text,
                  "\n# Who pools what they see: to tell one is to tell all. The support unit works for the\n"
                  "# pioneer, so it stands with it; the neighbour does not.\n"
                  "disclosure_domains:\n"
                  "  - {name: seahaven, organisations: [ZC1, ZS1], from: ",
                  kFrom,
                  "}\n"
                  "  - {name: marshland, organisations: [ZC2], from: ",
                  kFrom, "}\n");
  return text;
}

std::string PeopleText(const SampleKeys& keys) {
  std::string text = absl::StrCat(
      "# Who vouches for people, who works where in which role, and the programs and places\n"
      "# whose keys are known. Role and organisation come from here, never from a token.\n"
      "format: safehaven-register/1\n"
      "issuers:\n"
      "  - url: '",
      keys.issuer_url, "'\n    audience: '", keys.issuer_audience, "'\n    demo: true\n    from: ", kFrom,
      "\n    jwks: '", keys.issuer_jwks, "'\n\nmembers:\n");
  for (const Persona& persona : kPersonas) {
    const auto known = keys.subjects.find(std::string(persona.name));
    const std::string subject = known == keys.subjects.end() ? std::string(persona.name) : known->second;
    absl::StrAppend(&text, "  - {issuer: '", keys.issuer_url, "', subject: '", subject,
                    "', organisation: ", persona.organisation, ", role: ", persona.role, ", from: ", kFrom, "}\n");
  }
  absl::StrAppend(&text, "\nprograms:\n", Program("tool", "ZS1", "csu_tool", keys.tool_key));
  for (const SampleSource& source : kSampleSources) {
    absl::StrAppend(&text, Program(absl::StrCat("source/", source.source), source.provider, "source_program",
                                   keys.source_keys.at(std::string(source.source))));
  }
  absl::StrAppend(&text,
                  "\n# A controlled environment for finance is a place: a registered pair of keys. One key\n"
                  "# proves that a request comes from inside, the other is what answers are sealed to.\n"
                  "environments:\n"
                  "  - id: cef-zc1\n"
                  "    organisation: ZC1\n"
                  "    kind: controlled_environment_for_finance\n"
                  "    title: Invoice validation room of Seahaven CCG\n"
                  "    signing_key: ",
                  absl::BytesToHexString(keys.environment_signing_key),
                  "\n    sealing_key: ", absl::BytesToHexString(keys.environment_sealing_key), "\n    from: ", kFrom,
                  "\n");
  return text;
}

std::string SecurityText() {
  std::string text = absl::StrCat(
      "# Returns to the Data Security and Protection Toolkit. A real one holds for a year; these\n"
      "# hold as long as the demonstration, so that it works on any day. Reviewed: a\n"
      "# self-assessment would not do for confidential patient information.\n"
      "format: safehaven-register/1\n"
      "security_statuses:\n");
  for (const Body& body : kBodies) {
    absl::StrAppend(&text, "  - {organisation: ", body.code,
                    ", year: 2025-26, level: standards_met, evidence: reviewed, from: ", kFrom, ", to: ", kTo, "}\n");
  }
  return text;
}

}  // namespace safehaven::sample
