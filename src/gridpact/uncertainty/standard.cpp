// The standardised law: correlation, mixture and persistence of z = (ξ − μ) / σ, pooled over days
// and periods.
//
//   R̂ = correlation of the pooled rows z;   R̂ = V Λ V',  y = Λ^(−1/2) V' z  (whitened)
//   y ~ Σ_k π_k N(m_k, C_k) by EM and BIC, moved and scaled to mean 0 and covariance I exactly
//   z = B y,  B = V ((1 − w) Λ + w I)^(1/2), rows scaled to length 1   ⇒   mean of z = 0 and
//   covariance of z = B B' = R exactly, R the shrunk correlation (shrinkage.hpp)
//   persistence = Σ z(t) z(t+1) / √(Σ z(t)² Σ z(t+1)²), over all sources, days and periods
//
// Directions of R̂ without variance are left out, so that sources which are one and the same error
// (two plants on one series) stay exactly that. The weight w follows from the number of effective
// rows: below one per cent for a few sources and a year of hours, and what keeps R a correlation
// that can be trusted where the sources are as many as the days.
//
// Hourly errors repeat themselves; N rows with autocorrelation r are worth about
// N (1 − r²) / (1 + r²) independent ones for second moments (Bartlett 1946), and no fewer than the
// days that they come from.

#include "gridpact/uncertainty/detail/standard.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <Eigen/Dense>

#include "gridpact/uncertainty/detail/mixture.hpp"
#include "gridpact/uncertainty/detail/shrinkage.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double least_variance_share = 1e-6;  // of a standardised source: below, no direction
constexpr std::size_t rows_per_source = 10;    // at least so many, to do without filled gaps

/// Indices of the sources that vary in some period.
std::vector<std::size_t> varying_sources(const ConditionalErrors& past) {
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < past.deviation.front().cols(); ++j) {
    const bool varies = std::any_of(past.varies.begin(), past.varies.end(), [&](const auto& day) {
      for (std::size_t t = 0; t < day.rows(); ++t) {
        if (day(t, j) != 0) {
          return true;
        }
      }
      return false;
    });
    if (varies) {
      out.push_back(j);
    }
  }
  return out;
}

/// One row for each period of each day that `keep(d, t)` asks for.
template <class Keep>
Matrix pooled_rows(const std::vector<Matrix>& days, const std::vector<std::size_t>& sources,
                   const Keep& keep) {
  std::vector<double> values;
  for (std::size_t d = 0; d < days.size(); ++d) {
    for (std::size_t t = 0; t < days[d].rows(); ++t) {
      if (keep(d, t)) {
        for (const std::size_t j : sources) {
          values.push_back(days[d](t, j));
        }
      }
    }
  }
  Matrix out(values.size() / sources.size(), sources.size());
  std::copy(values.begin(), values.end(), out.data());
  return out;
}

/// Takes off each column's mean and divides by its deviation; false where a column is constant.
bool normalise(Matrix& rows) {
  const auto count = static_cast<double>(rows.rows());
  for (std::size_t j = 0; j < rows.cols(); ++j) {
    double mean = 0.0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      mean += rows(i, j) / count;
    }
    double variance = 0.0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      rows(i, j) -= mean;
      variance += rows(i, j) * rows(i, j) / count;
    }
    if (variance < least_variance_share) {
      return false;
    }
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      rows(i, j) /= std::sqrt(variance);
    }
  }
  return true;
}

struct Whitening {
  Matrix map;   ///< B: sources × directions, rows of length 1
  Matrix rows;  ///< y: observations × directions
};

