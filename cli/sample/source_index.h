// A source's index of people, filled as people turn up. Single-threaded.
#ifndef SAFEHAVEN_CLI_SAMPLE_SOURCE_INDEX_H_
#define SAFEHAVEN_CLI_SAMPLE_SOURCE_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/sample/errors.h"
#include "cli/sample/people.h"

namespace safehaven::sample {

class SourceIndex {
 public:
  // `local_prefix` begins the source's local numbers. The references must outlive it.
  SourceIndex(const Population& population, const Names& names, Source source, uint64_t seed,
              absl::string_view local_prefix);

  // The entry under which an event of `person` is filed: made at the first event; if
  // there are two, mostly the first.
  uint32_t EntryFor(uint32_t person);

  // A new entry for one event on `day`, with no local number (ambulance).
  uint32_t NewEntry(uint32_t person, CivilDay day);

  const std::vector<Recorded>& entries() const { return entries_; }
  std::vector<Recorded> TakeEntries() { return std::move(entries_); }

 private:
  uint32_t AddEntry(uint32_t person, CivilDay day, bool with_local_number);

  const Population& population_;
  const Names& names_;
  const Source source_;
  const std::string local_prefix_;
  Random random_;
  std::vector<Recorded> entries_;
  // By person: first entry + 1, and how many; 0 if none yet.
  std::vector<uint32_t> first_entry_;
  std::vector<uint8_t> entry_count_;
};

}  // namespace safehaven::sample

#endif  // SAFEHAVEN_CLI_SAMPLE_SOURCE_INDEX_H_
