#include "services/linkage/store/domain_keys.h"

#include <string>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"

namespace safehaven::linkage {
namespace {

std::string DomainKey(absl::string_view domain) { return KeyWriter().Text("pseudonym_key").Text(domain).Take(); }

}  // namespace

absl::StatusOr<SecretKey> DomainKeys::Get(absl::string_view domain, absl::Time deadline) {
  const std::string key = DomainKey(domain);
  absl::StatusOr<Entry> entry = store_.Get(key, deadline);
  if (absl::IsNotFound(entry.status())) {
    SH_ASSIGN_OR_RETURN(std::string wrapped, WrapKey(MakeKey(randomness_), wrapping_key_, domain, randomness_));
    const Batch batch = {.preconditions = {{.key = key, .version = std::nullopt}},
                         .puts = {{.key = key, .value = std::move(wrapped)}}};
    const absl::Status applied = store_.Apply(batch, deadline).status();
    // Of two first uses at once, one key stays, and both take that one.
    if (!applied.ok() && !absl::IsAborted(applied)) return applied;
    entry = store_.Get(key, deadline);
  }
  SH_RETURN_IF_ERROR(entry);
  return UnwrapKey(entry->value, wrapping_key_, domain);
}

absl::Status DomainKeys::Forget(absl::string_view domain, absl::Time deadline) {
  return store_.Apply({.preconditions = {}, .puts = {}, .deletes = {DomainKey(domain)}}, deadline).status();
}

}  // namespace safehaven::linkage
