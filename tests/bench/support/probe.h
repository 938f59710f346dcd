// What the machine gives us at this moment, and what kind it is. Functions.
#ifndef SAFEHAVEN_TESTS_BENCH_SUPPORT_PROBE_H_
#define SAFEHAVEN_TESTS_BENCH_SUPPORT_PROBE_H_

#include <string>

namespace safehaven::bench {

// From here on two threads are taken to have had a core each.
inline constexpr double kTwoCoresMin = 1.7;

// CPU seconds a wall second of two threads that spin, for a twentieth of a second.
double CoresOfTwoThreads();

// CPU seconds that this process has used so far, and those of process `pid`; negative
// if it cannot be asked.
double CpuSecondsOfThisProcess();
double CpuSecondsOf(int pid);

// Wall seconds since some fixed moment.
double WallSecondsNow();

// Processor, cores and memory; never the machine's name.
struct MachineKind {
  std::string processor;
  int cores = 0;
  double memory_gib = 0;
};
MachineKind ThisMachine();

}  // namespace safehaven::bench

#endif  // SAFEHAVEN_TESTS_BENCH_SUPPORT_PROBE_H_
