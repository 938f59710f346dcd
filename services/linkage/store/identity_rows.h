// Identity rows at rest, and which of them a run reads.
//
// Loads are read in the order in which they became visible: a later row with the same
// token supersedes an earlier one of its source, and a deleted row takes it away.
// Thread-safe.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_STORE_IDENTITY_ROWS_H_
#define SAFEHAVEN_SERVICES_LINKAGE_STORE_IDENTITY_ROWS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/ingest/staging/staged_loads.h"
#include "safehaven/storage/v1/linkage.pb.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

inline constexpr size_t kTokenBytes = 16;

// `bytes` has exactly kTokenBytes.
RecordToken TokenFromBytes(absl::string_view bytes);
std::string TokenToBytes(const RecordToken& token);

// Dates of a registration that cannot be read are not known.
SourceRecord ToSourceRecord(const storage::v1::IdentityRecord& row, SourceIndex source);

// The records that `loads`, in order of visibility, leave standing; of loads that are
// not usable none, though what they supersede is gone. A record's source is its place
// in `sources`. DATA_LOSS with reason LOAD_CORRUPT; INVALID_ARGUMENT with reason
// SOURCE_UNKNOWN; as the store fails. In order of source, then of token.
absl::StatusOr<std::vector<SourceRecord>> ReadRecords(StagedLoads& staged,
                                                      std::span<const storage::v1::LinkageRunLoad> loads,
                                                      std::span<const std::string> sources, absl::Time deadline);

// How many records of each source are visible. O(rows).
absl::StatusOr<std::map<std::string, uint64_t>> CountVisibleRecords(StagedLoads& staged, absl::Time deadline);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_STORE_IDENTITY_ROWS_H_
