#include "libs/server/termination.h"

#include <semaphore.h>

#include <cerrno>
#include <csignal>

#include "libs/base/status.h"

namespace safehaven {
namespace {

// A semaphore, because sem_post is one of the few calls that a signal handler may make
// (signal-safety(7)).
sem_t& Requested() {
  static sem_t* const semaphore = [] {
    static sem_t storage;
    SH_CHECK(sem_init(&storage, 0, 0) == 0);
    return &storage;
  }();
  return *semaphore;
}

void OnSignal(int) {
  const int saved = errno;
  sem_post(&Requested());
  errno = saved;
}

}  // namespace

void InstallTerminationHandlers() {
  Requested();  // made now: a static must not be made inside a signal handler
  struct sigaction action {};
  action.sa_handler = OnSignal;
  // The second signal finds the default action again and ends the process.
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  SH_CHECK(sigaction(SIGTERM, &action, nullptr) == 0);
  SH_CHECK(sigaction(SIGINT, &action, nullptr) == 0);
  std::signal(SIGPIPE, SIG_IGN);
}

void WaitForTermination() {
  while (sem_wait(&Requested()) != 0 && errno == EINTR) {
  }
}

void RequestTermination() { sem_post(&Requested()); }

}  // namespace safehaven
