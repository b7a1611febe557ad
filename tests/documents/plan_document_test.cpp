#include "gridpact/documents/plan_document.hpp"

#include <cmath>
#include <limits>

#include "support/sample_day.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gridpact::documents {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Plan& sample() {
  static const Plan plan = support::sample_plan(support::sample_case(), Method::oba);
  return plan;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> messages(const std::string& text) {
  const auto plan = parse_plan(text, "plan.json");
  std::vector<std::string> out;
  if (!plan) {
    for (const auto& fault : plan.faults()) {
      EXPECT_EQ(fault.place.file, "plan.json");
      out.push_back(fault.message);
    }
  }
  return out;
}

TEST(PlanDocument, ReadsBackExactly) {
  const auto text = to_json(sample());
  const auto plan = parse_plan(text, "plan.json");
  ASSERT_TRUE(plan.ok()) << to_string(plan.faults()[0]);
  EXPECT_EQ(to_json(*plan), text);
  EXPECT_EQ(plan->horizon, sample().horizon);
  EXPECT_EQ(plan->method, Method::oba);
  EXPECT_EQ(plan->case_digest, sample().case_digest);
  EXPECT_EQ(plan->case_path, sample().case_path);
  EXPECT_EQ(plan->loads[0].forecast_kw, sample().loads[0].forecast_kw);
  EXPECT_EQ(plan->substation.import_kw, sample().substation.import_kw);
  EXPECT_EQ(plan->generators[2].down_reserve_kw, sample().generators[2].down_reserve_kw);
  EXPECT_EQ(plan->renewables[1].curtailed_kw, sample().renewables[1].curtailed_kw);
  EXPECT_EQ(plan->stations[3].car_charge_kw, sample().stations[3].car_charge_kw);
  EXPECT_EQ(plan->voltage_low_pu, sample().voltage_low_pu);
  EXPECT_EQ(plan->branch_current_a, sample().branch_current_a);
  EXPECT_EQ(plan->cost.total_eur(), sample().cost.total_eur());
  ASSERT_EQ(plan->risk_shares.size(), sample().risk_shares.size());
  EXPECT_EQ(plan->risk_shares[5].distance_lower, sample().risk_shares[5].distance_lower);
}

