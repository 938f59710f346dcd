// The records of a run as columns of numbers.
//
// A *profile* is one distinct identity within one source: the forty visits of a
// person whom the hospital always wrote down alike are one profile, compared once
// and counted once in training, so that repeats are not mistaken for evidence. In a
// source that promises one record a person every record is a profile of its own.
//
// Everything here is in an order that depends on the content of the records and not
// on the order in which they were given. Immutable after building; thread-safe then.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_PROFILES_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_PROFILES_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/linkage/core/columns/vocabulary.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

using ProfileIndex = uint32_t;

// At most so many records in a run: indices are 32 bits.
inline constexpr size_t kRecordsMax = 2'000'000'000;

// One profile in one cache line: a comparison touches two of these.
struct alignas(64) Profile {
  uint64_t nhs_number = 0;
  Code given = kNoCode;
  Code given_first = kNoCode;    // atom
  Code family = kNoCode;
  Code family_joined = kNoCode;  // atom
  uint32_t birth_date = 0;       // PartialDate::packed
  Code postcode = kNoCode;
  Code address = kNoCode;
  Code local_id = kNoCode;
  // Of the whole content and the source: the same in every run.
  uint64_t content_hash = 0;
  SourceIndex source = 0;
  Sex sex = Sex::kUnknown;
  bool nhs_number_verified = false;
};
static_assert(sizeof(Profile) == 64);

struct Profiles {
  std::vector<Profile> rows;
  // extra[column][profile]
  std::vector<std::vector<Code>> extra;
  // Records of profile p: record_indexes[record_begin[p] .. record_begin[p + 1]),
  // ascending by token.
  std::vector<uint32_t> record_begin;
  std::vector<uint32_t> record_indexes;
  Vocabulary vocabulary;

  size_t size() const { return rows.size(); }
  std::span<const uint32_t> RecordsOf(ProfileIndex profile) const {
    return std::span(record_indexes).subspan(
        record_begin[profile], record_begin[profile + 1] - record_begin[profile]);
  }
};

// Records as codes of dictionaries whose texts are not yet in order.
struct EncodedRows {
  // Dictionaries filled; derived values empty.
  Vocabulary vocabulary;
  // Without the derived codes (given_first, family_joined, content_hash).
  std::vector<Profile> rows;
  // The record of each row.
  std::vector<uint32_t> records;
  // extra[column][row]
  std::vector<std::vector<Code>> extra;
};

// Does the record say nothing at all about a person?
bool SaysNothing(const StandardIdentity& identity);

// Sets the derived codes and the content hash of `profile`, whose further columns are
// extra[column][row]. The hash depends on texts and never on codes, so that it stays the
// same when other records join.
void CompleteProfile(Profile& profile, const Vocabulary& vocabulary, const std::vector<std::vector<Code>>& extra,
                     size_t row, uint64_t source_hash);

// `before(x, y)` orders two records that say the same.
Profiles FinishProfiles(EncodedRows encoded, std::span<const SourceRule> sources, const Nicknames& nicknames,
                        const std::function<bool(uint32_t, uint32_t)>& before);

// Profiles of the records that have an identity; stripped records, and records that
// say nothing at all about a person, are in none.
//
// `sources` holds a rule for every source index; every record has `extra_count` or
// fewer extra values (missing ones are null). INVALID_ARGUMENT with reason
// SOURCE_UNKNOWN, TOKEN_REPEATED or RECORDS_TOO_MANY. O(n log n).
absl::StatusOr<Profiles> BuildProfiles(std::span<const StandardRecord> records,
                                       std::span<const SourceRule> sources, size_t extra_count,
                                       const Nicknames& nicknames);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_COLUMNS_PROFILES_H_
