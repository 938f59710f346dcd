#include "libs/storage/store.h"

#include "absl/strings/str_cat.h"
#include "libs/storage/checks.h"
#include "libs/storage/key_codec.h"

namespace safehaven {

absl::Status ScanPrefix(Store& store, absl::string_view prefix, const Snapshot& snapshot,
                        absl::Time deadline, const Store::Visitor& visit) {
  return store.Scan(prefix, PrefixEnd(prefix), snapshot, deadline, visit);
}

absl::StatusOr<Entry> GetAt(Store& store, absl::string_view key, const Snapshot& snapshot,
                            absl::Time deadline) {
  std::optional<Entry> found;
  const std::string next_key = absl::StrCat(key, absl::string_view("\0", 1));
  const absl::Status scanned = store.Scan(key, next_key, snapshot, deadline,
                                          [&found](absl::string_view, const Entry& entry) {
                                            found = entry;
                                            return false;
                                          });
  if (!scanned.ok()) return scanned;
  if (!found.has_value()) return storage_checks::KeyAbsent();
  return *found;
}

}  // namespace safehaven
