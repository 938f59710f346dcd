# The standard library, Abseil and GoogleTest are read once instead of once a file, which
# saves a quarter of the compile time and more under the address sanitizer. Every file
# includes what it uses nevertheless; the thread sanitizer's build, which has most
# libraries, does without and so finds what is forgotten there.
option(SAFEHAVEN_PRECOMPILE "Precompile foreign headers" ON)

set(safehaven_standard_headers
    <algorithm> <array> <atomic> <chrono> <cstdint> <filesystem> <fstream> <functional> <iostream> <map>
    <memory> <mutex> <optional> <random> <set> <sstream> <string> <string_view> <thread> <tuple>
    <unordered_map> <utility> <variant> <vector>)
set(safehaven_abseil_headers
    <absl/container/btree_map.h> <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h>
    <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>
    <absl/strings/str_join.h> <absl/strings/str_split.h> <absl/strings/string_view.h>
    <absl/synchronization/mutex.h> <absl/time/time.h> <absl/types/span.h>)

# safehaven_precompiled_headers(name options headers...): a target that owns one set.
function(safehaven_precompiled_headers name options)
  if(NOT EXISTS ${PROJECT_BINARY_DIR}/${name}.cc)
    file(WRITE ${PROJECT_BINARY_DIR}/${name}.cc "")
  endif()
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/${name}.cc)
  target_compile_options(${name} PRIVATE ${SAFEHAVEN_WARNINGS} ${options})
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

if(SAFEHAVEN_PRECOMPILE)
  # Inside a precompiled std::string g++ 12 sees copies that overlap, or reach too far, where
  # none do. The thread sanitizer's build has these warnings.
  list(APPEND SAFEHAVEN_WARNINGS -Wno-restrict -Wno-array-bounds)
  safehaven_precompiled_headers(safehaven_precompiled ""
    ${safehaven_standard_headers} ${safehaven_abseil_headers})
  safehaven_precompiled_headers(safehaven_precompiled_test "${SAFEHAVEN_TEST_OPTIONS}"
    ${safehaven_standard_headers} ${safehaven_abseil_headers} <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(safehaven_precompiled_test PRIVATE GTest::gmock)
endif()

# The compiler refuses a set made with other options (-Winvalid-pch is an error here).
function(safehaven_precompile target owner)
  if(SAFEHAVEN_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()
