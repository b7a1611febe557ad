// Days drawn from a layer's law.
//
//   u_j ~ N(0, K_j) over the periods, independent over j          K_j: correlation of direction j
//   s ~ AR(1) with ρ = regime persistence, s_t ~ N(0, 1);   k_t = component in which Φ(s_t) falls,
//   components in the order of their total variance
//   z_t = m_k + F_k u_t,  F_k lower triangular, F_k F_k' = C_k,  k = k_t
//   own shapes: z_t,j = Q_tj(Φ(u_t,j)), Q_tj the quantile function of the mixture of (t, j)
//   ξ(t, j) = μ(t, j) + σ(t, j) z_t,j, clipped to the support
//
// Each z_t has the mixture as its law, whatever K_j and ρ are: s and u are independent, and u_t ~
// N(0, I). What the components' means hold in common over time is b_j ρ^|s−t| of direction j's
// correlation, b_j = Σ_k π_k (L⁻¹ m_k)_j² with L L' = R. The law's time correlation T_j is that of
// all of z, so
//   K_j(s, t) = (T_j(s, t) − b_j ρ^|s−t|) / (1 − b_j), cut to [−1, 1] and, where that is no
//   correlation, moved to the nearest one by cutting its eigenvalues at 0.
// Where the law gives no T_j, all directions are AR(1) paths with the r that gives the whole the
// law's persistence: r = (persistence − b ρ) / (1 − b), b = mean over sources of Σ_k π_k m_k,j²;
// 0 if b ρ alone is already more.

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

#include <Eigen/Dense>

#include "gridpact/uncertainty/detail/paths.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const RowMajor> view(const Matrix& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// b_j of every direction.
std::vector<double> common_by_direction(const LayerLaw& law) {
  const auto n = static_cast<Eigen::Index>(law.size());
  std::vector<double> out(law.size(), 0.0);
  const Matrix root = lower_root(law.correlation);
  for (const auto& component : law.mixture) {
    Eigen::VectorXd y(n);  // L⁻¹ m by forward substitution, 0 where L has no direction
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto row = static_cast<std::size_t>(i);
      double rest = component.mean[row];
      for (Eigen::Index k = 0; k < i; ++k) {
        rest -= root(row, static_cast<std::size_t>(k)) * y[k];
      }
      y[i] = root(row, row) > 0.0 ? rest / root(row, row) : 0.0;
      out[row] += component.weight * y[i] * y[i];
    }
  }
  return out;
}

/// b, the mean over the sources that vary of Σ_k π_k m_k,j².
double common_to_sources(const LayerLaw& law) {
  double common = 0.0;
  double varying = 0.0;
  for (std::size_t j = 0; j < law.size(); ++j) {
    bool varies = false;
    for (std::size_t t = 0; t < law.periods(); ++t) {
      varies = varies || law.std_deviation(t, j) > 0.0;
    }
    if (varies) {
      varying += 1.0;
      for (const auto& component : law.mixture) {
        common += component.weight * component.mean[j] * component.mean[j];
      }
    }
  }
  return varying > 0.0 ? common / varying : 0.0;
}

/// A with A A' = K, K the correlation nearest to the symmetric matrix `k` in the sense above.
RowMajor path_root(const Eigen::MatrixXd& k) {
  const Eigen::LLT<Eigen::MatrixXd> llt(k);
  if (llt.info() == Eigen::Success && llt.matrixLLT().diagonal().minCoeff() > 1e-6) {
    return llt.matrixL();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(k);
  RowMajor root = eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0.0).cwiseSqrt().asDiagonal();
  root.rowwise().normalize();  // back to unit variances
  return root;
}

/// √((ν − 2) / χ²_ν)
double student_scale(unsigned degrees, RandomStream& random) {
  double chi_squared = 0.0;
  for (unsigned i = 0; i < degrees; ++i) {
    const double x = random.normal();
    chi_squared += x * x;
  }
  return std::sqrt((degrees - 2.0) / chi_squared);
}

std::size_t draw_past_day(const LayerLaw& law, RandomStream& random) {
  if (law.past_weights.empty()) {
    return random.index(law.past_days.size());
  }
  double left = random.uniform();
  for (std::size_t d = 0; d + 1 < law.past_weights.size(); ++d) {
    left -= law.past_weights[d];
    if (left < 0.0) {
      return d;
    }
  }
  return law.past_weights.size() - 1;
}

double total_variance(const MixtureComponent& component) {
  double sum = 0.0;
  for (std::size_t j = 0; j < component.mean.size(); ++j) {
    sum += component.covariance(j, j) + component.mean[j] * component.mean[j];
  }
  return sum;
}

