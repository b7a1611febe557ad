#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gridpact/fleet/detail/tube.hpp"

namespace gridpact::fleet {

/// What one car takes where energy is worth something and power costs something: the x of its tube
/// that is largest in  Σ_t π_t x_t − Σ_t x_t² / (2 w),  w > 0 its weight, π dimensionless. Method:
/// even_response.cpp. Keeps its memory from one use to the next.
class EvenResponse {
 public:
  /// A stretch of periods [begin, end) of the tube at whose end the cumulative energy is given, but
  /// for the last one's, where it may be free (`is_pinned` false).
  struct Stretch {
    std::size_t begin = 0, end = 0;
    double start_kwh = 0.0, end_kwh = 0.0;
    bool is_pinned = false;
  };

  /// `value`: π of the tube's periods. `level`: a guess of the car's λ, and then the λ of its last
  /// pinned stretch.
  void run(const Tube& tube, double weight_kwh, std::span<const double> value, double& level);

  [[nodiscard]] std::span<const double> energy_kwh() const { return energy_kwh_; }
  /// Σ_t π_t x_t − Σ_t x_t²/(2w): convex in π, its gradient is x.
  [[nodiscard]] double worth(std::span<const double> value) const;
  /// Adds ∂x/∂π = w Σ_stretches (diag 1_F − 1_F 1_F'/|F| where pinned), F the periods in which x is
  /// strictly between its bounds, to the lower half of `curvature` (row-major, `periods` wide; it
  /// only directs the search, for which single precision does).
  void add_curvature(std::size_t first, std::size_t periods, std::span<float> curvature);

 private:
  void level_out(const Stretch& stretch, double& level);
  std::pair<double, double> fill(const Stretch& stretch, double shift_kwh);
  [[nodiscard]] double next_corner(const Stretch& stretch, double shift_kwh,
                                   double missing_kwh) const;
  void split_or_close(const Stretch& stretch);

  const Tube* tube_ = nullptr;
  double weight_kwh_ = 1.0;
  std::vector<double> wish_kwh_;  ///< w π_t
  std::vector<double> energy_kwh_;
  std::vector<float> free_;  ///< 1 or 0
  std::vector<Stretch> open_, closed_;
};

}  // namespace gridpact::fleet
