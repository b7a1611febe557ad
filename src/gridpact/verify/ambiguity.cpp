// Kullback-Leibler: for every event A, sup P(A) over KL(P ‖ P₀) ≤ ρ is at most ε iff P₀(A) ≤ ε',
//
//   ε ln(ε/ε') + (1 − ε) ln((1 − ε)/(1 − ε')) = ρ,  ε' < ε            (data processing; bisection)
//
// R. Jiang, Y. Guan, "Data-driven chance constrained stochastic program", Math. Programming 158,
// 2016, DOI 10.1007/s10107-015-0929-7, of which this is another form.
//
// Wasserstein: y is what a day shows of the limits, d(y, y') = max_i |y_i − y'_i| / s_i, A the days
// that break a limit, and dist(y) the distance of y to A. Let π couple P and P₀ with E_π d ≤ θ. If
// y ∈ A, then dist(y₀) ≤ r or d(y, y₀) > r, so with Markov's inequality
//
//   P(A) ≤ P₀(dist ≤ r) + θ/r                 for every r > 0,
//
// and dist(y₀) ≤ r if and only if a limit is broken once all are tightened by r s_i: for each bound
// y_i ≤ b_i the nearest violated y moves y_i alone. No linear model, no convexity. The r are a
// fixed grid r = c θ/ε, which leaves ε − θ/r = ε (1 − 1/c); that the best of K is taken costs δ/K
// (Bonferroni).

#include "gridpact/verify/ambiguity.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "gridpact/uncertainty/stress.hpp"

namespace gridpact::verify {

namespace {

constexpr std::array reaches{1.25, 1.6, 2.2, 3.5, 7.0};
constexpr int bisections = 100;

double divergence(double q, double p) {
  return q * std::log(q / p) + (1.0 - q) * std::log((1.0 - q) / (1.0 - p));
}

}  // namespace

double shrunk_limit(double epsilon, double radius) {
  if (radius <= 0.0 || epsilon <= 0.0 || epsilon >= 1.0) {
    return epsilon;
  }
  double low = 0.0;
  double high = epsilon;
  for (int i = 0; i < bisections; ++i) {
    const double middle = 0.5 * (low + high);
    (middle <= 0.0 || divergence(epsilon, middle) >= radius ? low : high) = middle;
  }
  return low;
}

std::vector<Test> tests_for(double epsilon, const Ambiguity& ambiguity) {
  if (ambiguity.wasserstein_radius > 0.0) {
    std::vector<Test> out;
    for (const double c : reaches) {
      out.push_back({c * ambiguity.wasserstein_radius / epsilon, epsilon * (1.0 - 1.0 / c)});
    }
    return out;
  }
  return {{0.0, shrunk_limit(epsilon, ambiguity.kl_radius)}};
}

double worst_case(double p, const Test& test, const Ambiguity& ambiguity) {
  if (ambiguity.wasserstein_radius > 0.0) {
    return std::min(1.0, p + ambiguity.wasserstein_radius / test.tightening);
  }
  if (ambiguity.kl_radius > 0.0) {
    return uncertainty::worst_probability(p, ambiguity.kl_radius);
  }
  return p;
}

}  // namespace gridpact::verify
