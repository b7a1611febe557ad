#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

/// Is what a plan promised proven? Counts, over days in their order, how often each period (scope
/// `horizon`: the day) was violated under each of the tests' tightenings.
class Decision {
 public:
  Decision(const VerifyOptions& options, double epsilon, RiskScope scope, std::size_t periods);

  [[nodiscard]] const std::vector<Test>& tests() const { return tests_; }

  /// The next day: for each test its violated periods, empty if none was.
  void add(const std::vector<std::vector<bool>>& violated);

  /// Looks at the days so far, which costs nothing in confidence with `early_stop`: true once more
  /// days can not change whether the plan is certified.
  bool settled();
  /// Of the last `settled()`: the plan will not be certified.
  [[nodiscard]] bool hopeless() const { return hopeless_; }

  /// Upper confidence bound of the worst law's probability, by the test that gives the least.
  struct Outcome {
    double upper = 1.0;
    Test test;
  };
  [[nodiscard]] Outcome outcome() const;

 private:
  [[nodiscard]] double bound(std::uint64_t count) const;
  [[nodiscard]] bool is_hopeless(const Test& test, std::uint64_t count) const;

  const VerifyOptions& options_;
  bool by_day_;
  std::vector<Test> tests_;
  double confidence_;  ///< of each test
  std::uint64_t days_ = 0;
  bool hopeless_ = false;
  std::vector<std::vector<std::uint64_t>> counts_;  ///< tests × periods
  std::vector<std::vector<double>> uppers_;         ///< the least of all looks, with `early_stop`
};

}  // namespace gridpact::verify
