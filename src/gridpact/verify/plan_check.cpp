#include "gridpact/verify/plan_check.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "gridpact/fleet/membership.hpp"
#include "gridpact/fleet/source.hpp"

namespace gridpact::verify {

namespace {

constexpr double share_tolerance = 1e-6;

/// How a fault names a digest: enough to tell two apart.
std::string shortened(const std::string& digest) {
  return digest.empty() ? "none" : digest.substr(0, 12);
}

class PlanCheck {
 public:
  PlanCheck(const Case& problem, const Plan& plan) : problem_(problem), plan_(plan) {}

  Faults run() {
    is_of_this_case();
    if (faults_.empty()) {  // another case's plan differs in everything: one sentence is enough
      has_the_right_shape();
    }
    if (faults_.empty()) {  // else the checks below would read what is not there
      numbers_are_finite();
    }
    if (faults_.empty()) {
      generators();
      substation();
      renewables();
      stations();
      participations_fit();
      reserves_are_held();
    }
    return std::move(faults_);
  }

 private:
  using PerPeriod = std::function<double(std::size_t)>;

  void fault(std::string message) { faults_.push_back({Severity::error, {}, std::move(message)}); }

  void is_of_this_case() {
    if (plan_.case_digest != problem_.digest) {
      fault(
          fmt::format("the plan was made from other files of case '{}' (digest {}) than the ones "
                      "read now (digest {}); plan again, or verify against the files it was made "
                      "from",
                      plan_.case_name, shortened(plan_.case_digest), shortened(problem_.digest)));
    }
    if (!(plan_.horizon == problem_.horizon)) {
      const auto written = [](const TimeGrid& grid) {
        return fmt::format("{} periods of {} from {}", grid.count, format_duration(grid.period),
                           format_instant(grid.start, grid.time_zone));
      };
      fault(fmt::format("the plan covers {}, the case {}; plan again", written(plan_.horizon),
                        written(problem_.horizon)));
    }
    const double limit = plan_.risk.joint_violation_limit;
    if (!(limit > 0.0 && limit < 1.0)) {
      fault(
          fmt::format("the plan promises a joint violation limit of {}, which must lie between 0 "
                      "and 1; plan again",
                      limit));
    }
  }

  void same_count(const char* what, std::size_t planned, std::size_t given) {
    if (planned != given) {
      fault(fmt::format("the plan has {} {}, the case {}; plan again", planned, what, given));
    }
  }

  /// Calls `visit(whose, what, profile)` for every profile that the replay reads.
  template <class Visit>
  void each_profile(const Visit& visit) const {
    for (std::size_t g = 0; g < std::min(plan_.generators.size(), problem_.generators.size());
         ++g) {
      const auto& [p, q, up, down, share, name, on] = plan_.generators[g];
      const auto& whose = problem_.generators[g].name;
      visit(whose, "p_kw", p), visit(whose, "q_kvar", q), visit(whose, "up_reserve_kw", up);
      visit(whose, "down_reserve_kw", down), visit(whose, "participation", share);
      if (problem_.generators[g].commitment) {
        visit(whose, "on", on);
      }
    }
    for (std::size_t r = 0; r < std::min(plan_.renewables.size(), problem_.renewables.size());
         ++r) {
      const auto& [forecast, curtailed, q, name] = plan_.renewables[r];
      const auto& whose = problem_.renewables[r].name;
      visit(whose, "forecast_kw", forecast), visit(whose, "curtailed_kw", curtailed);
      visit(whose, "q_kvar", q);
    }
    for (std::size_t s = 0; s < std::min(plan_.stations.size(), problem_.stations.size()); ++s) {
      const auto& station = plan_.stations[s];
      const auto& whose = problem_.stations[s].name;
      visit(whose, "charge_kw", station.charge_kw);
      visit(whose, "up_reserve_kw", station.up_reserve_kw);
      visit(whose, "down_reserve_kw", station.down_reserve_kw);
      if (problem_.stations[s].reserve_sold) {
        visit(whose, "sold_up_kw", station.sold_up_kw);
        visit(whose, "sold_down_kw", station.sold_down_kw);
      }
    }
    for (std::size_t k = 0; k < std::min(plan_.loads.size(), problem_.load_groups.size()); ++k) {
      visit(problem_.load_groups[k].name, "forecast_kw", plan_.loads[k].forecast_kw);
    }
    const std::string root = "the substation";
    visit(root, "up_reserve_kw", plan_.substation.up_reserve_kw);
    visit(root, "down_reserve_kw", plan_.substation.down_reserve_kw);
    visit(root, "participation", plan_.substation.participation);
    const std::string feeder = "the feeder's reserve";
    visit(feeder, "up_kw", plan_.reserve.up_kw), visit(feeder, "down_kw", plan_.reserve.down_kw);
  }

