#include "gridpact/verify/audit.hpp"

#include <functional>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/verify/evidence.hpp"

namespace gridpact::verify {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::plan_for;

/// A month of noisy homes and a station, verified with the law that its history gives.
class Audited : public ::testing::Test {
 protected:
  Audited() {
    testing::add_station(problem_);
    RandomStream random(4, 0);
    for (double& actual : problem_.series[0].actual) {
      actual += 0.05 * random.normal();
    }
    plan_ = plan_for(problem_, 120.0, 40.0);
    options_.scenarios = 300;
    options_.seed = 8;
    certificate_ = *verify(problem_, plan_, options_);
    certificate_.plan_digest = "p1a4";
    audit_options_.plan_digest = "p1a4";
    audit_options_.threads = 1;
  }

  Audit audited() const {
    const auto audit = verify::audit(problem_, plan_, certificate_, audit_options_);
    EXPECT_TRUE(audit.ok()) << to_string(audit.faults().front());
    return *audit;
  }

  Case problem_ = testing::two_node_case(6);
  Plan plan_;
  VerifyOptions options_;
  Certificate certificate_;
  AuditOptions audit_options_;
};

TEST_F(Audited, IsReproducedWhole) {
  ASSERT_GT(certificate_.days.count, 0u);
  auto audit = audited();
  EXPECT_THAT(audit.findings, IsEmpty());
  EXPECT_THAT(audit.remarks, IsEmpty());
  EXPECT_EQ(audit.days_replayed, 300u);
  EXPECT_EQ(audit.overlooked_share, 0.0);
  ASSERT_TRUE(audit.recomputed);
  audit.recomputed->plan_digest = certificate_.plan_digest;
  EXPECT_EQ(documents::to_json(*audit.recomputed), documents::to_json(certificate_));
}

TEST_F(Audited, IsReproducedWithEveryOption) {
  const std::vector<std::function<void()>> changes{[&] { options_.early_stop = true; },
                                                   [&] { options_.ambiguity.kl_radius = 0.01; },
                                                   [&] { options_.ambiguity = {0.0, 0.001}; },
                                                   [&] { options_.law = Law::heavy; },
                                                   [&] { options_.limit = 0.3; },
                                                   [&] { plan_.risk.scope = RiskScope::horizon; }};
  for (const auto& change : changes) {
    change();
    certificate_ = *verify(problem_, plan_, options_);
    certificate_.plan_digest = "p1a4";
    auto audit = audited();
    EXPECT_THAT(audit.findings, IsEmpty());
    ASSERT_TRUE(audit.recomputed);
    audit.recomputed->plan_digest = certificate_.plan_digest;
    EXPECT_EQ(documents::to_json(*audit.recomputed), documents::to_json(certificate_));
  }
}

TEST_F(Audited, ASampleReplaysOnlySome) {
  audit_options_.sample = 30;
  const auto audit = audited();
  EXPECT_THAT(audit.findings, IsEmpty());
  EXPECT_EQ(audit.days_replayed, 30u);
  EXPECT_FALSE(audit.recomputed);
  EXPECT_NEAR(std::pow(1.0 - audit.overlooked_share, 30.0), 0.01, 1e-9);
  audit_options_.sample = 5000;
  EXPECT_EQ(audited().days_replayed, 300u);
  EXPECT_EQ(audited().overlooked_share, 0.0);
}

TEST_F(Audited, EveryMismatchOfInputsIsNamedAndNothingReplayed) {
  certificate_.case_digest = "other";
  certificate_.plan_digest = "another";
  certificate_.software = "gridpact 9";
  certificate_.software_digest = "5047";
  const auto audit = audited();
  EXPECT_THAT(audit.findings, ElementsAre(HasSubstr("case: "), HasSubstr("plan: ")));
  EXPECT_THAT(audit.remarks, ElementsAre(HasSubstr("gridpact 9"), HasSubstr("5047")));
  EXPECT_EQ(audit.days_replayed, 0u);
}

TEST_F(Audited, OtherSoftwareAloneIsARemark) {
  certificate_.software = "gridpact 9";
  const auto audit = audited();
  EXPECT_THAT(audit.findings, IsEmpty());
  EXPECT_EQ(audit.remarks.size(), 1u);
  EXPECT_EQ(audit.days_replayed, 300u);
}

TEST_F(Audited, AnotherLawIsFoundBeforeAnyDay) {
  certificate_.model_digest = "1a4";
  const auto audit = audited();
  EXPECT_THAT(audit.findings, ElementsAre(HasSubstr("model: ")));
  EXPECT_EQ(audit.days_replayed, 0u);
}

TEST_F(Audited, FiguresThatDoNotFollowFromTheEvidenceAreFoundInASample) {
  audit_options_.sample = 1;
  --certificate_.days.count;
  certificate_.promise_upper *= 0.9;
  certificate_.certified = !certificate_.certified;
  const auto findings = audited().findings;
  EXPECT_THAT(findings, Contains(HasSubstr("days: ")));
  EXPECT_THAT(findings, Contains(HasSubstr("promise_upper: ")));
  EXPECT_THAT(findings, Contains(HasSubstr("'certified'")));
}

// Somebody makes violations vanish, and all that follows from them.
TEST_F(Audited, AForgedDayIsFoundWhenItIsReplayed) {
  auto& blocks = certificate_.evidence.blocks;
  std::size_t forged = 0;
  while (blocks[forged].violated.empty()) {
    ++forged;
  }
  blocks[forged].violated.clear();
  audit_options_.sample = 300;
  EXPECT_THAT(audited().findings, Contains(HasSubstr("replayed '")));
  certificate_ = *verify(problem_, plan_, options_);
  certificate_.plan_digest = "p1a4";
  certificate_.evidence.blocks[7].digest[0] ^= 1;
  audit_options_.sample = 0;  // a whole audit compares documents: its caller's part
  EXPECT_THAT(audited().findings, IsEmpty());
  EXPECT_NE(audited().recomputed->evidence.blocks[7].digest,
            certificate_.evidence.blocks[7].digest);
  audit_options_.sample = 300;
  EXPECT_THAT(audited().findings, ElementsAre(HasSubstr("not the same numbers")));
}

TEST_F(Audited, AnotherSeedIsFoundOnEveryDay) {
  certificate_.seed = 9;
  audit_options_.sample = 10;
  EXPECT_EQ(audited().findings.size(), 10u);
}

TEST_F(Audited, PartialAndDamagedCertificatesAreRefused) {
  auto partial = certificate_;
  partial.partial = true;
  partial.law = "luck";
  const auto refused = verify::audit(problem_, plan_, partial, audit_options_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.faults().size(), 2u);
  for (const char* const wrong :
       {"x", "299", "299:", "299:80 ", "299:zz", "4:80", "299:00", "299:808"}) {
    auto damaged = certificate_;
    damaged.evidence.blocks.back().violated = wrong;
    EXPECT_FALSE(verify::audit(problem_, plan_, damaged, audit_options_).ok()) << wrong;
  }
  certificate_.evidence.blocks.pop_back();
  EXPECT_FALSE(verify::audit(problem_, plan_, certificate_, audit_options_).ok());
}

TEST(Evidence, HexadecimalDigitsHoldFourPeriods) {
  EXPECT_EQ(to_hex({true, false, false, true, true}), "98");
  EXPECT_EQ(to_hex(std::vector<bool>(24)), "000000");
  const auto back = violated_of({"", "7:98 9:08"}, 6, 4, 5);
  ASSERT_TRUE(back.ok());
  EXPECT_THAT(*back, ElementsAre(IsEmpty(), ElementsAre(true, false, false, true, true), IsEmpty(),
                                 ElementsAre(false, false, false, false, true)));
}

// Two parts of a deviation, each within its reserve or beyond it; and a voltage that only both
// break.
TEST(Blame, TellsTheLayersApart) {
  auto problem = testing::two_node_case(1);
  testing::add_station(problem);
  problem.generators.clear();
  auto plan = plan_for(problem, 100.0, 1e4);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(1, 2e4);
  const auto blamed = [&](double load_kw, double voltage_min_pu, double station_reserve_kw) {
    auto law = testing::normal_law(problem, load_kw, 0.0);
    problem.limits.voltage_min_pu = voltage_min_pu;
    plan.stations[0].up_reserve_kw = plan.stations[0].down_reserve_kw =
        Profile(1, station_reserve_kw);
    plan.stations[0].charge_kw = {0.0};
    const auto judge = testing::judge(problem, plan, law, testing::days(1));
    return judge.blame(judge.run(0));
  };
  // At midnight nobody comes: only the net load deviates.
  EXPECT_EQ(blamed(120.0, 0.8, 1e4).net_load, 1u);
  const auto none = blamed(50.0, 0.8, 1e4);
  EXPECT_EQ(none.net_load + none.ev + none.either + none.together, 0u);
}

}  // namespace
}  // namespace gridpact::verify
