#include "cli/costing/file_run.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/costing/file_text.h"
#include "cli/costing/row_access.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

// A ledger file, its rows copied: views into a reader end with the row.
struct LedgerTexts {
  std::vector<std::array<std::string, 6>> texts;
  std::vector<costing::LedgerRow> rows;
};

}  // namespace

absl::StatusOr<costing::Ledger> ReadLedgerFile(const FileText& file, const InputFile& input, const std::string& provider) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(file.text()));
  std::array<ColumnSource, 6> columns;
  columns[0] = FindColumn(rows, input, "provider");
  SH_ASSIGN_OR_RETURN(columns[1], RequireColumn(rows, input, "cost_centre"));
  SH_ASSIGN_OR_RETURN(columns[2], RequireColumn(rows, input, "account"));
  columns[3] = FindColumn(rows, input, "description");
  SH_ASSIGN_OR_RETURN(columns[4], RequireColumn(rows, input, "amount"));
  columns[5] = FindColumn(rows, input, "day");
  LedgerTexts texts;
  std::vector<int64_t> lines;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) break;
    if (!rows.has_all_fields()) {
      return Failure(absl::StatusCode::kInvalidArgument, "CSV_FIELD_COUNT",
                     absl::StrCat("line ", rows.line(), ": another number of fields than the header"),
                     {{"line", absl::StrCat(rows.line())}});
    }
    std::array<std::string, 6> text;
    for (size_t i = 0; i < columns.size(); ++i) text[i] = std::string(columns[i].Of(rows));
    if (!columns[0].exists()) text[0] = provider;
    texts.texts.push_back(std::move(text));
    lines.push_back(static_cast<int64_t>(rows.line()));
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::array<std::string, 6>& text = texts.texts[i];
    texts.rows.push_back({lines[i], text[0], text[1], text[2], text[3], text[4], text[5]});
  }
  return costing::ParseLedger(texts.rows);
}

namespace {

absl::StatusOr<costing::Ledger> OpenLedger(const FileRunOptions& options, const InputFile& input,
                                           const std::string& provider, FileRun& result) {
  const std::string path = std::filesystem::path(options.feeds.input_dir) / input.file;
  SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(path));
  result.ledger_digests.emplace_back(input.file, file.Sha256Hex());
  if (const absl::Status same = CheckHash(input, result.ledger_digests.back().second); !same.ok()) {
    return WithContext(same, path);
  }
  absl::StatusOr<costing::Ledger> ledger = ReadLedgerFile(file, input, provider);
  if (!ledger.ok()) return WithContext(ledger.status(), path);
  return ledger;
}

absl::Status CheckAuditedTotal(const FileRun& result) {
  const std::optional<Money>& audited = result.folder.inputs.audited_total;
  if (!audited || *audited == result.ledger.total) return absl::OkStatus();
  return FailedPrecondition("AUDITED_TOTAL_DIFFERS",
                            absl::StrCat("the ledger adds to ", result.ledger.total.ToString(),
                                         ", the audited accounts to ", audited->ToString()));
}

}  // namespace

absl::Status OpenLedgers(const FileRunOptions& options, FileRun& run, const FileRunProgress& progress) {
  const costing::CostModel& model = run.folder.model;
  const CostInputs& inputs = run.folder.inputs;
  progress("ledger");
  SH_ASSIGN_OR_RETURN(run.ledger, OpenLedger(options, inputs.ledger, model.provider, run));
  SH_RETURN_IF_ERROR(CheckAuditedTotal(run));
  if (!inputs.income) return absl::OkStatus();
  SH_ASSIGN_OR_RETURN(run.income_ledger, OpenLedger(options, *inputs.income, model.provider, run));
  SH_ASSIGN_OR_RETURN(run.income, costing::MapIncome(*run.income_ledger, model));
  return absl::OkStatus();
}

absl::StatusOr<FileRun> OpenRun(const FileRunOptions& options, const FileRunProgress& progress) {
  FileRun result;
  progress("model");
  SH_ASSIGN_OR_RETURN(result.folder, ReadModelFolder(options.model));
  SH_RETURN_IF_ERROR(OpenLedgers(options, result, progress));
  return result;
}

absl::StatusOr<FileRun> RunOnFiles(const FileRunOptions& options, const FileRunProgress& progress) {
  SH_ASSIGN_OR_RETURN(FileRun result, OpenRun(options, progress));
  progress("feeds");
  SH_ASSIGN_OR_RETURN(result.feeds, LoadFeeds(result.folder.model, result.folder.inputs, options.feeds));
  progress("costing");
  SH_ASSIGN_OR_RETURN(result.run, costing::RunCosting(result.folder.model, result.ledger, BatchesOf(result.feeds), result.feeds.rows));
  return result;
}

}  // namespace safehaven::cli
