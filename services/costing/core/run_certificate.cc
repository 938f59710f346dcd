#include "services/costing/core/run_certificate.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "services/costing/core/digest.h"

namespace safehaven::costing {

// Every event in key order, so that neither rows nor batches have an order of
// their own. Driver columns go in by name: batches may hold them in any order.
std::string EventsDigest(std::span<const EventColumns* const> batches, const EventOrder& order) {
  Digester digester("safehaven-run-events/1");
  digester.AddNumber(order.event_count());
  std::vector<std::vector<size_t>> columns_by_name(batches.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    const std::vector<DriverColumn>& drivers = batches[i]->drivers;
    for (size_t column = 0; column < drivers.size(); ++column) columns_by_name[i].push_back(column);
    std::sort(columns_by_name[i].begin(), columns_by_name[i].end(),
              [&drivers](size_t a, size_t b) { return drivers[a].name < drivers[b].name; });
  }
  for (const uint32_t event : order.by_key) {
    const auto after = std::upper_bound(order.first_of_batch.begin(), order.first_of_batch.end(), event);
    const auto batch_index = static_cast<size_t>(after - order.first_of_batch.begin()) - 1;
    const EventColumns& batch = *batches[batch_index];
    const size_t row = event - order.first_of_batch[batch_index];
    digester.AddBytes(batch.keys[row].data(), batch.keys[row].size());
    digester.AddText(batch.feed.at(row));
    digester.AddText(batch.point_of_delivery.at(row));
    digester.AddText(batch.currency.at(row));
    digester.AddText(batch.treatment_function.at(row));
    digester.AddNumber(static_cast<uint32_t>(batch.start_day[row]));
    digester.AddNumber(static_cast<uint32_t>(batch.end_day[row]));
    digester.AddNumber(batch.restriction[row]);
    for (const size_t column : columns_by_name[batch_index]) {
      digester.AddText(batch.drivers[column].name);
      digester.AddNumber(static_cast<uint64_t>(batch.drivers[column].values[row]));
    }
  }
  return digester.Finish();
}

namespace {

// Each block by what it is and by the digests of its uses and costs, which are in key
// order: a rerun hashes the blocks that it made and no others.
std::string OutputDigest(const CostModel& model, const CostRun& run) {
  Digester digester("safehaven-run-output/3");
  for (const CostLineBlock& block : run.lines.blocks) {
    digester.AddText(model.activities[block.activity].id);
    digester.AddText(model.resources[block.resource].id);
    digester.AddText(Name(block.group));
    digester.AddNumber(block.count);
    digester.AddBytes(block.uses_digest.data(), block.uses_digest.size());
    digester.AddBytes(block.cost_digest.data(), block.cost_digest.size());
  }
  for (const ActivityCost& cost : run.unmatched) {
    digester.AddText(model.activities[cost.activity].id);
    digester.AddText(model.resources[cost.resource].id);
    digester.AddText(cost.amount.ToString());
  }
  for (const Money total : run.reconciliation.group_total) digester.AddText(total.ToString());
  digester.AddText(run.reconciliation.excluded.ToString());
  digester.AddText(run.reconciliation.undistributed.ToString());
  digester.AddText(run.reconciliation.unmatched.ToString());
  return digester.Finish();
}

}  // namespace

RunCertificate Certify(const CostModel& model, const Ledger& ledger, std::string events_digest, const CostRun& run) {
  RunCertificate certificate;
  certificate.ledger_digest = LedgerDigest(ledger);
  certificate.events_digest = std::move(events_digest);
  Digester canonical("safehaven-run-model/1");
  canonical.AddText(CanonicalModel(model));
  certificate.model_digest = canonical.Finish();
  certificate.output_digest = OutputDigest(model, run);
  Digester all("safehaven-run/1");
  all.AddText(certificate.ledger_digest);
  all.AddText(certificate.events_digest);
  all.AddText(certificate.model_digest);
  all.AddText(certificate.output_digest);
  certificate.digest = all.Finish();
  return certificate;
}

}  // namespace safehaven::costing
