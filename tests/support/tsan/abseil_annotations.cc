// Tells the thread sanitizer what Abseil's locks order.
//
// Debian's Abseil is not built for the sanitizer, so the sanitizer sees neither the
// locking nor the waking inside it, and calls every access under an absl::Mutex a data
// race. In builds with -fsanitize=thread the linker sends our calls of these functions
// here (--wrap, see CMakeLists.txt), and each says before or after the real call what
// it releases or acquires. Not part of any other build.
//
// Conditions of Await() and LockWhen() are evaluated inside the real calls, by whichever
// thread unlocks; they only read, so reads are not looked at meanwhile. What is inlined
// (Notification::HasBeenNotified) cannot be wrapped: wait for a notification instead.
#include <cstdint>
#include <mutex>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}

namespace {

class ReadsIgnored {
 public:
  ReadsIgnored() { AnnotateIgnoreReadsBegin(__FILE__, __LINE__); }
  ~ReadsIgnored() { AnnotateIgnoreReadsEnd(__FILE__, __LINE__); }
};

template <typename Function>
auto Quietly(Function function) {
  const ReadsIgnored ignored;
  return function();
}

}  // namespace

// `symbol` is the mangled name; debian3 is the inline namespace of Debian 12's Abseil.
#define SH_REAL(symbol) asm("__real__ZN" symbol)
#define SH_WRAP(symbol) asm("__wrap__ZN" symbol)

