#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gridpact/importers/detail/feeder_reader.hpp"
#include "gridpact/importers/detail/pandas_table.hpp"

namespace gridpact::importers {

/// A pandapower net while it becomes a feeder: its tables, its buses, what is told of it. Shared by
/// the readers of its kinds of elements.
class PandapowerNet {
 public:
  struct Bus {
    std::optional<NodeId> node;  ///< none if it is out of service
    double vn_kv = 0.0;
  };

  /// Reads tables and buses of the net, the "_object" of the document. What is built goes into
  /// `out`.
  PandapowerNet(const documents::Json& net, WrittenFeeder& out, Faults& faults);

  [[nodiscard]] Feeder& feeder() { return feeder_; }
  [[nodiscard]] WrittenFeeder& written() { return out_; }
  [[nodiscard]] Faults& faults() { return faults_; }
  [[nodiscard]] double base_mva() const { return base_mva_; }
  [[nodiscard]] double frequency_hz() const { return frequency_hz_; }
  [[nodiscard]] double base_ohm(const Bus& bus) const;
  [[nodiscard]] const std::map<std::string, PandasTable>& tables() const { return tables_; }

  // Faults at the line of an element's table, and others at a line.
  void error(const PandasTable& table, std::size_t row, const std::string& message);
  void warn(const PandasTable& table, std::size_t row, const std::string& message);
  void note(int line, std::string message);
  void add(Severity severity, int line, std::string message);

  /// The table, remembered as taken; an empty one if the net does not have it.
  const PandasTable& take(const std::string& name);
  [[nodiscard]] bool is_taken(const std::string& name) const { return taken_.contains(name); }

  /// The number in a cell; a fault (and 1) if there is none.
  double need(const PandasTable& table, std::size_t row, std::string_view column);
  /// Whether the element takes part; remembered if it does not.
  bool in_service(const PandasTable& table, std::size_t row);
  /// The bus named in a column; nothing if there is none (a fault) or it is out of service.
  const Bus* bus_of(const PandasTable& table, std::size_t row, std::string_view column);
  /// Its name where it has one that no other branch has; else its kind and number.
  std::string branch_name(const PandasTable& table, std::size_t row);

  /// A branch ("l" a line, "t" and "t3" transformers) with this number is open at a bus.
  void open_at(const std::string& kind, std::int64_t element, std::int64_t bus) {
    open_ends_.insert({kind, element, bus});
  }
  /// Adds a branch between `columns`' buses: with open switches at some of them it keeps what flows
  /// into it at the others.
  void add_branch(const PandasTable& table, std::size_t row, const std::string& switch_kind,
                  std::span<const std::string_view> columns, Branch branch);

  /// Notes of all that was left out because it, or its bus, is out of service.
  void report_out_of_service();

 private:
  using OpenEnd = std::tuple<std::string, std::int64_t, std::int64_t>;

  double head_number(std::string_view key);
  void read_head();
  void read_tables();
  void add_buses();
  /// Coordinates: a GeoJSON point in the table itself, or a row of bus_geodata.
  void set_place(const PandasTable& table, std::size_t row, Node& node);

  const documents::Json& net_;
  WrittenFeeder& out_;
  Feeder& feeder_;
  Faults& faults_;
  double base_mva_ = 1.0;
  double frequency_hz_ = 50.0;
  std::map<std::string, PandasTable> tables_;
  std::set<std::string> taken_;
  std::map<std::int64_t, Bus> buses_;
  std::set<OpenEnd> open_ends_;
  std::set<std::string> branch_names_;
  std::map<std::string, std::vector<std::string>> idle_;  ///< out of service, by table
  std::vector<std::string> without_bus_;
};

// The readers of its kinds of elements. Switches come first: they say where branches are open; then
// sources.
void read_switches(PandapowerNet& net);
void add_sources(PandapowerNet& net);
void add_lines(PandapowerNet& net);
void add_transformers(PandapowerNet& net);
void add_three_winding_transformers(PandapowerNet& net);
void add_impedances(PandapowerNet& net);
void add_bus_elements(PandapowerNet& net);

}  // namespace gridpact::importers
