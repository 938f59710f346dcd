#include "services/consent/core/entitlement.h"

#include <algorithm>

#include "services/consent/core/matter.h"

namespace safehaven::consent {

bool MayRelyOn(const Approval& approval, const Caller& caller, CivilDay day) {
  const bool takes_part = FindParticipant(approval.controllers, caller.organisation, day) != nullptr ||
                          FindParticipant(approval.processors, caller.organisation, day) != nullptr ||
                          FindParticipant(approval.members, caller.organisation, day) != nullptr;
  const bool role = std::find(approval.roles.begin(), approval.roles.end(), caller.role) != approval.roles.end();
  return takes_part && role && approval.period.Contains(day);
}

}  // namespace safehaven::consent
