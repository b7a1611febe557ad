// Gaussian mixtures by expectation maximisation, number of components by BIC.
//
//   f(x) = Σ_k π_k N(x; m_k, C_k)                        Dempster, Laird, Rubin 1977 (EM)
//   BIC(K) = N_eff (p_K ln N_eff / N_eff − 2 ℓ_K)        Schwarz 1978
//   p_K = K − 1 + K (n + n(n+1)/2),  ℓ_K = mean log likelihood of a row
//
// N_eff instead of the number of rows N: errors of neighbouring hours are nearly the same error
// (autocorrelation above 0.9), and BIC with N would take that repetition for evidence. With N_eff =
// N it is the usual BIC.
//
// Beside mixtures with full covariances stand concentric ones, Σ_k π_k N(x; 0, s_k I): one shape,
// several widths, 2 K − 1 parameters more than the common mean and covariance, less the one scale
// that both have. Where a year's independent evidence does not pay for K covariances, it still pays
// for heavy tails. Their EM is written here, as no library has that family: with r² = |x|², h_ik ∝
// π_k s_k^(−n/2) exp(−r_i² / (2 s_k)), π_k = mean h_ik, s_k = Σ_i h_ik r_i² / (n Σ_i h_ik).
//
// EM finds a local maximum, so each K is started from several places and the start that is most
// likely after a few steps is followed to its end (Biernacki, Celeux, Govaert 2003): k-means
// clusters (several modes) from three k-means++ seedings, and shells of equal distance from the
// centre (heavy tails: one mode, several widths).
//
//   k-means++: the first centre is a row drawn at random, each further one the best of 2 + ln K
//   rows drawn with probability ∝ their squared distance from the nearest centre so far, the one
//   after which these distances sum to least                               (Arthur, Vassilvitskii
//   2007)
//
// Armadillo does k-means and the EM steps; it seeds neither, and where it draws random numbers all
// the same (an empty cluster), these are seeded here, so nothing depends on who called before. A
// component that has shrunk onto a plane or onto fewer than n + 1 effective rows explains
// accidents: that K is dropped.

#define ARMA_WARN_LEVEL 0     // the library never prints
#define ARMA_DONT_USE_OPENMP  // the same sums in the same order, whatever the caller's flags
#define ARMA_DONT_USE_HDF5
#include "gridpact/uncertainty/detail/mixture.hpp"

#include <algorithm>
#include <armadillo>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <Eigen/Dense>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double variance_floor = spike_variance;  // keeps EM's inverses defined
constexpr double gain_tolerance = 1e-5;            // in ℓ over `iterations_per_round` iterations
constexpr arma::uword iterations_per_round = 5;
constexpr int rounds_to_compare_starts = 2;
constexpr int max_rounds = 60;
constexpr arma::uword k_means_iterations = 10;
constexpr std::uint64_t k_means_seed = 1;
constexpr std::uint64_t k_means_seedings = 3;

/// Shares of the rows in each shell, from the centre outwards: each holds a third of what is left.
arma::vec shell_edges(arma::uword components) {
  arma::vec edges(components + 1);
  double outside = 1.0;
  edges(0) = 0.0;
  for (arma::uword k = 1; k < components; ++k) {
    outside /= 3.0;
    edges(k) = 1.0 - outside;
  }
  edges(components) = 1.0;
  return edges;
}

/// Concentric components at the origin, as wide as the rows of their shell.
arma::gmm_full concentric_start(const arma::mat& x, arma::uword components) {
  const arma::vec squared = arma::sort(arma::vec(arma::sum(arma::square(x), 0).t()));
  const arma::vec edges = shell_edges(components);
  const auto dimensions = x.n_rows;
  arma::cube covariances(dimensions, dimensions, components);
  arma::rowvec weights(components);
  for (arma::uword k = 0; k < components; ++k) {
    const auto count = static_cast<double>(squared.n_elem);
    const auto first = static_cast<arma::uword>(edges(k) * count);
    const auto last = static_cast<arma::uword>(edges(k + 1) * count);
    const double mean_square = last > first ? arma::mean(squared.subvec(first, last - 1)) : 1.0;
    const double variance = std::max(mean_square / static_cast<double>(dimensions), variance_floor);
    covariances.slice(k) = variance * arma::eye(dimensions, dimensions);
    weights(k) = edges(k + 1) - edges(k);
  }
  arma::gmm_full start;
  start.set_params(arma::mat(dimensions, components, arma::fill::zeros), covariances, weights);
  return start;
}

