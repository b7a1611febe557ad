// What net load and charging have in common.
//
//   normal scores of common days d (ranks r among the D days, period by period):
//     u_j(d, t) = Φ⁻¹((r − ½) / D) of the net-load source j, v_s(d, t) of the EV source s
//   ĉ_js = mean over d and t of u_j v_s;   e_js = its standard error from the D day means
//   C = (1 − λ) ĉ,  λ = Σ e² / Σ ĉ², cut to [0, 1]: the weight of least expected squared error
//   towards 0 (Schäfer, Strimmer 2005, Stat. Appl. Genet. Mol. Biol. 4(1))
//
// Drawn days: with Λ the correlation of the scores u among the net-load sources,
//   A = C' Λ⁻¹ (rows scaled down where a_s Λ a_s' > 0.95),
//   v_s(t) = a_s u(t) + √(1 − a_s Λ a_s') w_s(t),  w a day of normal scores with the EV layer's own
//   time correlation, u(t) = Φ⁻¹(F_j(z_j(t))) with the fitted mixture's F_j;  η(s, t) = μ + σ
//   Q_st(Φ(v_s(t)))
// over the sources that vary in period t. Cov v u' = A Λ = C', and v_s has variance 1 whatever A is
// (and is normal if the scores u are jointly so), so every station keeps its law. EV sources that
// load on the same net-load source are correlated by that; the EV layer alone takes them for
// independent.
//
// Covariance of z_j and η's standardised ζ_s: with u, v jointly normal, E z ζ ≈ C_js κ_j κ_s to
// first order of C (the first term of the Hermite expansion), κ = E[Q(Φ(v)) v] ≤ 1.

#include "gridpact/uncertainty/joint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "gridpact/uncertainty/row_shape.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double largest_share = 0.95;  // of a score's variance that loadings may explain
constexpr double least_eigenvalue = 1e-6;

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double cdf(const std::vector<ScalarComponent>& mixture, double x) {
  double sum = 0.0;
  for (const auto& c : mixture) {
    sum += c.weight * (c.std_deviation > 0.0 ? normal_cdf((x - c.mean) / c.std_deviation)
                                             : (x >= c.mean ? 1.0 : 0.0));
  }
  return sum;
}

/// The x at which an increasing function reaches `value`, between `low` and `high`.
template <class Function>
double inverse(const Function& f, double value, double low, double high) {
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (f(middle) < value ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double normal_score(double share) { return inverse(normal_cdf, share, -8.0, 8.0); }

double quantile(const std::vector<ScalarComponent>& mixture, double share) {
  double low = 0.0;
  double high = 0.0;
  for (const auto& c : mixture) {
    low = std::min(low, c.mean - 8.0 * c.std_deviation);
    high = std::max(high, c.mean + 8.0 * c.std_deviation);
  }
  return inverse([&](double x) { return cdf(mixture, x); }, share, low, high);
}

/// Shape of source j in period t.
std::vector<ScalarComponent> shape_of(const LayerLaw& law, std::size_t t, std::size_t j) {
  return law.own_shapes.empty() ? marginal(law, j) : law.own_shapes(t, j);
}

/// κ = E[Q(Φ(v)) v], by equal shares of probability.
double score_share(const std::vector<ScalarComponent>& mixture) {
  constexpr std::size_t shares = 200;
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < shares; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / shares;
    const double v = normal_score(share);
    sum += quantile(mixture, share) * v;
    squares += v * v;
  }
  return std::min(1.0, sum / squares);
}

/// Positions of the days of the same date in both histories.
std::vector<std::pair<std::size_t, std::size_t>> common_days(const ErrorHistory& a,
                                                             const ErrorHistory& b) {
  std::map<long, std::size_t> by_date;
  for (std::size_t d = 0; d < b.dates.size(); ++d) {
    by_date.emplace(b.dates[d], d);
  }
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t d = 0; d < a.dates.size(); ++d) {
    if (const auto other = by_date.find(a.dates[d]); other != by_date.end()) {
      out.emplace_back(d, other->second);
    }
  }
  return out;
}

/// Normal scores of some past days of a law, one matrix (periods × n) per day. Equal values share
/// their mean rank, and a source that is the same on all days has the score 0.
std::vector<Matrix> scores_of(const LayerLaw& law, const std::vector<std::size_t>& days) {
  std::vector<Matrix> out(days.size(), Matrix(law.periods(), law.size()));
  const auto count = static_cast<double>(days.size());
  std::vector<std::pair<double, std::size_t>> order(days.size());
  for (std::size_t t = 0; t < law.periods(); ++t) {
    for (std::size_t j = 0; j < law.size(); ++j) {
      for (std::size_t i = 0; i < days.size(); ++i) {
        order[i] = {law.past_days[days[i]](t, j), i};
      }
      std::sort(order.begin(), order.end());
      for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last < order.size() && order[last].first == order[first].first) {
          ++last;
        }
        const double score = normal_score(0.5 * static_cast<double>(first + last) / count);
        for (; first < last; ++first) {
          out[order[first].second](t, j) = score;
        }
      }
    }
  }
  return out;
}

