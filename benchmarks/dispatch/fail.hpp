#pragma once

#include <cstdio>

#include "gridpact/base/result.hpp"

namespace gridpact::bench {

/// Exit code of a program that a script runs.
inline int fail(const Faults& faults) {
  for (const auto& fault : faults) {
    std::fprintf(stderr, "%s\n", to_string(fault).c_str());
  }
  return 1;
}

}  // namespace gridpact::bench
