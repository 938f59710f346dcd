#include "cli/costing/kept_run.h"

#include <array>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/costing/column_file.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/file_text.h"
#include "cli/costing/run_signer.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using costing::CostLineBlock;
using costing::CostRun;
using costing::EventColumns;
using costing::FeedRows;

constexpr char kMagic[] = "safehaven-cost-basis/1";
constexpr char kFolder[] = "basis";
constexpr char kColumns[] = "basis/run.columns";
constexpr size_t kFeedsMax = 1'000;

std::string LedgerCsv(const costing::Ledger& ledger) {
  std::string csv = "cost_centre,account,description,amount,day\n";
  for (const costing::LedgerLine& line : ledger.lines) {
    AppendCsvRow(&csv, {line.cost_centre, line.account, line.description, line.amount.ToString(),
                        line.day ? line.day->ToString() : ""});
  }
  return csv;
}

void WriteTextColumn(const costing::TextColumn& column, ColumnWriter& out) {
  out.Texts(column.values);
  out.Column(column.codes);
}

void WriteBatch(const EventColumns& batch, ColumnWriter& out) {
  out.Column(batch.keys);
  for (const auto* column : {&batch.feed, &batch.point_of_delivery, &batch.currency, &batch.treatment_function}) {
    WriteTextColumn(*column, out);
  }
  out.Column(batch.start_day);
  out.Column(batch.end_day);
  out.Column(batch.restriction);
  out.Number(batch.drivers.size());
  for (const costing::DriverColumn& driver : batch.drivers) {
    out.Text(driver.name);
    out.Column(driver.values);
  }
}

EventColumns ReadBatch(ColumnReader& in) {
  EventColumns batch;
  batch.keys = in.Column<costing::RecordKey>();
  const size_t count = batch.keys.size();
  for (auto* column : {&batch.feed, &batch.point_of_delivery, &batch.currency, &batch.treatment_function}) {
    column->values = in.Texts();
    column->codes = in.Codes<uint16_t>(count, column->values.size());
  }
  batch.start_day = in.Column<int32_t>();
  batch.end_day = in.Column<int32_t>();
  batch.restriction = in.Codes<uint8_t>(count, 256);
  const size_t driver_count = in.Count(costing::kDriverColumnsMax);
  for (size_t i = 0; i < driver_count; ++i) {
    costing::DriverColumn driver = {.name = in.Text(), .values = {}};
    driver.values = in.Column<int64_t>();
    in.Check(driver.values.size() == count);
    batch.drivers.push_back(std::move(driver));
  }
  in.Check(batch.start_day.size() == count && batch.end_day.size() == count);
  return batch;
}

void WriteRows(const FeedRows& rows, ColumnWriter& out) {
  out.Number(rows.feed);
  out.Column(rows.event);
  out.Column(rows.rule);
  out.Column(rows.day);
  out.Number(rows.texts.size());
  for (const costing::TextCodes& column : rows.texts) {
    out.Text(column.name);
    out.Texts(column.values);
    out.Column(column.codes);
  }
  out.Number(rows.numbers.size());
  for (const costing::DriverColumn& column : rows.numbers) {
    out.Text(column.name);
    out.Column(column.values);
  }
}

FeedRows ReadRows(const costing::CostModel& model, ColumnReader& in) {
  FeedRows rows;
  rows.feed = in.Count(model.feeds.size());
  in.Check(rows.feed < model.feeds.size());
  rows.event = in.Column<uint32_t>();
  const size_t count = rows.event.size();
  rows.rule = in.Codes<uint8_t>(count, 256);
  rows.day = in.Column<int32_t>();
  in.Check(rows.day.empty() || rows.day.size() == count);
  const size_t text_count = in.Count(costing::kDriverColumnsMax);
  for (size_t i = 0; i < text_count; ++i) {
    costing::TextCodes column = {.name = in.Text(), .values = {}, .codes = {}};
    column.values = in.Texts();
    column.codes = in.Codes<uint32_t>(count, column.values.size());
    rows.texts.push_back(std::move(column));
  }
  const size_t number_count = in.Count(costing::kDriverColumnsMax);
  for (size_t i = 0; i < number_count; ++i) {
    costing::DriverColumn column = {.name = in.Text(), .values = {}};
    column.values = in.Column<int64_t>();
    in.Check(column.values.size() == count);
    rows.numbers.push_back(std::move(column));
  }
  return rows;
}

