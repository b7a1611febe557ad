#include "gridpact/dispatch/shares.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace gridpact::dispatch {

using program::infinity;
using Cut = AnsweredRows::Cut;
using Place = AnsweredRows::Place;

HeldReserve::HeldReserve(const DayProgram& day, const AnsweredRows& rows) : day_(day) {
  const auto add = [&](const std::vector<VariableRow>& held, bool up) {
    Way way{&held, {}, {}};
    double offered = 0.0;
    for (const auto& row : held) {
      offered += day.program.variables()[row.front().index()].upper;
    }
    for (std::size_t t = 0; t < day.state.problem.horizon.count; ++t) {
      way.reserve.push_back(day.reserve_kw(t, up));
      way.range.push_back({std::min(rows.least_reserve_kw(t, up), offered), offered});
    }
    ways_.push_back(std::move(way));
  };
  add(day.v.held_up_kw, true);
  add(day.v.held_down_kw, false);
}

std::vector<Cut> HeldReserve::cuts(std::size_t t, const ShareBox& box) const {
  std::vector<Cut> out;
  for (const auto& way : ways_) {
    const auto& reserve = way.reserve[t];
    const auto [least, most] = way.range[t];
    out.push_back({reserve, least});
    out.push_back({-1.0 * reserve, -most});
    for (std::size_t j = 0; j < box.size(); ++j) {
      const auto share = day_.v.share[j][t];
      const auto held = (*way.held)[j][t];
      // sign·(held − a·R − c·α) ≥ −sign·a·c
      const auto add = [&](double sign, double a, double c) {
        LinearExpression sum = -sign * a * reserve;
        sum.add(sign, held).add(-sign * c, share);
        out.push_back({std::move(sum), -sign * a * c});
      };
      add(1.0, box[j].lower, least);
      add(1.0, box[j].upper, most);
      add(-1.0, box[j].lower, most);
      add(-1.0, box[j].upper, least);
    }
  }
  return out;
}

std::vector<double> HeldReserve::lack(std::size_t t, std::span<const double> point) const {
  std::vector<double> out(day_.v.share.size(), 0.0);
  for (const auto& way : ways_) {
    const double reserve = program::evaluate(way.reserve[t], point);
    for (std::size_t j = 0; j < out.size() && reserve > 0.0; ++j) {
      out[j] +=
          std::abs(point[(*way.held)[j][t].index()] - point[day_.v.share[j][t].index()] * reserve) /
          reserve;
    }
  }
  return out;
}

namespace {

constexpr double switch_tolerance = 1e-6;
// A point that lacks no more than this is one of the day: its shares are proposed.
constexpr double level_lack = 1e-3;  // of ε
constexpr double held_lack = 3e-4;   // of the reserve
constexpr int most_rounds = 8;       // of cuts, per node

struct Node {
  ShareBox box;
  std::vector<std::pair<VariableId, double>> switches;  ///< of the part, decided
  double bound = -infinity;
  std::vector<Place> places;  ///< where cuts were tight
  std::vector<double> point;  ///< of the whole program
  std::size_t number = 0;     ///< for an order that is always the same
};

struct Later {
  bool operator()(const Node& a, const Node& b) const {
    return a.bound != b.bound ? a.bound > b.bound : a.number > b.number;
  }
};

class Search {
 public:
  Search(const DayProgram& day, const AnsweredRows& rows, const HeldReserve& held, std::size_t t,
         const program::Part& part, const ShareSearchOptions& options)
      : day_(day), rows_(rows), held_(held), t_(t), part_(part), options_(options) {
    inner_.assign(day.program.variables().size(), none);
    for (std::size_t i = 0; i < part.variables.size(); ++i) {
      inner_[part.variables[i].index()] = i;
      base_.add_variable(part.program.variables()[i]);
    }
    for (const auto& row : part.program.constraints()) {
      if (row.name != box_cut_name) {
        LinearExpression sum;
        sum.terms = row.terms;
        base_.add_constraint(row.lower, sum, row.upper, row.name);
      }
    }
  }

