// The adapter to HiGHS (Huangfu & Hall, Math. Prog. Comp. 10, 2018), by its C interface.
//
// LP: dual simplex, from the last basis. MIP: branch and cut, from the last point.
//
// QP, min c'x + Σ_j q_j x_j² over a polyhedron: outer approximation (Kelley, J. SIAM 8, 1960). Each
// quadratic part has a column t_j with cost q_j/q⁰_j, which tangents hold from below,
//
//   t_j ≥ 0,   t_j ≥ q⁰_j (2 x̄ x_j − x̄²)   for the x̄ of earlier rounds,      q⁰_j: q_j when first
//   met,
//
// so that a changed q_j is only a changed cost. Every round solves the LP from the last basis; its
// point x is feasible, its duals y give the Lagrangian bound L(y) (dual_bound.hpp) with the true
// quadratics. The best point moves to the minimum of the objective on the segment from it to x, and
// tangents are added at both. It ends when objective − bound is within the gap: the gap is proven
// by arithmetic on (x, y). HiGHS has two QP methods of its own. The active-set one does not end on
// most programs of 300 variables and 500 rows (it cycles at degenerate vertices, with presolve and
// without); the interior-point one needs a library of further parts that a plain installation
// lacks. Neither is used.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

#include "gridpact/program/dual_bound.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::program {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double smallest_tolerance = 1e-10;  // the least that HiGHS takes
constexpr int most_rounds = 300;              // of tangents; a dozen is usual
constexpr double widest_tangent = 1e8;        // |x̄| up to which an unbounded QP is given a chance

HighsInt to_highs(std::size_t value) { return static_cast<HighsInt>(value); }
std::size_t from_highs(HighsInt value) { return static_cast<std::size_t>(value); }

/// An integer variable that has a choice; one with equal bounds is a number like any other.
bool is_free_integer(const Variable& v) { return v.integer && v.lower < v.upper; }

bool is_quadratic(const Variable& v) { return v.quadratic_cost > 0.0; }

/// HiGHS' copy of a Program, brought up to date by differences so that its basis stays valid.
class Mirror {
 public:
  Mirror() : highs_(Highs_create()) {
    Highs_setBoolOptionValue(highs_, "output_flag", 0);
    Highs_setIntOptionValue(highs_, "threads", 1);
    Highs_setStringOptionValue(highs_, "parallel", "off");
    Highs_setIntOptionValue(highs_, "random_seed", 0);
    Highs_setDoubleOptionValue(highs_, "small_matrix_value", 1e-12);
  }
  ~Mirror() { Highs_destroy(highs_); }
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;

  /// False: HiGHS refused something (a coefficient beyond its range).
  [[nodiscard]] bool update(const Program& program);

  [[nodiscard]] void* handle() const { return highs_; }
  [[nodiscard]] HighsInt column(std::size_t variable) const { return columns_[variable].column; }
  /// Queues t_j − 2 q⁰ x̄ x_j ≥ −q⁰ x̄², unless q_j x̄² is described to within `error` already:
  /// tangents at a leave q_j·min_a (x̄ − a)². `flush_tangents` adds them as one block.
  void queue_tangent(std::size_t variable, double at, double error = 0.0);
  [[nodiscard]] bool flush_tangents();

  struct Values {
    std::vector<double> point;
    std::vector<double> duals;
    std::vector<double> reduced_costs;
  };
  [[nodiscard]] Values values() const;
  [[nodiscard]] std::vector<double> costs() const;  ///< per column of HiGHS

 private:
  struct Column {
    double lower = 0.0;
    double upper = 0.0;
    double cost = 0.0;
    double quadratic = 0.0;
    double reference_quadratic = 0.0;  ///< q⁰, 0 while there is no t_j
    bool free_integer = false;
    HighsInt column = 0;
    HighsInt epigraph = 0;              ///< the column of t_j, where reference_quadratic > 0
    std::vector<double> tangents{0.0};  ///< where they touch, ascending; t_j ≥ 0 is the first
  };
  struct Row {
    double lower = 0.0;
    double upper = 0.0;
    std::vector<Term> terms;
    HighsInt row = 0;
  };
  struct Block {  ///< rows on their way in
    std::vector<double> lower, upper, values;
    std::vector<HighsInt> starts, indices;
    void clear() { *this = {}; }
  };

