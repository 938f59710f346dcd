// What differs between two cost models, in the terms of their files. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_DIFF_H_
#define SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_DIFF_H_

#include <string>
#include <vector>

#include "services/costing/core/model.h"

namespace safehaven::costing {

struct ModelChange {
  std::string what;    // "links.NURWRD.WARDCR"
  std::string before;  // empty: it is new
  std::string after;   // empty: it is gone
};

// Ascending by `what`; empty for models that cost alike. The order of entries counts
// only where it means something: of support pools, of matching rules, and of several
// rules of one account.
std::vector<ModelChange> DiffModels(const CostModel& before, const CostModel& after);

}  // namespace safehaven::costing

#endif  // SAFEHAVEN_SERVICES_COSTING_CORE_MODEL_DIFF_H_
