// One uncertain row (docs/theory/planning.md). Moments: moment_bound.cpp; with a shape:
// shape_bound.cpp. Gaussian and mixture: the two tails are disjoint events, so P = P(e > u) + P(e <
// −l), a sum of two functions each convex beyond its last mode.

#include "gridpact/risk/row_risk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "gridpact/risk/detail/moment_bound.hpp"
#include "gridpact/risk/detail/shape_bound.hpp"
#include "gridpact/risk/detail/tails.hpp"

namespace gridpact::risk {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A support counts as fitting if it sticks out by less than this part of σ: what a linear program
/// leaves where its point lies on the support.
constexpr double support_hair = 1e-6;

/// The margin kσ, on the safe side of rounding.
double moment_margin(double sigma, double epsilon) {
  double u = cantelli_factor(epsilon) * sigma;
  while (two_sided_moment_bound(sigma, u, infinity) > epsilon) {
    u = std::nextafter(u, infinity);
  }
  return u;
}

double shape_margin(Knowledge knowledge, double sigma, double epsilon) {
  double u = shape_factor(knowledge, epsilon) * sigma;
  while (shape_bound(knowledge, u / sigma).probability > epsilon) {
    u = std::nextafter(u, infinity);
  }
  return u;
}

}  // namespace

RowRisk::RowRisk(const uncertainty::ScalarLaw& law, Knowledge knowledge)
    : law_(law), knowledge_(knowledge), sigma_(law.std_deviation) {
  if (by_moments()) {
    convex_from_upper_ = convex_from_lower_ = sigma_;
    return;
  }
  if (by_shape()) {
    convex_from_upper_ = convex_from_lower_ = shape_convex_from(knowledge_) * sigma_;
    return;
  }
  if (by_student()) {
    return;  // its density falls from the mean on
  }
  if (knowledge_ == Knowledge::gaussian || law.mixture.empty()) {
    upward_ = downward_ = {{1.0, 0.0, sigma_}};
    return;
  }
  for (const auto& [weight, mean, deviation] : law.mixture) {
    upward_.push_back({weight, mean - law.mean, deviation});
    downward_.push_back({weight, law.mean - mean, deviation});
  }
  if (sigma_ > 0.0) {
    convex_from_upper_ = last_rise(upward_, 1e-3 * sigma_);
    convex_from_lower_ = last_rise(downward_, 1e-3 * sigma_);
  }
}

double RowRisk::convex_violation(double upper, double lower) const {
  if (sigma_ == 0.0) {
    return upper < 0.0 || lower < 0.0 ? 1.0 : 0.0;
  }
  if (by_moments()) {
    return two_sided_moment_bound(sigma_, upper, lower);
  }
  if (by_shape()) {
    return std::min(1.0, shape_bound(knowledge_, upper / sigma_).probability +
                             shape_bound(knowledge_, lower / sigma_).probability);
  }
  if (by_student()) {
    return std::min(1.0, student_tail(law_.student_degrees, upper / sigma_) +
                             student_tail(law_.student_degrees, lower / sigma_));
  }
  return std::min(1.0, tail(upward_, upper) + tail(downward_, lower));
}

double RowRisk::violation(double upper, double lower) const {
  if (has_support()) {
    const double hair = support_hair * sigma_;
    const bool never_above = upper >= support_upper() - hair;
    const bool never_below = lower >= support_lower() - hair;
    if (never_above && never_below) {
      return 0.0;
    }
    return convex_violation(never_above ? infinity : upper, never_below ? infinity : lower);
  }
  return convex_violation(upper, lower);
}

RowRisk::Tangent RowRisk::tangent(double upper, double lower) const {
  if (sigma_ == 0.0) {
    return {};
  }
  const double u = std::max(upper, convex_from_upper_);
  const double l = std::max(lower, convex_from_lower_);
  Tangent out;
  if (by_moments()) {
    out = moment_tangent(sigma_, u, l);
  } else if (by_shape()) {
    const auto above = shape_bound(knowledge_, u / sigma_);
    const auto below = shape_bound(knowledge_, l / sigma_);
    out = {above.probability + below.probability, above.slope / sigma_, below.slope / sigma_};
  } else if (by_student()) {
    const auto side = [&](double distance) {
      return std::pair(student_tail(law_.student_degrees, distance / sigma_),
                       -student_density(law_.student_degrees, distance / sigma_) / sigma_);
    };
    const auto [above, d_above] = side(u);
    const auto [below, d_below] = side(l);
    out = {above + below, d_above, d_below};
  } else {
    out = {tail(upward_, u) + tail(downward_, l), -density(upward_, u), -density(downward_, l)};
  }
  // The line touches at (u, l) and is told from (upper, lower).
  if (upper < u) {
    out.value += out.d_upper * (upper - u);
  }
  if (lower < l) {
    out.value += out.d_lower * (lower - l);
  }
  return out;
}

