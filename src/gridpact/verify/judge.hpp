#pragma once

#include <optional>
#include <vector>

#include "gridpact/base/random.hpp"
#include "gridpact/fleet/controller.hpp"
#include "gridpact/fleet/source.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/batch_flow.hpp"
#include "gridpact/network/case_columns.hpp"
#include "gridpact/uncertainty/day_link.hpp"
#include "gridpact/uncertainty/law.hpp"
#include "gridpact/verify/joint_limits.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

/// Far below the tolerance of the voltage band, however slowly the iteration converges.
inline constexpr network::FlowOptions flow_options{1e-9, 200};

/// Everything that all replayed days of one plan share, and the replay of one day. Keeps references
/// to case and plan, which must outlive it. Days may be replayed at the same time on several
/// threads.
class Judge {
 public:
  /// Checks the plan and fits the law of the net-load errors.
  [[nodiscard]] static Result<Judge> create(const Case& problem, const Plan& plan,
                                            const VerifyOptions& options);
  /// The same with a law that is given, columns as of `net_load_sources`, and what its days tell of
  /// the stations' energy, if anything.
  [[nodiscard]] static Result<Judge> create(const Case& problem, const Plan& plan,
                                            const VerifyOptions& options,
                                            uncertainty::LayerLaw net_load,
                                            std::optional<uncertainty::DayLink> link = {});

  /// SHA-256 of the law that days are drawn from, every number of it.
  [[nodiscard]] std::string model_digest() const;
  /// Which layer broke the violated periods of a replayed day.
  [[nodiscard]] Blame blame(const ScenarioReplay& day) const;

  /// Day `scenario`: the same numbers whatever was replayed before or is replayed beside it.
  [[nodiscard]] ScenarioReplay run(std::uint64_t scenario) const;

  /// What a replayed day injects into the feeder, period by period.
  [[nodiscard]] std::vector<network::Injection> injections_of(const ScenarioReplay& day) const;

  [[nodiscard]] const Case& problem() const { return problem_; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const VerifyOptions& options() const { return options_; }
  [[nodiscard]] const JointLimits& limits() const { return limits_; }
  /// In words, by number: see `StationVisit::driver`.
  [[nodiscard]] const std::vector<std::string>& drivers(StationId station) const {
    return stations_[station.index()].source.drivers();
  }

 private:
  struct StationDay {
    fleet::FleetSource source;
    fleet::Controller controller;
    fleet::SoldReserve sold;  ///< empty profiles: nothing
  };

  Judge(const Case& problem, const Plan& plan, const VerifyOptions& options,
        uncertainty::LayerLaw net_load, std::optional<uncertainty::DayLink> link,
        network::AcFlow flow);
  [[nodiscard]] static Result<Judge> create_held_back(const Case& problem, const Plan& plan,
                                                      VerifyOptions options);

  [[nodiscard]] ScenarioReplay planned_day() const;
  /// Of load, PV and wind, periods × sources.
  [[nodiscard]] Matrix errors_kw(std::uint64_t scenario) const;
  void come_about(ScenarioReplay& day, const Matrix& errors_kw) const;
  void drive_cars(ScenarioReplay& day, const Matrix& errors_kw) const;
  [[nodiscard]] fleet::Call call_of(StationId station, std::uint64_t scenario) const;
  [[nodiscard]] std::vector<double> wear_eur(StationId station, const fleet::Fleet& cars,
                                             const Matrix& car_kw) const;
  /// After the policy: which calls were missed.
  void check_calls(ScenarioReplay& day) const;
  void follow_policy(ScenarioReplay& day, std::size_t t) const;
  /// What stands for the day in the exact flow: periods × injection columns.
  [[nodiscard]] Matrix injections(const ScenarioReplay& day) const;
  void run_flows(ScenarioReplay& day) const;
  [[nodiscard]] std::vector<bool> breaks_in(ScenarioReplay& day,
                                            const std::vector<std::size_t>& periods) const;
  [[nodiscard]] double cost_eur(const ScenarioReplay& day) const;
  [[nodiscard]] double fixed_cost_eur() const;

  const Case& problem_;
  const Plan& plan_;
  VerifyOptions options_;
  JointLimits limits_;
  std::vector<NetLoadSource> sources_;
  std::vector<Profile> forecast_kw_;  ///< of each source, raw: what its errors are errors of
  uncertainty::DaySampler net_load_;
  std::optional<uncertainty::DayLink> link_;  ///< of the stations' energy, if layers are joint
  network::AcFlow flow_;
  network::CaseColumns columns_;
  network::BatchFlow batch_;
  std::vector<StationDay> stations_;
  std::vector<std::vector<Complex>> expected_voltage_pu_;  ///< per period: where flows start
  /// Reserve and curtailment, as planned, less what was sold.
  double fixed_cost_eur_ = 0.0;
};

}  // namespace gridpact::verify
