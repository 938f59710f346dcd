#include "services/linkage/core/columns/profiles.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "libs/base/status.h"
#include "services/linkage/core/hash.h"

namespace safehaven::linkage {
namespace {

// A record as codes, before records with equal codes become one profile.
struct Row {
  Profile profile;
  uint32_t record = 0;
};

bool SaysNothing(const StandardIdentity& identity) {
  return identity.nhs_number == 0 && identity.given_name.empty() && identity.family_name.empty() &&
         identity.birth_date.empty() && identity.postcode.empty() && identity.address.empty() &&
         identity.local_id.empty() &&
         std::all_of(identity.extra.begin(), identity.extra.end(),
                     [](const std::string& value) { return value.empty(); });
}

absl::Status Validate(std::span<const StandardRecord> records, size_t source_count) {
  if (records.size() > kRecordsMax) {
    return InvalidArgument("RECORDS_TOO_MANY", "more records than a run can hold");
  }
  std::vector<RecordToken> tokens;
  tokens.reserve(records.size());
  for (const StandardRecord& record : records) {
    if (record.source >= source_count) {
      return InvalidArgument("SOURCE_UNKNOWN", "a record names a source without a rule");
    }
    tokens.push_back(record.token);
  }
  std::sort(tokens.begin(), tokens.end());
  if (std::adjacent_find(tokens.begin(), tokens.end()) != tokens.end()) {
    return InvalidArgument("TOKEN_REPEATED", "two records have one token");
  }
  return absl::OkStatus();
}

// Codes in the order of interning; `extra` is filled per column and row.
std::vector<Row> Encode(std::span<const StandardRecord> records, Vocabulary& vocabulary,
                        std::vector<std::vector<Code>>& extra) {
  std::vector<Row> rows;
  rows.reserve(records.size());
  for (uint32_t i = 0; i < records.size(); ++i) {
    const StandardIdentity& identity = records[i].identity.Reveal();
    if (records[i].stripped || SaysNothing(identity)) continue;
    Row& row = rows.emplace_back();
    row.record = i;
    Profile& profile = row.profile;
    profile.source = records[i].source;
    profile.nhs_number = identity.nhs_number;
    profile.nhs_number_verified = identity.nhs_number_verified;
    profile.given = vocabulary.given_texts.Intern(identity.given_name);
    profile.family = vocabulary.family_texts.Intern(identity.family_name);
    profile.birth_date = identity.birth_date.packed();
    profile.sex = identity.sex;
    profile.postcode = vocabulary.postcode_texts.Intern(identity.postcode);
    profile.address = vocabulary.address_texts.Intern(identity.address);
    profile.local_id = vocabulary.local_id_texts.Intern(identity.local_id);
    for (size_t c = 0; c < extra.size(); ++c) {
      extra[c].push_back(vocabulary.extra_texts[c].Intern(
          c < identity.extra.size() ? absl::string_view(identity.extra[c]) : absl::string_view()));
    }
  }
  return rows;
}

// Puts codes into the order of their texts.
void Canonicalise(std::vector<Row>& rows, Vocabulary& vocabulary, std::vector<std::vector<Code>>& extra) {
  const std::vector<Code> given = vocabulary.given_texts.Sort();
  const std::vector<Code> family = vocabulary.family_texts.Sort();
  const std::vector<Code> postcode = vocabulary.postcode_texts.Sort();
  const std::vector<Code> address = vocabulary.address_texts.Sort();
  const std::vector<Code> local_id = vocabulary.local_id_texts.Sort();
  for (Row& row : rows) {
    row.profile.given = given[row.profile.given];
    row.profile.family = family[row.profile.family];
    row.profile.postcode = postcode[row.profile.postcode];
    row.profile.address = address[row.profile.address];
    row.profile.local_id = local_id[row.profile.local_id];
  }
  for (size_t c = 0; c < extra.size(); ++c) {
    const std::vector<Code> renumbered = vocabulary.extra_texts[c].Sort();
    for (Code& code : extra[c]) code = renumbered[code];
  }
}

// Derived codes and the content hash, which depends on texts and never on codes, so
// that it stays the same when other records join.
void Complete(Profile& profile, const Vocabulary& vocabulary,
              const std::vector<std::vector<Code>>& extra, size_t row, uint64_t source_hash) {
  profile.given_first = vocabulary.given[profile.given].first;
  profile.family_joined = vocabulary.family[profile.family].joined;
  uint64_t hash = Combine(source_hash, profile.nhs_number);
  hash = Combine(hash, profile.nhs_number_verified);
  hash = Combine(hash, HashText(vocabulary.given_texts.text(profile.given)));
  hash = Combine(hash, HashText(vocabulary.family_texts.text(profile.family)));
  hash = Combine(hash, profile.birth_date);
  hash = Combine(hash, static_cast<uint64_t>(profile.sex));
  hash = Combine(hash, vocabulary.postcodes[profile.postcode].hash);
  hash = Combine(hash, vocabulary.addresses[profile.address].hash);
  hash = Combine(hash, vocabulary.local_ids[profile.local_id].hash);
  for (size_t c = 0; c < extra.size(); ++c) {
    hash = Combine(hash, vocabulary.extra[c][extra[c][row]].hash);
  }
  profile.content_hash = hash;
}

auto ContentKey(const Profile& p) {
  return std::tuple(p.content_hash, p.source, p.nhs_number, p.nhs_number_verified, p.given, p.family,
                    p.birth_date, p.sex, p.postcode, p.address, p.local_id);
}

}  // namespace

absl::StatusOr<Profiles> BuildProfiles(std::span<const StandardRecord> records,
                                       std::span<const SourceRule> sources, size_t extra_count,
                                       const Nicknames& nicknames) {
  SH_RETURN_IF_ERROR(Validate(records, sources.size()));
  Profiles profiles;
  Vocabulary& vocabulary = profiles.vocabulary;
  vocabulary.extra_texts.resize(extra_count);
  std::vector<std::vector<Code>> extra(extra_count);
  std::vector<Row> rows = Encode(records, vocabulary, extra);
  Canonicalise(rows, vocabulary, extra);
  DeriveValues(vocabulary, nicknames);
  for (size_t i = 0; i < rows.size(); ++i) {
    Complete(rows[i].profile, vocabulary, extra, i, HashText(sources[rows[i].profile.source].name));
  }

  const auto extra_key = [&](uint32_t row) {
    std::vector<Code> key;
    for (const std::vector<Code>& column : extra) key.push_back(column[row]);
    return key;
  };
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const Profile& p = rows[a].profile;
    const Profile& q = rows[b].profile;
    if (p.content_hash != q.content_hash) return p.content_hash < q.content_hash;
    const auto p_key = ContentKey(p), q_key = ContentKey(q);
    if (p_key != q_key) return p_key < q_key;
    const std::vector<Code> p_extra = extra_key(a), q_extra = extra_key(b);
    if (p_extra != q_extra) return p_extra < q_extra;
    return records[rows[a].record].token < records[rows[b].record].token;
  });

  profiles.extra.resize(extra_count);
  for (size_t i = 0; i < order.size(); ++i) {
    const Row& row = rows[order[i]];
    const bool repeats = i > 0 && !sources[row.profile.source].duplicate_free &&
                         ContentKey(row.profile) == ContentKey(rows[order[i - 1]].profile) &&
                         extra_key(order[i]) == extra_key(order[i - 1]);
    if (!repeats) {
      profiles.record_begin.push_back(static_cast<uint32_t>(i));
      profiles.rows.push_back(row.profile);
      for (size_t c = 0; c < extra_count; ++c) profiles.extra[c].push_back(extra[c][order[i]]);
    }
    profiles.record_indexes.push_back(row.record);
  }
  profiles.record_begin.push_back(static_cast<uint32_t>(order.size()));
  return profiles;
}

}  // namespace safehaven::linkage
