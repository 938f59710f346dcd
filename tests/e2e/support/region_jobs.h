// What is done with a sample region, from an empty register to costs, as the jobs that
// people and programs do with the command line. Each can be done again after any
// failure. Single-threaded.
#ifndef SAFEHAVEN_TESTS_E2E_SUPPORT_REGION_JOBS_H_
#define SAFEHAVEN_TESTS_E2E_SUPPORT_REGION_JOBS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/session/session.h"

namespace safehaven::testing_support {

struct Job {
  std::string name;  // "load acute/apc"
  std::function<absl::Status(cli::Session& session)> run;
};

// `region` is the folder of the sample; what the jobs write goes to `work`.
std::vector<Job> RegisterJobs(const std::string& region, const std::string& work);  // and objections
std::vector<Job> LoadJobs(const std::string& region, const std::string& work);
std::vector<Job> LinkJobs();
std::vector<Job> CostJobs(const std::string& region);

// Does them one after the other; stops at the first that fails, and names it.
absl::Status Do(const std::vector<Job>& jobs, cli::Session& session);

}  // namespace safehaven::testing_support

#endif  // SAFEHAVEN_TESTS_E2E_SUPPORT_REGION_JOBS_H_
