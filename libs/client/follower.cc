#include "libs/client/follower.h"

#include <utility>

namespace safehaven {

Follower::Follower(Poll poll, Backoff backoff, const World& world)
    : poll_(std::move(poll)), backoff_(backoff), world_(world), thread_([this] { Run(); }) {}

Follower::~Follower() { Stop(); }

void Follower::Stop() {
  cancellation_.Cancel();
  if (thread_.joinable()) thread_.join();
}

FollowerState Follower::state() const {
  absl::MutexLock lock(&mutex_);
  return state_;
}

int Follower::Record(const absl::Status& outcome) {
  const absl::Time now = world_.clock.Now();
  absl::MutexLock lock(&mutex_);
  state_.last_outcome = outcome;
  if (outcome.ok()) {
    state_.failures = 0;
    state_.last_success = now;
  } else {
    ++state_.failures;
  }
  return state_.failures;
}

void Follower::Run() {
  while (!cancellation_.IsCancelled()) {
    const int failures = Record(poll_(cancellation_));
    if (failures == 0) continue;
    world_.sleeper.Sleep(DelayAfter(failures, backoff_, world_.jitter), cancellation_);
  }
}

}  // namespace safehaven
