#include "services/linkage/store/exclusion_store.h"

#include <memory>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/linkage.pb.h"

namespace safehaven::linkage {
namespace {

std::string Prefix(absl::string_view authority) { return KeyWriter().Text("exclusions").Text(authority).Take(); }
std::string SetKey(absl::string_view authority, absl::string_view set) {
  return KeyWriter().Text("exclusions").Text(authority).Text(set).Take();
}

}  // namespace

absl::StatusOr<ExclusionSets> ExclusionStore::Read(absl::string_view authority, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, store_.TakeSnapshot(deadline));
  ExclusionSets sets;
  absl::Status parsed;
  SH_RETURN_IF_ERROR(ScanPrefix(store_, Prefix(authority), *snapshot, deadline, [&](absl::string_view, const Entry& entry) {
    storage::v1::LinkageExclusionRecord record;
    if (!record.ParseFromString(entry.value)) {
      parsed = DataLoss("EXCLUSIONS_CORRUPT", "a set of excluded persons does not parse");
      return false;
    }
    ExclusionSet& set = sets[record.set()];
    set.crosswalk_revision = record.crosswalk_revision();
    for (const storage::v1::LinkageExcludedPerson& person : record.persons()) {
      set.persons.push_back({.person = person.person(),
                             .reason = static_cast<ExclusionReason>(person.reason()),
                             .causes = Sensitive<std::vector<uint64_t>>(
                                 {person.causes().begin(), person.causes().end()})});
    }
    return true;
  }));
  SH_RETURN_IF_ERROR(parsed);
  return sets;
}

absl::Status ExclusionStore::Write(absl::string_view authority, const ExclusionSets& sets, absl::Time deadline) {
  Batch batch;
  for (const auto& [name, set] : sets) {
    storage::v1::LinkageExclusionRecord record;
    record.set_set(name);
    record.set_crosswalk_revision(set.crosswalk_revision);
    for (const ExcludedPerson& excluded : set.persons) {
      storage::v1::LinkageExcludedPerson* person = record.add_persons();
      person->set_person(excluded.person);
      person->set_reason(static_cast<uint32_t>(excluded.reason));
      for (const uint64_t cause : excluded.causes.Reveal()) person->add_causes(cause);
    }
    batch.puts.push_back({.key = SetKey(authority, name), .value = record.SerializeAsString()});
  }
  if (batch.puts.empty()) return absl::OkStatus();
  return store_.Apply(batch, deadline).status();
}

}  // namespace safehaven::linkage
