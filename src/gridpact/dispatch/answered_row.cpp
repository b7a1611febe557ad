#include "gridpact/dispatch/answered_row.hpp"

#include <algorithm>
#include <cmath>

namespace gridpact::dispatch {

namespace {

/// A law of deviation 1 about 0 with the row's degrees of freedom; its support is the row's own
/// business.
uncertainty::ScalarLaw standard_law(const uncertainty::ScalarLaw& law) {
  uncertainty::ScalarLaw out;
  out.std_deviation = 1.0;
  out.student_degrees = law.student_degrees;
  return out;
}

}  // namespace

AnsweredRow::AnsweredRow(const Beliefs& beliefs, JointRow row, std::vector<double> slopes)
    : row_(std::move(row)),
      slopes_(std::move(slopes)),
      standard_(standard_law(row_.risk.law()), without_support(row_.risk.knowledge())) {
  const std::size_t t = row_.period;
  const auto total = total_deviation(beliefs, t);
  mean_per_theta_ = total.mean_kw;
  v0_ = row_.risk.std_deviation() * row_.risk.std_deviation();
  v2_ = total.variance;
  auto moved = row_.weights;
  for (double& weight : moved) {
    weight += 1.0;
  }
  const double at_one = row_law(beliefs, t, moved).std_deviation;
  v1_ = 0.5 * (at_one * at_one - v0_ - v2_);
  const auto add = [&](const uncertainty::LayerLaw& law, std::size_t first) {
    for (std::size_t j = 0; j < law.size(); ++j) {
      const double mean = law.mean(t, j);
      sources_.push_back({row_.weights[first + j], std::max(0.0, law.support_high(t, j) - mean),
                          std::max(0.0, mean - law.support_low(t, j))});
    }
  };
  add(beliefs.net_load, 0);
  add(beliefs.stations, beliefs.net_load.size());
  has_support_ = uses_support(row_.risk.knowledge()) &&
                 std::ranges::any_of(sources_, [](const Source& source) {
                   return source.above > 0.0 || source.below > 0.0;
                 });
}

void AnsweredRow::take(Knowledge knowledge) {
  row_.risk = row_.risk.with(knowledge);
  row_.tail = row_.risk.with(without_support(knowledge));
  standard_ = standard_.with(without_support(knowledge));
}

LinearExpression AnsweredRow::upper(const LinearExpression& theta) const {
  return row_.upper - mean_per_theta_ * theta;
}

LinearExpression AnsweredRow::lower(const LinearExpression& theta) const {
  return row_.lower_expression() + mean_per_theta_ * theta;
}

double AnsweredRow::upper_at(std::span<const double> point, double theta) const {
  return row_.upper_at(point) - mean_per_theta_ * theta;
}

double AnsweredRow::lower_at(std::span<const double> point, double theta) const {
  return row_.lower_at(point) + mean_per_theta_ * theta;
}

double AnsweredRow::sigma(double theta) const {
  return std::sqrt(std::max(0.0, v0_ + (2.0 * v1_ + v2_ * theta) * theta));
}

Line AnsweredRow::sigma_line(double theta) const {
  const double at = sigma(theta);
  return {at, at > 0.0 ? (v1_ + v2_ * theta) / at : 0.0};
}

Range AnsweredRow::sigma_over(Range theta) const {
  const double lowest = v2_ > 0.0 ? std::clamp(-v1_ / v2_, theta.lower, theta.upper) : theta.lower;
  return {std::min({sigma(lowest), sigma(theta.lower), sigma(theta.upper)}),
          std::max(sigma(theta.lower), sigma(theta.upper))};
}

Line AnsweredRow::reach_line(Side side, double theta) const {
  Line out;
  for (const auto& source : sources_) {
    const double weight = source.weight + theta;
    const bool above = (weight >= 0.0) == (side == Side::upper);
    const double slope = (weight >= 0.0 ? 1.0 : -1.0) * (above ? source.above : source.below);
    out.value += weight * slope;
    out.slope += slope;
  }
  return out;
}

Range AnsweredRow::reach_over(Side side, Range theta) const {
  const auto at = [&](double place) { return reach_line(side, place).value; };
  Range out{std::min(at(theta.lower), at(theta.upper)), std::max(at(theta.lower), at(theta.upper))};
  for (const auto& source : sources_) {
    if (-source.weight > theta.lower && -source.weight < theta.upper) {
      out.lower = std::min(out.lower, at(-source.weight));
    }
  }
  return out;
}

}  // namespace gridpact::dispatch
