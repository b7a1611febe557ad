#pragma once

#include <cstdint>

#include "gridpact/model/certificate.hpp"

namespace gridpact::verify {

// Bounds that hold at all times at once: whoever looks after every trial and stops when he likes is
// wrong with probability at most 1 − confidence. Trials are independent numbers in [0, 1] of the
// same mean p, of which `count` is the sum: violated or not, or the violated share of a day's
// periods.

/// log of the test martingale against every mean ≥ p: large if the trials are too good for it.
/// p in (0, 1), 0 ≤ count ≤ trials.
[[nodiscard]] double log_evidence_below(double p, double count, double trials);

/// Upper bound of p after `trials` trials: the smallest that the evidence is large against.
[[nodiscard]] double sequential_upper(double count, double trials, double confidence);
/// The same from below.
[[nodiscard]] double sequential_lower(double count, double trials, double confidence);

/// Share with its two-sided interval: `count` of `days` × `periods`; days are independent, the
/// periods of a day are not.
[[nodiscard]] MeasuredShare measure_sequential(std::uint64_t count, std::uint64_t days,
                                               std::uint64_t periods, double confidence);

}  // namespace gridpact::verify
