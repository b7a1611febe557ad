#include "gridpact/importers/detail/pandapower_net.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/transformer_data.hpp"

namespace gridpact::importers {

using documents::Json;

PandapowerNet::PandapowerNet(const Json& net, WrittenFeeder& out, Faults& faults)
    : net_(net), out_(out), feeder_(out.feeder), faults_(faults) {
  read_head();
  read_tables();
  add_buses();
}

void PandapowerNet::add(Severity severity, int line, std::string message) {
  faults_.push_back({severity, {out_.shown, line}, std::move(message)});
}

void PandapowerNet::error(const PandasTable& table, std::size_t row, const std::string& message) {
  add(Severity::error, table.line(), fmt::format("{} {}", table.element(row), message));
}

void PandapowerNet::warn(const PandasTable& table, std::size_t row, const std::string& message) {
  add(Severity::warning, table.line(), fmt::format("{} {}", table.element(row), message));
}

void PandapowerNet::note(int line, std::string message) {
  add(Severity::note, line, std::move(message));
}

double PandapowerNet::head_number(std::string_view key) {
  const auto* json = net_.find(key);
  double value = 0.0;
  if (json != nullptr) {
    if (const auto* number = json->get_if<double>()) {
      value = *number;
    } else if (const auto* count = json->get_if<std::uint64_t>()) {
      value = static_cast<double>(*count);
    }
  }
  if (!(value > 0.0)) {
    add(Severity::error, json == nullptr ? net_.line : json->line,
        fmt::format("'{}' of the net is missing or not above 0", key));
    return 1.0;
  }
  return value;
}

void PandapowerNet::read_head() {
  const auto* name = net_.find("name");
  const auto* text = name == nullptr ? nullptr : name->get_if<std::string>();
  feeder_.name = text == nullptr || text->empty() ? "pandapower net" : *text;
  base_mva_ = head_number("sn_mva");
  feeder_.base_kva = base_mva_ * kw_per_mw;
  frequency_hz_ = head_number("f_hz");
}

void PandapowerNet::read_tables() {
  const auto* members = net_.get_if<Json::Object>();
  for (std::size_t i = 0; members != nullptr && i < members->size(); ++i) {
    const auto& [name, json] = (*members)[i];
    const auto* kind = json.find("_class");
    const auto* text = kind == nullptr ? nullptr : kind->get_if<std::string>();
    if (text != nullptr && *text == "DataFrame" && !name.starts_with("res_") &&
        !name.starts_with('_')) {
      tables_.emplace(name, PandasTable::read(name, json, out_.shown, faults_));
    }
  }
}

const PandasTable& PandapowerNet::take(const std::string& name) {
  taken_.insert(name);
  return tables_[name];
}

double PandapowerNet::need(const PandasTable& table, std::size_t row, std::string_view column) {
  const auto value = table.number(row, column);
  if (!value) {
    error(table, row, fmt::format("has no number in '{}'", column));
  }
  return value.value_or(1.0);
}

bool PandapowerNet::in_service(const PandasTable& table, std::size_t row) {
  const bool yes = table.flag(row, "in_service").value_or(true);
  if (!yes) {
    idle_[table.name()].push_back(fmt::format("{}", table.index()[row]));
  }
  return yes;
}

const PandapowerNet::Bus* PandapowerNet::bus_of(const PandasTable& table, std::size_t row,
                                                std::string_view column) {
  const auto index = table.integer(row, column);
  const auto found = index ? buses_.find(*index) : buses_.end();
  if (found == buses_.end()) {
    error(table, row,
          index ? fmt::format("is at bus {}, which the net does not have", *index)
                : fmt::format("has no bus in '{}'", column));
    return nullptr;
  }
  if (!found->second.node) {
    without_bus_.push_back(table.element(row));
    return nullptr;
  }
  return &found->second;
}

std::string PandapowerNet::branch_name(const PandasTable& table, std::size_t row) {
  auto name = table.text(row, "name").value_or("");
  if (name.empty() || !branch_names_.insert(name).second) {
    name = fmt::format("{} {}", table.name(), table.index()[row]);
    branch_names_.insert(name);
  }
  return name;
}

void PandapowerNet::add_buses() {
  const auto& table = take("bus");
  if (table.rows() == 0) {
    add(Severity::error, table.line(), "the net has no buses");
    return;
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    names.insert(table.text(i, "name").value_or(""));
  }
  const bool named = names.size() == table.rows() && !names.contains("");
  if (!named) {
    note(table.line(),
         "the names of the buses are not all there or not unique: nodes are called by their "
         "numbers");
  }
  std::vector<std::string> idle;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto index = table.index()[i];
    auto [known, is_new] = buses_.emplace(index, Bus{});
    if (!is_new) {
      error(table, i, "stands twice");
      continue;
    }
    auto& bus = known->second;
    bus.vn_kv = need(table, i, "vn_kv");
    if (!(bus.vn_kv > 0.0)) {
      error(table, i, "needs a voltage 'vn_kv' above 0");
      bus.vn_kv = 1.0;
    }
    if (!in_service(table, i)) {
      continue;
    }
    bus.node = add_balanced_node(out_, named ? *table.text(i, "name") : fmt::format("{}", index),
                                 bus.vn_kv * volts_per_kv, table.line());
    set_place(table, i, feeder_.nodes.back());
  }
}

