// ConsentStore's part for looking back (consent_store.h).
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/store/consent_store.h"

namespace safehaven::consent {
namespace {

template <typename Record>
absl::StatusOr<Record> ReadRecord(const TransparencyLog& log, uint64_t index, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const LogEntry entry, log.Read(index, deadline));
  if (entry.erased) return NotFound("LEAF_ERASED", "the content of this leaf was erased");
  Record record;
  if (!record.ParseFromString(entry.body)) {
    return DataLoss("LEAF_CORRUPT", absl::StrCat("the body of leaf ", index, " does not parse"));
  }
  return record;
}

}  // namespace

absl::Status ConsentStore::Scan(uint64_t begin, absl::Time deadline,
                                const std::function<absl::Status(const LogEntry&)>& visit) const {
  const uint64_t size = log_.revision().size;
  for (uint64_t next = begin; next < size;) {
    SH_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries, log_.ReadRange(next, size - next, deadline));
    for (const LogEntry& entry : entries) SH_RETURN_IF_ERROR(visit(entry));
    next += entries.size();
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> ConsentStore::AppendInquiry(const storage::v1::InquiryRecord& record, absl::Time deadline) {
  const std::string body = record.SerializeAsString();
  SH_ASSIGN_OR_RETURN(const Appended appended, log_.Append({.kind = kInquiryLeaf, .body = body, .deadline = deadline}));
  SH_RETURN_IF_ERROR(state_.Fold(kInquiryLeaf, appended.index, body));
  return appended.index;
}

absl::StatusOr<storage::v1::InquiryRecord> ConsentStore::FindInquiry(absl::string_view id, absl::Time deadline) {
  const std::optional<uint64_t> leaf = state_.InquiryLeafOf(id);
  if (!leaf.has_value()) return NotFound("INQUIRY_UNKNOWN", "there is no inquiry of that id");
  return ReadRecord<storage::v1::InquiryRecord>(log_, *leaf, deadline);
}

absl::Status ConsentStore::AppendProposal(const storage::v1::ProposalRecord& record, absl::Time deadline) {
  const std::string body = record.SerializeAsString();
  SH_ASSIGN_OR_RETURN(const Appended appended,
                      log_.Append({.kind = kProposalLeaf, .body = body, .deadline = deadline}));
  return state_.Fold(kProposalLeaf, appended.index, body);
}

absl::StatusOr<std::optional<storage::v1::ProposalRecord>> ConsentStore::FindProposal(absl::string_view request_id,
                                                                                      absl::Time deadline) {
  const std::optional<uint64_t> leaf = state_.ProposalLeafOf(request_id);
  if (!leaf.has_value()) return std::optional<storage::v1::ProposalRecord>();
  SH_ASSIGN_OR_RETURN(storage::v1::ProposalRecord record,
                      ReadRecord<storage::v1::ProposalRecord>(log_, *leaf, deadline));
  return std::optional(std::move(record));
}

}  // namespace safehaven::consent
