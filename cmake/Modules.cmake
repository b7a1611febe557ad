# gridpact_module, gridpact_program, gridpact_test and gridpact_bench: the only ways in which targets of this project are made.

include(GoogleTest)

# Links `target` to the modules named after `scope`; one that does not exist is a mistake in the caller's list.
function(_gridpact_use target scope)
  foreach(module IN LISTS ARGN)
    if(TARGET gridpact_${module})
      target_link_libraries(${target} ${scope} gridpact_${module})
    else()
      message(FATAL_ERROR "${target} uses the module '${module}', which does not exist")
    endif()
  endforeach()
endfunction()

# gridpact_module(<name> [SOURCES <file>...] [USES <module>...] [LINKS <third-party target>...])
#
# Makes the static library gridpact_<name> from the sources of the calling folder. USES become public (their headers may
# appear in this module's headers); LINKS stay private, since third-party headers appear in no public header. All .hpp of the
# folder (those in its folder detail/ not) are public headers; tools/check_headers.py sees to it that each compiles alone.
function(gridpact_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LINKS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gridpact_module(${name}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()
  set(target gridpact_${name})
  if(arg_SOURCES)
    set(scope PUBLIC)
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE gridpact_compiler ${arg_LINKS})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(gridpact::${name} ALIAS ${target})
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.hpp")
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/src" FILES ${headers})
  target_compile_features(${target} ${scope} cxx_std_20)
  _gridpact_use(${target} ${scope} ${arg_USES})
endfunction()

# gridpact_program(<name> SOURCES <file>... MODULES <module>... [LINKS <third-party target>...])
#
# Makes the program <name> at the top of the build folder, with the places of its libraries (those in .venv too) built in.
function(gridpact_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;MODULES;LINKS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gridpact_program(${name}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE gridpact_compiler ${arg_LINKS})
  _gridpact_use(${name} PRIVATE ${arg_MODULES})
endfunction()

# gridpact_test(<name> SOURCES <file>... [MODULES <module>...] [LINKS <third-party target>...])
#
# Makes the GoogleTest program <name> (RapidCheck is at hand too) and registers each of its tests with CTest.
function(gridpact_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW" "" "SOURCES;MODULES;LINKS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gridpact_test(${name}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(
    ${name} PRIVATE gridpact_compiler ${arg_LINKS} GTest::gmock GTest::gtest_main rapidcheck::rapidcheck)
  target_precompile_headers(${name} REUSE_FROM gridpact_test_headers)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE "GRIDPACT_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
  _gridpact_use(${name} PRIVATE ${arg_MODULES})
  # PRE_TEST: ask the program for its tests when CTest starts, not each time it is linked.
  if(arg_SLOW)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 3600 LABELS slow)
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
  endif()
endfunction()

# gridpact_bench(<name> SOURCES <file>... [MODULES <module>...] [LINKS <third-party target>...])
#
# Makes the Google Benchmark program <name>, which must begin with bench_. Not part of `all`: `./dev bench` builds them
# through the target `benchmarks`.
function(gridpact_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;MODULES;LINKS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gridpact_bench(${name}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()
  if(NOT name MATCHES "^bench_")
    message(FATAL_ERROR "gridpact_bench(${name}): the name must begin with bench_")
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/benchmarks")
  target_link_libraries(
    ${name} PRIVATE gridpact_compiler ${arg_LINKS} benchmark::benchmark benchmark::benchmark_main)
  target_compile_definitions(${name} PRIVATE "GRIDPACT_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
  _gridpact_use(${name} PRIVATE ${arg_MODULES})
  add_dependencies(benchmarks ${name})
endfunction()

if(GRIDPACT_BUILD_BENCHMARKS)
  add_custom_target(benchmarks)
endif()
