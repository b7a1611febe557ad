#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/sections.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

namespace {

/// A table with one row per period, filled column by column.
class PeriodTable {
 public:
  PeriodTable(std::string caption, const TimeGrid& grid)
      : table_{std::move(caption), {"From"}, {}, 1, {}, {}} {
    for (std::size_t t = 0; t < grid.count; ++t) {
      table_.rows.push_back({grid.label(t)});
    }
  }
  PeriodTable& column(std::string head, const std::function<std::string(std::size_t)>& cell) {
    table_.head.push_back(std::move(head));
    for (std::size_t t = 0; t < table_.rows.size(); ++t) {
      table_.rows[t].push_back(cell(t));
    }
    return *this;
  }
  PeriodTable& column(std::string head, const Profile& values, int decimals = 1) {
    return column(std::move(head), [&](std::size_t t) { return grouped(values.at(t), decimals); });
  }
  [[nodiscard]] HtmlTable take() { return std::move(table_); }

 private:
  HtmlTable table_;
};

HtmlTable balance_table(const Case& problem, const Plan& plan) {
  PeriodTable table("Schedule, kW; price, €/kWh", plan.horizon);
  table.column("Import", plan.substation.import_kw);
  for (const auto& generator : plan.generators) {
    if (generator.on.empty()) {
      table.column(generator.name, generator.p_kw);
    } else {
      table.column(generator.name, [&](std::size_t t) {
        return generator.runs(t) ? grouped(generator.p_kw.at(t), 1) : std::string("off");
      });
    }
  }
  for (const auto& renewable : plan.renewables) {
    table.column(renewable.name, [&](std::size_t t) {
      return grouped(renewable.forecast_kw.at(t) - renewable.curtailed_kw.at(t), 1);
    });
    if (std::ranges::any_of(renewable.curtailed_kw, [](double kw) { return kw > 0.05; })) {
      table.column(renewable.name + ", curtailed", renewable.curtailed_kw);
    }
  }
  for (const auto& load : plan.loads) {
    table.column(load.name, load.forecast_kw);
  }
  for (const auto& station : plan.stations) {
    table.column(station.name, station.charge_kw);
  }
  return table.column("Import price", problem.substation.import_price_eur_per_kwh, 4).take();
}

HtmlTable reserve_table(const Plan& plan) {
  PeriodTable table("Reserve held, kW (up ↑, down ↓)", plan.horizon);
  for (const auto& generator : plan.generators) {
    table.column(generator.name + " ↑", generator.up_reserve_kw);
    table.column(generator.name + " ↓", generator.down_reserve_kw);
  }
  table.column("Upstream ↑", plan.substation.up_reserve_kw);
  table.column("Upstream ↓", plan.substation.down_reserve_kw);
  table.column("For load, PV, wind ↑", plan.reserve.up_kw);
  return table.column("For load, PV, wind ↓", plan.reserve.down_kw).take();
}

HtmlTable station_table(const PlannedStation& station, const TimeGrid& grid) {
  PeriodTable table(station.name + ", kW", grid);
  table.column("Planned", station.charge_kw)
      .column("Uncontrolled", station.uncontrolled_kw)
      .column("Reserve against more", station.up_reserve_kw)
      .column("Reserve against less", station.down_reserve_kw);
  if (!station.sold_up_kw.empty()) {
    table.column("Sold: less on call", station.sold_up_kw)
        .column("Sold: more on call", station.sold_down_kw);
  }
  return table.take();
}

struct Extreme {
  double value = 0.0;
  std::size_t place = 0;
};

template <class Compare>
Extreme extreme(std::span<const double> values, Compare better) {
  const auto at = std::ranges::min_element(values, better);
  return {*at, static_cast<std::size_t>(at - values.begin())};
}

HtmlTable voltage_table(const Case& problem, const Plan& plan) {
  const auto said = [&](const Extreme& at) {
    return fmt::format("{} (node {})", grouped(at.value, 4), place_of(problem.feeder, at.place));
  };
  PeriodTable table("Lowest and highest voltage, pu", plan.horizon);
  const auto lowest = [&](const Matrix& values) {
    return [&](std::size_t t) { return said(extreme(values.row(t), std::less<>{})); };
  };
  const auto highest = [&](const Matrix& values) {
    return [&](std::size_t t) { return said(extreme(values.row(t), std::greater<>{})); };
  };
  table.column("Lowest, forecast", lowest(plan.voltage_pu));
  table.column("Highest, forecast", highest(plan.voltage_pu));
  if (makes_promise(plan.method) && !plan.voltage_low_pu.empty()) {
    table.column("Lowest, promised", lowest(plan.voltage_low_pu));
    table.column("Highest, promised", highest(plan.voltage_high_pu));
  }
  return table.take();
}

HtmlTable price_table(const Case& problem, const Plan& plan) {
  PeriodTable table("What a kWh more of demand would cost", plan.horizon);
  const auto at = [&](const auto& better) {
    return [&problem, &plan, better](std::size_t t) {
      std::optional<std::size_t> found;
      for (std::size_t i = 0; i < plan.price_eur_per_kwh.cols(); ++i) {
        if (!is_neutral(problem.feeder.node_phases[i]) &&
            (!found || better(plan.price_eur_per_kwh(t, i), plan.price_eur_per_kwh(t, *found)))) {
          found = i;
        }
      }
      return found ? fmt::format("{:.2f} ct (node {})", 100.0 * plan.price_eur_per_kwh(t, *found),
                                 place_of(problem.feeder, *found))
                   : std::string();
    };
  };
  table.column("Lowest", at(std::less<>{}));
  table.column("Highest", at(std::greater<>{}));
  table.column("Upstream price", [&](std::size_t t) {
    return fmt::format("{:.2f} ct", 100.0 * problem.substation.import_price_eur_per_kwh[t]);
  });
  return table.take();
}

HtmlTable measured_voltage_table(const Plan& plan, const Certificate* certificate) {
  PeriodTable table("Voltage over nodes and replayed scenarios, pu", plan.horizon);
  if (certificate && !certificate->voltage_quantiles_pu.empty()) {
    static constexpr std::array<std::string_view, 5> heads{"Least", "5 %", "50 %", "95 %",
                                                           "Greatest"};
    for (std::size_t q = 0; q < heads.size(); ++q) {
      table.column(std::string(heads.at(q)), [&](std::size_t t) {
        return grouped(certificate->voltage_quantiles_pu(t, q), 4);
      });
    }
  }
  return table.take();
}

struct Loading {
  std::size_t branch = 0;
  std::size_t period = 0;
  double share = 0.0;
};

std::vector<Loading> loadings(const Case& problem, const Plan& plan) {
  std::vector<Loading> out;
  for (std::size_t l = 0; l < plan.branch_current_a.cols(); ++l) {
    const double rating = problem.feeder.branches.at(l).rating_a;
    if (!std::isfinite(rating)) {
      continue;
    }
    Loading worst{l, 0, -1.0};
    for (std::size_t t = 0; t < plan.branch_current_a.rows(); ++t) {
      const double share = plan.branch_current_a(t, l) / rating;
      if (share > worst.share) {
        worst = {l, t, share};
      }
    }
    out.push_back(worst);
  }
  std::ranges::stable_sort(out, std::greater<>{}, &Loading::share);
  return out;
}

HtmlTable branch_table(const Case& problem, const Plan& plan, const std::vector<Loading>& loaded) {
  constexpr std::size_t shown = 20;
  HtmlTable table{"The most loaded branches",
                  {"Branch", "Highest loading", "Current, A", "Rating, A", "When"},
                  {}};
  for (const auto& worst : std::span(loaded).first(std::min(shown, loaded.size()))) {
    const auto& branch = problem.feeder.branches[worst.branch];
    table.rows.push_back({branch.name, percent(worst.share),
                          grouped(plan.branch_current_a(worst.period, worst.branch), 1),
                          grouped(branch.rating_a, 1), plan.horizon.label(worst.period)});
  }
  return table;
}

HtmlTable risk_by_period_table(const Plan& plan) {
  PeriodTable table("Risk granted, by kind of limit", plan.horizon);
  for (const auto kind : all_row_kinds) {
    table.column(std::string(words_of(kind)), [&](std::size_t t) {
      double sum = 0.0;
      for (const auto& share : plan.risk_shares) {
        sum += share.kind == kind && share.period == t ? share.risk_level : 0.0;
      }
      return percent(sum);
    });
  }
  return table.take();
}

HtmlTable largest_risks(const Plan& plan) {
  constexpr std::size_t shown = 12;
  static constexpr int of_each_place = 3;
  std::vector<const RiskShare*> order;
  for (const auto& share : plan.risk_shares) {
    if (share.risk_level > 0.0) {
      order.push_back(&share);
    }
  }
  std::ranges::stable_sort(order, std::greater<>{}, &RiskShare::risk_level);
  std::map<std::pair<RowKind, std::string_view>, int> seen;
  std::erase_if(order, [&seen](const RiskShare* share) {
    return ++seen[{share->kind, share->place}] > of_each_place;
  });
  order.resize(std::min(shown, order.size()));
  HtmlTable table{"The largest shares of the risk (at most three of each place)",
                  {"Limit", "Place", "When", "εᵢ", "σ", "Distance up", "Distance down",
                   "1 percentage point saves"},
                  {},
                  3,
                  {},
                  {}};
  for (const auto* share : order) {
    table.rows.push_back({std::string(words_of(share->kind)), share->place,
                          plan.horizon.label(share->period), percent(share->risk_level),
                          quantity(share->kind, share->std_deviation),
                          quantity(share->kind, share->distance_upper),
                          quantity(share->kind, share->distance_lower), euros(share->price_eur)});
  }
  return table;
}

/// Reserve held and risk granted for the errors of each layer.
HtmlTable layers_table(const Plan& plan) {
  HtmlTable table{"Accounts of the two layers",
                  {"Errors of", "Reserve, mean up", "Reserve, mean down", "Reserve costs",
                   "Risk granted, largest of a period"},
                  {},
                  1,
                  {},
                  {}};
  const auto mean = [&](const auto& value_at) {
    double sum = 0.0;
    for (std::size_t t = 0; t < plan.horizon.count; ++t) {
      sum += value_at(t) / static_cast<double>(plan.horizon.count);
    }
    return quantity(RowKind::reserve, sum);
  };
  const auto risk = [&](bool of_stations) {
    std::vector<double> sum(plan.horizon.count, 0.0);
    for (const auto& share : plan.risk_shares) {
      if ((share.kind == RowKind::station_reserve) == of_stations) {
        sum[share.period] += share.risk_level;
      }
    }
    return percent(*std::ranges::max_element(sum));
  };
  const auto of_stations = [&](const auto& profile_of) {
    return mean([&](std::size_t t) {
      double sum = 0.0;
      for (const auto& station : plan.stations) {
        sum += profile_of(station)[t];
      }
      return sum;
    });
  };
  table.rows.push_back({"load, PV and wind (their reserve, and every limit of the grid)",
                        mean([&](std::size_t t) { return plan.reserve.up_kw[t]; }),
                        mean([&](std::size_t t) { return plan.reserve.down_kw[t]; }),
                        euros(plan.cost.reserve_eur), risk(false)});
  table.rows.push_back(
      {"charging (each station's own reserve)",
       of_stations([](const PlannedStation& s) -> const Profile& { return s.up_reserve_kw; }),
       of_stations([](const PlannedStation& s) -> const Profile& { return s.down_reserve_kw; }),
       euros(plan.cost.station_reserve_eur), risk(true)});
  return table;
}

/// What the tests let each limit be kept by.
HtmlTable honest_factors_table(const Plan& plan) {
  HtmlTable table{"What the limits' own errors justify",
                  {"Known of the errors", "Limits tested", "Risk granted, all periods"},
                  {},
                  1,
                  {},
                  {}};
  std::map<Knowledge, std::pair<std::size_t, double>> found;
  for (const auto& share : plan.risk_shares) {
    if (share.std_deviation > 0.0 && share.knowledge != Knowledge::tested) {
      auto& [count, risk] = found[share.knowledge];
      ++count;
      risk += share.risk_level;
    }
  }
  for (const auto& [knowledge, entry] : found) {
    table.rows.push_back(
        {std::string(to_string(knowledge)), fmt::format("{}", entry.first), percent(entry.second)});
  }
  return table;
}

}  // namespace

