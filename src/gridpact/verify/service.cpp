#include "gridpact/verify/service.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gridpact/verify/interval.hpp"

namespace gridpact::verify {

namespace {

/// Less is a matter of rounding.
constexpr double short_kwh = 1e-3;
constexpr double wh_per_kwh = 1000.0;
constexpr double parts_per_eur = 1e6;

std::uint64_t in_parts(double eur) {
  return static_cast<std::uint64_t>(std::llround(eur * parts_per_eur));
}

double in_eur(std::uint64_t parts) { return static_cast<double>(parts) / parts_per_eur; }

}  // namespace

void ServiceTally::add(const StationVisit& day) {
  calls += day.is_called ? 1U : 0U;
  calls_missed += day.misses_call ? 1U : 0U;
  cars += day.driver.size();
  ++days;
  if (!day.driver.empty()) {
    const std::size_t last = *std::max_element(day.driver.begin(), day.driver.end());
    drivers.resize(std::max(drivers.size(), last + 1));
  }
  for (const std::size_t number : day.driver) {
    auto& driver = drivers[number];
    driver.days += driver.last_day != days ? 1U : 0U;
    driver.last_day = days;
  }
  today_.clear();
  for (std::size_t k = 0; k < day.missing_kwh.size(); ++k) {
    if (day.missing_kwh[k] > short_kwh) {
      today(day.driver[k]).missing_kwh += day.missing_kwh[k];
      ++cars_short;
    }
  }
  for (std::size_t k = 0; k < day.wear_eur.size(); ++k) {
    if (const auto wear = in_parts(day.wear_eur[k]); wear > 0) {
      today(day.driver[k]).wear += wear;
      worst_wear = std::max(worst_wear, wear);
    }
  }
  bool all_served = true;
  for (const auto& visitor : today_) {
    auto& driver = drivers[visitor.driver];
    if (visitor.missing_kwh > 0.0) {
      all_served = false;
      ++driver.days_short;
      driver.missing_wh +=
          static_cast<std::uint64_t>(std::llround(visitor.missing_kwh * wh_per_kwh));
    }
    driver.wear += visitor.wear;
    driver.worst_wear = std::max(driver.worst_wear, visitor.wear);
  }
  days_all_served += all_served ? 1U : 0U;
}

ServiceTally::Visitor& ServiceTally::today(std::size_t driver) {
  place_.resize(drivers.size());
  auto& place = place_[driver];
  if (place >= today_.size() || today_[place].driver != driver) {
    place = today_.size();
    today_.push_back({driver, 0.0, 0});
  }
  return today_[place];
}

void ServiceTally::merge(const ServiceTally& other) {
  cars += other.cars;
  cars_short += other.cars_short;
  days += other.days;
  days_all_served += other.days_all_served;
  calls += other.calls;
  calls_missed += other.calls_missed;
  worst_wear = std::max(worst_wear, other.worst_wear);
  drivers.resize(std::max(drivers.size(), other.drivers.size()));
  for (std::size_t i = 0; i < other.drivers.size(); ++i) {
    drivers[i].days += other.drivers[i].days;
    drivers[i].days_short += other.drivers[i].days_short;
    drivers[i].missing_wh += other.drivers[i].missing_wh;
    drivers[i].wear += other.drivers[i].wear;
    drivers[i].worst_wear = std::max(drivers[i].worst_wear, other.drivers[i].worst_wear);
  }
}

StationService service_of(const ServiceTally& tally, const std::string& station,
                          double confidence) {
  StationService out;
  out.station = station;
  out.cars = tally.cars;
  out.cars_short = tally.cars_short;
  out.days_all_served = measure(tally.days_all_served, tally.days, confidence);
  out.calls_missed = measure(tally.calls_missed, tally.calls, confidence);
  out.wear_worst_car_eur = in_eur(tally.worst_wear);
  std::uint64_t wear = 0;
  for (const auto& driver : tally.drivers) {
    out.drivers += driver.days > 0 ? 1U : 0U;
    out.drivers_short += driver.days_short > 0 ? 1U : 0U;
    wear += driver.wear;
  }
  out.wear_mean_eur = tally.days > 0 ? in_eur(wear) / static_cast<double>(tally.days) : 0.0;
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

std::vector<DriverWear> worn_of(const ServiceTally& tally, const std::string& station,
                                const std::vector<std::string>& names) {
  std::vector<std::size_t> worn;
  for (std::size_t i = 0; i < tally.drivers.size(); ++i) {
    if (tally.drivers[i].wear > 0) {
      worn.push_back(i);
    }
  }
  std::stable_sort(worn.begin(), worn.end(), [&](std::size_t a, std::size_t b) {
    return tally.drivers[a].wear > tally.drivers[b].wear;
  });
  worn.resize(std::min(worn.size(), most_worn_drivers));
  std::vector<DriverWear> out;
  for (const std::size_t i : worn) {
    const auto& driver = tally.drivers[i];
    out.push_back({station, names[i], driver.days,
                   in_eur(driver.wear) / static_cast<double>(driver.days),
                   in_eur(driver.worst_wear)});
  }
  return out;
}

}  // namespace gridpact::verify
