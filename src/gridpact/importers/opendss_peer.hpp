#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::importers {

/// A flow as the OpenDSS engine solves it, in the units and order of the feeder.
struct OpenDssFlow {
  bool converged = false;
  std::vector<Complex> voltage_pu;       ///< per node-phase
  std::vector<double> branch_current_a;  ///< largest conductor of each branch, A at its from-end
  double source_kw = 0.0;                ///< that the source feeds into the feeder
};

/// A feeder of any format in the OpenDSS engine, for a second opinion on flows: the engine sums the
/// system's admittance, models the loads and solves on its own. What it is told is the feeder as
/// gridpact has it: every branch as the admittances between its terminals (one reactor for each
/// pair of terminals, and one to ground), every load by its kind, kW, kvar and limits of voltage,
/// the source as a stiff voltage. So it checks everything but the reading of the feeder file, which
/// `gridpact flow --engine opendss` is for.
///
/// Holds the engine, which is one for the whole process, as long as it lives.
class OpenDssPeer {
 public:
  /// Faults: a branch whose admittance is not symmetric (a phase shifter), which no network of
  /// two-terminal elements is; what the engine complains of.
  [[nodiscard]] static Result<OpenDssPeer> create(const Feeder& feeder);

  /// `power_pu`: per node-phase, constant power into the network; `load_level`: per load, factor on
  /// its nominal power (network::Injection).
  [[nodiscard]] Result<OpenDssFlow> solve(std::span<const Complex> power_pu,
                                          std::span<const double> load_level);

  [[nodiscard]] std::string version() const;

  OpenDssPeer(OpenDssPeer&&) noexcept;
  OpenDssPeer& operator=(OpenDssPeer&&) noexcept;
  OpenDssPeer(const OpenDssPeer&) = delete;
  OpenDssPeer& operator=(const OpenDssPeer&) = delete;
  ~OpenDssPeer();

 private:
  struct Impl;
  explicit OpenDssPeer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridpact::importers
