#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace gridpact::network {

/// One number of a sparse matrix; numbers at the same place add up.
template <class Scalar>
struct Entry {
  std::size_t row = 0;
  std::size_t column = 0;
  Scalar value{};
};

/// A triangular matrix by compressed rows, without its diagonal.
template <class Scalar>
struct TriangleRows {
  std::vector<std::size_t> start{0};  ///< of each row in the two below; one more at the end
  std::vector<std::size_t> column;
  std::vector<Scalar> value;
};

/// Sparse LU factors of a square matrix A, P·A·Q = L·U, kept in plain compressed rows so that a
/// solve touches nothing but the factors' non-zeros: it allocates nothing and many threads may
/// share one factorisation. The factors themselves come from a library (sparse_lu.cpp alone knows
/// which).
template <class Scalar>
class SparseLu {
 public:
  /// `place`: of each unknown in the order of elimination.
  SparseLu(const std::vector<Entry<Scalar>>& entries, const std::vector<std::size_t>& place);

  [[nodiscard]] std::size_t size() const { return row_position_.size(); }

  /// Columns of A that depend on others to working precision: their pivot is below 1e-13 of their
  /// largest entry. A solve is meaningful only if there are none.
  [[nodiscard]] const std::vector<std::size_t>& dependent_columns() const {
    return dependent_columns_;
  }

  /// x := A⁻¹ x. `scratch` has the size of x and is overwritten.
  void solve(std::span<Scalar> x, std::span<Scalar> scratch) const;
  /// x := A⁻ᵀ x (transposed, not conjugated), in the same way.
  void solve_transposed(std::span<Scalar> x, std::span<Scalar> scratch) const;

  [[nodiscard]] const TriangleRows<Scalar>& lower() const { return lower_; }  ///< unit diagonal
  [[nodiscard]] const TriangleRows<Scalar>& upper() const { return upper_; }
  [[nodiscard]] const std::vector<Scalar>& inverse_pivot() const { return inverse_pivot_; }
  /// Row i of A is row row_position()[i] of L·U; likewise its columns.
  [[nodiscard]] const std::vector<std::size_t>& row_position() const { return row_position_; }
  [[nodiscard]] const std::vector<std::size_t>& column_position() const { return column_position_; }

 private:
  /// Copies L and U out of the library's form; returns U's diagonal.
  template <class Factors>
  std::vector<Scalar> keep(const Factors& factors, const std::vector<std::size_t>& place);

  TriangleRows<Scalar> lower_;
  TriangleRows<Scalar> upper_;
  std::vector<Scalar> inverse_pivot_;  ///< of U's diagonal
  std::vector<std::size_t> row_position_;
  std::vector<std::size_t> column_position_;
  std::vector<std::size_t> dependent_columns_;
};

extern template class SparseLu<double>;
extern template class SparseLu<std::complex<double>>;

}  // namespace gridpact::network
