// Bounds for a known shape: the table of factors, laws that attain them, laws that may not break
// them, and that the program's tangents stay below.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "laws.hpp"
#include <gtest/gtest.h>

#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Knowledge shapes[] = {Knowledge::symmetric, Knowledge::unimodal,
                                Knowledge::symmetric_unimodal};

/// A mixture of uniforms, standardised when asked for.
struct Uniforms {
  struct Piece {
    double weight, low, high;
  };
  std::vector<Piece> pieces;

  [[nodiscard]] double mean() const {
    double sum = 0.0;
    for (const auto& p : pieces) {
      sum += p.weight * 0.5 * (p.low + p.high);
    }
    return sum;
  }
  [[nodiscard]] double deviation() const {
    double square = 0.0;
    for (const auto& p : pieces) {
      square += p.weight * (p.low * p.low + p.low * p.high + p.high * p.high) / 3.0;
    }
    return std::sqrt(square - mean() * mean());
  }
  /// P((X − mean)/deviation > k)
  [[nodiscard]] double above(double k) const {
    const double x = mean() + k * deviation();
    double sum = 0.0;
    for (const auto& p : pieces) {
      sum += p.high > p.low ? p.weight * std::clamp((p.high - x) / (p.high - p.low), 0.0, 1.0)
                            : (p.high > x ? p.weight : 0.0);
    }
    return sum;
  }
};

TEST(ShapeBound, FactorsOfTheTable) {
  const auto factor = [](Knowledge knowledge, double epsilon) {
    return RowRisk(plain_law(1.0), knowledge).margin_upper(epsilon);
  };
  EXPECT_NEAR(factor(Knowledge::symmetric, 0.05), 3.1623, 1e-4);
  EXPECT_NEAR(factor(Knowledge::symmetric, 0.0005), 31.623, 1e-3);
  EXPECT_NEAR(factor(Knowledge::unimodal, 0.05), 2.8087, 1e-4);
  EXPECT_NEAR(factor(Knowledge::unimodal, 0.005), 9.3749, 1e-4);
  EXPECT_NEAR(factor(Knowledge::symmetric_unimodal, 0.05), 2.1082, 1e-4);
  EXPECT_NEAR(factor(Knowledge::symmetric_unimodal, 0.25), std::sqrt(3.0) / 2.0, 1e-12);
}

TEST(ShapeBound, MoreKnowledgeNeverCostsMore) {
  for (const double epsilon : {0.4, 0.2, 0.1, 0.05, 0.01, 0.001}) {
    const auto margin = [&](Knowledge knowledge) {
      return RowRisk(plain_law(2.0), knowledge).margin_upper(epsilon);
    };
    EXPECT_LE(margin(Knowledge::unimodal), margin(Knowledge::moments));
    EXPECT_LE(margin(Knowledge::symmetric), margin(Knowledge::moments));
    EXPECT_LE(margin(Knowledge::symmetric_unimodal), margin(Knowledge::symmetric));
    EXPECT_LE(margin(Knowledge::symmetric_unimodal), margin(Knowledge::unimodal));
    EXPECT_LE(margin(Knowledge::gaussian), margin(Knowledge::symmetric_unimodal));
  }
}

// The unimodal law with an atom at its mode and the rest uniform up to the far end attains the
// bound; the symmetric ones are its mirror images.
TEST(ShapeBound, AttainedByTheKnownWorstLaws) {
  for (const double epsilon : {0.15, 0.05, 0.01}) {
    const double k = RowRisk(plain_law(1.0), Knowledge::unimodal).margin_upper(epsilon);
    double best = 0.0;
    for (int i = 1; i < 20000; ++i) {
      const double weight = i / 20000.0;  // of the uniform part beside an atom at 0
      best = std::max(best, Uniforms{{{1.0 - weight, 0.0, 0.0}, {weight, 0.0, 1.0}}}.above(k));
    }
    EXPECT_NEAR(best, epsilon, 1e-3 * epsilon);
    const double s = RowRisk(plain_law(1.0), Knowledge::symmetric_unimodal).margin_upper(epsilon);
    best = 0.0;
    for (int i = 1; i < 20000; ++i) {
      const double weight = i / 20000.0;
      best = std::max(best, Uniforms{{{1.0 - weight, 0.0, 0.0}, {weight, -1.0, 1.0}}}.above(s));
    }
    EXPECT_NEAR(best, epsilon, 1e-3 * epsilon);
    const double c = RowRisk(plain_law(1.0), Knowledge::symmetric).margin_upper(epsilon);
    const double p = 2.0 * epsilon * (1.0 + 1e-12);
    const Uniforms atoms{{{1.0 - p, 0.0, 0.0}, {0.5 * p, -1.0, -1.0}, {0.5 * p, 1.0, 1.0}}};
    EXPECT_NEAR(atoms.above(c * (1.0 - 1e-9)), epsilon, 1e-9);
  }
}

