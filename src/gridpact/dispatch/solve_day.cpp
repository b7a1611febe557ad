// minimise cost over the expected day with the jointly required rows, by cutting planes and
// columns:
//
//   1. relax the switches of the rows; add rows, tangents of risk and of cost, station schedules
//      and what sold reserve takes until nothing is missing: its optimum is a lower bound on every
//      plan;
//   2. where generators may stand still, decide which run (commitment_search.hpp), which raises the
//      lower bound too;
//   3. where a switch is fractional, decide the switches: by rounding, or by branch and bound
//      period by period (program/parts.hpp), which raises the lower bound too, if which generators
//      run is not in question; all integers together are asked where that bound is not near
//      enough;
//   4. with the switches fixed the program is convex again: finish as in 1. Its cost is the upper
//      bound.

#include "gridpact/dispatch/solve_day.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/dispatch/commitment_search.hpp"
#include "gridpact/dispatch/scenarios.hpp"
#include "gridpact/program/branch_and_bound.hpp"

namespace gridpact::dispatch {

namespace {

constexpr int max_rounds = 400;
constexpr int max_switch_rounds = 12;
constexpr int most_nodes_together = 300;  // of branch and bound on all periods' switches at once
constexpr double cost_tolerance = 1e-6;   // relative, of tangents of the generators' cost
constexpr double least_on = 1e-6;         // below this a relaxed unit stands still
constexpr double gain_tolerance = 5e-6;   // relative, of a relaxation's bound from round to round
constexpr double near_gain = 1e-4;        // the same on the way to the operating point
constexpr int gainless_rounds = 2;
// What sold reserve takes is searched for rarely, and not far from the optimum: each search looks
// through every place of a call.
constexpr double near_share = 1e-3;
constexpr int rounds_between_searches = 6;

Fault failure(const std::string& what) { return {Severity::error, {}, what}; }

/// What a method takes the errors for.
RowView view_of(const Prepared::State& state, const PlanOptions& options) {
  RowView view{options.risk.knowledge, options.risk.rows};
  if (options.method == Method::ro || options.method == Method::so) {
    view.knowledge = Knowledge::moments_support;  // robust, whatever else is known
  }
  if (options.method == Method::ro) {
    view.robust_budget = options.risk.robust_budget;
  }
  if (options.method == Method::so) {
    view.days = sampled_errors(state.beliefs, options.risk.scenarios, state.problem.seed);
  }
  return view;
}

class DaySolver {
 public:
  DaySolver(const Prepared::State& state, const PlanOptions& options)
      : options_(options), stop_([stop = options.progress.stop] { return stop.stop_requested(); }) {
    out_.day = std::make_unique<DayProgram>(state);
    out_.units = std::make_unique<UnitCommitment>(*out_.day);
    units_decided_ = state.running == Prepared::State::Running::held || !out_.units->any();
    if (units_decided_) {
      out_.units->fix(state.decision.on, UnitCommitment::Reach::within_step);
    }
    out_.hull = std::make_unique<StationHull>(*out_.day);
    out_.calls = std::make_unique<DeliveryCuts>(*out_.day, out_.hull->sets());
    auto rows = joint_rows(*out_.day, view_of(state, options), options.threads);
    const auto rule =
        RiskRule::of(options.method, options.risk, limit_under_fit(state.beliefs, options.risk),
                     rows, state.problem.horizon);
    out_.rows = std::make_unique<RiskRows>(*out_.day, std::move(rows), rule, options.risk.scope,
                                           options.relative_gap, options.threads);
    out_.rows->enter_known(state.decision.rows);
    solve_options_.stop = &stop_;
  }

  Result<DaySolution> run() {
    if (auto faults = relax(Until::settled); !faults.empty()) {
      return faults;
    }
    out_.rows->forbid_slack();
    if (auto faults = units_decided_ ? choose_all_switches() : choose_units_and_switches();
        !faults.empty()) {
      return faults;
    }
    out_.cost_eur = exact_cost();
    return std::move(out_);
  }

  Result<DaySolution> run_relaxed() {
    if (auto faults = relax(Until::near); !faults.empty()) {
      return faults;
    }
    return std::move(out_);
  }

