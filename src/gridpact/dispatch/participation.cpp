// Who answers what share of the deviation, decided with the plan (docs/theory/planning.md):
//
//   1. with the case's own shares: a plan;
//   2. the relaxation with open shares (answered_rows.hpp, shares.hpp): a lower bound, and shares
//      worth to be tried;
//   3. period by period, against the multipliers of what ties them together, the global optimum
//      over boxes of shares: raises the bound, proposes shares, and cuts the relaxation; again from
//      2 until the best plan is within the gap.
//
// A plan is always one with settled shares (solve_at.hpp).

#include <algorithm>
#include <cmath>
#include <optional>

#include "gridpact/dispatch/delivery_cuts.hpp"
#include "gridpact/dispatch/operating.hpp"
#include "gridpact/dispatch/shares.hpp"
#include "gridpact/dispatch/solve_at.hpp"
#include "gridpact/dispatch/solve_day.hpp"
#include "gridpact/dispatch/station_hull.hpp"

namespace gridpact::dispatch {

namespace {

constexpr int most_relaxation_rounds = 400;
constexpr int most_search_rounds = 8;
// Of what is left of the gap: a round that closes less is the last.
constexpr double worth_a_round = 0.1;
constexpr double gain_tolerance = 5e-6;
constexpr int gainless_rounds = 2;
constexpr double cost_tolerance = 1e-6;  // relative, of tangents of the generators' cost
constexpr double near_share = 1e-3;
constexpr int rounds_between_searches = 6;
// Of the gap: what a plan with settled shares may leave open, and what the periods' searches may.
constexpr double trial_share = 0.15;
constexpr double search_share = 0.2;

Fault failure(const std::string& what) { return {Severity::error, {}, what}; }

/// The same with nobody but the substation answering: what the shares then add is linear in them.
Prepared::State at_rest(Prepared::State state) {
  auto& participation = state.decision.participation;
  std::ranges::fill(participation.substation, 1.0);
  for (auto& shares : participation.generators) {
    std::ranges::fill(shares, 0.0);
  }
  return state;
}

/// Shares not far from these.
struct Near {
  const Participation& shares;
  double distance = 1.0;
};

/// A program in which the shares are open, everywhere or near some.
class OpenShares {
 public:
  OpenShares(const Prepared::State& state, const PlanOptions& options,
             std::optional<Near> near = std::nullopt)
      : options_(options),
        stop_([stop = options.progress.stop] { return stop.stop_requested(); }),
        state_(at_rest(state)),
        day_(state_, SharesAre::open),
        hull_(day_),
        calls_(day_, hull_.sets()),
        rows_(day_,
              RiskRule::of(
                  options.method, options.risk, limit_under_fit(state.beliefs, options.risk),
                  joint_rows(day_, {options.risk.knowledge, options.risk.rows}, options.threads),
                  state.problem.horizon),
              options.risk.scope, {options.risk.knowledge, options.risk.rows}, options.threads),
        held_(day_, rows_) {
    rows_.enter_known(state.decision.rows);
    for (std::size_t t = 0; t < periods(); ++t) {
      if (near) {
        keep_near(*near, t);
      }
      for (const auto& cut : held_.cuts(t, rows_.box_of(t))) {
        day_.program.add_constraint(cut.lower, cut.expression, program::infinity,
                                    std::string(box_cut_name));
      }
    }
    solve_options_.stop = &stop_;
  }

  /// Cutting planes until the bound gains next to nothing.
  Faults converge() {
    int patience = 0;
    int gainless = 0;
    double last_bound = -program::infinity;
    for (int round = 0; round < most_relaxation_rounds; ++round) {
      options_.progress("open shares", static_cast<double>(round) / (round + 10.0));
      solution_ = solver_.solve(day_.program, solve_options_);
      if (solution_.status != program::Status::optimal) {
        return {failure(solution_.status == program::Status::interrupted
                            ? "interrupted"
                            : "the solver gave no optimum: " + solution_.message)};
      }
      const double size = std::max(1.0, std::abs(solution_.objective));
      const auto priced = hull_.add_columns(solution_, cost_tolerance * size);
      std::size_t cuts = rows_.separate(solution_.point) + separate_cost() +
                         hull_.separate_at_prices(solution_, options_.threads);
      const double bound = solution_.bound + priced.bound_change_eur;
      bound_eur = std::max(bound_eur, bound);
      gainless = bound - last_bound <= gain_tolerance * size ? gainless + 1 : 0;
      last_bound = bound;
      if ((cuts == 0 && priced.added == 0) || gainless > 0) {
        cuts += hull_.separate(solution_.point, options_.threads);
      }
      const bool settled = cuts == 0 && priced.added == 0;
      std::size_t calls = 0;
      if (settled || (-priced.bound_change_eur <= near_share * size && --patience <= 0)) {
        calls = calls_.separate(solution_.point);
        patience = rounds_between_searches;
      }
      if ((settled && calls == 0) || gainless > gainless_rounds) {
        return {};
      }
    }
    return {};  // the bound holds whenever it ends
  }

