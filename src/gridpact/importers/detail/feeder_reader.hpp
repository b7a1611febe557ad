#pragma once

#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/input_files.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::importers {

/// A feeder as far as it could be read; valid only if no error was added with it. Node names are
/// there even then, so that what refers to them can still be checked.
struct WrittenFeeder {
  Feeder feeder;
  std::string shown;            ///< the file's name in faults
  std::vector<int> node_lines;  ///< line of each node
};

/// Reads the feeder file `name`, whatever its format (feeder_file.cpp has the list).
[[nodiscard]] WrittenFeeder read_feeder_file(InputFiles& files, const std::string& name,
                                             const Place& asked_at, Faults& faults);

/// The readers of the formats. Each is handed the file's `text` and fills `out`, whose `shown` is
/// set; `files` and `name` are for formats whose files name others.
using FeederReader = void(InputFiles& files, const std::string& name, const std::string& text,
                          WrittenFeeder& out, Faults& faults);
FeederReader read_toml_feeder;
FeederReader read_json_feeder;
FeederReader read_opendss_feeder;
FeederReader read_matpower_feeder;
FeederReader read_pandapower_feeder;

}  // namespace gridpact::importers