  /// Can all limits be kept at less than the price of giving way? With the rows' switches relaxed.
  Result<bool> can_keep() {
    out_.rows->enter_all_broken();
    for (int round = 0; round < max_rounds; ++round) {
      options_.progress("what can be kept", static_cast<double>(round) / (round + 10.0));
      out_.solution = solver_.solve(out_.day->program, solve_options_);
      if (out_.solution.status != program::Status::optimal) {
        return Faults{solver_fault()};
      }
      const bool all_columns = out_.hull->add_columns(out_.solution, slack_tolerance).added == 0;
      const bool gives = out_.rows->gives(out_.solution.point);
      if (all_columns && gives) {
        return false;  // rows that are still missing only make it dearer to keep them all
      }
      const std::size_t cuts = out_.rows->separate(out_.solution.point) +
                               out_.hull->separate(out_.solution.point, options_.threads);
      if (all_columns && cuts == 0) {
        return true;
      }
    }
    return Faults{
        failure(fmt::format("no answer in {} rounds; please report this case", max_rounds))};
  }

 private:
  /// When a program is solved: nothing is missing at the optimum; or, of a relaxation, whose bound
  /// holds at any round and whose switches are still to be chosen, that gains next to nothing; or
  /// little.
  enum class Until { exact, settled, near };

  Faults relax(Until until) {
    if (auto faults = converge("relaxation", until); !faults.empty()) {
      return faults;
    }
    if (out_.rows->gives(out_.solution.point)) {
      return infeasible();
    }
    out_.lower_bound_eur = bound_;
    return {};
  }

  /// May a relaxation's rounds end here?
  [[nodiscard]] bool may_end(Until until, int gainless) const {
    return until != Until::exact && gainless >= gainless_rounds &&
           (until == Until::near || out_.rows->have_switches()) &&
           out_.rows->total_slack(out_.solution.point) == 0.0;
  }

  void forget_cost() {
    auto& program = out_.day->program;
    for (std::size_t i = 0; i < program.variables().size(); ++i) {
      auto& variable = program.variable(VariableId{i});
      if (variable.name != "give") {
        variable.cost = 0.0;
      }
    }
  }

  /// Cutting planes and columns. Ends before, if it is to be exact, where it is proven to cost
  /// `most_eur` at least.
  Faults converge(std::string_view what, Until until, double most_eur = program::infinity) {
    int patience = 0;
    int gainless = 0;
    double last_bound = -program::infinity;
    for (int round = 0; round < max_rounds; ++round) {
      options_.progress(what, static_cast<double>(round) / (round + 10.0));
      out_.solution = solver_.solve(out_.day->program, solve_options_);
      if (out_.solution.status != program::Status::optimal) {
        return {solver_fault()};
      }
      const auto& point = out_.solution.point;
      const double size = std::max(1.0, std::abs(out_.solution.objective));
      const auto priced = out_.hull->add_columns(out_.solution, cost_tolerance * size);
      const std::size_t cuts = out_.rows->separate(point) + separate_cost() +
                               out_.hull->separate_at_prices(out_.solution, options_.threads);
      const double bound = out_.solution.objective + priced.bound_change_eur;
      const double gain = (until == Until::near ? near_gain : gain_tolerance) * std::abs(bound);
      gainless = bound - last_bound <= gain ? gainless + 1 : 0;
      last_bound = bound;
      if (until != Until::exact) {
        bound_ = bound;
      }
      const bool done = cuts == 0 && priced.added == 0;
      // Whether the stations can do it at all is asked late: it takes longer than a round.
      const bool is_late = done || (until != Until::exact && gainless > 0);
      const bool within = is_late && out_.hull->separate(point, options_.threads) == 0;
      const bool settled = done && within;
      std::size_t calls = 0;
      if (settled || (-priced.bound_change_eur <= near_share * size && --patience <= 0)) {
        calls = out_.calls->separate(point);
        patience = rounds_between_searches;
      }
      pad(out_.solution);  // it may end with rows that it just found
      const bool is_near = within && -priced.bound_change_eur <= gain;
      if ((settled && calls == 0) || (until == Until::exact && bound >= most_eur) ||
          (may_end(until, gainless) && (until == Until::settled || is_near))) {
        return {};
      }
    }
    return {
        failure(fmt::format("no convergence in {} rounds; please report this case", max_rounds))};
  }

  Faults choose_all_switches() {
    out_.rows->close_stretches();
    out_.rows->hold_back(true);
    return choose_switches();
  }

