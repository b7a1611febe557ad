// Operating point of the grid under a decision: injections → exact AC flow → tangent, per period.

#include "gridpact/dispatch/grid_point.hpp"

#include <fmt/format.h>

#include "gridpact/base/parallel.hpp"

namespace gridpact::dispatch {

Participation Participation::of(const Case& problem) {
  const auto always = [&](const ReserveOffer& offer) {
    return Profile(problem.horizon.count, offer.participation);
  };
  Participation out{always(problem.substation.reserve), {}};
  for (const auto& generator : problem.generators) {
    out.generators.push_back(always(generator.reserve));
  }
  return out;
}

Decision Decision::idle(const Case& problem, const Beliefs& beliefs) {
  const Profile zero(problem.horizon.count, 0.0);
  Decision out;
  for (const auto& generator : problem.generators) {
    const double least_kw = generator.commitment ? 0.0 : generator.p_min_kw;
    out.generator_kw.emplace_back(problem.horizon.count, least_kw);
    out.generator_kvar.push_back(zero);
  }
  out.curtailed_kw.assign(problem.renewables.size(), zero);
  out.renewable_kvar.assign(problem.renewables.size(), zero);
  out.charge_kw = beliefs.uncontrolled_kw;
  out.sold.resize(problem.stations.size());
  out.participation = Participation::of(problem);
  return out;
}

network::CasePowers powers_at(const Beliefs& beliefs, const Decision& decision, std::size_t t) {
  const auto in_period = [t](const std::vector<Profile>& profiles) {
    std::vector<double> out;
    out.reserve(profiles.size());
    for (const auto& profile : profiles) {
      out.push_back(profile[t]);
    }
    return out;
  };
  auto renewable_kw = in_period(beliefs.available_kw);
  for (std::size_t r = 0; r < renewable_kw.size(); ++r) {
    renewable_kw[r] -= decision.curtailed_kw[r][t];
  }
  return {in_period(beliefs.load_kw),         in_period(decision.generator_kw),
          in_period(decision.generator_kvar), std::move(renewable_kw),
          in_period(decision.renewable_kvar), in_period(decision.charge_kw)};
}

ImportTangents import_tangents(const GridPoint& point) {
  ImportTangents out{point.x, {}, {}};
  for (const auto& linear : point.linear) {
    out.import_kw.push_back(linear.import_kw);
    out.per_unit.push_back(linear.import_kw_per_unit);
  }
  return out;
}

Result<GridPoint> operating_point(const Case& problem, const network::AcFlow& flow,
                                  const network::CaseColumns& columns, const Beliefs& beliefs,
                                  const Decision& decision, unsigned threads) {
  const std::size_t periods = problem.horizon.count;
  GridPoint out;
  out.x.resize(periods);
  out.flow.resize(periods);
  out.linear.resize(periods);
  parallel_for(periods, threads, [&](std::size_t t) {
    out.x[t] = columns.x(powers_at(beliefs, decision, t));
    const auto injection = network::combine(problem.feeder, columns.columns(), out.x[t]);
    out.flow[t] = flow.solve(injection);
    if (out.flow[t].converged) {
      out.linear[t] = network::linearise(flow, out.flow[t], injection, columns.columns());
    }
  });
  Faults faults;
  for (std::size_t t = 0; t < periods; ++t) {
    if (!out.flow[t].converged) {
      faults.push_back(
          {Severity::error,
           {},
           fmt::format("{}: the AC power flow of the expected day has no solution ({}); lower the "
                       "demand or strengthen the feeder",
                       problem.horizon.label(t),
                       network::explain_divergence(problem.feeder, out.flow[t]))});
    }
  }
  if (!faults.empty()) {
    return faults;
  }
  return out;
}

}  // namespace gridpact::dispatch
