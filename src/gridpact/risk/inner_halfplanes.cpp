// Linear inequalities that suffice for violation(u, l) ≤ ε, for methods that fix ε.
//
// The region is convex, and closed upwards in u and l, so chords between points of its boundary,
// with the last points' u and l as floors, bound a part of it.
//
//   moments             u = T−d, l = T+d, T = √((σ²+d²)/ε) for |d| ≤ d₀ = σ√(ε/(1−ε)), beyond it
//                       u = kσ or l = kσ exactly (math.md §2). T'' ≤ T/σ², so a chord over Δd lies
//                       above T by Δd²/(8σ²) of it at most.
//   Gaussian, mixture   θε is spent above and (1−θ)ε below; chords are halved in the log-odds of θ
//                       until the arc's middle is within half the tolerance.

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "gridpact/risk/detail/tails.hpp"
#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {

namespace {

struct Point {
  double u = 0.0;
  double l = 0.0;
};

/// The half-plane right of and above the line through two points, p the upper left one.
HalfPlane chord(Point p, Point q) {
  const double size = (p.l - q.l) + (q.u - p.u);
  const double a = (p.l - q.l) / size;
  const double b = (q.u - p.u) / size;
  return {a, b, std::max(a * p.u + b * p.l, a * q.u + b * q.l)};
}

std::vector<HalfPlane> box(double upper, double lower) {
  return {{1.0, 0.0, upper}, {0.0, 1.0, lower}};
}

std::vector<HalfPlane> through(const std::vector<Point>& points) {
  auto out = box(points.front().u, points.back().l);
  for (std::size_t k = 1; k < points.size(); ++k) {
    if (points[k - 1].l > points[k].l && points[k].u > points[k - 1].u) {
      out.push_back(chord(points[k - 1], points[k]));
    }
  }
  return out;
}

std::vector<Point> moment_boundary(double sigma, double epsilon, double margin, double tolerance) {
  const double end = sigma * std::sqrt(epsilon / (1.0 - epsilon));
  const double step = sigma * std::sqrt(8.0 * tolerance);
  const auto count = static_cast<std::size_t>(std::max(2.0, std::ceil(2.0 * end / step)));
  std::vector<Point> points;
  for (std::size_t k = 0; k <= count; ++k) {
    const double d = end * (1.0 - 2.0 * static_cast<double>(k) / static_cast<double>(count));
    const double t = std::sqrt((sigma * sigma + d * d) / epsilon);
    points.push_back({std::max(margin, t - d), std::max(margin, t + d)});
  }
  return points;
}

/// The boundary of a law with two tails, from share θ = `first` of ε spent above down to `last`.
class TailBoundary {
 public:
  TailBoundary(Components upward, Components downward, double sigma, double epsilon,
               double tolerance)
      : upward_(upward),
        downward_(downward),
        sigma_(sigma),
        epsilon_(epsilon),
        tolerance_(tolerance) {}

  [[nodiscard]] std::vector<Point> between(double first, double last) {
    points_ = {at(first)};
    halve(first, last, at(last), 0);
    return points_;
  }

 private:
  [[nodiscard]] Point at(double share) const {
    return {tail_quantile(upward_, share * epsilon_),
            tail_quantile(downward_, (1.0 - share) * epsilon_)};
  }

  /// Appends the points after points_.back() = at(first), up to `end` = at(last).
  void halve(double first, double last, Point end, int depth) {
    const Point begin = points_.back();
    const double odds = std::sqrt(first / (1.0 - first) * (last / (1.0 - last)));
    const double share = odds / (1.0 + odds);
    const Point middle = at(share);
    constexpr int deepest = 10;
    if (depth >= deepest || near(middle, begin, end)) {
      points_.push_back(end);
      return;
    }
    halve(first, share, middle, depth + 1);
    halve(share, last, end, depth + 1);
  }

  /// Is the middle of the arc, moved outwards by half the tolerance, beyond the chord?
  [[nodiscard]] bool near(Point middle, Point begin, Point end) const {
    if (begin.l <= end.l || end.u <= begin.u) {
      return true;
    }
    const auto line = chord(begin, end);
    const auto outwards = [&](double x) {
      return x + 0.5 * tolerance_ * std::max(sigma_, std::abs(x));
    };
    return line.upper_coefficient * outwards(middle.u) +
               line.lower_coefficient * outwards(middle.l) >=
           line.at_least;
  }

  Components upward_;
  Components downward_;
  double sigma_;
  double epsilon_;
  double tolerance_;
  std::vector<Point> points_;
};

}  // namespace

std::vector<HalfPlane> RowRisk::inner_halfplanes(double epsilon, double tolerance) const {
  epsilon = std::min(epsilon, 0.5);
  if (sigma_ == 0.0) {
    return box(0.0, 0.0);
  }
  if (by_moments()) {
    const double upper = margin_upper(epsilon);
    const double lower = margin_lower(epsilon);
    if (knowledge_ == Knowledge::moments_support &&
        (upper >= support_upper() || lower >= support_lower())) {
      return box(upper, lower);
    }
    return through(moment_boundary(sigma_, epsilon, upper, tolerance));
  }
  // What is spent at the least distances that are convex, and a hair's breadth off "all on one
  // side".
  const double hair = 0.25 * tolerance;
  const double first = std::min(1.0 - hair, tail(upward_, convex_from_upper_) / epsilon);
  const double last = std::max(hair, 1.0 - tail(downward_, convex_from_lower_) / epsilon);
  if (first <= last) {
    return box(convex_from_upper_, convex_from_lower_);
  }
  TailBoundary boundary(upward_, downward_, sigma_, epsilon, tolerance);
  return through(boundary.between(first, last));
}

}  // namespace gridpact::risk
