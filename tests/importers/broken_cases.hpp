#pragma once

#include <string>
#include <vector>

namespace gridpact::importers {

// Broken cases: each is the minimal case with one or a few edits, beside the whole text of what
// reading it says. Messages are part of what users see: whoever changes one changes it here too.

constexpr auto case_toml = "case.toml";
constexpr auto feeder_toml = "feeder.toml";
constexpr auto prices_csv = "prices.csv";
constexpr auto series_csv = "series.csv";
constexpr auto sessions_csv = "sessions.csv";

enum How { once, everywhere, whole };

struct Edit {
  How how;  ///< replace the first `old_text`, every one, or the whole file
  std::string file, old_text, new_text;
};

struct BrokenCase {
  std::string name;
  std::vector<Edit> edits;
  std::string report;
};

[[nodiscard]] std::vector<BrokenCase> broken_keys();
[[nodiscard]] std::vector<BrokenCase> broken_grids();
[[nodiscard]] std::vector<BrokenCase> broken_series();
[[nodiscard]] std::vector<BrokenCase> broken_sessions();

}  // namespace gridpact::importers
