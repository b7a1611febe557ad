#pragma once

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "gridpact/dispatch/dispatch.hpp"

namespace gridpact::dispatch {

/// A line per fault.
inline std::string told(const Faults& faults) {
  std::string out;
  for (const auto& fault : faults) {
    out += to_string(fault) + "\n";
  }
  return out;
}

/// The case's own risk, and fewer simulated days than a plan in earnest has.
inline PlanOptions options_for(const Case& problem, Method method = Method::oba,
                               std::size_t station_days = 100) {
  PlanOptions options;
  options.method = method;
  options.risk = problem.risk;
  options.station_days = station_days;
  return options;
}

inline Prepared prepared(const Case& problem, std::size_t station_days = 100) {
  auto out = Prepared::create(problem, options_for(problem, Method::det, station_days));
  EXPECT_TRUE(out) << told(out.faults());
  return *std::move(out);
}

}  // namespace gridpact::dispatch