/// Squared distances of all rows from one of them, where that is less than `squared`.
arma::rowvec nearer(const arma::mat& x, arma::uword row, const arma::rowvec& squared) {
  arma::rowvec out = squared;
  const double* const centre = x.colptr(row);
  for (arma::uword i = 0; i < x.n_cols; ++i) {
    const double* const here = x.colptr(i);
    double sum = 0.0;
    for (arma::uword j = 0; j < x.n_rows && sum < out(i); ++j) {
      sum += (here[j] - centre[j]) * (here[j] - centre[j]);
    }
    out(i) = std::min(out(i), sum);
  }
  return out;
}

/// Row numbers of k-means++ centres.
std::vector<arma::uword> spread_rows(const arma::mat& x, arma::uword count, RandomStream& random) {
  const auto candidates = 2 + static_cast<int>(std::log(static_cast<double>(count)));
  std::vector<arma::uword> out{static_cast<arma::uword>(random.index(x.n_cols))};
  arma::rowvec unreached(x.n_cols);
  unreached.fill(std::numeric_limits<double>::infinity());
  arma::rowvec squared = nearer(x, out.back(), unreached);
  while (out.size() < count) {
    const double total = arma::accu(squared);
    arma::rowvec best;
    arma::uword best_row = 0;
    for (int c = 0; c < candidates; ++c) {
      double left = random.uniform() * total;
      arma::uword row = 0;
      while (row + 1 < x.n_cols && left >= squared(row)) {
        left -= squared(row++);
      }
      auto then = nearer(x, row, squared);
      if (best.empty() || arma::accu(then) < arma::accu(best)) {
        best = std::move(then);
        best_row = row;
      }
    }
    squared = std::move(best);
    out.push_back(best_row);
  }
  return out;
}

/// The clusters of k-means as components; nothing if it finds none.
std::optional<arma::gmm_full> cluster_start(const arma::mat& x, arma::uword components,
                                            std::uint64_t seeding) {
  RandomStream random(k_means_seed, seeding);
  const auto rows = spread_rows(x, components, random);
  arma::mat means = x.cols(arma::uvec(rows));
  arma::arma_rng::set_seed(1);
  if (!arma::kmeans(means, x, components, arma::keep_existing, k_means_iterations, false)) {
    return std::nullopt;
  }
  arma::gmm_full nearest;
  arma::cube unit(x.n_rows, x.n_rows, components);
  unit.each_slice() = arma::mat(arma::eye(x.n_rows, x.n_rows));
  arma::rowvec equal(components);
  equal.fill(1.0 / static_cast<double>(components));
  nearest.set_params(means, unit, equal);
  const arma::urowvec cluster = nearest.assign(x, arma::eucl_dist);
  arma::cube covariances(x.n_rows, x.n_rows, components);
  arma::rowvec weights(components);
  for (arma::uword k = 0; k < components; ++k) {
    const arma::uvec members = arma::find(cluster == k);
    weights(k) = static_cast<double>(members.n_elem) / static_cast<double>(x.n_cols);
    covariances.slice(k).zeros();
    if (members.n_elem > 0) {
      const arma::mat own = x.cols(members);
      means.col(k) = arma::mean(own, 1);
      covariances.slice(k).diag() = arma::var(own, 1, 1);
    }
    covariances.slice(k).diag() += variance_floor;
  }
  if (!(weights.min() > 0.0)) {
    return std::nullopt;
  }
  arma::gmm_full start;
  start.set_params(means, covariances, weights);
  return start;
}