  void has_the_right_shape() {
    same_count("generators", plan_.generators.size(), problem_.generators.size());
    same_count("renewables", plan_.renewables.size(), problem_.renewables.size());
    same_count("stations", plan_.stations.size(), problem_.stations.size());
    same_count("load groups", plan_.loads.size(), problem_.load_groups.size());
    for (std::size_t g = 0; g < std::min(plan_.generators.size(), problem_.generators.size());
         ++g) {
      if (!problem_.generators[g].commitment && !plan_.generators[g].on.empty()) {
        fault(fmt::format("{} may stand still in the plan, but not in the case; plan again",
                          problem_.generators[g].name));
      }
    }
    each_profile([&](const std::string& whose, const char* what, const Profile& profile) {
      if (profile.size() != problem_.horizon.count) {
        fault(fmt::format("{}: the plan's {} has {} periods instead of {}; plan again", whose, what,
                          profile.size(), problem_.horizon.count));
      }
    });
  }

  void numbers_are_finite() {
    each_profile([&](const std::string& whose, const char* what, const Profile& profile) {
      const auto bad = std::find_if(profile.begin(), profile.end(),
                                    [](double value) { return !std::isfinite(value); });
      if (bad != profile.end()) {
        fault(fmt::format("{}, {}: the plan's {} is not a number; plan again", whose,
                          problem_.horizon.label(static_cast<std::size_t>(bad - profile.begin())),
                          what));
      }
    });
    if (!std::isfinite(plan_.import_limit_kw)) {
      fault("the plan's import_limit_kw is not a number; plan again");
    }
  }

  /// One fault for the first period in which `value` is outside [low, high].
  void within(const std::string& whose, const char* what, const char* unit, const PerPeriod& low,
              const PerPeriod& value, const PerPeriod& high, double tolerance = plan_tolerance_kw) {
    for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
      const bool below = value(t) < low(t) - tolerance;
      if (below || value(t) > high(t) + tolerance) {
        fault(
            fmt::format("{}, {}: the plan has {} of {:.3f}{}, {} than the {:.3f}{} that the case "
                        "allows; plan again",
                        whose, problem_.horizon.label(t), what, value(t), unit,
                        below ? "less" : "more", below ? low(t) : high(t), unit));
        return;
      }
    }
  }

  static PerPeriod fixed(double value) {
    return [value](std::size_t) { return value; };
  }
  static PerPeriod of(const Profile& profile) {
    return [&profile](std::size_t t) { return profile[t]; };
  }

  template <class Planned>
  void offer(const std::string& name, const ReserveOffer& terms, const Planned& planned) {
    within(name, "up reserve", " kW", fixed(0.0), of(planned.up_reserve_kw),
           fixed(terms.up_max_kw));
    within(name, "down reserve", " kW", fixed(0.0), of(planned.down_reserve_kw),
           fixed(terms.down_max_kw));
    within(name, "a participation", "", fixed(0.0), of(planned.participation), fixed(1.0),
           share_tolerance);
  }

  void generators() {
    for (std::size_t g = 0; g < problem_.generators.size(); ++g) {
      const auto& given = problem_.generators[g];
      const auto& planned = plan_.generators[g];
      offer(given.name, given.reserve, planned);
      const auto least = [&](std::size_t t) {
        return planned.p_kw[t] - planned.down_reserve_kw[t];
      };
      const auto most = [&](std::size_t t) { return planned.p_kw[t] + planned.up_reserve_kw[t]; };
      const auto if_it_runs = [&](double limit) {
        return [&, limit](std::size_t t) { return planned.runs(t) ? limit : 0.0; };
      };
      within(given.name, "power less its down reserve", " kW", if_it_runs(given.p_min_kw), least,
             if_it_runs(given.p_max_kw));
      within(given.name, "power with its up reserve", " kW", if_it_runs(given.p_min_kw), most,
             if_it_runs(given.p_max_kw));
      within(given.name, "reactive power", " kvar", if_it_runs(given.q_min_kvar),
             of(planned.q_kvar), if_it_runs(given.q_max_kvar));
      ramps(given, planned);
      if (given.commitment) {
        minimum_times(given, planned);
      }
    }
  }

