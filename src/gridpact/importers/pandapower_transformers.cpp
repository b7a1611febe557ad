// Transformers of a pandapower net. transformer_data.cpp has the equivalent circuit; here are the
// nameplates, taps, and the star of three windings.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/pandapower_net.hpp"
#include "gridpact/importers/detail/transformer_data.hpp"

namespace gridpact::importers {

namespace {

constexpr double radians = std::numbers::pi / 180.0;
constexpr double percent = 0.01;

/// Rated voltages and shift at the tap where a transformer stands; `which` is "" or "2".
void set_tap(PandapowerNet& net, const PandasTable& table, std::size_t row,
             const std::string& which, TransformerData& data) {
  const auto column = [&](std::string_view name) { return fmt::format("tap{}_{}", which, name); };
  const auto position = table.number(row, column("pos"));
  const auto side = table.text(row, column("side"));
  if (!position || !side) {
    return;
  }
  std::string type;
  if (table.has(column("changer_type"))) {
    type = table.text(row, column("changer_type")).value_or("");
  } else {  // before pandapower 3
    type = table.flag(row, column("phase_shifter")).value_or(false) ? "Ideal" : "Ratio";
  }
  const double steps = *position - table.number_or(row, column("neutral"), 0.0);
  const double step_percent = table.number_or(row, column("step_percent"), 0.0);
  const double step_deg = table.number_or(row, column("step_degree"), 0.0);
  const double direction = *side == "hv" ? 1.0 : -1.0;
  if (type == "Ideal") {
    data.shift_deg +=
        direction * (step_deg != 0.0 ? steps * step_deg
                                     : 2.0 / radians * std::asin(steps * step_percent / 200.0));
  } else if (type == "Ratio" || type == "Symmetrical") {
    auto& kv = *side == "hv" ? data.vn_hv_kv : data.vn_lv_kv;
    const auto tapped = tapped_voltage(kv, steps, step_percent, step_deg);
    kv = tapped.kv;
    data.shift_deg += direction * tapped.shift_deg;
  } else if (!type.empty() && type != "Tabular") {
    net.error(table, row,
              fmt::format("has a tap changer of the type '{}', which is not known", type));
  }
}

void refuse_tap_table(PandapowerNet& net, const PandasTable& table, std::size_t row) {
  if (table.flag(row, "tap_dependency_table").value_or(false)) {
    net.error(table, row,
              "takes its impedance from trafo_characteristic_table, which is not read; state the "
              "values at its tap and set tap_dependency_table to false");
  }
}

bool is_sound(PandapowerNet& net, const PandasTable& table, std::size_t row,
              const TransformerData& data) {
  if (data.sn_mva > 0.0 && data.vn_hv_kv > 0.0 && data.vn_lv_kv > 0.0 && data.vk_percent != 0.0 &&
      data.parallel > 0.0) {
    return true;
  }
  net.error(
      table, row,
      "needs sn_mva, vn_hv_kv, vn_lv_kv and parallel above 0, and a vk_percent that is not 0");
  return false;
}

/// The tap as something that can be moved: ratio taps only, since others also turn the voltage.
void add_tap_changer(PandapowerNet& net, const PandasTable& table, std::size_t row) {
  const auto position = table.number(row, "tap_pos");
  const auto lowest = table.number(row, "tap_min");
  const auto highest = table.number(row, "tap_max");
  const auto side = table.text(row, "tap_side");
  const double step = table.number_or(row, "tap_step_percent", 0.0) * percent;
  const bool is_ratio =
      !table.has("tap_changer_type") || table.text(row, "tap_changer_type").value_or("") == "Ratio";
  if (!position || !lowest || !highest || !side || !is_ratio || !(*lowest < *highest) ||
      !(step > 0.0) || table.number_or(row, "tap_step_degree", 0.0) != 0.0) {
    return;
  }
  const double neutral = table.number_or(row, "tap_neutral", 0.0);
  const auto at = [&](double place) { return 1.0 + (place - neutral) * step; };
  net.feeder().tap_changers.push_back({.name = net.feeder().branches.back().name,
                                       .branch = BranchId{net.feeder().branches.size() - 1},
                                       .terminals = {*side == "hv" ? 0UL : 1UL},
                                       .tap = at(*position),
                                       .tap_min = at(*lowest),
                                       .tap_max = at(*highest),
                                       .steps = static_cast<int>(std::lround(*highest - *lowest)),
                                       .control = {}});
}

struct StarArm {
  double vk_percent = 0.0;
  double vkr_percent = 0.0;
};

/// `vk` and `vkr` between hv-mv, mv-lv and hv-lv, each on the smaller of both powers.
std::array<StarArm, 3> star_arms(const std::array<double, 3>& sn, const std::array<double, 3>& vk,
                                 const std::array<double, 3>& vkr) {
  const std::array<double, 3> smaller{std::min(sn[0], sn[1]), std::min(sn[1], sn[2]),
                                      std::min(sn[0], sn[2])};
  std::array<double, 3> real{}, imaginary{};
  for (std::size_t s = 0; s < 3; ++s) {
    const double z = vk[s] * sn[0] / smaller[s];
    real[s] = vkr[s] * sn[0] / smaller[s];
    imaginary[s] = std::sqrt(std::max(0.0, z * z - real[s] * real[s]));
  }
  const auto arm = [&](const std::array<double, 3>& pair, std::size_t s) {
    return 0.5 * sn[s] / sn[0] * (pair[s] + pair[(s + 2) % 3] - pair[(s + 1) % 3]);
  };
  std::array<StarArm, 3> arms;
  for (std::size_t s = 0; s < 3; ++s) {
    const double r = arm(real, s);
    const double x = arm(imaginary, s);
    arms[s] = {std::copysign(std::hypot(r, x), x), r};
  }
  return arms;
}

/// The tap of a three-winding transformer is that of one arm, at the arm's outer end.
void set_arm_tap(PandapowerNet& net, const PandasTable& table, std::size_t row,
                 std::string_view side, bool is_hv, TransformerData& data) {
  const auto position = table.number(row, "tap_pos");
  const bool has_type = table.has("tap_changer_type");
  const auto type = table.text(row, "tap_changer_type").value_or(has_type ? "" : "Ratio");
  if (!position || table.text(row, "tap_side") != std::string(side) || type.empty()) {
    return;
  }
  if (type != "Ratio" && type != "Symmetrical") {
    net.error(table, row,
              fmt::format("has a tap changer of the type '{}', which is not read", type));
    return;
  }
  auto& kv = is_hv ? data.vn_hv_kv : data.vn_lv_kv;
  const auto tapped = tapped_voltage(kv, *position - table.number_or(row, "tap_neutral", 0.0),
                                     table.number_or(row, "tap_step_percent", 0.0),
                                     table.number_or(row, "tap_step_degree", 0.0));
  kv = tapped.kv;
  data.shift_deg += (is_hv ? 1.0 : -1.0) * tapped.shift_deg;
}

}  // namespace

void add_transformers(PandapowerNet& net) {
  const auto& table = net.take("trafo");
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!net.in_service(table, i)) {
      continue;
    }
    const auto* hv = net.bus_of(table, i, "hv_bus");
    const auto* lv = net.bus_of(table, i, "lv_bus");
    TransformerData data{.sn_mva = net.need(table, i, "sn_mva"),
                         .vn_hv_kv = net.need(table, i, "vn_hv_kv"),
                         .vn_lv_kv = net.need(table, i, "vn_lv_kv"),
                         .vk_percent = net.need(table, i, "vk_percent"),
                         .vkr_percent = net.need(table, i, "vkr_percent"),
                         .pfe_kw = table.number_or(i, "pfe_kw", 0.0),
                         .i0_percent = table.number_or(i, "i0_percent", 0.0),
                         .shift_deg = table.number_or(i, "shift_degree", 0.0),
                         .parallel = table.number_or(i, "parallel", 1.0)};
    data.r_share_hv = table.number_or(i, "leakage_resistance_ratio_hv", 0.5);
    data.x_share_hv = table.number_or(i, "leakage_reactance_ratio_hv", 0.5);
    refuse_tap_table(net, table, i);
    if (!is_sound(net, table, i, data) || hv == nullptr || lv == nullptr) {
      continue;
    }
    const double rated_kv = data.vn_hv_kv;
    set_tap(net, table, i, "", data);
    set_tap(net, table, i, "2", data);
    auto branch = two_ended(net.feeder(), net.branch_name(table, i), *hv->node, *lv->node);
    branch.kind = BranchKind::transformer;
    branch.admittance_pu = transformer_admittance(data, net.base_mva(), hv->vn_kv, lv->vn_kv);
    branch.rating_a = data.sn_mva * kw_per_mw * table.number_or(i, "df", 1.0) * data.parallel /
                      (std::numbers::sqrt3 * rated_kv);
    constexpr std::array<std::string_view, 2> ends{"hv_bus", "lv_bus"};
    const auto count = net.feeder().branches.size();
    net.add_branch(table, i, "t", ends, std::move(branch));
    if (net.feeder().branches.size() > count &&
        net.feeder().branches.back().terminals.size() == 2) {
      add_tap_changer(net, table, i);
    }
  }
}

