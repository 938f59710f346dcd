// What somebody asks: one operation on person data, with everything that bounds it.
//
// A question is decided by consent, bound by a warrant and answered by costing, so
// all three must mean the same by it. Its identity is the SHA-256 of a canonical
// text (CanonicalQuestion): lists are sets, sorted and without repeats, so that the
// order in which a caller wrote them means nothing, not even for the answer's
// layout. A question has no time of its own: a live question is decided at
// consent's clock. Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_WARRANT_QUESTION_H_
#define SAFEHAVEN_LIBS_WARRANT_QUESTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"

namespace safehaven {

// What is to be done with person data. Each is decided and warranted by itself.
enum class Operation {
  kUnspecified,
  kCollect,    // load one extract of one flow (`subject`: the flow)
  kLink,       // make a crosswalk (`subject`: the linkage authority, an approval)
  kCost,       // run patient-level costing (`subject`: the provider)
  kAggregate,  // a protected table
  kRecords,    // rows, pseudonymised or with identifiers sealed to an environment
};

// Why. Kept apart where the law keeps them apart (legal basis 4.2).
enum class Purpose {
  kUnspecified,
  kCommissioningPlanning,
  kContractMonitoring,
  kInvoiceValidation,
  kRiskStratificationCaseFinding,
  kRiskStratificationPlanning,
  kPopulationHealth,
  kClinicalAudit,
  kPatientLevelCosting,  // a provider's own costing and the national collection
  kResearch,
  kDirectCare,
  // Purposes that the system itself answers no question for, but that approvals are
  // held and judged for (legal basis 4.2).
  kTechnologyTesting,  // developing or testing a product: not care of anybody
  kHealthProtection,   // communicable disease and other risks to public health
  kPatientSurvey,
  kIndividualFundingRequest,
  kComplaintHandling,
  kSafeguarding,
  kOfficialStatistics,
  kConsentToContact,
  kServiceEvaluation,
};

// How identifiable what comes out is, least first. The words of the field mislead
// ("anonymised" is used of row-level data), so nothing is ever mapped on them.
enum class Identifiability {
  kUnspecified,
  kAggregateSuppressed,
  kAggregateWithSmallNumbers,
  kPseudonymised,
  kWeaklyPseudonymised,  // the NHS number is the key
  kIdentifiable,
};

// Keeps only what has one of `values` in `dimension`.
struct Filter {
  std::string dimension;            // a dimension of the catalogue
  std::vector<std::string> values;  // at least one
  friend bool operator==(const Filter&, const Filter&) = default;
};

struct Question {
  std::string approval;  // printed reference of the approval or agreement relied on
  Purpose purpose = Purpose::kUnspecified;
  Operation operation = Operation::kUnspecified;
  Identifiability identifiability = Identifiability::kUnspecified;
  std::string subject;       // see Operation; empty for answers
  std::string commissioner;  // ODS code whose people are asked about; empty for kCollect, kCost
  CivilDay list_day;         // population: on the commissioner's list on this day
  CivilDay first_day;        // activity from this day
  CivilDay last_day;         // to this day, inclusive
  std::vector<std::string> datasets;    // "acute/apc": what is read
  std::vector<std::string> measures;    // kAggregate: of the catalogue
  std::vector<std::string> dimensions;  // kAggregate: of the catalogue, at most 3
  std::vector<std::string> items;       // kRecords: columns of the catalogue
  std::vector<Filter> filters;
  friend bool operator==(const Question&, const Question&) = default;
};

// Limits on a question from outside; beyond them it is malformed.
inline constexpr size_t kQuestionListMax = 64;
inline constexpr size_t kQuestionTextMax = 128;
inline constexpr size_t kDimensionsMax = 3;

// The question with its lists sorted and freed of repeats. INVALID_ARGUMENT with
// reason FIELD_INVALID and metadata "field" if a required field is missing, a list
// or text is too long, a name is not in the catalogue, a filter names a value that
// nobody can have (filter_values.h), or the parts do not fit the operation.
absl::StatusOr<Question> Normalise(Question question);

// As Normalise(), but names of data sets, items and dimensions are not looked up and a
// commissioner need not be named: for judging questions on files, whose register may
// know data sets that this system does not hold.
absl::StatusOr<Question> NormaliseForm(Question question);

// The canonical text of a normalised question: one "key=value" line a field, values
// percent-encoded, first line the format's name and version.
std::string CanonicalQuestion(const Question& normalised);

// The 32 bytes of SHA-256 over CanonicalQuestion().
std::string QuestionDigest(const Question& normalised);

// Stable lower-case names ("commissioning_planning"), for canonical text and files;
// Parse... returns INVALID_ARGUMENT with reason NAME_UNKNOWN for any other text.
absl::string_view Name(Operation operation);
absl::string_view Name(Purpose purpose);
absl::string_view Name(Identifiability identifiability);
absl::StatusOr<Operation> ParseOperation(absl::string_view name);
absl::StatusOr<Purpose> ParsePurpose(absl::string_view name);
absl::StatusOr<Identifiability> ParseIdentifiability(absl::string_view name);

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_WARRANT_QUESTION_H_
