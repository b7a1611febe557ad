#pragma once

#include <span>
#include <string>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/random.hpp"
#include "gridpact/base/result.hpp"

namespace gridpact::uncertainty {

/// Past errors (actual − forecast, kW of net load: more load or less sun is positive) of one layer.
struct ErrorHistory {
  std::string layer;                 ///< "net_load" or "ev"
  std::vector<std::string> sources;  ///< n names
  std::vector<Matrix> days;          ///< each periods × n
  /// Forecast level in [0, 1] of the same days (periods × n), to condition on; empty = no
  /// conditioning.
  std::vector<Matrix> levels;
  Matrix planned_level;  ///< periods × n on the planned day; empty like `levels`
  /// Periods × n, kW: the error can not lie outside on the planned day; empty = no such limit.
  Matrix physical_low;
  Matrix physical_high;
};

struct MixtureComponent {
  double weight = 0.0;
  std::vector<double> mean;  ///< n
  Matrix covariance;         ///< n × n
};

/// What is believed of one layer's errors on the planned day. In period t the error of source j is
/// mean(t,j) + std_deviation(t,j)·z_j, z ~ the standardised mixture (zero mean, covariance =
/// `correlation`), clipped to the support.
struct LayerLaw {
  std::string layer;
  std::vector<std::string> sources;
  Matrix mean;                            ///< periods × n, kW
  Matrix std_deviation;                   ///< periods × n, kW
  Matrix correlation;                     ///< n × n
  std::vector<MixtureComponent> mixture;  ///< of the standardised error
  double persistence = 0.0;               ///< lag-1 autocorrelation from period to period
  Matrix support_low;                     ///< periods × n, kW
  Matrix support_high;
  /// The standardised errors of each past day (periods × n) that the law was fitted to, for
  /// `resample_day`. Where a source did not vary (the sun before it rose) stands its value in the
  /// nearest period of that day in which it did.
  std::vector<Matrix> past_days;

  [[nodiscard]] std::size_t periods() const { return mean.rows(); }
  [[nodiscard]] std::size_t size() const { return sources.size(); }
  [[nodiscard]] std::size_t sample_days() const { return past_days.size(); }
  /// Covariance of period t, n × n, kW².
  [[nodiscard]] Matrix covariance(std::size_t t) const;
};

struct FitOptions {
  std::size_t max_components = 5;   ///< number of components is chosen by BIC up to this
  double support_stretch = 1.10;    ///< the data's range is widened by this factor about its centre
  std::size_t min_neighbours = 60;  ///< days nearest in forecast level that give mean and deviation
};

/// Fewer days than these two weeks say too little of spread and correlation.
inline constexpr std::size_t least_days = 14;

/// Fits the law of the planned day. Mean and deviation of each period and source are those of the
/// past errors nearest in forecast level (same period of the day, or its neighbours); what remains
/// after standardising is pooled over periods and gives correlation, mixture and persistence. The
/// support holds every error of the neighbours and, scaled to the planned period, every
/// standardised error of past periods whose deviation was not less than half of the planned one, as
/// far as physically possible; mean and deviation are those of a law on that support. Faults: too
/// few days, non-finite data, ragged shapes, physical limits that cross.
[[nodiscard]] Result<LayerLaw> fit(const ErrorHistory& history, const FitOptions& options = {});

/// One day (periods × n, kW) from the law: marginals of each period exactly the mixture, the
/// component drawn once a day, the Gaussian part an AR(1) path with which the whole has the law's
/// persistence. Clipped to the support, which moves a little probability from beyond it to its
/// edges; the moments of what is drawn differ from the law's by that.
[[nodiscard]] Matrix sample_day(const LayerLaw& law, RandomStream& random);

/// One day (periods × n, kW) of real errors: a past day's standardised errors, whole (so
/// correlation across sources and time is what it was), scaled to the planned day and clipped to
/// the support.
[[nodiscard]] Matrix resample_day(const LayerLaw& law, RandomStream& random);

/// Law of the scalar a'ξ_t: moments, support and the projected mixture.
struct ScalarLaw {
  double mean = 0.0;
  double std_deviation = 0.0;
  double support_low = 0.0;
  double support_high = 0.0;
  struct Component {
    double weight = 0.0;
    double mean = 0.0;
    double std_deviation = 0.0;
  };
  std::vector<Component> mixture;
};

/// `weights`: n numbers (row's unit per kW). Mean, deviation and mixture are exact; the support is
/// that of independent sources, the interval sum of aⱼ·[low, high], and so never too small.
[[nodiscard]] ScalarLaw project(const LayerLaw& law, std::size_t t,
                                std::span<const double> weights);

/// Law of the sum of two independent scalars (mixtures convolve: components multiply). A law
/// without mixture counts as one Gaussian of its mean and deviation.
[[nodiscard]] ScalarLaw independent_sum(const ScalarLaw& a, const ScalarLaw& b);

}  // namespace gridpact::uncertainty
