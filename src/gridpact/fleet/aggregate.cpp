// b(S) = Σ_i b_i(S), p(S) = Σ_i p_i(S): Minkowski sums of generalised polymatroids add their
// functions (Frank, Tardos 1988; for EVs: Mukhi, Loho, Abate, arXiv 2503.23458). The greedy vertex
// of the sum for an order of the periods is the sum of the cars' greedy vertices for the same
// order.
//
// Tubes are made anew for each use: a car is ten numbers, its tube up to four per period, and
// making it costs less than reading it back from memory would.

#include "gridpact/fleet/aggregate.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "gridpact/base/parallel.hpp"
#include "gridpact/fleet/detail/cheapest.hpp"

namespace gridpact::fleet {

namespace {

/// Cars whose sums are formed together: fixed, so that sums are rounded alike on any number of
/// threads.
constexpr std::size_t cars_of_a_part = 512;

}  // namespace

Aggregate::Aggregate(Fleet fleet, TimeGrid horizon, PeriodSet discharge_window, unsigned threads)
    : fleet_(std::move(fleet)),
      horizon_(std::move(horizon)),
      discharge_window_(std::move(discharge_window)),
      threads_(threads) {
  assert(discharge_window_.empty() || discharge_window_.size() == horizon_.count);
}

std::size_t Aggregate::parts() const {
  return (fleet_.size() + cars_of_a_part - 1) / cars_of_a_part;
}

/// `work(part, car, tube, scratch)` for every car, the parts side by side.
template <class Work>
void Aggregate::for_each_part(const Work& work) const {
  parallel_for(parts(), threads_, [&](std::size_t part) {
    Tube tube;
    Filling filling;
    const std::size_t end = std::min(fleet_.size(), (part + 1) * cars_of_a_part);
    for (std::size_t i = part * cars_of_a_part; i < end; ++i) {
      make_tube(fleet_[i], horizon_, discharge_window_, tube);
      work(part, i, tube, filling);
    }
  });
}

double Aggregate::most_kwh(const PeriodSet& set) const {
  assert(set.size() == horizon_.count);
  std::vector<double> sum(parts(), 0.0);
  for_each_part([&](std::size_t part, std::size_t, const Tube& tube, Filling&) {
    sum[part] += fleet::most_kwh(tube, set);
  });
  return std::accumulate(sum.begin(), sum.end(), 0.0);
}

double Aggregate::least_kwh(const PeriodSet& set) const {
  assert(set.size() == horizon_.count);
  std::vector<double> sum(parts(), 0.0);
  for_each_part([&](std::size_t part, std::size_t, const Tube& tube, Filling&) {
    sum[part] += fleet::least_kwh(tube, set);
  });
  return std::accumulate(sum.begin(), sum.end(), 0.0);
}

std::vector<double> Aggregate::cheapest_kwh(std::span<const double> price) const {
  assert(price.size() == horizon_.count);
  const auto order = visit_order(price);
  Matrix sum(parts(), horizon_.count);
  for_each_part([&](std::size_t part, std::size_t, const Tube& tube, Filling& filling) {
    thread_local std::vector<double> energy_kwh;
    cheapest_in_tube(tube, order, filling, energy_kwh);
    const auto out = sum.row(part).subspan(tube.first, energy_kwh.size());
    for (std::size_t t = 0; t < out.size(); ++t) {
      out[t] += energy_kwh[t];
    }
  });
  std::vector<double> total(horizon_.count, 0.0);
  for (std::size_t part = 0; part < sum.rows(); ++part) {
    for (std::size_t t = 0; t < total.size(); ++t) {
      total[t] += sum(part, t);
    }
  }
  return total;
}

void Aggregate::add_by_car(std::span<const double> price, double weight, Matrix& out_kwh) const {
  assert(out_kwh.rows() == fleet_.size() && out_kwh.cols() == horizon_.count);
  const auto order = visit_order(price);
  for_each_part([&](std::size_t, std::size_t car, const Tube& tube, Filling& filling) {
    thread_local std::vector<double> energy_kwh;
    cheapest_in_tube(tube, order, filling, energy_kwh);
    const auto out = out_kwh.row(car).subspan(tube.first, energy_kwh.size());
    for (std::size_t t = 0; t < out.size(); ++t) {
      out[t] += weight * energy_kwh[t];
    }
  });
}

Matrix Aggregate::cheapest_by_car_kwh(std::span<const double> price) const {
  Matrix out_kwh(fleet_.size(), horizon_.count);
  add_by_car(price, 1.0, out_kwh);
  return out_kwh;
}

Envelope Aggregate::envelope() const {
  const std::size_t periods = horizon_.count;
  // Per part: least and most of power, then of cumulative energy as differences from period to
  // period.
  Matrix sum(4 * parts(), periods);
  for_each_part([&](std::size_t part, std::size_t, const Tube& tube, Filling&) {
    double floor_kwh = 0.0;
    double ceiling_kwh = 0.0;
    for (std::size_t t = 0; t < tube.size(); ++t) {
      const std::size_t at = tube.first + t;
      // The tube's power bounds within what its energy bounds leave.
      sum(4 * part, at) += std::max(tube.low[t], tube.floor[t] - ceiling_kwh);
      sum(4 * part + 1, at) += std::min(tube.high[t], tube.ceiling[t] - floor_kwh);
      sum(4 * part + 2, at) += tube.floor[t] - floor_kwh;
      sum(4 * part + 3, at) += tube.ceiling[t] - ceiling_kwh;
      floor_kwh = tube.floor[t];
      ceiling_kwh = tube.ceiling[t];
    }
  });
  Envelope out;
  for (auto* profile : {&out.least_kw, &out.most_kw, &out.least_kwh, &out.most_kwh}) {
    profile->assign(periods, 0.0);
  }
  const double period_h = horizon_.period_h();
  for (std::size_t part = 0; part < parts(); ++part) {
    for (std::size_t t = 0; t < periods; ++t) {
      out.least_kw[t] += sum(4 * part, t) / period_h;
      out.most_kw[t] += sum(4 * part + 1, t) / period_h;
      out.least_kwh[t] += sum(4 * part + 2, t);
      out.most_kwh[t] += sum(4 * part + 3, t);
    }
  }
  std::partial_sum(out.least_kwh.begin(), out.least_kwh.end(), out.least_kwh.begin());
  std::partial_sum(out.most_kwh.begin(), out.most_kwh.end(), out.most_kwh.begin());
  return out;
}

}  // namespace gridpact::fleet