RC_GTEST_PROP(PlanDocument, AnyNumbersReadBackExactly, ()) {
  const auto number = rc::gen::suchThat(rc::gen::arbitrary<double>(),
                                        [](double value) { return std::isfinite(value); });
  Plan plan;
  plan.horizon = {Instant{std::chrono::seconds(*rc::gen::inRange(0, 2'000'000'000))},
                  std::chrono::minutes(15), *rc::gen::inRange<std::size_t>(1, 5), "Europe/Paris"};
  const auto profile = [&] {
    return *rc::gen::container<std::vector<double>>(plan.horizon.count, number);
  };
  plan.substation = {profile(), profile(), profile(), profile()};
  plan.reserve = {profile(), profile()};
  plan.generators.resize(*rc::gen::inRange<std::size_t>(0, 3));
  for (auto& generator : plan.generators) {
    generator = {profile(), profile(), profile(),
                 profile(), profile(), *rc::gen::string<std::string>()};
    std::erase_if(generator.name, [](char c) { return static_cast<unsigned char>(c) > 127; });
  }
  plan.voltage_pu = Matrix(plan.horizon.count, 2, *number);
  const auto back = parse_plan(to_json(plan), "plan.json");
  RC_ASSERT(back.ok());
  RC_ASSERT(to_json(*back) == to_json(plan));
  RC_ASSERT(back->horizon == plan.horizon);
  RC_ASSERT(back->substation.import_kw == plan.substation.import_kw);
  RC_ASSERT(back->generators.size() == plan.generators.size());
  RC_ASSERT(back->voltage_pu == plan.voltage_pu);
  for (std::size_t i = 0; i < plan.generators.size(); ++i) {
    RC_ASSERT(back->generators[i].name == plan.generators[i].name);
  }
}

// Plans of before there was commitment have neither, and read as ever.
TEST(PlanDocument, CommitmentIsWrittenWhereThereIsOne) {
  auto plan = sample();
  EXPECT_THAT(to_json(plan), Not(AnyOf(HasSubstr("\"on\""), HasSubstr("start_eur"))));
  plan.generators[1].on.assign(24, 1.0);
  plan.generators[1].on[3] = 0.0;
  plan.cost.start_eur = 12.5;
  const auto back = parse_plan(to_json(plan), "plan.json");
  ASSERT_TRUE(back.ok()) << to_string(back.faults()[0]);
  EXPECT_TRUE(back->generators[0].on.empty());
  EXPECT_EQ(back->generators[1].on, plan.generators[1].on);
  EXPECT_FALSE(back->generators[1].runs(3));
  EXPECT_EQ(back->cost.start_eur, 12.5);
  EXPECT_EQ(back->cost.total_eur(), sample().cost.total_eur() + 12.5);
  plan.generators[1].on.pop_back();
  EXPECT_THAT(messages(to_json(plan)), Contains(HasSubstr("/generators/1/on")));
}

TEST(PlanDocument, InfinitiesAreNullWhereTheyMayBe) {
  auto plan = sample();
  plan.gap = std::numeric_limits<double>::infinity();
  plan.lower_bound_eur = -plan.gap;
  plan.import_limit_kw = plan.gap;
  const auto back = parse_plan(to_json(plan), "plan.json");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->gap, plan.gap);
  EXPECT_EQ(back->lower_bound_eur, plan.lower_bound_eur);
  EXPECT_EQ(back->import_limit_kw, plan.import_limit_kw);
}

TEST(PlanDocument, NotANumberIsOurOwnMistake) {
  auto plan = sample();
  plan.substation.import_kw[3] = std::nan("");
  EXPECT_THROW(static_cast<void>(to_json(plan)), std::logic_error);
  plan = sample();
  plan.uncontrolled_peak_kw = std::numeric_limits<double>::infinity();
  EXPECT_THROW(static_cast<void>(to_json(plan)), std::logic_error);
}

TEST(PlanDocument, TimesCarryTheirZone) {
  EXPECT_NE(to_json(sample()).find("\"start\": \"2016-11-24T12:00:00+01:00\""), std::string::npos);
  EXPECT_NE(to_json(sample()).find("\"time_zone\": \"Europe/Berlin\""), std::string::npos);
}

TEST(PlanDocument, AllFaultsAreReportedAtOnce) {
  auto text = to_json(sample());
  text = replaced(text, "\"method\": \"oba\"", "\"method\": \"magic\"");
  text = replaced(text, "\"row_count\": 1680", "\"row_count\": -1");
  text = replaced(text, "\"linear_error_pu\"", "\"linear_eror_pu\"");
  text = replaced(text, "\"kind\": \"reserve\"", "\"kind\": 3");
  text = replaced(text, "\"participation\": [0.1,", "\"participation\": [null,");
  text = replaced(text, "\"up_kw\": [", "\"up_kw\": [1, ");
  const auto found = messages(text);
  EXPECT_THAT(
      found,
      ElementsAre("/method: unknown word \"magic\"",
                  "/row_count: expected a whole number that is not negative",
                  "/linear_error_pu: missing",
                  "/substation/participation/0: expected a number, found null",
                  "/reserve/up_kw: expected one number for each of the 24 periods, found 25",
                  "/risk_shares/0/kind: unknown word",
                  testing::StartsWith("/linear_eror_pu: unknown key; the keys here are schema, ")));
}

TEST(PlanDocument, FaultsNameTheLine) {
  const auto text = replaced(to_json(sample()), "\"method\": \"oba\"", "\"method\": \"magic\"");
  const auto plan = parse_plan(text, "out/plan.json");
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(to_string(plan.faults()[0]), "out/plan.json:7: error: /method: unknown word \"magic\"");
}

TEST(PlanDocument, HorizonMustBePossible) {
  const auto text = to_json(sample());
  const auto horizon = [&](const std::string& from, const std::string& to) {
    return messages(replaced(text, from, to));
  };
  EXPECT_THAT(horizon("12:00:00+01:00", "12:00:00"),
              Contains("/horizon/start: expected a time with its offset, such as "
                       "2016-11-24T07:00:00+01:00"));
  EXPECT_THAT(horizon("PT1H", "1 h"),
              Contains("/horizon/period: expected a duration, such as PT1H or PT15M"));
  EXPECT_THAT(horizon("Europe/Berlin", "Europe/Bielefeld"),
              Contains("/horizon/time_zone: \"Europe/Bielefeld\" is no time zone of the IANA "
                       "database"));
  EXPECT_THAT(horizon("\"periods\": 24", "\"periods\": 0"),
              Contains("/horizon/periods: expected 1 to 100000 periods"));
}

TEST(PlanDocument, NumbersMustAgreeWithEachOther) {
  const auto text = to_json(sample());
  EXPECT_THAT(messages(replaced(text, "\"total_eur\": ", "\"total_eur\": 1")),
              ElementsAre(testing::HasSubstr("/cost/total_eur: is 1")));
  EXPECT_THAT(messages(replaced(text, "\"period\": 0", "\"period\": 24")),
              ElementsAre("/risk_shares/0/period: there is no period 24; they run from 0 to 23"));
  EXPECT_THAT(
      messages(replaced(text, "\"risk_level\": 0", "\"risk_level\": 7")),
      ElementsAre(testing::HasSubstr("/risk_shares/0/risk_level: a probability lies between")));
  auto plan = sample();
  plan.voltage_low_pu = Matrix(24, 32, 1.0);
  EXPECT_THAT(messages(to_json(plan)),
              ElementsAre("document: voltage_low_pu has 24 × 32 numbers instead of 24 × 33"));
  EXPECT_THAT(messages(replaced(text, "\"voltage_pu\": [\n    [", "\"voltage_pu\": [\n    [1], [")),
              Contains("/voltage_pu/1: expected 1 numbers as in the first row, found 33"));
}

TEST(PlanDocument, AnotherDocumentGetsOneFaultOnly) {
  EXPECT_THAT(messages("{}"), ElementsAre("/schema: missing"));
  EXPECT_THAT(messages("[1]"), ElementsAre("document: expected an object, found a list"));
  EXPECT_THAT(messages("{\"schema\": \"gridpact-plan/2\"}"),
              ElementsAre("/schema: this version of gridpact reads \"gridpact-plan/1\", this is "
                          "\"gridpact-plan/2\""));
}

TEST(PlanDocument, AMissingFileIsAFault) {
  const auto plan = read_plan("no/such/plan.json");
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.faults()[0].place.file, "no/such/plan.json");
}

}  // namespace
}  // namespace gridpact::documents
