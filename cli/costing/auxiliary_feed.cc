#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_cat.h"
#include "cli/costing/feed_files.h"
#include "cli/costing/row_access.h"
#include "cli/costing/text_dictionary.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

using costing::FeedRows;
using costing::kNoEvent;
using costing::MatchKey;

// Rows read before their events are looked up: by then the index is in the cache.
constexpr size_t kAhead = 64;

class AuxiliaryLoader {
 public:
  AuxiliaryLoader(CsvRows& rows, size_t feed, const InputFile& input, const std::vector<uint8_t>& dataset_numbers,
                  const costing::PatientIndex& patients, LoadState& state, DatasetReport& report)
      : rows_(rows), feed_(feed), input_(input), dataset_numbers_(dataset_numbers), patients_(patients), state_(state),
        report_(report) {
    loaded_.feed = feed;
    for (size_t i = 0; i < state.model.matching.size(); ++i) {
      if (state.model.matching[i].feed == feed) rules_.push_back(i);
    }
  }

  absl::Status Load(size_t byte_count) {
    SH_RETURN_IF_ERROR(FindColumns());
    Reserve(byte_count);
    while (true) {
      SH_ASSIGN_OR_RETURN(const bool any, rows_.Next());
      if (!any) break;
      ++report_.row_count;
      if (!rows_.has_all_fields()) {
        Reject(rows_, "", "CSV_FIELD_COUNT", "the row has another number of fields than the header", report_);
        continue;
      }
      LoadRow();
      if (pending_count_ == kAhead) MatchPending();
    }
    MatchPending();
    for (size_t i = 0; i < texts_.size(); ++i) loaded_.texts[i].values = dictionaries_[i].Take();
    state_.loaded.rows.push_back(std::move(loaded_));
    return absl::OkStatus();
  }

 private:
  struct Pending {
    costing::RecordKey key{};  // by the first rule by event and its first target
    uint64_t hash = 0;
    costing::PatientHash patient = 0;
    int32_t day = 0;
  };

  // Room for all rows, by the length of the first: growing would copy every column again.
  void Reserve(size_t byte_count) {
    const size_t row_count = byte_count / std::max<size_t>(rows_.first_row_bytes(), 2) + 1;
    loaded_.event.reserve(row_count);
    loaded_.rule.reserve(row_count);
    if (day_.exists()) loaded_.day.reserve(row_count);
    for (costing::TextCodes& text : loaded_.texts) text.codes.reserve(row_count);
    for (costing::DriverColumn& number : loaded_.numbers) number.values.reserve(row_count);
  }

  absl::Status FindColumns() {
    const costing::Feed& feed = state_.model.feeds[feed_];
    feed_column_ = FindColumn(rows_, input_, "feed");
    std::set<std::string> numbers, texts;
    if (!feed.activity_column.empty()) texts.insert(feed.activity_column);
    for (const costing::Driver& driver : state_.model.drivers) {
      if (driver.feed != feed_) continue;
      if (driver.column != costing::kCountColumn) numbers.insert(driver.column);
      if (driver.weight_by) texts.insert(driver.weight_by->column);
      for (const costing::RowFilter& filter : driver.where) texts.insert(filter.column);
    }
    bool needs_event = false, needs_patient = false;
    for (const size_t rule : rules_) {
      const bool is_by_event = state_.model.matching[rule].key == MatchKey::kEvent;
      (is_by_event ? needs_event : needs_patient) = true;
    }
    day_ = FindColumn(rows_, input_, "day");
    if (needs_event) {
      SH_ASSIGN_OR_RETURN(event_id_, RequireColumn(rows_, input_, "event_id"));
    }
    if (needs_patient) {
      SH_ASSIGN_OR_RETURN(patient_, RequireColumn(rows_, input_, "patient"));
      SH_ASSIGN_OR_RETURN(day_, RequireColumn(rows_, input_, "day"));
    }
    for (const std::string& name : texts) {
      SH_ASSIGN_OR_RETURN(const ColumnSource column, RequireColumn(rows_, input_, name));
      texts_.push_back(column);
      loaded_.texts.push_back({.name = name, .values = {}, .codes = {}});
    }
    for (const std::string& name : numbers) {
      SH_ASSIGN_OR_RETURN(const ColumnSource column, RequireColumn(rows_, input_, name));
      numbers_.push_back(column);
      loaded_.numbers.push_back({.name = name, .values = {}});
    }
    dictionaries_.resize(texts_.size());
    values_.resize(numbers_.size());
    return absl::OkStatus();
  }

