// ConsentStore's changes of register and objections (consent_store.h): one at a time, each
// on the condition that it knows all earlier ones, and none lost when its answer was.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "services/consent/store/consent_store.h"
#include "services/consent/store/guard_keys.h"

namespace safehaven::consent {
namespace {

// For reading what the log has when an answer was lost: two keys and a few leaves.
constexpr absl::Duration kReadTimeout = absl::Seconds(2);

absl::StatusOr<std::optional<Version>> VersionOf(Store& store, const std::string& key, absl::Time deadline) {
  const absl::StatusOr<safehaven::Entry> entry = store.Get(key, deadline);
  if (absl::IsNotFound(entry.status())) return std::optional<Version>();
  SH_RETURN_IF_ERROR(entry);
  return std::optional<Version>(entry->version);
}

// Version::value as the store keeps it: 0 for an absent key.
std::optional<Version> ToVersion(uint64_t value) {
  return value == 0 ? std::nullopt : std::optional(Version{value});
}

// In real time, as the log's own waiting counts.
absl::Status CheckNotLate(absl::Time deadline) {
  if (absl::Now() < deadline) return absl::OkStatus();
  return Failure(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED", "the change was not begun in time");
}

absl::Status OffsetRefused(absl::StatusCode code, absl::string_view reason, uint64_t next_offset) {
  return Failure(code, reason, absl::StrCat("the next offset of this load is ", next_offset),
                 {{"next_offset", absl::StrCat(next_offset)}});
}

absl::Status LoadDiffers(uint64_t next_offset) {
  return Failure(absl::StatusCode::kAlreadyExists, "LOAD_DIFFERS",
                 "another load of this set has this name, and other rows; nothing was taken",
                 {{"next_offset", absl::StrCat(next_offset)}});
}

bool SameRow(const storage::v1::ObjectionBatchRecord& a, uint64_t row_a, const storage::v1::ObjectionBatchRecord& b,
             uint64_t row_b) {
  const int i = static_cast<int>(row_a), j = static_cast<int>(row_b);
  return a.nhs_numbers(i) == b.nhs_numbers(j) && a.effective_days(i) == b.effective_days(j) &&
         a.received_days(i) == b.received_days(j) && a.withdrawn()[row_a] == b.withdrawn()[row_b];
}

bool IsGuarded(uint8_t kind) { return kind == kRegisterLeaf || kind == kObjectionsLeaf || kind == kRedactionLeaf; }

}  // namespace

GuardedView ConsentStore::view() {
  if (behind_.load(std::memory_order_acquire)) {
    // Whoever is writing catches up as well.
    if (write_mutex_.TryLock()) {
      CatchUp().IgnoreError();
      write_mutex_.Unlock();
    }
  }
  // Versions first: if a change comes between, the older versions fail at writing.
  GuardedView guarded;
  guarded.register_version = ToVersion(register_version_);
  guarded.objections_version = ToVersion(objections_version_);
  guarded.view = state_.view();
  return guarded;
}

absl::Status ConsentStore::RefreshVersions(absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::optional<Version> of_register, VersionOf(store_, register_key_, deadline));
  SH_ASSIGN_OR_RETURN(const std::optional<Version> of_objections, VersionOf(store_, objections_key_, deadline));
  register_version_ = of_register.value_or(Version{}).value;
  objections_version_ = of_objections.value_or(Version{}).value;
  return absl::OkStatus();
}

absl::Status ConsentStore::CatchUp() {
  if (!behind_) return absl::OkStatus();
  const uint64_t size = log_.revision().size;
  const absl::Time deadline = absl::Now() + kReadTimeout;
  bool found = false;
  while (folded_size_ < size) {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries,
                        log_.ReadRange(folded_size_, size - folded_size_, deadline));
    for (const LogEntry& entry : entries) {
      if (IsGuarded(entry.kind)) {
        SH_RETURN_IF_ERROR(FoldEntry(entry, deadline));
        found = true;
      }
      folded_size_ = entry.index + 1;
    }
  }
  // One change at most is in doubt. Until it is found, or the log has gone on without it, the
  // versions in the store may already be its versions: those of before stay, and what
  // relies on them fails if it was written.
  if (!found && size <= doubt_size_) {
    return Unavailable("LOG_IN_DOUBT", "the log does not know yet what its last write did");
  }
  if (found) doubt_size_ = 0;
  SH_RETURN_IF_ERROR(RefreshVersions(deadline));
  behind_ = false;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> ConsentStore::AppendGuarded(AppendRequest request,
                                                     const std::optional<Version>& register_version) {
  // All of them depend on both keys: an earlier change that is in the log unknown to us
  // stops this one, so that it is never overtaken.
  request.batch.preconditions = {{.key = register_key_, .version = register_version},
                                 {.key = objections_key_, .version = ToVersion(objections_version_)}};
  // Not given up while the log works at it: it bounds the time itself, and a change that
  // is in the log has to be in the View.
  request.deadline = absl::InfiniteFuture();
  const uint8_t kind = request.kind;
  const std::string body = request.body;
  const uint64_t size_before = log_.revision().size;
  const absl::StatusOr<Appended> appended = log_.Append(std::move(request));
  if (absl::IsAborted(appended.status())) {
    SH_RETURN_IF_ERROR(CatchUp());
    return appended.status();
  }
  if (!appended.ok()) {
    if (!behind_) folded_size_ = std::max(folded_size_, size_before);
    doubt_size_ = log_.revision().size;
    behind_.store(true, std::memory_order_release);
    return appended.status();
  }
  // It holds on both keys, so no change in doubt was written.
  SH_RETURN_IF_ERROR(state_.Fold(kind, appended->index, body));
  folded_size_ = appended->index + 1;
  const bool refreshed = RefreshVersions(absl::Now() + kReadTimeout).ok();
  doubt_size_ = appended->index;
  behind_.store(!refreshed, std::memory_order_release);
  return appended->index + 1;
}

absl::StatusOr<uint64_t> ConsentStore::AppendRegister(const storage::v1::RegisterChangeRecord& record,
                                                      const GuardedView& planned, absl::Time deadline) {
  absl::MutexLock lock(&write_mutex_);
  SH_RETURN_IF_ERROR(CheckNotLate(deadline));
  AppendRequest request = {.kind = kRegisterLeaf, .body = record.SerializeAsString()};
  request.batch.puts = {{.key = register_key_, .value = ""}};
  return AppendGuarded(std::move(request), planned.register_version);
}

absl::Status ConsentStore::CompareWritten(const storage::v1::ObjectionBatchRecord& record, uint64_t next_offset,
                                          absl::Time deadline) {
  const LoadName load = {.set = record.set(), .load = record.load()};
  const uint64_t end = std::min(next_offset, record.offset() + static_cast<uint64_t>(record.nhs_numbers_size()));
  for (uint64_t offset = record.offset(); offset < end;) {
    const std::optional<ObjectionRow> place = state_.FindObjection(load, offset);
    if (!place.has_value()) return LoadDiffers(next_offset);
    SH_ASSIGN_OR_RETURN(const storage::v1::ObjectionBatchRecord written, ReadObjections(place->leaf, deadline));
    const auto count = static_cast<uint64_t>(written.nhs_numbers_size());
    if (place->row >= count) return LoadDiffers(next_offset);
    for (uint64_t row = place->row; row < count && offset < end; ++row, ++offset) {
      if (!SameRow(record, offset - record.offset(), written, row)) return LoadDiffers(next_offset);
    }
  }
  return OffsetRefused(absl::StatusCode::kAlreadyExists, "OFFSET_WRITTEN", next_offset);
}

absl::StatusOr<uint64_t> ConsentStore::AppendObjections(const storage::v1::ObjectionBatchRecord& record,
                                                        absl::Time deadline) {
  absl::MutexLock lock(&write_mutex_);
  SH_RETURN_IF_ERROR(CheckNotLate(deadline));
  const LoadName load = {.set = record.set(), .load = record.load()};
  // An earlier batch that was in doubt, perhaps this very one, is known after the first try.
  absl::StatusOr<uint64_t> size;
  for (int i = 0; i < 2; ++i) {
    const uint64_t next_offset = state_.ObjectionOffset(load);
    if (record.offset() < next_offset) return CompareWritten(record, next_offset, deadline);
    if (record.offset() > next_offset) {
      return OffsetRefused(absl::StatusCode::kOutOfRange, "OFFSET_AHEAD", next_offset);
    }
    AppendRequest request = {.kind = kObjectionsLeaf, .body = record.SerializeAsString()};
    request.batch.puts = {{.key = objections_key_, .value = ""}};
    size = AppendGuarded(std::move(request), ToVersion(register_version_));
    if (!absl::IsAborted(size.status())) break;
  }
  return size;
}

absl::Status ConsentStore::Redact(const storage::v1::RedactionRecord& record, absl::Time deadline) {
  absl::MutexLock lock(&write_mutex_);
  SH_RETURN_IF_ERROR(CheckNotLate(deadline));
  const std::string body = record.SerializeAsString();
  AppendRequest request = {.kind = kRedactionLeaf, .body = body};
  if (record.has_change()) {
    request.batch.puts = {{.key = RedactionKey(record.index()), .value = body}, {.key = RegisterKey(), .value = ""}};
  }
  SH_RETURN_IF_ERROR(AppendGuarded(std::move(request), ToVersion(register_version_)));
  return log_.Erase(record.index(), record.reason(), deadline);
}

}  // namespace safehaven::consent