RowRisk::Side RowRisk::side_at(const std::vector<uncertainty::ScalarLaw::Component>& parts,
                               double distance) {
  return {tail(parts, distance), -density(parts, distance)};
}

/// With f the tail, c where it becomes convex and m < c: f ≥ f(c) on [m, c], since it falls. The
/// hull of "f(c), then f" is the line from (m, f(c)) that touches f at some q ≥ c, and f beyond q.
/// Told as the hull's tangent at max(m, distance), at that place.
RowRisk::Side RowRisk::hull_at(const std::vector<uncertainty::ScalarLaw::Component>& parts,
                               double convex_from, double least, double distance) {
  const double x = std::max(distance, std::min(least, convex_from));
  if (least >= convex_from || x == infinity) {
    return side_at(parts, std::max(x, convex_from));
  }
  const double at_least = tail(parts, convex_from);
  // How far f's tangent at q passes below (m, f(c)): rises with q.
  const auto passes_below = [&](double q) {
    const auto side = side_at(parts, q);
    return at_least - (side.value + side.slope * (least - q));
  };
  double low = convex_from;
  double step = convex_from - least;
  while (passes_below(low + step) < 0.0) {
    low += step;
    step *= 2.0;
  }
  double high = low + step;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (passes_below(middle) < 0.0 ? low : high) = middle;
  }
  if (x >= high) {
    return side_at(parts, x);
  }
  // Of the tangent at `high`, which passes at or below (m, f(c)): below the hull, if anything.
  const auto touch = side_at(parts, high);
  return {touch.value + touch.slope * (x - high), touch.slope};
}

RowRisk::Tangent RowRisk::tangent_from(double least_upper, double least_lower, double upper,
                                       double lower) const {
  if (sigma_ == 0.0 || upward_.empty() ||
      (least_upper >= convex_from_upper_ && least_lower >= convex_from_lower_)) {
    return tangent(upper, lower);
  }
  const auto above = hull_at(upward_, convex_from_upper_, least_upper, upper);
  const auto below = hull_at(downward_, convex_from_lower_, least_lower, lower);
  Tangent out{above.value + below.value, above.slope, below.slope};
  // Told from (upper, lower), which may lie before what the lines are drawn for.
  const double u = std::max(upper, std::min(least_upper, convex_from_upper_));
  const double l = std::max(lower, std::min(least_lower, convex_from_lower_));
  out.value +=
      (u > upper ? out.d_upper * (upper - u) : 0.0) + (l > lower ? out.d_lower * (lower - l) : 0.0);
  return out;
}

bool RowRisk::by_student() const { return knowledge_ == Knowledge::student_t; }

bool RowRisk::by_shape() const {
  switch (without_support(knowledge_)) {
    case Knowledge::symmetric:
    case Knowledge::unimodal:
    case Knowledge::symmetric_unimodal:
      return true;
    default:
      return false;
  }
}

double RowRisk::plain_margin(double epsilon,
                             const std::vector<uncertainty::ScalarLaw::Component>& tail) const {
  if (sigma_ == 0.0) {
    return 0.0;
  }
  if (by_moments()) {
    return moment_margin(sigma_, epsilon);
  }
  if (by_student()) {
    double u = student_factor(law_.student_degrees, epsilon) * sigma_;
    while (student_tail(law_.student_degrees, u / sigma_) > epsilon) {
      u = std::nextafter(u, infinity);
    }
    return u;
  }
  return by_shape() ? shape_margin(knowledge_, sigma_, epsilon) : tail_quantile(tail, epsilon);
}

double RowRisk::margin_upper(double epsilon) const {
  return std::min(plain_margin(epsilon, upward_), support_upper());
}

double RowRisk::margin_lower(double epsilon) const {
  return std::min(plain_margin(epsilon, downward_), support_lower());
}

double RowRisk::support_upper() const {
  if (!has_support()) {
    return infinity;
  }
  return std::max(0.0, law_.support_high - law_.mean);
}

double RowRisk::support_lower() const {
  if (!has_support()) {
    return infinity;
  }
  return std::max(0.0, law_.mean - law_.support_low);
}

double least_factor(const Risk& risk) {
  if (risk.knowledge == Knowledge::tested) {  // the tests may justify the least of them
    return shape_factor(Knowledge::symmetric_unimodal, risk.joint_violation_limit);
  }
  switch (without_support(risk.knowledge)) {
    case Knowledge::moments:
      return cantelli_factor(risk.joint_violation_limit);
    case Knowledge::gaussian:
      return gaussian_factor(risk.joint_violation_limit);
    case Knowledge::student_t:
    case Knowledge::mixture:
      return 1.0;
    default:
      return shape_factor(risk.knowledge, risk.joint_violation_limit);
  }
}

}  // namespace gridpact::risk
