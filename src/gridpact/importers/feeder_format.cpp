#include "gridpact/importers/case_format.hpp"

namespace gridpact::importers {

namespace {

using enum KeyType;

const TableSpec& node_table() {
  static const TableSpec spec{
      .label = "a row of 'nodes'",
      .meaning = "A bus and its demand at nominal (peak) level, three-phase.",
      .keys = {
          {.name = "name", .meaning = "name of the node, unique"},
          {.name = "p_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "active demand"},
          {.name = "q_kvar",
           .type = number,
           .unit = "kvar",
           .fallback = "0",
           .meaning = "reactive demand"},
          {.name = "x", .type = number, .required = false, .meaning = "map coordinate"},
          {.name = "y", .type = number, .required = false, .meaning = "map coordinate"},
      }};
  return spec;
}

const TableSpec& branch_table() {
  static const TableSpec spec{
      .label = "a row of 'branches'",
      .meaning = "A line between two nodes: its series impedance per phase.",
      .keys = {
          {.name = "name", .required = false, .meaning = "unique; not written = \"from-to\""},
          {.name = "from", .meaning = "node at one end"},
          {.name = "to", .meaning = "node at the other end"},
          {.name = "r_ohm",
           .type = number,
           .unit = "ohm",
           .range = at_least(0),
           .meaning = "resistance"},
          {.name = "x_ohm",
           .type = number,
           .unit = "ohm",
           .range = at_least(0),
           .meaning = "reactance"},
          {.name = "rating_a",
           .type = number,
           .unit = "A",
           .range = above(0),
           .required = false,
           .meaning = "largest permitted current; not written = no limit"},
          {.name = "open",
           .type = yes_or_no,
           .fallback = "false",
           .meaning = "normally open: listed, but left out of the network"},
      }};
  return spec;
}

}  // namespace

const TableSpec& feeder_format() {
  static const TableSpec spec{
      .label = "the feeder",
      .meaning = "A balanced three-phase network by its single-line equivalent.",
      .keys = {
          {.name = "schema",
           .type = word,
           .words = {"gridpact-feeder/1"},
           .meaning = "version of this format"},
          {.name = "name", .meaning = "name of the feeder"},
          {.name = "base_voltage_kv",
           .type = number,
           .unit = "kV",
           .range = above(0),
           .meaning = "line-to-line voltage of 1 pu"},
          {.name = "base_kva",
           .type = number,
           .unit = "kVA",
           .range = above(0),
           .fallback = "1000",
           .meaning = "three-phase power of 1 pu"},
          {.name = "source_node", .meaning = "node of the substation"},
          {.name = "source_voltage_pu",
           .type = number,
           .unit = "pu",
           .range = from_to(0.8, 1.2),
           .fallback = "1",
           .meaning = "voltage that the substation holds"},
          {.name = "nodes",
           .type = table_list,
           .meaning = "buses and their demand",
           .fields = &node_table()},
          {.name = "branches",
           .type = table_list,
           .meaning = "lines between them",
           .fields = &branch_table()},
      }};
  return spec;
}

}  // namespace gridpact::importers