void WriteFeeds(const LoadedFeeds& feeds, ColumnWriter& out) {
  out.Number(feeds.batches.size());
  for (const EventColumns& batch : feeds.batches) WriteBatch(batch, out);
  out.Number(feeds.rows.size());
  for (const FeedRows& rows : feeds.rows) WriteRows(rows, out);
  std::string ids;
  for (size_t event = 0; event < feeds.record_ids.size(); ++event) absl::StrAppend(&ids, feeds.record_ids.at(event), "\n");
  out.Text(ids);
  out.Number(feeds.datasets.size());
  for (const DatasetReport& dataset : feeds.datasets) {
    out.Texts({dataset.dataset, dataset.file, dataset.sha256});
    for (const uint64_t number : {dataset.byte_count, dataset.row_count, dataset.rejected_count, dataset.other_feed_count}) {
      out.Number(number);
    }
    out.Number(dataset.faults.size());
    for (const RowFault& fault : dataset.faults) {
      out.Number(fault.line);
      out.Texts({fault.column, fault.reason, fault.message});
    }
  }
}

DatasetReport ReadDataset(ColumnReader& in) {
  DatasetReport dataset;
  std::vector<std::string> texts = in.Texts();
  in.Check(texts.size() == 3);
  if (in.failed()) return dataset;
  dataset.dataset = std::move(texts[0]);
  dataset.file = std::move(texts[1]);
  dataset.sha256 = std::move(texts[2]);
  dataset.byte_count = in.Number();
  dataset.row_count = in.Number();
  dataset.rejected_count = in.Number();
  dataset.other_feed_count = in.Number();
  const size_t fault_count = in.Count(kFaultsKept);
  for (size_t i = 0; i < fault_count; ++i) {
    RowFault fault;
    fault.line = in.Number();
    texts = in.Texts();
    in.Check(texts.size() == 3);
    if (in.failed()) break;
    fault.column = std::move(texts[0]);
    fault.reason = std::move(texts[1]);
    fault.message = std::move(texts[2]);
    dataset.faults.push_back(std::move(fault));
  }
  return dataset;
}

LoadedFeeds ReadFeeds(const costing::CostModel& model, ColumnReader& in) {
  LoadedFeeds feeds;
  size_t event_count = 0;
  const size_t batch_count = in.Count(costing::kRunEventsMax);
  for (size_t i = 0; i < batch_count && !in.failed(); ++i) {
    feeds.batches.push_back(ReadBatch(in));
    event_count += feeds.batches.back().row_count();
  }
  const size_t rows_count = in.Count(kFeedsMax);
  for (size_t i = 0; i < rows_count && !in.failed(); ++i) {
    feeds.rows.push_back(ReadRows(model, in));
    for (const uint32_t event : feeds.rows.back().event) in.Check(event == costing::kNoEvent || event < event_count);
    for (size_t row = 0; row < feeds.rows.back().row_count() && !in.failed(); ++row) {
      in.Check(feeds.rows.back().event[row] == costing::kNoEvent || feeds.rows.back().rule[row] < model.matching.size());
    }
  }
  const std::string ids = in.Text();
  for (size_t begin = 0; begin < ids.size();) {
    const size_t end = std::min(ids.find('\n', begin), ids.size());
    feeds.record_ids.Add(absl::string_view(ids).substr(begin, end - begin));
    begin = end + 1;
  }
  in.Check(feeds.record_ids.size() == event_count);
  const size_t dataset_count = in.Count(kFeedsMax);
  for (size_t i = 0; i < dataset_count && !in.failed(); ++i) feeds.datasets.push_back(ReadDataset(in));
  return feeds;
}

// A block without the gaps that it has in memory, whose bytes are nobody's.
using PackedBlock = std::array<uint64_t, 7 + 2 * sizeof(costing::BlockDigest) / sizeof(uint64_t)>;

