// The dip of a sample x_1 ≤ … ≤ x_n (Hartigan, Hartigan 1985, Annals of Statistics 13(1)), in units
// of 1/n:
//
//   G = greatest convex minorant of the points (x_i, i − 1), L = least concave majorant of the
//   points (x_i, i), both over the modal interval [x_l, x_u], at first the whole sample d = max (L
//   − G), at a vertex of G or of L;   [x_l', x_u'] = from the vertex of G to the vertex of L
//   between which d lies
//   d ≤ D: the dip is D / (2 n).  Else D = max(D, max_{l ≤ i ≤ l'} (i − G(x_i)),
//   max_{u' ≤ i ≤ u} (L(x_i) − (i − 1))), and again on [x_l', x_u']
//
// D = 1 at the beginning: no continuous function is nearer to a step of 1/n than half of it. Left
// of the modal interval G is the convex part of the nearest unimodal law, right of it L the concave
// one.

#include "gridpact/uncertainty/dip.hpp"

#include <algorithm>
#include <cassert>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {

namespace {

/// Vertices of the convex (sign 1) or concave (sign −1) hull of the points (x_i, i), first ≤ i ≤
/// last.
std::vector<std::size_t> hull(std::span<const double> x, std::size_t first, std::size_t last,
                              double sign) {
  std::vector<std::size_t> out;
  for (std::size_t i = first; i <= last; ++i) {
    while (out.size() >= 2) {
      const std::size_t b = out.back();
      const std::size_t a = out[out.size() - 2];
      const double to_last = static_cast<double>(b - a) * (x[i] - x[a]);
      const double to_this = static_cast<double>(i - a) * (x[b] - x[a]);
      if (sign * (to_last - to_this) < 0.0) {
        break;  // b lies below (above) the chord from a to i
      }
      out.pop_back();
    }
    out.push_back(i);
  }
  return out;
}

/// Of the line from point a to point b at x_i, in index units.
double on_chord(std::span<const double> x, std::size_t a, std::size_t b, std::size_t i) {
  const double width = x[b] - x[a];
  const auto start = static_cast<double>(a);
  return width > 0.0 ? start + static_cast<double>(b - a) * (x[i] - x[a]) / width : start;
}

/// The chord of a hull in which point i lies: index of its right end in `vertices`.
std::size_t chord_of(const std::vector<std::size_t>& vertices, std::size_t i) {
  const auto right = std::lower_bound(vertices.begin(), vertices.end(), i);
  return std::max<std::size_t>(1, static_cast<std::size_t>(right - vertices.begin()));
}

struct Widest {
  double distance = 0.0;
  std::size_t lower = 0;  ///< vertex of G
  std::size_t upper = 0;  ///< vertex of L
};

/// Where G and L, both told at the vertices, are furthest apart. Their points are one step apart.
Widest widest(std::span<const double> x, const std::vector<std::size_t>& convex,
              const std::vector<std::size_t>& concave) {
  Widest out;
  for (const std::size_t g : convex) {
    const std::size_t right = concave.size() > 1 ? chord_of(concave, g) : 0;
    const double above =
        right > 0 ? on_chord(x, concave[right - 1], concave[right], g) : static_cast<double>(g);
    const double distance = above - static_cast<double>(g) + 1.0;
    if (distance > out.distance) {
      out = {distance, g, *std::lower_bound(concave.begin(), concave.end(), g)};
    }
  }
  for (const std::size_t l : concave) {
    const std::size_t right = convex.size() > 1 ? chord_of(convex, l) : 0;
    const double below =
        right > 0 ? on_chord(x, convex[right - 1], convex[right], l) : static_cast<double>(l);
    const double distance = static_cast<double>(l) - below + 1.0;
    if (distance > out.distance) {
      out = {distance, *(std::upper_bound(convex.begin(), convex.end(), l) - 1), l};
    }
  }
  return out;
}

/// max (i − G(x_i)) up to vertex `end` of G, or max (L(x_i) − (i − 1)) from vertex `end` of L on.
double furthest_from(std::span<const double> x, const std::vector<std::size_t>& vertices,
                     std::size_t begin, std::size_t end, double sign) {
  double out = 1.0;
  for (std::size_t k = 1; k < vertices.size(); ++k) {
    if (vertices[k - 1] < begin || vertices[k] > end) {
      continue;
    }
    for (std::size_t i = vertices[k - 1]; i <= vertices[k]; ++i) {
      const double line = on_chord(x, vertices[k - 1], vertices[k], i);
      out = std::max(out, sign * (static_cast<double>(i) - line) + 1.0);
    }
  }
  return out;
}

}  // namespace

double dip_statistic(std::span<const double> sorted) {
  assert(!sorted.empty() && std::is_sorted(sorted.begin(), sorted.end()));
  std::size_t lower = 0;
  std::size_t upper = sorted.size() - 1;
  double dip = 1.0;
  while (lower < upper && sorted[lower] < sorted[upper]) {
    const auto convex = hull(sorted, lower, upper, 1.0);
    const auto concave = hull(sorted, lower, upper, -1.0);
    const auto gap = widest(sorted, convex, concave);
    if (gap.distance <= dip) {
      break;
    }
    dip = std::max({dip, furthest_from(sorted, convex, lower, gap.lower, 1.0),
                    furthest_from(sorted, concave, gap.upper, upper, -1.0)});
    if (gap.lower == lower && gap.upper == upper) {
      break;
    }
    lower = gap.lower;
    upper = gap.upper;
  }
  return dip / (2.0 * static_cast<double>(sorted.size()));
}

DipTest::DipTest(std::size_t size, std::uint64_t seed, std::size_t replicates) {
  assert(size > 0 && replicates > 0);
  std::vector<double> sample(size);
  for (std::size_t r = 0; r < replicates; ++r) {
    RandomStream random(seed, r);
    std::generate(sample.begin(), sample.end(), [&] { return random.uniform(); });
    std::sort(sample.begin(), sample.end());
    null_.push_back(dip_statistic(sample));
  }
  std::sort(null_.begin(), null_.end());
}

double DipTest::p_value(double dip) const {
  const auto as_large = null_.end() - std::lower_bound(null_.begin(), null_.end(), dip);
  return (static_cast<double>(as_large) + 1.0) / (static_cast<double>(null_.size()) + 1.0);
}

}  // namespace gridpact::uncertainty
