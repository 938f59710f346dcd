#include "cli/issuer/personas.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/http/json_text.h"
#include "services/gateway/core/proof_key.h"
#include "simdjson.h"

namespace safehaven::cli {
namespace {

absl::Status Invalid(absl::string_view message) {
  return InvalidArgument("PERSONAS_INVALID", absl::StrCat("the personas file: ", message));
}

bool IsSubject(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos;
}

absl::StatusOr<Persona> ReadPersona(const simdjson::dom::element& element) {
  simdjson::dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return Invalid("an entry is no object");
  Persona persona;
  for (const auto& [key, value] : object) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return Invalid("a member is no text");
    if (key == "subject") {
      persona.subject = text;
    } else if (key == "name") {
      persona.name = text;
    } else if (key == "organisation") {
      persona.organisation = text;
    } else if (key == "role") {
      persona.role = text;
    } else if (key == "secret") {
      persona.secret = Sensitive<std::string>(std::string(text));
    } else {
      return Invalid("a member is none of subject, name, organisation, role, secret");
    }
  }
  if (!IsSubject(persona.subject) || persona.name.empty()) return Invalid("an entry lacks its subject or name");
  return persona;
}

}  // namespace

absl::StatusOr<std::vector<Persona>> ParsePersonas(const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(json).get(list) != simdjson::SUCCESS) return Invalid("not a JSON list");
  if (list.size() == 0 || list.size() > kPersonasMax) return Invalid("it must have 1 to 64 entries");
  std::vector<Persona> personas;
  std::set<std::string> subjects;
  for (const simdjson::dom::element element : list) {
    SH_ASSIGN_OR_RETURN(Persona persona, ReadPersona(element));
    if (!subjects.insert(persona.subject).second) return Invalid("a subject stands twice");
    personas.push_back(std::move(persona));
  }
  return personas;
}

bool FillSecrets(std::vector<Persona>& personas, Randomness& randomness) {
  bool filled = false;
  for (Persona& persona : personas) {
    if (!persona.secret.Reveal().empty()) continue;
    persona.secret = Sensitive<std::string>(gateway::NewSecret(randomness));
    filled = true;
  }
  return filled;
}

std::string PersonasJson(const std::vector<Persona>& personas) {
  std::string json = "[";
  for (const Persona& persona : personas) {
    absl::StrAppend(&json, json.size() == 1 ? "\n" : ",\n", "  {\"subject\": ", JsonQuote(persona.subject),
                    ", \"name\": ", JsonQuote(persona.name), ", \"organisation\": ", JsonQuote(persona.organisation),
                    ", \"role\": ", JsonQuote(persona.role), ", \"secret\": ", JsonQuote(persona.secret.Reveal()),
                    "}");
  }
  return absl::StrCat(json, "\n]\n");
}

}  // namespace safehaven::cli
