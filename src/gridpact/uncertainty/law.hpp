#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/random.hpp"
#include "gridpact/base/result.hpp"

namespace gridpact::uncertainty {

/// A day to be planned, each matrix periods × n.
struct PlannedDay {
  Matrix level;         ///< its forecast level in [0, 1]; empty where nothing is conditioned on it
  Matrix physical_low;  ///< kW: the error can not lie outside; empty = no such limit
  Matrix physical_high;
};

/// Past errors (actual − forecast, kW of net load: more load or less sun is positive) of one layer.
struct ErrorHistory {
  std::string layer;                 ///< "net_load" or "ev"
  std::vector<std::string> sources;  ///< n names
  std::vector<Matrix> days;          ///< each periods × n
  /// Forecast level in [0, 1] of the same days (periods × n), to condition on; empty = no
  /// conditioning.
  std::vector<Matrix> levels;
  Matrix planned_level;  ///< periods × n on the planned day; empty like `levels`
  /// Local calendar day (days since 1970-01-01) on which each day begins; empty = not known.
  std::vector<long> dates;
  /// Periods × n, kW: the error can not lie outside on the planned day; empty = no such limit.
  Matrix physical_low;
  Matrix physical_high;
  /// The sources err independently of each other (stations whose days are simulated one by one).
  /// Each may then have a shape of its own in every period: `LayerLaw::own_shapes`.
  bool independent_sources = false;
};

/// A component of a mixture of scalars.
struct ScalarComponent {
  double weight = 0.0;
  double mean = 0.0;
  double std_deviation = 0.0;
  friend bool operator==(const ScalarComponent&, const ScalarComponent&) = default;
};

struct MixtureComponent {
  double weight = 0.0;
  std::vector<double> mean;  ///< n
  Matrix covariance;         ///< n × n
};

/// What is believed of one layer's errors on the planned day. In period t the error of source j is
/// mean(t,j) + std_deviation(t,j)·z_j, z ~ the standardised mixture (zero mean, covariance =
/// `correlation`), clipped to the support. Where `own_shapes` is not empty, the sources are
/// independent and z_j has that law instead.
struct LayerLaw {
  std::string layer;
  std::vector<std::string> sources;
  Matrix mean;                            ///< periods × n, kW
  Matrix std_deviation;                   ///< periods × n, kW
  Matrix correlation;                     ///< n × n
  std::vector<MixtureComponent> mixture;  ///< of the standardised error
  double persistence = 0.0;               ///< lag-1 autocorrelation from period to period
  /// How a day hangs together: for each source a periods × periods correlation of what it adds to
  /// the sources before it (z = L u with the lower triangular L L' = `correlation`; this is of
  /// u_j). Empty: that of an AR(1) path with `persistence`.
  std::vector<Matrix> time_correlation;
  /// Lag-1 correlation of the normal score that chooses the component: 1 = once a day.
  double regime_persistence = 1.0;
  /// Periods × n, each a mixture with mean 0 and variance 1, or empty (`mixture` is of all
  /// periods).
  BasicMatrix<std::vector<ScalarComponent>> own_shapes;
  Matrix support_low;  ///< periods × n, kW
  Matrix support_high;
  /// The standardised errors of each past day (periods × n) that the law was fitted to, for
  /// `resample_day`. Where a source did not vary (the sun before it rose) stands its value in the
  /// nearest period of that day in which it did.
  std::vector<Matrix> past_days;
  /// Probability of each past day in `resample`; empty: all the same.
  std::vector<double> past_weights;
  /// ν > 2: the standardised errors of a day are scaled together by √((ν − 2) / χ²_ν), which leaves
  /// their covariance and makes a Gaussian a Student t. 0: not. Projections do not know of it; it
  /// is for stressed days.
  unsigned student_degrees = 0;
  /// ν of the multivariate Student t with the same covariance that makes the past days likeliest
  /// (student.hpp); ∞ = Gaussian.
  double fitted_degrees = std::numeric_limits<double>::infinity();

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
  /// Periods before and after that count as the same hour for mean and deviation.
  std::size_t neighbour_periods = 1;
  /// Learn the course of a day, `time_correlation` and `regime_persistence`; else AR(1) paths with
  /// the component drawn once a day. Nothing in the law of a single period depends on it.
  bool paths = true;
  bool degrees = true;  ///< learn `fitted_degrees`; else ∞
};

/// Fewer days than these two weeks say too little of spread and correlation.
inline constexpr std::size_t least_days = 14;

/// A past error that tells of a planned one: kW, and the number of its day in the history.
struct Neighbour {
  double error = 0.0;
  std::size_t day = 0;
};

/// What is learned of a history once, for any number of planned days. Mean and deviation of each
/// period and source are those of the past errors nearest in forecast level (same period of the
/// day, or its neighbours); what remains after standardising is pooled over periods and gives
/// correlation, mixture and the course of a day. The support holds every error of the neighbours
/// and, scaled to the planned period, every standardised error of past periods whose deviation was
/// not less than half of the planned one, as far as physically possible; mean and deviation are
/// those of a law on that support.
class ErrorModel {
 public:
  /// Faults: too few days, non-finite data, ragged shapes, physical limits that cross.
  [[nodiscard]] static Result<ErrorModel> learn(ErrorHistory history,
                                                const FitOptions& options = {});