  /// Global optima of the periods, against the relaxation's multipliers.
  Result<Participation> search(const Participation& known, double tolerance_eur) {
    auto coupling = hull_.coupling();
    coupling.constraints.insert(coupling.constraints.end(), day_.ramps.begin(), day_.ramps.end());
    calls_.add_coupling(coupling);
    rows_.add_coupling(coupling);
    std::vector<std::size_t> period_of(day_.program.variables().size(), periods());
    for (std::size_t t = 0; t < periods(); ++t) {
      period_of[day_.v.share[0][t].index()] = t;
    }
    solution_.duals.resize(day_.program.constraints().size(), 0.0);  // of what came since
    ShareSearchOptions search;
    search.tolerance_eur = tolerance_eur / static_cast<double>(periods());
    search.solve = solve_options_;
    const auto solve_part = [&](const program::Part& part) -> program::PartSolution {
      for (const auto id : part.variables) {
        if (const std::size_t t = period_of[id.index()]; t < periods()) {
          return search_shares(day_, rows_, held_, t, part, shares_in(known, t), search);
        }
      }
      program::Solver solver;
      return {solver.solve(part.program, solve_options_)};
    };
    const auto parts = program::solve_parts_with(solve_part, day_.program, coupling,
                                                 solution_.duals, options_.threads);
    if (parts.status != program::Status::optimal) {
      return failure(parts.status == program::Status::interrupted
                         ? "interrupted"
                         : "a period's shares were not found: " + parts.message);
    }
    bound_eur = std::max(bound_eur, parts.bound + hull_.least_cost(solution_.duals));
    for (const auto& cut : parts.cuts) {
      day_.program.add_constraint(cut.lower, cut.expression, program::infinity, "part");
    }
    rows_.separate(parts.point);  // what a period by itself leaned on, the day may not have met
    return shares_at(parts.point);
  }

  [[nodiscard]] Participation shares() const { return shares_at(solution_.point); }
  void enter_known(const std::vector<BindingRow>& rows) { rows_.enter_known(rows); }

  double bound_eur = -program::infinity;  ///< of every plan, expected deviations included

 private:
  void keep_near(const Near& near, std::size_t t) {
    const auto shares = shares_in(near.shares, t);
    for (std::size_t j = 0; j < shares.size(); ++j) {
      auto& variable = day_.program.variable(day_.v.share[j][t]);
      variable.lower = std::max(variable.lower, shares[j] - near.distance);
      variable.upper = std::min(variable.upper, shares[j] + near.distance);
    }
  }

  [[nodiscard]] std::size_t periods() const { return state_.problem.horizon.count; }

  [[nodiscard]] static std::vector<double> shares_in(const Participation& all, std::size_t t) {
    std::vector<double> out{all.substation[t]};
    for (const auto& profile : all.generators) {
      out.push_back(profile[t]);
    }
    return out;
  }

  /// Shares at a point, summing to 1 exactly.
  [[nodiscard]] Participation shares_at(std::span<const double> point) const {
    Participation out;
    std::vector<Profile*> all{&out.substation};
    out.generators.resize(state_.problem.generators.size());
    for (auto& profile : out.generators) {
      all.push_back(&profile);
    }
    for (std::size_t t = 0; t < periods(); ++t) {
      double sum = 0.0;
      for (std::size_t j = 0; j < all.size(); ++j) {
        constexpr double nothing = 1e-7;
        const double share = std::clamp(point[day_.v.share[j][t].index()], 0.0, 1.0);
        all[j]->push_back(share < nothing ? 0.0 : share);
        sum += all[j]->back();
      }
      for (auto* profile : all) {
        profile->back() /= sum;
      }
    }
    return out;
  }

  std::size_t separate_cost() {
    const auto& point = solution_.point;
    std::size_t added = 0;
    for (std::size_t g = 0; g < day_.v.generator_kw.size(); ++g) {
      for (std::size_t t = 0; t < periods(); ++t) {
        const double p = point[day_.v.generator_kw[g][t].index()];
        const double share = point[day_.v.share[g + 1][t].index()];
        const double cost = day_.generation_cost(g, t, p, share);
        if (cost - point[day_.v.generator_cost_eur[g][t].index()] >
            cost_tolerance * std::max(1.0, std::abs(cost))) {
          day_.add_cost_tangent(g, t, p, share);
          ++added;
        }
      }
    }
    return added;
  }

