#include "services/linkage/core/columns/profiles.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libs/base/status.h"
#include "services/linkage/core/hash.h"

namespace safehaven::linkage {
namespace {

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

// Codes in the order of interning.
EncodedRows Encode(std::span<const StandardRecord> records, size_t extra_count) {
  EncodedRows encoded;
  Vocabulary& vocabulary = encoded.vocabulary;
  vocabulary.extra_texts.resize(extra_count);
  encoded.extra.resize(extra_count);
  encoded.rows.reserve(records.size());
  encoded.records.reserve(records.size());
  for (uint32_t i = 0; i < records.size(); ++i) {
    const StandardIdentity& identity = records[i].identity.Reveal();
    if (records[i].stripped || SaysNothing(identity)) continue;
    encoded.records.push_back(i);
    Profile& profile = encoded.rows.emplace_back();
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
    for (size_t c = 0; c < extra_count; ++c) {
      encoded.extra[c].push_back(vocabulary.extra_texts[c].Intern(
          c < identity.extra.size() ? absl::string_view(identity.extra[c]) : absl::string_view()));
    }
  }
  return encoded;
}

// Puts codes into the order of their texts.
void Canonicalise(EncodedRows& encoded) {
  Vocabulary& vocabulary = encoded.vocabulary;
  const std::vector<Code> given = vocabulary.given_texts.Sort();
  const std::vector<Code> family = vocabulary.family_texts.Sort();
  const std::vector<Code> postcode = vocabulary.postcode_texts.Sort();
  const std::vector<Code> address = vocabulary.address_texts.Sort();
  const std::vector<Code> local_id = vocabulary.local_id_texts.Sort();
  for (Profile& profile : encoded.rows) {
    profile.given = given[profile.given];
    profile.family = family[profile.family];
    profile.postcode = postcode[profile.postcode];
    profile.address = address[profile.address];
    profile.local_id = local_id[profile.local_id];
  }
  for (size_t c = 0; c < encoded.extra.size(); ++c) {
    const std::vector<Code> renumbered = vocabulary.extra_texts[c].Sort();
    for (Code& code : encoded.extra[c]) code = renumbered[code];
  }
}

auto ContentKey(const Profile& p) {
  return std::tuple(p.content_hash, p.source, p.nhs_number, p.nhs_number_verified, p.given, p.family,
                    p.birth_date, p.sex, p.postcode, p.address, p.local_id);
}

}  // namespace

bool SaysNothing(const StandardIdentity& identity) {
  return identity.nhs_number == 0 && identity.given_name.empty() && identity.family_name.empty() &&
         identity.birth_date.empty() && identity.postcode.empty() && identity.address.empty() &&
         identity.local_id.empty() &&
         std::all_of(identity.extra.begin(), identity.extra.end(),
                     [](const std::string& value) { return value.empty(); });
}

void CompleteProfile(Profile& profile, const Vocabulary& vocabulary, const std::vector<std::vector<Code>>& extra,
                     size_t row, uint64_t source_hash) {
  profile.given_first = vocabulary.given[profile.given].first;
  profile.family_joined = vocabulary.family[profile.family].joined;
  uint64_t hash = Combine(source_hash, profile.nhs_number);
  hash = Combine(hash, profile.nhs_number_verified);
  hash = Combine(hash, vocabulary.given[profile.given].hash);
  hash = Combine(hash, vocabulary.family[profile.family].hash);
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

Profiles FinishProfiles(EncodedRows encoded, std::span<const SourceRule> sources, const Nicknames& nicknames,
                        const std::function<bool(uint32_t, uint32_t)>& before) {
  Canonicalise(encoded);
  DeriveValues(encoded.vocabulary, nicknames);
  std::vector<Profile>& rows = encoded.rows;
  const std::vector<std::vector<Code>>& extra = encoded.extra;
  std::vector<uint64_t> source_hashes;
  for (const SourceRule& source : sources) source_hashes.push_back(HashText(source.name));
  // Sorting pairs of hash and row keeps the comparison in the cache.
  std::vector<std::pair<uint64_t, uint32_t>> order(rows.size());
  for (uint32_t i = 0; i < rows.size(); ++i) {
    CompleteProfile(rows[i], encoded.vocabulary, extra, i, source_hashes[rows[i].source]);
    order[i] = {rows[i].content_hash, i};
  }
  // The same in every column, and so one profile where the source allows it.
  const auto compare_extra = [&](uint32_t a, uint32_t b) {
    for (const std::vector<Code>& column : extra) {
      if (column[a] != column[b]) return column[a] < column[b] ? -1 : 1;
    }
    return 0;
  };
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const auto a_key = ContentKey(rows[a.second]), b_key = ContentKey(rows[b.second]);
    if (a_key != b_key) return a_key < b_key;
    const int by_extra = compare_extra(a.second, b.second);
    if (by_extra != 0) return by_extra < 0;
    return before(encoded.records[a.second], encoded.records[b.second]);
  });

  Profiles profiles;
  profiles.extra.resize(extra.size());
  profiles.rows.reserve(order.size());
  profiles.record_begin.reserve(order.size() + 1);
  profiles.record_indexes.reserve(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const uint32_t row = order[i].second;
    const bool repeats = i > 0 && !sources[rows[row].source].duplicate_free &&
                         order[i].first == order[i - 1].first &&
                         ContentKey(rows[row]) == ContentKey(rows[order[i - 1].second]) &&
                         compare_extra(row, order[i - 1].second) == 0;
    if (!repeats) {
      profiles.record_begin.push_back(static_cast<uint32_t>(i));
      profiles.rows.push_back(rows[row]);
      for (size_t c = 0; c < extra.size(); ++c) profiles.extra[c].push_back(extra[c][row]);
    }
    profiles.record_indexes.push_back(encoded.records[row]);
  }
  profiles.record_begin.push_back(static_cast<uint32_t>(order.size()));
  profiles.vocabulary = std::move(encoded.vocabulary);
  return profiles;
}

absl::StatusOr<Profiles> BuildProfiles(std::span<const StandardRecord> records,
                                       std::span<const SourceRule> sources, size_t extra_count,
                                       const Nicknames& nicknames) {
  SH_RETURN_IF_ERROR(Validate(records, sources.size()));
  return FinishProfiles(Encode(records, extra_count), sources, nicknames,
                        [records](uint32_t a, uint32_t b) { return records[a].token < records[b].token; });
}

}  // namespace safehaven::linkage
