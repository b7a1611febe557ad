// HiGHS (Huangfu & Hall, Math. Prog. Comp. 10, 2018) behind its C interface; nothing else of
// gridpact knows of it. Its C++ interface is not used: the packaged library has the C++ ABI of
// before GCC 5.

#include "gridpact/program/detail/highs_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

namespace gridpact::program {

namespace {

HighsInt to_highs(std::size_t value) { return static_cast<HighsInt>(value); }
std::size_t from_highs(HighsInt value) { return static_cast<std::size_t>(value); }

struct Column {
  double lower = 0.0;
  double upper = 0.0;
  double cost = 0.0;
  double quadratic = 0.0;
  double reference_quadratic = 0.0;  ///< q⁰: the first q_j > 0; 0 while there is no t_j
  bool free_integer = false;
  HighsInt column = 0;
  HighsInt epigraph = 0;              ///< the column of t_j, where reference_quadratic > 0
  std::vector<double> tangents{0.0};  ///< where they touch, ascending; t_j ≥ 0 is the first
};

struct Row {
  double lower = 0.0;
  double upper = 0.0;
  std::vector<Term> terms;
  HighsInt row = 0;    ///< HiGHS' row, or `resting`
  int slack_runs = 0;  ///< at how many runs' ends in a row it held nothing
};
constexpr HighsInt resting = -1;

struct Block {  ///< rows on their way in
  std::vector<double> lower, upper, values;
  std::vector<HighsInt> starts, indices;
};

void interrupt_if_asked(int, const char*, const HighsCallbackDataOut*, HighsCallbackDataIn* answer,
                        void* stop) {
  if (answer != nullptr && (**static_cast<const std::function<bool()>**>(stop))()) {
    answer->user_interrupt = 1;
  }
}

double nearest_distance(const std::vector<double>& sorted, double at) {
  const auto right = std::ranges::lower_bound(sorted, at);
  double nearest = infinity;
  if (right != sorted.end()) {
    nearest = *right - at;
  }
  if (right != sorted.begin()) {
    nearest = std::min(nearest, at - *std::prev(right));
  }
  return nearest;
}

}  // namespace

struct HighsModel::Impl {
  void* highs = Highs_create();
  bool good = true;
  std::vector<Column> columns;
  std::vector<Row> rows;
  Block tangents;
  std::vector<double> scratch;  ///< per HiGHS column, zero between calls

