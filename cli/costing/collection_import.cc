#include <array>
#include <filesystem>
#include <functional>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/collection_files.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/file_text.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"

namespace safehaven::cli {
namespace {

using costing::CollectionChecker;
using costing::CollectionField;
using costing::CollectionHeader;
using costing::FieldPart;

constexpr size_t kFilesMax = 10'000;

absl::Status Invalid(absl::string_view file, absl::string_view why) {
  return InvalidArgument("COLLECTION_INVALID", absl::StrCat(file, ": ", why));
}

struct NamedHeader {
  std::string file;
  CollectionHeader header;
};

absl::StatusOr<std::vector<NamedHeader>> ReadHeaders(const std::string& folder) {
  SH_ASSIGN_OR_RETURN(const FileText text, FileText::Read(std::filesystem::path(folder) / "headers.csv"));
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(text.text()));
  constexpr std::array<const char*, 9> kNames = {"file",    "submitting_organisation", "financial_year",
                                                 "period_start", "period_end",         "created",
                                                 "feed",    "record_count",            "total_cost"};
  std::array<size_t, kNames.size()> columns{};
  for (size_t i = 0; i < kNames.size(); ++i) {
    const std::optional<size_t> column = rows.Find(kNames[i]);
    if (!column) return Invalid("headers.csv", absl::StrCat("there is no column ", kNames[i]));
    columns[i] = *column;
  }
  std::vector<NamedHeader> headers;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows.Next());
    if (!any) return headers;
    if (!rows.has_all_fields() || headers.size() == kFilesMax) return Invalid("headers.csv", absl::StrCat("line ", rows.line()));
    const auto get = [&rows, &columns](size_t i) { return std::string(rows.field(columns[i])); };
    if (get(0).find('/') != std::string::npos) return Invalid("headers.csv", "a file lies beside it");
    headers.push_back({get(0), {get(1), get(2), get(3), get(4), get(5), get(6), get(7), get(8)}});
  }
}

// Reads one file through the checker; `visit` sees every record that has all fields.
absl::Status ReadFile(const std::string& folder, const NamedHeader& named, CollectionChecker& checker,
                      const std::function<void(const std::vector<std::string>&)>& visit) {
  SH_ASSIGN_OR_RETURN(const FileText text, FileText::Read(std::filesystem::path(folder) / named.file));
  absl::StatusOr<CsvRows> rows = CsvRows::Make(text.text());
  if (!rows.ok()) return WithContext(rows.status(), named.file);
  if (!checker.is_known_feed()) return absl::OkStatus();
  std::vector<size_t> columns;
  for (const CollectionField* field : checker.fields()) {
    const std::optional<size_t> column = rows->Find(field->id);
    if (!column) return Invalid(named.file, absl::StrCat("there is no column ", field->id));
    columns.push_back(*column);
  }
  std::vector<std::string> record(columns.size());
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, rows->Next());
    if (!any) return absl::OkStatus();
    if (!rows->has_all_fields()) {
      checker.Add({});
      continue;
    }
    for (size_t i = 0; i < columns.size(); ++i) record[i] = std::string(rows->field(columns[i]));
    checker.Add(record);
    visit(record);
  }
}

// Splits the records of one file as they pass.
class Splitter {
 public:
  Splitter(const SourceKeys& keys, const std::vector<const CollectionField*>& fields) : keys_(keys), fields_(fields) {
    payload = "patient_token";
    identity = "record";
    for (const CollectionField* field : fields_) {
      absl::StrAppend(field->part == FieldPart::kIdentity ? &identity : &payload, ",", field->id);
    }
    payload.push_back('\n');
    identity.push_back('\n');
  }

  void Split(const std::vector<std::string>& record) {
    std::string number, kept, removed = absl::StrCat(++count_);
    for (size_t i = 0; i < fields_.size(); ++i) {
      std::string& half = fields_[i]->part == FieldPart::kIdentity ? removed : kept;
      half.push_back(',');
      AppendCsvField(&half, record[i]);
      if (fields_[i]->id == "nhs_number") number = record[i];
    }
    const std::string token =
        number.empty() ? "" : absl::BytesToHexString(keys_.RecordKey(absl::StrCat("patient/", number)));
    absl::StrAppend(&payload, token, kept, "\n");
    absl::StrAppend(&identity, removed, "\n");
  }

  std::string payload, identity;

 private:
  const SourceKeys& keys_;
  std::vector<const CollectionField*> fields_;
  int64_t count_ = 0;
};

}  // namespace

absl::StatusOr<CollectionReport> CheckCollection(const std::string& folder) {
  SH_ASSIGN_OR_RETURN(const std::vector<NamedHeader> headers, ReadHeaders(folder));
  CollectionReport report;
  WideMoney feeds, accounts;
  bool has_accounts = false;
  for (const NamedHeader& named : headers) {
    CollectionChecker checker(named.header);
    SH_RETURN_IF_ERROR(ReadFile(folder, named, checker, [](const std::vector<std::string>&) {}));
    checker.Finish();
    const bool is_accounts = named.header.feed == costing::Name(costing::CollectionFeed::kRec);
    has_accounts = has_accounts || is_accounts;
    (is_accounts ? accounts : feeds) += checker.total();
    report.fault_count += checker.fault_count();
    report.files.push_back({.name = named.file,
                            .feed = named.header.feed,
                            .record_count = checker.record_count(),
                            .total = checker.total().ToString(),
                            .fault_count = checker.fault_count(),
                            .faults = checker.faults()});
  }
  if (!has_accounts) return report;
  const WideMoney difference = accounts - feeds;
  report.difference = difference.ToString();
  if (!(difference == WideMoney())) {
    ++report.fault_count;
    report.files.push_back({.name = "REC.csv",
                            .feed = "REC",
                            .fault_count = 1,
                            .faults = {{0, "accounts_value", "RECONCILIATION_DIFFERS",
                                        absl::StrCat("accounts less exclusions less all feeds leave ", report.difference)}}});
  }
  return report;
}

absl::Status ImportCollection(const std::string& folder, const SourceKeys& keys, OutputFolder& out) {
  SH_ASSIGN_OR_RETURN(const CollectionReport report, CheckCollection(folder));
  if (report.fault_count > 0) {
    return FailedPrecondition("COLLECTION_FAULTY", absl::StrCat(report.fault_count, " rules are broken; check the folder"));
  }
  SH_ASSIGN_OR_RETURN(const std::vector<NamedHeader> headers, ReadHeaders(folder));
  for (const NamedHeader& named : headers) {
    CollectionChecker checker(named.header);
    Splitter splitter(keys, checker.fields());
    SH_RETURN_IF_ERROR(
        ReadFile(folder, named, checker, [&splitter](const std::vector<std::string>& record) { splitter.Split(record); }));
    SH_RETURN_IF_ERROR(out.Put(absl::StrCat("payload/", named.file), splitter.payload));
    SH_RETURN_IF_ERROR(out.Put(absl::StrCat("identity/", named.file), splitter.identity));
  }
  return absl::OkStatus();
}

std::string FaultsCsv(const CollectionReport& report) {
  std::string csv = "file,record,field,rule,message\n";
  for (const CollectionReport::File& file : report.files) {
    for (const costing::CollectionFault& fault : file.faults) {
      AppendCsvRow(&csv, {file.name, absl::StrCat(fault.record), fault.field, fault.rule, fault.message});
    }
  }
  return csv;
}

}  // namespace safehaven::cli
