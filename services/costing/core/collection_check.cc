#include "services/costing/core/collection_check.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::costing {
namespace {

const std::string& EmptyText() {
  static const std::string* const empty = new std::string();
  return *empty;
}

// Points of delivery whose name says how long the stay was.
bool IsShortStay(absl::string_view point) { return point == "NES" || point == "NESTR"; }
bool IsLongStay(absl::string_view point) { return point == "NEL" || point == "NELTR"; }
constexpr int32_t kLongStayDays = 2;

}  // namespace

absl::StatusOr<Period> FinancialYear(absl::string_view text) {
  const absl::Status invalid = InvalidArgument("FINANCIAL_YEAR_INVALID", "a financial year is written FY2025-26");
  int first = 0, second = 0;
  if (text.size() != 9 || text.substr(0, 2) != "FY" || text[6] != '-' || !absl::SimpleAtoi(text.substr(2, 4), &first) ||
      !absl::SimpleAtoi(text.substr(7, 2), &second) || (first + 1) % 100 != second) {
    return invalid;
  }
  SH_ASSIGN_OR_RETURN(const CivilDay start, CivilDay::FromYmd(first, 4, 1));
  SH_ASSIGN_OR_RETURN(const CivilDay end, CivilDay::FromYmd(first + 1, 3, 31));
  return Period{start, end};
}

CollectionChecker::CollectionChecker(CollectionHeader header) : header_(std::move(header)) {
  const std::optional<CollectionFeed> feed = ParseCollectionFeed(header_.feed);
  if (feed) {
    feed_ = *feed;
    for (const CollectionField& field : CollectionFields()) {
      if (field.IsIn(feed_)) fields_.push_back(&field);
    }
  }
  CheckHeader();
}

void CollectionChecker::Fault(absl::string_view field, absl::string_view rule, absl::string_view message) {
  ++fault_count_;
  if (faults_.size() == kCollectionFaultsKept) return;
  faults_.push_back({record_count_, std::string(field), std::string(rule), std::string(message)});
}

void CollectionChecker::CheckHeader() {
  if (!is_known_feed()) Fault("feed", "HEADER_FORMAT", "is none of APC, OP, AE, SWC, SI and REC");
  const absl::StatusOr<Period> year = FinancialYear(header_.financial_year);
  if (year.ok()) {
    year_ = *year;
    has_year_ = true;
  } else {
    Fault("financial_year", "HEADER_FORMAT", year.status().message());
  }
  const absl::StatusOr<CivilDay> start = CivilDay::Parse(header_.period_start), end = CivilDay::Parse(header_.period_end);
  if (!start.ok()) Fault("period_start", "HEADER_FORMAT", start.status().message());
  if (!end.ok()) Fault("period_end", "HEADER_FORMAT", end.status().message());
  if (start.ok() && end.ok() && *end < *start) Fault("period_end", "DATES_CONTRADICT", "is before period_start");
  if (start.ok() && end.ok() && has_year_ && (*start < year_.first_day || *end > year_.last_day)) {
    Fault("period_start", "DATES_CONTRADICT", "the period is not within the financial year");
  }
  const size_t organisation = header_.submitting_organisation.size();
  if (organisation < 3 || organisation > 6) Fault("submitting_organisation", "HEADER_FORMAT", "has 3 to 6 characters");
  const bool has_time = header_.created.size() == 19 && header_.created[10] == 'T' &&
                        CivilDay::Parse(header_.created.substr(0, 10)).ok();
  if (!has_time) Fault("created", "HEADER_FORMAT", "is written 2026-06-01T09:00:00");
}

const std::string& CollectionChecker::Get(const std::vector<std::string>& record, absl::string_view id) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i]->id == id) return record[i];
  }
  return EmptyText();
}

