// With f(u) the least cost of a choice u, switches of rows relaxed, and P_k the program of round
// k's rows, a relaxation:   min over u of P_k(u) ≤ min over u of f(u) ≤ f(u_k) = min P_k+1(u_k). A
// choice that is proposed twice is the best one: nothing of it was missing.

#include "gridpact/dispatch/commitment_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gridpact::dispatch {

namespace {

constexpr int most_rounds = 40;
// HiGHS refuses its own points where rows of many kinds meet at less than this. A proposal's powers
// are found again.
constexpr double proposal_feasibility = 1e-6;
// Of the gap asked for: what the choice may leave, and what a proposal's own branch and bound may.
constexpr double share_of_gap = 0.2, share_of_proposal = 0.1;

}  // namespace

CommitmentSearch::CommitmentSearch(DaySolution& day, std::function<Faults()> converge,
                                   const PlanOptions& options, program::SolveOptions solve_options)
    : day_(day),
      converge_(std::move(converge)),
      relative_gap_(options.relative_gap),
      threads_(options.threads),
      solve_options_(solve_options),
      prices_(day.solution.duals) {}

Result<bool> CommitmentSearch::choose() {
  if (const auto& on = day_.day->state.decision.on; !on.empty()) {
    if (auto faults = consider({on, UnitCommitment::Reach::within_step}); !faults.empty()) {
      return faults;
    }
  }
  for (int round = 0; round < most_rounds && !is_proven(); ++round) {
    const auto proposal = propose();
    if (!proposal) {
      return proposal.faults();
    }
    if (proposal->empty() || is_proven()) {
      break;
    }
    const Choice choice{day_.day->on(*proposal), UnitCommitment::Reach::anywhere};
    if (std::ranges::find(considered_, choice) != considered_.end()) {
      break;
    }
    if (auto faults = consider(choice); !faults.empty()) {
      return faults;
    }
  }
  if (is_held()) {
    fix({});
    return true;
  }
  if (!best_.on.empty()) {
    day_.units->fix(best_.on, best_.reach);
    return true;
  }
  day_.rows->allow_slack();
  const auto least = propose();
  if (!least) {
    return least.faults();
  }
  day_.units->fix(day_.day->on(*least), UnitCommitment::Reach::anywhere);
  return false;
}

void CommitmentSearch::fix(const std::vector<Profile>& on) {
  const auto& here = day_.day->state.decision.on;
  if (is_held() || on == here) {
    day_.units->fix(here, UnitCommitment::Reach::within_step);
  } else {
    day_.units->fix(on, UnitCommitment::Reach::anywhere);
  }
}

bool CommitmentSearch::is_proven() const {
  return !best_.on.empty() &&
         best_cost_ - day_.lower_bound_eur <=
             share_of_gap * relative_gap_ * std::max(1.0, std::abs(best_cost_));
}

/// Rows may give meanwhile, so that there is an optimum whose prices bring the stations' schedules.
Faults CommitmentSearch::consider(const Choice& choice) {
  considered_.push_back(choice);
  day_.rows->allow_slack();
  day_.units->fix(choice.on, choice.reach);
  auto faults = converge_();
  const bool is_infeasible = day_.solution.status == program::Status::infeasible;
  if (!faults.empty() && !is_infeasible) {
    return faults;
  }
  const bool keeps = !is_infeasible && !day_.rows->gives(day_.solution.point);
  day_.rows->forbid_slack();
  day_.units->release();
  if (keeps && day_.solution.objective < best_cost_) {
    best_cost_ = day_.solution.objective;
    best_ = choice;
  }
  if (!keeps && choice.reach == UnitCommitment::Reach::anywhere) {
    day_.units->forbid(choice.on);
  }
  return {};
}

Result<std::vector<double>> CommitmentSearch::propose() {
  auto prices = prices_;
  prices.resize(day_.day->program.constraints().size(), 0.0);
  auto options = solve_options_;
  options.relative_gap = 0.0;
  options.absolute_gap =
      share_of_proposal * relative_gap_ * std::max(1.0, std::abs(day_.lower_bound_eur));
  options.smaller_programs = false;
  options.feasibility = proposal_feasibility;
  day_.units->release();
  day_.units->make_integer();
  auto parts =
      program::solve_parts(day_.day->program, day_.hull->mixtures(), prices, options, threads_);
  day_.units->make_continuous();
  if (parts.status == program::Status::infeasible) {
    return std::vector<double>{};
  }
  if (parts.status != program::Status::optimal) {
    return no_optimum(parts.status, parts.message);
  }
  day_.lower_bound_eur =
      std::max(day_.lower_bound_eur, parts.bound + day_.hull->least_cost(prices));
  return std::move(parts.point);
}

}  // namespace gridpact::dispatch
