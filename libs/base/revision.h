// A service's one revision: which life of its store, and how long its log is.
//
// A restored store is a new incarnation: sizes of two incarnations do not compare,
// and everything that follows such a service stops until it is reconciled
// (docs/architecture.md, rule 6). Values only; thread-safe.
#ifndef SAFEHAVEN_LIBS_BASE_REVISION_H_
#define SAFEHAVEN_LIBS_BASE_REVISION_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace safehaven {

struct Revision {
  // 16 random bytes as 32 lower-case hex digits; "" before the first start.
  std::string incarnation;
  // Leaves in the log.
  uint64_t size = 0;

  // Is everything that `wanted` names also in this revision?
  bool Covers(const Revision& wanted) const {
    return incarnation == wanted.incarnation && size >= wanted.size;
  }

  std::string ToString() const { return absl::StrCat(incarnation.substr(0, 8), "@", size); }

  friend bool operator==(const Revision&, const Revision&) = default;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_BASE_REVISION_H_
