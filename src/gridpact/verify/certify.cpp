#include "gridpact/verify/certify.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <mutex>

#include "gridpact/base/parallel.hpp"
#include "gridpact/base/version.hpp"
#include "gridpact/verify/interval.hpp"
#include "gridpact/verify/tally.hpp"

namespace gridpact::verify {

namespace {

/// Of a day, what is not counted but summed: sums of floating-point numbers depend on their order,
/// so each day keeps its own until all are there.
struct DaySums {
  double cost_eur = 0.0;
  double wanted_kwh = 0.0;
  double undelivered_kwh = 0.0;
  std::size_t cars = 0;
  std::size_t cars_short = 0;
};

/// Tallies of which each worker takes one, as many as work at the same time.
class TallyPool {
 public:
  TallyPool(const JointLimits& limits, std::size_t periods) : empty_(limits, periods) {}

  std::unique_ptr<Tally> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        auto tally = std::move(idle_.back());
        idle_.pop_back();
        return tally;
      }
    }
    return std::make_unique<Tally>(empty_);
  }
  void give_back(std::unique_ptr<Tally> tally) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(tally));
  }
  [[nodiscard]] Tally total() const {
    Tally out = empty_;
    for (const auto& tally : idle_) {
      out.merge(*tally);
    }
    return out;
  }

 private:
  Tally empty_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Tally>> idle_;
};

/// Tells the caller of every percent that is done, one thread at a time.
class Reporter {
 public:
  Reporter(const Progress& progress, std::uint64_t count)
      : progress_(progress), count_(count), step_(std::max<std::uint64_t>(1, count / 100)) {}

  void one_more() {
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (done_ % step_ == 0 || done_ == count_) {
      progress_("replaying days", static_cast<double>(done_) / static_cast<double>(count_));
    }
  }

 private:
  const Progress& progress_;
  std::uint64_t count_;
  std::uint64_t step_;
  std::mutex mutex_;
  std::uint64_t done_ = 0;
};

/// The smallest value that at least `share` of all reach or stay below.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) {
    return 0.0;
  }
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void fill_shares(const Tally& tally, Certificate& out) {
  const std::size_t periods = tally.by_period.size();
  out.days = measure(tally.days_violated, tally.days, out.confidence);
  out.periods = measure_pooled(tally.periods_violated, tally.days, periods, out.confidence);
  for (const auto count : tally.by_period) {
    out.by_period.push_back(measure(count, tally.days, out.confidence));
  }
  const auto worst = std::max_element(tally.by_period.begin(), tally.by_period.end());
  out.worst_period_index = static_cast<std::size_t>(worst - tally.by_period.begin());
  out.worst_period = out.by_period[out.worst_period_index];
  for (const auto count : tally.by_kind) {
    out.by_kind.push_back(measure_pooled(count, tally.days, periods, out.confidence));
  }
  out.diverged = tally.diverged;
}

void fill_limits(const Case& problem, const Tally& tally, Certificate& out) {
  for (const auto& limit : tally.limits) {
    if (limit.periods_violated > 0) {
      out.limits.push_back(
          {limit.worst.kind, limit_place(problem, limit.worst.kind, limit.worst.element),
           limit.periods_violated, limit.worst.excess, limit.worst.period, limit.worst_scenario});
    }
  }
  std::stable_sort(out.limits.begin(), out.limits.end(), [](const auto& a, const auto& b) {
    return a.periods_violated > b.periods_violated;
  });
}

void fill_voltages(const Tally& tally, Certificate& out) {
  out.voltage_quantiles_pu = Matrix(tally.voltages.size(), 5);
  for (std::size_t t = 0; t < tally.voltages.size(); ++t) {
    const auto& spread = tally.voltages[t];
    const std::array row{spread.smallest(), spread.quantile(0.05), spread.quantile(0.5),
                         spread.quantile(0.95), spread.largest()};
    std::copy(row.begin(), row.end(), out.voltage_quantiles_pu.row(t).begin());
  }
}