  PlanOptions options_;
  std::function<bool()> stop_;
  program::SolveOptions solve_options_;
  program::Solver solver_;
  Prepared::State state_;
  DayProgram day_;
  StationHull hull_;
  DeliveryCuts calls_;
  AnsweredRows rows_;
  HeldReserve held_;
  program::Solution solution_;
};

class Decider {
 public:
  Decider(const Prepared::State& state, const PlanOptions& options)
      : state_(state), options_(options), trial_(options) {
    trial_.relative_gap = trial_share * options.relative_gap;
  }

  Result<Solved> run() {
    auto faults = attempt(state_.decision.participation);
    OpenShares open(state_, options_);
    if (auto unsolved = relax(open); !unsolved.empty()) {
      return best_ || faults.empty() ? unsolved : faults;  // the given shares' say what conflicts
    }
    for (int round = 0; round < most_search_rounds && !is_good_enough(open); ++round) {
      const double left = gap_eur(open);
      if (auto unsolved = search(open); !unsolved.empty()) {
        return unsolved;
      }
      if (left - gap_eur(open) < worth_a_round * left) {
        break;
      }
    }
    if (!best_) {
      return faults;
    }
    auto& plan = best_->plan;
    plan.lower_bound_eur = open.bound_eur;
    plan.gap = (plan.cost.total_eur() - plan.lower_bound_eur) /
               std::max(1.0, std::abs(plan.cost.total_eur()));
    return *std::move(best_);
  }

 private:
  /// Bound and shares of the relaxation.
  Faults relax(OpenShares& open) {
    if (best_) {
      open.enter_known(best_->decision.rows);
    }
    auto faults = open.converge();
    if (faults.empty()) {
      attempt(open.shares());
    }
    return faults;
  }

  /// Periods one by one, then near the best shares all together, then the relaxation again.
  Faults search(OpenShares& open) {
    if (best_) {
      open.enter_known(best_->decision.rows);
    }
    const auto known = best_ ? best_->decision.participation : open.shares();
    const double size = std::abs(best_ ? best_->plan.cost.total_eur() : open.bound_eur);
    const auto shares = open.search(known, search_share * options_.relative_gap * size);
    if (!shares) {
      return shares.faults();
    }
    attempt(*shares);
    for (const double distance : {0.1, 0.02}) {
      if (is_good_enough(open) || !best_) {
        break;
      }
      OpenShares around(state_, options_, Near{best_->decision.participation, distance});
      if (auto faults = relax(around); !faults.empty()) {
        return faults;
      }
    }
    return is_good_enough(open) ? Faults{} : relax(open);
  }

  /// The plan with these shares, if it is the best so far.
  Faults attempt(const Participation& shares) {
    auto state = state_;
    if (best_) {
      auto& at = state.decision;
      at.rows = best_->decision.rows;
      at.energy_cuts = best_->decision.energy_cuts;
      at.cuts = best_->decision.cuts;
    }
    state.decision.participation = shares;
    auto solved = solve_at(state, trial_);
    if (!solved) {
      return solved.faults();
    }
    if (!best_ || solved->plan.cost.total_eur() < best_->plan.cost.total_eur()) {
      best_ = *std::move(solved);
    }
    return {};
  }

  [[nodiscard]] double gap_eur(const OpenShares& open) const {
    return best_ ? best_->plan.cost.total_eur() - open.bound_eur : program::infinity;
  }
  [[nodiscard]] bool is_good_enough(const OpenShares& open) const {
    return best_ && gap_eur(open) <= options_.relative_gap * std::abs(best_->plan.cost.total_eur());
  }

  const Prepared::State& state_;
  const PlanOptions& options_;
  PlanOptions trial_;
  std::optional<Solved> best_;
};

/// Methods without risk levels have no use for other shares.
bool decides(const PlanOptions& options) {
  return options.risk.participation == Shares::decided &&
         (options.method == Method::icc || options.method == Method::ba ||
          options.method == Method::oba);
}

}  // namespace

Faults undecidable_participation(const Case& problem, const PlanOptions& options) {
  Faults out;
  if (decides(options) && options.risk.knowledge == Knowledge::mixture) {
    out.push_back(failure(
        "participation can not be decided under the fitted mixture, whose shape changes with it: "
        "choose another knowledge (tested, moments+support, gaussian, ...), or participation = "
        "\"given\""));
  }
  if (decides(options) && has_commitment(problem)) {
    out.push_back(
        failure("participation can not be decided together with which generators run: take the "
                "generators' commitment out of the case, or choose participation = \"given\""));
  }
  return out;
}

Participation likely_participation(const Prepared::State& state, const PlanOptions& options) {
  if (!decides(options)) {
    return state.decision.participation;
  }
  auto first = options;
  first.relative_gap = 1.0;  // the first that can be had
  const auto solved = Decider(state, first).run();
  return solved ? solved->decision.participation : state.decision.participation;
}

Result<Solved> solve_deciding(const Prepared::State& state, const PlanOptions& options) {
  return decides(options) ? Decider(state, options).run() : solve_at(state, options);
}

}  // namespace gridpact::dispatch
