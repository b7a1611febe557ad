#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::documents {

/// A feeder as a document of the format gridpact-feeder/2 (docs/formats/feeder2.md): all of it but
/// the load groups, which are the case's, in physical units.
///
/// `parse_feeder` of this text gives the same feeder to the last bit, provided that its node-phases
/// are ordered by node and that its admittances and source voltages in pu were made from siemens
/// and volts by `Feeder::base_ohm` and the base voltage, as those of every feeder are that comes
/// from OpenDSS or from such a document. Other admittances may differ by one unit in the last place
/// after the first writing, and no more after that.
[[nodiscard]] std::string to_json(const Feeder& feeder);

/// Reads such a document; `file` is its name in faults. Every fault at once, with its JSON path and
/// line. `node_lines`, where given, receives the line of each node.
[[nodiscard]] Result<Feeder> parse_feeder(std::string_view text, const std::string& file,
                                          std::vector<int>* node_lines = nullptr);

}  // namespace gridpact::documents
