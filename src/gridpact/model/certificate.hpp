#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gridpact/model/plan.hpp"

namespace gridpact {

/// A share of trials with a two-sided interval that holds at the certificate's confidence. Trials
/// are independent days, and the interval exact (Clopper–Pearson), save where all periods of the
/// days are pooled (`periods`, `by_kind`): the periods of one day break together, so days stay the
/// unit there and the interval is Bentkus's for means of bounded variables. With `early_stop` all
/// are confidence sequences, which hold whenever one stops (verify/sequential.hpp).
struct MeasuredShare {
  std::uint64_t count = 0;
  std::uint64_t trials = 0;
  double share = 0.0;
  double lower = 0.0;
  double upper = 1.0;
};

/// How often one limit broke, and by how much at worst.
struct LimitRecord {
  RowKind kind = RowKind::voltage;
  std::string place;
  std::uint64_t periods_violated = 0;
  /// Beyond the limit, in its unit (pu, A, kW); 0 if it only broke where the AC flow had no
  /// solution.
  double worst_excess = 0.0;
  std::size_t worst_period = 0;
  std::uint64_t worst_scenario = 0;
  double mean_excess = 0.0;  ///< of the periods in which it broke and the flow had a solution
};

/// How large the violations of one kind of limit were: of each scenario-period its largest, in the
/// kind's unit. Where the AC flow had no solution there is no size.
struct ExcessSpread {
  std::uint64_t count = 0;  ///< scenario-periods with a size
  double median = 0.0;      ///< to within 12 % (fixed bins, ten to a factor of 10 and finer)
  double p95 = 0.0;
  double worst = 0.0;  ///< exact
};

/// Which layer of the uncertainty broke the scenario-periods that were violated. Each was solved
/// again with the errors of load, PV and wind alone (every station draws what was planned), and
/// with the stations' deviations alone (load, PV and wind as expected).
struct Blame {
  std::uint64_t net_load = 0;  ///< breaks with the net load alone, not with the stations alone
  std::uint64_t ev = 0;        ///< the other way round
  std::uint64_t either = 0;    ///< each of the two would have been enough
  std::uint64_t together = 0;  ///< neither breaks it alone
};

/// What `audit` checks single days against, in blocks of consecutive scenarios.
struct EvidenceBlock {
  /// SHA-256 over the digests of the block's days, each of which is one of every number of the
  /// replayed day.
  std::string digest;
  /// The scenarios with a violation and their violated periods: "12:000010 57:0c0000", four periods
  /// to a hexadecimal digit, the first period its highest bit.
  std::string violated;
};
struct Evidence {
  std::uint64_t block_days = 0;  ///< scenarios of each block but the last
  std::vector<EvidenceBlock> blocks;
};

/// How the drivers of a station fared.
struct StationService {
  std::string station;
  std::uint64_t cars = 0;         ///< that came, over all replayed days
  std::uint64_t cars_short = 0;   ///< of these: left with less than they wanted (by more than 1 Wh)
  MeasuredShare days_all_served;  ///< days on which every car left with what it wanted
  /// Drivers that came at all, and those of them that ever left short. Where the history does not
  /// tell drivers apart, each of its sessions counts as one.
  std::uint64_t drivers = 0;
  std::uint64_t drivers_short = 0;
  /// Calls of reserve that it has sold, and those of them in which it strayed from what was called
  /// by more than the reserve held against its own deviation.
  MeasuredShare calls_missed = {};
  /// Battery wear by discharging, € a day: of the plan's cars, and of those that came (mean).
  double wear_planned_eur = 0.0;
  double wear_mean_eur = 0.0;
  double wear_worst_car_eur = 0.0;  ///< the most that one car wore on one day
};

/// A driver that at times left with less than wanted.
struct DriverRecord {
  std::string station;
  std::string driver;  ///< in words: number, or the past session that stands for it
  /// Probability of leaving with the wanted energy: days on which it came, and days on which it
  /// did.
  MeasuredShare served;
  double missing_kwh = 0.0;  ///< at the charger: mean of the days on which it left short
};

/// What V2G took of a driver's battery.
struct DriverWear {
  std::string station;
  std::string driver;      ///< in words, as in DriverRecord
  std::uint64_t days = 0;  ///< on which it came
  double mean_eur = 0.0;   ///< a day
  double worst_eur = 0.0;  ///< on one day
};

/// What the replay of a plan on the exact grid found.
struct Certificate {
  std::string case_name;
  std::string case_digest;
  std::string plan_digest;  ///< of the plan's document: set by whoever read or wrote that
  /// Where the plan lies, as seen from the certificate's folder; empty if unknown. Set like the
  /// digest.
  std::string plan_path;
  std::string model_digest;  ///< of the law that the days were drawn from, every number of it
  std::string software;
  std::string software_digest;    ///< of the program's sources: set by the program
  std::string law;                ///< "mixture", "history", ...: verify::Law
  Layers layers = Layers::apart;  ///< as which net load and charging were drawn
  std::uint64_t seed = 0;
  std::uint64_t scenarios = 0;        ///< replayed
  std::uint64_t scenarios_asked = 0;  ///< how many it was to be at most
  bool early_stop = false;            ///< tested as the days came in, and stopped once certain
  double confidence = 0.99;
  double joint_violation_limit = 0.05;
  /// Certified is the limit for every law within these distances of the one that days are drawn
  /// from: Kullback-Leibler divergence, and Wasserstein-1 distance in shares of the limits
  /// (verify/ambiguity.hpp). 0: that law alone.
  double kl_radius = 0.0;
  double wasserstein_radius = 0.0;
  /// By which share of themselves the limits were tightened for `promise_upper` (Wasserstein).
  double tightening = 0.0;
  /// What the tested share may be at most: ε; less where ambiguity takes its part.
  double tested_limit = 0.05;
  RiskScope scope = RiskScope::period;

