#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/model/feeder.hpp"
#include "gridpact/network/ac_flow.hpp"

/// What tests compare a flow with, whatever tool it comes from, and how far they are apart.
namespace gridpact::test {

/// A solution of another tool. Names are those of the feeder; places are "node.phase".
struct Reference {
  double load_level = 1.0;
  std::map<std::string, Complex> voltage_v;  ///< to ground; of a balanced feeder line to line
  /// Current into each element, branch or load, at each place, A.
  std::map<std::string, std::map<std::string, Complex>> current_a;
  std::optional<Complex> import_kva;
  std::optional<double> losses_kw;
};

/// The largest difference of one quantity, and where it is.
struct Difference {
  double largest = 0.0;
  std::string where;

  void add(double difference, const std::string& place);
};

struct Differences {
  Difference voltage_pu;  ///< |V − V'| over the place's base voltage
  Difference current;     ///< |I − I'| over the element's largest current, or 1 A if that is more
  Difference power;       ///< of the import and the losses, over the import (1 kVA if that is more)
  std::vector<std::string> missing;  ///< what only one of the two has

  void add(const Differences& other);
};

[[nodiscard]] Differences compare(const network::AcFlow& flow, const network::FlowState& state,
                                  const Reference& reference);

/// "node.phase" of every node-phase.
[[nodiscard]] std::vector<std::string> places(const Feeder& feeder);

/// Currents into the conductors of `branch`, A.
[[nodiscard]] std::vector<Complex> terminal_current_a(const Feeder& feeder, const Branch& branch,
                                                      const std::vector<Complex>& voltage_pu);

/// Complex power into each conductor of `branch`, kVA.
[[nodiscard]] std::vector<Complex> terminal_power_kva(const Feeder& feeder, const Branch& branch,
                                                      const std::vector<Complex>& voltage_pu);

/// Tells the test report the difference and its place, and fails the test if it is too large.
void expect_within(const std::string& quantity, const Difference& difference, double tolerance);

/// The shared data, if they are there.
[[nodiscard]] std::optional<std::string> shared_data();

}  // namespace gridpact::test
