#include "services/linkage/store/domain_keys.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage_custody.pb.h"

namespace safehaven::linkage {
namespace {

std::string DomainKey(absl::string_view domain) { return KeyWriter().Text("pseudonym_domain").Text(domain).Take(); }

std::string KeyOf(absl::string_view domain, uint32_t number) {
  if (number == 1) return KeyWriter().Text("pseudonym_key").Text(domain).Take();
  return KeyWriter().Text("pseudonym_key_numbered").Text(domain).Number(number).Take();
}

// To what a wrapped key is bound.
std::string BoundTo(absl::string_view domain, uint32_t number) {
  return number == 1 ? std::string(domain) : absl::StrCat(domain, "\n", number);
}

absl::Status Ended() {
  return FailedPrecondition("PSEUDONYM_DOMAIN_ENDED", "the domain's keys are destroyed: it has no pseudonyms any more");
}

}  // namespace

absl::StatusOr<DomainKeys::Domain> DomainKeys::Read(absl::string_view domain, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(DomainKey(domain), deadline);
  if (absl::IsNotFound(entry.status())) return Domain{};
  SH_RETURN_IF_ERROR(entry);
  storage::v1::LinkagePseudonymDomainRecord record;
  if (!record.ParseFromString(entry->value)) return DataLoss("RECORD_CORRUPT", "a domain's record does not parse");
  return Domain{.numbers = {.first = record.first_key_number(), .current = record.key_number()},
                .destroyed = record.destroyed(),
                .version = entry->version};
}

absl::StatusOr<DomainKeyNumbers> DomainKeys::Numbers(absl::string_view domain, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const Domain now, Read(domain, deadline));
  if (now.destroyed) return Ended();
  return now.numbers;
}

absl::StatusOr<SecretKey> DomainKeys::Get(absl::string_view domain, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const Domain now, Read(domain, deadline));
  if (now.destroyed) return Ended();
  const DomainKeyNumbers& numbers = now.numbers;
  const std::string key = KeyOf(domain, numbers.current);
  absl::StatusOr<Entry> entry = store_.Get(key, deadline);
  if (absl::IsNotFound(entry.status()) && numbers.current == 1) {
    SH_ASSIGN_OR_RETURN(std::string wrapped,
                        WrapKey(MakeKey(randomness_), wrapping_key_, BoundTo(domain, 1), randomness_));
    // Not if the domain is destroyed meanwhile.
    const Batch batch = {.preconditions = {{.key = key, .version = std::nullopt},
                                           {.key = DomainKey(domain), .version = now.version}},
                         .puts = {{.key = key, .value = std::move(wrapped)}},
                         .deletes = {}};
    const absl::Status applied = store_.Apply(batch, deadline).status();
    // Of two first uses at once, one key stays, and both take that one.
    if (!applied.ok() && !absl::IsAborted(applied)) return applied;
    entry = store_.Get(key, deadline);
  }
  SH_RETURN_IF_ERROR(entry);
  return UnwrapKey(entry->value, wrapping_key_, BoundTo(domain, numbers.current));
}

absl::StatusOr<SecretKey> DomainKeys::GetNumbered(absl::string_view domain, uint32_t number, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const DomainKeyNumbers numbers, Numbers(domain, deadline));
  if (number == numbers.current) return Get(domain, deadline);
  const absl::StatusOr<Entry> entry = store_.Get(KeyOf(domain, number), deadline);
  if (absl::IsNotFound(entry.status())) {
    return NotFound("PSEUDONYM_KEY_DESTROYED", "that key of the domain is destroyed, or there was none");
  }
  SH_RETURN_IF_ERROR(entry);
  return UnwrapKey(entry->value, wrapping_key_, BoundTo(domain, number));
}

absl::Status DomainKeys::Write(absl::string_view domain, const Domain& before, const Domain& now, Batch batch,
                               absl::Time deadline) {
  storage::v1::LinkagePseudonymDomainRecord record;
  record.set_key_number(now.numbers.current);
  record.set_first_key_number(now.numbers.first);
  record.set_destroyed(now.destroyed);
  batch.preconditions.push_back({.key = DomainKey(domain), .version = before.version});
  batch.puts.push_back({.key = DomainKey(domain), .value = record.SerializeAsString()});
  const uint32_t end = now.destroyed ? now.numbers.current + 1 : now.numbers.first;
  for (uint32_t number = before.numbers.first; number < end; ++number) batch.deletes.push_back(KeyOf(domain, number));
  return store_.Apply(batch, deadline).status();
}

absl::Status DomainKeys::RotateTo(absl::string_view domain, uint32_t number, absl::Time deadline) {
  // The key before it has to exist, so that the map can be made.
  SH_RETURN_IF_ERROR(Get(domain, deadline));
  SH_ASSIGN_OR_RETURN(const Domain before, Read(domain, deadline));
  if (number <= before.numbers.current) return absl::OkStatus();
  if (number != before.numbers.current + 1) {
    return FailedPrecondition("PSEUDONYM_KEY_NOT_NEXT", "keys of a domain are numbered without gaps");
  }
  SH_ASSIGN_OR_RETURN(std::string wrapped,
                      WrapKey(MakeKey(randomness_), wrapping_key_, BoundTo(domain, number), randomness_));
  Domain now = before;
  now.numbers.current = number;
  return Write(domain, before, now,
               {.preconditions = {}, .puts = {{.key = KeyOf(domain, number), .value = std::move(wrapped)}}, .deletes = {}},
               deadline);
}

absl::Status DomainKeys::DestroyFormer(absl::string_view domain, absl::Time deadline) {
  SH_RETURN_IF_ERROR(Numbers(domain, deadline));
  SH_ASSIGN_OR_RETURN(const Domain before, Read(domain, deadline));
  Domain now = before;
  now.numbers.first = before.numbers.current;
  return Write(domain, before, now, {}, deadline);
}

absl::Status DomainKeys::Destroy(absl::string_view domain, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const Domain before, Read(domain, deadline));
  if (before.destroyed) return absl::OkStatus();
  Domain now = before;
  now.destroyed = true;
  return Write(domain, before, now, {}, deadline);
}

}  // namespace safehaven::linkage
