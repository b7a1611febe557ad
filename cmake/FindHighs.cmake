# Finds the HiGHS solver and defines Highs::Highs. Include its C interface as <interfaces/highs_c_api.h>.
#
# In this order:
# 1. a CMake package `highs` (system, Conda, vcpkg, or wherever CMAKE_PREFIX_PATH or highs_DIR point);
# 2. the Python package `highsbox` in GRIDPACT_PYTHON_ENV, which packages/python.txt pins and ./dev setup installs.
#
# Of highsbox we take library and headers but not its CMake files: those of 1.15.1 point to a folder lib64 that the package
# does not have, and ask for BLAS and zlib development files that nobody needs. Its library is built with the C++ ABI from
# before GCC 5 (as all manylinux2014 packages), so the C++ classes of HiGHS, which hold std::string members, must not be used:
# only the C interface is safe with every source of the library.

set(GRIDPACT_PYTHON_ENV "${PROJECT_SOURCE_DIR}/.venv" CACHE PATH "Python environment that holds packages/python.txt")

find_package(highs ${Highs_FIND_VERSION} CONFIG QUIET)
if(highs_FOUND)
  set(Highs_VERSION "${highs_VERSION}")
  set(Highs_LOCATION "${highs_DIR}")
  if(NOT TARGET Highs::Highs)
    add_library(Highs::Highs ALIAS highs::highs)
  endif()
else()
  file(GLOB _highsbox "${GRIDPACT_PYTHON_ENV}/lib/python3*/site-packages/highsbox/highs_dist")
  find_path(Highs_INCLUDE_DIR interfaces/highs_c_api.h PATHS ${_highsbox} PATH_SUFFIXES include/highs NO_DEFAULT_PATH)
  find_library(Highs_LIBRARY highs PATHS ${_highsbox} PATH_SUFFIXES lib NO_DEFAULT_PATH)
  mark_as_advanced(Highs_INCLUDE_DIR Highs_LIBRARY)
  set(Highs_LOCATION "${Highs_LIBRARY}")
  if(Highs_INCLUDE_DIR)
    file(STRINGS "${Highs_INCLUDE_DIR}/HConfig.h" _highs_version_lines REGEX "HIGHS_VERSION_(MAJOR|MINOR|PATCH)")
    string(REGEX REPLACE "[^0-9]+([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" Highs_VERSION
                         "${_highs_version_lines}")
  endif()
  if(Highs_INCLUDE_DIR AND Highs_LIBRARY AND NOT TARGET Highs::Highs)
    add_library(Highs::Highs SHARED IMPORTED)
    set_target_properties(
      Highs::Highs PROPERTIES IMPORTED_LOCATION "${Highs_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Highs_INCLUDE_DIR}")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Highs
  REQUIRED_VARS Highs_LOCATION
  VERSION_VAR Highs_VERSION
  REASON_FAILURE_MESSAGE "Run ./dev setup, or install HiGHS and set highs_DIR to the folder of its highs-config.cmake.")
