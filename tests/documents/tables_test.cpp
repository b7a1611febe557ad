#include "gridpact/documents/tables.hpp"

#include <algorithm>
#include <sstream>

#include "support/sample_day.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::documents {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) {
      rows.back().push_back(cell);
    }
  }
  return rows;
}

class Tables : public testing::Test {
 protected:
  Case problem_ = support::sample_case();
  Plan plan_ = support::sample_plan(problem_, Method::oba);
};

TEST_F(Tables, ScheduleHasOneRowPerPeriodWithTheExactNumbers) {
  const auto rows = cells_of(schedule_csv(problem_, plan_));
  ASSERT_THAT(rows, SizeIs(25));
  EXPECT_EQ(rows[1][0], "2016-11-24T12:00:00+01:00");
  EXPECT_EQ(rows[24][0], "2016-11-25T11:00:00+01:00");
  const auto column = [&](const std::string& header) {
    return static_cast<std::size_t>(std::ranges::find(rows[0], header) - rows[0].begin());
  };
  for (std::size_t t = 0; t < 24; ++t) {
    const auto number = [&](const std::string& header) {
      return std::stod(rows[t + 1].at(column(header)));
    };
    EXPECT_EQ(number("substation.import_kw"), plan_.substation.import_kw[t]);
    EXPECT_EQ(number("generator.G2.p_kw"), plan_.generators[1].p_kw[t]);
    EXPECT_EQ(number("renewable.Wind 2.forecast_kw"), plan_.renewables[3].forecast_kw[t]);
    EXPECT_EQ(number("station.Station D.charge_kw"), plan_.stations[3].charge_kw[t]);
    EXPECT_EQ(number("load.feeder load.forecast_kw"), 3715.0 * problem_.series[0].forecast[t]);
    EXPECT_EQ(number("reserve.down_kw"), plan_.reserve.down_kw[t]);
  }
}

TEST_F(Tables, CarsAddUpToTheStationsTarget) {
  const auto rows = cells_of(cars_csv(plan_));
  EXPECT_THAT(rows[0], ElementsAre("station", "car", "time", "charge_kw"));
  double total = 0.0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i][0] == "Station C" && rows[i][2] == "2016-11-25T02:00:00+01:00") {
      total += std::stod(rows[i][3]);
    }
  }
  EXPECT_NEAR(total, plan_.stations[2].charge_kw[14], 1e-9);
}

TEST_F(Tables, VoltagesAndLimitsNameTheirPlaces) {
  const auto voltages = cells_of(nodes_csv(problem_, plan_));
  ASSERT_THAT(voltages, SizeIs(1 + 24 * 33));
  EXPECT_EQ(voltages[18][1], "18");
  EXPECT_EQ(std::stod(voltages[18][3]), plan_.voltage_pu(0, 17));
  EXPECT_EQ(std::stod(voltages[18][4]), plan_.voltage_low_pu(0, 17));

  const auto limits = cells_of(limits_csv(plan_));
  ASSERT_THAT(limits, SizeIs(1 + plan_.risk_shares.size()));
  EXPECT_THAT(limits[0], SizeIs(12));
  for (const auto& row : limits) {
    if (row[0] == "import") {
      EXPECT_EQ(row[7], "") << "an import limit has no lower side";
    }
  }
}

TEST_F(Tables, APlanWithoutMarginsLeavesTheBandEmpty) {
  plan_.voltage_low_pu = plan_.voltage_high_pu = Matrix{};
  const auto first = cells_of(nodes_csv(problem_, plan_))[1];
  EXPECT_THAT(first, ElementsAre("2016-11-24T12:00:00+01:00", "1", "0", "1.02", "", "", "0.05"));
}

}  // namespace
}  // namespace gridpact::documents
