#pragma once

#include <cstddef>

#include "gridpact/importers/detail/matlab_script.hpp"

namespace gridpact::importers {

/// The functions idx_bus, idx_brch, idx_gen and idx_cost of MATPOWER, which give names to the
/// columns of its tables and to the types of buses, and all of them together as "define_constants".
MatlabConstants matpower_constants;

// Columns of MATPOWER's tables, from 0 (its manual, appendix B; its own names count from 1).
namespace matpower {

enum Bus : std::size_t { bus_i, type, pd, qd, gs, bs, area, vm, va, base_kv, bus_columns = 13 };
enum Gen : std::size_t { gen_bus, pg, qg, qmax, qmin, vg, mbase, gen_status, gen_columns = 10 };
enum Branch : std::size_t {
  f_bus,
  t_bus,
  r,
  x,
  b,
  rate_a,
  rate_b,
  rate_c,
  tap,
  shift,
  branch_status,
  branch_columns
};

}  // namespace matpower

}  // namespace gridpact::importers
