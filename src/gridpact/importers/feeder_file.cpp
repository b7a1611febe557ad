#include "gridpact/importers/feeder_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "gridpact/importers/detail/feeder_reader.hpp"

namespace gridpact::importers {

namespace {

/// A way of writing feeders. A file is of the first format that has its ending and one of whose
/// marks stands in it.
struct FeederFormat {
  std::string_view name;
  std::string_view ending;
  std::string_view mark;  ///< empty: every file with this ending
  FeederReader* read;
};

constexpr std::array formats{
    FeederFormat{"gridpact-feeder/1", ".toml", "gridpact-feeder/", &read_toml_feeder},
    FeederFormat{"gridpact-feeder/2", ".json", "gridpact-feeder/", &read_json_feeder},
    FeederFormat{"pandapower net", ".json", "pandapowerNet", &read_pandapower_feeder},
    FeederFormat{"OpenDSS script", ".dss", "", &read_opendss_feeder},
    FeederFormat{"MATPOWER case", ".m", "", &read_matpower_feeder},
};

std::string ending_of(const std::filesystem::path& path) {
  auto ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

const FeederFormat* format_of(const std::string& ending, std::string_view text) {
  const auto* const found = std::ranges::find_if(formats, [&](const FeederFormat& format) {
    return format.ending == ending && text.find(format.mark) != std::string_view::npos;
  });
  return found == formats.end() ? nullptr : found;
}

std::string list_of_formats() {
  std::string list;
  for (const auto& format : formats) {
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", format.name, format.ending);
  }
  return list;
}

}  // namespace

WrittenFeeder read_feeder_file(InputFiles& files, const std::string& name, const Place& asked_at,
                               Faults& faults) {
  WrittenFeeder out;
  out.shown = files.shown(name);
  const auto* text = files.read(name, asked_at, faults);
  if (text == nullptr) {
    return out;
  }
  const auto ending = ending_of(name);
  if (const auto* format = format_of(ending, *text)) {
    format->read(files, name, *text, out, faults);
  } else if (ending == ".toml") {  // its reader names the missing schema
    read_toml_feeder(files, name, *text, out, faults);
  } else {
    faults.push_back({Severity::error,
                      {out.shown, 0},
                      fmt::format("is no feeder file of a format that is known; give one of: {}",
                                  list_of_formats())});
  }
  return out;
}

Result<Feeder> read_feeder(const std::filesystem::path& file, Faults* notes) {
  Faults faults;
  InputFiles files{std::filesystem::path{}};
  auto written = read_feeder_file(files, file.generic_string(), {file.generic_string(), 0}, faults);
  sort_by_place(faults);
  if (has_errors(faults)) {
    return faults;
  }
  if (notes != nullptr) {
    notes->insert(notes->end(), faults.begin(), faults.end());
  }
  return std::move(written.feeder);
}

bool is_feeder_file(const std::filesystem::path& path) {
  const auto ending = ending_of(path);
  if (ending != ".toml") {
    return std::ranges::any_of(formats,
                               [&](const auto& format) { return format.ending == ending; });
  }
  Faults ignored;
  InputFiles files{std::filesystem::path{}};
  const auto* text = files.read(path.generic_string(), {}, ignored);
  return text != nullptr && format_of(ending, *text) != nullptr;
}

}  // namespace gridpact::importers
