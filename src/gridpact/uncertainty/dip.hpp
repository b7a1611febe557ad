#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridpact::uncertainty {

/// Hartigans' dip of a sample: the largest distance between its distribution function and the
/// unimodal one nearest to it, at least 1 / (2 n) and below 1/4. `sorted`: ascending, not empty.
/// The sample is taken to be of a continuous law: equal values count as if they lay side by side.
[[nodiscard]] double dip_statistic(std::span<const double> sorted);

/// The test of unimodality for independent samples of one size. The null law is the uniform one,
/// for which the dip is (asymptotically) largest among unimodal laws.
class DipTest {
 public:
  /// `size` ≥ 1: of the samples; `replicates` ≥ 1: of the simulated null law.
  DipTest(std::size_t size, std::uint64_t seed, std::size_t replicates = 2000);

  /// Share of uniform samples whose dip is at least `dip`, the sample itself counted as one: small
  /// = not unimodal. Never below 1 / (replicates + 1).
  [[nodiscard]] double p_value(double dip) const;

 private:
  std::vector<double> null_;  ///< dips of uniform samples, ascending
};

}  // namespace gridpact::uncertainty
