# cmake -DSOURCE_DIR=<repository> -DOUTPUT=<file.cpp> -P SourceDigest.cmake
#
# Writes a .cpp with the SHA-256 over the list of C++ sources below src/ and their SHA-256s. Run by the build whenever one of
# them has changed.
file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/src/*.cpp" "${SOURCE_DIR}/src/*.hpp")
list(SORT sources)
set(listing "")
foreach(source IN LISTS sources)
  file(SHA256 "${SOURCE_DIR}/${source}" digest)
  string(APPEND listing "${digest}  ${source}\n")
endforeach()
string(SHA256 digest "${listing}")
file(WRITE "${OUTPUT}.new"
     "#include \"gridpact/cli/source_digest.hpp\"\n\n"
     "namespace gridpact::cli {\n\nstd::string_view source_digest() { return \"${digest}\"; }\n\n}  // namespace gridpact::cli\n")
file(COPY_FILE "${OUTPUT}.new" "${OUTPUT}" ONLY_IF_DIFFERENT)
