// What net load and another layer have in common, day by day.
//
//   E_j(d) = Σ_t σ(t, j) z_j(d, t)    energy error of source j on past day d, scaled to the
//                                     planned day
//   u_j, v_s                          normal scores over the common days of E_j and of number s
//   r_js = mean u_j v_s,   e_js² = (1 − r²)² / (D − 1)
//   C = (1 − λ) r,   λ = Σ e² / Σ r², cut to [0, 1]
//
// λ is the weight of least expected squared error towards 0 (Schäfer, Strimmer 2005, Stat. Appl.
// Genet. Mol. Biol. 4(1)). On a day with energy errors E (g_j = Φ⁻¹(F_j(E_j)), F_j and Λ = corr g
// from days drawn from the law), the score of number s is
//
//   v_s = a_s g + √(1 − a_s Λ a_s') w_s
//   A = C' Λ⁻¹, its rows scaled down where a_s Λ a_s' > 0.95
//   Cov(ξ_j(t), v_s) = Σ_k a_sk Cov(ξ_j(t), g_k)    from the same drawn days
//
// with w_s independent standard normal. Cov v g' = A Λ = C', and v_s is standard normal if the g
// are jointly so; so the number keeps its law and the net load its own.

#include "gridpact/uncertainty/day_link.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "gridpact/uncertainty/normal_scores.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double largest_share = 0.95;  // of a score's variance that loadings may explain
constexpr double least_eigenvalue = 1e-6;
constexpr std::size_t drawn_days = 4000;
constexpr std::uint64_t drawn_seed = 0x11a7;  // any: what is learned does not depend on the case's

std::vector<double> energies(const Matrix& errors_kw) {
  std::vector<double> out(errors_kw.cols(), 0.0);
  for (std::size_t t = 0; t < errors_kw.rows(); ++t) {
    for (std::size_t j = 0; j < out.size(); ++j) {
      out[j] += errors_kw(t, j);
    }
  }
  return out;
}

/// Energy error of source j on a past day, scaled to the planned day.
double past_energy(const LayerLaw& law, std::size_t day, std::size_t j) {
  double sum = 0.0;
  for (std::size_t t = 0; t < law.periods(); ++t) {
    sum += law.std_deviation(t, j) * law.past_days[day](t, j);
  }
  return sum;
}

struct CommonDays {
  std::vector<std::size_t> in_history;
  std::vector<double> value;
};

CommonDays common_days(const ErrorHistory& history, const DatedNumbers& numbers) {
  std::map<long, double> by_date;
  for (const auto& [date, value] : numbers.days) {
    by_date.emplace(date, value);
  }
  CommonDays out;
  for (std::size_t d = 0; d < history.dates.size(); ++d) {
    if (const auto found = by_date.find(history.dates[d]); found != by_date.end()) {
      out.in_history.push_back(d);
      out.value.push_back(found->second);
    }
  }
  return out;
}

Faults faults_of(const ErrorHistory& history, const std::vector<DatedNumbers>& numbers) {
  if (history.dates.size() != history.days.size()) {
    return {{Severity::error,
             {},
             "the history of net load does not know the dates of its days, which it takes to "
             "compare them with the days of charging"}};
  }
  Faults faults;
  for (const auto& number : numbers) {
    if (const auto days = count_common_days(history, number); days < least_common_days) {
      faults.push_back(
          {Severity::error,
           {},
           fmt::format("{}: its history and that of net load have {} days of the same date; it "
                       "takes {} to tell what they have in common. Take layers = \"apart\", or "
                       "give histories of the same time",
                       number.name, days, least_common_days)});
    }
  }
  return faults;
}

/// Share of sorted values below x, kept off 0 and 1.
double share_below(const std::vector<double>& sorted, double x) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), x) - sorted.begin();
  const auto count = static_cast<double>(sorted.size());
  return std::clamp(static_cast<double>(at) / count, 0.5 / count, 1.0 - 0.5 / count);
}

/// Days of the law: what their energies are like.
struct DrawnDays {
  std::vector<Matrix> days;                      ///< kW, periods × sources
  std::vector<std::vector<double>> energy_kw_h;  ///< of each source, ascending
  Eigen::MatrixXd scores;                        ///< days × sources
};

DrawnDays draw_days(const LayerLaw& law) {
  DrawnDays out;
  const DaySampler sampler(law);
  out.energy_kw_h.assign(law.size(), std::vector<double>(drawn_days));
  for (std::size_t d = 0; d < drawn_days; ++d) {
    RandomStream random(drawn_seed, d);
    out.days.push_back(sampler.sample(random));
    const auto of_day = energies(out.days.back());
    for (std::size_t j = 0; j < law.size(); ++j) {
      out.energy_kw_h[j][d] = of_day[j];
    }
  }
  out.scores.resize(static_cast<Eigen::Index>(drawn_days), static_cast<Eigen::Index>(law.size()));
  for (std::size_t j = 0; j < law.size(); ++j) {
    const auto scores = normal_scores(out.energy_kw_h[j]);
    out.scores.col(static_cast<Eigen::Index>(j)) =
        Eigen::Map<const Eigen::VectorXd>(scores.data(), static_cast<Eigen::Index>(drawn_days));
    std::sort(out.energy_kw_h[j].begin(), out.energy_kw_h[j].end());
  }
  return out;
}

