// What `gridpact fit` shows of a layer: the past's standardised errors against the fitted shape,
// the law against days that it has not seen, and how the errors drift over the months.

#include "gridpact/uncertainty/diagnosis.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include "gridpact/base/parallel.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr std::size_t folds = 5;
constexpr std::size_t bins = 50;
constexpr double last_bin = 5.0;  // deviations
constexpr std::size_t quantiles = 99;

double normal_density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
}

std::vector<double> sorted_past(const LayerLaw& law, std::size_t j) {
  std::vector<double> out;
  for (const auto& day : law.past_days) {
    for (std::size_t t = 0; t < day.rows(); ++t) {
      out.push_back(day(t, j));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

double quantile_of(const std::vector<ScalarComponent>& mixture, double share) {
  double low = -50.0;
  double high = 50.0;
  while (high - low > 1e-9) {
    const double middle = 0.5 * (low + high);
    double below = 0.0;
    for (const auto& c : mixture) {
      below +=
          c.weight * 0.5 *
          std::erfc((c.mean - middle) / (std::max(c.std_deviation, 1e-12) * std::numbers::sqrt2));
    }
    (below < share ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

SourceShape shape_of(const LayerLaw& law, std::size_t j, const ShapeTests& tests) {
  SourceShape out;
  out.name = law.sources[j];
  const auto mixture = marginal(law, j);
  const auto past = sorted_past(law, j);
  const auto count = static_cast<double>(past.size());
  const double width = 2.0 * last_bin / bins;
  for (std::size_t b = 0; b < bins; ++b) {
    const double low = -last_bin + width * static_cast<double>(b);
    const double centre = low + 0.5 * width;
    const auto inside = std::lower_bound(past.begin(), past.end(), low + width) -
                        std::lower_bound(past.begin(), past.end(), low);
    double fitted = 0.0;
    for (const auto& c : mixture) {
      const double s = std::max(c.std_deviation, 0.1 * width);
      fitted += c.weight / s * normal_density((centre - c.mean) / s);
    }
    out.bin_centre.push_back(centre);
    out.density.push_back(static_cast<double>(inside) / count / width);
    out.fitted_density.push_back(fitted);
    out.gaussian_density.push_back(normal_density(centre));
  }
  for (std::size_t q = 1; q <= quantiles; ++q) {
    const double share = static_cast<double>(q) / (quantiles + 1);
    out.quantile_fitted.push_back(quantile_of(mixture, share));
    out.quantile_past.push_back(past[static_cast<std::size_t>(share * count)]);
  }
  out.evidence = tests.source(j);
  return out;
}

/// Of the sum of all sources, per period.
std::vector<ShapeEvidence> balance_shapes(const LayerLaw& law, const ShapeTests& tests,
                                          unsigned threads) {
  const std::vector<double> ones(law.size(), 1.0);
  std::vector<ShapeEvidence> out(law.periods());
  parallel_for(out.size(), threads, [&](std::size_t t) { out[t] = tests.row(t, ones); });
  return out;
}

std::vector<MonthDrift> drift(const LayerLaw& law, const std::vector<long>& dates) {
  std::map<std::string, std::vector<std::size_t>> by_month;
  for (std::size_t d = 0; d < dates.size(); ++d) {
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(dates[d])}}};
    by_month[fmt::format("{:04}-{:02}", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()))]
        .push_back(d);
  }
  std::vector<MonthDrift> out;
  for (const auto& [month, days] : by_month) {
    MonthDrift entry{month, days.size(), {}, {}};
    for (std::size_t j = 0; j < law.size(); ++j) {
      double sum = 0.0;
      double squares = 0.0;
      double count = 0.0;
      for (const std::size_t d : days) {
        for (std::size_t t = 0; t < law.periods(); ++t) {
          const double z = law.past_days[d](t, j);
          sum += z;
          squares += z * z;
          count += 1.0;
        }
      }
      const double mean = sum / count;
      entry.mean.push_back(mean);
      entry.deviation.push_back(std::sqrt(std::max(0.0, squares / count - mean * mean)));
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

Result<Diagnosis> diagnose(const ErrorHistory& history, const HeldOutOptions& options) {
  const auto model = ErrorModel::learn(history, options.fit);
  if (!model) {
    return model.faults();
  }
  const PlannedDay day{history.planned_level, history.physical_low, history.physical_high};
  Diagnosis out;
  out.law = model->law(day);
  out.days = history.days.size();
  out.moments = moment_region(*model, day, options.seed);
  const ShapeTests tests(out.law, options.seed);
  for (std::size_t j = 0; j < out.law.size(); ++j) {
    out.sources.push_back(shape_of(out.law, j, tests));
  }
  out.balance = balance_shapes(out.law, tests, options.threads);
  if (history.dates.size() == history.days.size()) {
    out.months = drift(out.law, history.dates);
  }
  const std::size_t training = 3 * out.days / 4;
  if (training >= least_days && training < out.days) {
    auto held_out = judge_held_out(days_of(history, 0, training),
                                   days_of(history, training, out.days), {}, options);
    if (!held_out) {
      return held_out.faults();
    }
    out.held_out = *std::move(held_out);
  }
  if (out.days >= folds * least_days) {
    const auto ambiguity = measure_ambiguity(history, folds, options);
    if (!ambiguity) {
      return ambiguity.faults();
    }
    out.ambiguity = *ambiguity;
  }
  return out;
}

Result<JointDiagnosis> diagnose_jointly(const ErrorHistory& net_load, const LayerLaw& law,
                                        const std::vector<DatedNumbers>& energy) {
  JointDiagnosis out;
  out.days = net_load.days.size();
  for (const auto& station : energy) {
    out.stations.push_back(station.name);
    out.days = std::min(out.days, count_common_days(net_load, station));
  }
  if (energy.empty() || out.days < least_common_days) {
    return out;
  }
  auto link = DayLink::learn(net_load, law, energy);
  if (!link) {
    return link.faults();
  }
  out.link = *std::move(link);
  return out;
}

}  // namespace gridpact::uncertainty