/// EM until the likelihood stands still, for at most `rounds`; the mean log likelihood, or nothing
/// if EM broke down.
std::optional<double> climb(arma::gmm_full& mixture, const arma::mat& x, int rounds) {
  double likelihood = mixture.avg_log_p(x);
  for (int round = 0; round < rounds; ++round) {
    if (!mixture.learn(x, mixture.n_gaus(), arma::eucl_dist, arma::keep_existing, 0,
                       iterations_per_round, variance_floor, false)) {
      return std::nullopt;
    }
    const double before = likelihood;
    likelihood = mixture.avg_log_p(x);
    if (!(likelihood - before > gain_tolerance)) {
      break;
    }
  }
  return std::isfinite(likelihood) ? std::optional(likelihood) : std::nullopt;
}

bool is_degenerate(const arma::gmm_full& mixture, double effective_rows, double least_variance) {
  const auto least_rows = static_cast<double>(mixture.n_dims() + 1);
  for (arma::uword k = 0; k < mixture.n_gaus(); ++k) {
    const arma::mat covariance = mixture.fcovs.slice(k);
    const Eigen::Map<const Eigen::MatrixXd> c(covariance.memptr(),
                                              static_cast<Eigen::Index>(covariance.n_rows),
                                              static_cast<Eigen::Index>(covariance.n_cols));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(c, Eigen::EigenvaluesOnly);
    if (mixture.hefts(k) * effective_rows < least_rows ||
        eigen.eigenvalues().minCoeff() < least_variance) {
      return true;
    }
  }
  return false;
}

double parameters_of(arma::uword components, arma::uword dimensions) {
  const auto k = static_cast<double>(components);
  const auto n = static_cast<double>(dimensions);
  return k - 1.0 + k * (n + 0.5 * n * (n + 1.0));
}

/// Is there an independent row for each parameter? BIC would refuse the rest, after minutes of EM.
bool is_identified(arma::uword components, arma::uword dimensions, double effective_rows) {
  return parameters_of(components, dimensions) <= effective_rows;
}

double bic(double likelihood, arma::uword components, arma::uword dimensions,
           double effective_rows) {
  return parameters_of(components, dimensions) * std::log(effective_rows) -
         2.0 * effective_rows * likelihood;
}

/// The best mixture of `components` ≥ 2 components and its likelihood, unless it is degenerate.
std::optional<std::pair<arma::gmm_full, double>> best_of_starts(const arma::mat& x,
                                                                arma::uword components,
                                                                double effective_rows,
                                                                double least_variance) {
  std::optional<arma::gmm_full> best;
  double best_likelihood = -std::numeric_limits<double>::infinity();
  std::vector<std::optional<arma::gmm_full>> starts;
  for (std::uint64_t seeding = 0; seeding < k_means_seedings; ++seeding) {
    starts.push_back(cluster_start(x, components, seeding));
  }
  starts.emplace_back(concentric_start(x, components));
  for (auto& start : starts) {
    if (start) {
      const auto likelihood = climb(*start, x, rounds_to_compare_starts);
      if (likelihood && *likelihood > best_likelihood) {
        best = *start;
        best_likelihood = *likelihood;
      }
    }
  }
  if (!best) {
    return std::nullopt;
  }
  const auto likelihood = climb(*best, x, max_rounds);
  if (!likelihood || is_degenerate(*best, effective_rows, least_variance)) {
    return std::nullopt;
  }
  return std::pair(*best, *likelihood);
}

/// The maximum-likelihood Gaussian, in closed form.
arma::gmm_full single_gaussian(const arma::mat& x) {
  arma::cube covariance(x.n_rows, x.n_rows, 1);
  covariance.slice(0) = arma::cov(x.t(), 1);
  covariance.slice(0).diag() = arma::clamp(arma::vec(covariance.slice(0).diag()), variance_floor,
                                           std::numeric_limits<double>::max());
  arma::gmm_full mixture;
  mixture.set_params(arma::mat(arma::mean(x, 1)), covariance, arma::rowvec{1.0});
  return mixture;
}