  bool ok(HighsInt status) { return good_ = good_ && status != kHighsStatusError; }
  void start_anew();
  void change_column(std::size_t j, const Variable& v);
  void append_column(const Variable& v);
  void set_quadratic(std::size_t j, double quadratic);
  void change_row(Row& row, const Constraint& constraint);
  void push_terms(const std::vector<Term>& terms, Block& block);
  bool add_rows(Block& block);

  void* highs_;
  bool good_ = true;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  Block tangents_;
  std::vector<double> scratch_;  ///< per HiGHS column, zero between calls
};

void Mirror::start_anew() {
  Highs_clearModel(highs_);
  columns_.clear();
  rows_.clear();
  tangents_.clear();
  good_ = true;
}

bool Mirror::update(const Program& program) {
  const auto& variables = program.variables();
  const auto& constraints = program.constraints();
  if (!good_ || variables.size() < columns_.size() || constraints.size() < rows_.size()) {
    start_anew();
  }
  const std::size_t known_columns = columns_.size();
  for (std::size_t j = 0; j < known_columns; ++j) {
    change_column(j, variables[j]);
  }
  for (std::size_t j = known_columns; j < variables.size(); ++j) {
    append_column(variables[j]);
  }
  for (std::size_t j = 0; j < variables.size(); ++j) {
    set_quadratic(j, variables[j].quadratic_cost);
  }
  scratch_.resize(from_highs(Highs_getNumCol(highs_)), 0.0);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    change_row(rows_[i], constraints[i]);
  }
  Block block;
  HighsInt next_row = Highs_getNumRow(highs_);
  for (std::size_t i = rows_.size(); i < constraints.size(); ++i) {
    const auto& c = constraints[i];
    block.lower.push_back(c.lower);
    block.upper.push_back(c.upper);
    block.starts.push_back(to_highs(block.values.size()));
    push_terms(c.terms, block);
    rows_.push_back({c.lower, c.upper, c.terms, next_row++});
  }
  add_rows(block);
  ok(Highs_changeObjectiveOffset(highs_, program.objective_constant()));
  return flush_tangents();
}

void Mirror::change_column(std::size_t j, const Variable& v) {
  auto& known = columns_[j];
  if (known.lower != v.lower || known.upper != v.upper) {
    ok(Highs_changeColBounds(highs_, known.column, v.lower, v.upper));
    known.lower = v.lower;
    known.upper = v.upper;
  }
  if (known.cost != v.cost) {
    ok(Highs_changeColCost(highs_, known.column, v.cost));
    known.cost = v.cost;
  }
  if (known.free_integer != is_free_integer(v)) {
    known.free_integer = is_free_integer(v);
    ok(Highs_changeColIntegrality(
        highs_, known.column, known.free_integer ? kHighsVarTypeInteger : kHighsVarTypeContinuous));
  }
}

void Mirror::append_column(const Variable& v) {
  Column column{.lower = v.lower,
                .upper = v.upper,
                .cost = v.cost,
                .free_integer = is_free_integer(v),
                .column = Highs_getNumCol(highs_)};
  ok(Highs_addCol(highs_, v.cost, v.lower, v.upper, 0, nullptr, nullptr));
  if (column.free_integer) {
    ok(Highs_changeColIntegrality(highs_, column.column, kHighsVarTypeInteger));
  }
  columns_.push_back(std::move(column));
}

void Mirror::set_quadratic(std::size_t j, double quadratic) {
  auto& known = columns_[j];
  if (known.quadratic == quadratic) {
    return;
  }
  known.quadratic = quadratic;
  if (known.reference_quadratic > 0.0) {
    ok(Highs_changeColCost(highs_, known.epigraph, quadratic / known.reference_quadratic));
    return;
  }
  known.reference_quadratic = quadratic;
  known.epigraph = Highs_getNumCol(highs_);
  ok(Highs_addCol(highs_, 1.0, 0.0, infinity, 0, nullptr, nullptr));
  for (const double end : {known.lower, known.upper}) {
    if (std::isfinite(end)) {
      queue_tangent(j, end);
    }
  }
}

/// Is every variable of `added` younger than all of `known`? Then no coefficient of `known`
/// changes.
bool appends_new_variables(const std::vector<Term>& known, std::span<const Term> added) {
  const auto index = [](const Term& term) { return term.variable.index(); };
  return known.empty() || std::ranges::min(added, {}, index).variable.index() >
                              std::ranges::max(known, {}, index).variable.index();
}

