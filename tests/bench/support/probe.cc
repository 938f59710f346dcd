#include "tests/bench/support/probe.h"

#include <time.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace safehaven::bench {
namespace {

constexpr double kProbeSeconds = 0.05;

double Seconds(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) return -1;
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double SpinUntil(double wall_end) {
  while (WallSecondsNow() < wall_end) {
  }
  return Seconds(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace

double WallSecondsNow() { return Seconds(CLOCK_MONOTONIC); }

double CpuSecondsOfThisProcess() { return Seconds(CLOCK_PROCESS_CPUTIME_ID); }

double CpuSecondsOf(int pid) {
  clockid_t clock{};
  return clock_getcpuclockid(pid, &clock) == 0 ? Seconds(clock) : -1;
}

double CoresOfTwoThreads() {
  const double begin = WallSecondsNow();
  double cpu[2] = {0, 0};
  {
    std::jthread first([&] { cpu[0] = SpinUntil(begin + kProbeSeconds); });
    std::jthread second([&] { cpu[1] = SpinUntil(begin + kProbeSeconds); });
  }
  return (cpu[0] + cpu[1]) / (WallSecondsNow() - begin);
}

MachineKind ThisMachine() {
  MachineKind machine;
  std::ifstream processors("/proc/cpuinfo");
  for (std::string line; std::getline(processors, line) && machine.processor.empty();) {
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos) {
      machine.processor = line.substr(line.find(": ") + 2);
    }
  }
  machine.cores = static_cast<int>(std::thread::hardware_concurrency());
  machine.memory_gib = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE)) /
                       (1024.0 * 1024 * 1024);
  return machine;
}

}  // namespace safehaven::bench
