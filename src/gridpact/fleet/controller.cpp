// At the start of period t, with g the target, the controller knows for each present car the energy
// e it still wants. Charging at once, or as late as possible, gives the energy that the cars take
// by the end of each period s ≥ t at most and at least; with the cars that the forecast lets come
// after t, scaled by r, these are U_s and L_s, and with the connection's limit c
//   U_s ← min(U_s, U_{s−1} + c Δt),   L_s ← max(L_s, L_{s+1} − c Δt).
//
// Scale r: by the end of t energy a_t was wanted and f_t forecast, E over the whole day;
//   r = (a_t + E) / (f_t + E)
// lets a day with more cars than forecast in the morning have somewhat more in the afternoon too.
// Weight E of the prior was the best on recorded workplace sessions; smaller ones chase noise.
//
// Deviation: D_s = Σ_{t ≤ k ≤ s} (p_k − g_k) Δt must stay in the tube [L_s − G_s, U_s − G_s], G_s
// the target's energy from t on, and end where L = U (all are served). The taut string through the
// tube minimises every Σ f(p_k − g_k) with convex f at once (Barlow, Bartholomew, Bremner, Brunk
// 1972; for cumulative energy curves: Zafer, Modiano 2009); its first slope is this period's
// deviation. The tube is that of the sum of the cars' bounds, slightly wider than the exact set, so
// the last word have the cars: what each must take this period (else it leaves short) and can take.
//
// A battery adds to both: U_s charges it at once to the brim; L_s empties it at once to what V2G
// must leave (or as far as the way back to the wish allows) and fills it as late as possible, but
// where that has taken more by then than only what is still wanted, as late as possible, that is
// the least (a cycle loses). With batteries U and L may end apart; the string then ends as near to
// D = 0 as it can. What fills a battery beyond its wish comes after all wishes.
//
// Call of sold reserve: in its periods the target is g_t + move_t, and what it leaves to make up
// for is not spread over the call itself: the period's deviation is the one nearest to 0 that the
// tube allows.
//
// Who charges: w_s = g_s / (limits of the forecast cars parked in s) is the share of its time that
// a parked car charges in period s under the plan. A car's slack is the charging time that the plan
// leaves it, less what it needs,
//   k = ∫ w over its remaining stay − e / limit,
// and the period's energy is shared out so that the least slacks become equal (sharing.cpp). A car
// that discharges comes with must < 0; those with the most slack give first.
// With w constant and little energy this is least laxity first; a target with a peak needs many
// cars at once then, and so spares those that still stand there. On recorded sessions it follows
// peaked targets with half the deviation of plain laxity or earliest departure, and flat ones as
// well.

#include "gridpact/fleet/controller.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <tuple>

#include "gridpact/fleet/detail/sharing.hpp"

namespace gridpact::fleet {

namespace {

constexpr double short_kwh = 1e-3;

/// Energy taken by the end of each period by many cars, each at constant power from `begin_h` to
/// `end_h`: the sum of two ramps a car, kept as what the periods' ends see of them (jump in the
/// first period, slope from the next on), so that a car costs the same however long it charges.
class Cumulative {
 public:
  Cumulative(std::size_t periods, double period_h)
      : period_h_(period_h),
        periods_per_h_(1.0 / period_h),
        jump_(periods + 2, 0.0),
        slope_(periods + 2, 0.0) {}

  void clear() {
    std::fill(jump_.begin(), jump_.end(), 0.0);
    std::fill(slope_.begin(), slope_.end(), 0.0);
  }

  /// A time and its place among the periods, so that one that stays is placed once.
  struct Moment {
    double time_h = 0.0;
    std::size_t period = 0;
    double left_h = 0.0;  ///< of that period
  };
  [[nodiscard]] Moment at(double time_h) const {
    // Signed, since that is one instruction.
    const auto period = std::min(
        static_cast<std::size_t>(static_cast<long>(time_h * periods_per_h_)), jump_.size() - 2);
    return {time_h, period,
            static_cast<double>(static_cast<long>(period) + 1) * period_h_ - time_h};
  }

  void add(double power_kw, const Moment& begin, const Moment& end) {
    add_ramp(power_kw, begin);
    add_ramp(-power_kw, end);
  }

