#include "gridpact/documents/files.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::documents {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("gridpact_files_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Files, WritesAndReadsTheBytes) {
  const auto path = folder_ / "a" / "b.bin";
  const std::string bytes("line\r\n\0end", 10);
  ASSERT_TRUE(write_file(path, bytes).empty());
  EXPECT_EQ(read_text(path).value(), bytes);
}

TEST_F(Files, ReplacesAndLeavesNothingBeside) {
  const auto path = folder_ / "plan.json";
  ASSERT_TRUE(write_file(path, "long first text").empty());
  ASSERT_TRUE(write_file(path, "").empty());
  EXPECT_EQ(read_text(path).value(), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 1);
}

TEST_F(Files, SaysWhyAFileCanNotBeRead) {
  const auto missing = read_text(folder_ / "no.json");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.faults()[0].place.file, (folder_ / "no.json").string());
  EXPECT_THAT(missing.faults()[0].message, HasSubstr("No such file"));
  fs::create_directories(folder_);
  EXPECT_THAT(read_text(folder_).faults()[0].message, HasSubstr("directory"));
}

TEST_F(Files, SaysWhyAFileCanNotBeWritten) {
  ASSERT_TRUE(write_file(folder_ / "file", "x").empty());
  const auto under_a_file = write_file(folder_ / "file" / "plan.json", "x");
  ASSERT_EQ(under_a_file.size(), 1u);
  EXPECT_THAT(under_a_file[0].message, HasSubstr("the folder can not be made"));

  fs::create_directories(folder_ / "taken");
  const auto on_a_folder = write_file(folder_ / "taken", "x");
  ASSERT_EQ(on_a_folder.size(), 1u);
  EXPECT_THAT(on_a_folder[0].message, HasSubstr("can not be written"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 2);
}

}  // namespace
}  // namespace gridpact::documents