std::string schedule_section(const Case& problem, const Plan& plan) {
  std::string content = to_html(Figure{
      "balance", "Who supplies, who draws",
      "Bars: supply. Lines: load, then load with planned and with uncontrolled charging; "
      "what the bars exceed the middle line by is lost in the grid. Below: the energy price.",
      "Power of each resource over the day, with the load and the price.",
      balance_table(problem, plan), 460});
  content += to_html(
      Figure{"reserve", "Reserve held",
             "Bars: each provider, up above and down below zero. Line: the part that covers errors "
             "of load, PV and wind; the rest covers the stations.",
             "Reserve up and down by provider over the day.", reserve_table(plan), 300});
  return section("schedule", "The day's schedule", "", content);
}

namespace {

/// "1,234 kWh planned; wear of batteries 1.20 €; sold …".
std::string station_in_words(const PlannedStation& station, const TimeGrid& grid) {
  const auto energy = [&](const Profile& kw, auto part) {
    return grouped(
        grid.period_h() * std::transform_reduce(kw.begin(), kw.end(), 0.0, std::plus<>{}, part), 0);
  };
  auto out = fmt::format("{} kWh planned", energy(station.charge_kw, [](double kw) { return kw; }));
  if (std::ranges::any_of(station.charge_kw, [](double kw) { return kw < 0.0; })) {
    out += fmt::format(", of which {} kWh come back to the grid",
                       energy(station.charge_kw, [](double kw) { return std::max(0.0, -kw); }));
  }
  if (station.wear_eur > 0.0) {
    out += fmt::format("; wear of its batteries {}", euros(station.wear_eur));
  }
  if (!station.sold_up_kw.empty()) {
    const auto sold = [&](const Profile& kw) {
      return energy(kw, [](double value) { return value; });
    };
    out += fmt::format("; sold {} kWh of up and {} of down reserve", sold(station.sold_up_kw),
                       sold(station.sold_down_kw));
  }
  return out;
}

}  // namespace

