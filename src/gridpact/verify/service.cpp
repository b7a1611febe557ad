#include "gridpact/verify/service.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "gridpact/verify/interval.hpp"

namespace gridpact::verify {

namespace {

/// Less is a matter of rounding.
constexpr double short_kwh = 1e-3;
constexpr double wh_per_kwh = 1000.0;

}  // namespace

void ServiceTally::add(const StationVisit& day) {
  // A driver that comes with two cars on one day counts once: days are independent, cars are not.
  std::map<std::size_t, double> missing_kwh;
  bool all_served = true;
  for (std::size_t k = 0; k < day.driver.size(); ++k) {
    const bool is_short = day.missing_kwh[k] > short_kwh;
    missing_kwh[day.driver[k]] += is_short ? day.missing_kwh[k] : 0.0;
    cars_short += is_short ? 1U : 0U;
    all_served = all_served && !is_short;
  }
  cars += day.driver.size();
  ++days;
  days_all_served += all_served ? 1U : 0U;
  for (const auto& [number, missing] : missing_kwh) {
    drivers.resize(std::max(drivers.size(), number + 1));
    auto& driver = drivers[number];
    ++driver.days;
    driver.days_short += missing > 0.0 ? 1U : 0U;
    driver.missing_wh += static_cast<std::uint64_t>(std::llround(missing * wh_per_kwh));
  }
}

void ServiceTally::merge(const ServiceTally& other) {
  cars += other.cars;
  cars_short += other.cars_short;
  days += other.days;
  days_all_served += other.days_all_served;
  drivers.resize(std::max(drivers.size(), other.drivers.size()));
  for (std::size_t i = 0; i < other.drivers.size(); ++i) {
    drivers[i].days += other.drivers[i].days;
    drivers[i].days_short += other.drivers[i].days_short;
    drivers[i].missing_wh += other.drivers[i].missing_wh;
  }
}

StationService service_of(const ServiceTally& tally, const std::string& station,
                          double confidence) {
  StationService out;
  out.station = station;
  out.cars = tally.cars;
  out.cars_short = tally.cars_short;
  out.days_all_served = measure(tally.days_all_served, tally.days, confidence);
  for (const auto& driver : tally.drivers) {
    out.drivers += driver.days > 0 ? 1U : 0U;
    out.drivers_short += driver.days_short > 0 ? 1U : 0U;
  }
  return out;
}

std::vector<DriverRecord> exceptions_of(const ServiceTally& tally, const std::string& station,
                                        const std::vector<std::string>& names, double confidence) {
  std::vector<DriverRecord> out;
  for (std::size_t i = 0; i < tally.drivers.size(); ++i) {
    const auto& driver = tally.drivers[i];
    if (driver.days_short > 0) {
      out.push_back({station, names[i],
                     measure(driver.days - driver.days_short, driver.days, confidence),
                     static_cast<double>(driver.missing_wh) /
                         (wh_per_kwh * static_cast<double>(driver.days_short))});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const DriverRecord& a, const DriverRecord& b) {
    return a.served.share < b.served.share;
  });
  return out;
}

}  // namespace gridpact::verify
