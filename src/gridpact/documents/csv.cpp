#include "gridpact/documents/csv.hpp"

#include <cmath>
#include <utility>

#include "gridpact/documents/number.hpp"

namespace gridpact::documents {

void Csv::separate() {
  if (in_row_) {
    text_ += ',';
  }
  in_row_ = true;
}

Csv& Csv::cell(std::string_view text) {
  separate();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (const char c : text) {
    text_.append(c == '"' ? 2 : 1, c);
  }
  text_ += '"';
  return *this;
}

Csv& Csv::cell(double number) {
  separate();
  if (std::isfinite(number)) {
    text_ += shortest(number);
  }
  return *this;
}

Csv& Csv::count(std::size_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}

void Csv::end_row() {
  text_ += '\n';
  in_row_ = false;
}

std::string Csv::take() { return std::exchange(text_, {}); }

}  // namespace gridpact::documents
