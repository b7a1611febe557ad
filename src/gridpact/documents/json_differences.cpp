#include <algorithm>

#include "gridpact/documents/json.hpp"

namespace gridpact::documents {

namespace {

class Differences {
 public:
  explicit Differences(std::size_t most) : most_(most) {}

  void compare(const Json& first, const Json& second, const std::string& path) {
    const auto* objects = first.get_if<Json::Object>();
    const auto* arrays = first.get_if<Json::Array>();
    if (objects && second.get_if<Json::Object>()) {
      compare_members(first, second, path);
    } else if (arrays && second.get_if<Json::Array>()) {
      compare_elements(*arrays, *second.get_if<Json::Array>(), path);
    } else if (to_compact_text(first) != to_compact_text(second)) {
      add(path + " is " + shown(first) + " in the first, " + shown(second) + " in the second");
    }
  }

  std::vector<std::string> take() {
    if (found_ > most_) {
      lines_.push_back("and " + std::to_string(found_ - most_) + " more");
    }
    return std::move(lines_);
  }

 private:
  static std::string joined(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "/" + key;
  }

  static std::string shown(const Json& json) {
    constexpr std::size_t enough = 60;
    auto text = to_compact_text(json);
    return text.size() <= enough ? text : text.substr(0, enough) + "…";
  }

  void compare_members(const Json& first, const Json& second, const std::string& path) {
    for (const auto& member : *first.get_if<Json::Object>()) {
      if (const auto* other = second.find(member.key)) {
        compare(member.value, *other, joined(path, member.key));
      } else {
        add(joined(path, member.key) + " is only in the first");
      }
    }
    for (const auto& member : *second.get_if<Json::Object>()) {
      if (!first.find(member.key)) {
        add(joined(path, member.key) + " is only in the second");
      }
    }
  }

  void compare_elements(const Json::Array& first, const Json::Array& second,
                        const std::string& path) {
    if (first.size() != second.size()) {
      add(path + " has " + std::to_string(first.size()) + " elements in the first, " +
          std::to_string(second.size()) + " in the second");
    }
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
      compare(first[i], second[i], joined(path, std::to_string(i)));
    }
  }

  void add(std::string line) {
    if (++found_ <= most_) {
      lines_.push_back(std::move(line));
    }
  }

  std::size_t most_;
  std::size_t found_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> differences(const Json& first, const Json& second, std::size_t most) {
  Differences found(most);
  found.compare(first, second, {});
  return found.take();
}

}  // namespace gridpact::documents
