#include "gridpact/dispatch/risk_rule.hpp"

#include <algorithm>

namespace gridpact::dispatch {

Layer layer_of(const JointRow& row) {
  return row.kind == RowKind::station_reserve ? Layer::ev : Layer::net_load;
}

RiskRule RiskRule::of(Method method, const Risk& risk, double limit,
                      const std::vector<JointRow>& rows, const TimeGrid& horizon) {
  RiskRule out;
  out.limit = limit;
  out.shares_budget = method == Method::oba;
  const bool has_ev = std::any_of(rows.begin(), rows.end(),
                                  [](const JointRow& row) { return layer_of(row) == Layer::ev; });
  if (risk.ev_share && has_ev) {
    out.splits_layers = true;
    out.share = {1.0 - *risk.ev_share, *risk.ev_share};
  }
  switch (method) {
    case Method::det:
      out.cap = {1.0, 1.0};
      break;
    case Method::icc:
      out.cap = {limit, limit};
      break;
    case Method::oba:
      out.cap = {limit * out.share[0], limit * out.share[1]};
      break;
    case Method::ba: {
      std::array<double, 2> count{0.0, 0.0};
      for (const auto& row : rows) {
        count[index(layer_of(row))] += 1.0;
      }
      const auto scopes = static_cast<double>(scope_count(horizon, risk.scope));
      for (std::size_t layer = 0; layer < 2; ++layer) {
        const double sharers = out.splits_layers ? count[layer] : count[0] + count[1];
        out.cap[layer] = sharers > 0.0 ? limit * out.share[layer] * scopes / sharers : limit;
      }
      break;
    }
    case Method::so:  // robust against the sampled days
    case Method::ro:
      out.cap = {0.0, 0.0};
      break;
  }
  return out;
}

}  // namespace gridpact::dispatch
