#include "services/costing/store/release_populations.h"

#include "libs/base/status.h"
#include "libs/storage/key_codec.h"
#include "safehaven/storage/v1/costing.pb.h"

namespace safehaven::costing {
namespace {

// Keys that are remembered as kept: an answer then does not look.
constexpr size_t kRememberedMax = 65'536;

std::string PopulationRecordKey(absl::string_view key) {
  return KeyWriter().Text("release_population").Text(key).Take();
}

storage::v1::ReleasePopulationRecord ToRecord(const std::vector<SourcePopulation>& populations) {
  storage::v1::ReleasePopulationRecord record;
  for (const SourcePopulation& population : populations) {
    storage::v1::SourcePopulationRecord* out = record.add_sources();
    out->set_source(population.source);
    out->mutable_sets()->Assign(population.sets.begin(), population.sets.end());
    uint64_t last = 0;
    for (const uint64_t person : population.persons) {
      out->add_person_steps(person - last);
      last = person;
    }
  }
  return record;
}

}  // namespace

absl::Status ReleasePopulations::Keep(const std::string& key,
                                      const std::function<absl::StatusOr<std::vector<SourcePopulation>>()>& make,
                                      absl::Time deadline) {
  {
    absl::MutexLock lock(&mutex_);
    if (kept_.contains(key)) return absl::OkStatus();
  }
  const std::string at = PopulationRecordKey(key);
  const absl::Status known = store_.Get(at, deadline).status();
  if (absl::IsNotFound(known)) {
    SH_ASSIGN_OR_RETURN(const std::vector<SourcePopulation> populations, make());
    const Batch batch = {.puts = {{.key = at, .value = ToRecord(populations).SerializeAsString()}}};
    SH_RETURN_IF_ERROR(store_.Apply(batch, deadline));
  } else {
    SH_RETURN_IF_ERROR(known);
  }
  absl::MutexLock lock(&mutex_);
  if (kept_.size() >= kRememberedMax) kept_.clear();
  kept_.insert(key);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::vector<SourcePopulation>>> ReleasePopulations::Find(absl::string_view key,
                                                                                     absl::Time deadline) const {
  const absl::StatusOr<Entry> entry = store_.Get(PopulationRecordKey(key), deadline);
  if (absl::IsNotFound(entry.status())) return std::optional<std::vector<SourcePopulation>>();
  SH_RETURN_IF_ERROR(entry);
  storage::v1::ReleasePopulationRecord record;
  if (!record.ParseFromString(entry->value)) return DataLoss("RELEASE_CORRUPT", "a population does not parse");
  std::vector<SourcePopulation> populations;
  for (const storage::v1::SourcePopulationRecord& source : record.sources()) {
    SourcePopulation population = {.source = source.source(), .sets = {source.sets().begin(), source.sets().end()}};
    uint64_t person = 0;
    for (const uint64_t step : source.person_steps()) population.persons.push_back(person += step);
    populations.push_back(std::move(population));
  }
  return std::optional(std::move(populations));
}

}  // namespace safehaven::costing
