#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gridpact/uncertainty/dip.hpp"
#include "gridpact/uncertainty/law.hpp"
#include "gridpact/uncertainty/shape.hpp"

namespace gridpact::uncertainty {

/// What the fitted law and the past errors themselves say of the shape of one number.
struct ShapeEvidence {
  std::size_t modes = 1;             ///< of the fitted mixture
  double asymmetry = 0.0;            ///< of the fitted mixture
  double symmetry_p_value = 1.0;     ///< of past errors (flips of signs); small: not symmetric
  double unimodality_p_value = 1.0;  ///< of past errors (Hartigans' dip); small: not unimodal
  /// A property counts where the fitted law has it and the past does not speak against it: p-values
  /// of `least_p_value` and more.
  HonestFactors honest;
};
inline constexpr double least_p_value = 0.05;

/// Mixture of source j's standardised error in all periods; with own shapes, of all periods
/// together.
[[nodiscard]] std::vector<ScalarComponent> marginal(const LayerLaw& law, std::size_t j);

/// Tests of samples of one size. May be used by several threads at a time.
class SampleTests {
 public:
  /// `size`: of the samples; `replicates`: of the dip's null law.
  SampleTests(std::size_t size, std::uint64_t seed, std::size_t replicates);

  /// `values`: one independent number per day, in any order; `law`: what was fitted to them, whose
  /// mean is taken off.
  [[nodiscard]] ShapeEvidence evidence(std::vector<double> values, const ScalarLaw& law) const;
  [[nodiscard]] double unimodality_p_value(std::span<const double> sorted) const {
    return dip_.p_value(dip_statistic(sorted));
  }

 private:
  DipTest dip_;
  SymmetryTest symmetry_;
};

/// Tests of one law's shapes: which safety factors of one-sided constraints (moments; + symmetric;
/// + unimodal; both) may honestly be used for a row. May be used by several threads at a time.
class ShapeTests {
 public:
  /// The law must have past days (any that `fit` made).
  ShapeTests(LayerLaw law, std::uint64_t seed);

  /// Of the scalar a'ξ_t (`weights`: n numbers). The sample is one number per past day, its errors
  /// in period t scaled to the planned day; so its values are independent, if days are. A row
  /// without deviation is symmetric and unimodal.
  [[nodiscard]] ShapeEvidence row(std::size_t t, std::span<const double> weights) const;

  /// Of one source over all periods, standardised. Symmetry: flips of whole days. Unimodality: the
  /// smallest of the periods' p-values times their number (Bonferroni), since hours of a day are
  /// not independent.
  [[nodiscard]] ShapeEvidence source(std::size_t j) const;

 private:
  LayerLaw law_;
  std::uint64_t seed_;
  SampleTests tests_;
};

}  // namespace gridpact::uncertainty
