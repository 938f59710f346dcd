#include "cli/costing/model_folder.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/costing/file_text.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"
#include "services/costing/core/model_yaml.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;

// Most tables beside one model.
constexpr size_t kTablesMax = 200;

absl::StatusOr<costing::ModelTable> ReadTable(const FileText& file) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(file.text()));
  costing::ModelTable table;
  table.columns = rows.columns();
  int64_t line = 1;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) return table;
    ++line;
    if (!rows.has_all_fields()) {
      return Failure(absl::StatusCode::kInvalidArgument, "CSV_FIELD_COUNT",
                     absl::StrCat("line ", line, ": the row has ", rows.field_count(), " fields, the header ",
                                  table.columns.size()),
                     {{"line", absl::StrCat(line)}});
    }
    costing::ModelTable::Row row = {.line = line, .fields = {}};
    for (size_t i = 0; i < rows.field_count(); ++i) row.fields.emplace_back(rows.field(i));
    table.rows.push_back(std::move(row));
  }
}

}  // namespace

absl::StatusOr<ModelFolder> ReadModelFolder(const std::string& path) {
  const bool is_folder = fs::is_directory(path);
  const fs::path folder = is_folder ? fs::path(path) : fs::path(path).parent_path();
  const fs::path model_path = is_folder ? folder / "model.yaml" : fs::path(path);
  SH_ASSIGN_OR_RETURN(const FileText model_file, FileText::Read(model_path.string()));
  ModelFolder result;
  result.file_digests.emplace_back(model_path.filename().string(), model_file.Sha256Hex());
  result.files.emplace("model.yaml", std::string(model_file.text()));
  costing::ModelTables tables;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
    const std::string name = entry.path().filename().string();
    // Only tables that the model speaks of: a stranger's other files are none of ours.
    if (entry.path().extension() != ".csv" || model_file.text().find(name) == absl::string_view::npos) continue;
    if (tables.size() == kTablesMax) return InvalidArgument("COST_MODEL_INVALID", "the model names too many tables");
    SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(entry.path().string()));
    absl::StatusOr<costing::ModelTable> table = ReadTable(file);
    if (!table.ok()) return WithContext(table.status(), entry.path().string());
    tables.emplace(name, *std::move(table));
    result.file_digests.emplace_back(name, file.Sha256Hex());
    result.files.emplace(name, std::string(file.text()));
  }
  absl::StatusOr<costing::CostModel> model = costing::ParseCostModel(model_file.text(), tables);
  if (!model.ok()) return WithContext(model.status(), model_path.string());
  result.model = *std::move(model);
  const fs::path inputs_path = folder / "inputs.yaml";
  std::string inputs_text;
  if (fs::exists(inputs_path)) {
    SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(inputs_path.string()));
    inputs_text = std::string(file.text());
    result.file_digests.emplace_back("inputs.yaml", file.Sha256Hex());
    result.files.emplace("inputs.yaml", inputs_text);
  }
  absl::StatusOr<CostInputs> inputs = ParseCostInputs(inputs_text, result.model);
  if (!inputs.ok()) return WithContext(inputs.status(), inputs_path.string());
  result.inputs = *std::move(inputs);
  std::sort(result.file_digests.begin(), result.file_digests.end());
  return result;
}

}  // namespace safehaven::cli
