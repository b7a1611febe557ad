#include "gridpact/importers/detail/dss_engine.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>
#include <stdexcept>

#include <dss_capi_ctx.h>
#include <fmt/format.h>

namespace gridpact::importers {

namespace {

using documents::Json;

std::mutex& engine_mutex() {
  static std::mutex mutex;
  return mutex;
}

std::string text_of(const char* text) { return text == nullptr ? std::string{} : text; }

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The engine gives arrays as a pointer that it allocates and frees, and four dimensions, of which
/// the first is the number of elements.
struct Dimensions {
  std::int32_t size[4] = {0, 0, 0, 0};  // NOLINT(modernize-avoid-c-arrays)
};

template <class Getter>
std::vector<double> doubles(const Getter& getter) {
  double* data = nullptr;
  Dimensions dimensions;
  getter(&data, dimensions.size);
  std::vector<double> out(data, data + (data == nullptr ? 0 : dimensions.size[0]));
  DSS_Dispose_PDouble(&data);
  return out;
}

template <class Getter>
std::vector<int> integers(const Getter& getter) {
  std::int32_t* data = nullptr;
  Dimensions dimensions;
  getter(&data, dimensions.size);
  std::vector<int> out(data, data + (data == nullptr ? 0 : dimensions.size[0]));
  DSS_Dispose_PInteger(&data);
  return out;
}

template <class Getter>
std::vector<std::string> texts(const Getter& getter) {
  char** data = nullptr;
  Dimensions dimensions;
  getter(&data, dimensions.size);
  std::vector<std::string> out;
  for (std::int32_t i = 0; data != nullptr && i < dimensions.size[0]; ++i) {
    out.push_back(text_of(data[i]));
  }
  DSS_Dispose_PPAnsiChar(&data, dimensions.size[1]);
  return out;
}

std::vector<Complex> pairs(const std::vector<double>& numbers) {
  std::vector<Complex> out;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
    out.emplace_back(numbers[i], numbers[i + 1]);
  }
  return out;
}

/// Settings of the process, not of a context: no window, no editor, no shell, no change of the
/// working directory.
void tame(const void* context) {
  ctx_DSS_Set_AllowForms(context, 0);
  ctx_DSS_Set_AllowEditor(context, 0);
  ctx_DSS_Set_AllowDOScmd(context, 0);
  ctx_DSS_Set_AllowChangeDir(context, 0);
}

DssElement::Role role_of(const std::string& parent) {
  if (parent == "TPDClass") {
    return DssElement::Role::delivery;
  }
  if (parent == "TPCClass") {
    return DssElement::Role::conversion;
  }
  if (parent == "TControlClass") {
    return DssElement::Role::control;
  }
  return parent == "TMeterClass" ? DssElement::Role::meter : DssElement::Role::other;
}

/// The engine writes what it never set as it finds it in memory, now and then as "Nan" or "+Inf",
/// which JSON has not: null instead.
std::string with_nulls(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins_word =
        !in_string && (text.compare(i, 3, "Nan") == 0 || text.compare(i, 3, "Inf") == 0 ||
                       text.compare(i, 4, "+Inf") == 0 || text.compare(i, 4, "-Inf") == 0);
    if (begins_word) {
      out += "null";
      i += text[i] == '+' || text[i] == '-' ? 4U : 3U;
      continue;
    }
    if (in_string && text[i] == '\\' && i + 1 < text.size()) {
      out += text[i++];
    } else if (text[i] == '"') {
      in_string = !in_string;
    }
    out += text[i++];
  }
  return out;
}

}  // namespace

DssEngine::DssEngine() : turn_(engine_mutex()), context_(ctx_New()) {
  ctx_DSS_Start(context_, 0);
  tame(context_);
}

DssEngine::~DssEngine() { ctx_Dispose(context_); }

