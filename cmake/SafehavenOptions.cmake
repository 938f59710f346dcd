# Compiler, warnings, sanitizers. One place, so that every target is built alike.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# -O2 -g1: line tables are enough for a back trace and halve the objects.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# A fused multiply-add changes the last bit, and what is compared with a
# threshold must not depend on the processor.
add_compile_options(-ffp-contract=off -fno-omit-frame-pointer -pthread)

set(SAFEHAVEN_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")
if(SAFEHAVEN_SANITIZE)
  add_compile_options(-fsanitize=${SAFEHAVEN_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SAFEHAVEN_SANITIZE})
endif()
# At -O2 and with every check this takes two and a half times as long to compile as the
# plain build. What address finds as well is left out, and so are the checks before every
# access for alignment, which together take a third of the compile time.
if(SAFEHAVEN_SANITIZE MATCHES "undefined")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  add_compile_options(-fno-sanitize=null,object-size,vptr,pointer-overflow,alignment)
  # The tests' own code and what protoc generates are watched by address alone.
  set(SAFEHAVEN_TEST_OPTIONS -fno-sanitize=undefined)
  set(SAFEHAVEN_GENERATED_OPTIONS -fno-sanitize=undefined)
endif()

find_program(SAFEHAVEN_CCACHE ccache)
if(SAFEHAVEN_CCACHE)
  # What ccache asks for before it caches a file that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      ${SAFEHAVEN_CCACHE})
endif()
find_program(SAFEHAVEN_MOLD mold)
if(SAFEHAVEN_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# For our own code only; generated code is included as SYSTEM.
set(SAFEHAVEN_WARNINGS -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Wno-missing-field-initializers -Wno-pedantic)
# Instrumented code confuses the flow analysis; the plain build has the warning.
if(SAFEHAVEN_SANITIZE)
  list(APPEND SAFEHAVEN_WARNINGS -Wno-maybe-uninitialized)
endif()