std::string stations_section(const Plan& plan) {
  if (plan.stations.empty()) {
    return {};
  }
  std::string content;
  for (std::size_t i = 0; i < plan.stations.size(); ++i) {
    const auto& station = plan.stations[i];
    content += to_html(
        Figure{fmt::format("station-{}", i), station.name, station_in_words(station, plan.horizon),
               "Planned and uncontrolled charging over the day, with the reserve held.",
               station_table(station, plan.horizon), 220, false});
  }
  std::string words =
      "Line: planned charging, inside the band that the reserve covers. Dashed: what the same cars "
      "would draw without a plan.";
  if (std::ranges::any_of(plan.stations,
                          [](const auto& station) { return !station.sold_up_kw.empty(); })) {
    words += " Dotted: how far calls of sold reserve may move the target.";
  }
  if (plan.loss_gap_eur > 0.0) {
    words += fmt::format(
        " Cars that lose in a cycle are planned within what they can surely do, which may miss {} "
        "at most.",
        euros(plan.loss_gap_eur));
  }
  return section("stations", "Charging stations", words, content);
}

std::string network_section(const Case& problem, const Plan& plan, const Certificate* certificate) {
  std::string content;
  if (!plan.voltage_pu.empty()) {
    const auto rows = static_cast<int>(plan.voltage_pu.cols());
    content += to_html(
        Figure{"voltage-band", "Voltage band",
               fmt::format("Dark: all nodes at the forecast.{}{} Dashed: the limits.",
                           makes_promise(plan.method) ? " Light: the margin kept around them." : "",
                           certificate ? " Dots: the extremes that the replay met." : ""),
               "Range of voltages over the day, forecast, promised and measured.",
               measured_voltage_table(plan, certificate), 300});
    content += to_html(Figure{"voltage-map", "Voltage by node and time",
                              "Voltage at the forecast, exact AC power flow; the colours span the "
                              "permitted band, red lies outside.",
                              "Voltage of each node over the day.", voltage_table(problem, plan),
                              std::clamp(120 + 13 * rows, 260, 620)});
  }
  if (!plan.price_eur_per_kwh.empty()) {
    content += to_html(
        Figure{"price-map", "Price by node and time",
               "What serving 1 kWh more of demand there would cost: energy, losses, and what the "
               "limits that bind (with their risk) make of them.",
               "Locational price of each node over the day.", price_table(problem, plan),
               std::clamp(120 + 13 * static_cast<int>(plan.price_eur_per_kwh.cols()), 260, 620)});
  }
  const auto loaded = loadings(problem, plan);
  if (!loaded.empty() && !plan.branch_current_a.empty()) {
    content += to_html(Figure{
        "branches", "Branch loading",
        "Largest current at the forecast, exact AC power flow with the planned powers, as a share "
        "of the rating; the most loaded branches. The plan limits the current that is expected, "
        "with the mean of what stations draw besides their plan: where that lowers a current, it "
        "may stand a little above 100 % here.",
        "Loading of the most loaded branches over the day.", branch_table(problem, plan, loaded),
        110 + 22 * static_cast<int>(std::min<std::size_t>(12, loaded.size()))});
  }
  return section("network", "The network", "", content);
}

