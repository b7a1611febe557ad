#pragma once

#include <cstddef>
#include <vector>

#include "gridpact/model/dated_numbers.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// Fewest days that both histories must have.
inline constexpr std::size_t least_common_days = 60;

/// What the net-load errors of a day tell of other numbers of that day: solar with charging on
/// sunny weekends. Each number is spoken of by its score: 0 is its median, and over days the score
/// is standard normal. Net load and number keep the laws that each has by itself.
class DayLink {
 public:
  /// `law`: of the planned day, fitted to `history`. Faults: a history without dates, fewer than
  /// `least_common_days` days of the same date.
  [[nodiscard]] static Result<DayLink> learn(const ErrorHistory& history, const LayerLaw& law,
                                             const std::vector<DatedNumbers>& numbers);

  /// Expected score of number s on a day with these errors (periods × sources, kW).
  [[nodiscard]] double expected_score(std::size_t s, const Matrix& errors_kw) const;
  /// A draw of the share (0 to 1) of days whose number s is less than this day's.
  [[nodiscard]] double drawn_share(std::size_t s, const Matrix& errors_kw,
                                   RandomStream& random) const;
  /// Standard deviation of the score about what is expected of it.
  [[nodiscard]] double open(std::size_t s) const { return open_[s]; }

  /// Cov(error of source j in period t, score of s), kW.
  [[nodiscard]] double covariance_kw(std::size_t t, std::size_t j, std::size_t s) const {
    return covariance_kw_[s](t, j);
  }
  /// Correlation of two numbers' scores, so far as the net load tells of both.
  [[nodiscard]] double between(std::size_t s, std::size_t other) const {
    return between_(s, other);
  }

  /// Sources × numbers: correlation of the source's energy error over the day with the number, by
  /// normal scores, shrunk towards 0.
  [[nodiscard]] const Matrix& correlation() const { return correlation_; }
  /// Of each entry before it was shrunk.
  [[nodiscard]] const Matrix& standard_error() const { return standard_error_; }
  /// 1: nothing can be told from chance, the days are as if apart.
  [[nodiscard]] double shrinkage() const { return shrinkage_; }
  /// Days that both histories have (the least over the numbers).
  [[nodiscard]] std::size_t days() const { return days_; }

 private:
  void correlate(const ErrorHistory& history, const LayerLaw& law,
                 const std::vector<DatedNumbers>& numbers);

  Matrix correlation_;
  Matrix standard_error_;
  double shrinkage_ = 1.0;
  std::size_t days_ = 0;
  Matrix loadings_;           ///< numbers × sources: of scores on scores
  std::vector<double> open_;  ///< per number
  Matrix between_;
  std::vector<Matrix> covariance_kw_;             ///< per number: periods × sources
  std::vector<std::vector<double>> energy_kw_h_;  ///< per source: of drawn days, ascending
};

/// Number of days of the same date.
[[nodiscard]] std::size_t count_common_days(const ErrorHistory& history,
                                            const DatedNumbers& numbers);

}  // namespace gridpact::uncertainty
