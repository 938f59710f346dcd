#include "services/consent/core/fhir_consent.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "services/consent/core/strict_yaml.h"

namespace safehaven::consent {
namespace {

constexpr absl::string_view kNumberSystem = "https://fhir.nhs.uk/Id/nhs-number";
constexpr absl::string_view kKindSystem = "https://safehaven.invalid/fhir/objection-kind";
constexpr absl::string_view kApprovalSystem = "https://safehaven.invalid/fhir/approval";
constexpr absl::string_view kConsentCategory = "consent";

absl::Status Malformed(absl::string_view field, absl::string_view why) {
  return Failure(absl::StatusCode::kInvalidArgument, "FHIR_MALFORMED", absl::StrCat(field, ": ", why),
                 {{"field", std::string(field)}});
}
absl::Status Unsupported(absl::string_view field) {
  return Failure(absl::StatusCode::kInvalidArgument, "FHIR_UNSUPPORTED", absl::StrCat(field, ": is not of the subset"),
                 {{"field", std::string(field)}});
}

// Every field of `node` is one of `known`, none twice.
absl::Status CheckFields(const YAML::Node& node, absl::string_view path, const std::set<std::string>& known) {
  if (!node.IsMap()) return Malformed(path, "is not an object");
  std::set<std::string> seen;
  for (const auto& field : node) {
    const std::string name = field.first.IsScalar() ? field.first.Scalar() : "";
    // The name is not repeated: it comes from outside and may be any bytes.
    if (!known.contains(name)) return Unsupported(path);
    if (!seen.insert(name).second) return Malformed(path, "has a field twice");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TextOf(const YAML::Node& node, absl::string_view field) {
  if (!node.IsDefined() || !node.IsScalar()) return Malformed(field, "is missing or not a text");
  return node.Scalar();
}

// The code of the only coding of a list of concepts, of the system `wanted`.
absl::StatusOr<std::string> OnlyCode(const YAML::Node& coding, absl::string_view field, absl::string_view wanted) {
  SH_RETURN_IF_ERROR(CheckFields(coding, field, {"system", "code", "display"}));
  SH_ASSIGN_OR_RETURN(const std::string system, TextOf(coding["system"], absl::StrCat(field, ".system")));
  if (system != wanted) return Unsupported(absl::StrCat(field, ".system"));
  return TextOf(coding["code"], absl::StrCat(field, ".code"));
}

absl::StatusOr<YAML::Node> OnlyElement(const YAML::Node& list, absl::string_view field) {
  if (!list.IsDefined() || !list.IsSequence() || list.size() != 1) return Malformed(field, "is not a list of one");
  return list[0];
}

// The day of a FHIR date or dateTime.
absl::StatusOr<CivilDay> DayOf(const YAML::Node& node, absl::string_view field) {
  SH_ASSIGN_OR_RETURN(const std::string text, TextOf(node, field));
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(absl::string_view(text).substr(0, 10));
  if (!day.ok() || (text.size() > 10 && text[10] != 'T')) return Malformed(field, "is not a date");
  return *day;
}

absl::StatusOr<NhsNumber> PersonOf(const YAML::Node& patient) {
  SH_RETURN_IF_ERROR(CheckFields(patient, "patient", {"identifier", "reference", "display"}));
  SH_RETURN_IF_ERROR(CheckFields(patient["identifier"], "patient.identifier", {"system", "value", "use"}));
  SH_ASSIGN_OR_RETURN(const std::string system, TextOf(patient["identifier"]["system"], "patient.identifier.system"));
  if (system != kNumberSystem) return Unsupported("patient.identifier.system");
  SH_ASSIGN_OR_RETURN(const std::string value, TextOf(patient["identifier"]["value"], "patient.identifier.value"));
  return NhsNumber::Parse(value);
}

struct Provision {
  bool deny = true;
  CivilDay first_day;
  std::optional<CivilDay> last_day;
  Reference programme;
};

absl::StatusOr<Provision> ProvisionOf(const YAML::Node& node) {
  SH_RETURN_IF_ERROR(CheckFields(node, "provision", {"type", "period", "purpose"}));
  Provision provision;
  SH_ASSIGN_OR_RETURN(const std::string type, TextOf(node["type"], "provision.type"));
  if (type != "deny" && type != "permit") return Malformed("provision.type", "is not deny or permit");
  provision.deny = type == "deny";
  SH_RETURN_IF_ERROR(CheckFields(node["period"], "provision.period", {"start", "end"}));
  SH_ASSIGN_OR_RETURN(provision.first_day, DayOf(node["period"]["start"], "provision.period.start"));
  if (node["period"]["end"].IsDefined()) {
    SH_ASSIGN_OR_RETURN(provision.last_day, DayOf(node["period"]["end"], "provision.period.end"));
  }
  if (node["purpose"].IsDefined()) {
    SH_ASSIGN_OR_RETURN(const YAML::Node purpose, OnlyElement(node["purpose"], "provision.purpose"));
    SH_ASSIGN_OR_RETURN(const std::string code, OnlyCode(purpose, "provision.purpose", kApprovalSystem));
    SH_ASSIGN_OR_RETURN(provision.programme, Reference::Parse(code));
  }
  return provision;
}

absl::StatusOr<std::string> CategoryOf(const YAML::Node& root) {
  SH_ASSIGN_OR_RETURN(const YAML::Node category, OnlyElement(root["category"], "category"));
  SH_RETURN_IF_ERROR(CheckFields(category, "category", {"coding"}));
  SH_ASSIGN_OR_RETURN(const YAML::Node coding, OnlyElement(category["coding"], "category.coding"));
  return OnlyCode(coding, "category.coding", kKindSystem);
}

absl::StatusOr<PersonChoice> ChoiceOf(const YAML::Node& root) {
  SH_RETURN_IF_ERROR(CheckFields(root, "Consent",
                                 {"resourceType", "id", "meta", "status", "scope", "category", "patient", "dateTime",
                                  "performer", "organization", "policy", "provision"}));
  SH_ASSIGN_OR_RETURN(const std::string type, TextOf(root["resourceType"], "resourceType"));
  if (type != "Consent") return Malformed("resourceType", "is not Consent");
  SH_ASSIGN_OR_RETURN(const std::string status, TextOf(root["status"], "status"));
  if (status != "active") return Unsupported("status");
  SH_ASSIGN_OR_RETURN(const NhsNumber person, PersonOf(root["patient"]));
  SH_ASSIGN_OR_RETURN(const std::string category, CategoryOf(root));
  SH_ASSIGN_OR_RETURN(const Provision provision, ProvisionOf(root["provision"]));
  if (category == kConsentCategory) {
    if (provision.programme.empty()) return Malformed("provision.purpose", "names no programme");
    if (provision.last_day.has_value()) return Unsupported("provision.period.end");
    ConsentRecord record{person, provision.programme,
                         provision.deny ? ConsentStatus::kRefused : ConsentStatus::kGiven, provision.first_day};
    return PersonChoice(std::move(record));
  }
  if (!provision.deny) return Unsupported("provision.type");
  Objection objection;
  objection.person = person;
  SH_ASSIGN_OR_RETURN(objection.kind, EnumText<ObjectionKind>::Parse(category));
  if ((objection.kind == ObjectionKind::kProgramme) == provision.programme.empty()) {
    return Malformed("provision.purpose", "names a programme for the kind 'programme' and for no other");
  }
  objection.programme = provision.programme;
  objection.effective_day = provision.first_day;
  objection.withdrawn_day = provision.last_day;
  if (root["dateTime"].IsDefined()) {
    SH_ASSIGN_OR_RETURN(objection.received_day, DayOf(root["dateTime"], "dateTime"));
  }
  return PersonChoice(std::move(objection));
}

// A JSON string. Nothing that is written here holds a control character: systems, names
// of ours, days, digits and references, which are checked when they are read.
std::string JsonQuote(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string Coding(absl::string_view system, absl::string_view code) {
  return absl::StrCat("{\"system\": ", JsonQuote(system), ", \"code\": ", JsonQuote(code), "}");
}

}  // namespace

absl::StatusOr<PersonChoice> ParseFhirConsent(absl::string_view json) {
  if (json.size() > kFhirBytesMax) return Malformed("Consent", "is larger than 1 MiB");
  // JSON is YAML but for tabs between tokens; inside a JSON text a raw tab is an error.
  const std::string text = absl::StrReplaceAll(json, {{"\t", " "}, {"\r", " "}});
  const absl::StatusOr<YAML::Node> root = LoadStrictYaml("Consent", text);
  if (!root.ok()) return Malformed("Consent", root.status().message());
  try {
    return ChoiceOf(*root);
  } catch (const YAML::Exception& fault) {
    return Malformed("Consent", fault.msg);
  }
}

std::string FormatFhirConsent(const PersonChoice& choice) {
  const bool objects = std::holds_alternative<Objection>(choice);
  const Objection* objection = std::get_if<Objection>(&choice);
  const ConsentRecord* record = std::get_if<ConsentRecord>(&choice);
  const NhsNumber& person = objects ? objection->person : record->person;
  const Reference& programme = objects ? objection->programme : record->programme;
  const bool deny = objects || record->status != ConsentStatus::kGiven;
  const CivilDay start = objects ? objection->effective_day : record->day;
  std::string period = absl::StrCat("{\"start\": ", JsonQuote(start.ToString()));
  if (objects && objection->withdrawn_day.has_value()) {
    absl::StrAppend(&period, ", \"end\": ", JsonQuote(objection->withdrawn_day->ToString()));
  }
  std::string json = absl::StrCat(
      "{\"resourceType\": \"Consent\", \"status\": \"active\", \"scope\": {\"coding\": [",
      Coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"), "]}, \"category\": [{\"coding\": [",
      Coding(kKindSystem, objects ? EnumText<ObjectionKind>::Of(objection->kind) : kConsentCategory),
      "]}], \"patient\": {\"identifier\": {\"system\": ", JsonQuote(kNumberSystem),
      ", \"value\": ", JsonQuote(person.ToDigits()), "}}");
  if (objects && objection->received_day.has_value()) {
    absl::StrAppend(&json, ", \"dateTime\": ", JsonQuote(objection->received_day->ToString()));
  }
  absl::StrAppend(&json, ", \"provision\": {\"type\": ", deny ? "\"deny\"" : "\"permit\"", ", \"period\": ", period, "}");
  if (!programme.empty()) {
    absl::StrAppend(&json, ", \"purpose\": [", Coding(kApprovalSystem, programme.printed()), "]");
  }
  return absl::StrCat(json, "}}\n");
}

}  // namespace safehaven::consent
