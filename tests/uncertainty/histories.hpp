#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "gridpact/base/random.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// A history of `days` days whose rows of n errors are drawn one after the other by `draw`.
[[nodiscard]] ErrorHistory history_of(std::size_t days, std::size_t periods, std::size_t n,
                                      const std::function<std::vector<double>(RandomStream&)>& draw,
                                      std::uint64_t seed = 1);

/// Two correlated sources (0.6, kW deviations 30 and 50) and a plant that sleeps outside 06 to 18
/// o'clock, its errors growing with its forecast level; hourly, standard normal inside.
[[nodiscard]] ErrorHistory day_and_night(std::size_t days, std::uint64_t seed = 1);

/// A two-component law of n = 2 with distinct means, made by hand, with support far away.
[[nodiscard]] LayerLaw two_modes(std::size_t periods);

/// Distribution function of source j's standardised error.
[[nodiscard]] double mixture_cdf(const std::vector<MixtureComponent>& mixture, std::size_t j,
                                 double z);

/// E z⁴ of source j under the mixture (its variance is 1, so this is its kurtosis).
[[nodiscard]] double mixture_kurtosis(const std::vector<MixtureComponent>& mixture, std::size_t j);

}  // namespace gridpact::uncertainty
