// minimise cost over the expected day with the jointly required rows, by cutting planes and
// columns:
//
//   1. relax the switches of the rows; add rows, tangents of risk and of cost, and station
//   schedules
//      until nothing is missing: its optimum is a lower bound on every plan;
//   2. where a switch is fractional, decide the switches by a small MIP over the same program;
//   3. with the switches fixed the program is convex again: finish as in 1. Its cost is the upper
//   bound.

#include "gridpact/dispatch/solve_day.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::dispatch {

namespace {

constexpr int max_rounds = 400;
constexpr int max_switch_rounds = 12;
constexpr double cost_tolerance = 1e-6;  // relative, of tangents of the generators' cost
constexpr double slack_tolerance = 1e-5;

Fault failure(const std::string& what) { return {Severity::error, {}, what}; }

class DaySolver {
 public:
  DaySolver(const Prepared::State& state, const PlanOptions& options)
      : options_(options), stop_([this] { return options_.progress.stop.stop_requested(); }) {
    out_.day = std::make_unique<DayProgram>(state);
    out_.hull = std::make_unique<StationHull>(*out_.day);
    auto knowledge = options.risk.knowledge;
    if (options.method == Method::ro) {
      knowledge = Knowledge::moments_support;  // robust against the support, whatever else is known
    }
    auto rows = joint_rows(*out_.day, knowledge);
    const auto scopes = scope_count(state.problem.horizon, options.risk.scope);
    const auto rule =
        RiskRule::of(options.method, options.risk.joint_violation_limit, rows.size() / scopes);
    out_.rows = std::make_unique<RiskRows>(*out_.day, std::move(rows), rule, options.risk.scope);
    solve_options_.stop = &stop_;
  }

  Result<DaySolution> run() {
    auto faults = converge("relaxation", true);
    if (!faults.empty()) {
      return faults;
    }
    if (out_.rows->total_slack(out_.solution.point) > slack_tolerance) {
      return infeasible();
    }
    out_.rows->forbid_slack();
    out_.lower_bound_eur = bound_;
    out_.rows->hold_back(true);
    faults = choose_switches();
    if (!faults.empty()) {
      return faults;
    }
    out_.cost_eur = exact_cost();
    return std::move(out_);
  }

 private:
  /// Cutting planes and columns until nothing is missing at the optimum.
  Faults converge(std::string_view what, bool with_bound) {
    for (int round = 0; round < max_rounds; ++round) {
      options_.progress(what, static_cast<double>(round) / (round + 10.0));
      out_.solution = solver_.solve(out_.day->program, solve_options_);
      if (out_.solution.status != program::Status::optimal) {
        return {solver_fault()};
      }
      const double smallest_gain =
          cost_tolerance * std::max(1.0, std::abs(out_.solution.objective));
      const auto priced = out_.hull->add_columns(out_.solution, smallest_gain);
      const std::size_t cuts = out_.rows->separate(out_.solution.point) + separate_cost();
      if (with_bound) {
        bound_ = out_.solution.objective + priced.bound_change_eur;
      }
      if (cuts == 0 && priced.added == 0) {
        return {};
      }
    }
    return {
        failure(fmt::format("no convergence in {} rounds; please report this case", max_rounds))};
  }

  /// Rounds the relaxed switches where that is proven good enough, else asks a MIP.
  Faults choose_switches() {
    if (!out_.rows->any_fractional(out_.solution.point)) {
      return finish_with(out_.solution.point, 0.5);
    }
    const auto relaxed = out_.solution.point;
    for (const double threshold : {0.5, 0.1, 0.9}) {
      out_.rows->release_switches();
      auto faults = finish_with(relaxed, threshold);
      if (faults.empty() &&
          exact_cost() - out_.lower_bound_eur <= target_gap() * std::abs(exact_cost())) {
        return {};
      }
      if (options_.progress.stop.stop_requested()) {
        return faults;
      }
    }
    out_.rows->release_switches();
    if (auto faults = decide_switches(); !faults.empty()) {
      return faults;
    }
    const auto decided = out_.solution.point;
    return finish_with(decided, 0.5);
  }

  /// With the switches fixed at `point`'s, converges; a row that enters late brings a switch of its
  /// own.
  Faults finish_with(const std::vector<double>& point, double threshold) {
    out_.rows->fix_switches(padded(point), threshold);
    for (int round = 0; round < max_switch_rounds; ++round) {
      if (auto faults = converge("plan", false); !faults.empty()) {
        return faults;
      }
      if (out_.rows->all_switches_fixed()) {
        return {};
      }
      out_.rows->fix_switches(out_.solution.point, threshold);
    }
    return {failure("the rows' switches did not settle; please report this case")};
  }

