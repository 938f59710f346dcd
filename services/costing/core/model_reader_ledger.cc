#include <optional>
#include <string>

#include "libs/base/status.h"
#include "services/costing/core/model_reader.h"

namespace safehaven::costing {

absl::Status ModelReader::ReadLedgerRule(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(entry, {.required = {"cost_centre", "account", "to"},
                                                                .optional = {"amount", "fraction", "cost_group",
                                                                             "first_day", "last_day"}}));
  LedgerRule rule;
  SH_ASSIGN_OR_RETURN(rule.cost_centre, yaml_.Text(fields.at("cost_centre")));
  SH_ASSIGN_OR_RETURN(rule.account, yaml_.Text(fields.at("account")));
  SH_ASSIGN_OR_RETURN(rule.pool, yaml_.Reference(fields.at("to"), pool_ids_));
  if (fields.contains("amount") == fields.contains("fraction")) {
    return yaml_.Refuse(entry, "needs either an amount or a fraction");
  }
  if (fields.contains("amount")) {
    SH_ASSIGN_OR_RETURN(rule.amount, yaml_.Amount(fields.at("amount")));
  } else {
    // A fraction has the decimals of money, so the same exact reader serves.
    SH_ASSIGN_OR_RETURN(const Money fraction, yaml_.Amount(fields.at("fraction")));
    if (fraction <= Money(0) || fraction > Money(kMoneyUnitsPerPound)) {
      return yaml_.Refuse(fields.at("fraction"), "must be more than 0 and at most 1");
    }
    rule.fraction_e8 = fraction.e8_pounds();
  }
  if (fields.contains("cost_group")) {
    SH_ASSIGN_OR_RETURN(const std::string group, yaml_.Text(fields.at("cost_group")));
    const std::optional<CostGroup> expected = GroupOf(model_.pools[rule.pool].kind);
    if (!expected || group != Name(*expected)) {
      return yaml_.Refuse(fields.at("cost_group"), "is not the cost group of the pool");
    }
  }
  if (fields.contains("first_day")) {
    SH_ASSIGN_OR_RETURN(rule.first_day, yaml_.Day(fields.at("first_day")));
  }
  if (fields.contains("last_day")) {
    SH_ASSIGN_OR_RETURN(rule.last_day, yaml_.Day(fields.at("last_day")));
  }
  model_.ledger_map.push_back(std::move(rule));
  return absl::OkStatus();
}

absl::Status ModelReader::ReadIncomeRule(const Field& entry) {
  SH_ASSIGN_OR_RETURN(const Fields fields,
                      yaml_.Object(entry, {.required = {"cost_centre", "account", "cost_group"}, .optional = {}}));
  IncomeRule rule;
  SH_ASSIGN_OR_RETURN(rule.cost_centre, yaml_.Text(fields.at("cost_centre")));
  SH_ASSIGN_OR_RETURN(rule.account, yaml_.Text(fields.at("account")));
  SH_ASSIGN_OR_RETURN(const std::string name, yaml_.Text(fields.at("cost_group")));
  const std::optional<CostGroup> group = ParseCostGroup(name);
  if (!group) return yaml_.Refuse(fields.at("cost_group"), "is no cost group");
  rule.group = *group;
  model_.income_map.push_back(std::move(rule));
  return absl::OkStatus();
}

absl::Status ModelReader::ReadSupport(const Field& object) {
  SH_ASSIGN_OR_RETURN(const Fields fields, yaml_.Object(object, {.required = {"method", "order", "statistics"}, .optional = {}}));
  SH_ASSIGN_OR_RETURN(const std::string method_name, yaml_.Text(fields.at("method")));
  const std::optional<SupportMethod> method = ParseSupportMethod(method_name);
  if (!method) return yaml_.Refuse(fields.at("method"), "must be step_down or reciprocal");
  model_.support_method = *method;
  SH_ASSIGN_OR_RETURN(const std::vector<Field> order, yaml_.List(fields.at("order"), kSupportPoolsMax));
  for (const Field& entry : order) {
    SH_ASSIGN_OR_RETURN(const size_t pool, yaml_.Reference(entry, pool_ids_));
    model_.support_order.push_back(pool);
  }
  return ReadStatistics(fields.at("statistics"));
}

// sender -> receiver -> weight, or a table of these three.
absl::Status ModelReader::ReadStatistics(const Field& field) {
  if (yaml_.IsTable(field)) {
    SH_ASSIGN_OR_RETURN(const std::vector<Field> rows, yaml_.List(field, kPoolsMax * kSupportPoolsMax));
    for (const Field& row : rows) {
      SH_ASSIGN_OR_RETURN(const Fields cells, yaml_.Object(row, {.required = {"sender", "receiver", "weight"},
                                                                 .optional = {}}));
      SH_ASSIGN_OR_RETURN(const std::string sender, yaml_.Text(cells.at("sender")));
      SH_ASSIGN_OR_RETURN(const std::string receiver, yaml_.Text(cells.at("receiver")));
      SH_RETURN_IF_ERROR(ReadStatistic(cells.at("sender"), sender, cells.at("receiver"), receiver, cells.at("weight")));
    }
    return absl::OkStatus();
  }
  SH_ASSIGN_OR_RETURN(const Fields senders, yaml_.Map(field));
  for (const auto& [sender_id, receivers_field] : senders) {
    SH_ASSIGN_OR_RETURN(const Fields receivers, yaml_.Map(receivers_field));
    if (receivers.empty() && !pool_ids_.contains(sender_id)) return yaml_.Refuse(receivers_field, "is not in the model");
    for (const auto& [receiver_id, weight_field] : receivers) {
      SH_RETURN_IF_ERROR(ReadStatistic(receivers_field, sender_id, weight_field, receiver_id, weight_field));
    }
  }
  return absl::OkStatus();
}

absl::Status ModelReader::ReadStatistic(const Field& sender_field, const std::string& sender_id,
                                        const Field& receiver_field, const std::string& receiver_id,
                                        const Field& weight_field) {
  const auto sender = pool_ids_.find(sender_id);
  if (sender == pool_ids_.end()) return yaml_.Refuse(sender_field, "is not in the model");
  const auto receiver = pool_ids_.find(receiver_id);
  if (receiver == pool_ids_.end()) return yaml_.Refuse(receiver_field, "is not in the model");
  SH_ASSIGN_OR_RETURN(const int64_t weight, yaml_.Integer(weight_field));
  model_.support_statistics.push_back({sender->second, receiver->second, weight});
  return absl::OkStatus();
}

}  // namespace safehaven::costing
