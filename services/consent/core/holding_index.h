// Past permits by what they are about, so that a decision looks at those that could
// meet its own and not at all of them. It narrows; whether two holdings overlap is the
// dissent gate's rule. Immutable; thread-safe.
#ifndef SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_INDEX_H_
#define SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "services/consent/core/holding.h"

namespace safehaven::consent {

class HoldingIndex {
 public:
  HoldingIndex() = default;
  explicit HoldingIndex(std::span<const Holding> holdings);

  // How many holdings it knows; later ones of a list that grows are not in it.
  size_t size() const { return size_; }

  // Places of holdings of `dataset` that `organisation` holds, or that were disclosed to
  // the domain `domain`; ascending.
  std::span<const uint32_t> HeldBy(absl::string_view dataset, absl::string_view organisation) const;
  std::span<const uint32_t> DisclosedTo(absl::string_view dataset, absl::string_view domain) const;

 private:
  using View = std::pair<absl::string_view, absl::string_view>;
  // Looked up by views, so that a look-up makes no text.
  struct Hash {
    using is_transparent = void;
    size_t operator()(const View& key) const { return absl::Hash<View>()(key); }
    size_t operator()(const std::pair<std::string, std::string>& key) const {
      return absl::Hash<View>()(View(key.first, key.second));
    }
  };
  struct Equal {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return a.first == b.first && a.second == b.second;
    }
  };
  using Places = absl::flat_hash_map<std::pair<std::string, std::string>, std::vector<uint32_t>, Hash, Equal>;

  static std::span<const uint32_t> Find(const Places& places, const View& key);

  Places by_organisation_;  // by data set and organisation
  Places by_domain_;        // by data set and domain
  size_t size_ = 0;
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_CORE_HOLDING_INDEX_H_
