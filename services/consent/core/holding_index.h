// Past permits by who holds what they let out, so that a decision looks at those that
// could meet its own and not at all of them. It narrows; whether two holdings overlap is
// the dissent gate's rule. Immutable; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_INDEX_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/holding.h"

namespace safehaven::consent {

// What an overlap is first judged by.
struct HeldData {
  std::string dataset;
  std::string manner;  // MannerOf()
  uint32_t place = 0;  // in the list of holdings
};

// Those of `held`, as the index gives it, that are of `dataset`.
std::span<const HeldData> OfDataset(std::span<const HeldData> held, absl::string_view dataset);

class HoldingIndex {
 public:
  HoldingIndex() = default;
  explicit HoldingIndex(std::span<const Holding> holdings);

  // How many holdings it knows; later ones of a list that grows are not in it.
  size_t size() const { return size_; }

  // What `organisation` holds, and what was disclosed to the domain `domain`; in order of
  // data set and place.
  std::span<const HeldData> HeldBy(absl::string_view organisation) const;
  std::span<const HeldData> DisclosedTo(absl::string_view domain) const;

 private:
  using Held = absl::flat_hash_map<std::string, std::vector<HeldData>>;

  Held by_organisation_;
  Held by_domain_;
  size_t size_ = 0;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_INDEX_H_
