#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/costing/collection_files.h"
#include "cli/costing/csv_text.h"
#include "cli/costing/file_text.h"
#include "cli/costing/lines_file.h"
#include "libs/base/status.h"
#include "libs/ingest/csv_rows.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::cli {
namespace {

using costing::CollectionField;
using costing::CollectionHeader;
using costing::CostGroup;

constexpr char kHeadersHeader[] =
    "file,submitting_organisation,financial_year,period_start,period_end,created,feed,record_count,total_cost\n";

// The trust's own columns of one feed, by record id: identity among them.
class Details {
 public:
  static absl::StatusOr<Details> Read(const std::string& path, const CollectedFeed& feed) {
    Details details;
    const bool has_columns = std::any_of(feed.fields.begin(), feed.fields.end(), [](const auto& field) {
      return absl::StartsWith(field.second, "details.");
    });
    if (feed.details.empty() || !has_columns) return details;
    SH_ASSIGN_OR_RETURN(const FileText file, FileText::Read(path));
    absl::StatusOr<CsvRows> rows = CsvRows::Make(file.text());
    if (!rows.ok()) return WithContext(rows.status(), path);
    const std::optional<size_t> key = rows->Find(feed.details_key);
    std::vector<size_t> columns;
    for (const auto& [id, from] : feed.fields) {
      absl::string_view column = from;
      if (!absl::ConsumePrefix(&column, "details.")) continue;
      const std::optional<size_t> index = rows->Find(column);
      if (!index || !key) {
        return Failure(absl::StatusCode::kInvalidArgument, "COLUMN_MISSING", absl::StrCat(path, " has no column ", column),
                       {{"column", std::string(column)}});
      }
      details.places_.emplace(from, columns.size());
      columns.push_back(*index);
    }
    while (true) {
      SH_ASSIGN_OR_RETURN(const bool any, rows->Next());
      if (!any) return details;
      const auto refuse = [&](absl::string_view why) {
        return Failure(absl::StatusCode::kInvalidArgument, "DETAILS_INVALID", absl::StrCat(path, ": line ", rows->line(), ": ", why),
                       {{"line", absl::StrCat(rows->line())}});
      };
      if (!rows->has_all_fields()) return refuse("another number of fields than the header");
      const auto [at, is_new] = details.values_.try_emplace(std::string(rows->field(*key)));
      if (!is_new) return refuse("another row has the same key");
      std::vector<std::string>& values = at->second;
      for (const size_t column : columns) values.emplace_back(rows->field(column));
    }
  }

  std::string Get(absl::string_view record_id, const std::string& from) const {
    const auto at = values_.find(record_id);
    return at == values_.end() ? "" : at->second[places_.at(from)];
  }

 private:
  absl::flat_hash_map<std::string, std::vector<std::string>> values_;
  std::map<std::string, size_t> places_;
};

// One cost line of one event.
struct LineOfEvent {
  uint32_t event = 0;
  size_t block = 0;
  size_t row = 0;
};

// The month of a day, as its first one.
CivilDay MonthOf(CivilDay day) {
  const absl::StatusOr<CivilDay> first = CivilDay::Parse(absl::StrCat(day.ToString().substr(0, 8), "01"));
  SH_CHECK(first.ok());
  return *first;
}

CivilDay EndOfMonth(CivilDay first) { return MonthOf(first.AddDays(31)).AddDays(-1); }

class Exporter {
 public:
  Exporter(const FileRun& run, const CollectionPlan& plan, const std::string& input_dir, absl::string_view created,
           OutputFolder& folder)
      : run_(run), plan_(plan), input_dir_(input_dir), created_(created), folder_(folder), headers_(kHeadersHeader) {}

  absl::Status Export() {
    for (const auto& [id, feed] : plan_.feeds) SH_RETURN_IF_ERROR(ExportFeed(id, feed));
    SH_RETURN_IF_ERROR(ExportReconciliation());
    return folder_.Put("headers.csv", headers_);
  }

 private:
  absl::Status ExportFeed(const std::string& id, const CollectedFeed& feed) {
    SH_ASSIGN_OR_RETURN(const Details details, Details::Read(std::filesystem::path(input_dir_) / feed.details, feed));
    std::map<CivilDay, std::vector<LineOfEvent>> months;
    const costing::CostLines& lines = run_.run.lines;
    for (size_t b = 0; b < lines.blocks.size(); ++b) {
      for (size_t i = 0; i < lines.blocks[b].count; ++i) {
        const uint32_t event = lines.event[lines.blocks[b].first_use + i];
        const EventView view = ViewOf(run_, event);
        if (view.feed != id) continue;
        // An event that is still open belongs to the period's last month.
        months[MonthOf(std::min(view.end, run_.run.period_end))].push_back({event, b, i});
      }
    }
    for (auto& [month, of_month] : months) {
      std::stable_sort(of_month.begin(), of_month.end(),
                       [](const LineOfEvent& a, const LineOfEvent& b) { return a.event < b.event; });
      SH_RETURN_IF_ERROR(ExportMonth(feed, details, id, month, of_month));
    }
    return absl::OkStatus();
  }