void Mirror::change_row(Row& known, const Constraint& c) {
  if (known.lower != c.lower || known.upper != c.upper) {
    ok(Highs_changeRowBounds(highs_, known.row, c.lower, c.upper));
    known.lower = c.lower;
    known.upper = c.upper;
  }
  const auto same = [](const Term& a, const Term& b) {
    return a.variable == b.variable && a.coefficient == b.coefficient;
  };
  if (std::ranges::equal(known.terms, c.terms, same)) {
    return;
  }
  // A row that only grew (Program::add_term) keeps its coefficients; any other is written anew.
  const auto [kept, grown] = std::ranges::mismatch(known.terms, c.terms, same);
  std::vector<Term> changed;
  if (kept == known.terms.end() && appends_new_variables(known.terms, {grown, c.terms.end()})) {
    changed.assign(grown, c.terms.end());
  } else {
    for (const auto& term : known.terms) {
      ok(Highs_changeCoeff(highs_, known.row, column(term.variable.index()), 0.0));
    }
    changed = c.terms;
  }
  Block block;
  push_terms(changed, block);
  for (std::size_t k = 0; k < block.values.size(); ++k) {
    ok(Highs_changeCoeff(highs_, known.row, block.indices[k], block.values[k]));
  }
  known.terms = c.terms;
}

/// Adds up repeated variables, which HiGHS does not take.
void Mirror::push_terms(const std::vector<Term>& terms, Block& block) {
  for (const auto& term : terms) {
    scratch_[from_highs(column(term.variable.index()))] += term.coefficient;
  }
  for (const auto& term : terms) {
    const HighsInt index = column(term.variable.index());
    const double value = std::exchange(scratch_[from_highs(index)], 0.0);
    if (value != 0.0) {
      block.indices.push_back(index);
      block.values.push_back(value);
    }
  }
}

bool Mirror::add_rows(Block& block) {
  if (!block.lower.empty()) {
    ok(Highs_addRows(highs_, to_highs(block.lower.size()), block.lower.data(), block.upper.data(),
                     to_highs(block.values.size()), block.starts.data(), block.indices.data(),
                     block.values.data()));
  }
  block.clear();
  return good_;
}

void Mirror::queue_tangent(std::size_t variable, double at, double error) {
  auto& known = columns_[variable];
  const auto right = std::ranges::lower_bound(known.tangents, at);
  double nearest = infinity;
  if (right != known.tangents.end()) {
    nearest = *right - at;
  }
  if (right != known.tangents.begin()) {
    nearest = std::min(nearest, at - *std::prev(right));
  }
  if (known.quadratic * nearest * nearest <= error) {
    return;
  }
  known.tangents.insert(right, at);
  tangents_.lower.push_back(-known.reference_quadratic * at * at);
  tangents_.upper.push_back(infinity);
  tangents_.starts.push_back(to_highs(tangents_.values.size()));
  tangents_.indices.push_back(known.epigraph);
  tangents_.values.push_back(1.0);
  tangents_.indices.push_back(known.column);
  tangents_.values.push_back(-2.0 * known.reference_quadratic * at);
}

bool Mirror::flush_tangents() { return add_rows(tangents_); }

Mirror::Values Mirror::values() const {
  std::vector<double> point(from_highs(Highs_getNumCol(highs_)));
  std::vector<double> reduced(point.size());
  std::vector<double> activity(from_highs(Highs_getNumRow(highs_)));
  std::vector<double> duals(activity.size());
  Highs_getSolution(highs_, point.data(), reduced.data(), activity.data(), duals.data());
  Values out;
  for (const auto& column : columns_) {
    out.point.push_back(point[from_highs(column.column)]);
    out.reduced_costs.push_back(reduced[from_highs(column.column)]);
  }
  for (const auto& row : rows_) {
    out.duals.push_back(duals[from_highs(row.row)]);
  }
  return out;
}

std::vector<double> Mirror::costs() const {
  std::vector<double> out(from_highs(Highs_getNumCol(highs_)), 0.0);
  for (const auto& column : columns_) {
    out[from_highs(column.column)] = column.cost;
    if (column.reference_quadratic > 0.0) {
      out[from_highs(column.epigraph)] = column.quadratic / column.reference_quadratic;
    }
  }
  return out;
}