  /// Variables that came after `point` was found are 0 there.
  [[nodiscard]] std::vector<double> padded(std::vector<double> point) const {
    point.resize(out_.day->program.variables().size(), 0.0);
    return point;
  }

  [[nodiscard]] double target_gap() const { return 0.9 * options_.relative_gap; }

  /// A MIP over the stations' outer program decides the switches and raises the lower bound.
  Faults decide_switches() {
    out_.rows->make_switches_integer();
    out_.rows->hold_back(false);
    auto options = solve_options_;
    options.relative_gap = options_.relative_gap / 10.0;
    program::Solution chosen;
    for (int round = 0; round < max_switch_rounds; ++round) {
      options_.progress("switches", static_cast<double>(round) / max_switch_rounds);
      program::Solver mip;
      chosen = mip.solve(out_.hull->outer_program(), options);
      if (chosen.status != program::Status::optimal) {
        out_.solution = std::move(chosen);
        return {solver_fault()};
      }
      out_.lower_bound_eur = std::max(out_.lower_bound_eur, chosen.bound);
      if (out_.rows->separate(chosen.point) + separate_cost(chosen.point) == 0) {
        break;
      }
    }
    out_.rows->make_switches_continuous();
    out_.rows->hold_back(true);
    out_.solution = std::move(chosen);
    return {};
  }

  std::size_t separate_cost() { return separate_cost(out_.solution.point); }

  std::size_t separate_cost(std::span<const double> point) {
    auto& day = *out_.day;
    const auto& generators = day.state.problem.generators;
    std::size_t added = 0;
    for (std::size_t g = 0; g < generators.size(); ++g) {
      for (std::size_t t = 0; t < day.state.problem.horizon.count; ++t) {
        const double p = point[day.v.generator_kw[g][t].index()];
        const double cost = generation_cost(generators[g], p);
        if (cost - point[day.v.generator_cost_eur[g][t].index()] >
            cost_tolerance * std::max(1.0, std::abs(cost))) {
          day.add_cost_tangent(g, t, p);
          ++added;
        }
      }
    }
    return added;
  }

  static double generation_cost(const Generator& generator, double p_kw) {
    return (generator.cost_a_eur_per_kw2_h * p_kw + generator.cost_b_eur_per_kwh) * p_kw +
           generator.cost_c_eur_per_h;
  }

  /// Objective with the true quadratics in place of their tangents.
  double exact_cost() const {
    const auto& day = *out_.day;
    double cost = out_.solution.objective;
    const double dt = day.state.problem.horizon.period_h();
    for (std::size_t g = 0; g < day.state.problem.generators.size(); ++g) {
      for (std::size_t t = 0; t < day.state.problem.horizon.count; ++t) {
        cost += dt * (generation_cost(day.state.problem.generators[g],
                                      out_.solution.point[day.v.generator_kw[g][t].index()]) -
                      out_.solution.point[day.v.generator_cost_eur[g][t].index()]);
      }
    }
    return cost;
  }

  /// Slack remains at any price: find the least that must give, without regard to cost.
  Faults infeasible() {
    auto& program = out_.day->program;
    for (std::size_t i = 0; i < program.variables().size(); ++i) {
      auto& variable = program.variable(VariableId{i});
      if (variable.name != "give") {
        variable.cost = 0.0;
      }
    }
    auto faults = converge("what is in conflict", false);
    if (!faults.empty()) {
      return faults;
    }
    if (out_.rows->total_slack(out_.solution.point) <= slack_tolerance) {
      return {failure(
          "limits can be met only at an absurd price (over 1000 € per kW or 0.001 pu): check the "
          "prices and offers of the case")};
    }
    faults.push_back(
        failure(fmt::format("no plan keeps all limits with method {} at a joint violation limit of "
                            "{:g}; what would have to "
                            "give, hardest first:",
                            to_string(options_.method), options_.risk.joint_violation_limit)));
    for (auto& fault : out_.rows->explain_slack(out_.solution.point)) {
      faults.push_back(std::move(fault));
    }
    return faults;
  }

  Fault solver_fault() const {
    if (out_.solution.status == program::Status::interrupted) {
      return failure("interrupted");
    }
    return failure(fmt::format("the solver gave no optimum: {}", out_.solution.message));
  }

  PlanOptions options_;
  std::function<bool()> stop_;
  program::SolveOptions solve_options_;
  program::Solver solver_;
  DaySolution out_;
  double bound_ = 0.0;
};

}  // namespace

Result<DaySolution> solve_day(const Prepared::State& state, const PlanOptions& options) {
  return DaySolver(state, options).run();
}

}  // namespace gridpact::dispatch