Whitening whitened(const Matrix& rows, double effective) {
  const auto n = static_cast<Eigen::Index>(rows.cols());
  Eigen::MatrixXd correlation = Eigen::MatrixXd::Zero(n, n);
  for (std::size_t i = 0; i < rows.rows(); ++i) {  // row by row: one order of sums everywhere
    const Eigen::Map<const Eigen::VectorXd> z(rows.row(i).data(), n);
    correlation.selfadjointView<Eigen::Lower>().rankUpdate(z);
  }
  correlation /= static_cast<double>(rows.rows());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(correlation);
  const auto kept = (eigen.eigenvalues().array() > least_variance_share).count();
  const Eigen::VectorXd values = eigen.eigenvalues().tail(kept);
  const Eigen::VectorXd scale = values.cwiseSqrt();
  const double weight =
      oas_weight(std::span(values.data(), static_cast<std::size_t>(kept)), effective);
  const Eigen::VectorXd shrunk = ((1.0 - weight) * values.array() + weight).sqrt();
  Eigen::MatrixXd map = eigen.eigenvectors().rightCols(kept) * shrunk.asDiagonal();
  const Eigen::MatrixXd inverse =
      scale.cwiseInverse().asDiagonal() * eigen.eigenvectors().rightCols(kept).transpose();
  map.rowwise().normalize();  // what the directions left out would add to the diagonal

  Whitening out{Matrix(rows.cols(), static_cast<std::size_t>(kept)),
                Matrix(rows.rows(), static_cast<std::size_t>(kept))};
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index k = 0; k < kept; ++k) {
      out.map(static_cast<std::size_t>(i), static_cast<std::size_t>(k)) = map(i, k);
    }
  }
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const Eigen::Map<const Eigen::VectorXd> z(rows.row(i).data(), n);
    Eigen::Map<Eigen::VectorXd>(out.rows.row(i).data(), kept) = inverse * z;
  }
  return out;
}

double persistence_of(const ConditionalErrors& past) {
  double product = 0.0;
  double first = 0.0;
  double second = 0.0;
  for (std::size_t d = 0; d < past.varies.size(); ++d) {
    const auto& z = past.standardised[d];
    for (std::size_t t = 0; t + 1 < z.rows(); ++t) {
      for (std::size_t j = 0; j < z.cols(); ++j) {
        if (past.varies[d](t, j) != 0 && past.varies[d](t + 1, j) != 0) {
          product += z(t, j) * z(t + 1, j);
          first += z(t, j) * z(t, j);
          second += z(t + 1, j) * z(t + 1, j);
        }
      }
    }
  }
  const double scale = std::sqrt(first * second);
  return scale > 0.0 ? std::clamp(product / scale, -1.0, 1.0) : 0.0;
}

/// Standardised observations of `sources`: the periods in which all of them vary or, where these
/// are too few (sources that take turns), all periods with their gaps filled. Columns have mean 0
/// and variance 1; nothing if one is constant even so.
std::optional<Matrix> observations(const ConditionalErrors& past,
                                   const std::vector<std::size_t>& sources) {
  Matrix rows = pooled_rows(past.standardised, sources, [&](std::size_t d, std::size_t t) {
    return std::all_of(sources.begin(), sources.end(),
                       [&](std::size_t j) { return past.varies[d](t, j) != 0; });
  });
  if (rows.rows() >= rows_per_source * sources.size() && normalise(rows)) {
    return rows;
  }
  rows = pooled_rows(without_gaps(past), sources, [](std::size_t, std::size_t) { return true; });
  return normalise(rows) ? std::optional(std::move(rows)) : std::nullopt;
}

/// What `rows` of one day's hours are worth in independent rows.
double effective_rows(std::size_t rows, std::size_t days, double persistence) {
  const double r2 = persistence * persistence;
  const auto count = static_cast<double>(rows);
  const double least = std::min(count, static_cast<double>(days));
  return std::max(least, count * (1.0 - r2) / (1.0 + r2));
}

/// n independent standard normal sources.
StandardLaw independent_gaussian(std::size_t n) {
  StandardLaw law;
  law.correlation = Matrix(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    law.correlation(j, j) = 1.0;
  }
  law.mixture = {{1.0, std::vector<double>(n, 0.0), law.correlation}};
  return law;
}

/// Covariance of a mixture with mean 0.
Matrix covariance_of(const std::vector<MixtureComponent>& mixture) {
  const std::size_t n = mixture.front().mean.size();
  Matrix out(n, n);
  for (const auto& c : mixture) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        out(i, j) += c.weight * (c.covariance(i, j) + c.mean[i] * c.mean[j]);
      }
    }
  }
  return out;
}

/// Of standardised errors; one Gaussian where they are too few or all the same.
std::vector<ScalarComponent> shape_of(const std::vector<double>& values, std::size_t max_components,
                                      double effective_rows) {
  Matrix rows(values.size(), 1);
  std::copy(values.begin(), values.end(), rows.data());
  if (values.size() < least_days || !normalise(rows)) {
    return {{1.0, 0.0, 1.0}};
  }
  return fit_scalar_mixture(rows, max_components, effective_rows);
}

