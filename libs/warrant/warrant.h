// What a warrant binds: one question, asked by one organisation for one purpose,
// to one use (docs/architecture.md, rule 4).
//
// consent writes the serialised warrant into its log; the leaf is what makes it
// valid, so there is no signature of its own. Its bytes are hashed as received and
// never re-serialised. A field that a verifier does not know is a restriction it
// cannot keep, so unknown fields are refused. Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_WARRANT_H_
#define SAFEHAVEN_LIBS_WARRANT_WARRANT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/civil_day.h"
#include "libs/base/revision.h"
#include "libs/warrant/question.h"

namespace safehaven {

// How an objection is honoured in one flow (legal basis 3.1).
enum class ObjectionMode {
  kRemoveRecord,       // the default
  kStripIdentifiers,   // the record stays, without identifiers and unlinked
  kIgnore,             // waived, on evidence that the decision names
};

// For records of `source`, people in the union of `sets` are treated as `mode`.
struct ObjectionRule {
  std::string source;             // "acute"; "*" for every source
  std::vector<std::string> sets;  // "type1", "national", "programme:<approval reference>"
  ObjectionMode mode = ObjectionMode::kRemoveRecord;
  friend bool operator==(const ObjectionRule&, const ObjectionRule&) = default;
};

// Parameters of disclosure control (docs/architecture.md, "Protection").
struct DisclosureParameters {
  int64_t count_min = 8;       // a cell with 1 to count_min - 1 distinct people is suppressed
  int64_t rounding_base = 5;   // counts are rounded to the nearest multiple
  int64_t p_percent = 10;      // a cost is rounded so that no contributor is known closer than this
  friend bool operator==(const DisclosureParameters&, const DisclosureParameters&) = default;
};

// Whose records: people on the commissioner's list on a day.
struct Population {
  std::string commissioner;  // ODS code; empty where the operation has no population
  CivilDay list_day;
  friend bool operator==(const Population&, const Population&) = default;
};

// A document a gate relied on.
struct Reliance {
  std::string document;  // "approvals/CAG 9-01(a)/2025"
  uint64_t version = 0;  // index of its leaf in consent's log
  friend bool operator==(const Reliance&, const Reliance&) = default;
};

struct Warrant {
  std::string id;                    // 32 lower-case hex digits, random
  std::string question_digest;       // 32 bytes, QuestionDigest()
  Operation operation = Operation::kUnspecified;
  Purpose purpose = Purpose::kUnspecified;
  Identifiability identifiability = Identifiability::kUnspecified;
  std::string audience;              // the only service that may accept it: "costing", "linkage"
  std::string presenter_thumbprint;  // 32 bytes: SHA-256 of the presenting certificate (DER)
  std::string organisation;          // ODS code of the asking organisation
  std::string role;                  // the caller's role there
  std::string caller_digest;         // 32 bytes: SHA-256 of issuer and subject, or of the program
  std::string environment;           // recipient environment; empty for an open office
  std::string environment_key;       // 32 bytes X25519: identifiable items are sealed to it; or empty
  std::string approval;              // printed reference
  std::vector<Reliance> relied_on;
  Population population;
  std::string disclosure_domain;     // who pools what they see
  std::string pseudonym_domain;      // approval x controller x release series; or empty
  std::vector<std::string> flows;    // usable flows; the only segments that may be read
  std::string crosswalk;             // linkage authority; empty if nothing may be linked
  std::vector<ObjectionRule> objections;
  DisclosureParameters disclosure;
  Revision objection_revision;       // as of this moment at consent
  Revision register_revision;
  absl::Time issue_time;
  absl::Time expire_time;            // seconds after issue_time
};

// The longest life a warrant may have; also the lease of a follower.
inline constexpr absl::Duration kWarrantLifeMax = absl::Seconds(30);

// Bytes of a safehaven.type.v1.Warrant.
std::string SerialiseWarrant(const Warrant& warrant);

// INVALID_ARGUMENT with reason WARRANT_MALFORMED if the bytes do not parse, hold an
// unknown field, or lack a field that every warrant has.
absl::StatusOr<Warrant> ParseWarrant(absl::string_view bytes);

// Stable names: "remove_record", "strip_identifiers", "ignore".
absl::string_view Name(ObjectionMode mode);
absl::StatusOr<ObjectionMode> ParseObjectionMode(absl::string_view name);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_WARRANT_H_
