#include "gridpact/importers/detail/dss_script.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gridpact::importers {

namespace {

namespace fs = std::filesystem;

/// More than a person wants to read; the rest are likely consequences of these.
constexpr std::size_t most_faults = 20;

/// Commands may be abbreviated; three letters tell these apart from all others.
constexpr std::size_t shortest_word = 3;
constexpr std::array followed{"redirect", "compile"};
constexpr std::array left_out{"show", "export",   "plot",     "visualize", "save",
                              "dump", "formedit", "fileedit", "help",      "about"};

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <std::size_t N>
std::string_view command_among(const std::array<const char*, N>& commands,
                               const std::string& word) {
  for (const std::string_view command : commands) {
    if (word.size() >= shortest_word && command.starts_with(word)) {
      return command;
    }
  }
  return {};
}

/// A command's first word, lower case, and its first value: what follows, without quotes and
/// "name=".
struct Command {
  std::string word;
  std::string value;
};

std::string unquoted(std::string_view text) {
  static constexpr std::string_view open = "\"'([{";
  static constexpr std::string_view shut = "\"')]}";
  if (!text.empty()) {
    if (const auto kind = open.find(text.front()); kind != std::string_view::npos) {
      const auto end = text.find(shut[kind], 1);
      return std::string(
          text.substr(1, end == std::string_view::npos ? std::string_view::npos : end - 1));
    }
  }
  std::size_t end = 0;
  while (end < text.size() && !is_blank(text[end]) && text[end] != ',' && text[end] != '!' &&
         !text.substr(end).starts_with("//")) {
    ++end;
  }
  return std::string(text.substr(0, end));
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  return text;
}

Command parse(std::string_view line) {
  Command out;
  line = without_blanks(line);
  std::size_t end = 0;
  while (end < line.size() && std::isalpha(static_cast<unsigned char>(line[end])) != 0) {
    ++end;
  }
  out.word = lower(std::string(line.substr(0, end)));
  auto rest = without_blanks(line.substr(end));
  if (const auto named = lower(std::string(rest.substr(0, 5))); named.starts_with("file")) {
    if (const auto equals = rest.find('='); equals != std::string_view::npos) {
      rest = without_blanks(rest.substr(equals + 1));
    }
  }
  out.value = unquoted(rest);
  return out;
}

class ScriptRunner {
 public:
  ScriptRunner(DssEngine& engine, fs::path root, std::string shown, Faults& faults)
      : engine_(engine), root_(std::move(root)), shown_(std::move(shown)), faults_(faults) {}

