#include "gridpact/program/program.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::program {

namespace {

std::string name_of(const std::string& name, const char* kind, std::size_t index) {
  return name.empty() ? fmt::format("{} {}", kind, index) : fmt::format("{} '{}'", kind, name);
}

/// Keeps the worst of the violations that it is shown.
class Worst {
 public:
  explicit Worst(Program::Measure measure) : measure_(measure) {}

  /// `describe` is called only for a new worst. NaN compares false with everything: it counts as ∞.
  template <class Describe>
  void see(double excess, double scale, Describe&& describe) {
    double amount = measure_ == Program::Measure::relative ? excess / std::max(1.0, scale) : excess;
    if (std::isnan(amount)) {
      amount = infinity;
    }
    if (amount > worst_.amount) {
      worst_ = {amount, describe()};
    }
  }

  [[nodiscard]] Program::Violation take() { return std::move(worst_); }

 private:
  Program::Measure measure_;
  Program::Violation worst_;
};

/// How far `value` is outside [lower, upper]; NaN in, NaN out.
double excess_of(double lower, double value, double upper) {
  if (std::isnan(value)) {
    return value;
  }
  return std::max({lower - value, value - upper, 0.0});
}

double finite_size(double bound) { return std::isfinite(bound) ? std::abs(bound) : 0.0; }

}  // namespace

LinearExpression& LinearExpression::operator+=(const LinearExpression& other) {
  constant += other.constant;
  terms.reserve(terms.size() + other.terms.size());
  const std::size_t count = other.terms.size();  // `other` may be *this
  for (std::size_t k = 0; k < count; ++k) {
    terms.push_back(other.terms[k]);
  }
  return *this;
}

LinearExpression& LinearExpression::operator-=(const LinearExpression& other) {
  return *this += -1.0 * other;
}

LinearExpression& LinearExpression::operator*=(double factor) {
  constant *= factor;
  for (auto& term : terms) {
    term.coefficient *= factor;
  }
  return *this;
}

LinearExpression& LinearExpression::add(double coefficient, VariableId variable) {
  terms.push_back({variable, coefficient});
  return *this;
}

LinearExpression operator+(LinearExpression a, const LinearExpression& b) { return a += b; }
LinearExpression operator-(LinearExpression a, const LinearExpression& b) { return a -= b; }
LinearExpression operator*(double factor, LinearExpression e) { return e *= factor; }

double evaluate(const LinearExpression& expression, std::span<const double> point) {
  double value = expression.constant;
  for (const auto& [variable, coefficient] : expression.terms) {
    value += coefficient * point[variable.index()];
  }
  return value;
}

VariableId Program::add_variable(Variable variable) {
  variables_.push_back(std::move(variable));
  return VariableId{variables_.size() - 1};
}

ConstraintId Program::add_constraint(double lower, const LinearExpression& expression, double upper,
                                     std::string name) {
  assert(std::ranges::all_of(expression.terms, [this](const Term& term) {
    return term.variable.index() < variables_.size();
  }));
  constraints_.push_back({lower - expression.constant, upper - expression.constant,
                          expression.terms, std::move(name)});
  return ConstraintId{constraints_.size() - 1};
}

void Program::add_term(ConstraintId constraint, double coefficient, VariableId variable) {
  assert(variable.index() < variables_.size());
  constraints_[constraint.index()].terms.push_back({variable, coefficient});
}

void Program::add_objective(const LinearExpression& expression) {
  constant_ += expression.constant;
  for (const auto& [variable, coefficient] : expression.terms) {
    variables_[variable.index()].cost += coefficient;
  }
}

double Program::objective(std::span<const double> point) const {
  assert(point.size() == variables_.size());
  double value = constant_;
  for (std::size_t j = 0; j < variables_.size(); ++j) {
    value += (variables_[j].cost + variables_[j].quadratic_cost * point[j]) * point[j];
  }
  return value;
}

Program::Violation Program::largest_violation(std::span<const double> point,
                                              Measure measure) const {
  assert(point.size() == variables_.size());
  Worst worst(measure);
  for (std::size_t j = 0; j < variables_.size(); ++j) {
    const auto& v = variables_[j];
    const double x = point[j];
    worst.see(std::isfinite(x) ? excess_of(v.lower, x, v.upper) : infinity,
              std::max(finite_size(v.lower), finite_size(v.upper)), [&] {
                return fmt::format("{} = {} is outside [{}, {}]", name_of(v.name, "variable", j), x,
                                   v.lower, v.upper);
              });
    if (v.integer) {
      worst.see(std::abs(x - std::round(x)), 1.0, [&] {
        return fmt::format("{} = {} is not an integer", name_of(v.name, "variable", j), x);
      });
    }
  }
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const auto& row = constraints_[i];
    double activity = 0.0;
    double scale = std::max(finite_size(row.lower), finite_size(row.upper));
    for (const auto& [variable, coefficient] : row.terms) {
      const double part = coefficient * point[variable.index()];
      activity += part;
      scale = std::max(scale, std::abs(part));
    }
    worst.see(excess_of(row.lower, activity, row.upper), scale, [&] {
      return fmt::format("{} = {} is outside [{}, {}]", name_of(row.name, "constraint", i),
                         activity, row.lower, row.upper);
    });
  }
  return worst.take();
}

}  // namespace gridpact::program
