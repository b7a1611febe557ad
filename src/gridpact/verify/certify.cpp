#include "gridpact/verify/certify.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <mutex>

#include "gridpact/base/parallel.hpp"
#include "gridpact/base/version.hpp"
#include "gridpact/verify/decision.hpp"
#include "gridpact/verify/evidence.hpp"
#include "gridpact/verify/interval.hpp"
#include "gridpact/verify/sequential.hpp"
#include "gridpact/verify/tally.hpp"

namespace gridpact::verify {

namespace {

/// Of a day, what is not counted but summed or looked at in the order of the days: sums of
/// floating-point numbers depend on it, so each day keeps its own until all are there.
struct DayRecord {
  double cost_eur = 0.0;
  double wanted_kwh = 0.0;
  double undelivered_kwh = 0.0;
  std::size_t cars = 0;
  std::size_t cars_short = 0;
  DayEvidence evidence;
  std::vector<std::vector<bool>> tightened;  ///< per test: periods violated under its limits
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
  const auto of_days = [&](std::uint64_t count) {
    return out.early_stop ? measure_sequential(count, tally.days, 1, out.confidence)
                          : measure(count, tally.days, out.confidence);
  };
  const auto of_periods = [&](std::uint64_t count) {
    return out.early_stop ? measure_sequential(count, tally.days, periods, out.confidence)
                          : measure_pooled(count, tally.days, periods, out.confidence);
  };
  out.days = of_days(tally.days_violated);
  out.periods = of_periods(tally.periods_violated);
  for (const auto count : tally.by_period) {
    out.by_period.push_back(of_days(count));
  }
  const auto worst = std::max_element(tally.by_period.begin(), tally.by_period.end());
  out.worst_period_index = static_cast<std::size_t>(worst - tally.by_period.begin());
  out.worst_period = out.by_period[out.worst_period_index];
  for (const auto count : tally.by_kind) {
    out.by_kind.push_back(of_periods(count));
  }
  for (const auto& excess : tally.excess) {
    out.excess.push_back(excess.spread());
  }
  out.blame = tally.blame;
  out.diverged = tally.diverged;
}

void fill_limits(const Case& problem, const Tally& tally, Certificate& out) {
  for (const auto& limit : tally.limits) {
    if (limit.periods_violated > 0) {
      out.limits.push_back({limit.worst.kind,
                            limit_place(problem, limit.worst.kind, limit.worst.element),
                            limit.periods_violated, limit.worst.excess, limit.worst.period,
                            limit.worst_scenario, limit.mean_excess()});
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

void fill_sums(const std::vector<DayRecord>& days, Certificate& out) {
  if (days.empty()) {
    return;
  }
  DayRecord sum;
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

/// Upper confidence bound of a station's share of missed calls, under the law that is drawn from.
double missed_upper(const MeasuredShare& calls, const Certificate& out) {
  return out.early_stop ? sequential_upper(static_cast<double>(calls.count),
                                           static_cast<double>(calls.trials), out.confidence)
                        : upper_bound(calls.count, calls.trials, out.confidence);
}

void fill_service(const Judge& judge, const Tally& tally, Certificate& out) {
  for (std::size_t s = 0; s < tally.services.size(); ++s) {
    const auto& name = judge.problem().stations[s].name;
    out.stations.push_back(service_of(tally.services[s], name, out.confidence));
    out.stations.back().wear_planned_eur = judge.plan().stations[s].wear_eur;
    if (const auto& calls = out.stations.back().calls_missed; calls.trials > 0) {
      out.calls_missed_upper = std::max(out.calls_missed_upper, missed_upper(calls, out));
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

void fill_evidence(const std::vector<DayRecord>& days, Certificate& out) {
  out.evidence.block_days = block_days(days.size());
  std::vector<DayEvidence> block;
  for (std::size_t first = 0; first < days.size(); first += out.evidence.block_days) {
    block.clear();
    const auto end = std::min<std::size_t>(days.size(), first + out.evidence.block_days);
    for (std::size_t i = first; i < end; ++i) {
      block.push_back(days[i].evidence);
    }
    out.evidence.blocks.push_back(block_of(first, block));
  }
}

/// Is it certain of every station's calls whether they are kept, or of one's that they are not?
bool calls_settled(const Tally& tally, double epsilon, double confidence) {
  bool all_kept = true;
  for (const auto& service : tally.services) {
    const auto missed = static_cast<double>(service.calls_missed);
    const auto calls = static_cast<double>(service.calls);
    if (calls > 0.0 && sequential_lower(missed, calls, confidence) > epsilon) {
      return true;
    }
    all_kept = all_kept && (calls == 0.0 || sequential_upper(missed, calls, confidence) <= epsilon);
  }
  return all_kept;
}

/// What `certify` says of its question before a day is replayed.
Certificate blank_certificate(const Judge& judge, double epsilon) {
  const auto& options = judge.options();
  Certificate out;
  out.case_name = judge.problem().name;
  out.case_digest = judge.problem().digest;
  out.model_digest = judge.model_digest();
  out.software = software();
  out.law = to_string(options.law);
  out.layers = options.layers.value_or(judge.plan().risk.layers);
  out.seed = options.seed;
  out.scenarios_asked = options.scenarios;
  out.early_stop = options.early_stop;
  out.confidence = options.confidence;
  out.joint_violation_limit = epsilon;
  out.scope = judge.plan().risk.scope;
  out.kl_radius = options.ambiguity.kl_radius;
  out.wasserstein_radius = options.ambiguity.wasserstein_radius;
  return out;
}

/// Replays days and keeps what is counted of them.
class Replays {
 public:
  explicit Replays(const Judge& judge, const std::vector<Test>& tests)
      : judge_(judge),
        tests_(tests),
        tallies_(judge.limits(), judge.problem().horizon.count),
        reporter_(judge.options().progress, judge.options().scenarios) {}

  /// Replays on to `end` days in all; false if it was asked to stop.
  bool replay_to(std::size_t end) {
    const std::size_t first = days_.size();
    days_.resize(end);
    std::size_t finished = 0;
    const bool whole = parallel_for(
        end - first, judge_.options().threads, [&](std::size_t i) { replay(first + i); },
        judge_.options().progress.stop, &finished);
    days_.resize(first + finished);
    return whole;
  }

  [[nodiscard]] const std::vector<DayRecord>& days() const { return days_; }
  [[nodiscard]] Tally tally() const { return tallies_.total(); }

 private:
  void replay(std::size_t scenario) {
    const auto day = judge_.run(scenario);
    const auto blame = judge_.blame(day);
    auto tally = tallies_.take();
    tally->add(day);
    tally->add(blame);
    tallies_.give_back(std::move(tally));
    auto& record = days_[scenario];
    record.cost_eur = day.cost_eur;
    record.wanted_kwh = day.energy_wanted_kwh;
    record.undelivered_kwh = day.energy_undelivered_kwh;
    record.cars = day.cars;
    record.cars_short = day.cars_short;
    record.evidence = evidence_of(day);
    record.tightened = tightened(day, record.evidence.violated);
    reporter_.one_more();
  }

  [[nodiscard]] std::vector<std::vector<bool>> tightened(const ScenarioReplay& day,
                                                         const std::vector<bool>& violated) const {
    std::vector<std::vector<bool>> out(tests_.size(), violated);
    for (std::size_t t = 0; t < judge_.problem().horizon.count && tests_.size() > 1; ++t) {
      const double distance = judge_.limits().distance(day, t);
      for (std::size_t k = 0; k < tests_.size(); ++k) {
        if (distance <= tests_[k].tightening) {
          out[k].resize(judge_.problem().horizon.count);
          out[k][t] = true;
        }
      }
    }
    return out;
  }

  const Judge& judge_;
  const std::vector<Test>& tests_;
  TallyPool tallies_;
  Reporter reporter_;
  std::vector<DayRecord> days_;
};

}  // namespace

std::string software() { return "gridpact " + std::string(version); }

Certificate certify(const Judge& judge) {
  const auto& options = judge.options();
  const double epsilon = options.limit.value_or(judge.plan().risk.joint_violation_limit);
  auto out = blank_certificate(judge, epsilon);
  Decision decision(options, epsilon, out.scope, judge.problem().horizon.count);
  Replays replays(judge, decision.tests());
  const auto wanted = static_cast<std::size_t>(options.scenarios);
  const std::size_t step = options.early_stop ? look_days : wanted;
  bool whole = true;
  bool settled = false;
  for (std::size_t done = 0; whole && !settled && done < wanted;) {
    whole = replays.replay_to(std::min(wanted, done + step));
    for (; done < replays.days().size(); ++done) {
      decision.add(replays.days()[done].tightened);
    }
    settled = options.early_stop && whole && decision.settled() &&
              (decision.hopeless() || calls_settled(replays.tally(), epsilon, options.confidence));
  }
  const auto tally = replays.tally();
  out.scenarios = replays.days().size();
  fill_shares(tally, out);
  fill_limits(judge.problem(), tally, out);
  fill_voltages(tally, out);
  fill_sums(replays.days(), out);
  fill_service(judge, tally, out);
  fill_evidence(replays.days(), out);
  const auto outcome = decision.outcome();
  out.promise_upper = outcome.upper;
  out.tightening = outcome.test.tightening;
  out.tested_limit = outcome.test.limit;
  out.partial = !whole;
  out.certified = whole && out.promise_upper <= epsilon && out.calls_missed_upper <= epsilon;
  return out;
}

}  // namespace gridpact::verify