  absl::Status ExportMonth(const CollectedFeed& feed, const Details& details, const std::string& id, CivilDay month,
                           const std::vector<LineOfEvent>& lines) {
    const std::string name = absl::StrCat(costing::Name(feed.feed), "_", id, "_", month.ToString().substr(0, 7), ".csv");
    SH_ASSIGN_OR_RETURN(OutputFile file, folder_.Create(name));
    std::string row;
    for (const CollectionField& field : costing::CollectionFields()) {
      if (field.IsIn(feed.feed)) absl::StrAppend(&row, row.empty() ? "" : ",", field.id);
    }
    file.Write(absl::StrCat(row, "\n"));
    WideMoney total;
    for (const LineOfEvent& line : lines) {
      row.clear();
      for (const CollectionField& field : costing::CollectionFields()) {
        if (!field.IsIn(feed.feed)) continue;
        if (!row.empty()) row.push_back(',');
        AppendCsvField(&row, ValueOf(feed, details, field, line));
      }
      row.push_back('\n');
      file.Write(row);
      total += CostOf(line);
    }
    SH_RETURN_IF_ERROR(folder_.Close(std::move(file)));
    return AddHeader(name, costing::Name(feed.feed), month, EndOfMonth(month), lines.size(), total.ToString());
  }

  Money CostOf(const LineOfEvent& line) const {
    return Money(run_.run.lines.cost_e8[run_.run.lines.blocks[line.block].first + line.row]);
  }

  std::string ValueOf(const CollectedFeed& feed, const Details& details, const CollectionField& field,
                      const LineOfEvent& line) const {
    const costing::CostLineBlock& block = run_.run.lines.blocks[line.block];
    const costing::CostModel& model = run_.folder.model;
    if (field.id == "provider") return model.provider;
    if (field.id == "activity") return model.activities[block.activity].id;
    if (field.id == "resource") return model.resources[block.resource].id;
    if (field.id == "activity_count") return absl::StrCat(run_.run.lines.weight[block.first_use + line.row]);
    if (field.id == "total_cost") return CostOf(line).ToString();
    const auto from = feed.fields.find(std::string(field.id));
    if (from == feed.fields.end()) return "";
    if (from->second[0] == '=') return from->second.substr(1);
    const absl::string_view record_id = run_.feeds.record_ids.at(line.event);
    if (from->second.rfind("details.", 0) == 0) return details.Get(record_id, from->second);
    return FactOf(from->second, record_id, ViewOf(run_, line.event));
  }

  std::string FactOf(absl::string_view fact, absl::string_view record_id, const EventView& view) const {
    const bool is_open = view.end == costing::kStillOpen;
    if (fact == "record_id") return std::string(record_id);
    if (fact == "point_of_delivery") return std::string(view.point_of_delivery);
    if (fact == "currency") return std::string(view.currency);
    if (fact == "treatment_function") return std::string(view.treatment_function);
    if (fact == "start_date") return view.start.ToString();
    if (fact == "end_date") return is_open ? "" : view.end.ToString();
    if (fact == "days") return is_open ? "" : absl::StrCat(view.end.days_since_1970() - view.start.days_since_1970());
    const std::optional<int> status =
        costing::CompletionStatus(view.start, view.end, {run_.run.period_start, run_.run.period_end});
    return status ? absl::StrCat(*status) : "";
  }

  absl::Status AddHeader(const std::string& name, absl::string_view feed, CivilDay start, CivilDay end, size_t count,
                         const std::string& total) {
    if (count > static_cast<size_t>(costing::kCollectionRecordsMax)) {
      return Failure(absl::StatusCode::kOutOfRange, "COLLECTION_TOO_LARGE",
                     absl::StrCat(name, " has more records than a header can count"));
    }
    AppendCsvRow(&headers_, {name, plan_.submitting_organisation, plan_.financial_year, start.ToString(), end.ToString(),
                             created_, feed, absl::StrCat(count), total});
    return absl::OkStatus();
  }

  // The ledger's total, and what of it is in no feed. The sign convention is ours
  // (accounts less exclusions is what the feeds carry): the real one is not public.
  absl::Status ExportReconciliation() {
    const costing::Reconciliation& reconciliation = run_.run.reconciliation;
    std::string csv = "accounts_identifier,accounts_value,exclusion_service,exclusion_cost\n";
    AppendCsvRow(&csv, {plan_.accounts_identifier, reconciliation.ledger_total.ToString(), "", ""});
    for (const auto& [name, identifier] : plan_.exclusions) {
      Money amount = reconciliation.undistributed;
      if (name == "excluded") amount = reconciliation.excluded;
      if (name == "unmatched") amount = reconciliation.unmatched;
      const std::optional<CostGroup> group = costing::ParseCostGroup(name);
      if (group) amount = reconciliation.group_total[static_cast<size_t>(*group)];
      AppendCsvRow(&csv, {"", "", identifier, amount.ToString()});
    }
    SH_RETURN_IF_ERROR(folder_.Put("REC.csv", csv));
    return AddHeader("REC.csv", "REC", run_.run.period_start, run_.run.period_end, 1 + plan_.exclusions.size(), "");
  }

  const FileRun& run_;
  const CollectionPlan& plan_;
  std::string input_dir_;
  std::string created_;
  OutputFolder& folder_;
  std::string headers_;
};

}  // namespace

absl::Status ExportCollection(const FileRun& run, const CollectionPlan& plan, const std::string& input_dir,
                              absl::string_view created, OutputFolder& folder) {
  return Exporter(run, plan, input_dir, created, folder).Export();
}

}  // namespace safehaven::cli