std::string risk_section(const Plan& plan) {
  if (!makes_promise(plan.method) || plan.risk_shares.empty()) {
    return {};
  }
  std::string content = to_html(
      Figure{"risk", "Risk by kind of limit",
             "What each limit is granted of the joint violation limit (dashed).",
             "Risk granted to each kind of limit over the day.", risk_by_period_table(plan), 300});
  content += "<div class=\"card wide\">" + to_html(largest_risks(plan)) + "</div>\n";
  content += "<div class=\"card wide\">" + to_html(layers_table(plan)) + "</div>\n";
  if (plan.risk.knowledge == Knowledge::tested) {
    content +=
        "<div class=\"card wide\">" + to_html(honest_factors_table(plan)) +
        "<p>Every limit that matters is kept for all errors of its mean, deviation and support, "
        "and "
        "counts as symmetric or of one mode where its own past errors do not speak against it: a "
        "test of symmetry (flips of signs) and one of unimodality (Hartigans' dip), each at 5 %, "
        "and the shape of the fitted law.</p></div>\n";
  }
  return section("risk", "Where the risk was spent",
                 "Every limit may break with some small probability εᵢ; together they keep the "
                 "joint limit. σ is the standard deviation at that limit, distance is how far the "
                 "forecast stays from it.",
                 content);
}

}  // namespace gridpact::report
