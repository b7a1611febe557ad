// Judging a law by days that it has not seen.
//
//   Band: |ξ(t, j) − μ(t, j)| ≤ c σ(t, j) for all t, j at once; c so that 95 % of drawn days keep
//   it. further_out of a day = share of drawn days with a larger max |z|.
//
// Days are drawn once, standardised, and carried over to each tested day by its own μ, σ and
// support: what the planned day changes is those three only. c is of z before it is cut by the
// support: cut, it would be smaller on a day whose support is near, and the law would take the
// probability that it cuts off for none, while in truth what can not go to that side goes to the
// other. So is what a plan believes of its rows.

#include "gridpact/uncertainty/held_out.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gridpact/base/parallel.hpp"
#include "gridpact/uncertainty/scores.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double least_share = 0.02;  // of the largest deviation: below, a source does not vary

enum Kind : std::size_t { fitted, gaussian, empirical, kinds };
constexpr const char* names[] = {"fitted", "gaussian", "empirical"};

/// The law of z: mean 0, deviation 1, no support.
LayerLaw without_scale(LayerLaw law) {
  constexpr double none = std::numeric_limits<double>::infinity();
  law.mean = Matrix(law.periods(), law.size());
  law.std_deviation = Matrix(law.periods(), law.size(), 1.0);
  law.support_low = Matrix(law.periods(), law.size(), -none);
  law.support_high = Matrix(law.periods(), law.size(), none);
  return law;
}

std::vector<Matrix> drawn(const LayerLaw& law, const HeldOutOptions& options) {
  const DaySampler sampler(without_scale(law));
  std::vector<Matrix> out(options.ensemble);
  parallel_for(options.ensemble, options.threads, [&](std::size_t m) {
    RandomStream random(options.seed, m);
    out[m] = sampler.sample(random);
  });
  return out;
}

std::vector<Matrix> resampled(const LayerLaw& law, const HeldOutOptions& options) {
  const DaySampler sampler(without_scale(law));
  std::vector<Matrix> out;
  for (std::size_t m = 0; m < options.ensemble; ++m) {
    RandomStream random(options.seed, m);
    out.push_back(sampler.resample(random));
  }
  return out;
}

Matrix on_day(const LayerLaw& law, const Matrix& z) {
  Matrix out(z.rows(), z.cols());
  for (std::size_t t = 0; t < z.rows(); ++t) {
    for (std::size_t j = 0; j < z.cols(); ++j) {
      out(t, j) = std::clamp(law.mean(t, j) + law.std_deviation(t, j) * z(t, j),
                             law.support_low(t, j), law.support_high(t, j));
    }
  }
  return out;
}

/// Where the source varies on this day.
BasicMatrix<std::uint8_t> varies(const LayerLaw& law) {
  BasicMatrix<std::uint8_t> out(law.periods(), law.size());
  for (std::size_t j = 0; j < law.size(); ++j) {
    double largest = 0.0;
    for (std::size_t t = 0; t < law.periods(); ++t) {
      largest = std::max(largest, law.std_deviation(t, j));
    }
    for (std::size_t t = 0; t < law.periods(); ++t) {
      const double sigma = law.std_deviation(t, j);
      out(t, j) = sigma > 0.0 && sigma >= least_share * largest ? 1 : 0;
    }
  }
  return out;
}

/// max |z| of a standardised day.
double furthest(const BasicMatrix<std::uint8_t>& counted, const Matrix& z) {
  double out = 0.0;
  for (std::size_t t = 0; t < z.rows(); ++t) {
    for (std::size_t j = 0; j < z.cols(); ++j) {
      if (counted(t, j) != 0) {
        out = std::max(out, std::abs(z(t, j)));
      }
    }
  }
  return out;
}

/// z of a day, where the source varies.
Matrix standardised(const LayerLaw& law, const BasicMatrix<std::uint8_t>& counted,
                    const Matrix& day) {
  Matrix z(day.rows(), day.cols());
  for (std::size_t t = 0; t < day.rows(); ++t) {
    for (std::size_t j = 0; j < day.cols(); ++j) {
      if (counted(t, j) != 0) {
        z(t, j) = (day(t, j) - law.mean(t, j)) / law.std_deviation(t, j);
      }
    }
  }
  return z;
}

/// What one kind of law says of one day.
struct Verdict {
  double further_out = 0.0;
  double furthest = 0.0;
  double energy = 0.0;
  double variogram = 0.0;
  std::vector<std::vector<double>> ranks;  ///< per source, where it varies
};

Verdict verdict(const LayerLaw& law, const std::vector<Matrix>& drawn_z, const Matrix& outcome) {
  const auto counted = varies(law);
  std::vector<Matrix> ensemble;
  std::vector<double> far;
  ensemble.reserve(drawn_z.size());
  for (const auto& z : drawn_z) {
    ensemble.push_back(on_day(law, z));
    far.push_back(furthest(counted, z));
  }
  Verdict out;
  out.furthest = furthest(counted, standardised(law, counted, outcome));
  out.further_out = 1.0 - rank_share(far, out.furthest);
  out.energy = energy_score(ensemble, outcome);
  out.variogram = variogram_score(ensemble, outcome);
  out.ranks.resize(law.size());
  std::vector<double> values(ensemble.size());
  for (std::size_t j = 0; j < law.size(); ++j) {
    for (std::size_t t = 0; t < law.periods(); ++t) {
      if (counted(t, j) != 0) {
        for (std::size_t m = 0; m < ensemble.size(); ++m) {
          values[m] = ensemble[m](t, j);
        }
        out.ranks[j].push_back(rank_share(values, outcome(t, j)));
      }
    }
  }
  return out;
}

