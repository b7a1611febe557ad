#include "validation/exports.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace gridpact::test {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::vector<char> buffer(1 << 16);
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), n);
  }
  return text;
}

Table read_table(const std::filesystem::path& path) {
  const bool plain = std::filesystem::exists(path);
  std::istringstream lines(
      output_of(plain ? "cat '" + path.string() + "'" : "gzip -dc '" + path.string() + ".gz'"));
  Table rows;
  for (std::string line; std::getline(lines, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '"' || c == '\r'; });
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) {
      row.push_back(lower(cell));
    }
  }
  EXPECT_GT(rows.size(), 1U) << path;
  return rows;
}

Script::Script(const std::string& text) {
  // Tests may run side by side, each in a process of its own.
  std::random_device anything;
  path_ = std::filesystem::path(::testing::TempDir()) /
          ("gridpact_" + std::to_string(anything()) + std::to_string(anything()) + ".dss");
  std::ofstream(path_) << text;
}

Script::~Script() { std::filesystem::remove(path_); }

double printed_unit(double value) {
  constexpr int digits = 6;
  return std::pow(10.0, std::floor(std::log10(std::abs(value))) - (digits - 1));
}

Magnitudes magnitudes(const Phasors& voltage_v) {
  Magnitudes out;
  for (const auto& [place, volts] : voltage_v) {
    out[place] = std::abs(volts);
  }
  return out;
}

Phasors voltages_of(const importers::OpenDssSolution& solution) {
  Phasors out;
  for (const auto& node : solution.voltages) {
    out[node.name] = node.volts;
  }
  return out;
}

Phasors Solved::voltage_v() const {
  const Feeder& feeder = flow.feeder();
  const std::vector<std::string> names = places(feeder);
  Phasors out;
  for (std::size_t k = 0; k < names.size(); ++k) {
    out[names[k]] = state.voltage_pu[k] * feeder.node_phases[k].base_voltage_v;
  }
  return out;
}

Solved solve(const Feeder& feeder) {
  auto flow = network::AcFlow::create(feeder);
  if (!flow) {
    throw std::runtime_error(to_string(flow.faults().front()));
  }
  network::FlowState state = flow->solve(network::Injection::loads_at(feeder, 1.0),
                                         {.tolerance_pu = 1e-12, .max_iterations = 2000});
  if (!state.converged) {
    throw std::runtime_error(network::explain_divergence(feeder, state));
  }
  return {std::move(*flow), std::move(state)};
}

Magnitudes base_voltages(const Feeder& feeder) {
  const std::vector<std::string> names = places(feeder);
  Magnitudes out;
  for (std::size_t k = 0; k < names.size(); ++k) {
    out[names[k]] = feeder.node_phases[k].base_voltage_v;
  }
  return out;
}

Feeder read_script(const Script& script) {
  auto read = importers::read_opendss(script.path());
  if (!read) {
    throw std::runtime_error(to_string(read.faults().front()));
  }
  return std::move(read->feeder);
}

importers::OpenDssSolution engine_solution(const Script& script,
                                           std::optional<double> tolerance_pu) {
  auto solution = importers::opendss_solution(script.path(), tolerance_pu);
  if (!solution) {
    throw std::runtime_error(to_string(solution.faults().front()));
  }
  return *std::move(solution);
}

}  // namespace gridpact::test
