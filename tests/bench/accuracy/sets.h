// The public data sets with known truth on which accuracy is measured, as strangers
// would give them: tables with all their columns, and a label of the true person a
// record. Nothing says which column is what. Single-threaded.
#ifndef SAFEHAVEN_TESTS_BENCH_ACCURACY_SETS_H_
#define SAFEHAVEN_TESTS_BENCH_ACCURACY_SETS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/table/table.h"

namespace safehaven::bench {

struct AccuracySet {
  std::string name;
  // Below the folder of shared linkage data; each is one source.
  std::vector<std::string> files;
  // The column that holds the truth, which linking may not see.
  std::string truth_column;
  // The label in a value of that column.
  std::function<std::string(absl::string_view)> label;
  // What the best peer reaches, as linkage.md 4 and the issue have it.
  std::string peers;
  // What this project wants to reach.
  std::string goal;
};

// In the order of the report.
const std::vector<AccuracySet>& AccuracySets();

struct LoadedSet {
  std::vector<linkage::Table> tables;
  std::vector<std::string> truth;
};

// NOT_FOUND where `folder` does not have the files.
absl::StatusOr<LoadedSet> LoadSet(const AccuracySet& set, const std::string& folder);

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_ACCURACY_SETS_H_
