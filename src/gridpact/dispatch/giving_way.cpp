#include "gridpact/dispatch/giving_way.hpp"

#include <algorithm>
#include <cmath>

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

namespace {

/// Of power or current: to a tenth of its unit, finer where the case's own powers are small.
std::string amount(const Units& units, double value, double usual_digits) {
  const int digits = static_cast<int>(std::max(usual_digits, usual_digits - std::log10(units.kw)));
  return fmt::format("{:.{}f}", units.kw * value, digits);
}

}  // namespace

std::string what_gives(const Prepared::State& state, const JointRow& row, double slack) {
  const auto& problem = state.problem;
  const auto when = problem.horizon.label(row.period);
  const auto place = limit_place(problem, row.kind, row.element);
  const auto whole = [&](double value) { return amount(state.units, value, 0.0); };
  const auto fine = [&](double value) { return amount(state.units, value, 1.0); };
  switch (row.kind) {
    case RowKind::voltage:
      return fmt::format("{}, {}: the voltage band would have to be {:.4f} pu wider", when, place,
                         slack);
    case RowKind::branch:
      return fmt::format("{}, {}: the rating of {} A would have to be {} A higher", when, place,
                         whole(problem.feeder.branches[row.element].rating_a), fine(slack));
    case RowKind::import_:
      return fmt::format("{}: the import limit of {} kW would have to be {} kW higher", when,
                         whole(state.import_limit_kw), fine(slack));
    case RowKind::reserve:
      return fmt::format("{}: the providers' reserve offers fall {} kW short", when, fine(slack));
    case RowKind::station_reserve:
      break;
  }
  return fmt::format("{}, {}: the reserve held against its own deviation falls {} kW short", when,
                     place, fine(slack));
}

}  // namespace gridpact::dispatch
