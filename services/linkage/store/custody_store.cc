#include "services/linkage/store/custody_store.h"

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage_custody.pb.h"

namespace safehaven::linkage {
namespace {

using storage::v1::LinkageCustodyRecord;

constexpr size_t kNumberBytes = 4;  // the first nine digits; the tenth follows from them

std::string KeyOf(absl::string_view id) { return KeyWriter().Text("custody").Text(id).Take(); }
std::string BoundTo(absl::string_view id) { return absl::StrCat("custody\n", id); }

// Both numbers where a key would be; the rest stays zero.
SecretKey Packed(const ProtectedPair& pair) {
  std::array<uint8_t, kKeyBytes> bytes = {};
  for (size_t i = 0; i < kNumberBytes; ++i) {
    bytes[i] = static_cast<uint8_t>(pair.former.base() >> (8 * i));
    bytes[kNumberBytes + i] = static_cast<uint8_t>(pair.present.base() >> (8 * i));
  }
  return SecretKey(bytes);
}

absl::StatusOr<ProtectedPair> Unpacked(const SecretKey& packed) {
  uint32_t former = 0, present = 0;
  for (size_t i = kNumberBytes; i > 0; --i) {
    former = former << 8 | packed.Reveal()[i - 1];
    present = present << 8 | packed.Reveal()[kNumberBytes + i - 1];
  }
  ProtectedPair pair;
  SH_ASSIGN_OR_RETURN(pair.former, NhsNumber::FromBase(former));
  SH_ASSIGN_OR_RETURN(pair.present, NhsNumber::FromBase(present));
  return pair;
}

storage::v1::LinkageCustodyWord ToRecord(const CustodyWord& word) {
  storage::v1::LinkageCustodyWord record;
  record.set_officer(word.officer);
  record.set_role(word.role);
  record.set_authority(word.authority);
  record.set_time_unix_ms(word.time_unix_ms);
  return record;
}

CustodyWord FromRecord(const storage::v1::LinkageCustodyWord& record) {
  return {.officer = record.officer(),
          .role = record.role(),
          .authority = record.authority(),
          .time_unix_ms = record.time_unix_ms()};
}

}  // namespace

bool IsLifted(const std::vector<CustodyAct>& acts, absl::string_view protection) {
  return std::any_of(acts.begin(), acts.end(), [protection](const CustodyAct& act) {
    return act.kind == CustodyKind::kLift && act.done && act.protection == protection;
  });
}

std::vector<ProtectedPair> StandingProtections(const std::vector<CustodyAct>& acts) {
  std::vector<ProtectedPair> pairs;
  for (const CustodyAct& act : acts) {
    if (act.pair.has_value() && !IsLifted(acts, act.id)) pairs.push_back(*act.pair);
  }
  return pairs;
}

absl::StatusOr<std::string> CustodyStore::ToBytes(const CustodyAct& act) {
  LinkageCustodyRecord record;
  record.set_custody(act.id);
  record.set_kind(static_cast<int32_t>(act.kind));
  record.set_reason(act.reason);
  *record.mutable_proposed() = ToRecord(act.proposed);
  if (act.approved.has_value()) *record.mutable_approved() = ToRecord(*act.approved);
  record.set_done(act.done);
  record.set_protection(act.protection);
  record.set_domain(act.domain);
  record.set_other_domain(act.other_domain);
  record.set_key_number(act.key_number);
  record.set_request_digest(act.request_digest);
  if (act.pair.has_value()) {
    SH_ASSIGN_OR_RETURN(*record.mutable_wrapped_numbers(),
                        WrapKey(Packed(*act.pair), wrapping_key_, BoundTo(act.id), randomness_));
  }
  return record.SerializeAsString();
}

absl::StatusOr<CustodyAct> CustodyStore::FromBytes(const std::string& bytes) {
  LinkageCustodyRecord record;
  if (!record.ParseFromString(bytes)) return DataLoss("RECORD_CORRUPT", "an act of custody does not parse");
  CustodyAct act = {.id = record.custody(),
                    .kind = static_cast<CustodyKind>(record.kind()),
                    .reason = record.reason(),
                    .proposed = FromRecord(record.proposed()),
                    .approved = {},
                    .done = record.done(),
                    .protection = record.protection(),
                    .domain = record.domain(),
                    .other_domain = record.other_domain(),
                    .key_number = record.key_number(),
                    .pair = {},
                    .request_digest = record.request_digest()};
  if (record.has_approved()) act.approved = FromRecord(record.approved());
  if (!record.wrapped_numbers().empty()) {
    SH_ASSIGN_OR_RETURN(const SecretKey packed,
                        UnwrapKey(record.wrapped_numbers(), wrapping_key_, BoundTo(act.id)));
    SH_ASSIGN_OR_RETURN(act.pair, Unpacked(packed));
  }
  return act;
}

absl::StatusOr<std::vector<CustodyAct>> CustodyStore::All(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  std::vector<CustodyAct> acts;
  absl::Status read;
  const auto visit = [&](absl::string_view, const Entry& entry) {
    absl::StatusOr<CustodyAct> act = FromBytes(entry.value);
    read = act.status();
    if (read.ok()) acts.push_back(*std::move(act));
    return read.ok();
  };
  SH_RETURN_IF_ERROR(ScanPrefix(store_, KeyWriter().Text("custody").Take(), *snapshot, deadline, visit));
  SH_RETURN_IF_ERROR(read);
  std::sort(acts.begin(), acts.end(), [](const CustodyAct& a, const CustodyAct& b) {
    return std::tuple(a.proposed.time_unix_ms, a.id) < std::tuple(b.proposed.time_unix_ms, b.id);
  });
  return acts;
}

absl::StatusOr<CustodyAct> CustodyStore::Get(absl::string_view id, absl::Time deadline) {
  const absl::StatusOr<Entry> entry = store_.Get(KeyOf(id), deadline);
  if (absl::IsNotFound(entry.status())) return NotFound("CUSTODY_UNKNOWN", "there is no such act of custody");
  SH_RETURN_IF_ERROR(entry);
  return FromBytes(entry->value);
}

absl::StatusOr<CustodyAct> CustodyStore::Add(const CustodyAct& act, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<CustodyAct> acts, All(deadline));
  const auto known = std::find_if(acts.begin(), acts.end(), [&act](const CustodyAct& a) { return a.id == act.id; });
  if (known == acts.end() && acts.size() >= kCustodyMax) {
    return Failure(absl::StatusCode::kResourceExhausted, "CUSTODY_FULL", "no more acts of custody can be kept");
  }
  SH_ASSIGN_OR_RETURN(std::string bytes, ToBytes(act));
  const Batch batch = {.preconditions = {{.key = KeyOf(act.id), .version = std::nullopt}},
                       .puts = {{.key = KeyOf(act.id), .value = std::move(bytes)}},
                       .deletes = {}};
  const absl::Status applied = store_.Apply(batch, deadline).status();
  if (applied.ok()) return act;
  if (!absl::IsAborted(applied)) return applied;
  SH_ASSIGN_OR_RETURN(CustodyAct there, Get(act.id, deadline));
  if (there.request_digest != act.request_digest) {
    return Failure(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED", "the id is of another request");
  }
  return there;
}

absl::Status CustodyStore::Update(const CustodyAct& act, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const Entry entry, store_.Get(KeyOf(act.id), deadline));
  SH_ASSIGN_OR_RETURN(const CustodyAct there, FromBytes(entry.value));
  if (there.done) return Failure(absl::StatusCode::kAborted, "CUSTODY_DONE", "the act was carried out already");
  SH_ASSIGN_OR_RETURN(std::string bytes, ToBytes(act));
  return store_.Apply({.preconditions = {{.key = KeyOf(act.id), .version = entry.version}},
                       .puts = {{.key = KeyOf(act.id), .value = std::move(bytes)}},
                       .deletes = {}},
                      deadline)
      .status();
}

}  // namespace safehaven::linkage