TEST(ShapeBound, NoLawOfTheShapeBreaksItOnEitherSideOrBoth) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    RandomStream random(seed, 0);
    Uniforms one_mode;
    Uniforms symmetric;
    double total = 0.0;
    for (int i = 0; i < 4; ++i) {
      const double weight = random.uniform();
      total += weight;
      one_mode.pieces.push_back({weight, -3.0 * random.uniform(), 5.0 * random.uniform()});
      const double inner = 2.0 * random.uniform();
      const double outer = inner + random.uniform();
      symmetric.pieces.push_back({0.5 * weight, inner, outer});
      symmetric.pieces.push_back({0.5 * weight, -outer, -inner});
    }
    for (auto* law : {&one_mode, &symmetric}) {
      for (auto& piece : law->pieces) {
        piece.weight /= total;
      }
    }
    const RowRisk unimodal(plain_law(1.0), Knowledge::unimodal);
    const RowRisk mirrored(plain_law(1.0), Knowledge::symmetric);
    for (double u = 0.1; u < 5.0; u += 0.37) {
      for (double l = 0.1; l < 5.0; l += 0.61) {
        const double both = one_mode.above(u) + 1.0 - one_mode.above(-l);
        EXPECT_LE(one_mode.above(u), unimodal.violation(u, infinity) + 1e-12);
        EXPECT_LE(both, unimodal.violation(u, l) + 1e-12);
        EXPECT_LE(symmetric.above(u) + 1.0 - symmetric.above(-l), mirrored.violation(u, l) + 1e-12);
      }
    }
  }
}

TEST(ShapeBound, TangentsStayBelowAndTouch) {
  for (const auto knowledge : shapes) {
    const RowRisk risk(plain_law(2.0), knowledge);
    const double from = risk.convex_from_upper();
    for (double u0 = from + 0.01; u0 < 20.0; u0 *= 1.4) {
      const auto tangent = risk.tangent(u0, 1.5 * u0);
      if (risk.violation(u0, 1.5 * u0) < 1.0) {
        EXPECT_NEAR(tangent.value, risk.violation(u0, 1.5 * u0), 1e-12);
      }
      for (double u = from; u < 25.0; u += 0.7) {
        for (double l = from; l < 25.0; l += 0.9) {
          const double line =
              tangent.value + tangent.d_upper * (u - u0) + tangent.d_lower * (l - 1.5 * u0);
          const double value = risk.violation(u, l);
          EXPECT_TRUE(value >= 1.0 || line <= value + 1e-12)
              << to_string(knowledge) << ' ' << u0 << ' ' << u << ' ' << l;
        }
      }
    }
  }
}

TEST(ShapeBound, SupportCapsTheMargin) {
  auto law = plain_law(1.0);
  law.support_low = -2.0;
  law.support_high = 2.5;
  const RowRisk risk(law, Knowledge::unimodal_support);
  EXPECT_EQ(risk.margin_upper(0.001), 2.5);
  EXPECT_EQ(risk.margin_lower(0.001), 2.0);
  EXPECT_EQ(risk.violation(2.5, 2.0), 0.0);
  EXPECT_NEAR(risk.violation(2.5, 1.5), 4.0 / (9.0 * (1.0 + 2.25)), 1e-12);
}

}  // namespace
}  // namespace gridpact::risk
