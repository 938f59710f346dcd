#include "services/linkage/core/table/link_tables.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "services/linkage/core/standardise/nickname.h"
#include "services/linkage/core/table/encode.h"
#include "services/linkage/core/table/judge.h"

namespace safehaven::linkage {
namespace {

// A source with fewer links inside it than this share of its records, and of its links
// to other sources, holds one record a person: what links there are, are mistakes.
constexpr double kInsideRecordsMax = 0.01;
constexpr double kInsideAcrossMax = 0.05;

constexpr ProfileIndex kNoProfileOfRecord = UINT32_MAX;

bool SaysSomething(const Schema& schema) {
  return std::any_of(schema.columns.begin(), schema.columns.end(), [](const ColumnRule& rule) {
    return rule.use != ColumnUse::kIgnored && rule.use != ColumnUse::kRecordId &&
           rule.use != ColumnUse::kNhsNumberVerified;
  });
}

DuplicateFree Told(const TableLinkInput& input, size_t table) {
  return table < input.duplicate_free.size() ? input.duplicate_free[table] : DuplicateFree::kFindOut;
}

// The frozen version that the tables are linked under, if they are.
const Frozen* FrozenOf(const TableLinkInput& input) {
  return !input.train && input.model.has_value() && input.model->frozen.has_value() ? &*input.model->frozen : nullptr;
}

std::vector<SourceRule> SourcesOf(const TableLinkInput& input) {
  std::vector<SourceRule> sources;
  const Frozen* frozen = FrozenOf(input);
  for (size_t t = 0; t < input.tables.size(); ++t) {
    const std::string& name = input.tables[t].name;
    const bool found = frozen != nullptr && Told(input, t) == DuplicateFree::kFindOut &&
                       std::binary_search(frozen->duplicate_free.begin(), frozen->duplicate_free.end(), name);
    sources.push_back({.name = name, .duplicate_free = found || Told(input, t) == DuplicateFree::kYes});
  }
  return sources;
}

StandardRules RulesFor(const TableLinkInput& input) {
  if (const Frozen* frozen = FrozenOf(input)) return ThawRules(*frozen, /*test_numbers_allowed=*/true);
  StandardRules rules;
  rules.numbers.test_numbers_allowed = true;
  rules.dates.latest = input.today;
  rules.dates.defaults = WellKnownDefaultDates();
  return rules;
}

// Labels of records as those of their profiles.
std::vector<std::pair<ProfileIndex, ProfileIndex>> LabelsOf(const TableLinkInput& input, const Profiles& profiles,
                                                            size_t record_count) {
  std::vector<std::pair<ProfileIndex, ProfileIndex>> labels;
  if (input.labels.empty()) return labels;
  std::vector<ProfileIndex> profile_of(record_count, kNoProfileOfRecord);
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    for (const uint32_t record : profiles.RecordsOf(p)) profile_of[record] = p;
  }
  for (const auto& [a, b] : input.labels) {
    const bool known = profile_of[a] != kNoProfileOfRecord && profile_of[b] != kNoProfileOfRecord;
    if (known) labels.emplace_back(profile_of[a], profile_of[b]);
  }
  return labels;
}

// One pass with `sources` as they are.
absl::StatusOr<MatchResult> MatchOnce(const TableLinkInput& input, const std::vector<SourceRule>& sources,
                                      TableLinkResult& result, double& blocking_recall) {
  const auto enter = [&input](absl::string_view stage) {
    if (input.on_stage) input.on_stage(stage);
  };
  enter("standardise");
  SH_ASSIGN_OR_RETURN(EncodedTables encoded, EncodeTables(input.tables, result.schema, RulesFor(input),
                                                          /*learn=*/FrozenOf(input) == nullptr));
  result.first_record = encoded.first_record;
  result.standardised = encoded.report;
  ProfileMatchInput match;
  match.record_count = encoded.record_count;
  match.sources = sources;
  match.profiles = FinishProfiles(std::move(encoded.rows), sources, Nicknames::BuiltIn(), std::less<uint32_t>());
  match.labels = LabelsOf(input, match.profiles, match.record_count);
  match.model = input.model.has_value() ? *input.model : DefaultModel(ExtraFieldsOf(result.schema));
  match.train = input.train;
  match.standard = std::move(encoded.rules);
  match.workers = input.workers;
  match.on_stage = input.on_stage;
  if (input.thresholds.has_value()) {
    match.model.thresholds = *input.thresholds;
  } else if (!input.model.has_value()) {
    match.model.thresholds.link = WeightOfPrior(kTablesLinkProbability);
  }
  if (!input.truth.empty()) {
    match.on_blocks = [&](const Profiles& profiles, const Blocks& blocks) {
      blocking_recall = BlockingRecall(input.truth, profiles, blocks);
    };
  }
  return MatchProfiles(std::move(match));
}

// Sources that turn out to hold one record a person; true if any was found.
bool FindDuplicateFree(const TableLinkInput& input, const MatchResult& match, std::vector<SourceRule>& sources) {
  std::vector<uint64_t> records(sources.size(), 0);
  std::vector<uint64_t> inside(sources.size(), 0);
  std::vector<uint64_t> across(sources.size(), 0);
  const Profiles& profiles = match.profiles;
  for (ProfileIndex p = 0; p < profiles.size(); ++p) {
    const uint64_t count = profiles.RecordsOf(p).size();
    records[profiles.rows[p].source] += count;
    inside[profiles.rows[p].source] += count - 1;
  }
  for (const ScoredPair& pair : match.scores.pairs) {
    if (!Links(pair.decision)) continue;
    const SourceIndex a = profiles.rows[pair.a].source;
    const SourceIndex b = profiles.rows[pair.b].source;
    if (a == b) {
      ++inside[a];
    } else {
      ++across[a];
      ++across[b];
    }
  }
  bool found = false;
  for (size_t s = 0; s < sources.size(); ++s) {
    if (Told(input, s) != DuplicateFree::kFindOut) continue;
    const double links = static_cast<double>(inside[s]);
    sources[s].duplicate_free = links <= kInsideRecordsMax * static_cast<double>(records[s]) &&
                                links <= kInsideAcrossMax * static_cast<double>(across[s]);
    found |= sources[s].duplicate_free;
  }
  return found;
}

}  // namespace

absl::StatusOr<TableLinkResult> LinkTables(const TableLinkInput& input) {
  if (!SaysSomething(input.schema)) {
    return InvalidArgument("COLUMNS_UNUSABLE", "no column says anything about people: name columns in a model");
  }
  TableLinkResult result;
  result.schema = input.schema;
  result.sources = SourcesOf(input);
  double blocking_recall = 1;
  SH_ASSIGN_OR_RETURN(result.match, MatchOnce(input, result.sources, result, blocking_recall));
  const bool find_out = input.tables.size() > 1 && FrozenOf(input) == nullptr;
  if (find_out && FindDuplicateFree(input, result.match, result.sources)) {
    SH_ASSIGN_OR_RETURN(result.match, MatchOnce(input, result.sources, result, blocking_recall));
  }
  if (!input.truth.empty()) {
    if (input.on_stage) input.on_stage("judge");
    result.judgement = Judge(input.truth, result.match);
    result.judgement->blocking_recall = blocking_recall;
  }
  return result;
}

}  // namespace safehaven::linkage