/// Sets correlation, standard error and shrinkage.
void learn_correlation(const std::vector<Matrix>& u, const std::vector<Matrix>& v, JointLaw& out) {
  const std::size_t n = out.net_load.size();
  const std::size_t stations = out.ev.size();
  const auto days = static_cast<double>(u.size());
  const auto periods = static_cast<double>(u.front().rows());
  out.correlation = out.standard_error = Matrix(n, stations);
  double noise = 0.0;
  double signal = 0.0;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t s = 0; s < stations; ++s) {
      double sum = 0.0;
      double squares = 0.0;
      for (std::size_t d = 0; d < u.size(); ++d) {
        double day = 0.0;
        for (std::size_t t = 0; t < u[d].rows(); ++t) {
          day += u[d](t, j) * v[d](t, s) / periods;
        }
        sum += day;
        squares += day * day;
      }
      const double mean = sum / days;
      const double variance = std::max(0.0, squares / days - mean * mean) / (days - 1.0);
      out.correlation(j, s) = mean;
      out.standard_error(j, s) = std::sqrt(variance);
      noise += variance;
      signal += mean * mean;
    }
  }
  out.shrinkage = signal > 0.0 ? std::min(1.0, noise / signal) : 1.0;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t s = 0; s < stations; ++s) {
      out.correlation(j, s) *= 1.0 - out.shrinkage;
    }
  }
}

Faults faults_of(const ErrorHistory& net_load, const ErrorHistory& ev) {
  Faults faults;
  for (const auto* history : {&net_load, &ev}) {
    if (history->dates.size() != history->days.size()) {
      faults.push_back({Severity::error,
                        {},
                        fmt::format("layer '{}' does not know the dates of its days, and a joint "
                                    "fit needs them",
                                    history->layer)});
    }
  }
  if (!faults.empty()) {
    return faults;
  }
  if (!net_load.days.empty() && !ev.days.empty() &&
      net_load.days.front().rows() != ev.days.front().rows()) {
    faults.push_back({Severity::error, {}, "both layers must have the same periods"});
  }
  if (const auto days = common_days(net_load, ev).size(); days < least_common_days) {
    faults.push_back({Severity::error,
                      {},
                      fmt::format("layers '{}' and '{}' have {} days of the same date; a joint fit "
                                  "needs {} of them",
                                  net_load.layer, ev.layer, days, least_common_days)});
  }
  return faults;
}

/// Normal scores with the time correlation of `law`, one independent source for each of its own.
LayerLaw score_law(const LayerLaw& law) {
  LayerLaw out;
  const std::size_t n = law.size();
  constexpr double none = std::numeric_limits<double>::infinity();
  out.sources = law.sources;
  out.mean = Matrix(law.periods(), n);
  out.std_deviation = Matrix(law.periods(), n, 1.0);
  out.support_low = Matrix(law.periods(), n, -none);
  out.support_high = Matrix(law.periods(), n, none);
  out.correlation = Matrix(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    out.correlation(j, j) = 1.0;
  }
  out.mixture = {{1.0, std::vector<double>(n, 0.0), out.correlation}};
  out.persistence = law.persistence;
  out.time_correlation = law.time_correlation;
  return out;
}

