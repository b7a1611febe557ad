// From past errors to the law of the planned day.
//
//   ξ(t, j) = μ(t, j) + σ(t, j) z_j          μ, σ: conditional.cpp;   law of z: standard.cpp
//   support(t, j) = hull([μ + σ min z_j, μ + σ max z_j], errors of the neighbours of (t, j)),
//                   widened by `support_stretch` about its centre, cut by the physical limits
//
// min and max over all days and periods whose own deviation was at least σ / 2: an error that was
// seen in one hour may come in another, but what stood out from the faint light of an evening says
// nothing of noon. Mean and deviation are those of errors within the physical limits, so
// moments and support never contradict each other.

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "gridpact/uncertainty/detail/conditional.hpp"
#include "gridpact/uncertainty/detail/paths.hpp"
#include "gridpact/uncertainty/detail/standard.hpp"
#include "gridpact/uncertainty/law.hpp"
#include "gridpact/uncertainty/student.hpp"

namespace gridpact::uncertainty {

namespace {

Fault error(const ErrorHistory& history, const std::string& what) {
  return {Severity::error, {}, fmt::format("history of layer '{}': {}", history.layer, what)};
}

void check_shape(const ErrorHistory& history, const Matrix& m, const std::string& what,
                 Faults& faults) {
  const std::size_t periods = history.days.front().rows();
  if (m.rows() != periods || m.cols() != history.sources.size()) {
    faults.push_back(
        error(history,
              fmt::format("{} has {} periods × {} sources where {} × {} are expected; give every "
                          "day the same periods and sources",
                          what, m.rows(), m.cols(), periods, history.sources.size())));
  }
}

Faults shape_faults(const ErrorHistory& history) {
  Faults faults;
  if (history.sources.empty()) {
    faults.push_back(error(history, "it has no sources; name at least one"));
  }
  if (history.days.size() < least_days) {
    faults.push_back(error(
        history, fmt::format("only {} whole day(s), and at least {} are needed to know how errors "
                             "spread and move together; give a longer history",
                             history.days.size(), least_days)));
  }
  if (history.days.empty()) {
    return faults;
  }
  if (history.days.front().rows() == 0) {
    faults.push_back(error(history, "its days have no periods"));
  }
  for (std::size_t d = 0; d < history.days.size(); ++d) {
    check_shape(history, history.days[d], fmt::format("day {}", d + 1), faults);
  }
  if (!history.levels.empty()) {
    if (history.levels.size() != history.days.size()) {
      faults.push_back(
          error(history,
                fmt::format("{} days have forecast levels and {} have errors; give both for each",
                            history.levels.size(), history.days.size())));
    }
    for (std::size_t d = 0; d < history.levels.size(); ++d) {
      check_shape(history, history.levels[d], fmt::format("forecast level of day {}", d + 1),
                  faults);
    }
    check_shape(history, history.planned_level, "the planned forecast level", faults);
  }
  if (!history.physical_low.empty() || !history.physical_high.empty()) {
    check_shape(history, history.physical_low, "the lower physical limit", faults);
    check_shape(history, history.physical_high, "the upper physical limit", faults);
  }
  return faults;
}

/// One fault for each source with values that are no numbers, with the first of them.
void check_finite(const ErrorHistory& history, const std::vector<Matrix>& days,
                  const std::string& what, Faults& faults) {
  for (std::size_t j = 0; j < history.sources.size(); ++j) {
    std::size_t count = 0;
    std::string first;
    for (std::size_t d = 0; d < days.size(); ++d) {
      for (std::size_t t = 0; t < days[d].rows(); ++t) {
        if (!std::isfinite(days[d](t, j)) && count++ == 0) {
          first = fmt::format("day {}, period {}", d + 1, t + 1);
        }
      }
    }
    if (count > 0) {
      faults.push_back(error(history, fmt::format("{} of source '{}' is not a finite number {} "
                                                  "time(s), first on {}; correct or leave out "
                                                  "these days",
                                                  what, history.sources[j], count, first)));
    }
  }
}

Faults value_faults(const ErrorHistory& history) {
  Faults faults;
  check_finite(history, history.days, "the error", faults);
  check_finite(history, history.levels, "the forecast level", faults);
  if (!history.levels.empty()) {
    check_finite(history, {history.planned_level}, "the planned forecast level", faults);
  }
  for (std::size_t t = 0; t < history.physical_low.rows(); ++t) {
    for (std::size_t j = 0; j < history.sources.size(); ++j) {
      if (!(history.physical_low(t, j) <= history.physical_high(t, j))) {
        faults.push_back(error(
            history,
            fmt::format("source '{}' may not err by less than {} kW nor by more than {} kW in "
                        "period {}; the lower limit must not be above the upper one",
                        history.sources[j], history.physical_low(t, j), history.physical_high(t, j),
                        t + 1)));
      }
    }
  }
  return faults;
}

Faults faults_of(const ErrorHistory& history, const FitOptions& options) {
  auto faults = shape_faults(history);
  if (faults.empty()) {
    faults = value_faults(history);
  }
  if (options.max_components == 0 || options.min_neighbours == 0 ||
      !(options.support_stretch >= 1.0)) {
    faults.push_back(error(history,
                           "a fit needs at least one component and one neighbour, and a support no "
                           "narrower than the data (stretch ≥ 1)"));
  }
  return faults;
}

/// Errors of other periods count for the support if the step from their deviation to the planned
/// one is not larger than this factor.
constexpr double largest_scaling = 2.0;

struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// The past of one source in the order of its deviation, largest first, with the least and largest
/// standardised error up to there.
class StandardRange {
 public:
  StandardRange(const ConditionalErrors& past, std::size_t j) {
    for (std::size_t d = 0; d < past.standardised.size(); ++d) {
      for (std::size_t t = 0; t < past.standardised[d].rows(); ++t) {
        entries_.push_back({past.deviation[d](t, j), past.standardised[d](t, j)});
      }
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    Interval range;
    for (const auto& entry : entries_) {
      range.low = std::min(range.low, entry.second);
      range.high = std::max(range.high, entry.second);
      ranges_.push_back(range);
    }
  }

  /// Where the deviation was not much smaller than `deviation`.
  [[nodiscard]] Interval at(double deviation) const {
    const auto end = std::partition_point(entries_.begin(), entries_.end(), [&](const auto& entry) {
      return entry.first * largest_scaling >= deviation;
    });
    return end == entries_.begin() ? Interval{}
                                   : ranges_[static_cast<std::size_t>(end - entries_.begin()) - 1];
  }

 private:
  std::vector<std::pair<double, double>> entries_;  // deviation, standardised error
  std::vector<Interval> ranges_;
};

Interval widened(const Interval& data, double stretch) {
  const double centre = 0.5 * (data.low + data.high);
  const double half = 0.5 * (data.high - data.low) * stretch;
  return {centre - half, centre + half};
}

Interval cut(const Interval& range, const PlannedDay& day, std::size_t t, std::size_t j) {
  if (day.physical_low.empty()) {
    return range;
  }
  const double low = day.physical_low(t, j);
  const double high = day.physical_high(t, j);
  return {std::clamp(range.low, low, high), std::clamp(range.high, low, high)};
}

}  // namespace

struct ErrorModel::State {
  ErrorHistory history;
  FitOptions options;
  std::vector<StandardRange> ranges;  // per source
  LayerLaw standard;                  // all of the law that does not depend on the planned day
  std::vector<double> scale;          // of the planned day's deviations, per source
};

ErrorModel::ErrorModel(std::unique_ptr<const State> state) : state_(std::move(state)) {}
ErrorModel::ErrorModel(ErrorModel&&) noexcept = default;
ErrorModel& ErrorModel::operator=(ErrorModel&&) noexcept = default;
ErrorModel::~ErrorModel() = default;

const ErrorHistory& ErrorModel::history() const { return state_->history; }

Result<ErrorModel> ErrorModel::learn(ErrorHistory history, const FitOptions& options) {
  if (auto faults = faults_of(history, options); !faults.empty()) {
    return faults;
  }
  const auto past = condition(history, options.min_neighbours, options.neighbour_periods);
  auto standard = standard_law(past, options.max_components, history.independent_sources);
  auto state = std::make_unique<State>();
  auto& law = state->standard;
  law.layer = history.layer;
  law.sources = history.sources;
  law.mean = Matrix(history.days.front().rows(), history.sources.size());
  law.std_deviation = Matrix(law.mean.rows(), law.mean.cols(), 1.0);
  law.correlation = std::move(standard.correlation);
  law.mixture = std::move(standard.mixture);
  law.persistence = standard.persistence;
  law.own_shapes = std::move(standard.own_shapes);
  law.past_days = without_gaps(past);
  if (options.degrees) {
    law.fitted_degrees =
        fitted_degrees(law.past_days, law.correlation, history.independent_sources);
  }
  if (options.paths) {
    learn_paths(law, past);
  }
  for (std::size_t j = 0; j < law.size(); ++j) {
    state->ranges.emplace_back(past, j);
  }
  state->scale = past.scale;
  state->history = std::move(history);
  state->options = options;
  return ErrorModel(std::move(state));
}

LayerLaw ErrorModel::law(const PlannedDay& day) const {
  const auto& options = state_->options;
  LayerLaw law = state_->standard;
  auto planned =
      planned_moments(state_->history, options.min_neighbours, options.neighbour_periods, day);
  law.support_low = law.support_high = Matrix(law.periods(), law.size());
  for (std::size_t j = 0; j < law.size(); ++j) {
    for (std::size_t t = 0; t < law.periods(); ++t) {
      const double mean = planned.mean(t, j);
      const double deviation = planned.std_deviation(t, j) *= state_->scale[j];
      const auto z = state_->ranges[j].at(deviation);
      const Interval data{std::min(planned.smallest(t, j), mean + deviation * z.low),
                          std::max(planned.largest(t, j), mean + deviation * z.high)};
      const auto support = cut(widened(data, options.support_stretch), day, t, j);
      law.support_low(t, j) = support.low;
      law.support_high(t, j) = support.high;
    }
  }
  law.mean = std::move(planned.mean);
  law.std_deviation = std::move(planned.std_deviation);
  return law;
}

std::vector<Neighbour> ErrorModel::neighbours(const PlannedDay& day, std::size_t t,
                                              std::size_t j) const {
  const auto& options = state_->options;
  return planned_neighbours(state_->history, options.min_neighbours, options.neighbour_periods, day,
                            t, j);
}

LayerLaw ErrorModel::law() const {
  const auto& history = state_->history;
  return law({history.planned_level, history.physical_low, history.physical_high});
}

Result<LayerLaw> fit(const ErrorHistory& history, const FitOptions& options) {
  const auto model = ErrorModel::learn(history, options);
  return model ? Result<LayerLaw>(model->law()) : Result<LayerLaw>(model.faults());
}

}  // namespace gridpact::uncertainty