  void run(const fs::path& file, const Place& asked_at) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream.is_open()) {
      fault(asked_at, fmt::format("the file '{}' can not be read", show(file)));
      return;
    }
    open_.push_back(file);
    const auto name = show(file);
    bool in_comment = false;
    std::string line;
    for (int number = 1; !stopped_ && std::getline(stream, line); ++number) {
      if (number == 1 && line.starts_with("\xEF\xBB\xBF")) {
        line.erase(0, 3);
      }
      while (!line.empty() && is_blank(line.back())) {
        line.pop_back();
      }
      in_comment = in_comment || line.starts_with("/*");
      if (!in_comment) {
        run_line(line, {name, number});
      }
      in_comment = in_comment && line.find("*/") == std::string::npos;
    }
    open_.pop_back();
  }

  DssScriptLog take() { return std::move(log_); }

 private:
  void run_line(const std::string& line, const Place& place) {
    const auto command = parse(line);
    if (const auto follow = command_among(followed, command.word); !follow.empty()) {
      follow_file(command.value, follow == "compile", place);
      return;
    }
    if (command.word == "cd") {
      change_folder(command.value, place);
      return;
    }
    if (const auto out = command_among(left_out, command.word); !out.empty()) {
      log_.remarks.push_back(
          fmt::format("{}:{}: '{}' was not run: reading a feeder shows and writes nothing",
                      place.file, place.line, out));
      return;
    }
    if (without_blanks(line).empty()) {
      return;
    }
    const bool solves =
        command.word.size() >= shortest_word && std::string_view("solve").starts_with(command.word);
    log_.solved = log_.solved || solves;
    if (const auto complaint = engine_.run(line)) {
      if (solves) {
        log_.remarks.push_back(fmt::format("{}:{}: the script's own solve complains: {}",
                                           place.file, place.line, one_line(*complaint)));
      } else {
        fault(place, one_line(*complaint));
      }
    }
  }

  /// The engine would look from the process's working directory, which does not change.
  void change_folder(std::string name, const Place& place) {
    std::ranges::replace(name, '\\', '/');
    std::error_code error;
    const auto folder = fs::path(engine_.folder()) / name;
    if (fs::is_directory(folder, error)) {
      engine_.set_folder(fs::canonical(folder, error).string());
    } else {
      fault(place, fmt::format("there is no folder '{}'; correct the name", name));
    }
  }

  void follow_file(std::string name, bool stays, const Place& place) {
    std::ranges::replace(name, '\\', '/');
    const fs::path folder = engine_.folder();
    std::error_code error;
    auto file = fs::path(name).is_absolute() ? fs::path(name) : folder / name;
    if (!fs::is_regular_file(file, error) && !file.has_extension()) {
      file += ".dss";
    }
    if (!fs::is_regular_file(file, error)) {
      file = in_other_case(file);
    }
    if (file.empty()) {
      stopped_ = true;  // what follows would only complain of what that file should have made
      file = folder / name;
      fault(place, fmt::format("the file '{}' does not exist (looked for as {}); correct the name",
                               name, show(file)));
      return;
    }
    file = fs::canonical(file, error);
    if (std::ranges::find(open_, file) != open_.end()) {
      std::vector<std::string> way;
      for (const auto& one : open_) {
        way.push_back(one.filename().string());
      }
      stopped_ = true;
      fault(place, fmt::format("leads back to itself: {} -> {}; remove this line",
                               fmt::join(way, " -> "), file.filename().string()));
      return;
    }
    engine_.set_folder(file.parent_path().string());
    run(file, place);
    if (!stays) {
      engine_.set_folder(folder.string());
    }
  }

  /// The file of this name in capitals or small letters, as Windows would find it; empty if there
  /// is none, or several.
  fs::path in_other_case(const fs::path& file) {
    std::error_code error;
    fs::path found;
    for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
      if (lower(entry.path().filename().string()) == lower(file.filename().string()) &&
          entry.is_regular_file(error)) {
        if (!found.empty()) {
          return {};
        }
        found = entry.path();
      }
    }
    if (!found.empty()) {
      log_.remarks.push_back(fmt::format("'{}' was read for '{}'", found.filename().string(),
                                         file.filename().string()));
    }
    return found;
  }

  /// As seen from where the script was named.
  [[nodiscard]] std::string show(const fs::path& file) const {
    std::error_code error;
    const auto relative = fs::relative(file, root_, error);
    return error || relative.empty()
               ? file.generic_string()
               : (fs::path(shown_).parent_path() / relative).lexically_normal().generic_string();
  }

  static std::string one_line(const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c != '\n' && c != '\r') {
        out += c;
      } else if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
    }
    while (!out.empty() && is_blank(out.back())) {
      out.pop_back();
    }
    return out;
  }

  void fault(const Place& place, std::string message) {
    faults_.push_back({Severity::error, place, std::move(message)});
    if (faults_.size() == most_faults) {
      stopped_ = true;
      faults_.push_back({Severity::note, place, "there may be more; the script was left here"});
    }
  }

  DssEngine& engine_;
  fs::path root_;
  std::string shown_;
  Faults& faults_;
  DssScriptLog log_;
  bool stopped_ = false;
  std::vector<fs::path> open_;
};

}  // namespace

DssScriptLog run_script(DssEngine& engine, const fs::path& script, const std::string& shown,
                        Faults& faults) {
  std::error_code error;
  const auto file = fs::canonical(script, error);
  if (error || !fs::is_regular_file(file, error)) {
    faults.push_back({Severity::error,
                      {shown, 0},
                      fs::exists(script, error) ? "is not a file; name an OpenDSS script"
                                                : "does not exist; name an OpenDSS script"});
    return {};
  }
  engine.set_folder(file.parent_path().string());
  ScriptRunner runner(engine, file.parent_path(), shown, faults);
  runner.run(file, {shown, 0});
  return runner.take();
}

}  // namespace gridpact::importers