PackedBlock Pack(const CostLineBlock& block) {
  PackedBlock packed = {block.activity,  block.resource, static_cast<uint64_t>(block.group), block.first,
                        block.first_use, block.count,    static_cast<uint64_t>(block.unmatched_weight)};
  std::memcpy(packed.data() + 7, block.uses_digest.data(), block.uses_digest.size());
  std::memcpy(packed.data() + 11, block.cost_digest.data(), block.cost_digest.size());
  return packed;
}

CostLineBlock Unpack(const PackedBlock& packed) {
  CostLineBlock block = {.activity = packed[0],
                         .resource = packed[1],
                         .group = static_cast<costing::CostGroup>(packed[2]),
                         .first = packed[3],
                         .first_use = packed[4],
                         .count = packed[5],
                         .unmatched_weight = static_cast<int64_t>(packed[6])};
  std::memcpy(block.uses_digest.data(), packed.data() + 7, block.uses_digest.size());
  std::memcpy(block.cost_digest.data(), packed.data() + 11, block.cost_digest.size());
  return block;
}

void WriteLines(const CostRun& run, ColumnWriter& out) {
  std::vector<PackedBlock> blocks;
  for (const CostLineBlock& block : run.lines.blocks) blocks.push_back(Pack(block));
  out.Column(blocks);
  std::vector<std::array<int64_t, 3>> unmatched;
  for (const costing::ActivityCost& cost : run.unmatched) {
    unmatched.push_back({static_cast<int64_t>(cost.resource), static_cast<int64_t>(cost.activity), cost.amount.e8_pounds()});
  }
  out.Column(unmatched);
  out.Column(run.lines.event);
  out.Column(run.lines.weight);
  out.Column(run.lines.rule);
  out.Column(run.lines.cost_e8);
  out.Text(run.certificate.output_digest);
  out.Text(run.certificate.events_digest);
}

costing::KeptLines ReadLines(const costing::CostModel& model, size_t event_count, ColumnReader& in) {
  costing::KeptLines kept;
  for (const PackedBlock& block : in.Column<PackedBlock>()) kept.lines.blocks.push_back(Unpack(block));
  for (const auto& [resource, activity, amount] : in.Column<std::array<int64_t, 3>>()) {
    in.Check(resource >= 0 && activity >= 0);
    kept.unmatched.push_back({static_cast<size_t>(resource), static_cast<size_t>(activity), Money(amount)});
  }
  kept.lines.event = in.Column<uint32_t>();
  const size_t use_count = kept.lines.event.size();
  for (const uint32_t event : kept.lines.event) in.Check(event < event_count);
  kept.lines.weight = in.Column<int64_t>();
  kept.lines.rule = in.Codes<uint8_t>(use_count, model.matching.size() + 1);
  kept.lines.cost_e8 = in.Column<int64_t>();
  in.Check(kept.lines.weight.size() == use_count);
  const size_t line_count = kept.lines.cost_e8.size();
  for (const CostLineBlock& block : kept.lines.blocks) {
    in.Check(block.activity < model.activities.size() && block.resource < model.resources.size() &&
             block.group == costing::CostGroup::kOwnPatientCare && block.count <= use_count &&
             block.first_use <= use_count - block.count && block.count <= line_count &&
             block.first <= line_count - block.count && block.unmatched_weight >= 0);
  }
  kept.output_digest = in.Text();
  kept.events_digest = in.Text();
  return kept;
}

absl::StatusOr<costing::Ledger> ReadBasisLedger(const fs::path& folder, const char* name, const std::string& provider) {
  const CostInputs as_written;
  SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read((folder / name).string()));
  return ReadLedgerFile(file, as_written.ledger, provider);
}

absl::Status Changed(const std::string& folder, absl::string_view file) {
  return DataLoss("RUN_CHANGED", absl::StrCat(folder, "/", file, " is not what the certificate says"));
}

