#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/model/case.hpp"
#include "gridpact/network/injection.hpp"

namespace gridpact::network {

/// The numbers that move a case's injections at one moment, all positive as their names say.
struct CasePowers {
  std::vector<double> load_kw;       ///< demand per load group; kvar follow
  std::vector<double> generator_kw;  ///< into the network
  std::vector<double> generator_kvar;
  std::vector<double> renewable_kw;  ///< into the network, after curtailment
  std::vector<double> renewable_kvar;
  std::vector<double> charge_kw;  ///< drawn, per station

  /// Nothing anywhere.
  [[nodiscard]] static CasePowers zero(const Case& problem);
};

/// A case's injection columns, in the order of CasePowers' members, and last a column for what the
/// feeder itself generates: it follows no load group and is always on (x = 1).
class CaseColumns {
 public:
  explicit CaseColumns(const Case& problem);

  [[nodiscard]] const std::vector<InjectionColumn>& columns() const { return columns_; }
  [[nodiscard]] std::size_t size() const { return columns_.size(); }

  [[nodiscard]] std::size_t load_kw(std::size_t group) const { return group; }
  [[nodiscard]] std::size_t generator_kw(std::size_t g) const { return generators_ + g; }
  [[nodiscard]] std::size_t generator_kvar(std::size_t g) const {
    return generators_ + generator_count_ + g;
  }
  [[nodiscard]] std::size_t renewable_kw(std::size_t r) const { return renewables_ + r; }
  [[nodiscard]] std::size_t renewable_kvar(std::size_t r) const {
    return renewables_ + renewable_count_ + r;
  }
  [[nodiscard]] std::size_t charge_kw(std::size_t station) const { return stations_ + station; }

  /// The x of `powers`, one number per column.
  [[nodiscard]] std::vector<double> x(const CasePowers& powers) const;

 private:
  std::vector<InjectionColumn> columns_;
  std::size_t generators_ = 0, generator_count_ = 0;
  std::size_t renewables_ = 0, renewable_count_ = 0;
  std::size_t stations_ = 0;
};

/// Active power that `injection` brings into the network if every voltage is nominal, kW.
[[nodiscard]] double nominal_injection_kw(const Feeder& feeder, const Injection& injection);

}  // namespace gridpact::network
