#include "services/costing/core/run_certificate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "services/costing/core/digest.h"

namespace safehaven::costing {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "certificates hash columns as little-endian bytes");

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

// The uses of an activity and the costs of each of its blocks. They are in key order
// already; an event is named by its place there.
std::string OutputDigest(const CostModel& model, const EventOrder& order, const CostRun& run) {
  std::vector<uint32_t> place_of_event(order.event_count());
  for (size_t place = 0; place < order.by_key.size(); ++place) {
    place_of_event[order.by_key[place]] = static_cast<uint32_t>(place);
  }
  Digester digester("safehaven-run-output/2");
  std::vector<uint32_t> places;
  size_t last_activity = model.activities.size();
  for (const CostLineBlock& block : run.lines.blocks) {
    digester.AddText(model.activities[block.activity].id);
    digester.AddText(model.resources[block.resource].id);
    digester.AddText(Name(block.group));
    digester.AddNumber(block.count);
    if (block.activity != last_activity) {
      places.resize(block.count);
      for (size_t i = 0; i < block.count; ++i) places[i] = place_of_event[run.lines.event[block.first_use + i]];
      // Columns as the processor has them: all supported ones are little-endian.
      digester.AddBytes(places.data(), places.size() * sizeof(uint32_t));
      digester.AddBytes(run.lines.weight.data() + block.first_use, block.count * sizeof(int64_t));
      digester.AddBytes(run.lines.rule.data() + block.first_use, block.count);
    }
    last_activity = block.activity;
    digester.AddBytes(run.lines.cost_e8.data() + block.first, block.count * sizeof(int64_t));
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

RunCertificate Certify(const CostModel& model, const Ledger& ledger, std::span<const EventColumns* const> batches,
                       const EventOrder& order, const CostRun& run) {
  RunCertificate certificate;
  certificate.ledger_digest = LedgerDigest(ledger);
  certificate.events_digest = EventsDigest(batches, order);
  Digester canonical("safehaven-run-model/1");
  canonical.AddText(CanonicalModel(model));
  certificate.model_digest = canonical.Finish();
  certificate.output_digest = OutputDigest(model, order, run);
  Digester all("safehaven-run/1");
  all.AddText(certificate.ledger_digest);
  all.AddText(certificate.events_digest);
  all.AddText(certificate.model_digest);
  all.AddText(certificate.output_digest);
  certificate.digest = all.Finish();
  return certificate;
}

}  // namespace safehaven::costing