/// Widths and weights of a concentric mixture, and its mean log likelihood.
struct Concentric {
  arma::vec weight;
  arma::vec variance;
  double likelihood = -std::numeric_limits<double>::infinity();
};

/// Log density of every component (rows) at every observation (columns).
arma::mat log_densities(const Concentric& mixture, const arma::rowvec& squared, double dimensions) {
  arma::mat out(mixture.weight.n_elem, squared.n_elem);
  for (arma::uword k = 0; k < out.n_rows; ++k) {
    const double variance = mixture.variance(k);
    out.row(k) = std::log(mixture.weight(k)) -
                 0.5 * dimensions * std::log(2.0 * std::numbers::pi * variance) -
                 0.5 / variance * squared;
  }
  return out;
}

/// EM from shells of equal distance from the centre; nothing if a component dies.
std::optional<Concentric> concentric_mixture(const arma::mat& x, arma::uword components,
                                             double effective_rows) {
  constexpr int max_iterations = 300;
  constexpr double tolerance = 1e-7;
  const auto dimensions = static_cast<double>(x.n_rows);
  const arma::rowvec squared = arma::sum(arma::square(x), 0);
  const arma::gmm_full start = concentric_start(x, components);
  Concentric mixture{start.hefts.t(), arma::vec(components), 0.0};
  for (arma::uword k = 0; k < components; ++k) {
    mixture.variance(k) = start.fcovs(0, 0, k);
  }
  double before = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < max_iterations; ++i) {
    arma::mat share = log_densities(mixture, squared, dimensions);
    const arma::rowvec largest = arma::max(share, 0);
    share.each_row() -= largest;
    share = arma::exp(share);
    const arma::rowvec total = arma::sum(share, 0);
    mixture.likelihood = arma::mean(arma::log(total) + largest);
    if (mixture.likelihood - before < tolerance) {
      break;
    }
    before = mixture.likelihood;
    share.each_row() /= total;
    const arma::vec mass = arma::sum(share, 1);
    mixture.weight = mass / static_cast<double>(x.n_cols);
    mixture.variance = arma::clamp(arma::vec(share * squared.t() / (dimensions * mass)),
                                   variance_floor, std::numeric_limits<double>::max());
    if (mixture.weight.min() * effective_rows < 2.0) {
      return std::nullopt;
    }
  }
  return mixture;
}

arma::gmm_full as_full(const Concentric& mixture, arma::uword dimensions) {
  const auto components = mixture.weight.n_elem;
  arma::cube covariances(dimensions, dimensions, components);
  for (arma::uword k = 0; k < components; ++k) {
    covariances.slice(k) = mixture.variance(k) * arma::eye(dimensions, dimensions);
  }
  arma::gmm_full out;
  out.set_params(arma::mat(dimensions, components, arma::fill::zeros), covariances,
                 mixture.weight.t());
  return out;
}

double concentric_bic(const Concentric& mixture, double effective_rows) {
  const double parameters = 2.0 * static_cast<double>(mixture.weight.n_elem) - 1.0;
  return parameters * std::log(effective_rows) - 2.0 * effective_rows * mixture.likelihood;
}