// A function that acquires `self` once it has returned.
#define SH_ACQUIRES(name, symbol, Self)       \
  void Real##name(Self* self) SH_REAL(symbol); \
  void Wrap##name(Self* self) SH_WRAP(symbol); \
  void Wrap##name(Self* self) {               \
    Quietly([&] { Real##name(self); });       \
    __tsan_acquire(self);                     \
  }

// A function that releases `self` before it does anything.
#define SH_RELEASES(name, symbol, Self)       \
  void Real##name(Self* self) SH_REAL(symbol); \
  void Wrap##name(Self* self) SH_WRAP(symbol); \
  void Wrap##name(Self* self) {               \
    __tsan_release(self);                     \
    Quietly([&] { Real##name(self); });       \
  }

// A function that may acquire `self`, and says so.
#define SH_TRIES(name, symbol, Self)                           \
  bool Real##name(Self* self) SH_REAL(symbol);                 \
  bool Wrap##name(Self* self) SH_WRAP(symbol);                 \
  bool Wrap##name(Self* self) {                                \
    const bool acquired = Quietly([&] { return Real##name(self); }); \
    if (acquired) __tsan_acquire(self);                        \
    return acquired;                                           \
  }

// A wait on `mutex` by some other object: it lets the mutex go and takes it again.
#define SH_WAITS(Result, name, symbol, Parameters, arguments, mutex)      \
  Result Real##name Parameters SH_REAL(symbol);                           \
  Result Wrap##name Parameters SH_WRAP(symbol);                           \
  Result Wrap##name Parameters {                                          \
    struct Reacquire {                                                    \
      absl::Mutex* of;                                                    \
      ~Reacquire() { __tsan_acquire(of); }                                \
    };                                                                    \
    __tsan_release(mutex);                                                \
    const Reacquire reacquire{mutex};                                     \
    return Quietly([&]() -> Result { return Real##name arguments; });     \
  }

// An acquisition that waits for a condition first.
#define SH_ACQUIRES_WHEN(Result, name, symbol, Parameters, arguments)     \
  Result Real##name Parameters SH_REAL(symbol);                           \
  Result Wrap##name Parameters SH_WRAP(symbol);                           \
  Result Wrap##name Parameters {                                          \
    struct Acquire {                                                      \
      absl::Mutex* of;                                                    \
      ~Acquire() { __tsan_acquire(of); }                                  \
    };                                                                    \
    const Acquire acquire{self};                                          \
    return Quietly([&]() -> Result { return Real##name arguments; });     \
  }

SH_ACQUIRES(Lock, "4absl7debian35Mutex4LockEv", absl::Mutex)
SH_RELEASES(Unlock, "4absl7debian35Mutex6UnlockEv", absl::Mutex)
SH_TRIES(TryLock, "4absl7debian35Mutex7TryLockEv", absl::Mutex)
SH_ACQUIRES(ReaderLock, "4absl7debian35Mutex10ReaderLockEv", absl::Mutex)
SH_RELEASES(ReaderUnlock, "4absl7debian35Mutex12ReaderUnlockEv", absl::Mutex)
SH_TRIES(ReaderTryLock, "4absl7debian35Mutex13ReaderTryLockEv", absl::Mutex)

SH_WAITS(void, Await, "4absl7debian35Mutex5AwaitERKNS0_9ConditionE",
         (absl::Mutex * self, const absl::Condition& condition), (self, condition), self)
SH_WAITS(bool, AwaitWithTimeout,
         "4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE",
         (absl::Mutex * self, const absl::Condition& condition, absl::Duration timeout),
         (self, condition, timeout), self)
SH_WAITS(bool, AwaitWithDeadline,
         "4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
         (absl::Mutex * self, const absl::Condition& condition, absl::Time deadline),
         (self, condition, deadline), self)
SH_ACQUIRES_WHEN(void, LockWhen, "4absl7debian35Mutex8LockWhenERKNS0_9ConditionE",
                 (absl::Mutex * self, const absl::Condition& condition), (self, condition))
SH_ACQUIRES_WHEN(bool, LockWhenWithTimeout,
                 "4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE",
                 (absl::Mutex * self, const absl::Condition& condition, absl::Duration timeout),
                 (self, condition, timeout))
SH_ACQUIRES_WHEN(bool, LockWhenWithDeadline,
                 "4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE",
                 (absl::Mutex * self, const absl::Condition& condition, absl::Time deadline),
                 (self, condition, deadline))

SH_WAITS(void, CondVarWait, "4absl7debian37CondVar4WaitEPNS0_5MutexE",
         (absl::CondVar * self, absl::Mutex* mutex), (self, mutex), mutex)
SH_WAITS(bool, CondVarWaitWithTimeout,
         "4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
         (absl::CondVar * self, absl::Mutex* mutex, absl::Duration timeout),
         (self, mutex, timeout), mutex)
SH_WAITS(bool, CondVarWaitWithDeadline,
         "4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE",
         (absl::CondVar * self, absl::Mutex* mutex, absl::Time deadline),
         (self, mutex, deadline), mutex)

SH_RELEASES(Notify, "4absl7debian312Notification6NotifyEv", absl::Notification)
SH_ACQUIRES(CounterWait, "4absl7debian315BlockingCounter4WaitEv", absl::BlockingCounter)

bool RealDecrement(absl::BlockingCounter* self)
    SH_REAL("4absl7debian315BlockingCounter14DecrementCountEv");
bool WrapDecrement(absl::BlockingCounter* self)
    SH_WRAP("4absl7debian315BlockingCounter14DecrementCountEv");
bool WrapDecrement(absl::BlockingCounter* self) {
  __tsan_release(self);
  return Quietly([&] { return RealDecrement(self); });
}

// Const member functions have another beginning of their mangled names.
void RealWait(absl::Notification* self)
    asm("__real__ZNK4absl7debian312Notification19WaitForNotificationEv");
void WrapWait(absl::Notification* self)
    asm("__wrap__ZNK4absl7debian312Notification19WaitForNotificationEv");
void WrapWait(absl::Notification* self) {
  Quietly([&] { RealWait(self); });
  __tsan_acquire(self);
}

bool RealWaitFor(absl::Notification* self, absl::Duration timeout)
    asm("__real__ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE");
bool WrapWaitFor(absl::Notification* self, absl::Duration timeout)
    asm("__wrap__ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE");
bool WrapWaitFor(absl::Notification* self, absl::Duration timeout) {
  const bool notified = Quietly([&] { return RealWaitFor(self, timeout); });
  if (notified) __tsan_acquire(self);
  return notified;
}

bool RealWaitUntil(absl::Notification* self, absl::Time deadline)
    asm("__real__ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE");
bool WrapWaitUntil(absl::Notification* self, absl::Time deadline)
    asm("__wrap__ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE");
bool WrapWaitUntil(absl::Notification* self, absl::Time deadline) {
  const bool notified = Quietly([&] { return RealWaitUntil(self, deadline); });
  if (notified) __tsan_acquire(self);
  return notified;
}

// A status that threads share is deleted by the last of them: the others' reads came
// before. The count that orders this is kept inside Abseil, so a lock stands for it here.
void RealUnref(uintptr_t rep) SH_REAL("4absl7debian36Status15UnrefNonInlinedEm");
void WrapUnref(uintptr_t rep) SH_WRAP("4absl7debian36Status15UnrefNonInlinedEm");
void WrapUnref(uintptr_t rep) {
  static std::mutex counting;
  const std::lock_guard lock(counting);
  RealUnref(rep);
}