/// Standardised errors of source j in the periods [first, last) of all days in which it varies.
std::vector<double> varying_errors(const ConditionalErrors& past, std::size_t j, std::size_t first,
                                   std::size_t last) {
  std::vector<double> out;
  for (std::size_t d = 0; d < past.standardised.size(); ++d) {
    for (std::size_t t = first; t < last; ++t) {
      if (past.varies[d](t, j) != 0) {
        out.push_back(past.standardised[d](t, j));
      }
    }
  }
  return out;
}

/// Below so many days the periods of a source share one shape.
constexpr std::size_t days_for_own_shapes = 100;

/// Per source a shape for each period, or one for all where the days are few.
BasicMatrix<std::vector<ScalarComponent>> own_shapes(const ConditionalErrors& past,
                                                     std::size_t max_components,
                                                     double persistence) {
  const std::size_t periods = past.deviation.front().rows();
  BasicMatrix<std::vector<ScalarComponent>> out(periods, past.deviation.front().cols());
  for (std::size_t j = 0; j < out.cols(); ++j) {
    if (past.varies.size() < days_for_own_shapes) {
      const auto all = varying_errors(past, j, 0, periods);
      const double effective = effective_rows(all.size(), past.varies.size(), persistence);
      const auto shape = shape_of(all, max_components, effective);
      for (std::size_t t = 0; t < periods; ++t) {
        out(t, j) = shape;
      }
      continue;
    }
    for (std::size_t t = 0; t < periods; ++t) {
      const auto values = varying_errors(past, j, t, t + 1);
      const auto count = static_cast<double>(values.size());
      out(t, j) = shape_of(values, max_components, count);
    }
  }
  return out;
}

/// B with rows for all n sources: those that never vary get a row of zeros.
Matrix for_all_sources(const Matrix& map, const std::vector<std::size_t>& sources, std::size_t n) {
  Matrix out(n, map.cols());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::copy(map.row(i).begin(), map.row(i).end(), out.row(sources[i]).begin());
  }
  return out;
}

}  // namespace

std::vector<Matrix> without_gaps(const ConditionalErrors& past) {
  auto days = past.standardised;
  for (std::size_t d = 0; d < days.size(); ++d) {
    const auto& varies = past.varies[d];
    const std::size_t periods = days[d].rows();
    for (std::size_t j = 0; j < days[d].cols(); ++j) {
      for (std::size_t t = 0; t < periods; ++t) {
        for (std::size_t away = 0; away < periods && varies(t, j) == 0; ++away) {
          const bool earlier = away <= t && varies(t - away, j) != 0;
          if (earlier || (t + away < periods && varies(t + away, j) != 0)) {
            days[d](t, j) = past.standardised[d](earlier ? t - away : t + away, j);
            break;
          }
        }
      }
    }
  }
  return days;
}

StandardLaw standard_law(const ConditionalErrors& past, std::size_t max_components,
                         bool independent) {
  const std::size_t n = past.deviation.front().cols();
  StandardLaw law = independent_gaussian(n);
  const auto sources = varying_sources(past);
  if (sources.empty()) {
    return law;
  }
  law.persistence = persistence_of(past);
  if (independent) {
    law.own_shapes = own_shapes(past, max_components, law.persistence);
    return law;
  }
  const auto rows = observations(past, sources);
  if (!rows) {
    return law;
  }
  const double effective = effective_rows(rows->rows(), past.varies.size(), law.persistence);
  const auto white = whitened(*rows, effective);
  auto mixture = fit_mixture(white.rows, max_components, effective).components;
  whiten(mixture);
  law.mixture = mapped(mixture, for_all_sources(white.map, sources, n));
  for (std::size_t j = 0; j < n; ++j) {
    if (!std::binary_search(sources.begin(), sources.end(), j)) {
      for (auto& c : law.mixture) {
        c.covariance(j, j) = 1.0;
      }
    }
  }
  law.correlation = covariance_of(law.mixture);
  for (std::size_t j = 0; j < n; ++j) {
    law.correlation(j, j) = 1.0;  // to rounding it is
  }
  return law;
}

}  // namespace gridpact::uncertainty
