#pragma once

#include <string>
#include <string_view>

namespace gridpact::documents {

/// Builds a CSV text (RFC 4180, but with \n): cells are quoted where they must be, numbers are
/// exact, what is not finite stays empty.
class Csv {
 public:
  Csv& cell(std::string_view text);
  Csv& cell(double number);
  Csv& count(std::size_t number);
  void end_row();
  [[nodiscard]] std::string take();

 private:
  void separate();

  std::string text_;
  bool in_row_ = false;
};

}  // namespace gridpact::documents
