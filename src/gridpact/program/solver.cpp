// How programs are solved, over the copy of the program that the adapter to HiGHS keeps.
//
// LP: simplex from the last basis. MIP: branch and cut from the last point.
//
// QP, min c'x + Σ_j q_j x_j² over a polyhedron: outer approximation (Kelley, J. SIAM 8, 1960). Each
// quadratic part has a column t_j with cost q_j/q⁰_j, q⁰_j being the q_j first met (so that a
// changed q_j is only a changed cost), which tangents at the x̄ of earlier rounds hold from below:
//
//   t_j ≥ 0,   t_j ≥ q⁰_j (2 x̄ x_j − x̄²).
//
// Every round solves the LP from the last basis; its point x is feasible, and its duals y give the
// Lagrangian bound L(y) (dual_bound.hpp) with the true quadratics. The best point moves to the
// minimum of the objective on the segment from it to x; tangents are added at both. It ends when
// objective − bound is within the gap, which is thus proven by arithmetic on (x, y).
//
// HiGHS has two QP methods of its own. The active-set one does not end on most programs of 300
// variables and 500 rows (it cycles at vertices); the interior-point one needs a library of further
// parts that a plain installation lacks. Neither is used.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "gridpact/program/detail/highs_model.hpp"
#include "gridpact/program/dual_bound.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::program {

namespace {

using Answer = HighsModel::Answer;
using Clock = std::chrono::steady_clock;

constexpr int most_rounds = 300;        // of tangents; a dozen is usual
constexpr double widest_tangent = 1e8;  // |x̄| up to which an unbounded QP is given a chance

/// Moves `best` to the minimum of the objective on the segment to `next`, returns the objective
/// there. Both ends are feasible, so all of it is.
double improve(const Program& program, std::vector<double>& best, const std::vector<double>& next) {
  double slope = 0.0;  // objective(best + s·(next − best)) = … + slope·s + curvature·s²
  double curvature = 0.0;
  for (std::size_t j = 0; j < best.size(); ++j) {
    const auto& v = program.variables()[j];
    const double step = next[j] - best[j];
    slope += (v.cost + 2.0 * v.quadratic_cost * best[j]) * step;
    curvature += v.quadratic_cost * step * step;
  }
  if (slope < 0.0) {
    const double s = 2.0 * curvature > -slope ? -slope / (2.0 * curvature) : 1.0;
    for (std::size_t j = 0; j < best.size(); ++j) {
      best[j] = s == 1.0 ? next[j] : best[j] + s * (next[j] - best[j]);
    }
  }
  return program.objective(best);
}

Solution end_of(Status status, std::string message) {
  Solution out;
  out.status = status;
  out.bound = status == Status::infeasible ? infinity : -infinity;
  out.message = std::move(message);
  return out;
}

/// What can be said of a program before it is handed on: numbers that are none, empty ranges.
std::optional<Solution> settled_before(const Program& program) {
  for (std::size_t j = 0; j < program.variables().size(); ++j) {
    const auto& v = program.variables()[j];
    const auto who = [&] { return fmt::format("variable {} '{}'", j, v.name); };
    if (std::isnan(v.lower) || std::isnan(v.upper) || !std::isfinite(v.cost) ||
        !std::isfinite(v.quadratic_cost) || v.quadratic_cost < 0.0) {
      return end_of(Status::failed,
                    who() + ": a bound or cost is not a number, or the quadratic cost is negative");
    }
    if (v.lower > v.upper || v.lower == infinity || v.upper == -infinity) {
      return end_of(Status::infeasible,
                    fmt::format("{}: no number is in [{}, {}]", who(), v.lower, v.upper));
    }
    if (v.integer && v.lower == v.upper && v.lower != std::round(v.lower)) {
      return end_of(Status::infeasible, fmt::format("{}: fixed at {}, no integer", who(), v.lower));
    }
  }
  for (std::size_t i = 0; i < program.constraints().size(); ++i) {
    const auto& c = program.constraints()[i];
    const auto who = [&] { return fmt::format("constraint {} '{}'", i, c.name); };
    if (std::isnan(c.lower) || std::isnan(c.upper) ||
        !std::ranges::all_of(c.terms, [](const Term& t) { return std::isfinite(t.coefficient); })) {
      return end_of(Status::failed, who() + ": a number in it is not finite");
    }
    if (c.lower > c.upper || c.lower == infinity || c.upper == -infinity) {
      return end_of(Status::infeasible,
                    fmt::format("{}: no number is in [{}, {}]", who(), c.lower, c.upper));
    }
  }
  const auto& variables = program.variables();
  if (std::ranges::any_of(variables, is_free_integer) &&
      std::ranges::any_of(variables, is_quadratic)) {
    return end_of(Status::failed,
                  "integers and quadratic cost together are not solved: replace the quadratic cost "
                  "by tangents, or fix the integers by their bounds");
  }
  return std::nullopt;
}

/// One call of Solver::solve.
class Run {
 public:
  Run(HighsModel& model, const Program& program, const SolveOptions& options)
      : model_(model), program_(program), options_(options) {}

