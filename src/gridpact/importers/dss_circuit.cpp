#include "gridpact/importers/detail/dss_circuit.hpp"

#include <algorithm>
#include <cctype>

namespace gridpact::importers {

namespace {

using documents::Json;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

double number_of(const Json& json) {
  if (const auto* real = json.get_if<double>()) {
    return *real;
  }
  if (const auto* count = json.get_if<std::uint64_t>()) {
    return static_cast<double>(*count);
  }
  const auto* whole = json.get_if<std::int64_t>();
  return whole != nullptr ? static_cast<double>(*whole) : 0.0;
}

}  // namespace

DssProperties::DssProperties(DssEngine& engine, const std::set<std::string>& classes, bool all) {
  for (const auto& class_name : classes) {
    const auto listed = engine.properties(class_name, all);
    if (const auto* records = listed.get_if<Json::Array>()) {
      for (const auto& record : *records) {
        const auto* name = record.find("Name");
        if (name != nullptr && name->get_if<std::string>() != nullptr) {
          records_.emplace(class_name + "." + lower(*name->get_if<std::string>()), record);
        }
      }
    }
  }
}

const Json* DssProperties::find(const std::string& class_name, const std::string& name,
                                std::string_view key) const {
  const auto record = records_.find(class_name + "." + name);
  return record == records_.end() ? nullptr : record->second.find(key);
}

bool DssProperties::has(const std::string& class_name, const std::string& name,
                        std::string_view key) const {
  return find(class_name, name, key) != nullptr;
}

bool DssProperties::has(const DssElement& element, std::string_view key) const {
  return has(element.class_name, element.name, key);
}

double DssProperties::number(const DssElement& element, std::string_view key) const {
  const auto* json = find(element.class_name, element.name, key);
  return json != nullptr ? number_of(*json) : 0.0;
}

bool DssProperties::flag(const DssElement& element, std::string_view key) const {
  const auto* json = find(element.class_name, element.name, key);
  const auto* flag = json != nullptr ? json->get_if<bool>() : nullptr;
  return flag != nullptr && *flag;
}

std::string DssProperties::text(const DssElement& element, std::string_view key) const {
  const auto* json = find(element.class_name, element.name, key);
  const auto* text = json != nullptr ? json->get_if<std::string>() : nullptr;
  return text != nullptr ? lower(*text) : std::string{};
}

std::vector<double> DssProperties::numbers(const DssElement& element, std::string_view key) const {
  std::vector<double> out;
  const auto* json = find(element.class_name, element.name, key);
  if (const auto* array = json != nullptr ? json->get_if<Json::Array>() : nullptr) {
    std::ranges::transform(*array, std::back_inserter(out), number_of);
  }
  return out;
}

std::vector<std::string> DssProperties::texts(const DssElement& element,
                                              std::string_view key) const {
  std::vector<std::string> out;
  const auto* json = find(element.class_name, element.name, key);
  if (const auto* array = json != nullptr ? json->get_if<Json::Array>() : nullptr) {
    for (const auto& entry : *array) {
      const auto* text = entry.get_if<std::string>();
      out.push_back(text != nullptr ? lower(*text) : std::string{});
    }
  }
  return out;
}

const DssElement* DssCircuit::find(const std::string& full_name) const {
  const auto found = std::ranges::find_if(
      elements, [&](const DssElement& element) { return element.full_name() == full_name; });
  return found == elements.end() ? nullptr : &*found;
}

std::optional<NodePhaseId> DssCircuit::node_phase(const DssElement& element,
                                                  std::size_t conductor) const {
  const int number = element.nodes[conductor];
  if (number == 0) {
    return std::nullopt;
  }
  const auto found = node_phases.find({element.buses[conductor / element.conductors], number});
  return found == node_phases.end() ? std::nullopt : std::optional{found->second};
}

ImportedElement& DssCircuit::entry(const DssElement& element) {
  return report.elements[static_cast<std::size_t>(&element - elements.data())];
}

void DssCircuit::assume(const DssElement& element, std::string remark) {
  auto& told = entry(element);
  if (told.fate == ImportedElement::Fate::read) {
    told.fate = ImportedElement::Fate::assumed;
  }
  told.remarks.push_back(std::move(remark));
}

void DssCircuit::drop(const DssElement& element, std::string remark) {
  auto& told = entry(element);
  told.fate = ImportedElement::Fate::dropped;
  told.remarks.push_back(std::move(remark));
}

std::optional<Port> DssCircuit::port(const DssElement& element, std::size_t from,
                                     std::size_t to) const {
  const auto a = node_phase(element, from);
  const auto b = node_phase(element, to);
  if (a == b) {
    return std::nullopt;  // both at one node, or both at ground
  }
  return a ? Port{*a, b} : Port{*b, std::nullopt};
}

}  // namespace gridpact::importers
