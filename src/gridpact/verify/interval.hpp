#pragma once

#include <cstdint>

#include "gridpact/model/certificate.hpp"

namespace gridpact::verify {

/// Exact (Clopper–Pearson) one-sided bounds of a probability of which `count` of `trials`
/// independent trials came true: wrong with probability at most 1 − `confidence`. No trials: 0
/// and 1.
[[nodiscard]] double lower_bound(std::uint64_t count, std::uint64_t trials, double confidence);
[[nodiscard]] double upper_bound(std::uint64_t count, std::uint64_t trials, double confidence);

/// Share with its two-sided Clopper–Pearson interval.
[[nodiscard]] MeasuredShare measure(std::uint64_t count, std::uint64_t trials, double confidence);

/// Share of the days × periods that came true. Days are independent, the periods of one day are
/// not, so the interval is that of the mean over days of a number in [0, 1] (Bentkus), never too
/// narrow.
[[nodiscard]] MeasuredShare measure_pooled(std::uint64_t count, std::uint64_t days,
                                           std::uint64_t periods, double confidence);

}  // namespace gridpact::verify
