#include "services/linkage/core/authority.h"

#include <algorithm>
#include <optional>

#include "libs/base/status.h"

namespace safehaven::linkage {
namespace {

StandardIdentity Blanked(StandardIdentity identity, const AllowedFields& fields) {
  if (!fields.nhs_number) {
    identity.nhs_number = 0;
    identity.nhs_number_verified = false;
  }
  if (!fields.names) {
    identity.given_name.clear();
    identity.family_name.clear();
  }
  if (!fields.birth_date) identity.birth_date = {};
  if (!fields.sex) identity.sex = Sex::kUnknown;
  if (!fields.place) {
    identity.postcode.clear();
    identity.address.clear();
  }
  if (!fields.local_id) identity.local_id.clear();
  if (!fields.extra) identity.extra.clear();
  return identity;
}

}  // namespace

absl::StatusOr<Candidates> SelectCandidates(const LinkageAuthority& authority,
                                            std::span<const SourceRule> sources,
                                            std::span<const StandardRecord> records) {
  Candidates candidates;
  std::vector<std::optional<SourceIndex>> renumbered(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    const bool allowed = std::find(authority.sources.begin(), authority.sources.end(),
                                   sources[i].name) != authority.sources.end();
    if (!allowed) continue;
    renumbered[i] = static_cast<SourceIndex>(candidates.sources.size());
    candidates.sources.push_back(sources[i]);
  }
  if (candidates.sources.size() != authority.sources.size()) {
    return InvalidArgument("AUTHORITY_SOURCE_UNKNOWN",
                           "the authority names a source that the run does not have, or one twice");
  }
  for (const StandardRecord& record : records) {
    if (record.source >= sources.size()) {
      return InvalidArgument("SOURCE_UNKNOWN", "a record names a source without a rule");
    }
    if (!renumbered[record.source].has_value()) {
      ++candidates.records_left_out;
      continue;
    }
    StandardRecord& candidate = candidates.records.emplace_back(record);
    candidate.source = *renumbered[record.source];
    candidate.identity =
        Sensitive<StandardIdentity>(Blanked(record.identity.Reveal(), authority.fields));
  }
  return candidates;
}

}  // namespace safehaven::linkage
