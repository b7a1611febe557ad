#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "gridpact/dispatch/joint_row.hpp"

namespace gridpact::dispatch {

/// A convex function of θ as a line that is nowhere above it.
struct Line {
  double value = 0.0;  ///< at the place where it touches
  double slope = 0.0;
};

/// A jointly required row while it is open which provider answers what share α of the deviation.
/// Generator g's answer α_g Ω moves the row by slope_g per kW, Ω = 1'ξ being everybody's deviation,
/// so the row's error is
///
///   (s + θ·1)'ξ,   θ = Σ_g slope_g·α_g,
///
/// and all that the shares do to it is one number: σ(θ) = √(v₀ + 2 v₁ θ + v₂ θ²) and the support's
/// ends h(θ) = Σ_j max over the ends of (s_j + θ)·ξ_j are convex in θ.
class AnsweredRow {
 public:
  /// `row`: of a day on which no generator answers; `slopes`: per generator.
  AnsweredRow(const Beliefs& beliefs, JointRow row, std::vector<double> slopes);

  [[nodiscard]] const JointRow& row() const { return row_; }
  [[nodiscard]] const std::vector<double>& slopes() const { return slopes_; }

  /// Distances to the limits, θ's effect on the error's mean included.
  [[nodiscard]] LinearExpression upper(const LinearExpression& theta) const;
  [[nodiscard]] LinearExpression lower(const LinearExpression& theta) const;
  [[nodiscard]] double upper_at(std::span<const double> point, double theta) const;
  [[nodiscard]] double lower_at(std::span<const double> point, double theta) const;

  [[nodiscard]] double sigma(double theta) const;
  [[nodiscard]] Line sigma_line(double theta) const;
  [[nodiscard]] Range sigma_over(Range theta) const;
  /// How fast σ changes with θ, at most.
  [[nodiscard]] double sigma_per_theta() const { return std::sqrt(v2_); }
  /// How far the error may be above its mean, or below it.
  enum class Side : std::size_t { upper, lower };
  [[nodiscard]] bool has_support() const { return has_support_; }
  [[nodiscard]] Line reach_line(Side side, double theta) const;
  [[nodiscard]] Range reach_over(Side side, Range theta) const;

  /// Of the error over its deviation, by what is known of it but its support.
  [[nodiscard]] const risk::RowRisk& standard() const { return standard_; }
  /// Another shape than the row had.
  void take(Knowledge knowledge);

 private:
  JointRow row_;
  std::vector<double> slopes_;
  double mean_per_theta_ = 0.0;
  double v0_ = 0.0, v1_ = 0.0, v2_ = 0.0;
  struct Source {
    double weight = 0.0;              ///< s_j
    double above = 0.0, below = 0.0;  ///< the ends of ξ_j about its mean, both ≥ 0
  };
  std::vector<Source> sources_;
  bool has_support_ = false;
  risk::RowRisk standard_;
};

}  // namespace gridpact::dispatch
