#include "tests/e2e/support/late_extract.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/load/descriptor.h"
#include "cli/operations/extract.h"
#include "cli/operations/objections.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"

namespace safehaven::testing_support {
namespace {

constexpr size_t kFileBytesMax = 64 << 20;

// A name that no earlier file of the folder has.
std::string NewName(const std::string& folder, const std::string& ending) {
  int number = 0;
  while (std::filesystem::exists(absl::StrCat(folder, "/late-", number, ending))) ++number;
  return absl::StrCat("late-", number);
}

std::string Quoted(const std::string& value) {
  return value.find(',') == std::string::npos ? value : absl::StrCat("\"", value, "\"");
}

}  // namespace

absl::StatusOr<std::vector<CsvRow>> ReadRows(const std::string& path) {
  SH_ASSIGN_OR_RETURN(const std::string csv, cli::ReadFile(path, kFileBytesMax));
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  std::vector<CsvRow> rows;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) return rows;
    CsvRow& row = rows.emplace_back();
    for (size_t i = 0; i < reader.columns().size() && !reader.fault().has_value(); ++i) {
      row[reader.columns()[i]] = std::string(reader.fields()[i]);
    }
  }
}

absl::Status LoadLate(cli::Session& session, const std::string& region, const std::string& dataset,
                      const std::vector<CsvRow>& rows, const std::string& folder) {
  SH_ASSIGN_OR_RETURN(std::string yaml, cli::ReadFile(absl::StrCat(region, "/extracts/", dataset, ".yaml"), 1 << 20));
  SH_ASSIGN_OR_RETURN(const cli::LoadDescriptor like, cli::ParseLoadDescriptor(yaml));
  const std::string name = NewName(folder, ".yaml");
  yaml = absl::StrReplaceAll(yaml, {{absl::StrCat("file: ", like.file), absl::StrCat("file: ", name, ".csv")},
                                    {absl::StrCat("rows: ", like.row_count), absl::StrCat("rows: ", rows.size())}});
  std::vector<std::string> columns;
  for (const cli::DescribedColumn& column : like.columns) columns.push_back(column.name);
  std::string csv = absl::StrCat(absl::StrJoin(columns, ","), "\n");
  for (const CsvRow& row : rows) {
    std::vector<std::string> values;
    for (const cli::DescribedColumn& column : like.columns) {
      const auto value = row.find(column.name);
      const std::string absent = column.part == cli::ColumnPart::kDriver ? "1" : "";
      values.push_back(value == row.end() ? absent : Quoted(value->second));
    }
    absl::StrAppend(&csv, absl::StrJoin(values, ","), "\n");
  }
  SH_RETURN_IF_ERROR(cli::WriteFile(absl::StrCat(folder, "/", name, ".csv"), csv));
  SH_RETURN_IF_ERROR(cli::WriteFile(absl::StrCat(folder, "/", name, ".yaml"), yaml));
  return cli::LoadExtract(session, {.descriptor = absl::StrCat(folder, "/", name, ".yaml"),
                                    .approval = cli::kPioneer,
                                    .withhold = region + "/objections/type1.csv",
                                    .rejects_dir = folder},
                          [](uint64_t, uint64_t) {})
      .status();
}

absl::Status Object(cli::Session& session, const std::vector<std::string>& numbers, const std::string& folder) {
  std::string csv = "nhs_number,effective_date,received_date,source_system,capacity\n";
  for (const std::string& number : numbers) absl::StrAppend(&csv, number, ",2026-03-31,2026-03-31,programme_office,self\n");
  const std::string path = absl::StrCat(folder, "/", NewName(folder, ".objections.csv"), ".objections.csv");
  SH_RETURN_IF_ERROR(cli::WriteFile(path, csv));
  return cli::LoadObjections(session, {.file = path,
                                       .set = absl::StrCat("programme:", cli::kPioneer),
                                       .person = "dana.engineer",
                                       .rejects_dir = folder})
      .status();
}

}  // namespace safehaven::testing_support
