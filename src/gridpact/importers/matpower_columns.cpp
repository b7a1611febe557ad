#include "gridpact/importers/detail/matpower_columns.hpp"

#include <array>
#include <vector>

namespace gridpact::importers {

namespace {

// In the order in which each function returns them, which is not that of the columns.

constexpr std::array idx_bus{
    MatlabConstant{"PQ", 1},     MatlabConstant{"PV", 2},       MatlabConstant{"REF", 3},
    MatlabConstant{"NONE", 4},   MatlabConstant{"BUS_I", 1},    MatlabConstant{"BUS_TYPE", 2},
    MatlabConstant{"PD", 3},     MatlabConstant{"QD", 4},       MatlabConstant{"GS", 5},
    MatlabConstant{"BS", 6},     MatlabConstant{"BUS_AREA", 7}, MatlabConstant{"VM", 8},
    MatlabConstant{"VA", 9},     MatlabConstant{"BASE_KV", 10}, MatlabConstant{"ZONE", 11},
    MatlabConstant{"VMAX", 12},  MatlabConstant{"VMIN", 13},    MatlabConstant{"LAM_P", 14},
    MatlabConstant{"LAM_Q", 15}, MatlabConstant{"MU_VMAX", 16}, MatlabConstant{"MU_VMIN", 17},
};

constexpr std::array idx_brch{
    MatlabConstant{"F_BUS", 1},   MatlabConstant{"T_BUS", 2},      MatlabConstant{"BR_R", 3},
    MatlabConstant{"BR_X", 4},    MatlabConstant{"BR_B", 5},       MatlabConstant{"RATE_A", 6},
    MatlabConstant{"RATE_B", 7},  MatlabConstant{"RATE_C", 8},     MatlabConstant{"TAP", 9},
    MatlabConstant{"SHIFT", 10},  MatlabConstant{"BR_STATUS", 11}, MatlabConstant{"PF", 14},
    MatlabConstant{"QF", 15},     MatlabConstant{"PT", 16},        MatlabConstant{"QT", 17},
    MatlabConstant{"MU_SF", 18},  MatlabConstant{"MU_ST", 19},     MatlabConstant{"ANGMIN", 12},
    MatlabConstant{"ANGMAX", 13}, MatlabConstant{"MU_ANGMIN", 20}, MatlabConstant{"MU_ANGMAX", 21},
};

constexpr std::array idx_gen{
    MatlabConstant{"GEN_BUS", 1},  MatlabConstant{"PG", 2},         MatlabConstant{"QG", 3},
    MatlabConstant{"QMAX", 4},     MatlabConstant{"QMIN", 5},       MatlabConstant{"VG", 6},
    MatlabConstant{"MBASE", 7},    MatlabConstant{"GEN_STATUS", 8}, MatlabConstant{"PMAX", 9},
    MatlabConstant{"PMIN", 10},    MatlabConstant{"MU_PMAX", 22},   MatlabConstant{"MU_PMIN", 23},
    MatlabConstant{"MU_QMAX", 24}, MatlabConstant{"MU_QMIN", 25},   MatlabConstant{"PC1", 11},
    MatlabConstant{"PC2", 12},     MatlabConstant{"QC1MIN", 13},    MatlabConstant{"QC1MAX", 14},
    MatlabConstant{"QC2MIN", 15},  MatlabConstant{"QC2MAX", 16},    MatlabConstant{"RAMP_AGC", 17},
    MatlabConstant{"RAMP_10", 18}, MatlabConstant{"RAMP_30", 19},   MatlabConstant{"RAMP_Q", 20},
    MatlabConstant{"APF", 21},
};

constexpr std::array idx_cost{
    MatlabConstant{"PW_LINEAR", 1}, MatlabConstant{"POLYNOMIAL", 2}, MatlabConstant{"MODEL", 1},
    MatlabConstant{"STARTUP", 2},   MatlabConstant{"SHUTDOWN", 3},   MatlabConstant{"NCOST", 4},
    MatlabConstant{"COST", 5},
};

const std::vector<MatlabConstant>& all_constants() {
  static const std::vector<MatlabConstant> all = [] {
    std::vector<MatlabConstant> out(idx_bus.begin(), idx_bus.end());
    out.insert(out.end(), idx_brch.begin(), idx_brch.end());
    out.insert(out.end(), idx_gen.begin(), idx_gen.end());
    out.insert(out.end(), idx_cost.begin(), idx_cost.end());
    return out;
  }();
  return all;
}

}  // namespace

std::span<const MatlabConstant> matpower_constants(std::string_view name) {
  if (name == "idx_bus") {
    return idx_bus;
  }
  if (name == "idx_brch") {
    return idx_brch;
  }
  if (name == "idx_gen") {
    return idx_gen;
  }
  if (name == "idx_cost") {
    return idx_cost;
  }
  if (name == "define_constants") {
    return all_constants();
  }
  return {};
}

}  // namespace gridpact::importers
