# Every third-party library, found once. What each is for, and why this one: docs/adr/0001-dependencies.md.
# Modules link these targets by name (LINKS of gridpact_module).

find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE) # Eigen3::Eigen
find_package(fmt 9 REQUIRED) # fmt::fmt
find_package(CLI11 2.1 REQUIRED) # CLI11::CLI11
find_package(tomlplusplus 3.3 REQUIRED) # tomlplusplus::tomlplusplus
find_package(nlohmann_json 3.11 REQUIRED) # nlohmann_json::nlohmann_json
find_package(date 3 REQUIRED) # date::date, date::date-tz
find_package(Boost 1.74 REQUIRED) # Boost::headers (Random's distributions and Math need no library)
find_package(Pcg REQUIRED) # Pcg::pcg
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto) # OpenSSL::Crypto
find_package(Highs 1.7 REQUIRED) # Highs::Highs
find_package(DssCapi 0.14 REQUIRED) # DssCapi::DssCapi

find_package(Armadillo 11 REQUIRED) # CMake's module gives variables, not a target
if(NOT TARGET Armadillo::Armadillo)
  add_library(Armadillo::Armadillo INTERFACE IMPORTED)
  target_include_directories(Armadillo::Armadillo INTERFACE ${ARMADILLO_INCLUDE_DIRS})
  target_link_libraries(Armadillo::Armadillo INTERFACE ${ARMADILLO_LIBRARIES})
endif()

if(GRIDPACT_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED) # GTest::gmock, GTest::gtest_main
  find_package(rapidcheck REQUIRED)
  if(NOT TARGET rapidcheck::rapidcheck)
    add_library(rapidcheck::rapidcheck INTERFACE IMPORTED)
    target_link_libraries(rapidcheck::rapidcheck INTERFACE rapidcheck rapidcheck_gtest)
  endif()
  find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter) # tests of tools/
endif()
if(GRIDPACT_BUILD_BENCHMARKS)
  find_package(benchmark 1.7 REQUIRED) # benchmark::benchmark
endif()

# The chart library that report.html carries with it. npm puts it here (./dev setup); elsewhere name the file.
set(GRIDPACT_ECHARTS_JS
    "${PROJECT_SOURCE_DIR}/packages/web/node_modules/echarts/dist/echarts.min.js"
    CACHE FILEPATH "echarts.min.js of Apache ECharts 6")
