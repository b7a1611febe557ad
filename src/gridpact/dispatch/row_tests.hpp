#pragma once

#include <map>
#include <mutex>
#include <span>

#include "gridpact/dispatch/beliefs.hpp"
#include "gridpact/uncertainty/row_shape.hpp"

namespace gridpact::dispatch {

/// What of two shapes that tests may justify holds in both.
[[nodiscard]] Knowledge in_both(Knowledge a, Knowledge b);

/// Which safety factor is honest for a row: moments and support, with the symmetry and the single
/// mode that its own errors do not speak against (`uncertainty::SampleTests`). A row's errors are
/// those of the past days of net load and of the simulated days of the stations, taken together day
/// by day. May be used by several threads at a time.
class RowTests {
 public:
  explicit RowTests(std::uint64_t seed) : seed_(seed) {}

  /// Of a'(errors in period t), `weights` as of `JointRow`, `law` its fitted law.
  [[nodiscard]] Knowledge justified(const Beliefs& beliefs, std::size_t t,
                                    std::span<const double> weights,
                                    const uncertainty::ScalarLaw& law) const;

 private:
  [[nodiscard]] const uncertainty::SampleTests& of_size(std::size_t days) const;

  std::uint64_t seed_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, uncertainty::SampleTests> by_size_;
};

}  // namespace gridpact::dispatch
