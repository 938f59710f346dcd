#include <algorithm>
#include <limits>
#include <set>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/feed_files.h"
#include "cli/costing/row_access.h"
#include "libs/base/status.h"
#include "libs/warrant/catalogue.h"
#include "services/costing/core/year_edge.h"

namespace safehaven::cli {
namespace {

using costing::CostModel;
using costing::kStillOpen;

constexpr size_t kRecordIdMax = 40;
// A number column that the run works out itself where the file has none.
constexpr char kNightsInPeriod[] = "nights_in_period";
constexpr size_t kNoFeed = std::numeric_limits<size_t>::max();

// The master feeds of one data set and the columns that the model takes from it.
class MasterLoader {
 public:
  MasterLoader(CsvRows& rows, const InputFile& input, uint8_t dataset_number, LoadState& state, DatasetReport& report)
      : rows_(rows), input_(input), dataset_number_(dataset_number), state_(state), report_(report) {}

  absl::Status Load(const std::string& dataset) {
    SH_RETURN_IF_ERROR(FindColumns(dataset));
    std::vector<std::string> names;
    for (const ColumnSource& column : numbers_) names.push_back(column.name);
    costing::EventColumnsBuilder builder(names);
    while (true) {
      SH_ASSIGN_OR_RETURN(const bool any, rows_.Next());
      if (!any) break;
      ++report_.row_count;
      if (!rows_.has_all_fields()) {
        Reject(rows_, "", "CSV_FIELD_COUNT", "the row has another number of fields than the header", report_);
        continue;
      }
      SH_RETURN_IF_ERROR(LoadRow(builder));
      if (builder.row_count() == costing::kSegmentRowsMax) state_.loaded.batches.push_back(builder.Finish());
    }
    if (builder.row_count() > 0) state_.loaded.batches.push_back(builder.Finish());
    return absl::OkStatus();
  }

 private:
  absl::Status FindColumns(const std::string& dataset) {
    std::set<std::string> numbers;
    bool needs_patient = false;
    const CostModel& model = state_.model;
    for (size_t feed = 0; feed < model.feeds.size(); ++feed) {
      if (model.feeds[feed].dataset != dataset || model.feeds[feed].is_auxiliary) continue;
      feeds_.push_back(feed);
      for (const costing::Driver& driver : model.drivers) {
        if (driver.feed == feed && driver.column != costing::kCountColumn) numbers.insert(driver.column);
      }
      for (const costing::MatchingRule& rule : model.matching) {
        const bool targets = std::find(rule.targets.begin(), rule.targets.end(), feed) != rule.targets.end();
        if (rule.key == costing::MatchKey::kPatient && targets) needs_patient = true;
      }
    }
    SH_ASSIGN_OR_RETURN(record_id_, RequireColumn(rows_, input_, "record_id"));
    SH_ASSIGN_OR_RETURN(start_, RequireColumn(rows_, input_, "start_date"));
    feed_ = FindColumn(rows_, input_, "feed");
    if (!feed_.exists() && feeds_.size() > 1) return RequireColumn(rows_, input_, "feed").status();
    end_ = FindColumn(rows_, input_, "end_date");
    point_of_delivery_ = FindColumn(rows_, input_, "point_of_delivery");
    currency_ = FindColumn(rows_, input_, "currency");
    treatment_function_ = FindColumn(rows_, input_, "treatment_function");
    restriction_ = FindColumn(rows_, input_, "restriction");
    if (needs_patient) {
      SH_ASSIGN_OR_RETURN(patient_, RequireColumn(rows_, input_, "patient"));
    }
    for (const std::string& name : numbers) {
      ColumnSource column = FindColumn(rows_, input_, name);
      if (!column.exists() && name != kNightsInPeriod) return RequireColumn(rows_, input_, name).status();
      numbers_.push_back(std::move(column));
    }
    values_.resize(numbers_.size());
    return absl::OkStatus();
  }

  // The row's feed, or kNoFeed if the model does not have it.
  size_t FeedOfRow() const {
    if (!feed_.exists()) return feeds_.front();
    const absl::string_view name = feed_.Of(rows_);
    for (const size_t feed : feeds_) {
      if (state_.model.feeds[feed].id == name) return feed;
    }
    return kNoFeed;
  }