  /// out[s] = energy by the end of period s, kWh.
  void write(std::span<double> out) const {
    double energy_kwh = 0.0;
    double per_period_kwh = 0.0;
    for (std::size_t s = 0; s < out.size(); ++s) {
      per_period_kwh += slope_[s];
      energy_kwh += per_period_kwh + jump_[s];
      out[s] = energy_kwh;
    }
  }

 private:
  void add_ramp(double power_kw, const Moment& begin) {
    jump_[begin.period] += power_kw * begin.left_h;
    slope_[begin.period + 1] += power_kw * period_h_;
  }

  double period_h_;
  double periods_per_h_;
  std::vector<double> jump_;
  std::vector<double> slope_;
};

/// First step of the shortest path from 0 through the tube [low_s, high_s], s = 0, 1, …, each step
/// of equal length, to its end (to the point of it that is nearest to 0, where that is open).
double first_step_of_taut_string(std::span<const double> low, std::span<const double> high) {
  double steepest_low = low[0];
  double flattest_high = high[0];
  for (std::size_t s = 1; s < low.size(); ++s) {
    const auto steps = static_cast<double>(s + 1);
    if (low[s] / steps > flattest_high) {
      return flattest_high;  // bends up at the upper wall
    }
    if (high[s] / steps < steepest_low) {
      return steepest_low;  // bends down at the lower wall
    }
    steepest_low = std::max(steepest_low, low[s] / steps);
    flattest_high = std::min(flattest_high, high[s] / steps);
  }
  return std::clamp(0.0, std::min(steepest_low, flattest_high), flattest_high);
}

/// What charging and discharging mean for one car: its battery's terms, or those of a battery that
/// holds just the wish.
struct Store {
  explicit Store(const Car& car)
      : charge_kw(car.charge_max_kw), wanted_kwh(car.energy_kwh), capacity_kwh(car.energy_kwh) {
    if (car.battery) {
      const auto& battery = *car.battery;
      efficiency_in = battery.charge_efficiency;
      efficiency_out = battery.discharge_efficiency;
      capacity_kwh = battery.capacity_kwh;
      wanted_kwh = battery.content_after(battery.arrival_kwh, car.energy_kwh);
      if (battery.discharges()) {
        discharge_kw = battery.discharge_max_kw;
        least_kwh = battery.v2g_min_kwh;
        wanted_kwh = std::max(wanted_kwh, least_kwh);
      }
    }
    if (charge_kw > 0.0) {
      hours_per_kwh = 1.0 / (efficiency_in * charge_kw);
    }
  }

  double charge_kw = 0.0, discharge_kw = 0.0;
  double efficiency_in = 1.0, efficiency_out = 1.0;
  double wanted_kwh = 0.0, capacity_kwh = 0.0;
  double least_kwh = 0.0;
  double hours_per_kwh = 0.0;  ///< of charging, per kWh of content

