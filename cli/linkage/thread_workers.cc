#include "cli/linkage/thread_workers.h"

#include <algorithm>
#include <future>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

// How many threads could be started beside this one, all alive at once.
size_t StartedTogether(size_t count, const StartThread& start) {
  std::promise<void> all_started;
  const std::shared_future<void> end(all_started.get_future());
  std::vector<std::thread> others;
  try {
    while (others.size() + 1 < count) others.push_back(start([end] { end.wait(); }));
  } catch (const std::system_error&) {
    // Told by the number.
  }
  all_started.set_value();
  for (std::thread& other : others) other.join();
  return others.size() + 1;
}

}  // namespace

std::thread StartStdThread(std::function<void()> body) { return std::thread(std::move(body)); }

absl::StatusOr<linkage::Workers> ThreadWorkers(size_t count, StartThread start) {
  if (count > kThreadsMax) {
    return InvalidArgument("THREADS_INVALID", absl::StrCat("at most ", kThreadsMax, " threads"));
  }
  if (count == 0) count = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kThreadsMax);
  const size_t started = StartedTogether(count, start);
  if (started < count) {
    return Failure(absl::StatusCode::kResourceExhausted, "THREADS_UNAVAILABLE",
                   absl::StrCat("only ", started, " of ", count, " threads can be had"));
  }
  linkage::Workers workers;
  workers.count = count;
  workers.run = [count, start = std::move(start)](const std::function<void(size_t)>& body) {
    std::vector<std::thread> others;
    size_t lane = 1;
    try {
      for (; lane < count; ++lane) others.push_back(start([&body, lane] { body(lane); }));
    } catch (const std::system_error&) {
      // Those lanes are walked here, after lane 0.
    }
    body(0);
    for (; lane < count; ++lane) body(lane);
    for (std::thread& other : others) other.join();
  };
  return workers;
}

}  // namespace safehaven::cli
