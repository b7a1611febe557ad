#pragma once

#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

#include "gridpact/verify/certify.hpp"
#include "gridpact/verify/judge.hpp"

/// Judging with a law of errors that the test knows.
namespace gridpact::verify::testing {

inline VerifyOptions days(std::uint64_t scenarios, unsigned threads = 1) {
  VerifyOptions options;
  options.scenarios = scenarios;
  options.threads = threads;
  return options;
}

inline Judge judge(const Case& problem, const Plan& plan, const uncertainty::LayerLaw& law,
                   const VerifyOptions& options) {
  auto made = Judge::create(problem, plan, options, law);
  for (std::size_t i = 0; !made.ok() && i < made.faults().size(); ++i) {
    ADD_FAILURE() << to_string(made.faults()[i]);
  }
  return std::move(made).value();
}

inline Certificate judged(const Case& problem, const Plan& plan, const uncertainty::LayerLaw& law,
                          const VerifyOptions& options) {
  return certify(judge(problem, plan, law, options));
}

}  // namespace gridpact::verify::testing
