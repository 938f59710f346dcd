#include "tests/bench/accuracy/sets.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/linkage/read_table.h"
#include "libs/base/status.h"

namespace safehaven::bench {
namespace {

std::string Whole(absl::string_view value) { return std::string(value); }

// "rec-1496-dup-3" is person 1496's.
std::string FebrlPerson(absl::string_view value) {
  const std::vector<std::string> parts = absl::StrSplit(value, '-');
  return parts.size() > 1 ? parts[1] : "";
}

// 3585 is person 358's.
std::string DsgenPerson(absl::string_view value) {
  return value.empty() ? "" : std::string(value.substr(0, value.size() - 1));
}

}  // namespace

const std::vector<AccuracySet>& AccuracySets() {
  static const auto* const kSets = new std::vector<AccuracySet>{
      {"febrl4", {"febrl1_4/dataset4a.csv", "febrl1_4/dataset4b.csv"}, "rec_id", FebrlPerson,
       "1.0000 fastLink, .9996 Splink 5", "at most 1 wrong or missed"},
      {"febrl3", {"febrl1_4/dataset3.csv"}, "rec_id", FebrlPerson, ".9987 fastLink, .9979 Splink clustered",
       ".998, aim .999"},
      {"febrl1", {"febrl1_4/dataset1.csv"}, "rec_id", FebrlPerson, "-", "-"},
      {"census_cis", {"essnet_census_cis/census.csv", "essnet_census_cis/cis.csv"}, "person_id", Whole,
       ".9964 Splink, one to one", ".997, aim .998"},
      {"historical_50k", {"splink_historical_50k/historical_50k_half.csv"}, "cluster", Whole,
       ".827 / .862 GoldenMatch, .828 Splink clustered (on the whole)", ".85 / .88, aim .88 / .90"},
      {"fake_1000", {"splink_fake_1000/fake_1000.csv"}, "cluster", Whole, ".919 Splink clustered", ".92"},
      {"rldata500", {"rldata/RLdata500.csv"}, "ent_id", Whole, ".990 Splink and fastLink",
       "at most 2 wrong or missed"},
      {"dsgen_a", {"febrl_dsgen/dataset_A_1000.csv"}, "rec_id", DsgenPerson, "-", "-"},
      {"dsgen_c", {"febrl_dsgen/dataset_C_1000.csv"}, "rec_id", DsgenPerson, "-", ".985"},
      {"anonlink",
       {"anonlink_5party/dataset-1.csv", "anonlink_5party/dataset-2.csv", "anonlink_5party/dataset-3.csv",
        "anonlink_5party/dataset-4.csv", "anonlink_5party/dataset-5.csv"},
       "id", Whole, "-", ".97"},
      {"ds_time", {"german_ds_time/DS_Time.csv"}, "id.global", Whole, "-", "-"}};
  return *kSets;
}

absl::StatusOr<LoadedSet> LoadSet(const AccuracySet& set, const std::string& folder) {
  LoadedSet loaded;
  for (const std::string& file : set.files) {
    const std::string name = absl::StrCat("s", loaded.tables.size() + 1);
    SH_ASSIGN_OR_RETURN(cli::ReadTableResult read, cli::ReadTable(name, absl::StrCat(folder, "/", file), set.truth_column));
    const linkage::TableColumn* column = read.table.Find(set.truth_column);
    for (size_t row = 0; row < read.table.row_count; ++row) {
      loaded.truth.push_back(column == nullptr ? "" : set.label(column->ValueAt(row)));
    }
    loaded.tables.push_back(std::move(read.table));
  }
  return loaded;
}

}  // namespace safehaven::bench