  /// The law of a planned day, whose matrices must have the history's shape.
  [[nodiscard]] LayerLaw law(const PlannedDay& day) const;
  /// The law of the history's own planned day.
  [[nodiscard]] LayerLaw law() const;

  /// The past errors from which mean and deviation of source j in period t of `day` are taken (the
  /// deviation times a factor for what they leave unknown), each within the day's physical limits.
  [[nodiscard]] std::vector<Neighbour> neighbours(const PlannedDay& day, std::size_t t,
                                                  std::size_t j) const;

  [[nodiscard]] const ErrorHistory& history() const;

  ErrorModel(ErrorModel&&) noexcept;
  ErrorModel& operator=(ErrorModel&&) noexcept;
  ErrorModel(const ErrorModel&) = delete;
  ErrorModel& operator=(const ErrorModel&) = delete;
  ~ErrorModel();

 private:
  struct State;
  explicit ErrorModel(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

/// `ErrorModel::learn` and its law of the history's planned day.
[[nodiscard]] Result<LayerLaw> fit(const ErrorHistory& history, const FitOptions& options = {});

/// Draws days of one law: what depends on the law alone is computed once. May be used by several
/// threads at a time.
class DaySampler {
 public:
  explicit DaySampler(LayerLaw law);
  DaySampler(DaySampler&&) noexcept;
  DaySampler& operator=(DaySampler&&) noexcept;
  DaySampler(const DaySampler&) = delete;
  DaySampler& operator=(const DaySampler&) = delete;
  ~DaySampler();

  /// One day (periods × n, kW) from the law: the law of each period exactly the mixture (or the
  /// own shapes), the Gaussian part a path with the law's time correlation, the component a path
  /// with its regime persistence. Clipped to the support, which moves a little probability from
  /// beyond it to its edges; the moments of what is drawn differ from the law's by that.
  [[nodiscard]] Matrix sample(RandomStream& random) const;

  /// One day (periods × n, kW) of real errors: a past day's standardised errors, whole (so
  /// correlation across sources and time is what it was), scaled to the planned day and clipped to
  /// the support.
  [[nodiscard]] Matrix resample(RandomStream& random) const;

  [[nodiscard]] const LayerLaw& law() const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

/// `DaySampler::sample` and `resample` for a single day.
[[nodiscard]] Matrix sample_day(const LayerLaw& law, RandomStream& random);
[[nodiscard]] Matrix resample_day(const LayerLaw& law, RandomStream& random);

/// Degrees of freedom of a Gaussian.
inline constexpr double infinite_degrees = std::numeric_limits<double>::infinity();

/// Law of the scalar a'ξ_t: moments, support and the projected mixture.
struct ScalarLaw {
  double mean = 0.0;
  double std_deviation = 0.0;
  double support_low = 0.0;
  double support_high = 0.0;
  using Component = ScalarComponent;
  std::vector<Component> mixture;
  double student_degrees = infinite_degrees;  ///< ν of the Student t that fits best; ∞ = Gaussian
};

/// `weights`: n numbers (row's unit per kW). Mean and deviation are exact, and so is the mixture,
/// but for the merging of `most_components` where sources have own shapes; the support is that of
/// independent sources, the interval sum of aⱼ·[low, high], and so never too small.
[[nodiscard]] ScalarLaw project(const LayerLaw& law, std::size_t t,
                                std::span<const double> weights);

/// A sum of many independent mixtures keeps at most so many components: the two that differ least
/// are merged, with their common mean and variance, until it does.
inline constexpr std::size_t most_components = 12;

/// Law of the sum of two independent scalars (mixtures convolve: components multiply, and merge
/// beyond `most_components`). A law without mixture counts as one Gaussian of its mean and
/// deviation. Degrees of freedom: the smaller ones.
[[nodiscard]] ScalarLaw independent_sum(const ScalarLaw& a, const ScalarLaw& b);

/// Law of a sum whose variance is by `more_variance` (twice the covariance) more than if the two
/// were independent. Mean, deviation and support are exact; the mixture is that of the independent
/// sum, stretched about its mean to this deviation.
[[nodiscard]] ScalarLaw correlated_sum(const ScalarLaw& a, const ScalarLaw& b,
                                       double more_variance);

}  // namespace gridpact::uncertainty