void interrupt_if_asked(int, const char*, const HighsCallbackDataOut*, HighsCallbackDataIn* answer,
                        void* stop) {
  if (answer != nullptr && (*static_cast<const std::function<bool()>*>(stop))()) {
    answer->user_interrupt = 1;
  }
}

/// One call of Solver::solve.
class Run {
 public:
  Run(Mirror& mirror, const Program& program, const SolveOptions& options)
      : mirror_(mirror),
        highs_(mirror.handle()),
        program_(program),
        options_(options),
        deadline_(Clock::now() +
                  std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(std::clamp(options.time_limit_s, 0.0, 1e8)))) {}

  [[nodiscard]] Solution linear();
  [[nodiscard]] Solution quadratic();
  [[nodiscard]] Solution integer(const std::vector<double>& start);

 private:
  HighsInt run();
  HighsInt run_from_scratch();
  void set_feasibility(double tolerance);
  [[nodiscard]] bool stopped() const { return options_.stop != nullptr && (*options_.stop)(); }
  [[nodiscard]] Solution ended(HighsInt status);
  [[nodiscard]] Solution unbounded_or_infeasible();
  [[nodiscard]] std::optional<Solution> escape_to_infinity(double& widest);
  [[nodiscard]] bool accept(std::vector<double> point, Solution& solution) const;
  void round_integers(Solution& solution);
  [[nodiscard]] double improve(std::vector<double>& best, const std::vector<double>& next) const;
  void queue_tangents(const std::vector<double>& next, const std::vector<double>& best,
                      double tolerance);

  Mirror& mirror_;
  void* highs_;
  const Program& program_;
  const SolveOptions& options_;
  Clock::time_point deadline_;
};

HighsInt Run::run() {
  const double left = std::chrono::duration<double>(deadline_ - Clock::now()).count();
  if (stopped()) {
    return kHighsModelStatusInterrupt;
  }
  if (left <= 0.0) {
    return kHighsModelStatusTimeLimit;
  }
  Highs_zeroAllClocks(highs_);  // its time limit is over all runs since the last zero
  Highs_setDoubleOptionValue(highs_, "time_limit", left);
  constexpr std::array polls{kHighsCallbackSimplexInterrupt, kHighsCallbackIpmInterrupt,
                             kHighsCallbackMipInterrupt};
  if (options_.stop != nullptr) {
    auto* stop = const_cast<std::function<bool()>*>(options_.stop);  // NOLINT: only called
    Highs_setCallback(highs_, interrupt_if_asked, stop);
    std::ranges::for_each(polls, [this](HighsInt poll) { Highs_startCallback(highs_, poll); });
  }
  const HighsInt status = Highs_run(highs_);
  if (options_.stop != nullptr) {
    std::ranges::for_each(polls, [this](HighsInt poll) { Highs_stopCallback(highs_, poll); });
  }
  return status == kHighsStatusError ? kHighsModelStatusSolveError : Highs_getModelStatus(highs_);
}

HighsInt Run::run_from_scratch() {
  Highs_clearSolver(highs_);
  return run();
}

void Run::set_feasibility(double tolerance) {
  tolerance = std::max(tolerance, smallest_tolerance);
  Highs_setDoubleOptionValue(highs_, "primal_feasibility_tolerance", tolerance);
  Highs_setDoubleOptionValue(highs_, "dual_feasibility_tolerance", tolerance);
  Highs_setDoubleOptionValue(highs_, "mip_feasibility_tolerance", tolerance);
}

/// Takes the point into `solution` if it keeps the program; else says in the message what it
/// breaks.
bool Run::accept(std::vector<double> point, Solution& solution) const {
  const auto worst = program_.largest_violation(point, Program::Measure::relative);
  if (worst.amount > 10.0 * options_.feasibility) {
    solution.message =
        fmt::format("the solver's point breaks the program: {} (relative violation {:.3g})",
                    worst.what, worst.amount);
    return false;
  }
  solution.objective = program_.objective(point);
  solution.point = std::move(point);
  return true;
}

