# The address sanitizer's build reads the standard library, Abseil and GoogleTest once
# instead of once a file, which saves three tenths of its compile time. The others do
# not: there every file has to include what it uses, and at -O2 g++ 12 warns of
# overlapping copies inside a precompiled std::string where there are none.
option(SAFEHAVEN_PRECOMPILE "Precompile foreign headers" OFF)

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
