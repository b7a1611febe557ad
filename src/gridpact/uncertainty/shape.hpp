#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// Number of modes of a mixture of scalars. Components narrower than 1e-9 of the whole's deviation
/// count as modes of their own.
[[nodiscard]] std::size_t count_modes(std::span<const ScalarComponent> mixture);

/// sup over x of |F(m + x) + F(m − x) − 1|, m the mean: 0 for a symmetric law, at most 1.
[[nodiscard]] double asymmetry(std::span<const ScalarComponent> mixture);

/// Which of the safety factors of one-sided constraints (moments; + symmetric; + unimodal; both)
/// may honestly be used for a row: those whose condition its fitted law meets. Symmetric: asymmetry
/// at most `most_asymmetry`, which bounds the error in the probability of a tail by that much.
struct HonestFactors {
  bool symmetric = false;
  bool unimodal = false;
};
inline constexpr double most_asymmetry = 0.01;
[[nodiscard]] HonestFactors honest_factors(const ScalarLaw& law);

/// Test of symmetry from data, one number about 0 per day: p-value of sup |F̂(x) + F̂(−x) − 1| under
/// flips of signs. Small: not symmetric. Its null law depends on the number of days alone.
class SymmetryTest {
 public:
  SymmetryTest(std::size_t size, std::uint64_t seed, std::size_t flips = 200);
  /// `values`: `size` of them, in any order.
  [[nodiscard]] double p_value(std::vector<double> values) const;

 private:
  std::vector<long> largest_walks_;  ///< ascending
};

/// The same of one source over all periods, standardised, under flips of the sign of whole days (a
/// day is one observation).
[[nodiscard]] double symmetry_p_value(std::span<const Matrix> days, std::size_t source,
                                      std::uint64_t seed, std::size_t flips = 200);

}  // namespace gridpact::uncertainty