void fill_sums(const std::vector<DaySums>& days, Certificate& out) {
  if (days.empty()) {
    return;
  }
  DaySums sum;
  std::vector<double> costs;
  costs.reserve(days.size());
  for (const auto& day : days) {
    costs.push_back(day.cost_eur);
    sum.cost_eur += day.cost_eur;
    sum.wanted_kwh += day.wanted_kwh;
    sum.undelivered_kwh += day.undelivered_kwh;
    sum.cars += day.cars;
    sum.cars_short += day.cars_short;
  }
  const auto count = static_cast<double>(days.size());
  out.cost_mean_eur = sum.cost_eur / count;
  out.cost_p05_eur = quantile(costs, 0.05);
  out.cost_p95_eur = quantile(std::move(costs), 0.95);
  out.energy_wanted_kwh = sum.wanted_kwh / count;
  out.energy_undelivered_kwh = sum.undelivered_kwh / count;
  out.cars_short =
      sum.cars > 0 ? static_cast<double>(sum.cars_short) / static_cast<double>(sum.cars) : 0.0;
}

void fill_service(const Judge& judge, const Tally& tally, Certificate& out) {
  for (std::size_t s = 0; s < tally.services.size(); ++s) {
    const auto& name = judge.problem().stations[s].name;
    out.stations.push_back(service_of(tally.services[s], name, out.confidence));
    out.stations.back().wear_planned_eur = judge.plan().stations[s].wear_eur;
    if (const auto& calls = out.stations.back().calls_missed; calls.trials > 0) {
      out.calls_missed_upper =
          std::max(out.calls_missed_upper, upper_bound(calls.count, calls.trials, out.confidence));
    }
    auto worn = worn_of(tally.services[s], name, judge.drivers(StationId{s}));
    std::move(worn.begin(), worn.end(), std::back_inserter(out.drivers_worn));
    auto exceptions =
        exceptions_of(tally.services[s], name, judge.drivers(StationId{s}), out.confidence);
    std::move(exceptions.begin(), exceptions.end(), std::back_inserter(out.drivers_short));
  }
  std::stable_sort(out.drivers_short.begin(), out.drivers_short.end(),
                   [](const auto& a, const auto& b) { return a.served.share < b.served.share; });
  std::stable_sort(out.drivers_worn.begin(), out.drivers_worn.end(),
                   [](const auto& a, const auto& b) { return a.mean_eur > b.mean_eur; });
}

}  // namespace

Certificate certify(const Judge& judge) {
  const auto& problem = judge.problem();
  const auto& plan = judge.plan();
  const auto& options = judge.options();
  const std::size_t periods = problem.horizon.count;
  const auto wanted = static_cast<std::size_t>(options.scenarios);
  std::vector<DaySums> sums(wanted);
  TallyPool tallies(judge.limits(), periods);
  Reporter reporter(options.progress, options.scenarios);
  std::size_t finished = 0;
  const auto replay_one = [&](std::size_t scenario) {
    const auto day = judge.run(scenario);
    auto tally = tallies.take();
    tally->add(day);
    tallies.give_back(std::move(tally));
    sums[scenario] = {day.cost_eur, day.energy_wanted_kwh, day.energy_undelivered_kwh, day.cars,
                      day.cars_short};
    reporter.one_more();
  };
  const bool whole =
      parallel_for(wanted, options.threads, replay_one, options.progress.stop, &finished);
  sums.resize(finished);
  const Tally tally = tallies.total();

  Certificate out;
  out.case_name = problem.name;
  out.case_digest = problem.digest;
  out.software = "gridpact " + std::string(version);
  out.law = to_string(options.law);
  out.seed = options.seed;
  out.scenarios = finished;
  out.confidence = options.confidence;
  out.joint_violation_limit = plan.risk.joint_violation_limit;
  out.scope = plan.risk.scope;
  fill_shares(tally, out);
  fill_limits(problem, tally, out);
  fill_voltages(tally, out);
  fill_sums(sums, out);
  fill_service(judge, tally, out);
  const auto& promised = out.scope == RiskScope::period ? out.worst_period : out.days;
  out.promise_upper = upper_bound(promised.count, promised.trials, out.confidence);
  out.partial = !whole;
  out.certified = whole && out.promise_upper <= out.joint_violation_limit &&
                  out.calls_missed_upper <= out.joint_violation_limit;
  return out;
}

}  // namespace gridpact::verify