/// A = C' Λ⁻¹, on the directions in which Λ varies.
Eigen::MatrixXd loadings_of(const JointLaw& law, const Eigen::MatrixXd& among) {
  const auto n = static_cast<Eigen::Index>(law.net_load.size());
  const auto stations = static_cast<Eigen::Index>(law.ev.size());
  Eigen::MatrixXd across(stations, n);
  for (Eigen::Index s = 0; s < stations; ++s) {
    for (Eigen::Index j = 0; j < n; ++j) {
      across(s, j) = law.correlation(static_cast<std::size_t>(j), static_cast<std::size_t>(s));
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(among);
  const Eigen::VectorXd inverse_values = eigen.eigenvalues().unaryExpr(
      [](double value) { return value > least_eigenvalue ? 1.0 / value : 0.0; });
  return across * eigen.eigenvectors() * inverse_values.asDiagonal() *
         eigen.eigenvectors().transpose();
}

}  // namespace

std::size_t count_common_days(const ErrorHistory& a, const ErrorHistory& b) {
  return common_days(a, b).size();
}

Result<JointLaw> fit_jointly(const ErrorHistory& net_load, const ErrorHistory& ev,
                             const FitOptions& options) {
  if (auto faults = faults_of(net_load, ev); !faults.empty()) {
    return faults;
  }
  auto first = fit(net_load, options);
  auto second = fit(ev, options);
  if (!first || !second) {
    Faults faults = first ? Faults{} : first.faults();
    if (!second) {
      faults.insert(faults.end(), second.faults().begin(), second.faults().end());
    }
    return faults;
  }
  JointLaw out;
  out.net_load = *std::move(first);
  out.ev = *std::move(second);
  std::vector<std::size_t> net_load_days;
  std::vector<std::size_t> ev_days;
  for (const auto& [a, b] : common_days(net_load, ev)) {
    net_load_days.push_back(a);
    ev_days.push_back(b);
  }
  out.days = ev_days.size();
  learn_correlation(scores_of(out.net_load, net_load_days), scores_of(out.ev, ev_days), out);
  return out;
}

JointSampler::JointSampler(JointLaw law)
    : law_(std::move(law)), net_load_(law_.net_load), rest_(score_law(law_.ev)) {
  const auto n = static_cast<Eigen::Index>(law_.net_load.size());
  Eigen::MatrixXd among(n, n);  // of errors; that of their scores differs little
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      among(i, j) =
          law_.net_load.correlation(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
    }
  }
  loadings_ = Matrix(law_.ev.size(), law_.net_load.size());
  left_ = Matrix(law_.ev.periods(), law_.ev.size());
  const Eigen::MatrixXd loadings = loadings_of(law_, among);
  for (std::size_t s = 0; s < law_.ev.size(); ++s) {
    const Eigen::RowVectorXd a = loadings.row(static_cast<Eigen::Index>(s));
    const double share = a * among * a.transpose();
    const double scale = share > largest_share ? std::sqrt(largest_share / share) : 1.0;
    for (std::size_t j = 0; j < law_.net_load.size(); ++j) {
      loadings_(s, j) = scale * a[static_cast<Eigen::Index>(j)];
    }
    for (std::size_t t = 0; t < law_.ev.periods(); ++t) {
      Eigen::RowVectorXd awake = scale * a;
      for (Eigen::Index j = 0; j < n; ++j) {
        awake[j] *= law_.net_load.std_deviation(t, static_cast<std::size_t>(j)) > 0.0 ? 1.0 : 0.0;
      }
      left_(t, s) = std::sqrt(std::max(0.0, 1.0 - awake * among * awake.transpose()));
    }
  }
}

std::pair<Matrix, Matrix> JointSampler::sample(RandomStream& random) const {
  const auto& net_load = law_.net_load;
  const auto& ev = law_.ev;
  auto day = net_load_.sample(random);
  auto scores = rest_.sample(random);
  for (std::size_t t = 0; t < ev.periods(); ++t) {
    std::vector<double> u(net_load.size(), 0.0);
    for (std::size_t j = 0; j < u.size(); ++j) {
      if (net_load.std_deviation(t, j) > 0.0) {  // asleep, it has nothing to say
        const double z = (day(t, j) - net_load.mean(t, j)) / net_load.std_deviation(t, j);
        u[j] = normal_score(cdf(shape_of(net_load, t, j), z));
      }
    }
    for (std::size_t s = 0; s < ev.size(); ++s) {
      double v = left_(t, s) * scores(t, s);
      for (std::size_t j = 0; j < u.size(); ++j) {
        v += loadings_(s, j) * u[j];
      }
      const double z = quantile(shape_of(ev, t, s), normal_cdf(v));
      scores(t, s) = std::clamp(ev.mean(t, s) + ev.std_deviation(t, s) * z, ev.support_low(t, s),
                                ev.support_high(t, s));
    }
  }
  return {std::move(day), std::move(scores)};
}

ScalarLaw project(const JointLaw& law, std::size_t t, std::span<const double> net_load_weights,
                  std::span<const double> ev_weights) {
  auto out =
      independent_sum(project(law.net_load, t, net_load_weights), project(law.ev, t, ev_weights));
  double covariance = 0.0;
  for (std::size_t s = 0; s < law.ev.size(); ++s) {
    const double b = ev_weights[s] * law.ev.std_deviation(t, s);
    if (b == 0.0) {
      continue;
    }
    const double share = score_share(shape_of(law.ev, t, s));
    for (std::size_t j = 0; j < law.net_load.size(); ++j) {
      const double a = net_load_weights[j] * law.net_load.std_deviation(t, j);
      if (a != 0.0) {
        covariance +=
            a * b * law.correlation(j, s) * share * score_share(shape_of(law.net_load, t, j));
      }
    }
  }
  const double apart = out.std_deviation;
  const double variance = apart * apart + 2.0 * covariance;
  out.std_deviation = std::sqrt(std::max(0.0, variance));
  const double stretch = apart > 0.0 ? out.std_deviation / apart : 1.0;
  for (auto& c : out.mixture) {
    c.mean = out.mean + stretch * (c.mean - out.mean);
    c.std_deviation *= stretch;
  }
  return out;
}

}  // namespace gridpact::uncertainty
