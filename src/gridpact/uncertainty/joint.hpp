#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// Two layers whose days are not independent: solar with charging on sunny weekends. Each layer's
/// law is the one that is fitted to it alone, so what a layer is charged with, risk and reserve, is
/// the same as with layers apart; new is only what the two have in common.
struct JointLaw {
  LayerLaw net_load;
  LayerLaw ev;
  /// Sources of `net_load` × sources of `ev`: correlation of their normal scores in the same
  /// period, shrunk towards 0.
  Matrix correlation;
  Matrix standard_error;   ///< of each entry before it was shrunk, from whole days
  double shrinkage = 1.0;  ///< 1: nothing can be told from chance, the layers are as if apart
  std::size_t days = 0;    ///< days that both histories have
};

/// Fewest days that both histories must have.
inline constexpr std::size_t least_common_days = 60;

/// Number of days of the same date.
[[nodiscard]] std::size_t count_common_days(const ErrorHistory& a, const ErrorHistory& b);

/// Fits both layers apart, each to the whole of its history, and then what their days of the same
/// date have in common. Faults: those of `fit`, histories without dates, of different periods, or
/// with too few common days.
[[nodiscard]] Result<JointLaw> fit_jointly(const ErrorHistory& net_load, const ErrorHistory& ev,
                                           const FitOptions& options = {});

/// Draws days of both layers at once. May be used by several threads at a time.
class JointSampler {
 public:
  explicit JointSampler(JointLaw law);

  /// Net load and EV, each periods × n, kW. The net load is a day of `DaySampler`; each of the EV
  /// layer's errors has the law that it has in that layer, up to the scores' being jointly normal.
  [[nodiscard]] std::pair<Matrix, Matrix> sample(RandomStream& random) const;

 private:
  JointLaw law_;
  DaySampler net_load_;
  DaySampler rest_;  ///< normal scores of the EV layer where nothing is in common
  Matrix loadings_;  ///< EV sources × net-load sources: of scores on scores
  Matrix left_;      ///< periods × EV sources: deviation of what the loadings leave open
};

/// Law of a'ξ_t + b'η_t, ξ the net load and η the EV layer. Mean, deviation (with the covariance of
/// the layers) and support are exact for the law that `JointSampler` draws, up to the scores' being
/// jointly normal; the mixture is that of the sum as if independent, stretched about its mean to
/// this deviation.
[[nodiscard]] ScalarLaw project(const JointLaw& law, std::size_t t,
                                std::span<const double> net_load_weights,
                                std::span<const double> ev_weights);

}  // namespace gridpact::uncertainty
