#include "gridpact/model/feeder.hpp"

namespace gridpact {

std::optional<NodeId> Feeder::find_node(std::string_view node_name) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == node_name) {
      return NodeId{i};
    }
  }
  return std::nullopt;
}

}  // namespace gridpact
