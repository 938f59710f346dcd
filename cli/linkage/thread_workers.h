// Threads for linking in this process. Thread-compatible.
#ifndef SAFEHAVEN_CLI_LINKAGE_THREAD_WORKERS_H_
#define SAFEHAVEN_CLI_LINKAGE_THREAD_WORKERS_H_

#include <cstddef>
#include <functional>
#include <thread>

#include "absl/status/statusor.h"
#include "services/linkage/core/workers.h"

namespace safehaven::cli {

// More threads than the largest machines have processors only wait for one another.
inline constexpr size_t kThreadsMax = 1024;

// Starts a thread, or throws std::system_error as the constructor of std::thread does.
using StartThread = std::function<std::thread(std::function<void()>)>;
std::thread StartStdThread(std::function<void()> body);

// Workers of `count` threads (0: one a processor), which live as long as each call of
// run(). All are started once to see whether they can be had. INVALID_ARGUMENT with reason
// THREADS_INVALID above kThreadsMax; RESOURCE_EXHAUSTED with reason THREADS_UNAVAILABLE.
// Where one cannot be had later, the others do its work: the result is the same.
absl::StatusOr<linkage::Workers> ThreadWorkers(size_t count, StartThread start);

}  // namespace safehaven::cli

#endif  // SAFEHAVEN_CLI_LINKAGE_THREAD_WORKERS_H_
