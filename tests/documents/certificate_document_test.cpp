#include "gridpact/documents/certificate_document.hpp"

#include "support/sample_day.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::documents {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Certificate sample() {
  const auto problem = support::sample_case();
  return support::sample_certificate(problem, support::sample_plan(problem, Method::oba));
}

TEST(CertificateDocument, ReadsBackExactly) {
  auto certificate = sample();
  certificate.seed = 0xffff'ffff'ffff'ffffULL;
  certificate.scope = RiskScope::horizon;
  certificate.partial = true;
  certificate.promise_upper = 0.046;
  const auto text = to_json(certificate);
  const auto back = parse_certificate(text, "certificate.json");
  ASSERT_TRUE(back.ok()) << to_string(back.faults()[0]);
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(back->seed, certificate.seed);
  EXPECT_EQ(back->scope, RiskScope::horizon);
  EXPECT_TRUE(back->partial);
  EXPECT_EQ(back->promise_upper, 0.046);
  EXPECT_EQ(back->certified, certificate.certified);
  EXPECT_EQ(back->plan_digest, certificate.plan_digest);
  EXPECT_EQ(back->worst_period.upper, certificate.worst_period.upper);
  EXPECT_EQ(back->by_kind[3].count, certificate.by_kind[3].count);
  EXPECT_EQ(back->by_period[7].lower, certificate.by_period[7].lower);
  EXPECT_EQ(back->limits[1].worst_scenario, 882u);
  EXPECT_EQ(back->voltage_quantiles_pu, certificate.voltage_quantiles_pu);
}

TEST(CertificateDocument, AnEmptyOneReadsBackToo) {
  const auto back = parse_certificate(to_json(Certificate{}), "certificate.json");
  ASSERT_TRUE(back.ok()) << to_string(back.faults()[0]);
  EXPECT_TRUE(back->by_kind.empty());
}

TEST(CertificateDocument, FaultsAreReportedTogether) {
  auto certificate = sample();
  certificate.worst_period_index = 24;
  certificate.voltage_quantiles_pu = Matrix(24, 4, 1.0);
  certificate.limits[0].worst_period = 30;
  const auto back = parse_certificate(to_json(certificate), "certificate.json");
  ASSERT_FALSE(back.ok());
  std::vector<std::string> messages;
  for (const auto& fault : back.faults()) {
    messages.push_back(fault.message);
  }
  EXPECT_THAT(messages,
              ElementsAre(HasSubstr("voltage_quantiles_pu has 24 × 4 numbers instead of 24 × 5"),
                          HasSubstr("/worst_period_index is 24, but by_period has 24 periods"),
                          HasSubstr("/limits/0/worst_period is 30")));
}

}  // namespace
}  // namespace gridpact::documents