// Short-circuit voltages of three windings are stated pair by pair; each star arm has half of
// (both of its own pairs less the other one), all on the hv winding's power.
void add_three_winding_transformers(PandapowerNet& net) {
  const auto& table = net.take("trafo3w");
  constexpr std::array<std::string_view, 3> sides{"hv", "mv", "lv"};
  constexpr std::array<std::string_view, 3> ends{"hv_bus", "mv_bus", "lv_bus"};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!net.in_service(table, row)) {
      continue;
    }
    std::array<const PandapowerNet::Bus*, 3> buses{};
    std::array<double, 3> sn{}, vn{}, vk{}, vkr{};
    for (std::size_t s = 0; s < sides.size(); ++s) {
      buses[s] = net.bus_of(table, row, ends[s]);
      sn[s] = net.need(table, row, fmt::format("sn_{}_mva", sides[s]));
      vn[s] = net.need(table, row, fmt::format("vn_{}_kv", sides[s]));
      vk[s] = net.need(table, row, fmt::format("vk_{}_percent", sides[s]));
      vkr[s] = net.need(table, row, fmt::format("vkr_{}_percent", sides[s]));
    }
    refuse_tap_table(net, table, row);
    if (table.flag(row, "tap_at_star_point").value_or(false)) {
      net.error(table, row, "has its taps at the star point, which is not read");
      continue;
    }
    if (std::ranges::find(buses, nullptr) != buses.end()) {
      continue;
    }
    const auto arms = star_arms(sn, vk, vkr);
    ComplexMatrix star(4, 4);
    bool sound = true;
    for (std::size_t s = 0; s < sides.size(); ++s) {
      TransformerData data{.sn_mva = sn[s], .vn_hv_kv = vn[0], .vn_lv_kv = vn[s]};
      data.vk_percent = arms[s].vk_percent;
      data.vkr_percent = arms[s].vkr_percent;
      const auto loss_side = table.text(row, "loss_side").value_or("hv");
      data.pfe_kw = loss_side == sides[s] ? table.number_or(row, "pfe_kw", 0.0) : 0.0;
      data.i0_percent = loss_side == sides[s] ? table.number_or(row, "i0_percent", 0.0) : 0.0;
      data.shift_deg =
          s == 0 ? 0.0 : table.number_or(row, fmt::format("shift_{}_degree", sides[s]), 0.0);
      if (!is_sound(net, table, row, data)) {
        sound = false;
        break;
      }
      set_arm_tap(net, table, row, sides[s], s == 0, data);
      const auto arm =
          transformer_admittance(data, net.base_mva(), buses[0]->vn_kv, buses[s]->vn_kv);
      const std::array<std::size_t, 2> place =
          s == 0 ? std::array<std::size_t, 2>{0, 3} : std::array<std::size_t, 2>{3, s};
      for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t j = 0; j < 2; ++j) {
          star(place[i], place[j]) += arm(i, j);
        }
      }
    }
    if (!sound) {
      continue;
    }
    Branch branch;
    branch.name = net.branch_name(table, row);
    branch.kind = BranchKind::transformer;
    branch.from_count = 1;
    for (const auto* bus : buses) {
      branch.terminals.push_back(net.feeder().nodes[bus->node->index()].phases.front());
    }
    branch.admittance_pu = without_open_terminals(star, {true, true, true, false});
    branch.rating_a = sn[0] * kw_per_mw / (std::numbers::sqrt3 * vn[0]);
    net.add_branch(table, row, "t3", ends, std::move(branch));
  }
}

}  // namespace gridpact::importers
