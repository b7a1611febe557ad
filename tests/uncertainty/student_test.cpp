#include "gridpact/uncertainty/student.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {
namespace {

/// Days of one period of two sources with correlation 0.6 and, for ν > 0, the tails of a t with an
/// integer number ν of degrees of freedom; unit variances.
std::vector<Matrix> days_of(unsigned degrees, std::size_t count, bool independent = false) {
  std::vector<Matrix> out;
  for (std::size_t d = 0; d < count; ++d) {
    RandomStream random(11, d);
    const auto scale = [&] {
      double chi = 0.0;
      for (unsigned k = 0; k < degrees; ++k) {
        chi += std::pow(random.normal(), 2);
      }
      return degrees > 0 ? std::sqrt((degrees - 2.0) / chi) : 1.0;
    };
    const double together = scale();
    const double first = random.normal();
    const double second = 0.6 * first + 0.8 * random.normal();
    auto& day = out.emplace_back(1, 2);
    day(0, 0) = together * first;
    day(0, 1) = (independent ? scale() : together) * (independent ? random.normal() : second);
  }
  return out;
}

Matrix correlated() {
  Matrix out(2, 2, 1.0);
  out(0, 1) = out(1, 0) = 0.6;
  return out;
}

TEST(Student, FindsTheDegreesOfFreedom) {
  for (const unsigned degrees : {4U, 8U}) {
    const double fitted = fitted_degrees(days_of(degrees, 6000), correlated(), false);
    EXPECT_NEAR(1.0 / fitted, 1.0 / degrees, 0.02);
  }
  EXPECT_NEAR(1.0 / fitted_degrees(days_of(5, 6000, true), {}, true), 0.2, 0.02);
}

TEST(Student, AGaussianHasNone) {
  EXPECT_GT(fitted_degrees(days_of(0, 6000), correlated(), false), 60.0);
}

TEST(Student, WhatVariesNotIsLeftOut) {
  auto days = days_of(4, 6000);
  for (auto& day : days) {
    day(0, 1) = day(0, 0);
  }
  EXPECT_NEAR(1.0 / fitted_degrees(days, Matrix(2, 2, 1.0), false), 0.25, 0.02);
}

}  // namespace
}  // namespace gridpact::uncertainty