  MeasuredShare periods;  ///< scenario-periods with any violation
  MeasuredShare days;     ///< scenarios with any violation
  /// The period of the day that breaks most often: with scope `period` every period must keep ε.
  MeasuredShare worst_period;
  std::size_t worst_period_index = 0;
  std::vector<MeasuredShare> by_period;
  std::vector<MeasuredShare> by_kind;   ///< indexed by RowKind, scenario-periods
  std::vector<ExcessSpread> excess;     ///< indexed by RowKind
  Blame blame;                          ///< of the violated scenario-periods
  std::vector<LimitRecord> limits;      ///< every limit that broke, most frequent first
  std::uint64_t diverged = 0;           ///< AC flows without a solution, counted as violations
  double energy_wanted_kwh = 0.0;       ///< mean per day
  double energy_undelivered_kwh = 0.0;  ///< mean per day
  double cars_short = 0.0;              ///< share of cars that left with less than wanted
  std::vector<StationService> stations;
  /// Every driver that ever left short, least often served first. All others always left with what
  /// they wanted.
  std::vector<DriverRecord> drivers_short;
  /// The drivers whose batteries wore most by discharging, the most worn first; at most 50 of each
  /// station.
  std::vector<DriverWear> drivers_worn;
  double cost_mean_eur = 0.0, cost_p05_eur = 0.0, cost_p95_eur = 0.0;
  Matrix voltage_quantiles_pu;  ///< periods × {min, 5 %, 50 %, 95 %, max} over nodes and scenarios
  bool partial = false;         ///< stopped before all scenarios were replayed
  /// One-sided upper confidence bound of what the plan promised, of `worst_period` or `days`, under
  /// the worst law within the radii.
  double promise_upper = 1.0;
  /// The same of the calls of sold reserve that are missed, at the station with the largest; 0 if
  /// none is sold.
  double calls_missed_upper = 0.0;
  /// promise_upper and calls_missed_upper ≤ joint_violation_limit, and not partial
  bool certified = false;
  Evidence evidence;
};

}  // namespace gridpact
