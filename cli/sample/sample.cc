#include "cli/sample/sample.h"

#include "absl/strings/str_cat.h"
#include "cli/sample/activity.h"
#include "cli/sample/bound.h"
#include "cli/sample/extracts.h"
#include "cli/sample/ledgers.h"
#include "cli/sample/objections.h"
#include "cli/sample/people.h"
#include "cli/sample/truth.h"
#include "cli/sample/worked_models.h"
#include "libs/base/status.h"

namespace safehaven::sample {
namespace {

constexpr int kYearMin = 2000;
constexpr int kYearMax = 2100;
// people, activity, objections, bound, 8 extracts, 5 ledgers with models, 2 files of rest.
constexpr int64_t kStepCount = 19;

absl::Status CheckOptions(const SampleOptions& options) {
  if (options.persons < 1 || options.persons > kPersonsMax) {
    return InvalidArgument("SAMPLE_OPTIONS_INVALID",
                           absl::StrCat("persons must be 1 to ", kPersonsMax));
  }
  if (options.reference_year < kYearMin || options.reference_year > kYearMax) {
    return InvalidArgument("SAMPLE_OPTIONS_INVALID",
                           absl::StrCat("the year must be ", kYearMin, " to ", kYearMax));
  }
  if (options.out_dir.empty()) {
    return InvalidArgument("SAMPLE_OPTIONS_INVALID", "a folder to write into is needed");
  }
  return absl::OkStatus();
}

// Counts finished steps for whoever watches.
class Steps {
 public:
  explicit Steps(const Progress& progress) : progress_(progress) {}
  void Done(absl::string_view step) {
    ++done_;
    if (progress_) progress_(step, done_, kStepCount);
  }

 private:
  const Progress& progress_;
  int64_t done_ = 0;
};

absl::Status WriteProviders(const SampleOptions& options, const Population& population,
                            const Activity& activity, Steps& steps) {
  for (const Provider& provider : Providers()) {
    const std::vector<LedgerLine> ledger = MakeLedger(
        provider, activity[static_cast<size_t>(provider.source)], options.seed);
    SH_RETURN_IF_ERROR(WriteLedger(options.out_dir, provider, ledger));
    SH_RETURN_IF_ERROR(WriteCostModel(options.out_dir, provider, ledger, population.period));
    SH_RETURN_IF_ERROR(WriteWorkedModel(options.out_dir, provider, ledger,
                                        activity[static_cast<size_t>(provider.source)], population.period));
    steps.Done(absl::StrCat("ledger ", provider.code));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteSampleRegion(const SampleOptions& options, const Progress& progress) {
  SH_RETURN_IF_ERROR(CheckOptions(options));
  Steps steps(progress);
  Period period;
  SH_ASSIGN_OR_RETURN(period.first, CivilDay::FromYmd(options.reference_year, 4, 1));
  SH_ASSIGN_OR_RETURN(period.last, CivilDay::FromYmd(options.reference_year + 1, 3, 31));
  const Population population = MakePopulation(options.persons, options.seed, period);
  steps.Done("people");
  const Activity activity = MakeActivity(population, options.seed);
  steps.Done("activity");
  const Objections objections = MakeObjections(population, activity, options.seed);
  steps.Done("objections");
  const LinkageBound bound = ComputeBound(population, activity, objections.has_type1);
  steps.Done("linkage bound");
  for (const SourceActivity& source : activity) {
    for (const Dataset& dataset : source.datasets) {
      SH_RETURN_IF_ERROR(WriteExtract(options.out_dir, population, source, dataset));
      steps.Done(absl::StrCat(SourceName(dataset.source), "/", dataset.name));
    }
  }
  SH_RETURN_IF_ERROR(WriteProviders(options, population, activity, steps));
  SH_RETURN_IF_ERROR(WriteObjections(options.out_dir, objections));
  steps.Done("objections files");
  SH_RETURN_IF_ERROR(WriteTruth(options.out_dir, population, activity, objections, bound));
  steps.Done("truth");
  return absl::OkStatus();
}

}  // namespace safehaven::sample
