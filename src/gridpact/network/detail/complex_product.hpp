#pragma once

#include <complex>

namespace gridpact::network {

/// a·b and a / b for finite numbers. The operators of std::complex first ask whether an infinite
/// factor was lost, at several times the price of the arithmetic.
inline double product(double a, double b) { return a * b; }

inline std::complex<double> product(std::complex<double> a, std::complex<double> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// conj(s / v) = conj(s)·v / |v|².
inline std::complex<double> conjugate_ratio(std::complex<double> s, std::complex<double> v) {
  const double scale = 1.0 / (v.real() * v.real() + v.imag() * v.imag());
  return {(s.real() * v.real() + s.imag() * v.imag()) * scale,
          (s.real() * v.imag() - s.imag() * v.real()) * scale};
}

}  // namespace gridpact::network