std::string DssEngine::version() const {
  // "DSS C-API Library version 0.14.5 revision ... based on OpenDSS SVN 3723 [...": the first part.
  const auto text = text_of(ctx_DSS_Get_Version(context_));
  return text.substr(0, text.find(" revision"));
}

std::optional<std::string> DssEngine::complaint() {
  if (ctx_Error_Get_Number(context_) == 0) {
    return std::nullopt;
  }
  return text_of(ctx_Error_Get_Description(context_));
}

std::optional<std::string> DssEngine::run(const std::string& command) {
  ctx_Text_Set_Command(context_, command.c_str());
  return complaint();
}

std::string DssEngine::folder() const { return text_of(ctx_DSS_Get_DataPath(context_)); }

void DssEngine::set_folder(const std::string& folder) {
  ctx_DSS_Set_DataPath(context_, folder.c_str());
}

int DssEngine::circuits() const { return ctx_DSS_Get_NumCircuits(context_); }

std::string DssEngine::circuit_name() const {
  return lower(text_of(ctx_Circuit_Get_Name(context_)));
}

std::optional<std::string> DssEngine::build() {
  constexpr int whole_matrix = 1;
  ctx_YMatrix_BuildYMatrixD(context_, whole_matrix, 1);
  return complaint();
}

bool DssEngine::solve_without_controls() {
  // A step of no length: modes that go through time stay at the hour that they have reached.
  for (const auto* setting : {"set controlmode=off", "set number=1", "set stepsize=0"}) {
    (void)run(setting);
  }
  return !run("solve") && converged();
}

bool DssEngine::converged() const { return ctx_Solution_Get_Converged(context_) != 0; }

int DssEngine::iterations() const { return ctx_Solution_Get_Iterations(context_); }

std::vector<DssBus> DssEngine::buses() {
  std::vector<DssBus> out;
  const auto count = ctx_Circuit_Get_NumBuses(context_);
  for (int i = 0; i < count; ++i) {
    if (ctx_Circuit_SetActiveBusi(context_, i) != 0) {  // 0 = found
      continue;
    }
    DssBus bus;
    bus.name = lower(text_of(ctx_Bus_Get_Name(context_)));
    bus.nodes = integers([&](auto* p, auto* n) { ctx_Bus_Get_Nodes(context_, p, n); });
    bus.base_voltage_v = ctx_Bus_Get_kVBase(context_) * 1000.0;
    if (ctx_Bus_Get_Coorddefined(context_) != 0) {
      bus.x = ctx_Bus_Get_x(context_);
      bus.y = ctx_Bus_Get_y(context_);
    }
    out.push_back(std::move(bus));
  }
  return out;
}

std::vector<DssElement> DssEngine::elements() {
  std::vector<DssElement> out;
  std::map<std::string, DssElement::Role> roles;
  for (const auto& listed :
       texts([&](auto* p, auto* n) { ctx_Circuit_Get_AllElementNames(context_, p, n); })) {
    DssElement element;
    const auto dot = listed.find('.');
    element.class_name = lower(listed.substr(0, dot));
    element.name = lower(listed.substr(dot + 1));
    if (!roles.contains(element.class_name)) {
      ctx_Circuit_SetActiveClass(context_, element.class_name.c_str());
      roles[element.class_name] = role_of(text_of(ctx_ActiveClass_Get_ActiveClassParent(context_)));
    }
    element.role = roles[element.class_name];
    if (ctx_Circuit_SetActiveElement(context_, listed.c_str()) < 0) {
      continue;
    }
    element.enabled = ctx_CktElement_Get_Enabled(context_) != 0;
    element.phases = static_cast<std::size_t>(ctx_CktElement_Get_NumPhases(context_));
    element.conductors = static_cast<std::size_t>(ctx_CktElement_Get_NumConductors(context_));
    for (const auto& bus :
         texts([&](auto* p, auto* n) { ctx_CktElement_Get_BusNames(context_, p, n); })) {
      element.buses.push_back(lower(bus.substr(0, bus.find('.'))));
    }
    const bool is_electric =
        element.role == DssElement::Role::delivery || element.role == DssElement::Role::conversion;
    if (element.enabled && is_electric) {
      element.is_open = ctx_CktElement_IsOpen(context_, 1, 0) != 0;
      element.nodes =
          integers([&](auto* p, auto* n) { ctx_CktElement_Get_NodeOrder(context_, p, n); });
      const auto y =
          pairs(doubles([&](auto* p, auto* n) { ctx_CktElement_Get_Yprim(context_, p, n); }));
      const auto size = element.nodes.size();
      if (y.size() == size * size) {
        element.admittance_s = ComplexMatrix(size, size);
        for (std::size_t row = 0; row < size; ++row) {
          for (std::size_t col = 0; col < size; ++col) {
            element.admittance_s(row, col) = y[col * size + row];  // column by column
          }
        }
      }
    }
    (void)complaint();  // an element without nodes has none of the above
    out.push_back(std::move(element));
  }
  return out;
}

