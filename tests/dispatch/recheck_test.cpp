// A plan that breaks its model is found out, whoever made it.

#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/dispatch/build_plan.hpp"

namespace gridpact::dispatch {
namespace {

using testing::HasSubstr;

/// A good plan of a case with stations, and what is needed to check it.
class Recheck : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint64_t seed = 1; problem_.stations.empty(); ++seed) {
      problem_ = test::small_case(seed);
    }
    PlanOptions options;
    options.risk = problem_.risk;
    options.station_days = 60;
    auto prepared = Prepared::create(problem_, options);
    ASSERT_TRUE(prepared);
    prepared_.emplace(*std::move(prepared));
    auto solved = solve_day(prepared_->state(), options);
    ASSERT_TRUE(solved);
    rows_ = solved->rows->rows();
    auto plan = build_plan(prepared_->state(), *solved, options);
    ASSERT_TRUE(plan);
    plan_ = *std::move(plan);
  }

  std::string told() {
    std::string out;
    for (const auto& fault : recheck(prepared_->state(), rows_, plan_)) {
      out += fault.message + '\n';
    }
    return out;
  }

  Case problem_;
  std::optional<Prepared> prepared_;
  std::vector<JointRow> rows_;
  Plan plan_;
};

TEST_F(Recheck, AcceptsTheSolversPlan) { EXPECT_EQ(told(), ""); }

TEST_F(Recheck, ImportThatDoesNotBalance) {
  plan_.substation.import_kw[2] += 1.0;
  EXPECT_THAT(told(), HasSubstr("08:00, import of"));
}

TEST_F(Recheck, GenerationThatNobodyAccountsFor) {
  plan_.generators[0].p_kw[1] += 5.0;
  EXPECT_THAT(told(), HasSubstr("04:00, import of"));
}

TEST_F(Recheck, ReserveThatNobodyHolds) {
  plan_.reserve.up_kw[3] += 10.0;
  EXPECT_THAT(told(), HasSubstr("holds another share of the reserve"));
}

TEST_F(Recheck, ReserveBeyondCapability) {
  plan_.generators[1].up_reserve_kw[0] += problem_.generators[1].p_max_kw;
  EXPECT_THAT(told(), HasSubstr("G2 can not deliver its reserve within its limits"));
}

TEST_F(Recheck, RampThatIsTooFast) {
  auto& p = plan_.generators[0].p_kw;
  p[0] = 0.0;
  p[1] = 5.0 * problem_.generators[0].ramp_kw_per_h * problem_.horizon.period_h();
  EXPECT_THAT(told(), HasSubstr("G1 ramps too fast"));
}

TEST_F(Recheck, CurtailmentOfMoreThanThereIs) {
  plan_.renewables[0].curtailed_kw[3] = plan_.renewables[0].forecast_kw[3] + 1.0;
  EXPECT_THAT(told(), HasSubstr("pv is outside its limits"));
}

TEST_F(Recheck, CarsThatDoNotAddUp) {
  plan_.stations[0].charge_kw[2] += 1.0;
  EXPECT_THAT(told(), HasSubstr("S1's cars do not add up to its profile"));
}

TEST_F(Recheck, CarThatIsNotServed) {
  for (double& kw : plan_.stations[0].car_charge_kw.row(0)) {
    kw = 0.0;
  }
  EXPECT_THAT(told(), HasSubstr("a car at S1 is not served within its limits"));
}

TEST_F(Recheck, RiskBeyondTheLimit) {
  for (auto* profile : {&plan_.reserve.up_kw, &plan_.reserve.down_kw}) {
    (*profile)[4] *= 0.5;
  }
  EXPECT_THAT(told(), HasSubstr("16:00, feeder may break with probability"));
}

}  // namespace
}  // namespace gridpact::dispatch
