// A linkage authority: which sources and which identifying fields an approval allows
// to be brought together. What it does not name never becomes a candidate, so a
// record of a source outside it cannot bridge two records inside. Pure; thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_AUTHORITY_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_AUTHORITY_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

// Identifying fields that an approval may or may not let linkage use.
struct AllowedFields {
  bool nhs_number = true;
  bool names = true;
  bool birth_date = true;
  bool sex = true;
  bool place = true;
  bool local_id = true;
  bool extra = true;
};

struct LinkageAuthority {
  // The approval's reference, such as "CAG 9-01(a)/2025". Names the crosswalk.
  std::string reference;
  // Names of the sources whose records may be linked.
  std::vector<std::string> sources;
  AllowedFields fields;
};

struct Candidates {
  // Rules of the allowed sources, in the order of the run's list.
  std::vector<SourceRule> sources;
  // Their records, `source` renumbered to the list above, fields outside the
  // authority blanked. The number given stays: objections must find it.
  std::vector<StandardRecord> records;
  uint64_t records_left_out = 0;
};

// The records that `authority` lets become candidates. INVALID_ARGUMENT with reason
// AUTHORITY_SOURCE_UNKNOWN if it names a source that is not in `sources`, or
// SOURCE_UNKNOWN if a record does. O(records).
absl::StatusOr<Candidates> SelectCandidates(const LinkageAuthority& authority,
                                            std::span<const SourceRule> sources,
                                            std::span<const StandardRecord> records);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_AUTHORITY_H_