void CollectionChecker::Add(const std::vector<std::string>& record) {
  ++record_count_;
  if (record.size() != fields_.size()) return Fault("record", "FORMAT", "has another number of fields");
  for (size_t i = 0; i < fields_.size(); ++i) {
    const CollectionField& field = *fields_[i];
    // A reconciliation record is of the accounts or of an exclusion; the other half is empty.
    const bool may_be_empty = !field.IsMandatory(feed_) || feed_ == CollectionFeed::kRec;
    if (record[i].empty() && !may_be_empty) Fault(field.id, "MISSING", "is mandatory");
    const absl::string_view rule = BrokenRule(field, record[i]);
    if (!rule.empty()) Fault(field.id, rule, rule == "CODE" ? "is not among the permitted codes" : "has another format");
  }
  if (feed_ == CollectionFeed::kRec) {
    const absl::StatusOr<Money> value = Money::Parse(Get(record, "accounts_value"));
    const absl::StatusOr<Money> exclusion = Money::Parse(Get(record, "exclusion_cost"));
    if (value.ok()) total_ += *value;
    if (exclusion.ok()) total_ = total_ - WideMoney(*exclusion);
    return;
  }
  const absl::StatusOr<Money> cost = Money::Parse(Get(record, "total_cost"));
  if (cost.ok()) total_ += *cost;
  if (feed_ == CollectionFeed::kApc) CheckEpisode(record);
  if (feed_ == CollectionFeed::kAe) CheckEmergency(record);
  CheckDoubled(record);
}

void CollectionChecker::CheckEpisode(const std::vector<std::string>& record) {
  const absl::StatusOr<CivilDay> start = CivilDay::Parse(Get(record, "episode_start"));
  const absl::StatusOr<CivilDay> end = CivilDay::Parse(Get(record, "episode_end"));
  if (!start.ok() || !end.ok()) return;
  if (*end < *start) return Fault("episode_end", "DATES_CONTRADICT", "is before episode_start");
  const std::string& status = Get(record, "episode_status");
  if (has_year_) {
    const std::optional<int> expected = CompletionStatus(*start, *end, year_);
    if (!expected || status != absl::StrCat(*expected)) {
      Fault("episode_status", "STATUS_CONTRADICTS", "does not agree with the dates and the financial year");
    }
  }
  const int32_t days = end->days_since_1970() - start->days_since_1970();
  const std::string& point = Get(record, "point_of_delivery");
  if ((IsShortStay(point) && days >= kLongStayDays) || (IsLongStay(point) && days < kLongStayDays)) {
    Fault("point_of_delivery", "STAY_CONTRADICTS", "short stays are under 2 days, long ones 2 or more");
  }
}

void CollectionChecker::CheckEmergency(const std::vector<std::string>& record) {
  const std::string arrival = absl::StrCat(Get(record, "arrival_date"), "T", Get(record, "arrival_time"));
  const std::string departure = absl::StrCat(Get(record, "departure_date"), "T", Get(record, "departure_time"));
  if (departure < arrival) Fault("departure_date", "DATES_CONTRADICT", "is before the arrival");
}

// One line for each event, activity and resource. An event is its care activity
// identifier; without one nothing can be told.
void CollectionChecker::CheckDoubled(const std::vector<std::string>& record) {
  const std::string& event = Get(record, "care_activity_identifier");
  if (event.empty()) return;
  if (!lines_.insert(absl::StrCat(event, "\n", Get(record, "activity"), "\n", Get(record, "resource"))).second) {
    Fault("activity", "LINE_DOUBLED", "the event has a line of this activity and resource already");
  }
}

void CollectionChecker::Finish() {
  const int64_t records = record_count_;
  record_count_ = 0;  // faults of the file, not of a record
  int64_t count = 0;
  if (feed_ != CollectionFeed::kRec) {
    if (!absl::SimpleAtoi(header_.record_count, &count) || count > kCollectionRecordsMax) {
      Fault("record_count", "HEADER_FORMAT", "has 1 to 7 digits");
    } else if (count != records) {
      Fault("record_count", "HEADER_COUNT", absl::StrCat("says ", count, ", the file has ", records));
    }
    const absl::StatusOr<Money> total = Money::Parse(header_.total_cost);
    if (!total.ok()) {
      Fault("total_cost", "HEADER_FORMAT", total.status().message());
    } else if (!(WideMoney(*total) == total_)) {
      Fault("total_cost", "HEADER_TOTAL", absl::StrCat("says ", total->ToString(), ", the lines add to ", total_.ToString()));
    }
  }
  record_count_ = records;
}

}  // namespace safehaven::costing