  /// A first step may reach the least power, and a last one leave it. At what power a generator ran
  /// before the horizon nobody says.
  void ramps(const Generator& given, const PlannedGenerator& planned) {
    const double step = given.ramp_kw_per_h * problem_.horizon.period_h();
    const double first_step = std::max(step, given.p_min_kw);
    const bool starts_off = given.commitment && !given.commitment->on_before;
    const auto ran = [&](std::size_t t) { return t > 0 ? planned.runs(t - 1) : !starts_off; };
    const auto change = [&](std::size_t t) {
      return t > 0 ? planned.p_kw[t] - planned.p_kw[t - 1] : starts_off ? planned.p_kw[0] : 0.0;
    };
    within(
        given.name, "a change of power", " kW",
        [&](std::size_t t) { return planned.runs(t) ? -step : -first_step; }, change,
        [&](std::size_t t) { return ran(t) ? step : first_step; });
  }

  /// Each stretch of running, or of standing still, that begins and ends in the horizon is long
  /// enough.
  void minimum_times(const Generator& given, const PlannedGenerator& planned) {
    const auto& terms = *given.commitment;
    const auto& on = planned.on;
    if (std::ranges::any_of(on, [](double value) { return value != 0.0 && value != 1.0; })) {
      fault(fmt::format("{} is neither on nor off in the plan; plan again", given.name));
      return;
    }
    for (std::size_t begin = 0, end = 0; begin < on.size(); begin = end) {
      end = begin;
      while (end < on.size() && on[end] == on[begin]) {
        ++end;
      }
      const bool runs = on[begin] != 0.0;
      const std::size_t least = runs ? terms.min_up_periods : terms.min_down_periods;
      const bool begins = begin > 0 || runs != terms.on_before;
      if (begins && end < on.size() && end - begin < least) {
        fault(fmt::format(
            "{}, {}: the plan has it {} for {} periods, fewer than the {} that the "
            "case allows; plan again",
            given.name, problem_.horizon.label(begin), runs ? "on" : "off", end - begin, least));
      }
    }
  }

  void substation() {
    offer("the substation", problem_.substation.reserve, plan_.substation);
    double most = problem_.substation.import_max_kw;
    if (problem_.substation.peak_reduction) {
      most =
          std::min(most, (1.0 - *problem_.substation.peak_reduction) * plan_.uncontrolled_peak_kw);
    }
    if (!(plan_.import_limit_kw <= most + plan_tolerance_kw)) {
      fault(
          fmt::format("the plan keeps an import limit of {:.3f} kW, but the connection and the "
                      "peak target allow {:.3f} kW; plan again",
                      plan_.import_limit_kw, most));
    }
  }

  void renewables() {
    for (std::size_t r = 0; r < problem_.renewables.size(); ++r) {
      const auto& given = problem_.renewables[r];
      const auto& planned = plan_.renewables[r];
      within(given.name, "a forecast", " kW", fixed(0.0), of(planned.forecast_kw),
             fixed(given.capacity_kw));
      within(given.name, "a curtailment", " kW", fixed(0.0), of(planned.curtailed_kw),
             of(planned.forecast_kw));
      within(given.name, "reactive power", " kvar", fixed(given.q_min_kvar), of(planned.q_kvar),
             fixed(given.q_max_kvar));
    }
  }

  void stations() {
    for (std::size_t s = 0; s < problem_.stations.size(); ++s) {
      const auto& given = problem_.stations[s];
      const auto& planned = plan_.stations[s];
      const auto unlimited = fixed(std::numeric_limits<double>::infinity());
      within(given.name, "charging power", " kW", fixed(given.least_charge_kw()),
             of(planned.charge_kw), fixed(given.connection_max_kw));
      within(given.name, "up reserve", " kW", fixed(0.0), of(planned.up_reserve_kw), unlimited);
      within(given.name, "down reserve", " kW", fixed(0.0), of(planned.down_reserve_kw), unlimited);
      sold_reserve(s);
    }
  }