  /// Grid-side energy that brings this much into the battery. Most cars have none, and dividing by
  /// 1 takes as long as all else that a period asks of them.
  [[nodiscard]] double charge_kwh(double gain_kwh) const {
    return efficiency_in == 1.0 ? gain_kwh : gain_kwh / efficiency_in;
  }
  /// Grid-side energy that a content lacks of the wish; negative: that it could spare.
  [[nodiscard]] double missing_kwh(double content_kwh) const {
    const double lacking = wanted_kwh - content_kwh;
    return lacking > 0.0 ? charge_kwh(lacking) : lacking * efficiency_out;
  }
  [[nodiscard]] double content_after(double content_kwh, double grid_kwh) const {
    return content_kwh + (grid_kwh > 0.0 ? grid_kwh * efficiency_in : grid_kwh / efficiency_out);
  }
};

double arrival_kwh(const Car& car) { return car.battery ? car.battery->arrival_kwh : 0.0; }

/// Adds what the car takes if it charges at once, and if it gives at once and charges at last.
void add_bounds(const Store& store, double content_kwh, const Cumulative::Moment& from,
                const Cumulative::Moment& departure, Cumulative& earliest, Cumulative& latest) {
  if (store.charge_kw <= 0.0) {
    return;
  }
  const double stay_h = std::max(0.0, departure.time_h - from.time_h);
  const double in_per_kwh = store.hours_per_kwh;
  const double fill_h = std::min(stay_h, (store.capacity_kwh - content_kwh) * in_per_kwh);
  earliest.add(store.charge_kw, from, earliest.at(from.time_h + std::max(0.0, fill_h)));
  double lowest_kwh = content_kwh;
  if (store.discharge_kw > 0.0 && content_kwh > store.least_kwh) {
    const double out_per_kwh = store.efficiency_out / store.discharge_kw;
    const auto hours = [&](double lowest) {
      return (content_kwh - lowest) * out_per_kwh +
             std::max(0.0, store.wanted_kwh - lowest) * in_per_kwh;
    };
    lowest_kwh = store.least_kwh;
    if (hours(lowest_kwh) > stay_h) {
      const double to_wish = std::min(content_kwh, store.wanted_kwh);
      lowest_kwh =
          hours(to_wish) > stay_h
              ? std::min(content_kwh,
                         content_kwh -
                             (stay_h - std::max(0.0, store.wanted_kwh - content_kwh) * in_per_kwh) /
                                 out_per_kwh)
              : (content_kwh * out_per_kwh + store.wanted_kwh * in_per_kwh - stay_h) /
                    (out_per_kwh + in_per_kwh);
    }
    latest.add(-store.discharge_kw, from,
               latest.at(from.time_h + (content_kwh - lowest_kwh) * out_per_kwh));
  }
  // The way back to where the car would be without the cycle, and what it still wants then.
  const double back_h = between((store.wanted_kwh - lowest_kwh) * in_per_kwh, 0.0, stay_h);
  double cycle_h = 0.0;
  if (lowest_kwh != content_kwh) {
    const double given_kwh =
        (std::min(content_kwh, std::max(store.wanted_kwh, lowest_kwh)) - lowest_kwh) *
        store.efficiency_out;
    cycle_h = std::min(back_h, given_kwh / store.charge_kw);
    if (cycle_h > 0.0) {
      const double begin_h = departure.time_h - back_h;
      latest.add(store.charge_kw, latest.at(begin_h), latest.at(begin_h + cycle_h));
    }
  }
  const double wanted_h =
      between((store.wanted_kwh - content_kwh) * in_per_kwh, 0.0, back_h - cycle_h);
  latest.add(store.charge_kw, latest.at(departure.time_h - wanted_h), departure);
}

/// The cars in the order in which they arrive, the same whatever the order of the fleet. They are
/// dealt out to as many equal parts of the day as there are cars, so that few are left to be
/// compared.
std::vector<std::size_t> by_arrival(const Fleet& fleet, double day_h) {
  const double parts_per_h = static_cast<double>(fleet.size()) / day_h;
  std::vector<std::size_t> part(fleet.size());
  std::vector<std::size_t> end(fleet.size() + 1, 0);  // of each part; first how many are in it
  for (std::size_t row = 0; row < fleet.size(); ++row) {
    part[row] = static_cast<std::size_t>(
        between(fleet[row].arrival_h * parts_per_h, 0.0, static_cast<double>(fleet.size() - 1)));
    ++end[part[row] + 1];
  }
  std::partial_sum(end.begin(), end.end(), end.begin());
  std::vector<std::size_t> order(fleet.size());
  for (std::size_t row = 0; row < fleet.size(); ++row) {
    order[end[part[row]]++] = row;
  }
  const auto arrives_before = [&](std::size_t a, std::size_t b) {
    const auto key = [](const Car& car, std::size_t row) {
      return std::tuple(car.arrival_h, car.departure_h, car.energy_kwh, car.charge_max_kw, row);
    };
    return key(fleet[a], a) < key(fleet[b], b);
  };
  std::size_t begin = 0;
  for (const std::size_t at : end) {
    std::sort(order.data() + begin, order.data() + at, arrives_before);
    begin = at;
  }
  return order;
}

}  // namespace

Controller::Controller(const Fleet& forecast, const TimeGrid& horizon,
                       std::span<const double> target_kw, double connection_max_kw,
                       Fairness fairness)
    : period_h_(horizon.period_h()),
      target_kw_(target_kw.begin(), target_kw.end()),
      connection_max_kw_(connection_max_kw),
      fairness_(fairness),
      coming_earliest_kwh_(horizon.count, horizon.count),
      coming_latest_kwh_(horizon.count, horizon.count),
      arrived_kwh_(horizon.count, 0.0),
      planned_hours_(horizon.count + 1, 0.0) {
  const std::size_t periods = horizon.count;
  assert(target_kw.size() == periods);
  std::vector<double> parked_kw(periods, 0.0);
  std::vector<std::vector<Car>> arriving(periods);
  for (const auto& car : forecast) {
    const auto t = std::min(static_cast<std::size_t>(car.arrival_h / period_h_), periods - 1);
    arriving[t].push_back(car);
    for (std::size_t s = t; s < periods; ++s) {
      parked_kw[s] += car.limit_kw(s, period_h_);
    }
    arrived_kwh_[t] += car.energy_kwh;
  }
  std::partial_sum(arrived_kwh_.begin(), arrived_kwh_.end(), arrived_kwh_.begin());
  for (std::size_t s = 0; s < periods; ++s) {
    const double share = parked_kw[s] > 0.0 ? target_kw[s] / parked_kw[s] : 0.0;
    planned_hours_[s + 1] = planned_hours_[s] + share * period_h_;
  }
  Cumulative earliest(periods, period_h_), latest(periods, period_h_);
  for (std::size_t t = periods; t-- > 0;) {
    earliest.write(coming_earliest_kwh_.row(t));
    latest.write(coming_latest_kwh_.row(t));
    for (const auto& car : arriving[t]) {
      const Store store(car);
      add_bounds(store, arrival_kwh(car), earliest.at(car.arrival_h), latest.at(car.departure_h),
                 earliest, latest);
    }
  }
}

double Controller::planned_hours_until(double end_h) const {
  const double periods = end_h / period_h_;
  const auto s = std::min(static_cast<std::size_t>(periods), target_kw_.size() - 1);
  const double part = std::min(1.0, periods - static_cast<double>(s));
  return planned_hours_[s] + part * (planned_hours_[s + 1] - planned_hours_[s]);
}

/// One day under control.
class Controller::Day {
 public:
  Day(const Controller& controller, const Fleet& fleet, const Call& call, Keep keep);
  void run();
  [[nodiscard]] Tracking&& result() { return std::move(tracking_); }

