// The columns of records that keep coming: values and profiles are added at the end and
// never renumbered. In front of them lie *lanes*: places for the one record that a thread
// is asking about, so that a stranger's record is compared like any other without its
// values ever staying here. Thread-compatible for Add(); Place() may be called at once in
// different lanes while nobody adds.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_GROWING_COLUMNS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_GROWING_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/linkage/core/columns/profiles.h"
#include "services/linkage/core/standardise/nickname.h"

namespace safehaven::linkage {

// Names of more parts than this are no person's: such a record cannot be asked about.
inline constexpr size_t kLaneAtomsMax = 48;

class GrowingColumns {
 public:
  // `nicknames` is borrowed and outlives it.
  GrowingColumns(size_t lanes, size_t extra_columns, const Nicknames& nicknames);

  // Adds a profile with that identity; returns its number. `source_hash` is HashText of
  // the source's name.
  ProfileIndex Add(const StandardIdentity& identity, SourceIndex source, uint64_t source_hash);

  // Takes the profile that was added last away again (its values stay known).
  void RemoveLast();

  // Makes the profile numbered `lane` one with that identity. INVALID_ARGUMENT with reason
  // NAME_TOO_LONG.
  absl::Status Place(size_t lane, const StandardIdentity& identity, SourceIndex source, uint64_t source_hash);

  // Forgets what a lane holds.
  void Clear(size_t lane);

  // Only `rows`, `extra` and `vocabulary` are filled.
  const Profiles& profiles() const { return profiles_; }
  size_t lanes() const { return lanes_; }

 private:
  Code InternAtom(absl::string_view text);

  const size_t lanes_;
  const Nicknames& nicknames_;
  Profiles profiles_;
  Dictionary atom_texts_;
};

// Are two profiles the same in every column?
bool SameContent(const Profiles& profiles, ProfileIndex a, ProfileIndex b);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_LIVE_GROWING_COLUMNS_H_
