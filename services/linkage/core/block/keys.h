// Blocking keys: what two profiles have to share to become candidates under a rule.
// Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_KEYS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_KEYS_H_

#include <cstdint>
#include <vector>

#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/model.h"

namespace safehaven::linkage {

// A profile's key under a rule, hashed; 0 if the rule cannot find it. Two keys that
// hash alike by chance only make a candidate more.
using BlockKey = uint64_t;

// The key of one profile.
BlockKey KeyOf(const BlockingRule& rule, const Profiles& profiles, ProfileIndex profile);

// Hash of one part of a key, 0 if it is not known. `extra_column` is that of kExtra and
// kExtraPrefix.
uint64_t PartOf(KeyPart part, uint16_t extra_column, const Profiles& profiles, ProfileIndex profile);

// The same for all profiles of a run: the hashes that keys are made of lie side by side
// here, as the vocabulary's values are too large to stay in the cache. Borrows the
// profiles, which outlive it. Immutable; thread-safe.
class KeyReader {
 public:
  explicit KeyReader(const Profiles& profiles);

  BlockKey KeyOf(const BlockingRule& rule, ProfileIndex profile) const;

  // Hash of one part of a key, 0 if it is not known. `extra_column` is that of kExtra and
  // kExtraPrefix.
  uint64_t PartOf(KeyPart part, uint16_t extra_column, ProfileIndex profile) const;

 private:
  struct AtomHashes {
    std::vector<uint64_t> whole, phonetic, root, prefix3, prefix4, initial;
  };
  struct TextHashes {
    std::vector<uint64_t> whole, prefix;
  };

  const Profiles& profiles_;
  // By code.
  AtomHashes atoms_;
  std::vector<uint64_t> postcodes_;
  std::vector<uint64_t> sectors_;
  std::vector<uint64_t> houses_;
  std::vector<uint64_t> local_ids_;
  std::vector<TextHashes> extra_;
};

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_BLOCK_KEYS_H_
