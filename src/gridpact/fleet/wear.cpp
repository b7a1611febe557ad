// Rainflow: with turning points …, a, b, c of which the last range X = |c − b| is at least the one
// before it, Y = |b − a|, Y is a full cycle and a, b are taken out; if a is the first point, Y is a
// half cycle and a is taken out. What remains at the end are half cycles.
//
// Segments: with Φ_j = Φ(j/J), segment j costs R (Φ_j − Φ_{j−1}) / (C/J) per kWh that leaves it, R
// what a new battery costs, C its capacity. Costs rise with j, so that whoever minimises them
// empties and fills the first segments first: a discharge that is as deep as k segments costs
// R Φ_k, and a cycle within a larger one begins at the first segments again, which is the rainflow
// count. The content at the start lies in the first segments.

#include "gridpact/fleet/wear.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace gridpact::fleet {

namespace {

std::vector<double> turning_points(std::span<const double> content_kwh) {
  std::vector<double> points;
  for (const double content : content_kwh) {
    if (!points.empty() && content == points.back()) {
      continue;
    }
    const std::size_t n = points.size();
    if (n >= 2 && (points[n - 1] > points[n - 2]) == (content > points[n - 1])) {
      points.back() = content;  // goes on in the same direction
    } else {
      points.push_back(content);
    }
  }
  return points;
}

/// On arrival and at the end of each period.
std::vector<double> contents_kwh(const Car& car, std::span<const double> car_kw, double period_h) {
  std::vector<double> content_kwh{car.battery->arrival_kwh};
  for (const double power_kw : car_kw) {
    content_kwh.push_back(car.battery->content_after(content_kwh.back(), power_kw * period_h));
  }
  return content_kwh;
}

}  // namespace

std::vector<Cycle> rainflow(std::span<const double> content_kwh) {
  std::vector<Cycle> cycles;
  std::vector<double> open;
  for (const double point : turning_points(content_kwh)) {
    open.push_back(point);
    while (open.size() >= 3) {
      const std::size_t n = open.size();
      const double last_kwh = std::abs(open[n - 1] - open[n - 2]);
      const double before_kwh = std::abs(open[n - 2] - open[n - 3]);
      if (last_kwh < before_kwh) {
        break;
      }
      if (n == 3) {
        cycles.push_back({before_kwh, false, open[1] < open[0]});
        open.erase(open.begin());
      } else {
        cycles.push_back({before_kwh, true, false});
        open.erase(open.end() - 3, open.end() - 1);
      }
    }
  }
  for (std::size_t k = 1; k < open.size(); ++k) {
    cycles.push_back({std::abs(open[k] - open[k - 1]), false, open[k] < open[k - 1]});
  }
  return cycles;
}

double wear_eur(std::span<const double> content_kwh, double capacity_kwh, const WearLaw& law) {
  double life = 0.0;
  for (const auto& cycle : rainflow(content_kwh)) {
    life += (cycle.is_full ? 1.0 : 0.5) * law.life_share(cycle.depth_kwh / capacity_kwh);
  }
  return law.replacement_eur_per_kwh * capacity_kwh * life;
}

double wear_eur(const Car& car, std::span<const double> car_kw, double period_h,
                const WearLaw& law) {
  if (!car.battery) {
    return 0.0;
  }
  return wear_eur(contents_kwh(car, car_kw, period_h), car.battery->capacity_kwh, law);
}

std::vector<WearSegment> wear_segments(double capacity_kwh, const WearLaw& law, std::size_t count,
                                       double deepest) {
  assert(capacity_kwh > 0.0 && count > 0 && deepest > 0.0);
  std::vector<WearSegment> segments;
  const double step = deepest / static_cast<double>(count);
  for (std::size_t j = 0; j < count; ++j) {
    const double from = static_cast<double>(j) * step;
    const double life = law.life_share(from + step) - law.life_share(from);
    segments.push_back({capacity_kwh * step, law.replacement_eur_per_kwh * life / step});
  }
  return segments;
}

double discharge_wear_eur(std::span<const double> content_kwh,
                          const std::vector<WearSegment>& segments) {
  double sum_eur = 0.0;
  for (const auto& cycle : rainflow(content_kwh)) {
    double left_kwh = cycle.is_full || cycle.is_discharge ? cycle.depth_kwh : 0.0;
    for (const auto& segment : segments) {
      const double part_kwh = std::min(left_kwh, segment.capacity_kwh);
      sum_eur += part_kwh * segment.cost_eur_per_kwh;
      left_kwh -= part_kwh;
    }
  }
  return sum_eur;
}

double discharge_wear_eur(std::span<const double> content_kwh, double capacity_kwh,
                          const WearLaw& law) {
  double life = 0.0;
  for (const auto& cycle : rainflow(content_kwh)) {
    if (cycle.is_full || cycle.is_discharge) {
      life += law.life_share(cycle.depth_kwh / capacity_kwh);
    }
  }
  return law.replacement_eur_per_kwh * capacity_kwh * life;
}

double discharge_wear_eur(const Car& car, std::span<const double> car_kw, double period_h,
                          const WearLaw& law) {
  if (!car.battery ||
      std::none_of(car_kw.begin(), car_kw.end(), [](double kw) { return kw < 0.0; })) {
    return 0.0;
  }
  return discharge_wear_eur(contents_kwh(car, car_kw, period_h), car.battery->capacity_kwh, law);
}

WearRows wear_rows(const std::vector<WearSegment>& segments, double start_kwh,
                   std::size_t periods) {
  WearRows out;
  out.periods = periods;
  double capacity_kwh = 0.0;
  for (const auto& segment : segments) {
    capacity_kwh += segment.capacity_kwh;
  }
  out.variables.assign(2 * periods, {0.0, capacity_kwh, 0.0});
  std::vector<WearRows::Row> gains(periods), losses(periods);
  for (std::size_t t = 0; t < periods; ++t) {
    gains[t].terms.push_back({WearRows::gain(t), -1.0});
    losses[t].terms.push_back({WearRows::loss(t), -1.0});
  }
  for (const auto& segment : segments) {
    const double inside_kwh = std::clamp(start_kwh, 0.0, segment.capacity_kwh);
    start_kwh -= inside_kwh;
    std::size_t content_before = 0;
    for (std::size_t t = 0; t < periods; ++t) {
      const std::size_t in = out.variables.size();
      const std::size_t away = in + 1;
      const std::size_t content = in + 2;
      out.variables.push_back({0.0, segment.capacity_kwh, 0.0});
      out.variables.push_back({0.0, segment.capacity_kwh, segment.cost_eur_per_kwh});
      out.variables.push_back({0.0, segment.capacity_kwh, 0.0});
      gains[t].terms.push_back({in, 1.0});
      losses[t].terms.push_back({away, 1.0});
      WearRows::Row balance{{{in, 1.0}, {away, -1.0}, {content, -1.0}}, 0.0};
      if (t == 0) {
        balance.equals_kwh = -inside_kwh;
      } else {
        balance.terms.push_back({content_before, 1.0});
      }
      out.rows.push_back(std::move(balance));
      content_before = content;
    }
  }
  out.rows.insert(out.rows.end(), gains.begin(), gains.end());
  out.rows.insert(out.rows.end(), losses.begin(), losses.end());
  return out;
}

}  // namespace gridpact::fleet
