#include "gridpact/dispatch/giving_way.hpp"

#include <fmt/format.h>

namespace gridpact::dispatch {

double slack_unit(const Case& problem, const JointRow& row) {
  switch (row.kind) {
    case RowKind::voltage:
      return 1e-3;
    case RowKind::branch:
      return 1e-2 * problem.feeder.branches[row.element].rating_a;
    case RowKind::import_:
    case RowKind::reserve:
    case RowKind::station_reserve:
      break;
  }
  return 1.0;
}

std::string what_gives(const Prepared::State& state, const JointRow& row, double slack) {
  const auto& problem = state.problem;
  const auto when = problem.horizon.label(row.period);
  const auto place = limit_place(problem, row.kind, row.element);
  switch (row.kind) {
    case RowKind::voltage:
      return fmt::format("{}, {}: the voltage band would have to be {:.4f} pu wider", when, place,
                         slack);
    case RowKind::branch:
      return fmt::format("{}, {}: the rating of {:.0f} A would have to be {:.1f} A higher", when,
                         place, problem.feeder.branches[row.element].rating_a, slack);
    case RowKind::import_:
      return fmt::format("{}: the import limit of {:.0f} kW would have to be {:.1f} kW higher",
                         when, state.import_limit_kw, slack);
    case RowKind::reserve:
      return fmt::format("{}: the providers' reserve offers fall {:.1f} kW short", when, slack);
    case RowKind::station_reserve:
      break;
  }
  return fmt::format("{}, {}: the reserve held against its own deviation falls {:.1f} kW short",
                     when, place, slack);
}

}  // namespace gridpact::dispatch
