// The whole of linking on tables alone, in one process and without any service:
// columns recognised or as the schema says, standardised, the model trained on the
// data, pairs scored, people found. Pure: the same tables give the same people,
// whatever the order of their rows.
#ifndef SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_LINK_TABLES_H_
#define SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_LINK_TABLES_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/civil_day.h"
#include "services/linkage/core/evaluate.h"
#include "services/linkage/core/match.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/standardise/standardise.h"
#include "services/linkage/core/table/schema.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::linkage {

// Does a source hold at most one record a person?
enum class DuplicateFree : uint8_t { kFindOut, kYes, kNo };

struct TableLinkInput {
  std::span<const Table> tables;
  Schema schema;
  // By table; kFindOut for those missing.
  std::vector<DuplicateFree> duplicate_free;
  // For the schema's further fields; the default one if there is none.
  std::optional<Model> model;
  // Is the model trained on the tables first?
  bool train = true;
  // Pairs of records known to be one person's, for training (train/labels.h).
  std::vector<std::pair<uint32_t, uint32_t>> labels;
  // Overrides the model's.
  std::optional<Thresholds> thresholds;
  // No date of birth may lie after this day.
  CivilDay today;
  Workers workers;
  // Called with the name of each stage when it begins, if set.
  std::function<void(absl::string_view)> on_stage;
  // Label of the true person by record, for judging only; empty where not known. Empty
  // list: nothing is judged.
  std::vector<std::string> truth;
};

// From which probability on tables are linked. Care wants a link to be nearly certain
// (model_defaults.cc); where a missed link costs as much as a false one it would be one
// half, and somewhat more because a false link joins whole clusters.
inline constexpr double kTablesLinkProbability = 0.7;

// How good the answer is, where the truth is known.
struct Judgement {
  uint64_t records = 0;  // with a known truth
  uint64_t true_pairs = 0;
  // Pairs of records in one cluster against pairs of one person. Between sources only
  // where all of these are free of duplicates.
  PairCounts clusters;
  // Of pairs linked directly, before clustering.
  PairCounts pairs;
  BCubed b_cubed;
  // Share of true pairs that blocking finds.
  double blocking_recall = 1;
};

struct TableLinkResult {
  Schema schema;
  std::vector<SourceRule> sources;
  // Records are numbered through the tables: row r of table t is first_record[t] + r.
  std::vector<uint32_t> first_record;
  MatchResult match;
  StandardiseReport standardised;
  std::optional<Judgement> judgement;
};

// INVALID_ARGUMENT as EncodeTables, and with reason COLUMNS_UNUSABLE if no column says
// anything about people; otherwise as MatchProfiles.
absl::StatusOr<TableLinkResult> LinkTables(const TableLinkInput& input);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_SERVICES_LINKAGE_CORE_TABLE_LINK_TABLES_H_
