// Who objects in each set, by NHS number, as it stands: what screening looks at.
//
// A set of a few thousand is a hash set; one that grows beyond kIndexFrom becomes a
// bitmap over all numbers (core/screening/objection_index.h), which readers use without
// a lock. Which objections there were and when is the log's to say. Thread-safe, for
// one thread that changes it.
#ifndef SAFEHAVEN_SERVICES_CONSENT_STORE_OBJECTION_SETS_H_
#define SAFEHAVEN_SERVICES_CONSENT_STORE_OBJECTION_SETS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/consent/core/screening/number_filter.h"
#include "services/consent/core/screening/objection_index.h"

namespace safehaven::consent {

class ObjectionSets {
 public:
  // From here on a bitmap takes no more memory than what its pages would anyway.
  static constexpr size_t kIndexFrom = 16'384;

  // One batch: each of `numbers` objects from now on, or no longer where `withdrawn` is
  // not 0. Both are of one length. False, and nothing changed, if one is no NHS number.
  bool Change(absl::string_view set, std::span<const uint64_t> numbers, absl::string_view withdrawn)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Does the person of this number object in the set?
  bool Contains(absl::string_view set, uint64_t number) const ABSL_LOCKS_EXCLUDED(mutex_);

  // As FilterNumbers(): 1 in `allowed` for each valid number whose person does not
  // object in the set.
  FilterCounts Filter(absl::string_view set, std::span<const uint64_t> numbers, std::span<uint8_t> allowed) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Set {
    absl::flat_hash_set<uint64_t> few;      // empty once there is an index
    std::unique_ptr<ObjectionIndex> index;  // never taken away again
  };

  static void MakeIndex(Set& set);
  // The set's index, which lives as long as this; null if it has none.
  const ObjectionIndex* IndexOf(absl::string_view set) const ABSL_LOCKS_EXCLUDED(mutex_);

  mutable absl::Mutex mutex_;
  std::map<std::string, Set, std::less<>> sets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace safehaven::consent

#endif  // SAFEHAVEN_SERVICES_CONSENT_STORE_OBJECTION_SETS_H_