  void check(HighsInt status) { good = good && status != kHighsStatusError; }
  void start_anew();
  void change_column(Column& known, const Variable& v);
  void append_column(const Variable& v);
  void set_quadratic(std::size_t j, double quadratic);
  void queue_tangent(std::size_t j, double at);
  void change_row(Row& known, const Constraint& c);
  void append_rows(const std::vector<Constraint>& constraints);
  void push_row(const Row& row, Block& block);
  void push_terms(const std::vector<Term>& terms, Block& block);
  /// Gives resting rows back to HiGHS; false if there are none such.
  template <class Is>
  bool wake(const Is& is_needed);
  void add_rows(Block& block);
  [[nodiscard]] std::vector<double> costs() const;  ///< per HiGHS column
  void pass_costs(const std::vector<double>& costs);
};

void HighsModel::Impl::start_anew() {
  Highs_clearModel(highs);
  columns.clear();
  rows.clear();
  tangents = {};
  good = true;
}

void HighsModel::Impl::change_column(Column& known, const Variable& v) {
  if (known.lower != v.lower || known.upper != v.upper) {
    check(Highs_changeColBounds(highs, known.column, v.lower, v.upper));
    known.lower = v.lower;
    known.upper = v.upper;
  }
  if (known.cost != v.cost) {
    check(Highs_changeColCost(highs, known.column, v.cost));
    known.cost = v.cost;
  }
  if (known.free_integer != is_free_integer(v)) {
    known.free_integer = is_free_integer(v);
    const auto type = known.free_integer ? kHighsVarTypeInteger : kHighsVarTypeContinuous;
    check(Highs_changeColIntegrality(highs, known.column, type));
  }
}

void HighsModel::Impl::append_column(const Variable& v) {
  Column column;
  column.lower = v.lower;
  column.upper = v.upper;
  column.cost = v.cost;
  column.free_integer = is_free_integer(v);
  column.column = Highs_getNumCol(highs);
  check(Highs_addCol(highs, v.cost, v.lower, v.upper, 0, nullptr, nullptr));
  if (column.free_integer) {
    check(Highs_changeColIntegrality(highs, column.column, kHighsVarTypeInteger));
  }
  columns.push_back(std::move(column));
}

void HighsModel::Impl::set_quadratic(std::size_t j, double quadratic) {
  auto& known = columns[j];
  if (known.quadratic == quadratic) {
    return;
  }
  known.quadratic = quadratic;
  if (known.reference_quadratic > 0.0) {
    check(Highs_changeColCost(highs, known.epigraph, quadratic / known.reference_quadratic));
    return;
  }
  known.reference_quadratic = quadratic;
  known.epigraph = Highs_getNumCol(highs);
  check(Highs_addCol(highs, 1.0, 0.0, infinity, 0, nullptr, nullptr));
  for (const double end : {known.lower, known.upper}) {
    if (std::isfinite(end) && end != 0.0) {
      queue_tangent(j, end);
    }
  }
}

void HighsModel::Impl::queue_tangent(std::size_t j, double at) {
  auto& known = columns[j];
  known.tangents.insert(std::ranges::upper_bound(known.tangents, at), at);
  tangents.lower.push_back(-known.reference_quadratic * at * at);
  tangents.upper.push_back(infinity);
  tangents.starts.push_back(to_highs(tangents.values.size()));
  tangents.indices.insert(tangents.indices.end(), {known.epigraph, known.column});
  tangents.values.insert(tangents.values.end(), {1.0, -2.0 * known.reference_quadratic * at});
}

void HighsModel::Impl::change_row(Row& known, const Constraint& c) {
  if (known.row == resting) {
    known.lower = c.lower;
    known.upper = c.upper;
    known.terms = c.terms;
    return;
  }
  if (known.lower != c.lower || known.upper != c.upper) {
    check(Highs_changeRowBounds(highs, known.row, c.lower, c.upper));
    known.lower = c.lower;
    known.upper = c.upper;
  }
  const auto same = [](const Term& a, const Term& b) {
    return a.variable == b.variable && a.coefficient == b.coefficient;
  };
  if (std::ranges::equal(known.terms, c.terms, same)) {
    return;
  }
  Block before;
  Block after;
  push_terms(known.terms, before);
  push_terms(c.terms, after);
  for (std::size_t k = 0; k < after.values.size(); ++k) {
    scratch[from_highs(after.indices[k])] = after.values[k];
  }
  const auto settle = [&](HighsInt column, double coefficient) {
    const double wanted = std::exchange(scratch[from_highs(column)], 0.0);
    if (wanted != coefficient) {
      check(Highs_changeCoeff(highs, known.row, column, wanted));
    }
  };
  for (std::size_t k = 0; k < before.values.size(); ++k) {
    settle(before.indices[k], before.values[k]);
  }
  for (const HighsInt column : after.indices) {  // those that were in `before` are settled: 0 is 0
    settle(column, 0.0);
  }
  known.terms = c.terms;
}

void HighsModel::Impl::append_rows(const std::vector<Constraint>& constraints) {
  Block block;
  HighsInt next = Highs_getNumRow(highs);
  for (std::size_t i = rows.size(); i < constraints.size(); ++i) {
    const auto& c = constraints[i];
    rows.push_back({c.lower, c.upper, c.terms, next++});
    push_row(rows.back(), block);
  }
  add_rows(block);
}

void HighsModel::Impl::push_row(const Row& row, Block& block) {
  block.lower.push_back(row.lower);
  block.upper.push_back(row.upper);
  block.starts.push_back(to_highs(block.values.size()));
  push_terms(row.terms, block);
}

template <class Is>
bool HighsModel::Impl::wake(const Is& is_needed) {
  Block block;
  HighsInt next = Highs_getNumRow(highs);
  for (auto& row : rows) {
    if (row.row == resting && is_needed(row)) {
      row.row = next++;
      row.slack_runs = 0;
      push_row(row, block);
    }
  }
  const bool any = !block.lower.empty();
  add_rows(block);
  return any;
}

/// Adds up repeated variables, which HiGHS does not take.
void HighsModel::Impl::push_terms(const std::vector<Term>& terms, Block& block) {
  for (const auto& term : terms) {
    scratch[from_highs(columns[term.variable.index()].column)] += term.coefficient;
  }
  for (const auto& term : terms) {
    const HighsInt index = columns[term.variable.index()].column;
    const double value = std::exchange(scratch[from_highs(index)], 0.0);
    if (value != 0.0) {
      block.indices.push_back(index);
      block.values.push_back(value);
    }
  }
}

void HighsModel::Impl::add_rows(Block& block) {
  if (!block.lower.empty()) {
    check(Highs_addRows(highs, to_highs(block.lower.size()), block.lower.data(), block.upper.data(),
                        to_highs(block.values.size()), block.starts.data(), block.indices.data(),
                        block.values.data()));
  }
  block = {};
}

std::vector<double> HighsModel::Impl::costs() const {
  std::vector<double> out(from_highs(Highs_getNumCol(highs)), 0.0);
  for (const auto& column : columns) {
    out[from_highs(column.column)] = column.cost;
    if (column.reference_quadratic > 0.0) {
      out[from_highs(column.epigraph)] = column.quadratic / column.reference_quadratic;
    }
  }
  return out;
}

void HighsModel::Impl::pass_costs(const std::vector<double>& costs) {
  if (!costs.empty()) {
    Highs_changeColsCostByRange(highs, 0, to_highs(costs.size()) - 1, costs.data());
  }
}

HighsModel::HighsModel() : impl_(std::make_unique<Impl>()) {
  Highs_setBoolOptionValue(impl_->highs, "output_flag", 0);
  Highs_setIntOptionValue(impl_->highs, "threads", 1);
  Highs_setStringOptionValue(impl_->highs, "parallel", "off");
  Highs_setIntOptionValue(impl_->highs, "random_seed", 0);
  // Programs grow by a few rows from run to run, and exact steepest-edge weights would be computed
  // anew each time: Devex weights begin at 1.
  constexpr HighsInt devex = 1;
  Highs_setIntOptionValue(impl_->highs, "simplex_dual_edge_weight_strategy", devex);
  Highs_setDoubleOptionValue(impl_->highs, "small_matrix_value", 1e-12);
}

HighsModel::~HighsModel() { Highs_destroy(impl_->highs); }

bool HighsModel::update(const Program& program) {
  auto& m = *impl_;
  const auto& variables = program.variables();
  const auto& constraints = program.constraints();
  if (!m.good || variables.size() < m.columns.size() || constraints.size() < m.rows.size()) {
    m.start_anew();
  }
  for (std::size_t j = 0; j < variables.size(); ++j) {
    if (j < m.columns.size()) {
      m.change_column(m.columns[j], variables[j]);
    } else {
      m.append_column(variables[j]);
    }
    m.set_quadratic(j, variables[j].quadratic_cost);
  }
  m.scratch.resize(from_highs(Highs_getNumCol(m.highs)), 0.0);
  for (std::size_t i = 0; i < m.rows.size(); ++i) {
    m.change_row(m.rows[i], constraints[i]);
  }
  m.append_rows(constraints);
  m.check(Highs_changeObjectiveOffset(m.highs, program.objective_constant()));
  return flush_tangents();
}

bool HighsModel::queue_tangent(std::size_t variable, double at, double error) {
  const auto& known = impl_->columns[variable];
  const double distance = nearest_distance(known.tangents, at);
  if (known.quadratic * distance * distance <= error) {
    return false;
  }
  impl_->queue_tangent(variable, at);
  return true;
}

bool HighsModel::flush_tangents() {
  impl_->add_rows(impl_->tangents);
  return impl_->good;
}

void HighsModel::set_feasibility(double tolerance) {
  tolerance = std::max(tolerance, 1e-10);  // the least that HiGHS takes
  Highs_setDoubleOptionValue(impl_->highs, "primal_feasibility_tolerance", tolerance);
  Highs_setDoubleOptionValue(impl_->highs, "dual_feasibility_tolerance", tolerance);
  Highs_setDoubleOptionValue(impl_->highs, "mip_feasibility_tolerance", tolerance);
}

void HighsModel::set_presolve(bool on) {
  Highs_setStringOptionValue(impl_->highs, "presolve", on ? "choose" : "off");
}

void HighsModel::set_gaps(double relative, double absolute) {
  Highs_setDoubleOptionValue(impl_->highs, "mip_rel_gap", relative);
  Highs_setDoubleOptionValue(impl_->highs, "mip_abs_gap", absolute);
}

void HighsModel::set_smaller_programs(bool yes) {
  for (const char* heuristic : {"mip_heuristic_run_rens", "mip_heuristic_run_rins",
                                "mip_heuristic_run_root_reduced_cost"}) {
    Highs_setBoolOptionValue(impl_->highs, heuristic, yes ? 1 : 0);
  }
}

void HighsModel::propose(const std::vector<double>& point) {
  std::vector<HighsInt> indices;
  std::vector<double> values;
  for (std::size_t j = 0; j < std::min(point.size(), impl_->columns.size()); ++j) {
    if (impl_->columns[j].free_integer) {
      indices.push_back(impl_->columns[j].column);
      values.push_back(point[j]);
    }
  }
  if (!indices.empty()) {
    Highs_setSparseSolution(impl_->highs, to_highs(indices.size()), indices.data(), values.data());
  }
}

void HighsModel::forget_basis() { Highs_clearSolver(impl_->highs); }

HighsModel::Answer HighsModel::run(double time_limit_s, const std::function<bool()>* stop) {
  void* highs = impl_->highs;
  Highs_zeroAllClocks(highs);  // its time limit is over all runs since the last zero
  Highs_setDoubleOptionValue(highs, "time_limit", time_limit_s);
  constexpr std::array polls{kHighsCallbackSimplexInterrupt, kHighsCallbackIpmInterrupt,
                             kHighsCallbackMipInterrupt};
  if (stop != nullptr) {
    Highs_setCallback(highs, interrupt_if_asked, static_cast<void*>(&stop));
    std::ranges::for_each(polls, [=](HighsInt poll) { Highs_startCallback(highs, poll); });
  }
  const HighsInt status = Highs_run(highs);
  if (stop != nullptr) {
    std::ranges::for_each(polls, [=](HighsInt poll) { Highs_stopCallback(highs, poll); });
  }
  if (status == kHighsStatusError) {
    return Answer::failed;
  }
  switch (Highs_getModelStatus(highs)) {
    case kHighsModelStatusOptimal:
    case kHighsModelStatusModelEmpty:
      return Answer::optimal;
    case kHighsModelStatusInfeasible:
      return Answer::infeasible;
    case kHighsModelStatusUnbounded:
      return Answer::unbounded;
    case kHighsModelStatusUnboundedOrInfeasible:
      return Answer::undecided;
    case kHighsModelStatusTimeLimit:
      return Answer::time_limit;
    case kHighsModelStatusInterrupt:
      return Answer::interrupted;
    default:
      return Answer::failed;
  }
}

std::string HighsModel::last_words() const {
  return fmt::format("HiGHS {} ended with model status {}", Highs_version(),
                     Highs_getModelStatus(impl_->highs));
}

HighsModel::Values HighsModel::values() const {
  const auto& m = *impl_;
  std::vector<double> point(from_highs(Highs_getNumCol(m.highs)));
  std::vector<double> reduced(point.size());
  std::vector<double> activity(from_highs(Highs_getNumRow(m.highs)));
  std::vector<double> duals(activity.size());
  Highs_getSolution(m.highs, point.data(), reduced.data(), activity.data(), duals.data());
  Values out;
  for (const auto& column : m.columns) {
    out.point.push_back(point[from_highs(column.column)]);
    out.reduced_costs.push_back(reduced[from_highs(column.column)]);
  }
  for (const auto& row : m.rows) {
    out.duals.push_back(row.row == resting ? 0.0 : duals[from_highs(row.row)]);
  }
  return out;
}

bool HighsModel::has_point() const {
  constexpr HighsInt feasible = 2;  // kSolutionStatusFeasible, which the C interface does not name
  HighsInt status = 0;
  Highs_getIntInfoValue(impl_->highs, "primal_solution_status", &status);
  return status == feasible;
}

double HighsModel::integer_bound() const {
  double bound = -infinity;
  Highs_getDoubleInfoValue(impl_->highs, "mip_dual_bound", &bound);
  return bound;
}

/// Deleting a row that is basic leaves a basis, which HiGHS forgets nevertheless.
void HighsModel::rest_slack_rows() {
  constexpr int patience = 2;
  constexpr std::size_t fewest = 64;
  constexpr double fewest_share = 0.1;
  auto& m = *impl_;
  std::vector<HighsInt> of_columns(from_highs(Highs_getNumCol(m.highs)));
  std::vector<HighsInt> of_rows(from_highs(Highs_getNumRow(m.highs)));
  if (Highs_getBasis(m.highs, of_columns.data(), of_rows.data()) != kHighsStatusOk) {
    return;
  }
  std::vector<HighsInt> deleted(of_rows.size(), 0);
  std::size_t count = 0;
  for (auto& row : m.rows) {
    if (row.row != resting) {
      const auto at = from_highs(row.row);
      const bool is_slack = of_rows[at] == kHighsBasisStatusBasic && row.lower < row.upper;
      row.slack_runs = is_slack ? row.slack_runs + 1 : 0;
      deleted[at] = row.slack_runs >= patience ? 1 : 0;
      count += from_highs(deleted[at]);
    }
  }
  if (count < fewest ||
      static_cast<double>(count) < fewest_share * static_cast<double>(of_rows.size())) {
    return;
  }
  m.check(Highs_deleteRowsByMask(m.highs, deleted.data()));  // which says where the others are now
  for (auto& row : m.rows) {
    if (row.row != resting) {
      row.row = deleted[from_highs(row.row)];
    }
  }
  std::vector<HighsInt> kept;
  for (std::size_t i = 0; i < of_rows.size(); ++i) {
    if (deleted[i] != resting) {
      kept.push_back(of_rows[i]);
    }
  }
  m.check(Highs_setBasis(m.highs, of_columns.data(), kept.data()));
}

bool HighsModel::wake_broken(std::span<const double> point, double tolerance) {
  return impl_->wake([&](const Row& row) {
    double activity = 0.0;
    for (const auto& term : row.terms) {
      activity += term.coefficient * point[term.variable.index()];
    }
    return activity < row.lower - tolerance || activity > row.upper + tolerance;
  });
}

bool HighsModel::wake_all() {
  return impl_->wake([](const Row&) { return true; });
}

void HighsModel::drop_costs() {
  impl_->pass_costs(std::vector<double>(impl_->costs().size(), 0.0));
}

void HighsModel::restore_costs() { impl_->pass_costs(impl_->costs()); }

void HighsModel::fix_integers(const std::vector<double>& point) {
  for (std::size_t j = 0; j < impl_->columns.size(); ++j) {
    if (impl_->columns[j].free_integer) {
      Highs_changeColBounds(impl_->highs, impl_->columns[j].column, point[j], point[j]);
    }
  }
}

void HighsModel::release_integers() {
  for (const auto& column : impl_->columns) {
    if (column.free_integer) {
      Highs_changeColBounds(impl_->highs, column.column, column.lower, column.upper);
    }
  }
}

}  // namespace gridpact::program
