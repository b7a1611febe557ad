# Language level, warnings and code generation that every gridpact target shares.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

if(PROJECT_IS_TOP_LEVEL)
  find_program(GRIDPACT_CCACHE ccache DOC "Compiler cache, used when present")
  mark_as_advanced(GRIDPACT_CCACHE)
  if(GRIDPACT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without this ccache keeps nothing that was compiled with precompiled headers, as the tests are.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${GRIDPACT_CCACHE}")
  endif()
endif()

add_library(gridpact_compiler INTERFACE)
target_compile_features(gridpact_compiler INTERFACE cxx_std_20)

# Warnings become errors only through CMAKE_COMPILE_WARNING_AS_ERROR, which the presets set: somebody who packages gridpact
# with a compiler that we have not seen must not be stopped by a new warning.
target_compile_options(
  gridpact_compiler
  INTERFACE
    # A fused multiply-add rounds once where a multiplication and an addition round twice. Compilers fuse on machines that
    # have the instruction, so the same source would give other digits there; the same seed must give the same bytes.
    -ffp-contract=off
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wsign-conversion
    -Wdouble-promotion
    -Wold-style-cast
    -Wcast-align
    -Wcast-qual
    -Wformat=2
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Wimplicit-fallthrough
    -Wextra-semi
    # GCC 12 sees overlapping copies in inlined std::string concatenations at -O3 that are not there (GCC bug 105651).
    -Wno-restrict
    # At -O3 it also takes the parts of a Result that hold nothing for uninitialised strings; at -O2 (dev) the warning stays.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>
    -Wunused
    -Wundef
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
    $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
    $<$<CXX_COMPILER_ID:GNU>:-Wsuggest-override>)