void PandapowerNet::set_place(const PandasTable& table, std::size_t row, Node& node) {
  if (const auto text = table.text(row, "geo"); text && !text->empty()) {
    const auto point = documents::parse_json(*text, out_.shown);
    const auto* pair = point ? point->find("coordinates") : nullptr;
    const auto* numbers = pair == nullptr ? nullptr : pair->get_if<Json::Array>();
    if (numbers != nullptr && numbers->size() >= 2 && (*numbers)[0].get_if<double>() &&
        (*numbers)[1].get_if<double>()) {
      node.x = *(*numbers)[0].get_if<double>();
      node.y = *(*numbers)[1].get_if<double>();
    }
    return;
  }
  const auto found = tables_.find("bus_geodata");
  for (std::size_t i = 0; found != tables_.end() && i < found->second.rows(); ++i) {
    if (found->second.index()[i] == table.index()[row]) {
      node.x = found->second.number(i, "x");
      node.y = found->second.number(i, "y");
    }
  }
}

double PandapowerNet::base_ohm(const Bus& bus) const { return bus.vn_kv * bus.vn_kv / base_mva_; }

void PandapowerNet::add_branch(const PandasTable& table, std::size_t row,
                               const std::string& switch_kind,
                               std::span<const std::string_view> columns, Branch branch) {
  std::vector<bool> kept;
  for (const auto column : columns) {
    kept.push_back(!open_ends_.contains(
        {switch_kind, table.index()[row], table.integer(row, column).value_or(-1)}));
  }
  if (std::ranges::find(kept, false) == kept.end()) {
    feeder_.branches.push_back(std::move(branch));
    return;
  }
  const auto whole = branch.admittance_pu;
  branch.admittance_pu = without_open_terminals(whole, kept);
  const auto size = [](const ComplexMatrix& y) {
    double largest = 0.0;
    for (std::size_t i = 0; i < y.rows() * y.cols(); ++i) {
      largest = std::max(largest, std::abs(y.data()[i]));
    }
    return largest;
  };
  constexpr double nothing = 1e-12;  // what rounding leaves of a branch without charging
  if (size(branch.admittance_pu) <= nothing * size(whole)) {
    return;
  }
  std::vector<NodePhaseId> terminals;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) {
      terminals.push_back(branch.terminals[i]);
    }
  }
  branch.terminals = std::move(terminals);
  if (branch.terminals.size() == 1) {
    branch.kind = BranchKind::shunt;
    branch.rating_a = Branch{}.rating_a;
  }
  feeder_.branches.push_back(std::move(branch));
}

void PandapowerNet::report_out_of_service() {
  for (const auto& [name, indices] : idle_) {
    note(tables_[name].line(), fmt::format("{} of '{}' out of service left out: {}", indices.size(),
                                           name, listed(indices)));
  }
  if (!without_bus_.empty()) {
    note(tables_["bus"].line(),
         fmt::format("at buses out of service, left out with them: {}", listed(without_bus_)));
  }
}

}  // namespace gridpact::importers
