#include "gridpact/verify/tally.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <tuple>

namespace gridpact::verify {

namespace {

constexpr std::size_t kinds = all_row_kinds.size();

constexpr double bins_per_decade = 10.0;
constexpr double first_excess = 1e-7;

/// Parts of a unit that sums of excesses are counted in: whole numbers may be added in any order.
double parts_of(RowKind kind) { return kind == RowKind::voltage ? 1e9 : 1e6; }

void add_each(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) {
  std::transform(to.begin(), to.end(), from.begin(), to.begin(), std::plus<>{});
}

}  // namespace

void VoltageSpread::add(double voltage_pu) {
  const double place = (voltage_pu - first_pu) / bin_pu;
  const auto bin = static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)));
  ++counts_[bin];
  ++total_;
  smallest_ = std::min(smallest_, voltage_pu);
  largest_ = std::max(largest_, voltage_pu);
}

void VoltageSpread::merge(const VoltageSpread& other) {
  add_each(counts_, other.counts_);
  total_ += other.total_;
  smallest_ = std::min(smallest_, other.smallest_);
  largest_ = std::max(largest_, other.largest_);
}

double VoltageSpread::quantile(double share) const {
  if (total_ == 0) {
    return 0.0;
  }
  const double wanted = share * static_cast<double>(total_);
  std::uint64_t reached = 0;
  std::size_t bin = 0;
  for (; bin + 1 < bins; ++bin) {
    reached += counts_[bin];
    if (reached > 0 && static_cast<double>(reached) >= wanted) {
      break;
    }
  }
  const double middle = first_pu + (static_cast<double>(bin) + 0.5) * bin_pu;
  return std::clamp(middle, smallest_, largest_);
}

void ExcessTally::add(double excess) {
  const double place = bins_per_decade * std::log10(excess / first_excess);
  const auto bin = std::clamp(place, 0.0, static_cast<double>(bins - 1));
  ++counts_[static_cast<std::size_t>(bin)];
  ++total_;
  largest_ = std::max(largest_, excess);
}

void ExcessTally::merge(const ExcessTally& other) {
  add_each(counts_, other.counts_);
  total_ += other.total_;
  largest_ = std::max(largest_, other.largest_);
}

/// The geometric middle of the bin in which the quantile lies, at most the largest.
double ExcessTally::quantile(double share) const {
  const double wanted = share * static_cast<double>(total_);
  std::uint64_t reached = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    reached += counts_[bin];
    if (counts_[bin] > 0 && static_cast<double>(reached) >= wanted) {
      const double middle = (static_cast<double>(bin) + 0.5) / bins_per_decade;
      return std::min(largest_, first_excess * std::pow(10.0, middle));
    }
  }
  return 0.0;
}

ExcessSpread ExcessTally::spread() const {
  return {total_, quantile(0.5), quantile(0.95), largest_};
}

void LimitTally::add(const Breach& breach, std::uint64_t scenario) {
  LimitTally one{1, breach, scenario};
  if (breach.excess > 0.0) {
    one.sized = 1;
    one.excess_parts =
        static_cast<std::uint64_t>(std::llround(breach.excess * parts_of(breach.kind)));
  }
  merge(one);
}

double LimitTally::mean_excess() const {
  return sized == 0 ? 0.0
                    : static_cast<double>(excess_parts) / static_cast<double>(sized) /
                          parts_of(worst.kind);
}

void LimitTally::merge(const LimitTally& other) {
  const auto rank = [](const LimitTally& tally) {
    return std::tuple(-tally.worst.excess, tally.worst_scenario, tally.worst.period);
  };
  if (other.periods_violated > 0 && (periods_violated == 0 || rank(other) < rank(*this))) {
    worst = other.worst;
    worst_scenario = other.worst_scenario;
  }
  periods_violated += other.periods_violated;
  sized += other.sized;
  excess_parts += other.excess_parts;
}

Tally::Tally(const JointLimits& joint_limits, std::size_t periods)
    : by_period(periods),
      by_kind(kinds),
      limits(joint_limits.count()),
      excess(kinds),
      voltages(periods),
      joint_limits_(joint_limits) {}

void Tally::add(const ScenarioReplay& day) {
  std::vector<std::array<bool, kinds>> broken(by_period.size());
  std::vector<std::array<double, kinds>> largest(by_period.size());
  for (const auto& breach : day.breaches) {
    auto& size = largest[breach.period].at(static_cast<std::size_t>(breach.kind));
    size = std::max(size, breach.excess);
    broken[breach.period].at(static_cast<std::size_t>(breach.kind)) = true;
    limits[joint_limits_.index_of(breach.kind, breach.element)].add(breach, day.scenario);
  }
  services.resize(std::max(services.size(), day.visits.size()));
  for (std::size_t s = 0; s < day.visits.size(); ++s) {
    services[s].add(day.visits[s]);
  }
  ++days;
  days_violated += day.breaches.empty() ? 0U : 1U;
  diverged += day.diverged.size();
  for (std::size_t t = 0; t < broken.size(); ++t) {
    const bool any = std::any_of(broken[t].begin(), broken[t].end(), [](bool b) { return b; });
    by_period[t] += any ? 1U : 0U;
    periods_violated += any ? 1U : 0U;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      by_kind[kind] += broken[t].at(kind) ? 1U : 0U;
      if (largest[t].at(kind) > 0.0) {
        excess[kind].add(largest[t].at(kind));
      }
    }
    if (std::find(day.diverged.begin(), day.diverged.end(), t) == day.diverged.end()) {
      for (const std::size_t i : joint_limits_.live()) {
        voltages[t].add(day.voltage_pu(t, i));
      }
    }
  }
}

void Tally::add(const Blame& of_a_day) {
  blame.net_load += of_a_day.net_load;
  blame.ev += of_a_day.ev;
  blame.either += of_a_day.either;
  blame.together += of_a_day.together;
}

void Tally::merge(const Tally& other) {
  days += other.days;
  days_violated += other.days_violated;
  periods_violated += other.periods_violated;
  diverged += other.diverged;
  add_each(by_period, other.by_period);
  add_each(by_kind, other.by_kind);
  for (std::size_t i = 0; i < limits.size(); ++i) {
    limits[i].merge(other.limits[i]);
  }
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    excess[kind].merge(other.excess[kind]);
  }
  add(other.blame);
  for (std::size_t t = 0; t < voltages.size(); ++t) {
    voltages[t].merge(other.voltages[t]);
  }
  services.resize(std::max(services.size(), other.services.size()));
  for (std::size_t s = 0; s < other.services.size(); ++s) {
    services[s].merge(other.services[s]);
  }
}

}  // namespace gridpact::verify
