#include "gridpact/network/injection.hpp"

#include <cassert>

#include "gridpact/network/detail/phases.hpp"

namespace gridpact::network {

Injection Injection::loads_at(const Feeder& feeder, double level) {
  return {std::vector<Complex>(feeder.node_phases.size()),
          std::vector<double>(feeder.loads.size(), level)};
}

Injection combine(const Feeder& feeder, std::span<const InjectionColumn> columns,
                  std::span<const double> x) {
  assert(columns.size() == x.size());
  Injection out = Injection::loads_at(feeder, 0.0);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (const auto& [node_phase, power_pu] : columns[j].power_pu) {
      out.power_pu[node_phase.index()] += x[j] * power_pu;
    }
    for (const auto& [load, level] : columns[j].load_level) {
      out.load_level[load.index()] += x[j] * level;
    }
  }
  return out;
}

InjectionColumn power_at(const Feeder& feeder, NodeId node, Complex kva_per_unit) {
  InjectionColumn column;
  for_each_share(feeder, node, [&](std::size_t node_phase, double share) {
    column.power_pu.emplace_back(node_phase, kva_per_unit * (share / feeder.base_kva));
  });
  return column;
}

}  // namespace gridpact::network
