// Checks a file of the collection before it is sent, or after it came: the rules that
// follow from the published fields alone (costing.md 2.3). The national engine's own rules
// are not public, so a file that passes here may still be refused there.
// Single-threaded.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_COLLECTION_CHECK_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_COLLECTION_CHECK_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"
#include "libs/base/money.h"
#include "services/costing/core/collection_fields.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::costing {

// The message header, as texts: it may come from anywhere.
struct CollectionHeader {
  std::string submitting_organisation;
  std::string financial_year;  // "FY2025-26"
  std::string period_start;
  std::string period_end;
  std::string created;  // "2026-06-01T09:00:00"
  std::string feed;     // "APC"
  std::string record_count;
  std::string total_cost;  // not REC
};

// Most records of one file: the header's count has seven digits.
inline constexpr int64_t kCollectionRecordsMax = 9'999'999;

// One broken rule. HEADER_FORMAT, HEADER_COUNT, HEADER_TOTAL, MISSING, FORMAT, CODE,
// DATES_CONTRADICT, STATUS_CONTRADICTS, STAY_CONTRADICTS, LINE_DOUBLED,
// RECONCILIATION_DIFFERS. The message never holds a value of an identity field.
struct CollectionFault {
  int64_t record = 0;  // from 1; 0: the header or the file
  std::string field;
  std::string rule;
  std::string message;
};
inline constexpr size_t kCollectionFaultsKept = 10'000;

// 1 April to 31 March of "FY2025-26". INVALID_ARGUMENT with reason FINANCIAL_YEAR_INVALID.
absl::StatusOr<Period> FinancialYear(absl::string_view text);

class CollectionChecker {
 public:
  explicit CollectionChecker(CollectionHeader header);

  // The feed's fields, in the order of records.
  const std::vector<const CollectionField*>& fields() const { return fields_; }
  bool is_known_feed() const { return !fields_.empty(); }

  // One text a field.
  void Add(const std::vector<std::string>& record);

  // Compares what was added with the header. Call once, last.
  void Finish();

  // The exact total of a feed's records, or, of REC, accounts less exclusions.
  WideMoney total() const { return total_; }
  int64_t record_count() const { return record_count_; }
  int64_t fault_count() const { return fault_count_; }
  const std::vector<CollectionFault>& faults() const { return faults_; }

 private:
  void Fault(absl::string_view field, absl::string_view rule, absl::string_view message);
  void CheckHeader();
  void CheckEpisode(const std::vector<std::string>& record);
  void CheckEmergency(const std::vector<std::string>& record);
  void CheckDoubled(const std::vector<std::string>& record);
  const std::string& Get(const std::vector<std::string>& record, absl::string_view id) const;

  CollectionHeader header_;
  CollectionFeed feed_ = CollectionFeed::kApc;
  Period year_;
  bool has_year_ = false;
  std::vector<const CollectionField*> fields_;
  std::set<std::string> lines_;  // event, activity, resource
  WideMoney total_;
  int64_t record_count_ = 0;
  int64_t fault_count_ = 0;
  std::vector<CollectionFault> faults_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_COLLECTION_CHECK_H_
