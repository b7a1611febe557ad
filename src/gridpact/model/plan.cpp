#include "gridpact/model/plan.hpp"

#include "gridpact/model/names.hpp"

namespace gridpact {

namespace {

constexpr Names<Method, 6> method_names{{{Method::det, "det"},
                                         {Method::so, "so"},
                                         {Method::icc, "icc"},
                                         {Method::ba, "ba"},
                                         {Method::oba, "oba"},
                                         {Method::ro, "ro"}}};

constexpr Names<RowKind, 5> row_kind_names{{{RowKind::voltage, "voltage"},
                                            {RowKind::branch, "branch"},
                                            {RowKind::import_, "import"},
                                            {RowKind::reserve, "reserve"},
                                            {RowKind::station_reserve, "station_reserve"}}};

}  // namespace

std::string_view to_string(Method method) { return name_of(method_names, method); }
std::optional<Method> parse_method(std::string_view text) { return value_of(method_names, text); }
std::string_view to_string(RowKind kind) { return name_of(row_kind_names, kind); }
std::optional<RowKind> parse_row_kind(std::string_view text) {
  return value_of(row_kind_names, text);
}

std::string_view unit_of(RowKind kind) {
  switch (kind) {
    case RowKind::voltage:
      return "pu";
    case RowKind::branch:
      return "A";
    case RowKind::import_:
    case RowKind::reserve:
    case RowKind::station_reserve:
      break;
  }
  return "kW";
}

std::string limit_place(const Case& problem, RowKind kind, std::size_t element) {
  switch (kind) {
    case RowKind::voltage: {
      const auto& at = problem.feeder.node_phases[element];
      const auto& node = problem.feeder.nodes[at.node.index()].name;
      const auto phase = at.phase == 0 ? "" : std::string(".").append(std::to_string(at.phase));
      return "node " + node + phase;
    }
    case RowKind::branch:
      return "branch " + problem.feeder.branches[element].name;
    case RowKind::station_reserve:
      return "station " + problem.stations[element].name;
    case RowKind::import_:
    case RowKind::reserve:
      break;
  }
  return "feeder";
}

double CostBreakdown::total_eur() const {
  return energy_import_eur - energy_export_eur + generation_eur + start_eur + reserve_eur +
         station_reserve_eur + curtailment_eur + deviation_eur + wear_eur - reserve_sold_eur;
}

}  // namespace gridpact