  program::PartSolution run(const std::vector<double>& known) {
    const auto whole = rows_.box_of(t_);
    Node root{whole, {}, -infinity, rows_.places(t_), {}, 0};
    if (!known.empty()) {
      auto fixed = root;
      for (std::size_t j = 0; j < known.size(); ++j) {
        fixed.box[j] = {known[j], known[j]};
      }
      best_first(std::move(fixed), options_.most_nodes / 4);
    }
    const double bound = best_first(std::move(root), options_.most_nodes);
    program::PartSolution out;
    out.convex = false;
    out.solution.bound = bound;
    if (!best_.point.empty()) {
      out.solution.status = program::Status::optimal;
      for (const auto id : part_.variables) {
        out.solution.point.push_back(best_.point[id.index()]);
      }
    } else {
      out.solution.status =
          failed_ == program::Status::optimal ? program::Status::infeasible : failed_;
      out.solution.message = message_;
    }
    return out;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// The least bound of all boxes that are left.
  double best_first(Node root, std::size_t most_nodes) {
    std::priority_queue<Node, std::vector<Node>, Later> open;
    double pruned = infinity;
    std::size_t count = 0;
    const auto push = [&](Node node) {
      node.number = ++count;
      solve(node);
      if (node.bound >= worth_knowing()) {
        pruned = std::min(pruned, node.bound);
      } else {
        open.push(std::move(node));
      }
    };
    push(std::move(root));
    while (!open.empty()) {
      const auto node = open.top();
      if (node.bound >= worth_knowing() || count >= most_nodes) {
        if (best_.point.empty()) {
          best_ = node;
        }
        return std::min(pruned, node.bound);
      }
      open.pop();
      auto children = branch(node);
      if (children.empty()) {
        if (best_.point.empty() || node.bound < best_.bound) {
          best_ = node;
        }
        return std::min(pruned, node.bound);
      }
      for (auto& child : children) {
        push(std::move(child));
      }
    }
    return pruned;
  }

  [[nodiscard]] double worth_knowing() const {
    return best_.point.empty() ? infinity : best_.bound - options_.tolerance_eur;
  }

  void add(program::Program& program, const Cut& cut) const {
    LinearExpression sum{cut.expression.constant};
    for (const auto& term : cut.expression.terms) {
      sum.add(term.coefficient, VariableId{inner_[term.variable.index()]});
    }
    program.add_constraint(cut.lower, sum, infinity);
  }

  [[nodiscard]] VariableId inner(VariableId of_whole) const {
    return VariableId{inner_[of_whole.index()]};
  }

  /// Bound and point of a node, by cuts of its own box.
  void solve(Node& node) {
    auto program = base_;
    for (std::size_t j = 0; j < node.box.size(); ++j) {
      auto& share = program.variable(inner(day_.v.share[j][t_]));
      share.lower = node.box[j].lower;
      share.upper = node.box[j].upper;
    }
    for (const auto& [id, value] : node.switches) {
      program.variable(id).lower = program.variable(id).upper = value;
    }
    for (const auto& cut : held_.cuts(t_, node.box)) {
      add(program, cut);
    }
    for (const auto& place : node.places) {
      if (const auto cut = rows_.cut(place, node.box)) {
        add(program, *cut);
      }
    }
    program::Solver solver;
    for (int round = 0; round < most_rounds; ++round) {
      const auto solution = solver.solve(program, options_.solve);
      if (solution.status != program::Status::optimal) {
        fail(node, solution);
        return;
      }
      node.bound = std::max(node.bound, solution.bound);
      node.point.assign(inner_.size(), 0.0);
      for (std::size_t i = 0; i < part_.variables.size(); ++i) {
        node.point[part_.variables[i].index()] = solution.point[i];
      }
      if (node.bound >= worth_knowing()) {
        return;
      }
      const auto broken = rows_.broken(t_, node.box, node.point);
      if (broken.empty()) {
        break;
      }
      for (const auto& place : broken) {
        add(program, *rows_.cut(place, node.box));
        node.places.push_back(place);
      }
    }
    forget_slack(node);
  }

  void fail(Node& node, const program::Solution& solution) {
    if (solution.status == program::Status::infeasible) {
      node.bound = infinity;
    } else if (failed_ == program::Status::optimal) {  // the parent's bound stands
      failed_ = solution.status;
      message_ = solution.message;
    }
  }

  /// Cuts that are far from tight here are not worth their place in the children.
  void forget_slack(Node& node) const {
    constexpr double far = 0.3;
    std::erase_if(node.places, [&](const Place& place) {
      const auto cut = rows_.cut(place, node.box);
      return !cut || program::evaluate(cut->expression, node.point) > cut->lower + far;
    });
  }

  /// None if the node's point lacks nothing.
  std::vector<Node> branch(const Node& node) const {
    if (node.point.empty()) {
      return {};
    }
    const auto lack = rows_.lack(t_, node.box, node.point);
    auto by_share = held_.lack(t_, node.point);
    double held = 0.0;
    for (const double one : by_share) {
      held += one;
    }
    if (lack.total <= level_lack && held <= held_lack) {
      return {};
    }
    if (lack.least_decided && lack.undecided > 0.02) {
      return branch_on(node, *lack.least_decided);
    }
    std::size_t widest = 0;
    for (std::size_t j = 0; j < by_share.size(); ++j) {
      if (j > 0) {
        by_share[j] += lack.by_generator[j - 1];
      }
      if (node.box[j].width() < 1e-4) {
        by_share[j] = 0.0;
      }
      if (by_share[j] > by_share[widest]) {
        widest = j;
      }
    }
    if (by_share[widest] > 0.0) {
      return branch_on(node, widest);
    }
    return lack.least_decided && lack.undecided > switch_tolerance
               ? branch_on(node, *lack.least_decided)
               : std::vector<Node>{};
  }

  std::vector<Node> branch_on(const Node& node, VariableId of_whole) const {
    std::vector<Node> out(2, node);
    out[0].switches.emplace_back(inner(of_whole), 0.0);
    out[1].switches.emplace_back(inner(of_whole), 1.0);
    return out;
  }

  std::vector<Node> branch_on(const Node& node, std::size_t j) const {
    const auto range = node.box[j];
    const double at = node.point[day_.v.share[j][t_].index()];
    const double middle = 0.5 * (range.lower + range.upper);
    const double cut = std::clamp(0.5 * (at + middle), range.lower + 0.2 * range.width(),
                                  range.upper - 0.2 * range.width());
    std::vector<Node> out(2, node);
    out[0].box[j].upper = cut;
    out[1].box[j].lower = cut;
    for (auto& child : out) {
      tighten(child.box);
    }
    return out;
  }

  /// What the shares' sum of 1 leaves of their ranges.
  static void tighten(ShareBox& box) {
    double low = 0.0, high = 0.0;
    for (const auto& range : box) {
      low += range.lower;
      high += range.upper;
    }
    for (auto& range : box) {
      const Range was = range;
      range.lower = std::clamp(1.0 - (high - was.upper), was.lower, was.upper);
      range.upper = std::clamp(1.0 - (low - was.lower), range.lower, was.upper);
    }
  }

  const DayProgram& day_;
  const AnsweredRows& rows_;
  const HeldReserve& held_;
  std::size_t t_;
  const program::Part& part_;
  const ShareSearchOptions& options_;
  std::vector<std::size_t> inner_;  ///< of the part, by variable of the whole
  program::Program base_;           ///< without cuts of a box
  Node best_;                       ///< lacks nothing
  program::Status failed_ = program::Status::optimal;
  std::string message_;
};

}  // namespace

program::PartSolution search_shares(const DayProgram& day, const AnsweredRows& rows,
                                    const HeldReserve& held, std::size_t t,
                                    const program::Part& part, const std::vector<double>& known,
                                    const ShareSearchOptions& options) {
  return Search(day, rows, held, t, part, options).run(known);
}

}  // namespace gridpact::dispatch