/// What every end that is not an optimum means.
Solution Run::ended(HighsInt status) {
  Solution out;
  switch (status) {
    case kHighsModelStatusInfeasible:
      out.status = Status::infeasible;
      out.bound = infinity;
      out.message = "no point keeps all bounds and constraints";
      return out;
    case kHighsModelStatusTimeLimit:
      out.status = Status::time_limit;
      out.message = fmt::format("stopped at the time limit of {} s", options_.time_limit_s);
      return out;
    case kHighsModelStatusInterrupt:
      out.status = Status::interrupted;
      out.message = "stopped as asked";
      return out;
    default:
      out.message = fmt::format("HiGHS ended with model status {}, which is no answer", status);
      return out;
  }
}

/// Decides it by asking for any feasible point, without costs.
Solution Run::unbounded_or_infeasible() {
  const auto costs = mirror_.costs();
  const std::vector<double> zeros(costs.size(), 0.0);
  const HighsInt last = to_highs(costs.size()) - 1;
  Highs_changeColsCostByRange(highs_, 0, last, zeros.data());
  const HighsInt status = run_from_scratch();
  auto values = mirror_.values();
  Highs_changeColsCostByRange(highs_, 0, last, costs.data());
  if (status != kHighsModelStatusOptimal) {
    return ended(status);
  }
  Solution out;
  if (accept(std::move(values.point), out)) {
    out.status = Status::unbounded;
    out.message = "the objective has no lower bound: some variable with a cost lacks a limit";
  }
  return out;
}

Solution Run::linear() {
  set_feasibility(options_.feasibility);
  Solution out;
  for (const bool again : {false, true}) {
    if (again) {  // from the last basis it went wrong, or is to be confirmed without it
      set_feasibility(options_.feasibility / 100.0);
    }
    const HighsInt status = again ? run_from_scratch() : run();
    if (status == kHighsModelStatusOptimal || status == kHighsModelStatusModelEmpty) {
      auto values = mirror_.values();
      if (!accept(std::move(values.point), out)) {
        continue;
      }
      out.status = Status::optimal;
      out.message.clear();
      out.bound = dual_bound(program_, values.duals);
      out.duals = std::move(values.duals);
      out.reduced_costs = std::move(values.reduced_costs);
      return out;
    }
    if (status == kHighsModelStatusUnbounded || status == kHighsModelStatusUnboundedOrInfeasible) {
      return unbounded_or_infeasible();
    }
    out = ended(status);
    if (status == kHighsModelStatusTimeLimit || status == kHighsModelStatusInterrupt) {
      return out;
    }
  }
  return out;
}

/// Moves `best` to the minimum of the objective on the segment to `next`; both are feasible, so all
/// of it is. Returns the objective there.
double Run::improve(std::vector<double>& best, const std::vector<double>& next) const {
  double slope = 0.0;  // objective(best + s·(next − best)) = … + slope·s + curvature·s²
  double curvature = 0.0;
  for (std::size_t j = 0; j < best.size(); ++j) {
    const auto& v = program_.variables()[j];
    const double step = next[j] - best[j];
    slope += (v.cost + 2.0 * v.quadratic_cost * best[j]) * step;
    curvature += v.quadratic_cost * step * step;
  }
  double s = slope < 0.0 ? 1.0 : 0.0;
  if (slope < 0.0 && curvature > 0.0) {
    s = std::min(1.0, -slope / (2.0 * curvature));
  }
  for (std::size_t j = 0; j < best.size(); ++j) {
    // Beyond rounding, x stays between two numbers that keep its bounds.
    best[j] = s == 1.0 ? next[j] : best[j] + s * (next[j] - best[j]);
  }
  return program_.objective(best);
}

/// The relaxation by tangents is unbounded: adds tangents further out where a variable has no
/// limit.
std::optional<Solution> Run::escape_to_infinity(double& widest) {
  if (widest > widest_tangent) {
    return unbounded_or_infeasible();
  }
  for (std::size_t j = 0; j < program_.variables().size(); ++j) {
    const auto& v = program_.variables()[j];
    if (is_quadratic(v)) {
      if (!std::isfinite(v.upper)) {
        mirror_.queue_tangent(j, widest);
      }
      if (!std::isfinite(v.lower)) {
        mirror_.queue_tangent(j, -widest);
      }
    }
  }
  widest *= 10.0;
  return std::nullopt;
}