  // False, with the row rejected, if a day cannot be.
  bool ReadDays(costing::Event& event) {
    const absl::StatusOr<CivilDay> start = ParseInputDay(start_.Of(rows_), input_.day_format);
    if (!start.ok()) return Reject(rows_, "start_date", "DATE_INVALID", start.status().message(), report_), false;
    event.start = *start;
    event.end = *start;
    if (!end_.exists()) return true;
    if (end_.Of(rows_).empty()) {
      event.end = kStillOpen;
      return true;
    }
    if (end_.Of(rows_) == start_.Of(rows_)) return true;
    const absl::StatusOr<CivilDay> end = ParseInputDay(end_.Of(rows_), input_.day_format);
    if (!end.ok()) return Reject(rows_, "end_date", "DATE_INVALID", end.status().message(), report_), false;
    if (*end < *start) return Reject(rows_, "end_date", "DATES_CONTRADICT", "the end is before the start", report_), false;
    event.end = *end;
    return true;
  }

  bool ReadNumbers(const costing::Event& event) {
    for (size_t i = 0; i < numbers_.size(); ++i) {
      if (!numbers_[i].exists()) {
        values_[i] = costing::NightsInPeriod(event.start, event.end,
                                             {state_.model.period_start, state_.model.period_end});
      } else if (!ReadNumber(rows_, numbers_[i], values_[i], report_)) {
        return false;
      }
    }
    return true;
  }

  absl::Status LoadRow(costing::EventColumnsBuilder& builder) {
    const size_t feed = FeedOfRow();
    if (feed == kNoFeed) {
      ++report_.other_feed_count;
      return absl::OkStatus();
    }
    const absl::string_view record_id = record_id_.Of(rows_);
    if (record_id.empty() || record_id.size() > kRecordIdMax) {
      Reject(rows_, "record_id", "RECORD_ID_MALFORMED", absl::StrCat("1 to ", kRecordIdMax, " bytes"), report_);
      return absl::OkStatus();
    }
    costing::Event event;
    event.key = RecordKeyOf(record_id, dataset_number_);
    event.feed = state_.model.feeds[feed].id;
    event.point_of_delivery = point_of_delivery_.Of(rows_);
    event.currency = currency_.Of(rows_);
    event.treatment_function = treatment_function_.Of(rows_);
    if (!ReadDays(event) || !ReadNumbers(event)) return absl::OkStatus();
    if (restriction_.exists() && !restriction_.Of(rows_).empty()) {
      const auto restriction = ParseRestriction(restriction_.Of(rows_));
      if (!restriction.ok()) {
        Reject(rows_, "restriction", "RESTRICTION_UNKNOWN", restriction.status().message(), report_);
        return absl::OkStatus();
      }
      event.restriction = *restriction;
    }
    event.drivers = values_;
    const auto number = static_cast<uint32_t>(state_.loaded.record_ids.size());
    if (!state_.index.Insert(event.key, number)) {
      Reject(rows_, "record_id", "RECORD_ID_DOUBLED", "the id occurred on an earlier line", report_);
      return absl::OkStatus();
    }
    if (const absl::Status appended = builder.Append(event); !appended.ok()) {
      return WithContext(appended, absl::StrCat("line ", rows_.line()));
    }
    state_.loaded.record_ids.Add(record_id);
    state_.feed_of_event.push_back(static_cast<uint8_t>(feed));
    if (patient_.exists()) {
      state_.patients.push_back({.event = number,
                                 .feed = feed,
                                 .key = event.key,
                                 .patient = HashPatient(patient_.Of(rows_)),
                                 .start_day = event.start.days_since_1970(),
                                 .end_day = event.end.days_since_1970()});
    }
    return absl::OkStatus();
  }

  CsvRows& rows_;
  const InputFile& input_;
  uint8_t dataset_number_;
  LoadState& state_;
  DatasetReport& report_;
  std::vector<size_t> feeds_;
  ColumnSource record_id_, feed_, start_, end_, point_of_delivery_, currency_, treatment_function_, restriction_,
      patient_;
  std::vector<ColumnSource> numbers_;
  std::vector<int64_t> values_;
};

}  // namespace

costing::PatientHash HashPatient(absl::string_view text) {
  if (text.empty()) return 0;
  const uint64_t hash = absl::Hash<absl::string_view>()(text);
  return hash == 0 ? 1 : hash;
}

absl::Status LoadMasterFile(absl::string_view csv, const std::string& dataset, uint8_t dataset_number,
                            const InputFile& input, LoadState& state, DatasetReport& report) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(csv));
  return MasterLoader(rows, input, dataset_number, state, report).Load(dataset);
}

}  // namespace safehaven::cli
