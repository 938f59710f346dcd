#include "tests/e2e/support/region_jobs.h"

#include "absl/strings/str_cat.h"
#include "cli/operations/extract.h"
#include "cli/operations/objections.h"
#include "cli/operations/register.h"
#include "cli/operations/runs.h"
#include "cli/tour/demo_questions.h"
#include "libs/base/status.h"

namespace safehaven::testing_support {
namespace {

constexpr size_t kFileBytesMax = 8 << 20;

Job ObjectionJob(const std::string& region, const std::string& work, const std::string& set, const std::string& file) {
  return {.name = absl::StrCat("objections ", file), .run = [=](cli::Session& session) {
            return cli::LoadObjections(session, {.file = absl::StrCat(region, "/objections/", file),
                                                 .set = set,
                                                 .person = "dana.engineer",
                                                 .rejects_dir = work})
                .status();
          }};
}

absl::Status Cost(cli::Session& session, const std::string& region, const cli::DemoProvider& provider) {
  const std::string code(provider.code);
  cli::CostPlan plan = {.approval = absl::StrCat("STANDING/", code, "/costing"),
                        .provider = code,
                        .program = absl::StrCat("source/", provider.source),
                        .first_day = *CivilDay::FromYmd(2025, 4, 1),
                        .last_day = *CivilDay::FromYmd(2026, 3, 31),
                        .datasets = provider.datasets};
  SH_ASSIGN_OR_RETURN(plan.ledger_csv, cli::ReadFile(absl::StrCat(region, "/ledgers/", code, ".csv"), kFileBytesMax));
  SH_ASSIGN_OR_RETURN(plan.model_yaml,
                      cli::ReadFile(absl::StrCat(region, "/models/", code, "/model.yaml"), kFileBytesMax));
  SH_ASSIGN_OR_RETURN(const costing::v1::RunCostingResponse run, cli::RunCosting(session, plan));
  if (cli::MoneyText(run.difference()) == "0.00000000") return absl::OkStatus();
  return Internal("LEDGER_NOT_MET", absl::StrCat("the ledger of ", code, " is not accounted for"));
}

}  // namespace

std::vector<Job> RegisterJobs(const std::string& region, const std::string& work) {
  std::vector<Job> jobs = {{.name = "register", .run = [=](cli::Session& session) -> absl::Status {
                              SH_ASSIGN_OR_RETURN(const auto files, cli::ReadRegisterDirectory(region + "/register"));
                              return cli::ApplyRegister(session, files, "gwen.guardian", "carl.caldicott").status();
                            }}};
  jobs.push_back(ObjectionJob(region, work, "national", "national.csv"));
  jobs.push_back(ObjectionJob(region, work, "type1", "type1.csv"));
  jobs.push_back(ObjectionJob(region, work, absl::StrCat("programme:", cli::kPioneer), "programme.csv"));
  return jobs;
}

std::vector<Job> LoadJobs(const std::string& region, const std::string& work) {
  std::vector<Job> jobs;
  for (const std::string& dataset : cli::AllDatasets()) {
    cli::ExtractOptions options = {.descriptor = absl::StrCat(region, "/extracts/", dataset, ".yaml"),
                                   .approval = cli::kPioneer,
                                   .rejects_dir = work};
    if (dataset == "gp/register") options.withhold = region + "/objections/type1.csv";
    jobs.push_back({.name = absl::StrCat("load ", dataset), .run = [options](cli::Session& session) {
                      return cli::LoadExtract(session, options, [](uint64_t, uint64_t) {}).status();
                    }});
  }
  return jobs;
}

std::vector<Job> LinkJobs() {
  cli::LinkPlan invoices = cli::LinkOf(cli::kInvoices, {"gp/register", "acute/apc", "acute/op", "acute/ec"});
  invoices.purpose = Purpose::kInvoiceValidation;
  std::vector<Job> jobs;
  for (const cli::LinkPlan& plan : {cli::LinkOf(cli::kPioneer, cli::AllDatasets()), invoices}) {
    jobs.push_back({.name = absl::StrCat("link ", plan.authority), .run = [plan](cli::Session& session) {
                      return cli::RunLinkage(session, plan, [](const std::string&, int) {}).status();
                    }});
  }
  return jobs;
}

std::vector<Job> CostJobs(const std::string& region) {
  std::vector<Job> jobs;
  for (const cli::DemoProvider& provider : cli::CostedProviders()) {
    jobs.push_back({.name = absl::StrCat("cost ", provider.code),
                    .run = [region, provider](cli::Session& session) { return Cost(session, region, provider); }});
  }
  return jobs;
}

absl::Status Do(const std::vector<Job>& jobs, cli::Session& session) {
  for (const Job& job : jobs) {
    const absl::Status done = job.run(session);
    if (!done.ok()) return WithContext(done, job.name);
  }
  return absl::OkStatus();
}

}  // namespace safehaven::testing_support
