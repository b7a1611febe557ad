#include "uncertainty/histories.hpp"

#include <cmath>

namespace gridpact::uncertainty {

ErrorHistory history_of(std::size_t days, std::size_t periods, std::size_t n,
                        const std::function<std::vector<double>(RandomStream&)>& draw,
                        std::uint64_t seed) {
  RandomStream random(seed, 0);
  ErrorHistory history;
  history.layer = "net_load";
  for (std::size_t j = 0; j < n; ++j) {
    history.sources.push_back("source " + std::to_string(j + 1));
  }
  for (std::size_t d = 0; d < days; ++d) {
    Matrix day(periods, n);
    for (std::size_t t = 0; t < periods; ++t) {
      const auto row = draw(random);
      for (std::size_t j = 0; j < n; ++j) {
        day(t, j) = row[j];
      }
    }
    history.days.push_back(day);
  }
  return history;
}

ErrorHistory day_and_night(std::size_t days, std::uint64_t seed) {
  auto history = history_of(
      days, 24, 3,
      [](RandomStream& random) {
        const double a = random.normal();
        const double b = 0.6 * a + 0.8 * random.normal();
        return std::vector<double>{30.0 * a, 50.0 * b, random.normal()};
      },
      seed);
  RandomStream random(seed, 1);
  const auto sun = [](std::size_t t) {
    return t >= 6 && t < 18 ? std::sin(3.14159 * (static_cast<double>(t) - 5.5) / 12.0) : 0.0;
  };
  history.planned_level = Matrix(24, 3, 0.5);
  for (auto& day : history.days) {
    const double clearness = random.uniform();
    Matrix level(24, 3, 0.5);
    for (std::size_t t = 0; t < 24; ++t) {
      level(t, 2) = clearness * sun(t);
      day(t, 2) *= 100.0 * level(t, 2);
      history.planned_level(t, 2) = 0.7 * sun(t);
    }
    history.levels.push_back(level);
  }
  return history;
}

LayerLaw two_modes(std::size_t periods) {
  LayerLaw law;
  law.layer = "net_load";
  law.sources = {"a", "b"};
  law.mean = Matrix(periods, 2);
  law.std_deviation = Matrix(periods, 2);
  law.support_low = Matrix(periods, 2, -1e6);
  law.support_high = Matrix(periods, 2, 1e6);
  for (std::size_t t = 0; t < periods; ++t) {
    law.mean(t, 0) = 5.0;
    law.mean(t, 1) = -2.0 * static_cast<double>(t);
    law.std_deviation(t, 0) = 10.0 + static_cast<double>(t);
    law.std_deviation(t, 1) = 40.0;
  }
  // Weights 0.75 and 0.25, means (0.4, 0.2) and (−1.2, −0.6): between the components 0.48, 0.24 and
  // 0.12. Inside both the same, what is left to 1 and to a correlation of 0.5.
  law.correlation = Matrix(2, 2, 0.5);
  law.correlation(0, 0) = law.correlation(1, 1) = 1.0;
  Matrix within(2, 2, 0.5 - 0.24);
  within(0, 0) = 1.0 - 0.48;
  within(1, 1) = 1.0 - 0.12;
  law.mixture = {{0.75, {0.4, 0.2}, within}, {0.25, {-1.2, -0.6}, within}};
  law.persistence = 0.8;
  return law;
}

double mixture_cdf(const std::vector<MixtureComponent>& mixture, std::size_t j, double z) {
  double sum = 0.0;
  for (const auto& c : mixture) {
    sum += c.weight * 0.5 * std::erfc((c.mean[j] - z) / std::sqrt(2.0 * c.covariance(j, j)));
  }
  return sum;
}

double mixture_kurtosis(const std::vector<MixtureComponent>& mixture, std::size_t j) {
  double sum = 0.0;
  for (const auto& c : mixture) {
    const double m2 = c.mean[j] * c.mean[j];
    const double v = c.covariance(j, j);
    sum += c.weight * (m2 * m2 + 6.0 * m2 * v + 3.0 * v * v);
  }
  return sum;
}

}  // namespace gridpact::uncertainty
