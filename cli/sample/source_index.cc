#include "cli/sample/source_index.h"

#include "absl/strings/str_cat.h"

namespace safehaven::sample {
namespace {

// Local numbers run over seven digits in an order that says nothing of who came with
// whom: a step without a common factor visits each once.
constexpr uint64_t kLocalNumberFirst = 1'000'000;
constexpr uint64_t kLocalNumberCount = 9'000'000;
constexpr uint64_t kLocalNumberStep = 4'871'683;

// Of 10,000 events of somebody with two entries, those filed under the second.
constexpr uint32_t kSecondEntryUseRate = 3'000;

}  // namespace

SourceIndex::SourceIndex(const Population& population, const Names& names, Source source,
                         uint64_t seed, absl::string_view local_prefix)
    : population_(population),
      names_(names),
      source_(source),
      local_prefix_(local_prefix),
      random_(seed, absl::StrCat("index/", SourceName(source))),
      first_entry_(population.people.size(), 0),
      entry_count_(population.people.size(), 0) {}

uint32_t SourceIndex::EntryFor(uint32_t person) {
  if (entry_count_[person] == 0) {
    // The index shows what was known at the end of the year.
    const CivilDay day = population_.people[person].present.last;
    first_entry_[person] = AddEntry(person, day, true);
    entry_count_[person] = 1;
    if (random_.Chance(RatesOf(source_).second_entry)) {
      AddEntry(person, day, true);
      entry_count_[person] = 2;
    }
  }
  const bool second = entry_count_[person] == 2 && random_.Chance(kSecondEntryUseRate);
  return first_entry_[person] + (second ? 1 : 0);
}

uint32_t SourceIndex::NewEntry(uint32_t person, CivilDay day) {
  return AddEntry(person, day, false);
}

uint32_t SourceIndex::AddEntry(uint32_t person, CivilDay day, bool with_local_number) {
  const uint32_t index = static_cast<uint32_t>(entries_.size());
  entries_.push_back(Record(population_, names_, source_, person, day, random_));
  if (with_local_number) {
    entries_.back().identity.local_id = absl::StrCat(
        local_prefix_, kLocalNumberFirst + index * kLocalNumberStep % kLocalNumberCount);
  }
  return index;
}

}  // namespace safehaven::sample
