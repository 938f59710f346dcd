// Person data with known truth, for accuracy tests of linkage. The files are not part
// of the repository: they lie under SAFEHAVEN_SHARED (see SharedFolder).
#ifndef SAFEHAVEN_TESTS_SUPPORT_LINKAGE_DATA_H_
#define SAFEHAVEN_TESTS_SUPPORT_LINKAGE_DATA_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/linkage/core/model.h"
#include "services/linkage/core/record.h"

namespace safehaven::linkage {

// Records with the label of the true person of each.
struct LabelledRecords {
  std::vector<SourceRecord> records;
  std::vector<std::string> truth;
  std::vector<SourceRule> sources;
  std::vector<ExtraField> extra_fields;
};

// One row as column name -> value.
using CsvRow = std::map<std::string, std::string>;

// The folder of shared data: SAFEHAVEN_SHARED, or "../shared" beside the sources.
std::string SharedFolder();

// The rows of a CSV file under the shared linkage data, values trimmed; nothing if the
// file is not there.
std::optional<std::vector<CsvRow>> ReadLinkageCsv(const std::string& path);

// Adds a record with a token made from its position.
void AddRecord(LabelledRecords& set, SourceIndex source, RawIdentity identity, std::string truth);

// The sets by name: "febrl3", "febrl4", "census_cis", "historical_50k", "fake_1000",
// "rldata500", "dsgen_a", "dsgen_c", "anonlink"; nothing if the data are absent.
std::optional<LabelledRecords> LoadLinkageSet(const std::string& name);

}  // namespace safehaven::linkage

#endif  // SAFEHAVEN_TESTS_SUPPORT_LINKAGE_DATA_H_
