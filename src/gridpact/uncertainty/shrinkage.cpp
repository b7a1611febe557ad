// Oracle approximating shrinkage of a p × p covariance S of N rows, with m = tr S / p and
// q = tr(S²) / p²:
//
//   w = (q + m²) / ((N + 1) (q − m² / p)), at most 1; 1 where S is a multiple of I
//
// the large-p form of Chen, Wiesel, Eldar, Hero 2010, equation 23.

#include "gridpact/uncertainty/detail/shrinkage.hpp"

#include <algorithm>

namespace gridpact::uncertainty {

double oas_weight(std::span<const double> eigenvalues, double rows) {
  const auto p = static_cast<double>(eigenvalues.size());
  double trace = 0.0;
  double squares = 0.0;
  for (const double value : eigenvalues) {
    trace += value;
    squares += value * value;
  }
  const double mean = trace / p;
  const double alpha = squares / (p * p);
  const double spread = (rows + 1.0) * (alpha - mean * mean / p);
  return spread > 0.0 ? std::clamp((alpha + mean * mean) / spread, 0.0, 1.0) : 1.0;
}

}  // namespace gridpact::uncertainty
