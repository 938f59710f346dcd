# With -fsanitize=thread only: sends our calls of Abseil's locks through
# abseil_annotations.cc, without which none of them looks like a lock to the sanitizer.
# Comes after SafehavenDependencies and before the first target.
set(SAFEHAVEN_TSAN_WRAPPED
  _ZN4absl7debian35Mutex4LockEv
  _ZN4absl7debian35Mutex6UnlockEv
  _ZN4absl7debian35Mutex7TryLockEv
  _ZN4absl7debian35Mutex10ReaderLockEv
  _ZN4absl7debian35Mutex12ReaderUnlockEv
  _ZN4absl7debian35Mutex13ReaderTryLockEv
  _ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE
  _ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE
  _ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE
  _ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE
  _ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE
  _ZN4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE
  _ZN4absl7debian37CondVar4WaitEPNS0_5MutexE
  _ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE
  _ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE
  _ZN4absl7debian312Notification6NotifyEv
  _ZNK4absl7debian312Notification19WaitForNotificationEv
  _ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE
  _ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE
  _ZN4absl7debian315BlockingCounter14DecrementCountEv
  _ZN4absl7debian315BlockingCounter4WaitEv)

if(SAFEHAVEN_SANITIZE STREQUAL "thread")
  foreach(symbol IN LISTS SAFEHAVEN_TSAN_WRAPPED)
    add_link_options(-Wl,--wrap=${symbol})
  endforeach()
  add_library(safehaven_tsan_annotations STATIC ${CMAKE_CURRENT_LIST_DIR}/abseil_annotations.cc)
  target_link_libraries(safehaven_tsan_annotations PRIVATE absl::synchronization absl::time)
  # Every target made from here on.
  link_libraries("$<LINK_LIBRARY:WHOLE_ARCHIVE,safehaven_tsan_annotations>")
endif()
