// The hashes by which a costing run can be repeated and compared. Internal to costing
// runs. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_RUN_CERTIFICATE_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_RUN_CERTIFICATE_H_

#include <span>

#include "services/costing/core/event_order.h"
#include "services/costing/core/events.h"
#include "services/costing/core/ledger.h"
#include "services/costing/core/model.h"
#include "services/costing/core/run.h"

namespace safehaven::costing {

// `run` has its lines and its reconciliation.
RunCertificate Certify(const CostModel& model, const Ledger& ledger, std::span<const EventColumns* const> batches,
                       const EventOrder& order, const CostRun& run);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_RUN_CERTIFICATE_H_
