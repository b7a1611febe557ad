#include "gridpact/report/report.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <regex>
#include <set>

#include "support/sample_day.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/documents/files.hpp"
#include "gridpact/documents/json.hpp"

namespace gridpact::report {

extern const std::string_view echarts_js;

namespace {

using documents::Json;
using testing::HasSubstr;
using testing::Not;

/// Everything that a report can show.
struct Study {
  Study() {
    for (const auto method : {Method::det, Method::icc, Method::ba, Method::oba}) {
      Comparison entry;
      entry.method = method;
      entry.plan = support::sample_plan(problem, method);
      entry.certificate = support::sample_certificate(problem, *entry.plan);
      input.methods.push_back(entry);
    }
    input.methods.push_back({Method::ro, {}, {}, "node 18 at 19:00 by 0.003 pu", 0.0});
    for (const double epsilon : {0.01, 0.05, 0.1}) {
      input.frontier.push_back({epsilon, 2200.0 - 400.0 * epsilon, 0.99 * epsilon,
                                MeasuredShare{9, 5000, 0.2 * epsilon, 0.1 * epsilon, epsilon}});
    }
    choose();
  }
  void choose() {
    input.chosen = &*input.methods[3].plan;
    input.certificate = &*input.methods[3].certificate;
  }
  [[nodiscard]] const Plan& plan() const { return *input.chosen; }

