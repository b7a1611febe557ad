# Finds DSS C-API, the OpenDSS engine as a C library, and defines DssCapi::DssCapi. Include it as <dss_capi.h>.
#
# In this order:
# 1. library and headers on the usual paths (system, Conda, vcpkg, CMAKE_PREFIX_PATH, DssCapi_ROOT);
# 2. the Python package `dss-python-backend` in GRIDPACT_PYTHON_ENV, which packages/python.txt pins and ./dev setup installs.
#    The library's file name there has a hash in it; it finds its neighbour libklusolvex by itself.

set(GRIDPACT_PYTHON_ENV "${PROJECT_SOURCE_DIR}/.venv" CACHE PATH "Python environment that holds packages/python.txt")

find_path(DssCapi_INCLUDE_DIR dss_capi.h PATH_SUFFIXES dss_capi)
find_library(DssCapi_LIBRARY dss_capi)
if(NOT DssCapi_INCLUDE_DIR OR NOT DssCapi_LIBRARY)
  file(GLOB _dss_site "${GRIDPACT_PYTHON_ENV}/lib/python3*/site-packages")
  find_path(DssCapi_INCLUDE_DIR dss_capi.h PATHS ${_dss_site} PATH_SUFFIXES dss_python_backend/include NO_DEFAULT_PATH)
  file(GLOB _dss_library "${_dss_site}/dss_python_backend.libs/libdss_capi-*.so"
       "${_dss_site}/dss_python_backend/.dylibs/libdss_capi.dylib" "${_dss_site}/dss_python_backend/libdss_capi.dylib")
  if(_dss_library)
    list(GET _dss_library 0 _dss_library)
    set(DssCapi_LIBRARY "${_dss_library}" CACHE FILEPATH "DSS C-API library" FORCE)
  endif()
endif()
mark_as_advanced(DssCapi_INCLUDE_DIR DssCapi_LIBRARY)

if(DssCapi_INCLUDE_DIR)
  file(STRINGS "${DssCapi_INCLUDE_DIR}/dss_capi.h" _dss_version_line REGEX "define DSS_CAPI_VERSION ")
  string(REGEX REPLACE ".*\"([0-9.]+)[^\"]*\".*" "\\1" DssCapi_VERSION "${_dss_version_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  DssCapi
  REQUIRED_VARS DssCapi_LIBRARY DssCapi_INCLUDE_DIR
  VERSION_VAR DssCapi_VERSION
  REASON_FAILURE_MESSAGE "Run ./dev setup, or install DSS C-API and set DssCapi_ROOT to its folder.")

if(DssCapi_FOUND AND NOT TARGET DssCapi::DssCapi)
  add_library(DssCapi::DssCapi SHARED IMPORTED)
  set_target_properties(
    DssCapi::DssCapi PROPERTIES IMPORTED_LOCATION "${DssCapi_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES
                                                                      "${DssCapi_INCLUDE_DIR}")
endif()
