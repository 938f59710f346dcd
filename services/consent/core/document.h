// An entry of the register as it is relied on: under which key, in which version.
//
// Entries are immutable and shared by the snapshots that have them, so a verdict points at
// its documents and copies nothing (verdict.h). Values only; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_DOCUMENT_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_DOCUMENT_H_

#include <cstdint>
#include <string>

namespace safehaven::consent {

struct Document {
  std::string key;       // "approvals/CAG 9-01(a)/2025"
  uint64_t version = 0;  // index of the event that brought it
  friend bool operator==(const Document&, const Document&) = default;
};

// A version of an entry.
template <typename T>
struct Versioned : Document {
  T value;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_DOCUMENT_H_
