// The hashes by which a costing run can be repeated and compared. Internal to costing
// runs. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RUN_CERTIFICATE_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RUN_CERTIFICATE_H_

#include <span>
#include <string>

#include "services/costing/core/event_order.h"
#include "services/costing/core/events.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {

// Every event in key order, so that neither rows nor batches have an order of their own.
std::string EventsDigest(std::span<const EventColumns* const> batches, const EventOrder& order);

// `run` has its lines, with the digests of its blocks, and its reconciliation.
RunCertificate Certify(const CostModel& model, const Ledger& ledger, std::string events_digest, const CostRun& run);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RUN_CERTIFICATE_H_
