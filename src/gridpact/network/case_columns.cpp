// Load group k at a demand of x kW: each of its loads at level x / nominal_kw. Everything else is
// constant power, split equally over the phases of its node.

#include "gridpact/network/case_columns.hpp"

#include <cassert>

namespace gridpact::network {

namespace {

constexpr Complex one_kw{1.0, 0.0};
constexpr Complex one_kvar{0.0, 1.0};

}  // namespace

CasePowers CasePowers::zero(const Case& problem) {
  const auto zeros = [](const auto& things) { return std::vector<double>(things.size(), 0.0); };
  return {zeros(problem.load_groups), zeros(problem.generators), zeros(problem.generators),
          zeros(problem.renewables),  zeros(problem.renewables), zeros(problem.stations)};
}

CaseColumns::CaseColumns(const Case& problem)
    : columns_(problem.load_groups.size()),
      generators_(problem.load_groups.size()),
      generator_count_(problem.generators.size()),
      renewables_(generators_ + 2 * generator_count_),
      renewable_count_(problem.renewables.size()),
      stations_(renewables_ + 2 * renewable_count_) {
  const Feeder& feeder = problem.feeder;
  InjectionColumn always_on;
  for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
    const std::size_t group = feeder.loads[l].group;
    if (group == Load::no_group) {
      always_on.load_level.emplace_back(LoadId{l}, 1.0);
    } else if (const double nominal_kw = problem.load_groups[group].nominal_kw; nominal_kw > 0.0) {
      columns_[group].load_level.emplace_back(LoadId{l}, 1.0 / nominal_kw);
    }
  }
  const auto add = [&](const auto& owners, Complex kva_per_unit) {
    for (const auto& owner : owners) {
      columns_.push_back(power_at(feeder, owner.node, kva_per_unit));
    }
  };
  add(problem.generators, one_kw);
  add(problem.generators, one_kvar);
  add(problem.renewables, one_kw);
  add(problem.renewables, one_kvar);
  add(problem.stations, -one_kw);
  columns_.push_back(std::move(always_on));
}

std::vector<double> CaseColumns::x(const CasePowers& powers) const {
  std::vector<double> out;
  out.reserve(columns_.size());
  for (const auto* values : {&powers.load_kw, &powers.generator_kw, &powers.generator_kvar,
                             &powers.renewable_kw, &powers.renewable_kvar, &powers.charge_kw}) {
    out.insert(out.end(), values->begin(), values->end());
  }
  out.push_back(1.0);
  assert(out.size() == columns_.size());
  return out;
}

double nominal_injection_kw(const Feeder& feeder, const Injection& injection) {
  double kw = 0.0;
  for (const Complex power_pu : injection.power_pu) {
    kw += feeder.base_kva * power_pu.real();
  }
  for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
    kw -= injection.load_level[l] * feeder.loads[l].p_kw;
  }
  return kw;
}

}  // namespace gridpact::network
