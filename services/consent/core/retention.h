// What the register need not, and so may not, keep any longer.
//
// Regulation 6 wants the entry of an approval kept while it is in force and at least
// twelve months after it has ended (legal basis 1.1); then nothing keeps it. The same
// year is given to agreements, with the flows under them, to decisions on overlaps and to
// memberships. An entry that another one still names stays until that one goes. Pure;
// thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_RETENTION_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_RETENTION_H_

#include <optional>
#include <string>
#include <vector>

#include "services/consent/core/snapshot.h"

namespace safehaven::consent {

// Regulation 6: at least twelve months after termination.
inline constexpr int kRegisterKeptDays = 365;

// The last day on which the approval was in force or waited to be; nothing while it is.
std::optional<CivilDay> EndedOn(const Approval& approval, CivilDay day);

// An entry to erase, and the first day on which that is due.
struct ErasableEntry {
  std::string key;
  CivilDay due_day;
};

// Entries that are over for a year on `day` and that no other entry names, in order of
// key.
std::vector<ErasableEntry> ErasableEntries(const RegisterSnapshot& snapshot, CivilDay day);

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_RETENTION_H_