/// Quantiles of a scalar mixture at equally spaced normal scores.
class QuantileTable {
 public:
  explicit QuantileTable(const std::vector<ScalarComponent>& mixture) {
    double low = 0.0;
    double high = 0.0;
    for (const auto& c : mixture) {
      low = std::min(low, c.mean - (last_score + 1.0) * c.std_deviation);
      high = std::max(high, c.mean + (last_score + 1.0) * c.std_deviation);
    }
    double from = low;
    for (std::size_t i = 0; i < points; ++i) {
      const double score = -last_score + step * static_cast<double>(i);
      double left = from;
      double right = high;
      while (right - left > 1e-10 * (high - low)) {
        const double middle = 0.5 * (left + right);
        (above(mixture, middle, score) ? right : left) = middle;
      }
      values_[i] = 0.5 * (left + right);
      from = left;
    }
  }

  [[nodiscard]] double at(double score) const {
    const double place =
        std::clamp((score + last_score) / step, 0.0, static_cast<double>(points - 1));
    const auto i = std::min(static_cast<std::size_t>(place), points - 2);
    const double share = place - static_cast<double>(i);
    return (1.0 - share) * values_[i] + share * values_[i + 1];
  }

 private:
  /// F(z) ≥ Φ(score), by the smaller of the two tails.
  static bool above(const std::vector<ScalarComponent>& mixture, double z, double score) {
    const double side = score < 0.0 ? 1.0 : -1.0;
    double tail = 0.0;
    for (const auto& c : mixture) {
      tail += c.weight * normal_cdf(side * (z - c.mean) / c.std_deviation);
    }
    return score < 0.0 ? tail >= normal_cdf(score) : tail <= normal_cdf(-score);
  }

  static constexpr double last_score = 6.0;
  static constexpr std::size_t points = 481;
  static constexpr double step = 2.0 * last_score / (points - 1);
  std::array<double, points> values_{};
};

}  // namespace

struct DaySampler::State {
  explicit State(LayerLaw given) : law(std::move(given)) {
    assert(!law.mixture.empty());
    std::stable_sort(law.mixture.begin(), law.mixture.end(), [](const auto& a, const auto& b) {
      return total_variance(a) < total_variance(b);
    });
    for (const auto& component : law.mixture) {
      roots.emplace_back(view(lower_root(component.covariance)));
    }
    set_paths();
    for (std::size_t t = 0; t < law.own_shapes.rows(); ++t) {
      for (std::size_t j = 0; j < law.size(); ++j) {
        quantiles.emplace_back(law.own_shapes(t, j));
      }
    }
  }

  void set_paths() {
    const bool has_components = law.own_shapes.empty();
    if (law.time_correlation.empty()) {
      const double common = has_components ? common_to_sources(law) : 0.0;
      const double rest = law.persistence - common * law.regime_persistence;
      const double r = common < 1.0
                           ? std::clamp(rest / (1.0 - common), std::min(0.0, law.persistence), 1.0)
                           : 0.0;
      paths.assign(
          law.size(),
          path_root(correlation([r](auto, auto, double lag) { return std::pow(r, lag); })));
      return;
    }
    const auto common =
        has_components ? common_by_direction(law) : std::vector<double>(law.size(), 0.0);
    for (std::size_t j = 0; j < law.size(); ++j) {
      const auto& all = law.time_correlation[j];
      const double b = std::min(common[j], 1.0);
      paths.push_back(path_root(correlation([&](std::size_t s, std::size_t t, double lag) {
        const double between = b * std::pow(law.regime_persistence, lag);
        return b < 1.0 ? std::clamp((all(s, t) - between) / (1.0 - b), -1.0, 1.0) : 0.0;
      })));
    }
  }

  /// Periods × periods, 1 on the diagonal and `entry(s, t, |s − t|)` beside it.
  template <class Entry>
  [[nodiscard]] Eigen::MatrixXd correlation(const Entry& entry) const {
    const std::size_t periods = law.periods();
    Eigen::MatrixXd out(periods, periods);
    for (std::size_t s = 0; s < periods; ++s) {
      for (std::size_t t = 0; t < periods; ++t) {
        const auto lag = static_cast<double>(s > t ? s - t : t - s);
        out(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(t)) =
            s == t ? 1.0 : entry(s, t, lag);
      }
    }
    return out;
  }

  [[nodiscard]] std::size_t component_at(double score) const {
    double left = normal_cdf(score);
    for (std::size_t k = 0; k + 1 < law.mixture.size(); ++k) {
      left -= law.mixture[k].weight;
      if (left < 0.0) {
        return k;
      }
    }
    return law.mixture.size() - 1;
  }

