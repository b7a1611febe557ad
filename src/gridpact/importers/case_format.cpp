#include "gridpact/importers/case_format.hpp"

#include "gridpact/importers/detail/case_tables.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

namespace {

using enum KeyType;

const TableSpec& case_table() {
  static const TableSpec spec{
      .label = "[case]",
      .meaning = "What this is.",
      .keys = {
          {.name = "schema",
           .type = word,
           .words = {"gridpact-case/1"},
           .meaning = "version of this format"},
          {.name = "name", .meaning = "short name, used in plans and certificates"},
          {.name = "title", .fallback = "untitled", .meaning = "one line for people"},
          {.name = "seed",
           .type = integer,
           .range = at_least(0),
           .fallback = "1",
           .meaning = "seed of the forecast fleet of cars"},
      }};
  return spec;
}

const TableSpec& horizon_table() {
  static const TableSpec spec{
      .label = "[horizon]",
      .meaning =
          "The planned time. It ends either after `periods` or at `end`. A day on which the "
          "clocks change simply has 23 or 25 hours.",
      .keys = {
          {.name = "start",
           .type = instant,
           .meaning =
               "beginning of the first period, a whole number of periods after local midnight"},
          {.name = "time_zone", .type = time_zone, .meaning = "IANA zone whose clock people read"},
          {.name = "period",
           .type = duration,
           .meaning = "length of a period, at least a minute; 24 h must be a whole number of them"},
          {.name = "periods",
           .type = integer,
           .range = from_to(1, 10000),
           .required = false,
           .meaning = "number of periods"},
          {.name = "end",
           .type = instant,
           .required = false,
           .meaning = "end of the last period; at most 10000 periods"},
      }};
  return spec;
}

const TableSpec& risk_table() {
  static const TableSpec spec{
      .label = "[risk]",
      .meaning = "What the plan promises.",
      .keys = {
          {.name = "joint_violation_limit",
           .type = number,
           .range = {.low = 0, .high = 1, .low_itself = false, .high_itself = false},
           .fallback = "0.05",
           .meaning = "largest probability that any limit breaks"},
          {.name = "scope",
           .type = word,
           .fallback = "period",
           .words = {"period", "horizon"},
           .meaning = "whether that holds for each period or for the whole horizon at once"},
          {.name = "knowledge",
           .type = word,
           .fallback = "tested",
           .words = knowledge_words(),
           .meaning = "what the planner claims to know of the errors"},
          {.name = "ambiguity",
           .type = word,
           .fallback = "none",
           .words = {"none", "sample", "kl"},
           .meaning =
               "whether the fit is taken as it is, its moments only as sure as the number of past "
               "days makes them, or its law only as near as held-out days say"},
          {.name = "layers",
           .type = word,
           .fallback = "apart",
           .words = {"apart", "joint"},
           .meaning = "whether errors of net load and of charging are independent, or have in "
                      "common what days of the same date show"},
          {.name = "ev_share",
           .type = number,
           .range = {.low = 0, .high = 1, .low_itself = false, .high_itself = false},
           .required = false,
           .meaning = "share of the limit kept for the stations' own reserves; left out, the plan "
                      "decides the split"},
          {.name = "robust_budget",
           .type = number,
           .range = above(0),
           .required = false,
           .meaning = "for ro: how many of a limit's sources may be at their worst at a time; left "
                      "out, all"},
          {.name = "scenarios",
           .type = integer,
           .range = from_to(1, 100000),
           .fallback = "100",
           .meaning = "for so: sampled days that the plan must survive"},
          {.name = "rows",
           .type = word,
           .fallback = "merged",
           .words = {"merged", "separate"},
           .meaning =
               "whether the two sides of a band, and all reserve of a layer, share the limit "
               "as one event (cheaper, at the same promise) or each by itself"},
          {.name = "participation",
           .type = word,
           .fallback = "given",
           .words = {"given", "decided"},
           .meaning =
               "whether the providers answer deviations by the shares that their offers name, "
               "or by shares that the plan decides for every period (icc, ba, oba; not with a "
               "mixture, nor where generators may stand still)"},
      }};
  return spec;
}

}  // namespace

const TableSpec& case_format() {
  static const TableSpec spec{
      .label = "the case",
      .meaning = "A planning problem.",
      .keys = {
          {.name = "case", .type = table, .meaning = "what this is", .fields = &case_table()},
          {.name = "horizon",
           .type = table,
           .meaning = "the planned time",
           .fields = &horizon_table()},
          {.name = "feeder", .type = table, .meaning = "the network", .fields = &feeder_table()},
          {.name = "limits",
           .type = table,
           .required = false,
           .meaning = "the voltage band",
           .fields = &limits_table()},
          {.name = "substation",
           .type = table,
           .meaning = "the connection to the upstream grid",
           .fields = &substation_table()},
          {.name = "series",
           .type = table_list,
           .meaning = "histories of load, PV and wind",
           .fields = &series_table()},
          {.name = "load_group",
           .type = table_list,
           .meaning = "loads that follow one series",
           .fields = &load_group_table()},
          {.name = "generator",
           .type = table_list,
           .required = false,
           .meaning = "dispatchable generators",
           .fields = &generator_table()},
          {.name = "renewable",
           .type = table_list,
           .required = false,
           .meaning = "PV plants and wind turbines",
           .fields = &renewable_table()},
          {.name = "sessions",
           .type = table_list,
           .required = false,
           .meaning = "histories of charging sessions",
           .fields = &sessions_table()},
          {.name = "station",
           .type = table_list,
           .required = false,
           .meaning = "charging stations",
           .fields = &station_table()},
          {.name = "risk",
           .type = table,
           .required = false,
           .meaning = "what the plan promises",
           .fields = &risk_table()},
      }};
  return spec;
}

}  // namespace gridpact::importers
