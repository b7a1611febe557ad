// Days that were held back, on the planned day.
//
//   z_d(t,j) = (ξ_d(t,j) − μ_d(t,j)) / σ_d(t,j)     μ_d, σ_d: what the fit says of day d
//   ξ(t,j)   = μ(t,j) + σ(t,j) z_d(t,j)             on the planned day, within what is possible
//
// Where σ_d is 0 (the sun before it rose) z_d is that of the nearest period of the day in which the
// source varied, as for `LayerLaw::past_days`.

#include "gridpact/uncertainty/held_back.hpp"

#include <algorithm>
#include <cassert>

#include "gridpact/uncertainty/net_load.hpp"

namespace gridpact::uncertainty {

namespace {

/// Period nearest to t, the earlier of two, in which source j varies; none: the number of periods.
std::size_t nearest_varying(const Matrix& deviation, std::size_t t, std::size_t j) {
  const std::size_t periods = deviation.rows();
  for (std::size_t step = 0; step < periods; ++step) {
    if (step <= t && deviation(t - step, j) > 0.0) {
      return t - step;
    }
    if (t + step < periods && deviation(t + step, j) > 0.0) {
      return t + step;
    }
  }
  return periods;
}

Matrix standardised(const Matrix& errors, const LayerLaw& law) {
  Matrix out(errors.rows(), errors.cols());
  for (std::size_t t = 0; t < out.rows(); ++t) {
    for (std::size_t j = 0; j < out.cols(); ++j) {
      if (const auto from = nearest_varying(law.std_deviation, t, j); from < out.rows()) {
        out(t, j) = (errors(from, j) - law.mean(from, j)) / law.std_deviation(from, j);
      }
    }
  }
  return out;
}

}  // namespace

Result<LayerLaw> held_back_law(const Case& problem) {
  auto history = net_load_errors(problem);
  if (!history) {
    return history.faults();
  }
  const auto held_back = held_back_errors(problem);
  if (!held_back) {
    return held_back.faults();
  }
  const auto model = ErrorModel::learn(*std::move(history));
  if (!model) {
    return model.faults();
  }
  auto law = model->law();
  law.past_days.clear();
  law.past_weights.clear();
  for (std::size_t d = 0; d < held_back->days.size(); ++d) {
    const auto of_that_day = model->law({held_back->levels[d], {}, {}});
    law.past_days.push_back(standardised(held_back->days[d], of_that_day));
  }
  law.support_low = model->history().physical_low;
  law.support_high = model->history().physical_high;
  return law;
}

Matrix past_day(const LayerLaw& law, std::size_t number) {
  assert(number < law.past_days.size());
  const Matrix& z = law.past_days[number];
  Matrix out(z.rows(), z.cols());
  for (std::size_t t = 0; t < out.rows(); ++t) {
    for (std::size_t j = 0; j < out.cols(); ++j) {
      const double error = law.mean(t, j) + law.std_deviation(t, j) * z(t, j);
      out(t, j) = std::max(law.support_low(t, j), std::min(error, law.support_high(t, j)));
    }
  }
  return out;
}

}  // namespace gridpact::uncertainty
