#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gridpact/model/certificate.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

/// How a station served its drivers over replayed days. Whole numbers only, as in `Tally`.
class ServiceTally {
 public:
  void add(const StationVisit& day);
  void merge(const ServiceTally& other);

  struct Driver {
    std::uint64_t days = 0;        ///< on which it came
    std::uint64_t days_short = 0;  ///< of these: on which it left with less than it wanted
    std::uint64_t missing_wh = 0;  ///< on them together
    std::uint64_t wear = 0;        ///< of its battery on all days, millionths of a €
    std::uint64_t worst_wear = 0;  ///< on one day
    std::uint64_t last_day = 0;    ///< of this tally's days (from 1) on which it came; 0: never
  };
  std::uint64_t cars = 0;
  std::uint64_t cars_short = 0;
  std::uint64_t days = 0;
  std::uint64_t days_all_served = 0;
  std::uint64_t calls = 0;
  std::uint64_t calls_missed = 0;
  std::uint64_t worst_wear = 0;  ///< of one car on one day, millionths of a €
  std::vector<Driver> drivers;   ///< by their number at the station's source; later ones never came

 private:
  /// What a driver lacked and wore on the day that is being added, for those that did. One that
  /// comes with two cars counts once: days are independent, cars are not.
  struct Visitor {
    std::size_t driver = 0;
    double missing_kwh = 0.0;
    std::uint64_t wear = 0;
  };
  /// The driver's entry of `today_`, a new one at its first car that lacked or wore anything.
  Visitor& today(std::size_t driver);

  std::vector<Visitor> today_;
  /// Of each driver: its place in `today_`, if the entry there is its own; so nothing needs
  /// clearing.
  std::vector<std::size_t> place_;
};

/// What the certificate says of the station.
[[nodiscard]] StationService service_of(const ServiceTally& tally, const std::string& station,
                                        double confidence);
/// Its drivers that ever left short, most often short first. `names`: of the drivers, by number.
[[nodiscard]] std::vector<DriverRecord> exceptions_of(const ServiceTally& tally,
                                                      const std::string& station,
                                                      const std::vector<std::string>& names,
                                                      double confidence);

/// Its drivers whose batteries wore most by discharging, the most worn first; not more than
/// `most_worn_drivers`.
[[nodiscard]] std::vector<DriverWear> worn_of(const ServiceTally& tally, const std::string& station,
                                              const std::vector<std::string>& names);
inline constexpr std::size_t most_worn_drivers = 50;

}  // namespace gridpact::verify