  [[nodiscard]] Solution linear();
  [[nodiscard]] Solution quadratic();
  [[nodiscard]] Solution integer(const std::vector<double>& start);

 private:
  Answer run();
  Answer run_with_resting_rows();
  Answer run_from_scratch();
  [[nodiscard]] Solution ended(Answer answer) const;
  [[nodiscard]] Solution unbounded_or_infeasible();
  [[nodiscard]] bool accept(std::vector<double> point, Solution& solution) const;
  [[nodiscard]] bool look_further_out(double widest);
  bool queue_tangents(const std::vector<double>& next, const std::vector<double>& best,
                      double tolerance);
  void round_integers(Solution& solution);

  HighsModel& model_;
  const Program& program_;
  const SolveOptions& options_;
  Clock::time_point begin_ = Clock::now();
};

Answer Run::run() {
  if (options_.stop != nullptr && (*options_.stop)()) {
    return Answer::interrupted;
  }
  const double spent = std::chrono::duration<double>(Clock::now() - begin_).count();
  if (spent >= options_.time_limit_s) {
    return Answer::time_limit;
  }
  return model_.run(options_.time_limit_s - spent, options_.stop);
}

Answer Run::run_from_scratch() {
  // Presolve, whose tolerances are its own, takes thin programs for infeasible (measured: one QP in
  // 4,000 at 1e-10). Second opinions are had without it.
  model_.forget_basis();
  model_.set_presolve(false);
  const auto answer = run_with_resting_rows();
  model_.set_presolve(true);
  return answer;
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
Solution Run::ended(Answer answer) const {
  switch (answer) {
    case Answer::infeasible:
      return end_of(Status::infeasible, "no point keeps all bounds and constraints");
    case Answer::time_limit:
      return end_of(Status::time_limit,
                    fmt::format("stopped at the time limit of {} s", options_.time_limit_s));
    case Answer::interrupted:
      return end_of(Status::interrupted, "stopped as asked");
    default:
      return end_of(Status::failed, model_.last_words());
  }
}

/// Decides it by asking for any feasible point, without costs.
Solution Run::unbounded_or_infeasible() {
  model_.drop_costs();
  const auto answer = run_from_scratch();
  auto point = model_.values().point;
  model_.restore_costs();
  if (answer != Answer::optimal) {
    return ended(answer);
  }
  Solution out;
  if (accept(std::move(point), out)) {
    out.status = Status::unbounded;
    out.message = "the objective has no lower bound: some variable with a cost lacks a limit";
  }
  return out;
}

/// Until no row that rests is broken; they count too where the others leave it open how it ends.
Answer Run::run_with_resting_rows() {
  for (;;) {
    const auto answer = run();
    const bool is_open = answer == Answer::unbounded || answer == Answer::undecided;
    const bool woken = is_open
                           ? model_.wake_all()
                           : answer == Answer::optimal &&
                                 model_.wake_broken(model_.values().point, options_.feasibility);
    if (!woken) {
      return answer;
    }
  }
}

Solution Run::linear() {
  Solution out;
  // From the last basis; where that fails or ends at a point that breaks the program, without it;
  // then, and to have "infeasible" confirmed, without presolve and with tighter tolerances too.
  enum class Attempt { warm, cold, careful };
  for (auto attempt = Attempt::warm;;) {
    const bool careful = attempt == Attempt::careful;
    model_.set_feasibility(careful ? options_.feasibility / 100.0 : options_.feasibility);
    if (attempt == Attempt::cold) {
      model_.forget_basis();
    }
    const auto answer = careful ? run_from_scratch() : run_with_resting_rows();
    if (answer == Answer::unbounded || answer == Answer::undecided) {
      return unbounded_or_infeasible();
    }
    if (answer == Answer::time_limit || answer == Answer::interrupted) {
      return ended(answer);
    }
    if (answer != Answer::optimal) {
      out = ended(answer);
    } else {
      out = {};
      auto values = model_.values();
      if (accept(std::move(values.point), out)) {
        out.status = Status::optimal;
        out.bound = dual_bound(program_, values.duals);
        out.duals = std::move(values.duals);
        out.reduced_costs = std::move(values.reduced_costs);
        model_.rest_slack_rows();
        return out;
      }
    }
    if (careful) {
      return out;
    }
    attempt =
        attempt == Attempt::warm && answer != Answer::infeasible ? Attempt::cold : Attempt::careful;
  }
}

/// For a relaxation that is unbounded: tangents at ±`widest` where a variable has no limit.
bool Run::look_further_out(double widest) {
  if (widest > widest_tangent) {
    return false;
  }
  for (std::size_t j = 0; j < program_.variables().size(); ++j) {
    const auto& v = program_.variables()[j];
    if (is_quadratic(v) && !std::isfinite(v.upper)) {
      model_.queue_tangent(j, widest);
    }
    if (is_quadratic(v) && !std::isfinite(v.lower)) {
      model_.queue_tangent(j, -widest);
    }
  }
  return true;
}

/// Tangents at the LP's point and at the best point, where they say something new: all that is left
/// out makes a tenth of the tolerance at most. False: nothing new, the LP's own precision is
/// reached.
bool Run::queue_tangents(const std::vector<double>& next, const std::vector<double>& best,
                         double tolerance) {
  const auto& variables = program_.variables();
  const auto count = std::ranges::count_if(variables, is_quadratic);
  const double error = 0.1 * tolerance / static_cast<double>(count);
  bool any = false;
  for (std::size_t j = 0; j < variables.size(); ++j) {
    if (is_quadratic(variables[j])) {
      any = model_.queue_tangent(j, next[j], error) || any;
      any = model_.queue_tangent(j, best[j], error) || any;
    }
  }
  return any;
}

Solution Run::quadratic() {
  Solution out;
  std::vector<double> best;
  double widest = 1.0;
  double gap = infinity;
  for (int round = 0; round < most_rounds; ++round) {
    if (!model_.flush_tangents()) {
      out.message = "HiGHS refused a tangent";
      return out;
    }
    // As tight as it can be, since n tangents' slips add up in the gap; but presolve, which only
    // the first round may use, errs at that.
    model_.set_feasibility(round == 0 ? options_.feasibility / 100.0 : 0.0);
    auto answer = run();
    if (answer == Answer::failed || answer == Answer::infeasible) {
      answer = run_from_scratch();
    }
    if (answer == Answer::unbounded || answer == Answer::undecided) {
      if (!look_further_out(widest)) {
        return unbounded_or_infeasible();
      }
      widest *= 10.0;
      continue;
    }
    if (answer != Answer::optimal) {
      const auto end = ended(answer);
      out.status = end.status;
      out.message = end.message;
      out.bound = std::max(out.bound, end.bound);
      return out;
    }
    auto values = model_.values();
    if (best.empty()) {
      best = values.point;
    }
    const double objective = improve(program_, best, values.point);
    if (const double bound = dual_bound(program_, values.duals); bound >= out.bound) {
      out.bound = bound;
      out.duals = std::move(values.duals);
      out.reduced_costs = std::move(values.reduced_costs);
    }
    if (!accept(best, out)) {
      return out;
    }
    gap = objective - out.bound;
    const double tolerance = options_.quadratic_gap * std::max(1.0, std::abs(objective));
    if (gap <= tolerance) {
      out.status = Status::optimal;
      return out;
    }
    if (!queue_tangents(values.point, best, tolerance)) {
      break;
    }
  }
  out.message = fmt::format(
      "the quadratic cost could not be brought nearer than {:.3g} to its bound, which is more than "
      "the gap asked for",
      gap);
  return out;
}

/// Integers to the integers that they are meant to be; where that alone breaks a row, the rest is
/// solved for again with them fixed.
void Run::round_integers(Solution& solution) {
  const auto& variables = program_.variables();
  const auto rounded = [&](std::vector<double> point) {
    for (std::size_t j = 0; j < variables.size(); ++j) {
      if (is_free_integer(variables[j])) {
        point[j] = std::round(point[j]);
      }
    }
    return point;
  };
  const auto point = rounded(model_.values().point);
  if (accept(point, solution)) {
    return;
  }
  model_.fix_integers(point);
  if (run_from_scratch() == Answer::optimal && accept(rounded(model_.values().point), solution)) {
    solution.message.clear();
  }
  model_.release_integers();
}

Solution Run::integer(const std::vector<double>& start) {
  model_.set_feasibility(options_.feasibility);
  model_.set_gaps(options_.relative_gap, options_.absolute_gap);
  model_.set_smaller_programs(options_.smaller_programs);
  model_.propose(start);
  auto answer = run();
  if (answer == Answer::failed || answer == Answer::infeasible) {
    answer = run_from_scratch();
  }
  if (answer == Answer::unbounded || answer == Answer::undecided) {
    return unbounded_or_infeasible();
  }
  if (answer == Answer::infeasible || answer == Answer::failed) {
    return ended(answer);
  }
  Solution out = answer == Answer::optimal ? Solution{} : ended(answer);
  out.bound = model_.integer_bound();
  if (model_.has_point()) {
    round_integers(out);
  }
  if (answer == Answer::optimal && !out.point.empty()) {
    out.status = Status::optimal;
  }
  return out;
}

}  // namespace

struct Solver::Impl {
  HighsModel model;
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
  if (!impl_->model.update(program)) {
    return end_of(Status::failed,
                  "HiGHS refused the program: a coefficient beyond 1e15 or a bound beyond 1e20");
  }
  Run run(impl_->model, program, options);
  const auto& variables = program.variables();
  Solution solution;
  if (std::ranges::any_of(variables, is_free_integer)) {
    (void)impl_->model.wake_all();
    solution = run.integer(impl_->last_point);
  } else if (std::ranges::any_of(variables, is_quadratic)) {
    (void)impl_->model.wake_all();
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
