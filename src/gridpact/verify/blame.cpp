// Which layer broke a period: it is judged again with one layer as it came and the other as
// planned.

#include <algorithm>

#include "gridpact/verify/judge.hpp"

namespace gridpact::verify {

namespace {

std::vector<std::size_t> violated_periods(const std::vector<Breach>& breaches) {
  std::vector<std::size_t> out;
  for (const auto& breach : breaches) {
    if (out.empty() || out.back() != breach.period) {
      out.push_back(breach.period);
    }
  }
  return out;
}

}  // namespace

Blame Judge::blame(const ScenarioReplay& day) const {
  const auto periods = violated_periods(day.breaches);
  Blame out;
  if (periods.empty()) {
    return out;
  }
  auto net_load = planned_day();
  net_load.load_kw = day.load_kw;
  net_load.available_kw = day.available_kw;
  net_load.renewable_kw = day.renewable_kw;
  auto ev = planned_day();
  ev.charge_kw = day.charge_kw;
  const auto by_net_load = breaks_in(net_load, periods);
  const auto by_ev = breaks_in(ev, periods);
  for (std::size_t i = 0; i < periods.size(); ++i) {
    auto& whose = by_net_load[i] ? (by_ev[i] ? out.either : out.net_load)
                                 : (by_ev[i] ? out.ev : out.together);
    ++whose;
  }
  return out;
}

/// For each of `periods`: would any limit break with the powers of `day`? Follows the policy there.
std::vector<bool> Judge::breaks_in(ScenarioReplay& day,
                                   const std::vector<std::size_t>& periods) const {
  for (const std::size_t t : periods) {
    follow_policy(day, t);
  }
  const Matrix all = injections(day);
  Matrix x(periods.size(), all.cols());
  std::vector<std::vector<Complex>> start;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    std::copy(all.row(periods[i]).begin(), all.row(periods[i]).end(), x.row(i).begin());
    start.push_back(expected_voltage_pu_[periods[i]]);
  }
  std::vector<bool> out(periods.size());
  for (std::size_t i = 0; i < periods.size(); ++i) {
    out[i] = std::any_of(day.breaches.begin(), day.breaches.end(),
                         [&](const Breach& breach) { return breach.period == periods[i]; });
  }
  batch_.solve(
      x,
      [&](const network::FlowBlock& block) {
        for (std::size_t k = 0; k < block.count(); ++k) {
          const std::size_t i = block.first() + k;
          const std::size_t t = periods[i];
          std::vector<Breach> breaches;
          if (!block.converged(k)) {
            limits_.break_grid(t, breaches);
          } else {
            block.voltage_magnitude_pu(k, day.voltage_pu.row(t));
            block.branch_current_a(k, day.branch_current_a.row(t));
            limits_.check_grid(t, day.voltage_pu.row(t), day.branch_current_a.row(t),
                               block.import_kva(k).real(), breaches);
          }
          out[i] = out[i] || !breaches.empty();
        }
      },
      flow_options, start, 1);
  return out;
}

}  // namespace gridpact::verify