std::vector<MixtureComponent> components_of(const arma::gmm_full& mixture) {
  const auto n = static_cast<std::size_t>(mixture.n_dims());
  std::vector<MixtureComponent> out;
  double total = 0.0;
  for (arma::uword k = 0; k < mixture.n_gaus(); ++k) {
    MixtureComponent component{mixture.hefts(k), std::vector<double>(n), Matrix(n, n)};
    for (std::size_t i = 0; i < n; ++i) {
      component.mean[i] = mixture.means(i, k);
      for (std::size_t j = 0; j < n; ++j) {
        component.covariance(i, j) = 0.5 * (mixture.fcovs(i, j, k) + mixture.fcovs(j, i, k));
      }
    }
    total += component.weight;
    out.push_back(std::move(component));
  }
  for (auto& component : out) {
    component.weight /= total;
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  return out;
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

auto view(const Matrix& m) {
  return Eigen::Map<const RowMajor>(m.data(), static_cast<Eigen::Index>(m.rows()),
                                    static_cast<Eigen::Index>(m.cols()));
}
auto view(Matrix& m) {
  return Eigen::Map<RowMajor>(m.data(), static_cast<Eigen::Index>(m.rows()),
                              static_cast<Eigen::Index>(m.cols()));
}
auto view(const std::vector<double>& v) {
  return Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
}
auto view(std::vector<double>& v) {
  return Eigen::Map<Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
}

}  // namespace

FittedMixture fit_mixture(const Matrix& rows, std::size_t max_components, double effective_rows,
                          double least_variance) {
  const arma::mat x(rows.data(), rows.cols(), rows.rows());  // one column per observation
  arma::gmm_full best = single_gaussian(x);
  double best_likelihood = best.avg_log_p(x);
  double best_bic = bic(best_likelihood, 1, x.n_rows, effective_rows);
  std::size_t worse_in_a_row = 0;
  for (std::size_t k = 2; k <= max_components && worse_in_a_row < 2; ++k) {
    if (!is_identified(k, x.n_rows, effective_rows)) {
      break;
    }
    ++worse_in_a_row;
    if (const auto candidate = best_of_starts(x, k, effective_rows, least_variance)) {
      const double candidate_bic = bic(candidate->second, k, x.n_rows, effective_rows);
      if (candidate_bic < best_bic) {
        best = candidate->first;
        best_likelihood = candidate->second;
        best_bic = candidate_bic;
        worse_in_a_row = 0;
      }
    }
  }
  // The rows are whitened: their common mean and covariance were fitted too, and count.
  const double common = parameters_of(1, x.n_rows) - 1.0;
  for (std::size_t k = 2; k <= max_components; ++k) {
    const auto candidate = concentric_mixture(x, k, effective_rows);
    if (!candidate || !(candidate->variance.min() >= least_variance)) {
      break;
    }
    const double candidate_bic =
        concentric_bic(*candidate, effective_rows) + common * std::log(effective_rows);
    if (candidate_bic < best_bic) {
      best = as_full(*candidate, x.n_rows);
      best_likelihood = candidate->likelihood;
      best_bic = candidate_bic;
    }
  }
  return {components_of(best), best_likelihood, best_bic};
}

std::vector<ScalarComponent> fit_scalar_mixture(const Matrix& column, std::size_t max_components,
                                                double effective_rows) {
  auto fitted = fit_mixture(column, max_components, effective_rows, 0.0).components;
  whiten(fitted);
  std::vector<ScalarComponent> out;
  for (const auto& c : fitted) {
    out.push_back({c.weight, c.mean[0], std::sqrt(c.covariance(0, 0))});
  }
  return out;
}

void whiten(std::vector<MixtureComponent>& components) {
  const auto n = static_cast<Eigen::Index>(components.front().mean.size());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(n);
  for (const auto& c : components) {
    mean += c.weight * view(c.mean);
  }
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(n, n);
  for (auto& c : components) {
    view(c.mean) -= mean;
    covariance += c.weight * (view(c.covariance) + view(c.mean) * view(c.mean).transpose());
  }
  const Eigen::MatrixXd root =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance).operatorInverseSqrt();
  for (auto& c : components) {
    view(c.mean) = (root * view(c.mean)).eval();
    view(c.covariance) = (root * view(c.covariance) * root).eval();
  }
}

std::vector<MixtureComponent> mapped(const std::vector<MixtureComponent>& components,
                                     const Matrix& map) {
  std::vector<MixtureComponent> out;
  for (const auto& c : components) {
    MixtureComponent image{c.weight, std::vector<double>(map.rows()),
                           Matrix(map.rows(), map.rows())};
    view(image.mean) = view(map) * view(c.mean);
    const Eigen::MatrixXd covariance = view(map) * view(c.covariance) * view(map).transpose();
    view(image.covariance) = 0.5 * (covariance + covariance.transpose());
    out.push_back(std::move(image));
  }
  return out;
}

}  // namespace gridpact::uncertainty
