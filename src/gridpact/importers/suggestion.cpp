// Optimal string alignment distance d(i, j) between the first i letters of a and j of b:
//   d(i, j) = min( d(i−1, j) + 1, d(i, j−1) + 1, d(i−1, j−1) + [a_i ≠ b_j],
//                  d(i−2, j−2) + 1 if a_i = b_{j−1} and a_{i−1} = b_j )
// Damerau 1964; Wagner, Lowrance 1975 (restricted form).

#include "gridpact/importers/detail/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gridpact/base/matrix.hpp"

namespace gridpact::importers {

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::size_t distance(std::string_view a, std::string_view b) {
  BasicMatrix<std::size_t> d(a.size() + 1, b.size() + 1);
  for (std::size_t i = 0; i <= a.size(); ++i) {
    d(i, 0) = i;
  }
  for (std::size_t j = 0; j <= b.size(); ++j) {
    d(0, j) = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other_letter = a[i - 1] == b[j - 1] ? 0 : 1;
      d(i, j) = std::min({d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + other_letter});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d(i, j) = std::min(d(i, j), d(i - 2, j - 2) + 1);
      }
    }
  }
  return d(a.size(), b.size());
}

/// The parts between underscores in alphabetical order, so that up_kw_max is near to up_max_kw.
std::string sorted_parts(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '_') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, "_"));
}

}  // namespace

std::string_view nearest_word(std::string_view written, std::span<const std::string_view> known) {
  const auto lower = lower_case(written);
  std::string_view nearest;
  std::size_t best = std::max<std::size_t>(1, written.size() / 3) + 1;
  for (const auto word : known) {
    const auto other = lower_case(word);
    const auto slips =
        std::min(distance(lower, other), distance(sorted_parts(lower), sorted_parts(other)));
    // A word of one or two letters is "near" to every other one: there only the case may differ.
    if (slips < best && (slips == 0 || written.size() > 2)) {
      best = slips;
      nearest = word;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> known) {
  const auto word = nearest_word(written, known);
  return word.empty() ? std::string{} : fmt::format("; did you mean '{}'?", word);
}

}  // namespace gridpact::importers
