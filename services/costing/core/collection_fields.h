// The six confirmed feeds of the patient-level cost collection (PLICS) and their fields,
// as the NHS Data Model and Dictionary has them (costing.md 2.2): admitted patient care,
// out-patients, emergency care, specialist ward care, supplementary information and the
// reconciliation. The XML schema and the fields of other sectors are not public; those
// are not here. Data; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_COLLECTION_FIELDS_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_COLLECTION_FIELDS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "absl/strings/string_view.h"

namespace safehaven::costing {

// CARE ACTIVITY TYPE (PLICS); emergency care has the code AE.
enum class CollectionFeed : uint8_t { kApc, kOp, kAe, kSwc, kSi, kRec };
inline constexpr size_t kCollectionFeedCount = 6;

enum class FieldFormat : uint8_t {
  kText,      // an: `least` to `most` characters
  kNumber,    // n: that many digits
  kDay,       // CCYY-MM-DD
  kTime,      // HH:MM:SS
  kMoney,     // up to 18 digits and 8 decimals, may be negative
  kPostcode,  // as PERSON's usual address has it
};

// Identity stays with the trust: the command line joins these fields on export and
// splits them off on import; a costing run never holds them.
enum class FieldPart : uint8_t { kPayload, kIdentity };

struct CollectionField {
  absl::string_view id;       // our column name, lower_snake
  absl::string_view element;  // the dictionary's data element
  FieldFormat format = FieldFormat::kText;
  int least = 1;
  int most = 1;
  absl::string_view codes;  // permitted values with a blank between them; empty: any
  // By feed, in the order of CollectionFeed: M mandatory, R required if held, - absent.
  absl::string_view mandation;
  FieldPart part = FieldPart::kPayload;

  bool IsIn(CollectionFeed feed) const { return mandation[static_cast<size_t>(feed)] != '-'; }
  bool IsMandatory(CollectionFeed feed) const { return mandation[static_cast<size_t>(feed)] == 'M'; }
};

// Fields of records, in the order of files. Header fields are CollectionHeader's.
std::span<const CollectionField> CollectionFields();

// Does `text` have the field's format and, where there is a list, one of its codes? The
// rule that it breaks: "FORMAT" or "CODE"; empty if none. An empty text breaks nothing.
absl::string_view BrokenRule(const CollectionField& field, absl::string_view text);

absl::string_view Name(CollectionFeed feed);  // "APC", "OP", "AE", ...
std::optional<CollectionFeed> ParseCollectionFeed(absl::string_view name);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_COLLECTION_FIELDS_H_
