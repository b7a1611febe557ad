// The most even split of a profile u over the cars is
//   min Σ_i Σ_t x_it² / (2 w_i)   over x_i in car i's tube,  Σ_i x_i = u,
// w_i what the charger gives in a period: every car is used alike, as far as it can be. Its dual is
//   max φ(π) = π·u − Σ_i max_{x in tube i} (π·x − x²/2w_i),
// concave and piecewise quadratic, with gradient u − Σ_i x_i(π) and curvature −Σ_i ∂x_i/∂π: as many
// unknowns as there are periods, whatever the number of cars. A profile that can be delivered has a
// finite optimum with gradient 0 (quadratic programs need no interior), and the x_i(π) are its
// split. For one that can not, φ has no bound: as soon as φ > M = Σ_i max x_i²/2w_i, π·u is more
// than the cars' largest π·x, which is the Lovász extension of b and p, so that one of the level
// sets {π ≥ c > 0}, {π ≤ c < 0} breaks b or p. One greedy vertex, for the order of π, gives all
// their bounds.
//
// Newton's method with Levenberg's damping; the curvature is exact and pieces are finite in number,
// so it ends rather than converges. It begins with every 2^k-th car in the place of all.

#include "gridpact/fleet/detail/even_split.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include <Eigen/Dense>

#include "gridpact/fleet/detail/level_sets.hpp"

namespace gridpact::fleet {

namespace {

using Vector = Eigen::VectorXd;

constexpr int doubts_of_a_proof = 4;
constexpr std::size_t most_coarse_steps = 12;
constexpr double first_damping = 1e-4, least_damping = 1e-12, most_damping = 10.0;

struct Search {
  std::size_t stride = 1;
  double tolerance_kwh = 0.0;
  std::size_t most_steps = 0;
  bool is_last = false;  ///< and not a sample: what can not be met is proven
};

/// One point of the search.
struct Point {
  std::vector<double> value;
  EvenFleet::Response response;
  Vector missing_kwh;   ///< gradient of φ
  double height = 0.0;  ///< φ

  [[nodiscard]] double error_kwh() const { return missing_kwh.lpNorm<Eigen::Infinity>(); }
};

class Newton {
 public:
  Newton(const Aggregate& aggregate, EvenFleet& cars, std::span<const double> profile_kwh,
         const Slack& slack)
      : aggregate_(aggregate), cars_(cars), profile_kwh_(profile_kwh), slack_(slack) {}

  [[nodiscard]] Point at(std::vector<double> value, std::size_t stride);
  /// Climbs until the profile is met or is proven undeliverable.
  void climb(Point& point, const Search& search);
  std::optional<ViolatedSet> outside;
  std::size_t passes = 0;

 private:
  void add_slack(Point& point) const;
  [[nodiscard]] Vector step(const Point& point, double damping) const;
  void look_for_proof(const std::vector<double>& direction, double tolerance_kwh);

