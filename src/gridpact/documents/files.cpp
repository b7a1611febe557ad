#include "gridpact/documents/files.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace gridpact::documents {

namespace {

Fault fault(const std::filesystem::path& path, std::string_view what, const std::error_code& why) {
  std::string message(what);
  message += ": ";
  message += why.message();
  return {Severity::error, {path.string(), 0}, std::move(message)};
}

std::error_code last_error() { return {errno, std::generic_category()}; }

/// An open file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }
  /// A full disk may show only when the file is closed.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

bool write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return true;
}

/// Puts `bytes` into a new file that is on the disk when this returns.
std::error_code write_to_disk(const std::filesystem::path& path, std::string_view bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.is_open() || !write_all(file, bytes) || ::fsync(file.number()) != 0 || !file.close()) {
    return last_error();
  }
  return {};
}

}  // namespace

Result<std::string> read_text(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fault(path, "can not be read", std::make_error_code(std::errc::is_a_directory));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fault(path, "can not be read", last_error());
  }
  std::ostringstream text;
  if (file.peek() != std::ifstream::traits_type::eof()) {  // inserting nothing counts as a failure
    text << file.rdbuf();
  }
  if (file.bad() || text.fail()) {
    return fault(path, "can not be read", last_error());
  }
  return std::move(text).str();
}

Faults write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      return {fault(path.parent_path(), "the folder can not be made", error)};
    }
  }
  auto beside = path;
  // The process number keeps two runs with the same destination apart.
  beside.replace_filename("." + path.filename().string() + "." + std::to_string(::getpid()) +
                          ".part");
  error = write_to_disk(beside, bytes);
  if (!error) {
    std::filesystem::rename(beside, path, error);
  }
  if (error) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    return {fault(path, "can not be written", error)};
  }
  // The new name too must survive a crash; a folder that can not be synced is no reason to fail.
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) {
    ::fsync(directory.number());
  }
  return {};
}

}  // namespace gridpact::documents
