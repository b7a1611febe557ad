#include "importers/minimal_case.hpp"

#include <atomic>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "gridpact/base/time_grid.hpp"
#include "gridpact/importers/case_reader.hpp"

namespace gridpact::importers {

namespace {

constexpr auto six_hours = std::chrono::hours{6};

/// 2021-01-01 to 2021-03-07: 61 days before the horizon, the horizon, and four more.
std::string made_up_series() {
  std::string text = "time,load_forecast,load_actual,sun_forecast,sun_actual\n";
  const auto start = *parse_instant("2021-01-01T00:00:00+01:00");
  for (int i = 0; i < 66 * 4; ++i) {
    const auto time = format_instant(start + i * six_hours, "Europe/Berlin");
    const double load = 0.5 + 0.1 * (i % 4);
    const double sun = i % 4 == 1 || i % 4 == 2 ? 0.3 : 0.0;
    text += fmt::format("{},{:.2f},{:.2f},{:.2f},{:.2f}\n", time, load, load + 0.01 * (i % 7 - 3),
                        sun, sun * (1 + 0.1 * (i % 3)));
  }
  return text;
}

/// One car on each of 30 days from Friday, 2 August 2019.
std::string made_up_sessions() {
  std::string text = "id,arrival,departure,energy_kwh,user\n";
  for (int day = 0; day < 30; ++day) {
    const auto arrival = *parse_instant("2019-08-02T08:30:00-07:00") + std::chrono::hours{24 * day};
    const auto show = [](Instant time) { return format_instant(time, "America/Los_Angeles"); };
    text += fmt::format("s{},{},{},{},{}\n", day, show(arrival), show(arrival + six_hours),
                        10 + day % 5, day % 2 == 0 ? "anna" : "");
  }
  return text;
}

/// A folder that goes away with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() /
            fmt::format("gridpact_importers_{}_{}", getpid(), ++count);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string without(std::string text, const std::string& part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) {
    text.erase(at, part.size());
  }
  return text;
}

Result<Case> read_in(const TemporaryFolder& folder,
                     const std::map<std::string, std::string>& texts) {
  for (const auto& [name, text] : texts) {
    std::ofstream(folder.path() / name, std::ios::binary) << text;
  }
  return read_case(folder.path());
}

}  // namespace

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream.is_open()) << file;
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

MinimalCase::MinimalCase() {
  const std::filesystem::path folder = GRIDPACT_SOURCE_DIR "/tests/importers/minimal";
  for (const auto* name : {"case.toml", "feeder.toml", "prices.csv"}) {
    texts_[name] = read_text(folder / name);
  }
  texts_["series.csv"] = made_up_series();
  texts_["sessions.csv"] = made_up_sessions();
}

void MinimalCase::edit(const std::string& file, const std::string& old_text,
                       const std::string& new_text) {
  auto& text = texts_.at(file);
  const auto at = text.find(old_text);
  ASSERT_NE(at, std::string::npos) << file << " does not hold: " << old_text;
  text.replace(at, old_text.size(), new_text);
}

Result<Case> MinimalCase::read() const {
  const TemporaryFolder folder;
  return read_in(folder, texts_);
}

std::string MinimalCase::report() const {
  const TemporaryFolder folder;
  const auto result = read_in(folder, texts_);
  std::string text;
  for (const auto& fault : result ? result->notes : result.faults()) {
    text += to_string(fault) + '\n';
  }
  return without(without(text, folder.path().generic_string() + '/'), "\r");
}

}  // namespace gridpact::importers