  Case problem = support::sample_case();
  ReportInput input;
};

/// The page without the chart library, which is not ours to check.
std::string own_part(std::string page) {
  const auto at = page.find(echarts_js);
  EXPECT_NE(at, std::string::npos) << "the chart library is not in the page";
  return page.erase(at, echarts_js.size());
}

Json data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const auto from = page.find(open) + open.size();
  const auto json =
      documents::parse_json(page.substr(from, page.find("</script>", from) - from), "page");
  EXPECT_TRUE(json.ok());
  return json.ok() ? *json : Json{};
}

const Json& at(const Json& json, const std::vector<std::string>& path) {
  static const Json nothing;
  const Json* found = &json;
  for (const auto& key : path) {
    const auto* array = found->get_if<Json::Array>();
    const auto* next = array ? &array->at(std::stoul(key)) : found->find(key);
    EXPECT_NE(next, nullptr) << key;
    if (!next) {
      return nothing;
    }
    found = next;
  }
  return *found;
}

double number(const Json& json) {
  // A round number is written, and read back, as a whole one.
  const auto* whole = json.get_if<std::uint64_t>();
  return whole ? static_cast<double>(*whole) : std::get<double>(json.value());
}

std::vector<double> numbers(const Json& json) {
  std::vector<double> out;
  std::ranges::transform(std::get<Json::Array>(json.value()), std::back_inserter(out), number);
  return out;
}

void expect_rows(const Json& json, const Matrix& matrix) {
  const auto& rows = std::get<Json::Array>(json.value());
  ASSERT_EQ(rows.size(), matrix.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = matrix.row(i);
    EXPECT_EQ(numbers(rows[i]), std::vector<double>(row.begin(), row.end()));
  }
}

std::size_t count(const std::string& text, std::string_view word) {
  std::size_t times = 0;
  for (auto found = text.find(word); found != std::string::npos;
       found = text.find(word, found + 1)) {
    ++times;
  }
  return times;
}

TEST(Report, ChartsGetTheExactNumbersOfThePlan) {
  const Study study;
  const auto& plan = study.plan();
  const auto data = data_of(plan_report(study.problem, study.input));
  EXPECT_EQ(numbers(at(data, {"schedule", "import_kw"})), plan.substation.import_kw);
  EXPECT_EQ(numbers(at(data, {"schedule", "import_price_eur_per_kwh"})),
            study.problem.substation.import_price_eur_per_kwh);
  EXPECT_EQ(numbers(at(data, {"schedule", "loads", "0", "forecast_kw"})),
            plan.loads[0].forecast_kw);
  for (std::size_t i = 0; i < plan.generators.size(); ++i) {
    const auto index = std::to_string(i);
    EXPECT_EQ(numbers(at(data, {"schedule", "generators", index, "p_kw"})),
              plan.generators[i].p_kw);
    EXPECT_EQ(numbers(at(data, {"reserve", "providers", index, "up_kw"})),
              plan.generators[i].up_reserve_kw);
    EXPECT_EQ(numbers(at(data, {"reserve", "providers", index, "down_kw"})),
              plan.generators[i].down_reserve_kw);
  }
  EXPECT_EQ(numbers(at(data, {"reserve", "providers", "3", "up_kw"})),
            plan.substation.up_reserve_kw);
  EXPECT_EQ(numbers(at(data, {"reserve", "up_kw"})), plan.reserve.up_kw);
  EXPECT_EQ(numbers(at(data, {"reserve", "down_kw"})), plan.reserve.down_kw);
  for (std::size_t i = 0; i < plan.renewables.size(); ++i) {
    const auto index = std::to_string(i);
    EXPECT_EQ(numbers(at(data, {"schedule", "renewables", index, "forecast_kw"})),
              plan.renewables[i].forecast_kw);
    EXPECT_EQ(numbers(at(data, {"schedule", "renewables", index, "curtailed_kw"})),
              plan.renewables[i].curtailed_kw);
  }
  for (std::size_t i = 0; i < plan.stations.size(); ++i) {
    const auto index = std::to_string(i);
    EXPECT_EQ(numbers(at(data, {"stations", index, "charge_kw"})), plan.stations[i].charge_kw);
    EXPECT_EQ(numbers(at(data, {"stations", index, "uncontrolled_kw"})),
              plan.stations[i].uncontrolled_kw);
    EXPECT_EQ(numbers(at(data, {"stations", index, "up_kw"})), plan.stations[i].up_reserve_kw);
    EXPECT_EQ(numbers(at(data, {"stations", index, "down_kw"})), plan.stations[i].down_reserve_kw);
  }
}

TEST(Report, ChartsGetTheExactNumbersOfTheNetworkAndTheRisk) {
  const Study study;
  const auto& plan = study.plan();
  const auto data = data_of(plan_report(study.problem, study.input));
  expect_rows(at(data, {"voltage", "forecast_pu"}), plan.voltage_pu);
  expect_rows(at(data, {"voltage", "low_pu"}), plan.voltage_low_pu);
  expect_rows(at(data, {"voltage", "high_pu"}), plan.voltage_high_pu);
  expect_rows(at(data, {"voltage", "measured_pu"}), study.input.certificate->voltage_quantiles_pu);
  expect_rows(at(data, {"branches", "current_a"}), plan.branch_current_a);
  const auto& shares = std::get<Json::Array>(at(data, {"risk", "shares"}).value());
  ASSERT_EQ(shares.size(), plan.risk_shares.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    EXPECT_EQ(std::get<double>(shares[i].find("risk_level")->value()),
              plan.risk_shares[i].risk_level);
    EXPECT_EQ(std::get<std::uint64_t>(shares[i].find("period")->value()),
              plan.risk_shares[i].period);
    EXPECT_EQ(std::get<std::string>(shares[i].find("place")->value()), plan.risk_shares[i].place);
  }
}

TEST(Report, ChartsGetTheExactNumbersOfMethodsAndProof) {
  const Study study;
  const auto data = data_of(plan_report(study.problem, study.input));
  const auto number_at = [&](const std::vector<std::string>& path) {
    return number(at(data, path));
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& entry = study.input.methods[i];
    const auto index = std::to_string(i);
    EXPECT_EQ(number_at({"methods", index, "total_eur"}), entry.plan->cost.total_eur());
    EXPECT_EQ(number_at({"methods", index, "measured", "share"}),
              entry.certificate->worst_period.share);
    EXPECT_EQ(number_at({"methods", index, "measured", "upper"}),
              entry.certificate->worst_period.upper);
  }
  EXPECT_EQ(number_at({"methods", "3", "promised"}), study.plan().promised_violation);
  for (std::size_t i = 0; i < study.input.frontier.size(); ++i) {
    EXPECT_EQ(number_at({"frontier", std::to_string(i), "cost_eur"}),
              study.input.frontier[i].cost_eur);
    EXPECT_EQ(number_at({"frontier", std::to_string(i), "promised"}),
              study.input.frontier[i].promised);
  }
  for (std::size_t t = 0; t < 24; ++t) {
    EXPECT_EQ(number_at({"certificate", "by_period", std::to_string(t), "upper"}),
              study.input.certificate->by_period[t].upper);
  }
  EXPECT_EQ(number_at({"certificate", "by_kind", "3", "share"}),
            study.input.certificate->by_kind[3].share);
}

TEST(Report, EveryChartIsDrawnBySomeScript) {
  const Study study;
  const auto page = own_part(plan_report(study.problem, study.input));
  std::set<std::string> names;
  const std::regex chart("data-chart=\"([a-z-]+?)(-[0-9]+)?\"");
  for (std::sregex_iterator it(page.begin(), page.end(), chart), end; it != end; ++it) {
    names.insert((*it)[1]);
  }
  EXPECT_EQ(names, (std::set<std::string>{"balance", "branches", "frontier", "methods", "price-map",
                                          "proof-kind", "proof-period", "reserve", "risk",
                                          "station", "voltage-band", "voltage-map"}));
  for (const auto& name : names) {
    const bool drawn = page.find("charts." + name + " = ") != std::string::npos ||
                       page.find("charts[\"" + name + "\"] = ") != std::string::npos ||
                       page.find("charts[\"" + name + "-\" + ") != std::string::npos;
    EXPECT_TRUE(drawn) << name;
  }
}

TEST(Report, LoadsNothing) {
  const Study study;
  const auto page = own_part(plan_report(study.problem, study.input));
  for (const auto* word : {"http:", "https:", " src=", "@import", "url(", "fetch(",
                           "XMLHttpRequest", "import(", "srcset"}) {
    EXPECT_THAT(page, Not(HasSubstr(word)));
  }
  EXPECT_EQ(count(page, "<link"), 1U) << "only the empty icon";
  EXPECT_THAT(page, HasSubstr("<link rel=\"icon\" href=\"data:,\">"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(Report, NamesCanDoNoHarm) {
  Study study;
  const auto harmless = count(own_part(plan_report(study.problem, study.input)), "<script");
  const std::string evil = "</script><script>alert(1)</script>{{data}}<!--\"'&";
  study.problem.title = evil;
  study.problem.source = "cases/" + evil;
  study.problem.notes[0].message = evil;
  study.problem.feeder.nodes[17].name = evil;
  study.problem.feeder.branches[0].name = evil;
  auto plan = study.plan();
  plan.generators[0].name = plan.loads[0].name = plan.renewables[0].name = evil;
  plan.stations[0].name = plan.risk_shares[0].place = plan.software = evil;
  auto certificate = *study.input.certificate;
  certificate.limits[0].place = certificate.law = certificate.plan_digest = evil;
  study.input.methods[4].why_not = evil;
  study.input.chosen = &plan;
  study.input.certificate = &certificate;

  const auto whole = plan_report(study.problem, study.input);
  const auto page = own_part(whole);
  EXPECT_EQ(count(page, "<script"), harmless);
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  const auto data = data_of(whole);
  EXPECT_EQ(std::get<std::string>(at(data, {"voltage", "places", "17"}).value()), evil);
  EXPECT_EQ(std::get<std::string>(at(data, {"stations", "0", "name"}).value()), evil);
}

TEST(Report, SameInputSameBytesWhateverTheSeconds) {
  Study study;
  const auto page = plan_report(study.problem, study.input);
  study.input.methods[2].seconds = 12.5;
  EXPECT_EQ(plan_report(study.problem, study.input), page);
}

TEST(Report, HeadlineSaysItAll) {
  const Study study;
  const auto page = plan_report(study.problem, study.input);
  EXPECT_THAT(page, HasSubstr("Plan for IEEE 33 with four charging stations, 24 November 2016: "
                              "2,201.38 € for the day; all limits together promised to break in at "
                              "most 5 % of outcomes in any hour; measured "));
  EXPECT_THAT(page, HasSubstr("on the exact grid → certified."));
}

TEST(Report, HeadlineDoesNotCertifyWhatIsNot) {
  Study study;
  auto certificate = *study.input.certificate;
  certificate.certified = false;
  study.input.certificate = &certificate;
  auto page = own_part(plan_report(study.problem, study.input));
  EXPECT_THAT(page, HasSubstr("→ not certified."));
  EXPECT_THAT(page, HasSubstr("class=\"verdict bad\""));
  study.input.certificate = nullptr;
  page = own_part(plan_report(study.problem, study.input));
  EXPECT_THAT(page, HasSubstr("not verified yet."));
  EXPECT_THAT(page, HasSubstr("class=\"verdict open\""));
  EXPECT_THAT(page, Not(HasSubstr("id=\"certificate\"")));
}

TEST(Report, NotesAndCommandsAreThere) {
  const Study study;
  const auto page = plan_report(study.problem, study.input);
  EXPECT_THAT(page,
              HasSubstr("cases/ieee33/case.toml:41: note: no rating is given for branch 7-8"));
  EXPECT_THAT(page, HasSubstr("gridpact plan cases/ieee33 --method oba --risk 0.05 --out DIR"));
  EXPECT_THAT(page, HasSubstr("gridpact verify DIR/plan.json --scenarios 5000 --seed 20161124"));
  EXPECT_THAT(page, HasSubstr("gridpact compare cases/ieee33 --methods det,icc,ba,oba,ro"));
}

TEST(Report, PathsAreQuotedForTheShell) {
  Study study;
  study.problem.source = "my cases/it's";
  EXPECT_THAT(plan_report(study.problem, study.input),
              HasSubstr("gridpact plan &#39;my cases/it&#39;\\&#39;&#39;s&#39; --method"));
}

TEST(Report, APlanWithoutAPromiseShowsNeitherRiskNorMargin) {
  Study study;
  const auto with = own_part(plan_report(study.problem, study.input));
  EXPECT_THAT(with, HasSubstr("id=\"risk\""));
  EXPECT_THAT(with, HasSubstr("the margin kept around them"));
  study.input.chosen = &*study.input.methods[0].plan;
  ASSERT_EQ(study.plan().method, Method::det);
  const auto page = own_part(plan_report(study.problem, study.input));
  EXPECT_THAT(page, Not(HasSubstr("id=\"risk\"")));
  EXPECT_THAT(page, Not(HasSubstr("data-chart=\"risk\"")));
  EXPECT_THAT(page, Not(HasSubstr("the margin kept around them")));
  EXPECT_THAT(page, Not(HasSubstr("Lowest, promised")));
  const auto data = data_of(plan_report(study.problem, study.input));
  EXPECT_EQ(data.find("risk"), nullptr);
  EXPECT_EQ(at(data, {"voltage"}).find("low_pu"), nullptr);
}

TEST(Report, ShowsWhateverPartThereIs) {
  const Study study;
  const auto comparison = own_part(comparison_html(study.problem, study.input.methods));
  EXPECT_THAT(comparison, HasSubstr("5 methods compared"));
  EXPECT_THAT(comparison, HasSubstr("id=\"methods\""));
  EXPECT_THAT(comparison, Not(HasSubstr("id=\"schedule\"")));

  ReportInput only_det;
  only_det.chosen = &*study.input.methods[0].plan;
  const auto page = own_part(plan_report(study.problem, only_det));
  EXPECT_THAT(page, HasSubstr("no promise about the limits"));
  EXPECT_THAT(page, HasSubstr("id=\"schedule\""));
  EXPECT_THAT(page, Not(HasSubstr("id=\"risk\"")));
  EXPECT_THAT(page, Not(HasSubstr("id=\"methods\"")));
}

/// Opens `page` in headless Chromium: its document after all scripts ran, and what it logged.
struct Opened {
  std::string document;
  std::string log;
};

Opened open_in_browser(const std::string& page) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "gridpact_report_browser";
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(documents::write_file(folder / "report.html", page).empty());
  const auto command =
      "timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
      "--disable-background-networking --disable-component-update --disable-sync "
      "--enable-logging=stderr --virtual-time-budget=2000 --user-data-dir=" +
      (folder / "profile").string() + " --dump-dom file://" + (folder / "report.html").string() +
      " >" + (folder / "document").string() + " 2>" + (folder / "log").string();
  EXPECT_EQ(std::system(command.c_str()), 0);
  const Opened opened{documents::read_text(folder / "document").value(),
                      documents::read_text(folder / "log").value()};
  std::filesystem::remove_all(folder);
  return opened;
}

TEST(ReportInBrowser, AllChartsAreDrawnWithoutAComplaint) {
  if (std::system("command -v chromium >/dev/null") != 0) {
    GTEST_SKIP() << "no chromium here";
  }
  const Study study;
  const auto opened = open_in_browser(plan_report(study.problem, study.input));
  EXPECT_THAT(opened.document, HasSubstr("data-drawn=\"15\""));
  EXPECT_GE(count(opened.document, "<svg"), 14U);
  EXPECT_THAT(opened.log, Not(HasSubstr("CONSOLE")));
}

}  // namespace
}  // namespace gridpact::report
