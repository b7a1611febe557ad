// Certified is "every period's probability is at most ε" by an intersection–union test: if some
// period's is not, certifying takes that this period's own bound fails. K tests, of which one must
// pass, each at 1 − δ/K. With looks, a period's bound is the least of its confidence sequence.

#include "gridpact/verify/decision.hpp"

#include <algorithm>
#include <cmath>

#include "gridpact/verify/interval.hpp"
#include "gridpact/verify/sequential.hpp"

namespace gridpact::verify {

Decision::Decision(const VerifyOptions& options, double epsilon, RiskScope scope,
                   std::size_t periods)
    : options_(options),
      by_day_(scope == RiskScope::horizon),
      tests_(tests_for(epsilon, options.ambiguity)),
      confidence_(1.0 - (1.0 - options.confidence) / static_cast<double>(tests_.size())),
      counts_(tests_.size(), std::vector<std::uint64_t>(by_day_ ? 1 : periods)),
      uppers_(tests_.size(), std::vector<double>(counts_.front().size(), 1.0)) {}

void Decision::add(const std::vector<std::vector<bool>>& violated) {
  ++days_;
  for (std::size_t k = 0; k < tests_.size(); ++k) {
    if (violated[k].empty()) {
      continue;
    }
    if (by_day_) {
      ++counts_[k][0];
      continue;
    }
    for (std::size_t t = 0; t < counts_[k].size(); ++t) {
      counts_[k][t] += violated[k][t] ? 1U : 0U;
    }
  }
}

double Decision::bound(std::uint64_t count) const {
  return options_.early_stop
             ? sequential_upper(static_cast<double>(count), static_cast<double>(days_), confidence_)
             : upper_bound(count, days_, confidence_);
}

/// Not even days without a violation from here on would pass the test.
bool Decision::is_hopeless(const Test& test, std::uint64_t count) const {
  const auto violated = static_cast<double>(count);
  const auto most = static_cast<double>(std::max(options_.scenarios, days_));
  return test.limit <= 0.0 || test.limit >= 1.0 ||
         log_evidence_below(test.limit, violated, most) < -std::log1p(-confidence_) ||
         sequential_lower(violated, static_cast<double>(days_), confidence_) > test.limit;
}

bool Decision::settled() {
  bool all_hopeless = true;
  bool any_passed = false;
  for (std::size_t k = 0; k < tests_.size(); ++k) {
    bool hopeless = false;
    bool passed = true;
    for (std::size_t t = 0; t < counts_[k].size(); ++t) {
      auto& upper = uppers_[k][t];
      upper = std::min(upper, bound(counts_[k][t]));
      const bool is_below = upper <= tests_[k].limit;
      passed = passed && is_below;
      hopeless = hopeless || (!is_below && is_hopeless(tests_[k], counts_[k][t]));
    }
    all_hopeless = all_hopeless && hopeless;
    any_passed = any_passed || passed;
  }
  hopeless_ = all_hopeless && !any_passed;
  return any_passed || all_hopeless;
}

Decision::Outcome Decision::outcome() const {
  Outcome best;
  best.test = tests_.front();
  for (std::size_t k = 0; k < tests_.size(); ++k) {
    double worst = 0.0;
    for (std::size_t t = 0; t < counts_[k].size(); ++t) {
      worst = std::max(worst, options_.early_stop ? uppers_[k][t]
                              : days_ == 0        ? 1.0
                                                  : bound(counts_[k][t]));
    }
    const double upper = worst_case(worst, tests_[k], options_.ambiguity);
    if (k == 0 || upper < best.upper) {
      best = {upper, tests_[k]};
    }
  }
  return best;
}

}  // namespace gridpact::verify
