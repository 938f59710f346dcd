#include "libs/merkle/log_auditor.h"

namespace safehaven {

void LogAuditor::Report(uint64_t index, absl::string_view reason) {
  if (audit_.first_fault.has_value() && audit_.first_fault->index <= index) return;
  audit_.first_fault = LogFault{.index = index, .reason = std::string(reason)};
}

void LogAuditor::AddLeaf(uint64_t index, const Digest& commitment) {
  if (index != tree_.size()) Report(tree_.size(), "LEAF_MISSING");
  tree_.Append(LeafHash(AsBytes(commitment)));
}

void LogAuditor::Add(uint64_t index, const Digest& commitment,
                     const std::optional<LeafContent>& content) {
  AddLeaf(index, commitment);
  if (!content.has_value()) {
    Report(index, "BODY_MISSING");
  } else if (!CheckCommitment(commitment, *content).ok()) {
    Report(index, "BODY_ALTERED");
  }
}

void LogAuditor::AddErased(uint64_t index, const Digest& commitment) {
  AddLeaf(index, commitment);
  ++audit_.erased_count;
}

LogAudit LogAuditor::Finish(const Checkpoint& signed_checkpoint) {
  audit_.size = tree_.size();
  if (audit_.size < signed_checkpoint.size) Report(audit_.size, "LEAF_MISSING");
  if (audit_.size > signed_checkpoint.size) Report(signed_checkpoint.size, "LEAF_EXTRA");
  if (audit_.size == signed_checkpoint.size && tree_.Root() != signed_checkpoint.root) {
    Report(audit_.size, "ROOT_MISMATCH");
  }
  return audit_;
}

}  // namespace safehaven
