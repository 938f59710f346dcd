// Preloaded into a service (LD_PRELOAD), shows it a wall clock that is off by
// SAFEHAVEN_TEST_CLOCK_SECONDS for all its life. The service has no switch for it that
// production could find.
//
// Monotonic clocks stay right. Waits until a wall-clock time are handed to the kernel
// in its own time; Abseil's waits are futex calls by syscall(), which Debian's
// libfaketime does not translate, so that a program under it would sleep for an hour,
// or never. Thread-safe.
#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace {

// Absolute times of monotonic clocks are far below this: thirty years since the boot.
constexpr time_t kWallClockMin = 1'000'000'000;

time_t Shift() {
  static const time_t seconds = [] {
    const char* text = getenv("SAFEHAVEN_TEST_CLOCK_SECONDS");
    return text == nullptr ? 0 : static_cast<time_t>(strtoll(text, nullptr, 10));
  }();
  return seconds;
}

template <typename Function>
Function Real(const char* name, const char* version) {
  void* found = version == nullptr ? nullptr : dlvsym(RTLD_NEXT, name, version);
  if (found == nullptr) found = dlsym(RTLD_NEXT, name);
  return reinterpret_cast<Function>(found);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  static const auto real = Real<int (*)(clockid_t, struct timespec*)>("clock_gettime", nullptr);
  const int result = real(clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += Shift();
  return result;
}

int gettimeofday(struct timeval* now, void* zone) noexcept {
  static const auto real = Real<int (*)(struct timeval*, void*)>("gettimeofday", nullptr);
  const int result = real(now, zone);
  if (result == 0) now->tv_sec += Shift();
  return result;
}

time_t time(time_t* out) noexcept {
  struct timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

// The condition's clock cannot be asked, but its time tells.
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const struct timespec* end) {
  using Wait = int (*)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
  // The oldest version of the name is another function, of another kind of condition.
  static const auto real = Real<Wait>("pthread_cond_timedwait", "GLIBC_2.3.2");
  struct timespec real_end = *end;
  if (real_end.tv_sec >= kWallClockMin) real_end.tv_sec -= Shift();
  return real(condition, mutex, &real_end);
}

long syscall(long number, ...) noexcept {
  static const auto real = Real<long (*)(long, ...)>("syscall", nullptr);
  long a[6];
  va_list arguments;
  va_start(arguments, number);
  for (long& argument : a) argument = va_arg(arguments, long);
  va_end(arguments);
  struct timespec real_end = {};
  const bool until_wall_clock = number == SYS_futex && (a[1] & FUTEX_CLOCK_REALTIME) != 0 && a[3] != 0;
  if (until_wall_clock) {
    real_end = *reinterpret_cast<const struct timespec*>(a[3]);
    real_end.tv_sec -= Shift();
    a[3] = reinterpret_cast<long>(&real_end);
  }
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

}  // extern "C"