  std::vector<std::size_t> draw_components(RandomStream& random) const {
    std::vector<std::size_t> out(law.periods(), 0);
    if (law.mixture.size() < 2) {
      return out;
    }
    const double r = std::clamp(law.regime_persistence, -1.0, 1.0);
    const double fresh = std::sqrt(1.0 - r * r);
    double score = random.normal();
    for (std::size_t t = 0; t < out.size(); ++t) {
      if (t > 0 && r < 1.0) {
        score = r * score + fresh * random.normal();
      }
      out[t] = component_at(score);
    }
    return out;
  }

  /// Periods × n: u.
  [[nodiscard]] RowMajor draw_scores(RandomStream& random) const {
    const auto periods = static_cast<Eigen::Index>(law.periods());
    const auto n = static_cast<Eigen::Index>(law.size());
    RowMajor fresh(n, periods);
    for (Eigen::Index i = 0; i < fresh.size(); ++i) {
      fresh.data()[i] = random.normal();
    }
    RowMajor scores(periods, n);
    for (Eigen::Index j = 0; j < n; ++j) {
      scores.col(j).noalias() = paths[static_cast<std::size_t>(j)] * fresh.row(j).transpose();
    }
    return scores;
  }

  /// Periods × n: z.
  [[nodiscard]] RowMajor draw_standardised(RandomStream& random) const {
    const auto components = law.own_shapes.empty() ? draw_components(random)
                                                   : std::vector<std::size_t>(law.periods(), 0);
    const RowMajor scores = draw_scores(random);
    RowMajor z(scores.rows(), scores.cols());
    if (!law.own_shapes.empty()) {
      for (Eigen::Index i = 0; i < z.size(); ++i) {
        z.data()[i] = quantiles[static_cast<std::size_t>(i)].at(scores.data()[i]);
      }
      return z;
    }
    for (std::size_t begin = 0; begin < components.size();) {
      std::size_t end = begin + 1;
      while (end < components.size() && components[end] == components[begin]) {
        ++end;
      }
      const auto& component = law.mixture[components[begin]];
      const Eigen::Map<const Eigen::RowVectorXd> mean(component.mean.data(), z.cols());
      const auto first = static_cast<Eigen::Index>(begin);
      const auto count = static_cast<Eigen::Index>(end - begin);
      z.middleRows(first, count).noalias() =
          scores.middleRows(first, count) *
          roots[components[begin]].transpose().triangularView<Eigen::Upper>();
      z.middleRows(first, count).rowwise() += mean;
      begin = end;
    }
    return z;
  }

  [[nodiscard]] double scaled_and_clipped(std::size_t t, std::size_t j, double z) const {
    return std::clamp(law.mean(t, j) + law.std_deviation(t, j) * z, law.support_low(t, j),
                      law.support_high(t, j));
  }

  LayerLaw law;
  std::vector<RowMajor> roots;  ///< F_k
  std::vector<RowMajor> paths;  ///< A_j, A_j A_j' = K_j
  std::vector<QuantileTable> quantiles;
};

DaySampler::DaySampler(LayerLaw law) : state_(std::make_unique<const State>(std::move(law))) {}
DaySampler::DaySampler(DaySampler&&) noexcept = default;
DaySampler& DaySampler::operator=(DaySampler&&) noexcept = default;
DaySampler::~DaySampler() = default;

const LayerLaw& DaySampler::law() const { return state_->law; }

Matrix DaySampler::sample(RandomStream& random) const {
  const auto& law = state_->law;
  RowMajor z = state_->draw_standardised(random);
  if (law.student_degrees > 0) {
    z *= student_scale(law.student_degrees, random);
  }
  Matrix day(law.periods(), law.size());
  for (std::size_t t = 0; t < law.periods(); ++t) {
    for (std::size_t j = 0; j < law.size(); ++j) {
      day(t, j) = state_->scaled_and_clipped(
          t, j, z(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(j)));
    }
  }
  return day;
}

Matrix DaySampler::resample(RandomStream& random) const {
  const auto& law = state_->law;
  assert(!law.past_days.empty());
  const auto& past = law.past_days[draw_past_day(law, random)];
  Matrix day(law.periods(), law.size());
  for (std::size_t t = 0; t < law.periods(); ++t) {
    for (std::size_t j = 0; j < law.size(); ++j) {
      day(t, j) = state_->scaled_and_clipped(t, j, past(t, j));
    }
  }
  return day;
}

Matrix sample_day(const LayerLaw& law, RandomStream& random) {
  return DaySampler(law).sample(random);
}

Matrix resample_day(const LayerLaw& law, RandomStream& random) {
  return DaySampler(law).resample(random);
}

}  // namespace gridpact::uncertainty
