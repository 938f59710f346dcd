// A load descriptor: what an extract file is and which column belongs to which half
// (docs/formats.md, "Load descriptor"). Values; pure.
#ifndef SAFEHAVEN_CLI_LOAD_DESCRIPTOR_H_
#define SAFEHAVEN_CLI_LOAD_DESCRIPTOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/civil_day.h"

namespace safehaven::cli {

enum class ColumnPart { kKey, kIdentity, kPayload, kDriver };

struct DescribedColumn {
  std::string name;
  ColumnPart part = ColumnPart::kPayload;
};

struct LoadDescriptor {
  std::string source;    // "acute"
  std::string dataset;   // "acute/apc"
  std::string provider;  // ODS code
  std::string flow;      // "acute-apc-2025"
  CivilDay first_day;
  CivilDay last_day;
  std::string file;  // beside the descriptor
  uint64_t row_count = 0;
  std::vector<DescribedColumn> columns;

  // Names of the driver columns, in order.
  std::vector<std::string> DriverColumns() const;
};

// INVALID_ARGUMENT with reason DESCRIPTOR_INVALID, metadata "line" and "field", for an
// unknown or missing key, a value that cannot be, a column named twice, an identity
// or payload column that is not of docs/formats.md, not exactly one key column, or none of
// feed, start_date or end_date.
absl::StatusOr<LoadDescriptor> ParseLoadDescriptor(absl::string_view yaml);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LOAD_DESCRIPTOR_H_