std::vector<double> mean_standardised(const LayerLaw& law, const Matrix& outcome) {
  const auto counted = varies(law);
  std::vector<double> out(law.size(), 0.0);
  for (std::size_t j = 0; j < law.size(); ++j) {
    double count = 0.0;
    for (std::size_t t = 0; t < law.periods(); ++t) {
      if (counted(t, j) != 0) {
        out[j] += (outcome(t, j) - law.mean(t, j)) / law.std_deviation(t, j);
        count += 1.0;
      }
    }
    out[j] = count > 0.0 ? out[j] / count : 0.0;
  }
  return out;
}

HeldOutScore score_of(const char* name, const std::vector<Verdict>& verdicts) {
  HeldOutScore out;
  out.law = name;
  out.coverage.assign(std::size(interval_levels), 0.0);
  out.rank_counts.assign(rank_bins, 0);
  double entries = 0.0;
  const auto days = static_cast<double>(verdicts.size());
  for (const auto& v : verdicts) {
    out.band_coverage += v.further_out >= 1.0 - band_level ? 1.0 / days : 0.0;
    out.energy_score += v.energy / days;
    out.variogram_score += v.variogram / days;
    for (const auto& source : v.ranks) {
      for (const double rank : source) {
        entries += 1.0;
        const auto bin = static_cast<std::size_t>(rank * static_cast<double>(rank_bins));
        ++out.rank_counts[std::min(bin, rank_bins - 1)];
        for (std::size_t k = 0; k < out.coverage.size(); ++k) {
          out.coverage[k] += std::abs(2.0 * rank - 1.0) <= interval_levels[k] ? 1.0 : 0.0;
        }
      }
    }
  }
  for (double& c : out.coverage) {
    c = entries > 0.0 ? c / entries : 0.0;
  }
  return out;
}

}  // namespace

ErrorHistory days_of(const ErrorHistory& history, std::size_t first, std::size_t last) {
  ErrorHistory out = history;
  const auto cut = [&](auto& days) {
    if (!days.empty()) {
      days = {days.begin() + static_cast<std::ptrdiff_t>(first),
              days.begin() + static_cast<std::ptrdiff_t>(last)};
    }
  };
  cut(out.days);
  cut(out.levels);
  cut(out.dates);
  return out;
}

Result<HeldOut> judge_held_out(const ErrorHistory& training, const ErrorHistory& tested,
                               const std::vector<PlannedDay>& limits,
                               const HeldOutOptions& options) {
  if (training.sources != tested.sources || training.levels.empty() != tested.levels.empty() ||
      (!limits.empty() && limits.size() != tested.days.size()) || options.ensemble < 2) {
    return Fault{
        Severity::error,
        {},
        "the tested days must have the sources and levels of the training days, limits for "
        "each or for none, and an ensemble of at least two"};
  }
  const auto model = ErrorModel::learn(training, options.fit);
  if (!model) {
    return model.faults();
  }
  auto plain = options.fit;
  plain.max_components = 1;
  const auto gauss = ErrorModel::learn(training, plain);
  if (!gauss) {
    return gauss.faults();
  }
  const auto planned = [&](std::size_t d) {
    return limits.empty() ? PlannedDay{tested.levels.empty() ? Matrix() : tested.levels[d], {}, {}}
                          : limits[d];
  };
  const auto any_law =
      model->law(training.levels.empty() ? PlannedDay{} : PlannedDay{training.levels[0], {}, {}});
  const auto any_gauss =
      gauss->law(training.levels.empty() ? PlannedDay{} : PlannedDay{training.levels[0], {}, {}});
  const std::vector<Matrix> ensembles[] = {drawn(any_law, options), drawn(any_gauss, options),
                                           resampled(any_law, options)};
  std::vector<Verdict> verdicts[kinds];
  for (auto& list : verdicts) {
    list.resize(tested.days.size());
  }
  HeldOut out;
  out.training_days = training.days.size();
  out.days.resize(tested.days.size());
  parallel_for(tested.days.size(), options.threads, [&](std::size_t d) {
    const auto law = model->law(planned(d));
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      verdicts[kind][d] = verdict(law, ensembles[kind], tested.days[d]);
    }
    const auto& own = verdicts[fitted][d];
    out.days[d] = {d, own.further_out, own.furthest, mean_standardised(law, tested.days[d])};
  });
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    out.scores.push_back(score_of(names[kind], verdicts[kind]));
  }
  out.ranks.resize(training.sources.size());
  for (const auto& v : verdicts[fitted]) {
    for (std::size_t j = 0; j < v.ranks.size(); ++j) {
      out.ranks[j].insert(out.ranks[j].end(), v.ranks[j].begin(), v.ranks[j].end());
    }
  }
  return out;
}

}  // namespace gridpact::uncertainty
