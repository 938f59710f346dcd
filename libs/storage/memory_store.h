// A Store that forgets everything with the process: for tests and for trying things
// out. "Durable" means nothing here; all else is as in store.h. Thread-safe.
#ifndef SAFEHAVEN_LIBS_STORAGE_MEMORY_STORE_H_
#define SAFEHAVEN_LIBS_STORAGE_MEMORY_STORE_H_

#include <memory>
#include <optional>
#include <vector>

#include "libs/storage/store.h"

namespace safehaven {

class MemoryStore : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  absl::StatusOr<Entry> Get(absl::string_view key, absl::Time deadline) override;
  absl::StatusOr<std::vector<std::optional<Entry>>> MultiGet(std::span<const std::string> keys,
                                                             absl::Time deadline) override;
  // O(1); the first Apply afterwards copies everything.
  absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot(absl::Time expire_time) override;
  absl::Status Scan(absl::string_view begin, absl::string_view end, const Snapshot& snapshot,
                    absl::Time deadline, const Visitor& visit) override;
  absl::StatusOr<Version> Apply(const Batch& batch, absl::Time deadline) override;

 private:
  struct State;
  class MemorySnapshot;

  // Shared with snapshots, which may outlive the store.
  std::shared_ptr<State> state_;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_LIBS_STORAGE_MEMORY_STORE_H_
