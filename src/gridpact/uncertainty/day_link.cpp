// What net load and another layer have in common, day by day.
//
//   E_j(d) = Σ_t σ(t, j) z_j(d, t)      energy error of source j on past day d, scaled to the
//   planned u_j, v_s                            normal scores over the common days of E_j and of
//   the number s r_js = mean u_j v_s,   e_js² = (1 − r²)² / (D − 1) C = (1 − λ) r,  λ = Σ e² / Σ
//   r², cut to [0, 1]: the weight of least expected squared error towards 0 (Schäfer, Strimmer
//   2005, Stat. Appl. Genet. Mol. Biol. 4(1))
//
// On a day with energy errors E (g_j = Φ⁻¹(F_j(E_j)), F_j and Λ = corr g from days drawn from the
// law), the score of number s is
//   v_s = a_s g + √(1 − a_s Λ a_s') w_s,  A = C' Λ⁻¹ (rows scaled down where a_s Λ a_s' > 0.95)
// with w_s independent standard normal. Cov v g' = A Λ = C', and v_s is standard normal if the g
// are jointly so; so the number keeps its law and the net load its own. Cov(ξ_j(t), v_s) = Σ_k a_sk
// Cov(ξ_j(t), g_k), from the same drawn days.

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
  const std::size_t n = law.size();
  const std::size_t count = numbers.size();
  DayLink out;
  out.correlation_ = out.standard_error_ = Matrix(n, count);
  out.days_ = history.days.size();
  double noise = 0.0;
  double signal = 0.0;
  for (std::size_t s = 0; s < count; ++s) {
    const auto common = common_days(history, numbers[s]);
    const auto v = normal_scores(common.value);
    const auto days = static_cast<double>(v.size());
    out.days_ = std::min(out.days_, v.size());
    for (std::size_t j = 0; j < n; ++j) {
      std::vector<double> energy;
      for (const std::size_t d : common.in_history) {
        energy.push_back(past_energy(law, d, j));
      }
      const auto u = normal_scores(energy);
      const double r = std::inner_product(u.begin(), u.end(), v.begin(), 0.0) / days;
      const double error = (1.0 - r * r) / std::sqrt(days - 1.0);
      out.correlation_(j, s) = r;
      out.standard_error_(j, s) = error;
      noise += error * error;
      signal += r * r;
    }
  }
  out.shrinkage_ = signal > 0.0 ? std::min(1.0, noise / signal) : 1.0;

  // Days of the law: what their energies are like, and what each hour has to do with them.
  const DaySampler sampler(law);
  std::vector<Matrix> days;
  std::vector<std::vector<double>> energy(n, std::vector<double>(drawn_days));
  for (std::size_t d = 0; d < drawn_days; ++d) {
    RandomStream random(drawn_seed, d);
    days.push_back(sampler.sample(random));
    const auto of_day = energies(days.back());
    for (std::size_t j = 0; j < n; ++j) {
      energy[j][d] = of_day[j];
    }
  }
  Eigen::MatrixXd g(static_cast<Eigen::Index>(drawn_days), static_cast<Eigen::Index>(n));
  for (std::size_t j = 0; j < n; ++j) {
    const auto scores = normal_scores(energy[j]);
    g.col(static_cast<Eigen::Index>(j)) =
        Eigen::Map<const Eigen::VectorXd>(scores.data(), static_cast<Eigen::Index>(drawn_days));
    std::sort(energy[j].begin(), energy[j].end());
  }
  out.energy_kw_h_ = std::move(energy);
  const Eigen::MatrixXd among = g.transpose() * g / static_cast<double>(drawn_days);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(among);
  const Eigen::VectorXd inverse_values = eigen.eigenvalues().unaryExpr(
      [](double value) { return value > least_eigenvalue ? 1.0 / value : 0.0; });
  Eigen::MatrixXd across(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(n));
  for (std::size_t s = 0; s < count; ++s) {
    for (std::size_t j = 0; j < n; ++j) {
      out.correlation_(j, s) *= 1.0 - out.shrinkage_;
      across(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(j)) = out.correlation_(j, s);
    }
  }
  Eigen::MatrixXd loadings = across * eigen.eigenvectors() * inverse_values.asDiagonal() *
                             eigen.eigenvectors().transpose();
  for (Eigen::Index s = 0; s < loadings.rows(); ++s) {
    const double share = loadings.row(s) * among * loadings.row(s).transpose();
    if (share > largest_share) {
      loadings.row(s) *= std::sqrt(largest_share / share);
    }
  }
  const Eigen::MatrixXd between = loadings * among * loadings.transpose();
  out.loadings_ = Matrix(count, n);
  out.between_ = Matrix(count, count);
  for (std::size_t s = 0; s < count; ++s) {
    const auto row = static_cast<Eigen::Index>(s);
    for (std::size_t j = 0; j < n; ++j) {
      out.loadings_(s, j) = loadings(row, static_cast<Eigen::Index>(j));
    }
    for (std::size_t other = 0; other < count; ++other) {
      out.between_(s, other) = between(row, static_cast<Eigen::Index>(other));
    }
    out.open_.push_back(std::sqrt(std::max(0.0, 1.0 - between(row, row))));
    auto& covariance = out.covariance_kw_.emplace_back(law.periods(), n);
    const Eigen::VectorXd told = g * loadings.row(row).transpose();
    for (std::size_t d = 0; d < drawn_days; ++d) {
      const double score = told[static_cast<Eigen::Index>(d)] / drawn_days;
      for (std::size_t t = 0; t < law.periods(); ++t) {
        for (std::size_t j = 0; j < n; ++j) {
          covariance(t, j) += score * (days[d](t, j) - law.mean(t, j));
        }
      }
    }
  }
  return out;
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