std::vector<Complex> DssEngine::powers_kva(const std::string& full_name) {
  if (ctx_Circuit_SetActiveElement(context_, full_name.c_str()) < 0) {
    return {};
  }
  auto out = pairs(doubles([&](auto* p, auto* n) { ctx_CktElement_Get_Powers(context_, p, n); }));
  (void)complaint();
  return out;
}

Json DssEngine::properties(const std::string& class_name, bool all) {
  constexpr int full = 1;
  ctx_Circuit_SetActiveClass(context_, class_name.c_str());
  const auto text = text_of(ctx_ActiveClass_ToJSON(context_, all ? full : 0));
  (void)complaint();
  auto json = documents::parse_json(with_nulls(text), "properties of " + class_name);
  if (!json) {
    throw std::runtime_error(
        fmt::format("the OpenDSS engine does not list its {} elements in valid JSON: {}",
                    class_name, json.faults().front().message));
  }
  return *std::move(json);
}

std::vector<std::string> DssEngine::node_names() {
  auto names = texts([&](auto* p, auto* n) { ctx_Circuit_Get_YNodeOrder(context_, p, n); });
  std::ranges::transform(names, names.begin(), lower);
  return names;
}

std::vector<OpenDssAdmittance::Entry> DssEngine::system_admittance_s() {
  constexpr std::uint16_t as_it_is = 0;
  std::uint32_t nodes = 0, count = 0;
  std::int32_t *starts = nullptr, *rows = nullptr;
  double* values = nullptr;
  ctx_YMatrix_GetCompressedYMatrix(context_, as_it_is, &nodes, &count, &starts, &rows, &values);
  std::vector<OpenDssAdmittance::Entry> out;
  for (std::uint32_t column = 0; starts != nullptr && column < nodes; ++column) {
    for (std::ptrdiff_t k = starts[column]; k < starts[column + 1]; ++k) {
      out.push_back(
          {static_cast<std::size_t>(rows[k]), column, {values[2 * k], values[2 * k + 1]}});
    }
  }
  DSS_Dispose_PInteger(&starts);
  DSS_Dispose_PInteger(&rows);
  DSS_Dispose_PDouble(&values);
  (void)complaint();
  return out;
}

std::vector<Complex> DssEngine::node_voltages_v() {
  return pairs(doubles([&](auto* p, auto* n) { ctx_Circuit_Get_YNodeVarray(context_, p, n); }));
}

Complex DssEngine::losses_kva() {
  const auto watts =
      pairs(doubles([&](auto* p, auto* n) { ctx_Circuit_Get_Losses(context_, p, n); }));
  return watts.empty() ? Complex{} : watts.front() / 1000.0;
}

Complex DssEngine::source_kva() {
  const auto kva =
      pairs(doubles([&](auto* p, auto* n) { ctx_Circuit_Get_TotalPower(context_, p, n); }));
  return kva.empty() ? Complex{} : -kva.front();
}

}  // namespace gridpact::importers
