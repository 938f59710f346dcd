#include "services/linkage/store/identity_rows.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

using storage::v1::IdentityBatchRecord;
using storage::v1::IdentityRecord;
using storage::v1::LinkageRunLoad;

std::optional<CivilDay> DayOf(const std::string& text) {
  const absl::StatusOr<CivilDay> day = CivilDay::Parse(text);
  return day.ok() ? std::optional(*day) : std::nullopt;
}

absl::Status VisitRows(StagedLoads& staged, absl::string_view load, absl::Time deadline,
                       const std::function<void(const IdentityRecord&)>& visit) {
  absl::Status parsed;
  SH_RETURN_IF_ERROR(staged.ReadBatches(load, deadline, [&](absl::string_view bytes) {
    IdentityBatchRecord batch;
    if (!batch.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      parsed = DataLoss("LOAD_CORRUPT", "a batch of identity rows does not parse");
      return false;
    }
    for (const IdentityRecord& row : batch.rows()) {
      if (row.token().size() != kTokenBytes) {
        parsed = DataLoss("LOAD_CORRUPT", "a stored row has no token");
        return false;
      }
      visit(row);
    }
    return true;
  }));
  return parsed;
}

}  // namespace

RecordToken TokenFromBytes(absl::string_view bytes) {
  RecordToken token;
  SH_CHECK(bytes.size() == kTokenBytes);
  std::memcpy(token.bytes.data(), bytes.data(), kTokenBytes);
  return token;
}

std::string TokenToBytes(const RecordToken& token) {
  return std::string(reinterpret_cast<const char*>(token.bytes.data()), kTokenBytes);
}

SourceRecord ToSourceRecord(const IdentityRecord& row, SourceIndex source) {
  SourceRecord record;
  record.token = TokenFromBytes(row.token());
  record.source = source;
  record.stripped = row.stripped();
  record.identity = Sensitive<RawIdentity>({.nhs_number = row.nhs_number(),
                                            .nhs_number_verified = row.nhs_number_verified(),
                                            .given_name = row.given_name(),
                                            .family_name = row.family_name(),
                                            .birth_date = row.birth_date(),
                                            .sex = row.sex(),
                                            .postcode = row.postcode(),
                                            .address_line = row.address_line(),
                                            .local_id = row.local_id(),
                                            .extra = {}});
  record.registration = {.practice = row.practice(),
                         .commissioner = row.commissioner(),
                         .small_area = row.small_area(),
                         .registered_from = DayOf(row.registered_from()),
                         .registered_to = DayOf(row.registered_to()),
                         .death_date = DayOf(row.death_date())};
  return record;
}

absl::StatusOr<std::vector<SourceRecord>> ReadRecords(StagedLoads& staged, std::span<const LinkageRunLoad> loads,
                                                      std::span<const std::string> sources, absl::Time deadline) {
  std::vector<std::map<RecordToken, SourceRecord>> standing(sources.size());
  for (const LinkageRunLoad& load : loads) {
    const auto at = std::find(sources.begin(), sources.end(), load.source());
    if (at == sources.end()) return InvalidArgument("SOURCE_UNKNOWN", "a load's source is not among the run's");
    const auto source = static_cast<SourceIndex>(at - sources.begin());
    std::map<RecordToken, SourceRecord>& records = standing[source];
    SH_RETURN_IF_ERROR(VisitRows(staged, load.load(), deadline, [&](const IdentityRecord& row) {
      // What may not be used still says that the source has a newer word on the record.
      if (row.deleted() || !load.usable()) {
        records.erase(TokenFromBytes(row.token()));
      } else {
        SourceRecord record = ToSourceRecord(row, source);
        const RecordToken token = record.token;
        records.insert_or_assign(token, std::move(record));
      }
    }));
  }
  std::vector<SourceRecord> all;
  for (std::map<RecordToken, SourceRecord>& records : standing) {
    for (auto& [token, record] : records) all.push_back(std::move(record));
  }
  return all;
}

absl::StatusOr<std::map<std::string, uint64_t>> CountVisibleRecords(StagedLoads& staged, absl::Time deadline) {
  SH_ASSIGN_OR_RETURN(const std::vector<storage::v1::LoadRecord> loads, staged.List(deadline));
  std::map<std::string, std::set<RecordToken>> standing;
  for (const storage::v1::LoadRecord& load : loads) {
    if (load.phase() != storage::v1::LOAD_PHASE_VISIBLE) continue;
    std::set<RecordToken>& tokens = standing[load.source()];
    SH_RETURN_IF_ERROR(VisitRows(staged, load.load(), deadline, [&tokens](const IdentityRecord& row) {
      const RecordToken token = TokenFromBytes(row.token());
      if (row.deleted()) {
        tokens.erase(token);
      } else {
        tokens.insert(token);
      }
    }));
  }
  std::map<std::string, uint64_t> counts;
  for (const auto& [source, tokens] : standing) counts[source] = tokens.size();
  return counts;
}

}  // namespace safehaven::linkage
