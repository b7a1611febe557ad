#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gridpact/program/program.hpp"

namespace gridpact::program {

/// An integer variable that has a choice; one with equal bounds is a number like any other.
[[nodiscard]] inline bool is_free_integer(const Variable& v) {
  return v.integer && v.lower < v.upper;
}
[[nodiscard]] inline bool is_quadratic(const Variable& v) { return v.quadratic_cost > 0.0; }

/// HiGHS' copy of a Program, in which each quadratic cost stands as a column t_j held up by
/// tangents (solver.cpp), brought up to date by differences so that its basis stays valid. It
/// repeats what HiGHS says; Solver judges it.
class HighsModel {
 public:
  HighsModel();
  ~HighsModel();
  HighsModel(const HighsModel&) = delete;
  HighsModel& operator=(const HighsModel&) = delete;
  HighsModel(HighsModel&&) = delete;
  HighsModel& operator=(HighsModel&&) = delete;

  /// False: HiGHS refused something (a coefficient beyond its range).
  [[nodiscard]] bool update(const Program& program);

  /// Queues t_j − 2 q⁰ x̄ x_j ≥ −q⁰ x̄². Not so, and false, where q_j x̄² is described to within
  /// `error` already: tangents at a leave q_j·min_a (x̄ − a)².
  bool queue_tangent(std::size_t variable, double at, double error = 0.0);
  /// Adds the queue as one block of rows. False: HiGHS refused them.
  [[nodiscard]] bool flush_tangents();

  void set_feasibility(double tolerance);
  void set_presolve(bool on);  ///< only used without a basis
  void set_gaps(double relative, double absolute);
  void set_smaller_programs(bool yes);  ///< do integers' heuristics solve such?
  /// A point to start from: HiGHS completes its integers by an LP, or drops them if it can not.
  void propose(const std::vector<double>& point);
  void forget_basis();

  enum class Answer { optimal, infeasible, unbounded, undecided, time_limit, interrupted, failed };
  /// `undecided`: infeasible or unbounded.
  [[nodiscard]] Answer run(double time_limit_s, const std::function<bool()>* stop);
  [[nodiscard]] std::string last_words() const;  ///< HiGHS' model status, for failures

  struct Values {
    std::vector<double> point;
    std::vector<double> duals;
    std::vector<double> reduced_costs;
  };
  [[nodiscard]] Values values() const;
  [[nodiscard]] bool has_point() const;        ///< after a MIP: an incumbent exists
  [[nodiscard]] double integer_bound() const;  ///< after a MIP

  /// Of a linear program that grows, most rows hold nothing any more. Those that did not at the
  /// ends of several runs rest: HiGHS does not have them until a point breaks them. Their duals
  /// are 0.
  void rest_slack_rows();
  /// False: `point` keeps all that rest; or none rests.
  [[nodiscard]] bool wake_broken(std::span<const double> point, double tolerance);
  [[nodiscard]] bool wake_all();

  void drop_costs();
  void restore_costs();
  void fix_integers(const std::vector<double>& point);
  void release_integers();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridpact::program