  const Aggregate& aggregate_;
  EvenFleet& cars_;
  std::span<const double> profile_kwh_;
  const Slack& slack_;
};

Point Newton::at(std::vector<double> value, std::size_t stride) {
  Point point;
  point.value = std::move(value);
  point.response = cars_.respond(point.value, stride);
  passes += stride == 1 ? 1 : 0;
  add_slack(point);
  const auto n = static_cast<Eigen::Index>(profile_kwh_.size());
  point.missing_kwh = Eigen::Map<const Vector>(profile_kwh_.data(), n) -
                      Eigen::Map<const Vector>(point.response.energy_kwh.data(), n);
  point.height = Eigen::Map<const Vector>(profile_kwh_.data(), n)
                     .dot(Eigen::Map<const Vector>(point.value.data(), n)) -
                 point.response.worth;
  return point;
}

/// The slack is one more car without cumulative bounds.
void Newton::add_slack(Point& point) const {
  const double weight_kwh = slack_.weight * cars_.weight_kwh();
  for (std::size_t t = 0; t < slack_.low_kwh.size(); ++t) {
    const double wish = weight_kwh * point.value[t];
    const double s = std::clamp(wish, slack_.low_kwh[t], slack_.high_kwh[t]);
    point.response.energy_kwh[t] += s;
    point.response.worth += s * (point.value[t] - 0.5 * s / weight_kwh);
    point.response.curvature(t, t) += s == wish ? weight_kwh : 0.0;
  }
}

Vector Newton::step(const Point& point, double damping) const {
  const auto n = static_cast<Eigen::Index>(profile_kwh_.size());
  Eigen::MatrixXd curvature =
      Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          point.response.curvature.data(), n, n);
  curvature.diagonal().array() += damping;
  return curvature.selfadjointView<Eigen::Lower>().ldlt().solve(point.missing_kwh);
}

void Newton::climb(Point& point, const Search& search) {
  const double scale_kwh =
      std::max(1e-9, std::accumulate(profile_kwh_.begin(), profile_kwh_.end(), 0.0,
                                     [](double a, double b) { return std::max(a, std::abs(b)); }));
  double damping = first_damping;
  double recent_kwh = std::numeric_limits<double>::infinity();
  int doubts = 0;
  for (std::size_t k = 0; k < search.most_steps; ++k) {
    const double error_kwh = point.error_kwh();
    if (error_kwh <= search.tolerance_kwh) {
      return;
    }
    // Where the error no longer falls, the profile may be out of reach.
    doubts += error_kwh > 0.7 * recent_kwh ? 1 : 0;
    if (search.is_last && doubts == doubts_of_a_proof) {
      look_for_proof(point.value, search.tolerance_kwh);
      if (!outside) {
        look_for_proof({point.missing_kwh.begin(), point.missing_kwh.end()}, search.tolerance_kwh);
      }
      if (outside) {
        return;
      }
      doubts = 0;
    }
    recent_kwh = error_kwh;
    const double absolute = damping * cars_.weight_kwh() * std::min(1.0, error_kwh / scale_kwh);
    const Vector move = step(point, absolute);
    auto value = point.value;
    for (std::size_t t = 0; t < value.size(); ++t) {
      value[t] += move[static_cast<Eigen::Index>(t)];
    }
    auto next = at(std::move(value), search.stride);
    const double promised = 0.5 * move.dot(point.missing_kwh) + 0.5 * absolute * move.squaredNorm();
    const double gained = next.height - point.height;
    // Where φ's rounding hides what is gained, the gradient tells.
    const double rounding = 1e-12 * std::abs(point.response.worth);
    const bool accepted =
        gained >= 0.1 * promised ||
        (gained >= -rounding && next.missing_kwh.norm() < 0.999 * point.missing_kwh.norm());
    if (gained >= 0.7 * promised) {
      damping = std::max(0.1 * damping, least_damping);
    } else if (gained < 0.3 * promised) {
      damping *= accepted ? 2.0 : 10.0;
    }
    if (!accepted && absolute > most_damping * cars_.weight_kwh()) {
      // So short a step always climbs, but for rounding: from the other end again.
      damping = least_damping;
    }
    if (accepted) {
      point = std::move(next);
    }
  }
}

/// The level sets of π against b and p, all at once by the greedy vertex for the order of −π.
void Newton::look_for_proof(const std::vector<double>& direction, double tolerance_kwh) {
  std::vector<double> price(direction.size());
  std::transform(direction.begin(), direction.end(), price.begin(), std::negate<>{});
  auto vertex_kwh = aggregate_.cheapest_kwh(price);
  for (std::size_t t = 0; t < slack_.low_kwh.size(); ++t) {
    vertex_kwh[t] += price[t] < 0.0 ? slack_.high_kwh[t] : slack_.low_kwh[t];
  }
  const auto broken = broken_level_sets(profile_kwh_, vertex_kwh, price, tolerance_kwh);
  const auto worst = std::ranges::max_element(broken, {}, &ViolatedSet::excess_kwh);
  if (worst == broken.end()) {
    return;
  }
  // Without the slack.
  auto best = *worst;
  best.bound_kwh =
      best.too_much ? aggregate_.most_kwh(best.periods) : aggregate_.least_kwh(best.periods);
  if (best.excess_kwh() > tolerance_kwh) {
    outside = std::move(best);
  }
}

}  // namespace

EvenSplit split_evenly(const Aggregate& aggregate, EvenFleet& cars,
                       std::span<const double> profile_kwh, const Slack& slack,
                       double tolerance_kwh, std::vector<double> value) {
  const std::size_t periods = aggregate.horizon().count;
  assert(profile_kwh.size() == periods);
  const double largest_kwh =
      std::accumulate(profile_kwh.begin(), profile_kwh.end(), 0.0,
                      [](double a, double b) { return std::max(a, std::abs(b)); });
  if (value.empty()) {
    value.assign(periods, 0.0);
    constexpr std::size_t few_cars = 500;
    constexpr std::size_t finer = 8;
    std::size_t stride = 1;
    while (aggregate.fleet().size() / (stride * finer) >= few_cars) {
      stride *= finer;
    }
    // A sample can not do all that the fleet can: it may miss the profile, at a price that falls
    // with its noise.
    constexpr double free = std::numeric_limits<double>::infinity();
    for (; stride > 1; stride /= finer) {
      const std::size_t sampled = aggregate.fleet().size() / stride;
      const double noise = 0.7 / std::sqrt(static_cast<double>(sampled));
      const Slack soft{std::vector<double>(periods, -free), std::vector<double>(periods, free),
                       noise};
      Newton newton(aggregate, cars, profile_kwh, soft);
      auto point = newton.at(std::move(value), stride);
      newton.climb(point, {stride, 0.5 * noise * largest_kwh, most_coarse_steps});
      value = std::move(point.value);
    }
  }
  constexpr std::size_t most_steps = 300;
  Newton newton(aggregate, cars, profile_kwh, slack);
  auto point = newton.at(std::move(value), 1);
  newton.climb(point, {1, tolerance_kwh, most_steps, true});
  return {point.value, point.error_kwh(), std::move(newton.outside), newton.passes};
}

}  // namespace gridpact::fleet
