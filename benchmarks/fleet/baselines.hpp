#pragma once

#include <span>
#include <vector>

#include "gridpact/base/time_grid.hpp"
#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet::baselines {

/// The usual approximations of a fleet's set, to be compared with the exact one; nothing else uses
/// them. Each returns what its cheapest profile costs at `price` (€/kWh per period), €. Cars must
/// lose nothing in a cycle.

/// Outside: one battery with the sums of the cars' bounds of power and energy.
[[nodiscard]] double sum_of_bounds_eur(const Fleet& fleet, const TimeGrid& horizon,
                                       std::span<const double> price);

/// Inside: cars in groups that arrive and leave in the same hours; each car's set holds a copy
/// β B + t of its group's shape B (the mean of its cars' sets, over the periods that all of them
/// are parked), β as large as can be, and the copies add up to (Σβ) B + Σt (Zhao, Zhang, Hao,
/// Kalsi, IEEE Trans. Power Systems 32(6), 2017).
class Homothetic {
 public:
  Homothetic(const Fleet& fleet, const TimeGrid& horizon);
  [[nodiscard]] double cheapest_eur(std::span<const double> price) const;

 private:
  struct Group;
  std::size_t periods_;
  std::vector<Group> groups_;

 public:
  Homothetic(const Homothetic&) = delete;
  Homothetic(Homothetic&&) = delete;
  Homothetic& operator=(const Homothetic&) = delete;
  Homothetic& operator=(Homothetic&&) = delete;
  ~Homothetic();
};

/// Inside: each car's set holds a zonotope c + Σ_k [−β_k, β_k] g_k, Σβ as large as can be; with the
/// same generators g for all (power in a period; shifts by 1, 2, 4 … 32 periods) they add up
/// (Müller, Szabó, Sundström, Lygeros, IEEE Trans. Control Systems Technology 27(2), 2019).
class Zonotope {
 public:
  Zonotope(const Fleet& fleet, const TimeGrid& horizon);
  [[nodiscard]] double cheapest_eur(std::span<const double> price) const;

 private:
  struct Generator {
    std::size_t period = 0;
    std::size_t shift = 0;  ///< 0: power alone
  };
  void add(const Car& car, const TimeGrid& horizon);

  std::vector<double> centre_kwh_;
  std::vector<Generator> generators_;
  std::vector<double> reach_kwh_;  ///< Σ β of each
};

}  // namespace gridpact::fleet::baselines
