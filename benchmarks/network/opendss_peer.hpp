#pragma once

#include <complex>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace gridpact::bench {

/// How OpenDSS solves snapshots: a call of its C API, and its algorithm. (SolveNoControl is not
/// among them: after a change of the load multiplier it gives another flow than the two.)
enum class DssCall { snap, solve_direct_call };
struct DssSettings {
  DssCall call = DssCall::snap;
  bool newton = false;
  double tolerance_pu = 1e-6;
};

/// A circuit in a context of its own of the OpenDSS engine, controls off. Solves are between a load
/// multiplier and the next: nothing is compiled, read or written in the loop.
class DssCircuit {
 public:
  DssCircuit(const std::string& script, const DssSettings& settings);
  DssCircuit(const DssCircuit&) = delete;
  DssCircuit& operator=(const DssCircuit&) = delete;
  DssCircuit(DssCircuit&&) = delete;
  DssCircuit& operator=(DssCircuit&&) = delete;
  ~DssCircuit();

  /// Solves at each load multiplier; returns how many converged.
  std::size_t solve(const std::vector<double>& load_multipliers);

  /// Voltages of the last solution, V, by "node.phase".
  [[nodiscard]] std::map<std::string, std::complex<double>> voltage_v() const;

 private:
  const void* context_;
  DssSettings settings_;
};

}  // namespace gridpact::bench
