// The parts of a cost model's document, read one after the other (model_yaml.h). Internal to
// that. Single-threaded.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_READER_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_READER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/costing/core/model.h"
#include "services/costing/core/yaml_fields.h"

namespace safehaven::costing {

// Every part may refer to those before it, and refuses what it does not understand.
class ModelReader {
 public:
  explicit ModelReader(const ModelTables& tables) : yaml_("COST_MODEL_INVALID", tables) {}

  // Once; throws what yaml-cpp throws.
  absl::StatusOr<CostModel> Read(absl::string_view text);

 private:
  using Field = YamlFields::Field;
  using Fields = YamlFields::Fields;

  template <typename Item>
  absl::Status Named(const Field& list, size_t size_max, std::vector<Item>& items,
                     std::map<std::string, size_t>& ids);
  absl::Status ReadHead(const Fields& fields);
  absl::Status ReadCostGroups(const Field& list);
  absl::Status ReadPools(const Field& list);
  absl::Status ReadLinks(const Field& list);
  absl::Status ReadYearEdge(const Field& field);

  // Ledger, income and support costs. (model_reader_ledger.cc)
  absl::Status ReadLedgerRule(const Field& entry);
  absl::Status ReadIncomeRule(const Field& entry);
  absl::Status ReadSupport(const Field& object);
  absl::Status ReadStatistics(const Field& field);
  absl::Status ReadStatistic(const Field& sender_field, const std::string& sender_id, const Field& receiver_field,
                             const std::string& receiver_id, const Field& weight_field);

  // Feeds, drivers and matching. (model_reader_feeds.cc)
  absl::Status ReadFeeds(const Field& list);
  absl::Status ReadDriver(const Field& entry);
  absl::Status ReadFilters(const Field& field, bool is_excluding, Driver& driver);
  absl::Status ReadWeightTable(const Field& field, Driver& driver);
  absl::Status ReadMatching(const Field& object);
  absl::Status ReadMatchingRule(const Field& entry);

  YamlFields yaml_;
  CostModel model_;
  std::map<std::string, size_t> pool_ids_, resource_ids_, activity_ids_, feed_ids_;
};

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_READER_H_