 private:
  struct Parked {
    std::size_t row = 0;
    Store store;
    double content_kwh = 0.0;
    double arrival_h = 0.0;
    Cumulative::Moment departure;
    double group = 0.0;  ///< `Part::group`
    /// Charging time that the plan gives a car parked until it leaves.
    double planned_until_h = 0.0;
  };

  /// The current period's begin and end, and the charging time that the plan gives until its begin.
  struct Period {
    Cumulative::Moment begin;
    double end_h = 0.0;
    double planned_h = 0.0;
  };

  void admit(std::size_t t);
  [[nodiscard]] double group_of(const Car& car) const;
  [[nodiscard]] double wanted_kwh(std::size_t t);
  void write_part(const Parked& car, Part& part) const;
  [[nodiscard]] double slack_h(const Parked& car) const;
  void charge(std::size_t t, double energy_kwh);
  void dismiss();

  const Controller& controller_;
  const Fleet& fleet_;
  const Call& call_;
  double period_h_;
  std::size_t periods_;
  std::vector<std::size_t> order_;  ///< of arrival, the same whatever the order of the fleet
  std::size_t admitted_ = 0;
  double arrived_kwh_ = 0.0;
  std::vector<Parked> parked_;  ///< those that can still do something, by arrival
  std::vector<Part> parts_;     ///< theirs in the current period
  Period now_;
  Cumulative earliest_, latest_;
  std::vector<double> low_kwh_, high_kwh_;
  Tracking tracking_;
};

Controller::Day::Day(const Controller& controller, const Fleet& fleet, const Call& call, Keep keep)
    : controller_(controller),
      fleet_(fleet),
      call_(call),
      period_h_(controller.period_h_),
      periods_(controller.target_kw_.size()),
      order_(by_arrival(fleet, static_cast<double>(periods_) * period_h_)),
      earliest_(periods_, period_h_),
      latest_(periods_, period_h_),
      low_kwh_(periods_),
      high_kwh_(periods_) {
  tracking_.charge_kw.assign(periods_, 0.0);
  if (keep == Keep::cars) {
    tracking_.car_kw = Matrix(fleet.size(), periods_);
  }
  tracking_.short_kwh.assign(fleet.size(), 0.0);
}

void Controller::Day::admit(std::size_t t) {
  const double begin_h = static_cast<double>(t) * period_h_;
  now_ = {earliest_.at(begin_h), static_cast<double>(t + 1) * period_h_,
          controller_.planned_hours_until(begin_h)};
  for (; admitted_ < order_.size() && fleet_[order_[admitted_]].arrival_h < now_.end_h;
       ++admitted_) {
    const std::size_t row = order_[admitted_];
    const auto& car = fleet_[row];
    arrived_kwh_ += car.energy_kwh;
    tracking_.energy_wanted_kwh += car.energy_kwh;
    if (car.charge_max_kw > 0.0 && (car.battery || car.energy_kwh > 0.0)) {
      parked_.push_back({.row = row,
                         .store = Store(car),
                         .content_kwh = arrival_kwh(car),
                         .arrival_h = car.arrival_h,
                         .departure = latest_.at(car.departure_h),
                         .group = group_of(car),
                         .planned_until_h = controller_.planned_hours_until(car.departure_h)});
    }
  }
}

/// Energy that the station should take in period t: the target (and what is called) plus the taut
/// string's first step.
double Controller::Day::wanted_kwh(std::size_t t) {
  const auto& known = controller_;
  const double day_kwh = known.arrived_kwh_.back();
  const double scale =
      day_kwh > 0.0 ? (arrived_kwh_ + day_kwh) / (known.arrived_kwh_[t] + day_kwh) : 1.0;
  earliest_.clear();
  latest_.clear();
  for (const auto& car : parked_) {
    const bool has_just_come = car.arrival_h > now_.begin.time_h;
    add_bounds(car.store, car.content_kwh, has_just_come ? earliest_.at(car.arrival_h) : now_.begin,
               car.departure, earliest_, latest_);
  }
  earliest_.write(high_kwh_);
  latest_.write(low_kwh_);
  const double connection_kwh = known.connection_max_kw_ * period_h_;
  double before_kwh = 0.0;
  for (std::size_t s = t; s < periods_; ++s) {
    high_kwh_[s] += scale * known.coming_earliest_kwh_(t, s);
    low_kwh_[s] += scale * known.coming_latest_kwh_(t, s);
    high_kwh_[s] = std::min(high_kwh_[s], before_kwh + connection_kwh);
    before_kwh = high_kwh_[s];
  }
  before_kwh = 0.0;
  for (std::size_t s = t; s < periods_; ++s) {
    low_kwh_[s] = std::max(low_kwh_[s], before_kwh - connection_kwh);
    before_kwh = low_kwh_[s];
  }
  for (std::size_t s = periods_ - 1; s > t; --s) {
    low_kwh_[s - 1] = std::max(low_kwh_[s - 1], low_kwh_[s] - connection_kwh);
  }
  const double now_kwh = (known.target_kw_[t] + call_.move_in_kw(t)) * period_h_;
  double target_kwh = now_kwh - known.target_kw_[t] * period_h_;
  for (std::size_t s = t; s < periods_; ++s) {
    target_kwh += known.target_kw_[s] * period_h_;
    low_kwh_[s] = std::min(low_kwh_[s], high_kwh_[s]) - target_kwh;
    high_kwh_[s] -= target_kwh;
  }
  if (call_.covers(t)) {
    return now_kwh + std::clamp(0.0, low_kwh_[t], high_kwh_[t]);
  }
  return now_kwh + first_step_of_taut_string(std::span<const double>(low_kwh_).subspan(t),
                                             std::span<const double>(high_kwh_).subspan(t));
}

/// In its place: a copy would wait for what has just been written.
void Controller::Day::write_part(const Parked& car, Part& part) const {
  const double from_h = std::max(now_.begin.time_h, car.arrival_h);
  const double departure_h = car.departure.time_h;
  const double now_h = std::max(0.0, std::min(now_.end_h, departure_h) - from_h);
  const double later_h = std::max(0.0, departure_h - now_.end_h);
  const auto& store = car.store;
  part.power_kw = store.charge_kw;
  part.can_kwh =
      between(store.charge_kwh(store.capacity_kwh - car.content_kwh), 0.0, store.charge_kw * now_h);
  part.wish_kwh = between(store.charge_kwh(store.wanted_kwh - car.content_kwh), 0.0, part.can_kwh);
  const double needed_kwh = store.wanted_kwh - store.efficiency_in * store.charge_kw * later_h;
  if (needed_kwh > car.content_kwh) {
    part.must_kwh = std::min(store.charge_kwh(needed_kwh - car.content_kwh), part.can_kwh);
  } else {
    const double spare_kwh = car.content_kwh - std::max(needed_kwh, store.least_kwh);
    part.must_kwh = -std::clamp(spare_kwh * store.efficiency_out, 0.0, store.discharge_kw * now_h);
  }
  part.slack_h = slack_h(car);
  part.group = car.group;
}

/// Which of a group comes first under the rule.
double Controller::Day::slack_h(const Parked& car) const {
  const double charging_h = car.store.missing_kwh(car.content_kwh) / car.store.charge_kw;
  const bool has_just_come = car.arrival_h > now_.begin.time_h;
  if (controller_.fairness_ == Fairness::least_laxity) {
    return car.departure.time_h - std::max(now_.begin.time_h, car.arrival_h) - charging_h;
  }
  const double planned_h =
      has_just_come ? controller_.planned_hours_until(car.arrival_h) : now_.planned_h;
  return car.planned_until_h - planned_h - charging_h;
}

/// Who has what it can before others get anything.
double Controller::Day::group_of(const Car& car) const {
  switch (controller_.fairness_) {
    case Fairness::earliest_departure:
      return car.departure_h;
    case Fairness::priority:
      return -static_cast<double>(car.priority);
    case Fairness::least_slack:
    case Fairness::least_laxity:
    case Fairness::proportional:
      break;
  }
  return 0.0;
}

/// Shares `energy_kwh` out, as far as the parked cars can and the connection allows.
void Controller::Day::charge(std::size_t t, double energy_kwh) {
  parts_.resize(parked_.size());
  double must_kwh = 0.0, can_kwh = 0.0, wish_kwh = 0.0;
  for (std::size_t k = 0; k < parked_.size(); ++k) {
    auto& part = parts_[k];
    write_part(parked_[k], part);
    must_kwh += part.must_kwh;
    can_kwh += part.can_kwh;
    wish_kwh += part.wish_kwh;
  }
  const double connection_kwh = controller_.connection_max_kw_ * period_h_;
  const double least_kwh = std::max(must_kwh, std::min(-connection_kwh, can_kwh));
  const double total_kwh =
      std::min(std::clamp(energy_kwh, least_kwh, std::max(least_kwh, can_kwh)), connection_kwh);
  if (must_kwh > connection_kwh) {  // not everybody can be served
    share_shortage(parts_, connection_kwh);
  } else {
    for (auto& part : parts_) {
      (total_kwh <= wish_kwh ? part.can_kwh : part.must_kwh) = part.wish_kwh;
    }
    const bool is_level = controller_.fairness_ != Fairness::proportional &&
                          controller_.fairness_ != Fairness::earliest_departure;
    share_out(parts_, total_kwh, is_level ? Within::level : Within::proportional);
  }
  double charged_kwh = 0.0;
  for (std::size_t k = 0; k < parked_.size(); ++k) {
    const double given_kwh = parts_[k].given_kwh;
    parked_[k].content_kwh = parked_[k].store.content_after(parked_[k].content_kwh, given_kwh);
    charged_kwh += given_kwh;
    if (tracking_.car_kw.rows() > 0) {
      tracking_.car_kw(parked_[k].row, t) = given_kwh / period_h_;
    }
  }
  tracking_.charge_kw[t] = charged_kwh / period_h_;
}

/// Lets go of the cars that leave by the period's end, and of those that are done.
void Controller::Day::dismiss() {
  constexpr double rounding_kwh = 1e-12;
  std::erase_if(parked_, [&](const Parked& car) {
    const double missing_kwh = car.store.missing_kwh(car.content_kwh);
    if (car.departure.time_h <= now_.end_h) {
      if (missing_kwh > rounding_kwh) {
        tracking_.energy_undelivered_kwh += missing_kwh;
        tracking_.cars_short += missing_kwh > short_kwh ? 1 : 0;
        tracking_.short_kwh[car.row] = missing_kwh;
      }
      return true;
    }
    return car.store.discharge_kw == 0.0 &&
           car.store.capacity_kwh - car.content_kwh <= rounding_kwh;
  });
}

void Controller::Day::run() {
  for (std::size_t t = 0; t < periods_; ++t) {
    admit(t);
    if (parked_.empty()) {
      continue;
    }
    charge(t, wanted_kwh(t));
    dismiss();
  }
}

Tracking Controller::follow(const Fleet& actual, const Call& call, Keep keep) const {
  Day day(*this, actual, call, keep);
  day.run();
  return day.result();
}

}  // namespace gridpact::fleet