  /// What a station sells it has offered, and can deliver with the cars that are expected.
  void sold_reserve(std::size_t s) {
    const auto& given = problem_.stations[s];
    const auto& planned = plan_.stations[s];
    if (!given.reserve_sold) {
      if (!planned.sold_up_kw.empty() || !planned.sold_down_kw.empty()) {
        fault(fmt::format("{} sells reserve in the plan, but offers none in the case; plan again",
                          given.name));
      }
      return;
    }
    const auto& offer = *given.reserve_sold;
    within(given.name, "sold up reserve", " kW", fixed(0.0), of(planned.sold_up_kw),
           fixed(offer.up_max_kw));
    within(given.name, "sold down reserve", " kW", fixed(0.0), of(planned.sold_down_kw),
           fixed(offer.down_max_kw));
    within(
        given.name, "charging power in an up call", " kW", fixed(given.least_charge_kw()),
        [&](std::size_t t) { return planned.charge_kw[t] - planned.sold_up_kw[t]; },
        fixed(given.connection_max_kw));
    within(
        given.name, "charging power in a down call", " kW", fixed(given.least_charge_kw()),
        [&](std::size_t t) { return planned.charge_kw[t] + planned.sold_down_kw[t]; },
        fixed(given.connection_max_kw));
    is_deliverable(s);
  }

  /// Exact, so where cars lose in a cycle, of which only a part of what they can do is such a set,
  /// the replay alone tells.
  void is_deliverable(std::size_t s) {
    const auto fleet = fleet::FleetSource(problem_, StationId{s}).forecast();
    if (std::any_of(fleet.begin(), fleet.end(),
                    [](const fleet::Car& car) { return car.loses_in_a_cycle(); })) {
      return;
    }
    const auto& planned = plan_.stations[s];
    const double period_h = problem_.horizon.period_h();
    const auto energy = [&](const Profile& kw, double least) {
      std::vector<double> out;
      std::transform(kw.begin(), kw.end(), std::back_inserter(out),
                     [&](double value) { return period_h * std::max(least, value); });
      return out;
    };
    const auto broken = fleet::undeliverable_reserve(
        fleet::Aggregate(fleet, problem_.horizon),
        energy(planned.charge_kw, -std::numeric_limits<double>::infinity()),
        {energy(planned.sold_up_kw, 0.0), energy(planned.sold_down_kw, 0.0),
         problem_.stations[s].reserve_sold->longest_call},
        period_h * plan_tolerance_kw);
    if (broken) {
      fault(
          fmt::format("{} sells reserve that its expected cars can not deliver: in some call "
                      "{:.3f} kWh are {}; plan again",
                      problem_.stations[s].name, broken->excess_kwh(),
                      broken->too_much ? "too much" : "too little"));
    }
  }

  /// Nobody answers a deviation with more than the deviation.
  void participations_fit() {
    const auto sum = [&](std::size_t t) {
      double shares = plan_.substation.participation[t];
      for (const auto& generator : plan_.generators) {
        shares += generator.participation[t];
      }
      return shares;
    };
    within("all providers", "participations that add up to a share", "", fixed(0.0), sum,
           fixed(1.0), share_tolerance);
  }

  /// The events that the plan is judged by are about reserve that somebody must hold.
  void reserves_are_held() {
    const auto held = [&](Profile PlannedGenerator::* one, Profile PlannedSubstation::* root) {
      return [&, one, root](std::size_t t) {
        double sum = (plan_.substation.*root)[t];
        for (const auto& generator : plan_.generators) {
          sum += (generator.*one)[t];
        }
        return sum;
      };
    };
    const auto needed = [&](const Profile& feeder, Profile PlannedStation::* one) {
      return [&, one](std::size_t t) {
        double sum = feeder[t];
        for (const auto& station : plan_.stations) {
          sum += (station.*one)[t];
        }
        return sum;
      };
    };
    const auto covered = [&](const char* what, const PerPeriod& need, const PerPeriod& have) {
      for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
        if (have(t) < need(t) - plan_tolerance_kw) {
          fault(
              fmt::format("{}: the plan counts on {:.3f} kW of {} reserve, but its providers hold "
                          "{:.3f} kW; plan again",
                          problem_.horizon.label(t), need(t), what, have(t)));
          return;
        }
      }
    };
    covered("up", needed(plan_.reserve.up_kw, &PlannedStation::up_reserve_kw),
            held(&PlannedGenerator::up_reserve_kw, &PlannedSubstation::up_reserve_kw));
    covered("down", needed(plan_.reserve.down_kw, &PlannedStation::down_reserve_kw),
            held(&PlannedGenerator::down_reserve_kw, &PlannedSubstation::down_reserve_kw));
  }

  const Case& problem_;
  const Plan& plan_;
  Faults faults_;
};

}  // namespace

Faults check_plan(const Case& problem, const Plan& plan) { return PlanCheck(problem, plan).run(); }

}  // namespace gridpact::verify
