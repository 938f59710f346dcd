// Blocking keys: what two profiles have to share to become candidates under a rule.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_KEYS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_KEYS_H_

#include <cstdint>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

// A profile's key under a rule, hashed; 0 if the rule cannot find it. Two keys that
// hash alike by chance only make a candidate more.
using BlockKey = uint64_t;

BlockKey KeyOf(const BlockingRule& rule, const Profiles& profiles, ProfileIndex profile);

// Hash of one part of a key, 0 if it is not known. `extra_column` is that of kExtra and
// kExtraPrefix.
uint64_t KeyPartOf(KeyPart part, uint16_t extra_column, const Profiles& profiles, ProfileIndex profile);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_KEYS_H_
