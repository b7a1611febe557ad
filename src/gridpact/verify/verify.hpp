#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/progress.hpp"
#include "gridpact/base/result.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/certificate.hpp"
#include "gridpact/model/plan.hpp"
#include "gridpact/verify/ambiguity.hpp"

namespace gridpact::verify {

/// Where the fresh days' errors of load, PV and wind come from. All are fitted to the days before
/// the horizon; the cars are drawn anew from past sessions in every case. The last four are what
/// the plan was not made for: how far it carries is told by how often it breaks under them.
enum class Law {
  mixture,      ///< the fitted Gaussian mixture, with its correlation and persistence
  history,      ///< whole past days of real errors, scaled to the planned day
  heavy,        ///< the mixture with the same covariance and Student-t tails, 4 degrees of freedom
  together,     ///< the mixture with every correlation moved half of the way to 1
  drifted,      ///< the mixture with every mean half a deviation towards more net load
  adversarial,  ///< past days, the worst reweighting within a Kullback-Leibler radius of 0.05
  /// The days from the horizon's first on, as far as the history knows what came: no plan's fit has
  /// used them. Each once, in their order, scenario i the i-th (uncertainty/held_back.hpp).
  held_back,
};
[[nodiscard]] std::string_view to_string(Law law);
[[nodiscard]] std::optional<Law> parse_law(std::string_view text);

/// Days between two looks of a test that may stop early.
inline constexpr std::uint64_t look_days = 50;

struct VerifyOptions {
  std::uint64_t scenarios = 2000;  ///< days to replay; with `held_back` 0 means all
  std::uint64_t seed = 20161124;
  Law law = Law::mixture;
  std::optional<Layers> layers = {};  ///< in place of what the plan took them for
  double confidence = 0.99;           ///< of every interval, in (0, 1)
  std::optional<double> limit = {};   ///< ε that is tested; absent: what the plan promises
  Ambiguity ambiguity = {};
  /// Test after every `look_days` days whether the decision is certain, and stop then: `scenarios`
  /// is the most. Errors are controlled over all looks together (sequential.hpp).
  bool early_stop = false;
  unsigned threads = 0;  ///< 0 = all; never changes the result
  Progress progress;
};

/// What counts as broken: further beyond a limit than arithmetic explains. Voltages: this many pu.
/// Everything else: this share of the limit, but at least this many A or kW.
inline constexpr double voltage_tolerance_pu = 1e-6;
inline constexpr double relative_tolerance = 1e-4;
inline constexpr double least_tolerance = 1e-3;

/// Replays the plan on `options.scenarios` fresh days of exact AC power flow and counts what
/// breaks.
///
/// A day: errors of every net-load source (uncertainty), a fleet at every station that the
/// station's own causal controller makes follow the plan (fleet), a call of the reserve that a
/// station has sold (fleet/call.hpp; anywhere in the horizon, for all that was sold or a random
/// part, with random numbers of its own), the plan's affine answer to both
/// within the reserve that it holds (policy.hpp), and the AC flow of what results. A period is
/// violated if any of these fails: the voltage band at any node-phase (neutrals aside), the rating
/// of any branch, the plan's import limit or the case's export limit, the net-load deviation within
/// the plan's reserve, a station's deviation from its target (moved by what is called) within the
/// reserve held against it. A flow without a solution breaks every limit of the grid.
///
/// The plan is `certified` if the one-sided upper confidence bound of what it promised is at most
/// its ε: of the share of violated days (scope `horizon`), or of *every* period's own share of
/// violated days (scope `period`). The latter needs no correction for testing many periods: if some
/// period breaks more often than ε, certifying takes that this very period passes its test, which
/// happens with probability at most 1 − confidence (intersection–union test). Where reserve is
/// sold, the share of missed calls must pass the same test at every station that sells.
///
/// With an ambiguity radius the bound is that of the worst law within it (ambiguity.hpp); with
/// `early_stop` it is a confidence sequence's, and replay ends when the plan is certified, refuted,
/// or can not be certified any more with the days that are left.
///
/// Same case, plan, seed, law and number of scenarios: same certificate, byte for byte, on any
/// number of threads. When asked to stop, the certificate is of the days 0 … n − 1 replayed so far,
/// `partial` and not certified. Memory does not grow with the number of days but for a few numbers
/// per day.
///
/// Faults: a plan that is not of this case or can not be carried out in it (plan_check.hpp),
/// options out of range, and those of fitting the errors and of setting up the AC flow.
[[nodiscard]] Result<Certificate> verify(const Case& problem, const Plan& plan,
                                         const VerifyOptions& options);

/// A limit that did not hold.
struct Breach {
  RowKind kind = RowKind::voltage;
  std::size_t element = 0;  ///< index of the node-phase, branch or station; 0 for the feeder
  std::size_t period = 0;
  double excess = 0.0;  ///< beyond the limit, in its unit; 0 where the AC flow had no solution
};

/// Who came to a station on one day, and what they left without.
struct StationVisit {
  std::vector<std::size_t> driver;  ///< of each car: an index of `fleet::FleetSource::drivers()`
  std::vector<double> missing_kwh;  ///< at the charger; 0 if it left with what it wanted
  /// Of each car's battery, by discharging; empty where the case does not count it.
  std::vector<double> wear_eur = {};
  /// Was reserve that the station sold called, and did the station then stray from what was called
  /// by more than the reserve held against its own deviation?
  bool is_called = false, misses_call = false;
};

/// One replayed day. Matrices have a row per period.
struct ScenarioReplay {
  std::uint64_t scenario = 0;
  Matrix load_kw;                 ///< × load groups
  Matrix available_kw;            ///< × renewables, before curtailment
  Matrix renewable_kw;            ///< × renewables, injected
  Matrix charge_kw;               ///< × stations, realised; negative where cars feed the grid
  Matrix called_kw;               ///< × stations: by so much a call moves the station's target
  Matrix generator_kw;            ///< × generators, after their answer to the deviation
  Profile net_load_deviation_kw;  ///< positive: more net load than planned
  Matrix station_deviation_kw;    ///< × stations; positive: draws more than planned and called
  /// What of the whole deviation no provider (the substation counted) holds reserve for.
  Profile beyond_reserve_kw;
  Profile import_kw;        ///< exact; without losses where the flow has no solution
  Matrix voltage_pu;        ///< × node-phases, magnitude; 0 where the flow has no solution
  Matrix branch_current_a;  ///< × branches, largest conductor; likewise
  std::vector<std::size_t> diverged;  ///< periods whose AC flow has no solution
  std::vector<Breach> breaches;       ///< by period
  double cost_eur = 0.0;
  double energy_wanted_kwh = 0.0;
  double energy_undelivered_kwh = 0.0;
  std::size_t cars = 0;
  std::size_t cars_short = 0;
  std::vector<StationVisit> visits;  ///< per station
};

/// Day `scenario` of the certificate that `verify` makes with the same seed and law, whole. Faults
/// as of `verify`, and a number beyond `options.scenarios`.
[[nodiscard]] Result<ScenarioReplay> replay(const Case& problem, const Plan& plan,
                                            const VerifyOptions& options, std::uint64_t scenario);

}  // namespace gridpact::verify