Solution Run::quadratic() {
  // Tangents are rows too: what they may be off counts n times in the gap.
  set_feasibility(options_.feasibility / 100.0);
  Solution best;
  std::vector<double> point;
  double widest = 1.0;
  double gap = infinity;
  for (int round = 0; round < most_rounds; ++round) {
    if (!mirror_.flush_tangents()) {
      best.message = "HiGHS refused a tangent";
      return best;
    }
    HighsInt status = run();
    if (status == kHighsModelStatusUnbounded || status == kHighsModelStatusUnboundedOrInfeasible) {
      if (auto end = escape_to_infinity(widest)) {
        return *std::move(end);
      }
      continue;
    }
    if (status != kHighsModelStatusOptimal && status != kHighsModelStatusTimeLimit &&
        status != kHighsModelStatusInterrupt) {
      status = run_from_scratch();
    }
    if (status != kHighsModelStatusOptimal) {
      auto end = ended(status);
      best.status = end.status;
      best.message = std::move(end.message);
      best.bound = std::max(best.bound, end.bound);
      return best;
    }
    auto values = mirror_.values();
    if (point.empty()) {
      point = values.point;
    }
    const double objective = improve(point, values.point);
    const double bound = dual_bound(program_, values.duals);
    if (bound >= best.bound) {
      best.bound = bound;
      best.duals = std::move(values.duals);
      best.reduced_costs = std::move(values.reduced_costs);
    }
    gap = objective - best.bound;
    if (!accept(point, best)) {
      best.status = Status::failed;
      return best;
    }
    const double tolerance = options_.quadratic_gap * std::max(1.0, std::abs(objective));
    if (gap <= tolerance) {
      best.status = Status::optimal;
      best.message.clear();
      return best;
    }
    queue_tangents(values.point, point, tolerance);
  }
  best.message = fmt::format("the tangents did not close the gap in {} rounds: {:.3g} is left",
                             most_rounds, gap);
  return best;
}

/// Tangents at the LP's point and at the best point, where they say something new: all that is left
/// out makes a tenth of the tolerance at most.
void Run::queue_tangents(const std::vector<double>& next, const std::vector<double>& best,
                         double tolerance) {
  const auto& variables = program_.variables();
  const auto count = std::ranges::count_if(variables, is_quadratic);
  const double error = 0.1 * tolerance / static_cast<double>(count);
  for (std::size_t j = 0; j < variables.size(); ++j) {
    if (is_quadratic(variables[j])) {
      mirror_.queue_tangent(j, next[j], error);
      mirror_.queue_tangent(j, best[j], error);
    }
  }
}

/// Integers to the integers that they are meant to be; where that alone breaks a row, the rest is
/// solved for again with them fixed.
void Run::round_integers(Solution& solution) {
  auto point = mirror_.values().point;
  const auto& variables = program_.variables();
  for (std::size_t j = 0; j < variables.size(); ++j) {
    if (is_free_integer(variables[j])) {
      point[j] = std::round(point[j]);
    }
  }
  if (accept(point, solution)) {
    return;
  }
  for (std::size_t j = 0; j < variables.size(); ++j) {
    if (is_free_integer(variables[j])) {
      Highs_changeColBounds(highs_, mirror_.column(j), point[j], point[j]);
    }
  }
  if (run_from_scratch() == kHighsModelStatusOptimal) {
    auto again = mirror_.values().point;
    for (std::size_t j = 0; j < variables.size(); ++j) {
      if (is_free_integer(variables[j])) {
        again[j] = point[j];
      }
    }
    if (accept(std::move(again), solution)) {
      solution.message.clear();
    }
  }
  for (std::size_t j = 0; j < variables.size(); ++j) {
    Highs_changeColBounds(highs_, mirror_.column(j), variables[j].lower, variables[j].upper);
  }
}

