#include "opendss_peer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <stdexcept>

#include <dss_capi_ctx.h>

namespace gridpact::bench {
namespace {

void command(const void* context, const std::string& text) {
  ctx_Text_Set_Command(context, text.c_str());
  if (const char* words = ctx_Error_Get_Description(context); ctx_Error_Get_Number(context) != 0) {
    throw std::runtime_error(text + ": " + words);
  }
}

}  // namespace

DssCircuit::DssCircuit(const std::string& script, const DssSettings& settings)
    : context_(ctx_New()), settings_(settings) {
  ctx_DSS_Start(context_, 0);
  ctx_DSS_Set_AllowForms(context_, 0);
  ctx_DSS_Set_AllowChangeDir(context_, 0);
  command(context_, "Redirect \"" + script + "\"");
  command(context_, "Set ControlMode=off");
  command(context_, "Set MaxIterations=200");
  command(context_, std::string("Set Algorithm=") + (settings.newton ? "newton" : "normal"));
  ctx_Solution_Set_Tolerance(context_, settings.tolerance_pu);
  ctx_Solution_Solve(context_);
}

DssCircuit::~DssCircuit() { ctx_Dispose(context_); }

std::size_t DssCircuit::solve(const std::vector<double>& load_multipliers) {
  std::size_t converged = 0;
  for (const double level : load_multipliers) {
    ctx_Solution_Set_LoadMult(context_, level);
    switch (settings_.call) {
      case DssCall::snap:
        ctx_Solution_SolveSnap(context_);
        break;
      case DssCall::solve_direct_call:
        ctx_Solution_Solve(context_);
        break;
    }
    converged += ctx_Solution_Get_Converged(context_) != 0 ? 1U : 0U;
  }
  return converged;
}

std::map<std::string, std::complex<double>> DssCircuit::voltage_v() const {
  char** names = nullptr;
  double* parts = nullptr;
  std::array<std::int32_t, 4> names_size{}, parts_size{};
  ctx_Circuit_Get_AllNodeNames(context_, &names, names_size.data());
  ctx_Circuit_Get_AllBusVolts(context_, &parts, parts_size.data());
  std::map<std::string, std::complex<double>> out;
  for (std::ptrdiff_t k = 0; k < names_size[0] && 2 * k + 1 < parts_size[0]; ++k) {
    std::string name = names[k];
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    out[name] = {parts[2 * k], parts[2 * k + 1]};
  }
  DSS_Dispose_PPAnsiChar(&names, names_size[1]);
  DSS_Dispose_PDouble(&parts);
  return out;
}

}  // namespace gridpact::bench
