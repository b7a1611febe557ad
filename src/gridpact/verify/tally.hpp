#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "gridpact/verify/joint_limits.hpp"
#include "gridpact/verify/service.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

/// How the voltages of one period were spread over nodes and days: counts in fixed bins of 1e-4 pu
/// from 0.5 to 1.5 pu (beyond them in the first and the last), smallest and largest exactly.
class VoltageSpread {
 public:
  void add(double voltage_pu);
  void merge(const VoltageSpread& other);
  /// The middle of the bin in which the smallest voltage lies that at least `share` of all reach or
  /// stay below; never outside smallest and largest. 0 if nothing was added.
  [[nodiscard]] double quantile(double share) const;
  [[nodiscard]] double smallest() const { return total_ > 0 ? smallest_ : 0.0; }
  [[nodiscard]] double largest() const { return total_ > 0 ? largest_ : 0.0; }

 private:
  static constexpr std::size_t bins = 10000;
  static constexpr double first_pu = 0.5;
  static constexpr double bin_pu = 1e-4;

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(bins);
  std::uint64_t total_ = 0;
  double smallest_ = std::numeric_limits<double>::infinity();
  double largest_ = -std::numeric_limits<double>::infinity();
};

/// How large violations of one kind were: counts in bins that are ten to each factor of 10, from
/// 1e-7 on, largest exactly.
class ExcessTally {
 public:
  void add(double excess);
  void merge(const ExcessTally& other);
  [[nodiscard]] ExcessSpread spread() const;

 private:
  [[nodiscard]] double quantile(double share) const;
  static constexpr std::size_t bins = 160;

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(bins);
  std::uint64_t total_ = 0;
  double largest_ = 0.0;
};

/// How often a limit broke, and when it was worst: largest excess, then first scenario and period.
struct LimitTally {
  std::uint64_t periods_violated = 0;
  Breach worst;
  std::uint64_t worst_scenario = 0;
  std::uint64_t sized = 0;         ///< of the violated periods: those whose flow had a solution
  std::uint64_t excess_parts = 0;  ///< sum of their excesses in steps of 1e-9 pu or 1e-6 A or kW

  [[nodiscard]] double mean_excess() const;
  void add(const Breach& breach, std::uint64_t scenario);
  void merge(const LimitTally& other);
};

/// What is counted over replayed days. All of it is whole numbers, smallest and largest, so that
/// days may be added in any order, on any thread, and tallies merged, without a bit of difference.
class Tally {
 public:
  Tally(const JointLimits& limits, std::size_t periods);

  void add(const ScenarioReplay& day);
  void add(const Blame& of_a_day);
  void merge(const Tally& other);

  std::uint64_t days = 0;
  std::uint64_t days_violated = 0;
  std::uint64_t periods_violated = 0;  ///< scenario-periods
  std::uint64_t diverged = 0;
  std::vector<std::uint64_t> by_period;  ///< days on which the period was violated
  std::vector<std::uint64_t> by_kind;    ///< scenario-periods, indexed by RowKind
  std::vector<LimitTally> limits;        ///< by JointLimits::index_of
  std::vector<ExcessTally> excess;       ///< by kind: largest of each scenario-period
  Blame blame;
  std::vector<VoltageSpread> voltages;  ///< per period
  std::vector<ServiceTally> services;   ///< per station

 private:
  const JointLimits& joint_limits_;
};

}  // namespace gridpact::verify
