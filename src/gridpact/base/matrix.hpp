#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

namespace gridpact {

/// A dense row-major table of numbers: what modules hand to each other. Algebra is done inside
/// modules with Eigen, which maps onto `data()` without a copy.
template <class T>
class BasicMatrix {
 public:
  BasicMatrix() = default;
  BasicMatrix(std::size_t rows, std::size_t cols, const T& fill = T{})
      : rows_(rows), cols_(cols), data_(rows * cols, fill) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t cols() const { return cols_; }
  [[nodiscard]] bool empty() const { return data_.empty(); }

  T& operator()(std::size_t row, std::size_t col) {
    assert(row < rows_ && col < cols_);
    return data_[row * cols_ + col];
  }
  const T& operator()(std::size_t row, std::size_t col) const {
    assert(row < rows_ && col < cols_);
    return data_[row * cols_ + col];
  }
  [[nodiscard]] std::span<T> row(std::size_t index) {
    assert(index < rows_);
    return std::span<T>(data_).subspan(index * cols_, cols_);
  }
  [[nodiscard]] std::span<const T> row(std::size_t index) const {
    assert(index < rows_);
    return std::span<const T>(data_).subspan(index * cols_, cols_);
  }
  [[nodiscard]] T* data() { return data_.data(); }
  [[nodiscard]] const T* data() const { return data_.data(); }
  friend bool operator==(const BasicMatrix&, const BasicMatrix&) = default;

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::vector<T> data_;
};

using Matrix = BasicMatrix<double>;

}  // namespace gridpact
