// Ω_t = Ω_t,NL + Σ_s Ω_t,s;   movement of provider j: max(−R⁻_j,t, min(α_j,t Ω_t, R⁺_j,t)).

#include "gridpact/verify/policy.hpp"

#include <algorithm>

namespace gridpact::verify {

namespace {

template <class Provider>
double movement(const Provider& provider, std::size_t t, double deviation_kw) {
  const double up = std::max(0.0, provider.up_reserve_kw[t]);
  const double down = std::max(0.0, provider.down_reserve_kw[t]);
  return std::clamp(provider.participation[t] * deviation_kw, -down, up);
}

}  // namespace

Answer answer(const Plan& plan, std::size_t period, double deviation_kw) {
  Answer out;
  out.beyond_reserve_kw = deviation_kw - movement(plan.substation, period, deviation_kw);
  out.generator_kw.reserve(plan.generators.size());
  for (const auto& generator : plan.generators) {
    out.generator_kw.push_back(movement(generator, period, deviation_kw));
    out.beyond_reserve_kw -= out.generator_kw.back();
  }
  return out;
}

}  // namespace gridpact::verify
