# Finds the header-only PCG random generators (pcg_random.hpp); defines Pcg::pcg. The library ships no CMake files.

find_path(Pcg_INCLUDE_DIR pcg_random.hpp)
mark_as_advanced(Pcg_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Pcg REQUIRED_VARS Pcg_INCLUDE_DIR)

if(Pcg_FOUND AND NOT TARGET Pcg::pcg)
  add_library(Pcg::pcg INTERFACE IMPORTED)
  target_include_directories(Pcg::pcg INTERFACE "${Pcg_INCLUDE_DIR}")
endif()