  void LoadRow() {
    if (feed_column_.exists() && feed_column_.Of(rows_) != state_.model.feeds[feed_].id) {
      ++report_.other_feed_count;
      return;
    }
    Pending& pending = pending_[pending_count_];
    pending = {};
    if (day_.exists() && !day_.Of(rows_).empty()) {
      const absl::StatusOr<CivilDay> day = ParseInputDay(day_.Of(rows_), input_.day_format);
      if (!day.ok()) return Reject(rows_, "day", "DATE_INVALID", day.status().message(), report_);
      pending.day = day->days_since_1970();
    } else if (day_.exists()) {
      return Reject(rows_, "day", "DATE_INVALID", "is empty", report_);
    }
    for (size_t i = 0; i < numbers_.size(); ++i) {
      if (!ReadNumber(rows_, numbers_[i], values_[i], report_)) return;
    }
    for (size_t i = 0; i < numbers_.size(); ++i) loaded_.numbers[i].values.push_back(values_[i]);
    for (size_t i = 0; i < texts_.size(); ++i) {
      loaded_.texts[i].codes.push_back(dictionaries_[i].CodeOf(texts_[i].Of(rows_)));
    }
    if (day_.exists()) loaded_.day.push_back(pending.day);
    if (patient_.exists()) pending.patient = HashPatient(patient_.Of(rows_));
    if (event_id_.exists()) {
      const costing::MatchingRule& first = state_.model.matching[rules_.front()];
      pending.key = RecordKeyOf(event_id_.Of(rows_), dataset_numbers_[first.targets.front()]);
      pending.hash = RecordIndex::HashOf(pending.key);
      state_.index.Prefetch(pending.hash);
    }
    ++pending_count_;
  }

  void MatchPending() {
    for (size_t i = 0; i < pending_count_; ++i) {
      const Pending& pending = pending_[i];
      uint32_t event = kNoEvent;
      size_t at = 0;
      for (; at < rules_.size() && event == kNoEvent; ++at) {
        const costing::MatchingRule& rule = state_.model.matching[rules_[at]];
        event = rule.key == MatchKey::kEvent ? FindNamed(pending, rule, at == 0)
                                             : patients_.Find(pending.patient, pending.day, rule);
      }
      loaded_.event.push_back(event);
      loaded_.rule.push_back(event == kNoEvent ? 0 : static_cast<uint8_t>(rules_[at - 1]));
    }
    pending_count_ = 0;
  }

  // The event with the row's id in one of the rule's targets, the first of them first.
  uint32_t FindNamed(const Pending& pending, const costing::MatchingRule& rule, bool is_first) const {
    for (const size_t target : rule.targets) {
      costing::RecordKey key = pending.key;
      uint64_t hash = pending.hash;
      if (!is_first || target != rule.targets.front()) {
        // Keys of one id differ in the last byte only: the data set.
        key.back() = dataset_numbers_[target];
        hash = RecordIndex::HashOf(key);
      }
      const uint32_t event = state_.index.Find(key, hash);
      if (event != kNoEvent && state_.feed_of_event[event] == target) return event;
    }
    return kNoEvent;
  }

  CsvRows& rows_;
  size_t feed_;
  const InputFile& input_;
  const std::vector<uint8_t>& dataset_numbers_;
  const costing::PatientIndex& patients_;
  LoadState& state_;
  DatasetReport& report_;
  std::vector<size_t> rules_;
  ColumnSource feed_column_, event_id_, patient_, day_;
  std::vector<ColumnSource> texts_, numbers_;
  std::vector<TextDictionary> dictionaries_;
  std::vector<int64_t> values_;
  FeedRows loaded_;
  std::array<Pending, kAhead> pending_;
  size_t pending_count_ = 0;
};

}  // namespace

absl::Status LoadAuxiliaryFile(absl::string_view csv, size_t feed, const InputFile& input,
                               const std::vector<uint8_t>& dataset_numbers, const costing::PatientIndex& patients,
                               LoadState& state, DatasetReport& report) {
  SH_ASSIGN_OR_RETURN(CsvRows rows, CsvRows::Make(csv));
  return AuxiliaryLoader(rows, feed, input, dataset_numbers, patients, state, report).Load(csv.size());
}

}  // namespace safehaven::cli