/// A of the formulas above; `correlation` is sources × numbers, `among` is Λ.
Eigen::MatrixXd loadings_of(const Matrix& correlation, const Eigen::MatrixXd& among) {
  Eigen::MatrixXd across(static_cast<Eigen::Index>(correlation.cols()), among.rows());
  for (std::size_t j = 0; j < correlation.rows(); ++j) {
    for (std::size_t s = 0; s < correlation.cols(); ++s) {
      across(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(j)) = correlation(j, s);
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(among);
  const Eigen::VectorXd inverse_values = eigen.eigenvalues().unaryExpr(
      [](double value) { return value > least_eigenvalue ? 1.0 / value : 0.0; });
  Eigen::MatrixXd out = across * eigen.eigenvectors() * inverse_values.asDiagonal() *
                        eigen.eigenvectors().transpose();
  for (Eigen::Index s = 0; s < out.rows(); ++s) {
    const double share = out.row(s) * among * out.row(s).transpose();
    if (share > largest_share) {
      out.row(s) *= std::sqrt(largest_share / share);
    }
  }
  return out;
}

/// Of a score with the errors of each period and source: `told` is what each drawn day says of it.
Matrix covariance_with(const LayerLaw& law, const std::vector<Matrix>& days,
                       const Eigen::VectorXd& told) {
  Matrix out(law.periods(), law.size());
  for (std::size_t d = 0; d < days.size(); ++d) {
    const double score = told[static_cast<Eigen::Index>(d)] / static_cast<double>(days.size());
    for (std::size_t t = 0; t < law.periods(); ++t) {
      for (std::size_t j = 0; j < law.size(); ++j) {
        out(t, j) += score * (days[d](t, j) - law.mean(t, j));
      }
    }
  }
  return out;
}

Matrix to_matrix(const Eigen::MatrixXd& from) {
  Matrix out(static_cast<std::size_t>(from.rows()), static_cast<std::size_t>(from.cols()));
  for (std::size_t i = 0; i < out.rows(); ++i) {
    for (std::size_t j = 0; j < out.cols(); ++j) {
      out(i, j) = from(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
    }
  }
  return out;
}

}  // namespace

double normal_score(double share) {
  // Φ(x) = share by halving: fast enough for what it is used for, and the same on every machine.
  double low = -8.0;
  double high = 8.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle / std::numbers::sqrt2) < share ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::vector<double> normal_scores(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> out(values.size(), 0.0);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && values[order[last]] == values[order[first]]) {
      ++last;
    }
    const double score =
        normal_score(0.5 * static_cast<double>(first + last) / static_cast<double>(order.size()));
    for (; first < last; ++first) {
      out[order[first]] = score;
    }
  }
  return out;
}

std::size_t count_common_days(const ErrorHistory& history, const DatedNumbers& numbers) {
  return common_days(history, numbers).value.size();
}

Result<DayLink> DayLink::learn(const ErrorHistory& history, const LayerLaw& law,
                               const std::vector<DatedNumbers>& numbers) {
  if (auto faults = faults_of(history, numbers); !faults.empty()) {
    return faults;
  }
  DayLink out;
  out.correlate(history, law, numbers);
  auto drawn = draw_days(law);
  out.energy_kw_h_ = std::move(drawn.energy_kw_h);
  const Eigen::MatrixXd among = drawn.scores.transpose() * drawn.scores / double{drawn_days};
  const auto loadings = loadings_of(out.correlation_, among);
  const Eigen::MatrixXd between = loadings * among * loadings.transpose();
  out.loadings_ = to_matrix(loadings);
  out.between_ = to_matrix(between);
  for (Eigen::Index s = 0; s < loadings.rows(); ++s) {
    out.open_.push_back(std::sqrt(std::max(0.0, 1.0 - between(s, s))));
    out.covariance_kw_.push_back(
        covariance_with(law, drawn.days, drawn.scores * loadings.row(s).transpose()));
  }
  return out;
}

/// What the common days show, and how much of it is kept.
void DayLink::correlate(const ErrorHistory& history, const LayerLaw& law,
                        const std::vector<DatedNumbers>& numbers) {
  correlation_ = standard_error_ = Matrix(law.size(), numbers.size());
  days_ = history.days.size();
  double noise = 0.0;
  double signal = 0.0;
  for (std::size_t s = 0; s < numbers.size(); ++s) {
    const auto common = common_days(history, numbers[s]);
    const auto v = normal_scores(common.value);
    const auto days = static_cast<double>(v.size());
    days_ = std::min(days_, v.size());
    for (std::size_t j = 0; j < law.size(); ++j) {
      std::vector<double> energy;
      for (const std::size_t d : common.in_history) {
        energy.push_back(past_energy(law, d, j));
      }
      const auto u = normal_scores(energy);
      const double r = std::inner_product(u.begin(), u.end(), v.begin(), 0.0) / days;
      const double error = (1.0 - r * r) / std::sqrt(days - 1.0);
      correlation_(j, s) = r;
      standard_error_(j, s) = error;
      noise += error * error;
      signal += r * r;
    }
  }
  shrinkage_ = signal > 0.0 ? std::min(1.0, noise / signal) : 1.0;
  for (std::size_t j = 0; j < correlation_.rows(); ++j) {
    for (double& r : correlation_.row(j)) {
      r *= 1.0 - shrinkage_;
    }
  }
}

double DayLink::drawn_share(std::size_t s, const Matrix& errors_kw, RandomStream& random) const {
  const double score = expected_score(s, errors_kw) + open_[s] * random.normal();
  return 0.5 * std::erfc(-score / std::numbers::sqrt2);
}

double DayLink::expected_score(std::size_t s, const Matrix& errors_kw) const {
  const auto energy = energies(errors_kw);
  double score = 0.0;
  for (std::size_t j = 0; j < energy.size(); ++j) {
    if (loadings_(s, j) != 0.0) {
      score += loadings_(s, j) * normal_score(share_below(energy_kw_h_[j], energy[j]));
    }
  }
  return score;
}

}  // namespace gridpact::uncertainty
