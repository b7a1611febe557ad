// Switches, lines and impedances of a pandapower net.
//
//   line         z = (r + jx) l / n,  shunts (g + jωc) l n / 2 at both ends, n parallel systems
//   impedance    1/z from both ends (z_ft may differ from z_tf), shunts g + jb
//
// A closed switch between buses is a branch with its z_ohm, or an impedance too small to matter
// (1e-8 pu on 1 MVA). A branch with an open switch at one end keeps its charging: the current at
// that terminal is 0.

#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/pandapower_net.hpp"

namespace gridpact::importers {

namespace {

constexpr double amps_per_ka = 1000.0;

void close_between(PandapowerNet& net, const PandasTable& table, std::size_t row) {
  const auto* from = net.bus_of(table, row, "bus");
  const auto* to = net.bus_of(table, row, "element");
  if (from == nullptr || to == nullptr || from == to) {
    return;
  }
  constexpr double rx_ratio = 2.0;  // pandapower's default of runpp: switch_rx_ratio
  const double z_pu = table.number_or(row, "z_ohm", 0.0) / net.base_ohm(*from);
  const Complex impedance = z_pu > 0.0 ? Complex{rx_ratio, 1.0} * (z_pu / std::hypot(rx_ratio, 1.0))
                                       : Complex{0.0, negligible_impedance_pu(net.feeder())};
  auto branch = two_ended(net.feeder(), net.branch_name(table, row), *from->node, *to->node);
  branch.kind = BranchKind::switch_;
  branch.admittance_pu = pi_admittance(1.0 / impedance, 0.0, 0.0);
  if (const auto rated_ka = table.number(row, "in_ka"); rated_ka && *rated_ka > 0.0) {
    branch.rating_a = *rated_ka * amps_per_ka;
  }
  net.feeder().branches.push_back(std::move(branch));
}

}  // namespace

void read_switches(PandapowerNet& net) {
  const auto& table = net.take("switch");
  std::size_t closed = 0;
  std::vector<std::string> open;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto kind = table.text(i, "et").value_or("");
    const auto element = table.integer(i, "element");
    const auto bus = table.integer(i, "bus");
    const bool is_closed = table.flag(i, "closed").value_or(true);
    if (!element || !bus) {
      net.error(table, i, "needs numbers in 'bus' and 'element'");
    } else if (kind == "b") {
      if (is_closed) {
        close_between(net, table, i);
        ++closed;
      } else {
        open.push_back(fmt::format("{}", table.index()[i]));
      }
    } else if (kind == "l" || kind == "t" || kind == "t3") {
      if (!is_closed) {
        net.open_at(kind, *element, *bus);
        open.push_back(fmt::format("{}", table.index()[i]));
      } else if (table.number_or(i, "z_ohm", 0.0) > 0.0) {
        net.warn(table, i, "has an impedance, which pandapower uses between buses only; left out");
      }
    } else {
      net.error(table, i, fmt::format("is of the kind '{}', which is not known", kind));
    }
  }
  if (closed > 0) {
    net.note(table.line(),
             fmt::format("{} closed switch{} between buses: branches with their z_ohm, "
                         "or with an impedance too small to matter (1e-8 pu on 1 MVA)",
                         closed, closed == 1 ? "" : "es"));
  }
  if (!open.empty()) {
    net.note(table.line(), fmt::format("{} open switch{}: {}", open.size(),
                                       open.size() == 1 ? "" : "es", listed(open)));
  }
}

void add_lines(PandapowerNet& net) {
  const auto& table = net.take("line");
  std::size_t unrated = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!net.in_service(table, i)) {
      continue;
    }
    const auto* from = net.bus_of(table, i, "from_bus");
    const auto* to = net.bus_of(table, i, "to_bus");
    if (from == nullptr || to == nullptr) {
      continue;
    }
    const double km = net.need(table, i, "length_km");
    const double parallel = table.number_or(i, "parallel", 1.0);
    const Complex ohm =
        Complex{net.need(table, i, "r_ohm_per_km"), net.need(table, i, "x_ohm_per_km")} * km /
        parallel;
    if (ohm == Complex{} || !(parallel > 0.0)) {
      net.error(table, i, "has no impedance; make its ends one bus, or give it a small one");
      continue;
    }
    if (from->vn_kv != to->vn_kv) {
      net.warn(
          table, i,
          fmt::format("joins buses of {:g} and {:g} kV: it is taken as pandapower does, in pu of "
                      "the first",
                      from->vn_kv, to->vn_kv));
    }
    const Complex siemens = Complex{table.number_or(i, "g_us_per_km", 0.0) * 1e-6,
                                    2.0 * std::numbers::pi * net.frequency_hz() *
                                        table.number_or(i, "c_nf_per_km", 0.0) * 1e-9} *
                            km * parallel;
    const Complex half = siemens * net.base_ohm(*from) / 2.0;
    auto line = two_ended(net.feeder(), net.branch_name(table, i), *from->node, *to->node);
    line.admittance_pu = pi_admittance(net.base_ohm(*from) / ohm, half, half);
    if (const auto rated_ka = table.number(i, "max_i_ka"); rated_ka && *rated_ka > 0.0) {
      line.rating_a = *rated_ka * table.number_or(i, "df", 1.0) * parallel * amps_per_ka;
    } else {
      ++unrated;
    }
    constexpr std::array<std::string_view, 2> ends{"from_bus", "to_bus"};
    net.add_branch(table, i, "l", ends, std::move(line));
  }
  if (unrated > 0) {
    net.note(table.line(), fmt::format("{} line{} without a rating (max_i_ka): the current is not "
                                       "limited",
                                       unrated, unrated == 1 ? "" : "s"));
  }
}

void add_impedances(PandapowerNet& net) {
  const auto& table = net.take("impedance");
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!net.in_service(table, i)) {
      continue;
    }
    const auto* from = net.bus_of(table, i, "from_bus");
    const auto* to = net.bus_of(table, i, "to_bus");
    const double on_base = net.base_mva() / net.need(table, i, "sn_mva");
    const Complex forth =
        Complex{net.need(table, i, "rft_pu"), net.need(table, i, "xft_pu")} * on_base;
    const Complex back =
        Complex{net.need(table, i, "rtf_pu"), net.need(table, i, "xtf_pu")} * on_base;
    if (from == nullptr || to == nullptr) {
      continue;
    }
    if (forth == Complex{} || back == Complex{}) {
      net.error(table, i, "has no impedance; make its ends one bus, or give it a small one");
      continue;
    }
    const auto shunt = [&](std::string_view end) {
      return Complex{table.number_or(i, fmt::format("g{}_pu", end), 0.0),
                     table.number_or(i, fmt::format("b{}_pu", end), 0.0)} /
             on_base;
    };
    auto branch = two_ended(net.feeder(), net.branch_name(table, i), *from->node, *to->node);
    branch.admittance_pu = pi_admittance(1.0 / forth, shunt("f"), 0.0);
    branch.admittance_pu(1, 0) = -1.0 / back;
    branch.admittance_pu(1, 1) = 1.0 / back + shunt("t");
    net.feeder().branches.push_back(std::move(branch));
  }
}

}  // namespace gridpact::importers
