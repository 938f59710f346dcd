#include "services/consent/rpc/proposal.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/consent/core/register_yaml.h"
#include "services/consent/core/snapshot_check.h"

namespace safehaven::consent {
namespace {

absl::StatusOr<std::vector<Entry>> ReadEntries(const google::protobuf::RepeatedPtrField<v1::RegisterFile>& files,
                                               Profile profile) {
  if (files.size() > kFilesMax) return InvalidArgument("REGISTER_TOO_MANY_FILES", "at most a thousand files");
  std::vector<Entry> entries;
  std::set<std::string> keys;
  for (const v1::RegisterFile& file : files) {
    SH_ASSIGN_OR_RETURN(std::vector<FileEntry> read, ParseRegisterFile(file.name(), file.text()));
    for (FileEntry& entry : read) {
      const absl::Status fence = CheckFence(profile, entry.entry);
      if (!fence.ok()) return AtPlace(fence, entry.place);
      if (!keys.insert(KeyOf(entry.entry)).second) {
        return AtPlace(InvalidArgument("REGISTER_ENTRY_REPEATED",
                                       absl::StrCat(KeyOf(entry.entry), " is in the files twice")),
                       entry.place);
      }
      entries.push_back(std::move(entry.entry));
    }
  }
  return entries;
}

}  // namespace

absl::StatusOr<Proposal> ProposalOf(const View& view, std::vector<PlannedChange> changes) {
  Proposal proposal;
  proposal.changes = std::move(changes);
  for (const PlannedChange& change : proposal.changes) {
    proposal.events.push_back({.index = view.snapshot->size(), .key = change.key, .entry = change.entry});
    if (change.widening == Widening::kWidens) proposal.widening = Widening::kWidens;
    if (change.widening == Widening::kNarrows) proposal.narrows = true;
  }
  if (proposal.narrows && proposal.widening != Widening::kWidens) proposal.widening = Widening::kNarrows;
  proposal.after = view.snapshot->With(proposal.events);
  SH_RETURN_IF_ERROR(CheckReferences(proposal.after));
  return proposal;
}

absl::StatusOr<Proposal> Propose(const View& view, const google::protobuf::RepeatedPtrField<v1::RegisterFile>& files,
                                 Profile profile) {
  SH_ASSIGN_OR_RETURN(const std::vector<Entry> entries, ReadEntries(files, profile));
  return ProposalOf(view, Plan(*view.snapshot, entries, /*keep_absent=*/false));
}

}  // namespace safehaven::consent