Solution Run::integer(const std::vector<double>& start) {
  set_feasibility(options_.feasibility);
  Highs_setDoubleOptionValue(highs_, "mip_rel_gap", options_.relative_gap);
  std::vector<HighsInt> indices;
  std::vector<double> values;
  for (std::size_t j = 0; j < start.size(); ++j) {
    if (is_free_integer(program_.variables()[j])) {
      indices.push_back(mirror_.column(j));
      values.push_back(start[j]);
    }
  }
  if (!indices.empty()) {  // HiGHS completes the integers by an LP, or drops them if it can not
    Highs_setSparseSolution(highs_, to_highs(indices.size()), indices.data(), values.data());
  }
  const HighsInt status = run();
  if (status == kHighsModelStatusUnbounded || status == kHighsModelStatusUnboundedOrInfeasible) {
    return unbounded_or_infeasible();
  }
  Solution out;
  if (status == kHighsModelStatusOptimal) {
    out.status = Status::optimal;
  } else {
    out = ended(status);
  }
  if (status == kHighsModelStatusOptimal || status == kHighsModelStatusTimeLimit ||
      status == kHighsModelStatusInterrupt) {
    HighsInt primal = 0;
    Highs_getDoubleInfoValue(highs_, "mip_dual_bound", &out.bound);
    Highs_getIntInfoValue(highs_, "primal_solution_status", &primal);
    constexpr HighsInt feasible = 2;  // kSolutionStatusFeasible
    if (primal == feasible) {
      round_integers(out);
    }
    if (out.status == Status::optimal && out.point.empty()) {
      out.status = Status::failed;
    }
  }
  return out;
}

/// Why a program can not be handed on, or needs not be.
std::optional<Solution> settled_before(const Program& program) {
  const auto end = [](Status status, std::string message) {
    Solution out;
    out.status = status;
    out.bound = status == Status::infeasible ? infinity : -infinity;
    out.message = std::move(message);
    return out;
  };
  bool integers = false;
  bool quadratic = false;
  for (std::size_t j = 0; j < program.variables().size(); ++j) {
    const auto& v = program.variables()[j];
    const auto who = [&] { return fmt::format("variable {} '{}'", j, v.name); };
    if (std::isnan(v.lower) || std::isnan(v.upper) || !std::isfinite(v.cost) ||
        !std::isfinite(v.quadratic_cost) || v.quadratic_cost < 0.0) {
      return end(Status::failed,
                 fmt::format("{}: a bound or cost is not a number, or the quadratic "
                             "cost is negative",
                             who()));
    }
    if (v.lower > v.upper) {
      return end(Status::infeasible,
                 fmt::format("{}: lower bound {} above upper bound {}", who(), v.lower, v.upper));
    }
    if (v.integer && v.lower == v.upper && v.lower != std::round(v.lower)) {
      return end(Status::infeasible, fmt::format("{}: fixed at {}, no integer", who(), v.lower));
    }
    integers = integers || is_free_integer(v);
    quadratic = quadratic || is_quadratic(v);
  }
  for (std::size_t i = 0; i < program.constraints().size(); ++i) {
    const auto& c = program.constraints()[i];
    const auto who = [&] { return fmt::format("constraint {} '{}'", i, c.name); };
    if (std::isnan(c.lower) || std::isnan(c.upper) ||
        !std::ranges::all_of(c.terms, [](const Term& t) { return std::isfinite(t.coefficient); })) {
      return end(Status::failed, fmt::format("{}: a number in it is not finite", who()));
    }
    if (c.lower > c.upper) {
      return end(Status::infeasible,
                 fmt::format("{}: lower bound {} above upper bound {}", who(), c.lower, c.upper));
    }
  }
  if (integers && quadratic) {
    return end(Status::failed,
               "integers and quadratic cost together are not solved: replace the quadratic cost by "
               "tangents, or fix the integers by their bounds");
  }
  return std::nullopt;
}

}  // namespace

struct Solver::Impl {
  Mirror mirror;
  std::vector<double> last_point;
};

Solver::Solver() : impl_(std::make_unique<Impl>()) {}
Solver::~Solver() = default;
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;

Solution Solver::solve(const Program& program, const SolveOptions& options) {
  if (auto end = settled_before(program)) {
    return *std::move(end);
  }
  if (!impl_->mirror.update(program)) {
    Solution refused;
    refused.message =
        "HiGHS refused the program: a coefficient is beyond 1e15 or a bound beyond 1e20";
    return refused;
  }
  Run run(impl_->mirror, program, options);
  const auto& variables = program.variables();
  Solution solution;
  if (std::ranges::any_of(variables, is_free_integer)) {
    if (impl_->last_point.size() > variables.size()) {
      impl_->last_point.clear();
    }
    solution = run.integer(impl_->last_point);
  } else if (std::ranges::any_of(variables, is_quadratic)) {
    solution = run.quadratic();
  } else {
    solution = run.linear();
  }
  if (!solution.point.empty()) {
    impl_->last_point = solution.point;
  }
  return solution;
}

}  // namespace gridpact::program
