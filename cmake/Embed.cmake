# gridpact_embed(<target> <file> <symbol>)
#
# Puts the bytes of <file> into <target> as
#     extern const std::string_view <symbol>;
# where <symbol> carries its namespaces (gridpact::report::echarts_js). The user declares it in the file that needs it. The
# assembler copies the file (.incbin), so a megabyte costs no compile time; a changed file is embedded anew by the next build.
function(gridpact_embed target file symbol)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "${file}, to be embedded in ${target}, does not exist. (./dev setup fetches what packages/web names.)")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}") # its size is in the generated source
  file(SIZE "${file}" size)
  string(REGEX REPLACE "::[^:]+$" "" namespace "${symbol}")
  string(REGEX REPLACE "^.*::" "" name "${symbol}")
  string(MAKE_C_IDENTIFIER "gridpact_embedded_${name}" label)
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/${name}.embedded.cpp")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/embedded.cpp.in" "${generated}" @ONLY)
  set_source_files_properties("${generated}" PROPERTIES OBJECT_DEPENDS "${file}")
  target_sources(${target} PRIVATE "${generated}")
endfunction()
