#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/base/random.hpp"
#include "gridpact/fleet/fleet.hpp"
#include "gridpact/fleet/past_days.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/dated_numbers.hpp"

namespace gridpact::fleet {

/// What became of the past sessions that a station's fleets are drawn from.
struct FleetSummary {
  std::size_t days = 0;         ///< past days of the planned day's kind
  std::size_t days_closed = 0;  ///< further ones left out as holidays, closures, outages
  bool days_same_kind = true;   ///< false: none of the planned day's kind, so all days were taken
  bool alternate_fridays = false;
  /// Relative standard deviation of a day's energy that does not average out over a large pool.
  double volume_spread = 0.0;
  std::size_t sessions = 0;
  double energy_kwh = 0.0;  ///< wanted, after the two reductions below
  /// Wanted more than the station's charger gives in their stay, or than its cars' batteries hold.
  std::size_t sessions_lowered = 0;
  double energy_lowered_kwh = 0.0;  ///< by so much together
  std::size_t sessions_cut = 0;     ///< stay past the horizon's end and would need that time
  double energy_cut_kwh = 0.0;
  std::size_t sessions_outside = 0;  ///< arrive when the horizon has not begun or is over
};

/// A past session that wanted more than a charger gives within its stay, or than a battery holds.
struct LoweredSession {
  Session session;
  double deliverable_kwh = 0.0;
};

/// Where the fleets of one station come from: its history's sessions of days like the planned one
/// (`past_days_like`), carried over to the planned day. If the history begins before the planned
/// day, only what was before it counts; a history that lies wholly after it is transplanted.
///
/// A session's arrival keeps its clock reading (the history's own zone) on the planned day's clock;
/// its stay keeps its real length. `Session::energy_kwh` is metered at the charger, so it is
/// grid-side already and `charge_efficiency` is not applied. A wish beyond charger limit × stay is
/// lowered to it.
///
/// Where the station states its cars' batteries, a session's energy brought its car's to
/// `CarBatteries::departure_soc`: the content on arrival is that less η_c × energy, at least 0. Of
/// the drivers, `CarBatteries::v2g_share` consent to V2G, each always or never; Case::seed says
/// who. Stays end at the horizon's end, and the wish with them. Cars that came before the
/// horizon's first day and still stand there are left out.
///
/// A horizon that touches several local days has `Station::cars` expected arrivals on each.
class FleetSource {
 public:
  FleetSource(const Case& problem, StationId station);

  /// The expected fleet: per day `Station::cars` whole sessions, a systematic sample (Case::seed)
  /// in the order of arrival period and energy, chosen among several for its energy: arrivals,
  /// stays and energies are typical and not themselves a throw of dice. Ordered by arrival.
  [[nodiscard]] Fleet forecast() const;

  /// A fleet that may really come. A past day d of the kind is drawn; the number of cars is Poisson
  /// with mean `Station::cars` × volume_d; each car is a whole session (arrival, stay and energy
  /// together) of d with probability own_share_d, else of any day of the kind, drawn with
  /// replacement.
  [[nodiscard]] Fleet sample(RandomStream& random) const;

  /// The same, and who each car's driver is: an index of `drivers()`.
  struct Visit {
    Fleet cars;
    std::vector<std::size_t> driver;
  };
  [[nodiscard]] Visit sample_visit(RandomStream& random) const;
  /// The same if it is known how the first local day's energy compares with that of other days:
  /// drawn is the past day below which this share (0 to 1) of the days lie. With a uniform share it
  /// is `sample_visit`.
  [[nodiscard]] Visit sample_visit(RandomStream& random, double energy_share) const;
  /// The middle of the shares for which that is the past day that `sample_visit` draws from this
  /// stream.
  [[nodiscard]] double energy_share(RandomStream random) const;

  /// Energy, kWh, that a day like each of the past ones would bring on the horizon's first local
  /// day; named after the station.
  [[nodiscard]] const DatedNumbers& past_energies() const { return past_energies_; }
  /// The drivers of the past sessions of days like the planned one, in words: where the history
  /// does not tell drivers apart, each of its sessions is one.
  [[nodiscard]] const std::vector<std::string>& drivers() const { return drivers_; }

  /// Sessions of days like the planned one that wanted more than they can have, and are planned
  /// with what they can.
  [[nodiscard]] const std::vector<LoweredSession>& lowered() const { return lowered_; }

  /// A day of the past with the cars that came on it.
  struct PastFleet {
    long day = 0;  ///< local calendar day (days since 1970-01-01)
    Fleet fleet;
  };
  /// The past days from which the fleets of the horizon's first local day are drawn, as they were
  /// but for what `FleetSummary` counts; in calendar order.
  [[nodiscard]] std::vector<PastFleet> past_fleets() const;

  [[nodiscard]] const FleetSummary& summary() const { return summary_; }
  [[nodiscard]] StationId station() const { return station_; }

 private:
  /// One local calendar day that the horizon touches.
  struct Day {
    std::vector<PastDay> past;  ///< their `first` and `count` index `cars`
    std::vector<Car> cars;      ///< every session of the past days, on the planned day
    std::vector<char> comes;    ///< within the horizon?
    std::vector<std::size_t> driver;
    std::vector<std::size_t> by_arrival_and_energy;
  };

  void rank_past_days();
  void add_visitors(const Day& day, const PastDay& past, RandomStream& random, Visit& visit) const;
  [[nodiscard]] Visit empty_visit() const;

  void add_day(const Case& problem, const SessionHistory& history, long day);
  void add_session(const Case& problem, const Session& session, double midnight_h, long day,
                   Day& out);
  [[nodiscard]] std::optional<Battery> battery_of(const Session& session, std::size_t driver) const;
  [[nodiscard]] std::size_t driver_of(const Session& session);
  [[nodiscard]] std::vector<std::size_t> typical_cars(const Day& day, RandomStream& random) const;

  StationId station_;
  std::size_t cars_ = 0;
  double charger_kw_ = 0.0;
  double charge_efficiency_ = 1.0;
  std::optional<CarBatteries> batteries_;
  std::uint64_t seed_ = 1;
  std::vector<Day> days_;
  DatedNumbers past_energies_;               ///< of the first local day's past days, in their order
  std::vector<std::size_t> by_past_energy_;  ///< these, ascending
  FleetSummary summary_;
  std::vector<std::string> drivers_;
  std::map<int, std::size_t> driver_of_user_;
  std::vector<LoweredSession> lowered_;
};

/// What a random day of a station is drawn for: learning what the station's deviations are like and
/// judging a plan must never see the same days, whatever the seeds. The calls of sold reserve on
/// these days have random numbers of their own, and so has (by driver instead of day) the consent
/// to V2G.
enum class DayUse : std::uint64_t {
  forecast,
  learning,
  judging,
  consent,
  learning_calls,
  judging_calls
};

/// The random numbers of one day of one station: the same whatever is drawn besides, in whatever
/// order, on however many threads.
[[nodiscard]] RandomStream day_stream(std::uint64_t seed, DayUse use, StationId station,
                                      std::uint64_t day);

}  // namespace gridpact::fleet
