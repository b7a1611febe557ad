// A = Pᵀ·L·U·Qᵀ by Eigen's SparseLU (left-looking supernodal LU; Demmel, Eisenstat, Gilbert, Li,
// Liu, SIAM J. Matrix Anal. Appl. 20(3), 1999), then
//   solve:  y = P b;  y := L⁻¹ y;  y := U⁻¹ y;  x = Q y
// row by row. Eigen's own solve goes through its supernode blocks and allocates workspace in each
// call; on the near-tree matrices of feeders the plain loops below take less than half its time.
//
// The order of elimination is given (elimination_order.hpp); the pivot is the diagonal wherever it
// is not much smaller than what stands below it. Eigen's SparseLU takes no order from outside, and
// uses that of its own AMDOrdering the wrong way round (seen in 3.4: it fills feeders' factors many
// times over), so rows and columns come in the given order and Eigen keeps it.

#include "gridpact/network/detail/sparse_lu.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include <Eigen/SparseLU>

#include "gridpact/network/detail/complex_product.hpp"

namespace gridpact::network {

namespace {

constexpr double smallest_relative_pivot = 1e-13;
constexpr double diagonal_preference =
    1e-2;  // the diagonal is the pivot from this share of the largest

template <class Scalar>
using EigenSparse = Eigen::SparseMatrix<Scalar, Eigen::ColMajor, int>;

template <class Scalar>
EigenSparse<Scalar> assemble(const std::vector<Entry<Scalar>>& entries,
                             const std::vector<std::size_t>& place) {
  std::vector<Eigen::Triplet<Scalar, int>> triplets;
  triplets.reserve(entries.size());
  for (const Entry<Scalar>& entry : entries) {
    triplets.emplace_back(static_cast<int>(place[entry.row]), static_cast<int>(place[entry.column]),
                          entry.value);
  }
  const auto order = static_cast<Eigen::Index>(place.size());
  EigenSparse<Scalar> matrix(order, order);
  matrix.setFromTriplets(triplets.begin(), triplets.end());
  return matrix;
}

template <class Scalar>
std::vector<double> largest_of_columns(const EigenSparse<Scalar>& matrix) {
  std::vector<double> largest(static_cast<std::size_t>(matrix.cols()), 0.0);
  for (Eigen::Index column = 0; column < matrix.outerSize(); ++column) {
    double& entry = largest[static_cast<std::size_t>(column)];
    for (typename EigenSparse<Scalar>::InnerIterator it(matrix, column); it; ++it) {
      entry = std::max(entry, std::abs(it.value()));
    }
  }
  return largest;
}

/// Moves every diagonal entry by a hair, so that a factorisation which met an exact zero pivot can
/// run to its end and show *all* dependent columns.
template <class Scalar>
void shift_diagonal(EigenSparse<Scalar>& matrix, const std::vector<double>& largest) {
  for (std::size_t i = 0; i < largest.size(); ++i) {
    const auto index = static_cast<Eigen::Index>(i);
    const double unit = largest[i] > 0.0 ? largest[i] : 1.0;
    matrix.coeffRef(index, index) += Scalar(1e-3 * smallest_relative_pivot * unit);
  }
  matrix.makeCompressed();
}

/// Where `permutation` takes what stands at `place`.
std::vector<std::size_t> followed_by(
    const std::vector<std::size_t>& place,
    const Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int>& permutation) {
  std::vector<std::size_t> result(place.size());
  std::transform(place.begin(), place.end(), result.begin(), [&](std::size_t at) {
    return static_cast<std::size_t>(permutation.indices()(static_cast<Eigen::Index>(at)));
  });
  return result;
}

/// Entries given by column become rows, each in ascending order of its columns.
template <class Scalar>
TriangleRows<Scalar> by_rows(std::size_t count, const std::vector<Entry<Scalar>>& entries) {
  TriangleRows<Scalar> rows;
  rows.start.assign(count + 1, 0);
  for (const Entry<Scalar>& entry : entries) {
    ++rows.start[entry.row + 1];
  }
  std::partial_sum(rows.start.begin(), rows.start.end(), rows.start.begin());
  rows.column.resize(entries.size());
  rows.value.resize(entries.size());
  std::vector<std::size_t> next(rows.start.begin(), rows.start.end() - 1);
  for (const Entry<Scalar>& entry : entries) {
    const std::size_t place = next[entry.row]++;
    rows.column[place] = entry.column;
    rows.value[place] = entry.value;
  }
  return rows;
}

template <class Scalar>
Scalar product_of_row(const TriangleRows<Scalar>& rows, std::size_t row, std::span<Scalar> x) {
  Scalar sum{};
  for (std::size_t k = rows.start[row]; k < rows.start[row + 1]; ++k) {
    sum += product(rows.value[k], x[rows.column[k]]);
  }
  return sum;
}

}  // namespace

template <class Scalar>
SparseLu<Scalar>::SparseLu(const std::vector<Entry<Scalar>>& entries,
                           const std::vector<std::size_t>& place) {
  const std::size_t size = place.size();
  if (size == 0) {
    return;
  }
  EigenSparse<Scalar> matrix = assemble(entries, place);
  const std::vector<double> largest = largest_of_columns<Scalar>(matrix);
  Eigen::SparseLU<EigenSparse<Scalar>, Eigen::NaturalOrdering<int>> factors;
  factors.isSymmetric(true);
  factors.setPivotThreshold(diagonal_preference);
  factors.compute(matrix);
  if (factors.info() != Eigen::Success) {
    shift_diagonal<Scalar>(matrix, largest);
    factors.compute(matrix);
  }
  if (factors.info() != Eigen::Success) {
    dependent_columns_.resize(size);
    std::iota(dependent_columns_.begin(), dependent_columns_.end(), std::size_t{0});
    return;
  }
  const std::vector<Scalar> pivot = keep(factors, place);
  for (std::size_t column = 0; column < size; ++column) {
    // The negation also catches a pivot that is not a number.
    if (!(std::abs(pivot[column_position_[column]]) >
          smallest_relative_pivot * largest[place[column]])) {
      dependent_columns_.push_back(column);
    }
  }
}

// Eigen 3.4 stores L and the diagonal blocks of U together, supernode by supernode, and the rest of
// U apart; both are public members of matrixU() (later versions of Eigen convert by toSparse()).
template <class Scalar>
template <class Factors>
std::vector<Scalar> SparseLu<Scalar>::keep(const Factors& factors,
                                           const std::vector<std::size_t>& place) {
  using EigenLower = typename Factors::SCMatrix;
  using EigenUpper = Eigen::MappedSparseMatrix<Scalar, Eigen::ColMajor, int>;
  row_position_ = followed_by(place, factors.rowsPermutation());
  column_position_ = followed_by(place, factors.colsPermutation());
  const auto upper = factors.matrixU();
  const auto count = static_cast<std::size_t>(factors.cols());
  std::vector<Scalar> diagonal(count);
  std::vector<Entry<Scalar>> below, above;
  for (std::size_t column = 0; column < count; ++column) {
    const auto index = static_cast<Eigen::Index>(column);
    for (typename EigenLower::InnerIterator it(upper.m_mapL, index); it; ++it) {
      const auto row = static_cast<std::size_t>(it.row());
      if (row == column) {
        diagonal[column] = it.value();
      } else if (it.value() != Scalar{}) {  // blocks are padded with zeros
        (row > column ? below : above).push_back({row, column, it.value()});
      }
    }
    for (typename EigenUpper::InnerIterator it(upper.m_mapU, index); it; ++it) {
      if (it.value() != Scalar{}) {
        above.push_back({static_cast<std::size_t>(it.row()), column, it.value()});
      }
    }
  }
  lower_ = by_rows(count, below);
  upper_ = by_rows(count, above);
  for (const Scalar pivot : diagonal) {
    inverse_pivot_.push_back(Scalar(1.0) / pivot);
  }
  return diagonal;
}

template <class Scalar>
void SparseLu<Scalar>::solve(std::span<Scalar> x, std::span<Scalar> scratch) const {
  assert(x.size() == size() && scratch.size() == size());
  const std::size_t count = size();
  for (std::size_t i = 0; i < count; ++i) {
    scratch[row_position_[i]] = x[i];
  }
  for (std::size_t row = 0; row < count; ++row) {
    scratch[row] -= product_of_row(lower_, row, scratch);
  }
  for (std::size_t row = count; row-- > 0;) {
    scratch[row] =
        product(scratch[row] - product_of_row(upper_, row, scratch), inverse_pivot_[row]);
  }
  for (std::size_t j = 0; j < count; ++j) {
    x[j] = scratch[column_position_[j]];
  }
}

// Aᵀ = Q·Uᵀ·Lᵀ·P: rows of U and L are columns of their transposes.
template <class Scalar>
void SparseLu<Scalar>::solve_transposed(std::span<Scalar> x, std::span<Scalar> scratch) const {
  assert(x.size() == size() && scratch.size() == size());
  const std::size_t count = size();
  const auto subtract_row = [&](const TriangleRows<Scalar>& rows, std::size_t row) {
    for (std::size_t k = rows.start[row]; k < rows.start[row + 1]; ++k) {
      scratch[rows.column[k]] -= product(rows.value[k], scratch[row]);
    }
  };
  for (std::size_t j = 0; j < count; ++j) {
    scratch[column_position_[j]] = x[j];
  }
  for (std::size_t row = 0; row < count; ++row) {
    scratch[row] = product(scratch[row], inverse_pivot_[row]);
    subtract_row(upper_, row);
  }
  for (std::size_t row = count; row-- > 0;) {
    subtract_row(lower_, row);
  }
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = scratch[row_position_[i]];
  }
}

template class SparseLu<double>;
template class SparseLu<std::complex<double>>;

}  // namespace gridpact::network
