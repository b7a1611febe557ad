#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gridpact/base/random.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/plan.hpp"

/// Cases whose days come from a law that the test knows, and gridpact only by their history.
namespace gridpact::tuning::testing {

/// What the load's error of an hour, in units of 30 kW, is drawn from.
enum class Truth {
  normal,
  heavy,     ///< Student t of 3 degrees of freedom, variance 1
  skewed,    ///< exponential less its mean
  two_modes  ///< normal, but with 2 % 6 higher
};
inline constexpr Truth all_truths[] = {Truth::normal, Truth::heavy, Truth::skewed,
                                       Truth::two_modes};
[[nodiscard]] std::string_view to_string(Truth truth);

/// 1 MW of load behind a line, and a generator, in two hours with wide limits: what can break is
/// the reserve. `days` of history of the true law.
[[nodiscard]] Case world(Truth truth, std::uint64_t seed, std::size_t days);

/// The true probability that a plan's reserve does not cover the load's error, in the hour where it
/// is largest: by a large sample that does not depend on the world.
class TrueViolation {
 public:
  explicit TrueViolation(Truth truth);
  [[nodiscard]] double operator()(const Plan& plan) const;

 private:
  std::vector<double> error_kw_;  ///< ascending
};

}  // namespace gridpact::tuning::testing
