#include "services/costing/rpc/held_runs.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/ingest/csv.h"

namespace safehaven::costing {

HeldRun::HeldRun(CostModel model, Ledger ledger, std::vector<SharedSegment> segments)
    : model_(std::move(model)), ledger_(std::move(ledger)), segments_(std::move(segments)) {
  for (const SharedSegment& segment : segments_) batches_.push_back(&segment->events);
}

absl::StatusOr<std::shared_ptr<const HeldRun>> HeldRun::Make(CostModel model, Ledger ledger,
                                                             std::vector<SharedSegment> segments, const HeldRun* before) {
  std::shared_ptr<HeldRun> held(new HeldRun(std::move(model), std::move(ledger), std::move(segments)));
  if (before == nullptr) {
    SH_ASSIGN_OR_RETURN(held->run_, RunCosting(held->model_, held->ledger_, held->batches_));
  } else {
    SH_ASSIGN_OR_RETURN(held->run_, RerunCosting({&before->model_, &before->run_, before->batches_, {}}, held->model_,
                                                 held->ledger_, held->batches_, {}));
  }
  return std::shared_ptr<const HeldRun>(std::move(held));
}

absl::StatusOr<const HeldRun::Explanations*> HeldRun::Explain() const {
  absl::MutexLock lock(&mutex_);
  if (explanations_ == nullptr) {
    SH_ASSIGN_OR_RETURN(Explainer explainer, Explainer::Make(model_, ledger_, run_));
    explanations_ = std::make_unique<const Explanations>(Explanations{FigureIndex::Make(run_, batches_), std::move(explainer)});
  }
  return explanations_.get();
}

std::shared_ptr<const HeldRun> HeldRuns::Find(uint64_t run) const {
  absl::MutexLock lock(&mutex_);
  for (const auto& [number, held] : runs_) {
    if (number == run) return held;
  }
  return nullptr;
}

std::shared_ptr<const HeldRun> HeldRuns::Last(absl::string_view provider, CivilDay period_start) const {
  absl::MutexLock lock(&mutex_);
  for (auto at = runs_.rbegin(); at != runs_.rend(); ++at) {
    if (at->second->model().provider == provider && at->second->model().period_start == period_start) return at->second;
  }
  return nullptr;
}

void HeldRuns::Hold(uint64_t run, std::shared_ptr<const HeldRun> held) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(runs_, [run](const auto& other) { return other.first == run; });
  if (runs_.size() == kRunsHeldMax) runs_.erase(runs_.begin());
  runs_.emplace_back(run, std::move(held));
}

absl::StatusOr<Ledger> ReadLedgerCsv(const std::string& csv) {
  SH_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Make(csv, {}));
  constexpr std::array<absl::string_view, 5> kColumns = {"provider", "cost_centre", "account", "description", "amount"};
  if (!std::equal(reader.columns().begin(), reader.columns().end(), kColumns.begin(), kColumns.end())) {
    return InvalidArgument("LEDGER_INVALID", "line 1: the columns are provider,cost_centre,account,description,amount");
  }
  // Fields may be undone quotations, which live in the reader for one row only.
  std::vector<std::array<std::string, 5>> texts;
  std::vector<int64_t> lines;
  while (true) {
    SH_ASSIGN_OR_RETURN(const bool any, reader.Next());
    if (!any) break;
    if (reader.fault().has_value()) {
      return InvalidArgument("LEDGER_INVALID", absl::StrCat("line ", reader.line(), ": ", reader.fault()->message));
    }
    std::array<std::string, 5>& row = texts.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) row[i] = std::string(reader.fields()[i]);
    lines.push_back(static_cast<int64_t>(reader.line()));
  }
  std::vector<LedgerRow> rows;
  for (size_t i = 0; i < texts.size(); ++i) {
    rows.push_back({lines[i], texts[i][0], texts[i][1], texts[i][2], texts[i][3], texts[i][4]});
  }
  return ParseLedger(rows);
}

std::vector<SharedSegment> SegmentsOf(const LiveState& live, absl::string_view provider,
                                      std::span<const std::string> datasets, std::span<const std::string> flows) {
  const auto is_among = [](std::span<const std::string> names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<SharedSegment> segments;
  for (const SharedSegment& segment : live.segments()) {
    if (segment->provider == provider && is_among(datasets, segment->dataset) && is_among(flows, segment->flow)) {
      segments.push_back(segment);
    }
  }
  return segments;
}

}  // namespace safehaven::costing
