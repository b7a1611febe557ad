#include "gridpact/dispatch/delivery_cuts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/base/parallel.hpp"

namespace gridpact::dispatch {

using program::infinity;

namespace {

/// Of the station's largest energy in a period: what a search for broken rows lets pass. On the
/// boundary of the set, where optima are, looking closer costs much and moves next to nothing.
constexpr double search_tolerance = 1e-4;
constexpr int most_repairs = 200;

std::vector<double> times(double factor, const Profile& profile) {
  std::vector<double> out = profile;
  for (double& value : out) {
    value *= factor;
  }
  return out;
}

fleet::HeldReserve held(const fleet::SoldReserve& sold, double period_h) {
  return {times(period_h, sold.up_kw), times(period_h, sold.down_kw), sold.longest_call};
}

bool is_nothing(const fleet::SoldReserve& sold) {
  const auto none = [](const Profile& profile) {
    return std::all_of(profile.begin(), profile.end(), [](double kw) { return kw <= 0.0; });
  };
  return none(sold.up_kw) && none(sold.down_kw);
}

}  // namespace

DeliveryCuts::DeliveryCuts(DayProgram& day, const std::vector<std::unique_ptr<StationSet>>& sets)
    : day_(day), sets_(sets), cuts_(sets.size()), clean_(sets.size()) {
  const auto& known = day.state.decision.cuts;
  for (std::size_t s = 0; s < known.size(); ++s) {
    for (const auto& cut : known[s]) {
      add(s, cut);
    }
  }
}

void DeliveryCuts::add(std::size_t s, const DeliveryCut& cut) {
  const auto& v = day_.v;
  const double period_h = day_.state.problem.horizon.period_h();
  LinearExpression energy;
  double size = 0.0;
  for (std::size_t t = 0; t < cut.end; ++t) {
    if (!cut.periods[t]) {
      continue;
    }
    size += 1.0;
    energy.add(period_h, v.charge_kw[s][t]);
    if (t >= cut.begin) {
      energy.add(cut.too_much ? period_h : -period_h,
                 cut.too_much ? v.sold_down_kw[s][t] : v.sold_up_kw[s][t]);
    }
  }
  energy *= 1.0 / std::max(1.0, size);
  const double bound_kwh = cut.bound_kwh / std::max(1.0, size);
  rows_.push_back(day_.program.add_constraint(cut.too_much ? -infinity : bound_kwh, energy,
                                              cut.too_much ? bound_kwh : infinity,
                                              fmt::format("call[{}]", s)));
  cuts_[s].push_back(cut);
}

std::size_t DeliveryCuts::separate(std::span<const double> point) {
  const auto& problem = day_.state.problem;
  std::vector<std::vector<fleet::UndeliverableCall>> found(sets_.size());
  parallel_for(sets_.size(), 0, [&](std::size_t s) {
    const auto sold = day_.sold(s, point);
    if (!problem.stations[s].reserve_sold || is_nothing(sold)) {
      return;
    }
    Clean now{values_of(day_.v.charge_kw[s], point), sold.up_kw, sold.down_kw};
    if (now == clean_[s]) {
      return;
    }
    const auto profile_kwh = times(problem.horizon.period_h(), now.charge_kw);
    double largest_kwh = 1.0;
    for (const double kwh : profile_kwh) {
      largest_kwh = std::max(largest_kwh, std::abs(kwh));
    }
    found[s] = fleet::undeliverable_calls(sets_[s]->aggregate, profile_kwh,
                                          held(sold, problem.horizon.period_h()),
                                          search_tolerance * largest_kwh);
    if (found[s].empty()) {
      clean_[s] = std::move(now);
    }
  });
  std::size_t added = 0;
  for (std::size_t s = 0; s < found.size(); ++s) {
    for (auto& call : found[s]) {
      add(s, {call.proof.too_much, call.begin, call.end, std::move(call.proof.periods),
              call.proof.bound_kwh});
      ++added;
    }
  }
  return added;
}

void DeliveryCuts::add_coupling(program::Coupling& coupling) const {
  coupling.constraints.insert(coupling.constraints.end(), rows_.begin(), rows_.end());
}

fleet::SoldReserve deliverable_part(const StationSet& set, const Profile& charge_kw,
                                    fleet::SoldReserve sold) {
  const double period_h = set.aggregate.horizon().period_h();
  const auto profile_kwh = times(period_h, charge_kw);
  for (int repair = 0; repair < most_repairs && !is_nothing(sold); ++repair) {
    const auto calls = fleet::undeliverable_calls(set.aggregate, profile_kwh, held(sold, period_h),
                                                  0.5 * delivery_tolerance_kwh);
    for (const auto& call : calls) {
      auto& part_kw = call.proof.too_much ? sold.down_kw : sold.up_kw;
      double left_kw = call.proof.excess_kwh() / period_h;
      for (std::size_t t = call.begin; t < call.end && left_kw > 0.0; ++t) {
        if (call.proof.periods[t]) {
          const double taken_kw = std::min(left_kw, part_kw[t]);
          part_kw[t] -= taken_kw;
          left_kw -= taken_kw;
        }
      }
    }
    if (calls.empty()) {
      break;
    }
  }
  return sold;
}

}  // namespace gridpact::dispatch
