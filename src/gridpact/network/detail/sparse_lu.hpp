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

/// Sparse LU factors of a square matrix A, P·A·Q = L·U, kept in plain compressed columns so that a
/// solve touches nothing but the factors' non-zeros: it allocates nothing and many threads may
/// share one factorisation. The factors themselves come from a library (sparse_lu.cpp alone knows
/// which).
template <class Scalar>
class SparseLu {
 public:
  SparseLu(std::size_t size, const std::vector<Entry<Scalar>>& entries);

  [[nodiscard]] std::size_t size() const { return row_position_.size(); }

  /// Columns of A that depend on others to working precision: their pivot is below 1e-13 of their
  /// largest entry. A solve is meaningful only if there are none.
  [[nodiscard]] const std::vector<std::size_t>& dependent_columns() const {
    return dependent_columns_;
  }

  /// x := A⁻¹ x. `scratch` has the size of x and is overwritten.
  void solve(std::span<Scalar> x, std::span<Scalar> scratch) const;

 private:
  struct Columns {
    std::vector<std::size_t> start{0};
    std::vector<std::size_t> row;
    std::vector<Scalar> value;
    void close_column() { start.push_back(row.size()); }
  };

  /// Copies L and U out of the library's form; returns U's diagonal.
  template <class Factors>
  std::vector<Scalar> keep(const Factors& factors);

  Columns lower_;                             ///< L without its unit diagonal
  Columns upper_;                             ///< U without its diagonal
  std::vector<Scalar> inverse_pivot_;         ///< of U's diagonal
  std::vector<std::size_t> row_position_;     ///< row i of A is row row_position_[i] of L·U
  std::vector<std::size_t> column_position_;  ///< likewise for columns
  std::vector<std::size_t> dependent_columns_;
};

extern template class SparseLu<double>;
extern template class SparseLu<std::complex<double>>;

}  // namespace gridpact::network
