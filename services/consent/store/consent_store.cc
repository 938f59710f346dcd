#include "services/consent/store/consent_store.h"

#include <utility>

#include "libs/base/status.h"
#include "libs/warrant/verify.h"
#include "services/consent/store/guard_keys.h"

namespace safehaven::consent {

ConsentStore::ConsentStore(Store& store, TransparencyLog& log)
    : register_key_(KeyWriter().Text("guard").Text("register").Take()),
      objections_key_(KeyWriter().Text("guard").Text("objections").Take()),
      store_(store),
      log_(log) {}

absl::StatusOr<std::unique_ptr<ConsentStore>> ConsentStore::Open(Store& store, TransparencyLog& log) {
  std::unique_ptr<ConsentStore> opened(new ConsentStore(store, log));
  const absl::Time deadline = absl::InfiniteFuture();
  const uint64_t size = log.revision().size;
  for (uint64_t next = 0; next < size;) {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log.ReadRange(next, size - next, deadline));
    for (const LogEntry& entry : entries) SH_RETURN_IF_ERROR(opened->FoldEntry(entry, deadline));
    next += entries.size();
  }
  absl::MutexLock lock(&opened->write_mutex_);
  opened->folded_size_ = size;
  SH_RETURN_IF_ERROR(opened->RefreshVersions(deadline));
  return opened;
}

absl::Status ConsentStore::FoldEntry(const LogEntry& entry, absl::Time deadline) {
  if (!entry.erased) return state_.Fold(entry.kind, entry.index, entry.body);
  // An erased body has ended with its basis: nothing of it is in force, but a change of
  // the register may have said other things too.
  if (entry.kind != kRegisterLeaf) return absl::OkStatus();
  const absl::StatusOr<safehaven::Entry> kept = store_.Get(RedactionKey(entry.index), deadline);
  if (absl::IsNotFound(kept.status())) return absl::OkStatus();
  SH_RETURN_IF_ERROR(kept);
  storage::v1::RedactionRecord record;
  if (!record.ParseFromString(kept->value)) return DataLoss("LEAF_CORRUPT", "a redaction does not parse");
  return state_.Fold(kRegisterLeaf, entry.index, record.change().SerializeAsString());
}

absl::StatusOr<ProvenLeaf> ConsentStore::Prove(uint8_t kind, std::string body, Appended appended) {
  SH_ASSIGN_OR_RETURN(std::vector<Digest> inclusion, log_.InclusionProof(appended.index, appended.revision.size));
  return ProvenLeaf{.kind = kind,
                    .index = appended.index,
                    .salt = std::move(appended.salt),
                    .body = std::move(body),
                    .inclusion = std::move(inclusion),
                    .checkpoint = std::move(appended.checkpoint)};
}

absl::StatusOr<std::vector<ProvenLeaf>> ConsentStore::AppendDecision(std::vector<std::string> warrants,
                                                                     const storage::v1::DecisionRecord& record,
                                                                     const GuardedView& decided,
                                                                     absl::Time deadline) {
  std::vector<AppendRequest> requests;
  for (const std::string& warrant : warrants) requests.push_back({.kind = kWarrantLeafKind, .body = warrant});
  requests.push_back({.kind = kDecisionLeaf, .body = record.SerializeAsString()});
  for (AppendRequest& request : requests) {
    request.deadline = deadline;
    if (warrants.empty()) continue;
    request.batch.preconditions = {{.key = register_key_, .version = decided.register_version},
                                   {.key = objections_key_, .version = decided.objections_version}};
  }
  SH_ASSIGN_OR_RETURN(std::vector<Appended> appended, log_.AppendTogether(std::move(requests)));
  SH_RETURN_IF_ERROR(state_.FoldDecision(record));
  std::vector<ProvenLeaf> leaves;
  for (size_t i = 0; i < warrants.size(); ++i) {
    SH_ASSIGN_OR_RETURN(ProvenLeaf leaf, Prove(kWarrantLeafKind, std::move(warrants[i]), std::move(appended[i])));
    leaves.push_back(std::move(leaf));
  }
  if (leaves.empty()) {
    SH_ASSIGN_OR_RETURN(ProvenLeaf leaf,
                        Prove(kDecisionLeaf, record.SerializeAsString(), std::move(appended.front())));
    leaves.push_back(std::move(leaf));
  }
  return leaves;
}

absl::StatusOr<storage::v1::ObjectionBatchRecord> ConsentStore::ReadObjections(uint64_t index, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log_.ReadRange(index, 1, deadline));
  if (entries.front().erased) return NotFound("LEAF_ERASED", "the objections of this leaf were erased");
  storage::v1::ObjectionBatchRecord record;
  if (!record.ParseFromString(entries.front().body)) return DataLoss("LEAF_CORRUPT", "a batch does not parse");
  return record;
}

}  // namespace safehaven::consent