// The certificate lists every file of the basis, with the hash that it has; one that it does
// not list, nobody signed. Its text.
absl::StatusOr<std::string> CheckBasis(const std::string& folder, absl::string_view public_key) {
  SH_ASSIGN_OR_RETURN(RunCheck check, CheckRunFiles(folder, public_key, kFolder));
  if (!check.changed.empty()) return Changed(folder, check.changed.front());
  std::set<std::string> listed;
  for (const absl::string_view line : absl::StrSplit(check.text, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
    if (words.size() == 3 && words[0] == "output-file") listed.emplace(words[2]);
  }
  std::error_code error;
  fs::recursive_directory_iterator at(fs::path(folder) / kFolder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (at->is_directory() && !at->is_symlink()) continue;
    const std::string name = at->path().lexically_relative(folder).generic_string();
    if (!listed.contains(name)) return Changed(folder, name);
  }
  if (error) return Changed(folder, kFolder);
  return std::move(check.text);
}

}  // namespace

absl::Status WriteBasis(const FileRun& run, OutputFolder& folder) {
  for (const auto& [name, text] : run.folder.files) {
    SH_RETURN_IF_ERROR(folder.Put(absl::StrCat(kFolder, "/", name), text));
  }
  SH_RETURN_IF_ERROR(folder.Put("basis/ledger.lines.csv", LedgerCsv(run.ledger)));
  if (run.income_ledger) SH_RETURN_IF_ERROR(folder.Put("basis/income.lines.csv", LedgerCsv(*run.income_ledger)));
  SH_ASSIGN_OR_RETURN(OutputFile file, folder.Create(kColumns));
  ColumnWriter out(file);
  out.Text(kMagic);
  out.Number(run.ledger_digests.size());
  for (const auto& [name, digest] : run.ledger_digests) out.Texts({name, digest});
  WriteFeeds(run.feeds, out);
  WriteLines(run.run, out);
  return folder.Close(std::move(file));
}

absl::StatusOr<FileRun> ReadKeptRun(const std::string& folder, absl::string_view public_key) {
  const fs::path basis = fs::path(folder) / kFolder;
  if (!fs::exists(basis)) {
    return FailedPrecondition("RUN_NOT_KEPT", absl::StrCat(folder, " has not kept what it was made of: cost it with --keep"));
  }
  SH_ASSIGN_OR_RETURN(const std::string certificate, CheckBasis(folder, public_key));
  FileRun run;
  SH_ASSIGN_OR_RETURN(run.folder, ReadModelFolder(basis.string()));
  const costing::CostModel& model = run.folder.model;
  SH_ASSIGN_OR_RETURN(run.ledger, ReadBasisLedger(basis, "ledger.lines.csv", model.provider));
  if (fs::exists(basis / "income.lines.csv")) {
    SH_ASSIGN_OR_RETURN(run.income_ledger, ReadBasisLedger(basis, "income.lines.csv", model.provider));
    SH_ASSIGN_OR_RETURN(run.income, costing::MapIncome(*run.income_ledger, model));
  }
  SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read((fs::path(folder) / kColumns).string()));
  ColumnReader in(file.text());
  in.Check(in.Text() == kMagic);
  const size_t ledger_count = in.Count(2);
  for (size_t i = 0; i < ledger_count; ++i) {
    const std::vector<std::string> texts = in.Texts();
    in.Check(texts.size() == 2);
    if (!in.failed()) run.ledger_digests.emplace_back(texts[0], texts[1]);
  }
  run.feeds = ReadFeeds(model, in);
  costing::KeptLines kept = ReadLines(model, run.feeds.record_ids.size(), in);
  if (!in.IsAtEnd()) return InvalidArgument("BASIS_MALFORMED", absl::StrCat(folder, "/", kColumns, " is no basis of a run"));
  SH_ASSIGN_OR_RETURN(run.run, costing::RestoreCosting(std::move(kept), model, run.ledger, BatchesOf(run.feeds), run.feeds.rows));
  if (!absl::StrContains(certificate, absl::StrCat("\nrun ", absl::BytesToHexString(run.run.certificate.digest), "\n"))) {
    return Changed(folder, kColumns);
  }
  return run;
}

}  // namespace safehaven::cli
