#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/detail/even_response.hpp"

namespace gridpact::fleet {

/// The even responses (even_response.hpp) of a whole fleet, each car weighing what its charger can
/// give in a period, or of every `stride`-th car in the place of all.
class EvenFleet {
 public:
  /// Keeps a reference to the aggregate.
  explicit EvenFleet(const Aggregate& aggregate);

  struct Response {
    std::vector<double> energy_kwh;  ///< Σ_i x_i per period
    double worth = 0.0;              ///< Σ_i max_x π·x − x²/2w; its gradient is `energy_kwh`
    Matrix curvature;                ///< its second derivative, lower half: periods × periods
  };
  /// For values π of the horizon's periods. The same on any number of threads.
  [[nodiscard]] Response respond(std::span<const double> value, std::size_t stride = 1);
  /// Every car's part: cars × periods.
  [[nodiscard]] Matrix by_car_kwh(std::span<const double> value) const;

  /// Σ_i w_i.
  [[nodiscard]] double weight_kwh() const { return weight_kwh_; }

 private:
  const Aggregate& aggregate_;
  double weight_kwh_ = 0.0;
  std::vector<double> level_;  ///< of each car's last response: where the next begins to look
};

}  // namespace gridpact::fleet
