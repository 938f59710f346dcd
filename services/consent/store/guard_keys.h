// Keys of consent's store beside its log. Internal to the store. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_STORE_GUARD_KEYS_H_
#define SAFEHAVEN_SERVICES_CONSENT_STORE_GUARD_KEYS_H_

#include <cstdint>
#include <string>

#include "libs/storage/key_codec.h"

namespace safehaven::consent {

// Every change of the register writes the first, every batch of objections the second.
inline std::string RegisterKey() { return KeyWriter().Text("guard").Text("register").Take(); }
inline std::string ObjectionsKey() { return KeyWriter().Text("guard").Text("objections").Take(); }

// What an erased leaf of the register still says: a RedactionRecord.
inline std::string RedactionKey(uint64_t index) { return KeyWriter().Text("redaction").Number(index).Take(); }

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_STORE_GUARD_KEYS_H_