  /// Switches are chosen for the best choice of units alone; what is proven is for every choice.
  Faults choose_units_and_switches() {
    CommitmentSearch search(
        out_, [this] { return converge("which units run", Until::settled); }, options_,
        solve_options_);
    const auto chosen = search.choose();
    if (!chosen) {
      return chosen.faults();
    }
    if (!*chosen) {
      return infeasible();
    }
    if (auto faults = converge("which units run", Until::settled); !faults.empty()) {
      return faults;
    }
    const double proven = std::min(out_.lower_bound_eur, bound_);
    out_.lower_bound_eur = bound_;
    share_of_gap_ = 0.7;  // the choice of units left a fifth
    auto faults = choose_all_switches();
    share_of_gap_ = 0.9;
    out_.lower_bound_eur = proven;
    if (!faults.empty() || is_good_enough() || !out_.rows->have_switches()) {
      return faults;
    }
    return decide_units_and_switches(search);
  }

  /// What `ask` says of the program with integer switches and, as its bound counts, all the budget.
  template <class Ask>
  auto with_integer_switches(const Ask& ask) {
    out_.rows->release_switches();
    out_.rows->hold_back(false);
    out_.rows->make_switches_integer();
    auto answer = ask();
    out_.rows->make_switches_continuous();
    out_.rows->hold_back(true);
    return answer;
  }

  /// All integers of the whole horizon at once, by the rows found so far. What the periods' parts
  /// cut off was proven for one choice of units.
  Faults decide_units_and_switches(CommitmentSearch& search) {
    for (const auto cut : cuts_) {
      out_.day->program.constraint(cut).lower = -program::infinity;
    }
    for (int round = 0; round < max_switch_rounds && !is_good_enough(); ++round) {
      options_.progress("switches", static_cast<double>(round) / max_switch_rounds);
      const auto proposal = with_integer_switches([&] { return search.propose(); });
      if (!proposal) {
        return proposal.faults();
      }
      if (proposal->empty()) {
        break;
      }
      search.fix(out_.day->on(*proposal));
      if (auto faults = finish_with(*proposal, 0.5); !faults.empty() && stopped()) {
        return faults;
      }
    }
    out_.solution = best_;
    pad(out_.solution);
    return {};
  }

  /// Rounds the relaxed switches; where that is not proven good enough, asks period by period.
  Faults choose_switches() {
    const auto relaxed = out_.solution;
    for (const double threshold : {0.5, 0.1, 0.9, 1e-6}) {
      out_.rows->release_switches();
      if (auto faults = finish_with(relaxed.point, threshold); !faults.empty() && stopped()) {
        return faults;
      }
      if (!best_.point.empty()) {
        break;  // better ones are found below
      }
    }
    if (!is_good_enough() && out_.rows->have_switches()) {
      out_.solution = relaxed;
      pad(out_.solution);
      if (auto faults = decide_switches(); !faults.empty()) {
        return faults;
      }
      if (auto faults = decide_switches_together(); !faults.empty()) {
        return faults;
      }
    }
    if (best_.point.empty()) {
      return {
          failure("no choice of which limits to keep robustly was found to keep them all; "
                  "please report this case")};
    }
    out_.solution = best_;
    pad(out_.solution);
    return {};
  }

