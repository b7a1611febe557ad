// Shape of a row: e_d = Σ_j a_j σ(t, j) z_d(t, j) over past days d, and the mixture of a'ξ_t.

#include "gridpact/uncertainty/row_shape.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace gridpact::uncertainty {

namespace {

constexpr std::size_t replicates = 4000;  // p-values down to 0.00025, times the periods of a day

HonestFactors honest(const ShapeEvidence& evidence) {
  return {evidence.asymmetry <= most_asymmetry && evidence.symmetry_p_value >= least_p_value,
          evidence.modes <= 1 && evidence.unimodality_p_value >= least_p_value};
}

/// Source j in period t, a number per past day, ascending.
std::vector<double> sorted_errors(const LayerLaw& law, std::size_t t, std::size_t j) {
  std::vector<double> out;
  for (const auto& day : law.past_days) {
    out.push_back(day(t, j));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<ScalarComponent> marginal(const LayerLaw& law, std::size_t j) {
  std::vector<ScalarComponent> out;
  if (law.own_shapes.empty()) {
    for (const auto& c : law.mixture) {
      out.push_back({c.weight, c.mean[j], std::sqrt(std::max(0.0, c.covariance(j, j)))});
    }
    return out;
  }
  for (std::size_t t = 0; t < law.periods(); ++t) {
    for (auto c : law.own_shapes(t, j)) {
      c.weight /= static_cast<double>(law.periods());
      out.push_back(c);
    }
  }
  return out;
}

SampleTests::SampleTests(std::size_t size, std::uint64_t seed, std::size_t replicates)
    : dip_(size, seed, replicates), symmetry_(size, seed) {}

ShapeEvidence SampleTests::evidence(std::vector<double> values, const ScalarLaw& law) const {
  ShapeEvidence out;
  if (!(law.std_deviation > 0.0)) {
    out.honest = {true, true};
    return out;
  }
  if (!law.mixture.empty()) {
    out.modes = count_modes(law.mixture);
    out.asymmetry = asymmetry(law.mixture);
  }
  for (double& value : values) {
    value -= law.mean;
  }
  out.symmetry_p_value = symmetry_.p_value(values);
  std::sort(values.begin(), values.end());
  out.unimodality_p_value = unimodality_p_value(values);
  out.honest = honest(out);
  return out;
}

ShapeTests::ShapeTests(LayerLaw law, std::uint64_t seed)
    : law_(std::move(law)), seed_(seed), tests_(law_.past_days.size(), seed, replicates) {}

ShapeEvidence ShapeTests::row(std::size_t t, std::span<const double> weights) const {
  std::vector<double> values;
  for (const auto& day : law_.past_days) {
    double sum = 0.0;
    for (std::size_t j = 0; j < law_.size(); ++j) {
      sum += weights[j] * (law_.mean(t, j) + law_.std_deviation(t, j) * day(t, j));
    }
    values.push_back(sum);
  }
  return tests_.evidence(std::move(values), project(law_, t, weights));
}

ShapeEvidence ShapeTests::source(std::size_t j) const {
  ShapeEvidence out;
  const auto mixture = marginal(law_, j);
  out.modes = count_modes(mixture);
  out.asymmetry = asymmetry(mixture);
  out.symmetry_p_value = symmetry_p_value(law_.past_days, j, seed_);
  double least = 1.0;
  double periods = 0.0;
  std::vector<double> before;
  for (std::size_t t = 0; t < law_.periods(); ++t) {
    auto errors = sorted_errors(law_, t, j);
    if (errors != before) {  // gaps are filled with the errors of the periods beside them
      least = std::min(least, tests_.unimodality_p_value(errors));
      periods += 1.0;
    }
    before = std::move(errors);
  }
  out.unimodality_p_value = std::min(1.0, least * periods);
  out.honest = honest(out);
  return out;
}

}  // namespace gridpact::uncertainty
