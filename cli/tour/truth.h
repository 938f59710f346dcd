// The truth of the sample region, as far as the tour checks against it.
#ifndef SAFEHAVEN_CLI_TOUR_TRUTH_H_
#define SAFEHAVEN_CLI_TOUR_TRUTH_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/session/session.h"
#include "safehaven/gateway/v1/gateway_service.pb.h"
#include "safehaven/linkage/v1/linkage_service.pb.h"

namespace safehaven::cli {

// What linkage is scored with: tokens of all eligible rows with their true persons.
absl::StatusOr<linkage::v1::EvaluateRequest> TruthLabels(Session& session, const std::string& region,
                                                         const std::string& authority);

// "dataset start end currency" -> how many records there are of some people, and of
// others.
struct RecordCounts {
  uint64_t of_them = 0;
  uint64_t of_others = 0;
};
struct RecordsOfPeople {
  std::map<std::string, RecordCounts> by_key;
  uint64_t people = 0;                  // found in the truth
  uint64_t records = 0;                 // theirs, in the data sets that were asked for
  uint64_t told_apart = 0;              // of these, with a key that nobody else's record has
  uint64_t social_without_number = 0;   // of these, social care without an NHS number
};
// How many rows of an answer of PioneerRecords() have each of these keys.
std::map<std::string, uint64_t> CountRecordKeys(const gateway::v1::Table& table);
// Rows of an answer that can only be theirs: more of a key than others have.
uint64_t RowsOfThem(const RecordsOfPeople& truth, const gateway::v1::Table& table);
// Those who object at point 7.
absl::StatusOr<RecordsOfPeople> ReadForty(const std::string& region, const std::vector<std::string>& datasets);
// The neighbour's people, but for those who were on the pioneer's list at some time.
absl::StatusOr<RecordsOfPeople> ReadNeighbours(const std::string& region, const std::vector<std::string>& datasets);

// NHS numbers of the neighbour's people (on ZC2's list at the end).
absl::StatusOr<std::set<std::string>> NumbersOfCommissioner(const std::string& region, const std::string& commissioner);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_TOUR_TRUTH_H_