  /// With the switches fixed at `point`'s, converges; a row that enters late brings a switch of its
  /// own.
  Faults finish_with(const std::vector<double>& point, double threshold) {
    out_.rows->fix_switches(padded(point), threshold);
    for (int round = 0; round < max_switch_rounds; ++round) {
      if (auto faults = converge("plan", Until::exact, best_cost_); !faults.empty()) {
        return faults;
      }
      if (out_.solution.objective >= best_cost_) {
        return {};  // no better
      }
      if (out_.rows->all_switches_fixed()) {
        if (const double cost = exact_cost(); cost < best_cost_) {
          best_cost_ = cost;
          best_ = out_.solution;
        }
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

  /// What came into the program since `solution` was found is 0 there.
  void pad(program::Solution& solution) const {
    solution.point = padded(std::move(solution.point));
    solution.duals.resize(out_.day->program.constraints().size(), 0.0);
  }

  [[nodiscard]] double target_gap() const { return share_of_gap_ * options_.relative_gap; }

  /// Branch and bound period by period, against the multipliers of what ties the periods together:
  /// each round proves a lower bound, proposes switches, and cuts the relaxation.
  Faults decide_switches() {
    auto coupling = out_.hull->coupling();
    coupling.constraints.insert(coupling.constraints.end(), out_.day->ramps.begin(),
                                out_.day->ramps.end());
    out_.units->add_coupling(coupling);
    out_.calls->add_coupling(coupling);
    out_.rows->add_coupling(coupling);
    auto options = solve_options_;
    // The parts' gaps add up to a tenth of what is asked for of the whole.
    options.relative_gap = 0.0;
    options.absolute_gap = 0.1 * options_.relative_gap * std::abs(out_.lower_bound_eur) /
                           static_cast<double>(out_.day->state.problem.horizon.count);
    for (int round = 0; round < max_switch_rounds; ++round) {
      options_.progress("switches", static_cast<double>(round) / max_switch_rounds);
      coupling.foreign = out_.hull->coupling().foreign;  // columns came since
      const auto& duals = out_.solution.duals;
      const auto parts = with_integer_switches([&] {
        return program::solve_parts(out_.day->program, coupling, duals, options, options_.threads);
      });
      if (parts.status != program::Status::optimal) {
        out_.solution.status = parts.status;
        out_.solution.message = parts.message;
        return {solver_fault()};
      }
      out_.lower_bound_eur =
          std::max(out_.lower_bound_eur, parts.bound + out_.hull->least_cost(duals));
      if (auto faults = finish_with(parts.point, 0.5); !faults.empty() && stopped()) {
        return faults;
      }
      if (is_good_enough()) {
        return {};
      }
      out_.rows->release_switches();
      out_.rows->hold_back(false);
      for (const auto& cut : parts.cuts) {
        cuts_.push_back(
            out_.day->program.add_constraint(cut.lower, cut.expression, program::infinity, "part"));
      }
      if (auto faults = converge("relaxation", Until::settled); !faults.empty()) {
        return faults;
      }
      out_.lower_bound_eur = std::max(out_.lower_bound_eur, bound_);
    }
    return {};
  }

  /// A budget of the whole horizon has a price in decide_switches, by which more is spent in the
  /// periods together than there is: then all switches at once are asked, as far as that goes.
  Faults decide_switches_together() {
    auto options = solve_options_;
    options.relative_gap = 0.1 * options_.relative_gap;
    options.absolute_gap = 0.0;
    for (int round = 0; round < max_switch_rounds && !is_good_enough(); ++round) {
      options_.progress("switches", static_cast<double>(round) / max_switch_rounds);
      pad(out_.solution);
      const auto& duals = out_.solution.duals;
      const auto answer = with_integer_switches([&] {
        return program::solve_parts_with(
            [&](const program::Part& part) {
              auto solution = program::branch_and_bound(part.program, options, most_nodes_together);
              return program::PartSolution{solution ? *std::move(solution) : program::Solution{}};
            },
            out_.day->program, out_.hull->mixtures(), duals, options_.threads);
      });
      if (stopped()) {
        return {no_optimum(program::Status::interrupted, {})};
      }
      if (answer.status != program::Status::optimal) {
        return {};  // what is proven stands
      }
      out_.lower_bound_eur =
          std::max(out_.lower_bound_eur, answer.bound + out_.hull->least_cost(duals));
      const std::size_t known = out_.day->program.constraints().size();
      if (auto faults = finish_with(answer.point, 0.5); !faults.empty() && stopped()) {
        return faults;
      }
      if (out_.day->program.constraints().size() == known) {
        return {};  // the next answer would be the same
      }
    }
    return {};
  }

  [[nodiscard]] bool stopped() const { return options_.progress.stop.stop_requested(); }

  [[nodiscard]] bool is_good_enough() const {
    return !best_.point.empty() &&
           (options_.any_switches ||
            best_cost_ - out_.lower_bound_eur <= target_gap() * std::abs(best_cost_));
  }

  std::size_t separate_cost() {
    const auto& point = out_.solution.point;
    auto& day = *out_.day;
    const auto& generators = day.state.problem.generators;
    std::size_t added = 0;
    for (std::size_t g = 0; g < generators.size(); ++g) {
      for (std::size_t t = 0; t < day.state.problem.horizon.count; ++t) {
        const double on = day.v.on[g].empty() ? 1.0 : point[day.v.on[g][t].index()];
        if (on < least_on) {
          continue;  // no power either
        }
        const double p = point[day.v.generator_kw[g][t].index()] / on;
        const double cost = on * running_cost_eur_per_h(generators[g], p);
        if (cost - point[day.v.generator_cost_eur[g][t].index()] >
            cost_tolerance * std::max(1.0, std::abs(cost))) {
          day.add_cost_tangent(g, t, p);
          ++added;
        }
      }
    }
    return added;
  }

  /// Objective with the true quadratics in place of their tangents, and the schedules' true wear.
  double exact_cost() const {
    const auto& day = *out_.day;
    double cost = out_.solution.objective + out_.hull->uncounted_wear_eur(out_.solution.point);
    const double dt = day.state.problem.horizon.period_h();
    for (std::size_t g = 0; g < day.state.problem.generators.size(); ++g) {
      for (std::size_t t = 0; t < day.state.problem.horizon.count; ++t) {
        const auto& point = out_.solution.point;
        const double on = day.v.on[g].empty() ? 1.0 : std::round(point[day.v.on[g][t].index()]);
        cost += dt * (running_cost_eur_per_h(day.state.problem.generators[g],
                                             point[day.v.generator_kw[g][t].index()], on) -
                      point[day.v.generator_cost_eur[g][t].index()]);
      }
    }
    return cost;
  }

  /// Slack remains at any price: find the least that must give, without regard to cost.
  Faults infeasible() {
    forget_cost();
    out_.rows->enter_all_broken();
    auto faults = converge("what is in conflict", Until::exact);
    if (!faults.empty()) {
      return faults;
    }
    if (!out_.rows->gives(out_.solution.point)) {
      const auto& units = out_.day->state.units;
      return {failure(
          fmt::format("limits can be met only at an absurd price (over {:g} € per kW or {:g} € per "
                      "0.001 pu): check the prices and offers of the case",
                      1000.0 * units.eur_per_kwh(), 1000.0 * units.eur))};
    }
    faults.push_back(
        failure(fmt::format("no plan keeps all limits with method {} at a joint violation limit of "
                            "{:g}; what would have to "
                            "give, cheapest first:",
                            to_string(options_.method), options_.risk.joint_violation_limit)));
    for (auto& fault : out_.rows->explain_slack(out_.solution.point)) {
      faults.push_back(std::move(fault));
    }
    return faults;
  }

  Fault solver_fault() const { return no_optimum(out_.solution.status, out_.solution.message); }

  PlanOptions options_;
  std::function<bool()> stop_;
  program::SolveOptions solve_options_;
  program::Solver solver_;
  DaySolution out_;
  double bound_ = 0.0;
  program::Solution best_;  ///< the cheapest plan so far
  double best_cost_ = program::infinity;
  double share_of_gap_ = 0.9;       ///< the rest is for what rounding and tangents leave
  bool units_decided_ = true;       ///< which generators run is not in question
  std::vector<ConstraintId> cuts_;  ///< by the periods' parts, with the units of the time
};

}  // namespace

Fault no_optimum(program::Status status, const std::string& message) {
  return failure(status == program::Status::interrupted
                     ? "interrupted"
                     : fmt::format("the solver gave no optimum: {}", message));
}

Result<DaySolution> solve_day(const Prepared::State& state, const PlanOptions& options) {
  return DaySolver(state, options).run();
}

Result<DaySolution> relax_day(const Prepared::State& state, const PlanOptions& options) {
  return DaySolver(state, options).run_relaxed();
}

Faults explain_risk_level(const Prepared::State& state, const PlanOptions& options) {
  const auto can_keep = [&](Method method, double limit) {
    auto asked = options;
    asked.method = method;
    asked.risk.joint_violation_limit = limit;
    return DaySolver(state, asked).can_keep();
  };
  const auto say = [](const std::string& text) { return Faults{failure(text)}; };
  const auto expected_day = can_keep(Method::det, options.risk.joint_violation_limit);
  if (!expected_day) {
    return expected_day.faults();
  }
  if (!*expected_day) {
    return say("the limits conflict on the expected day already: no risk level helps");
  }
  if (options.method == Method::so || options.method == Method::ro) {
    return say(
        "the expected day can be planned: it is the errors for which there is no room. Methods "
        "with a risk level (oba) ask for less");
  }
  constexpr double largest = 0.5;
  constexpr double accuracy = 1.02;
  double refused = options.risk.joint_violation_limit;
  double kept = largest;
  for (double limit = 2.0 * refused;; limit *= 2.0) {
    const auto answer = can_keep(options.method, std::min(limit, largest));
    if (!answer) {
      return say("the smallest joint violation limit that can be kept was not found: " +
                 answer.faults().front().message);
    }
    if (*answer) {
      kept = std::min(limit, largest);
      break;
    }
    if (limit >= largest) {
      return say(fmt::format("no joint violation limit up to {:g} can be kept", largest));
    }
    refused = limit;
  }
  while (kept > accuracy * refused) {
    const double middle = std::sqrt(kept * refused);
    const auto answer = can_keep(options.method, middle);
    if (!answer) {
      break;  // what is known so far stands
    }
    (*answer ? kept : refused) = middle;
  }
  return say(
      fmt::format("the smallest joint violation limit that can be kept is about {:.2g}; "
                  "--risk asks for another",
                  kept));
}

}  // namespace gridpact::dispatch
