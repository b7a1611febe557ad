// Whatever is in the files: a case or its faults, never a crash.

#include <tuple>

#include "importers/minimal_case.hpp"
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace gridpact::importers {
namespace {

/// Some line of `text`, with its end.
std::string some_line(const std::string& text) {
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const auto end = text.find('\n', begin);
  return text.substr(begin, end == std::string::npos ? end : end - begin + 1);
}

/// Removes or repeats a line, or writes over a few characters.
void damage(MinimalCase& minimal) {
  const auto file = *rc::gen::element<std::string>("case.toml", "feeder.toml", "prices.csv",
                                                   "series.csv", "sessions.csv");
  const auto text = minimal.text(file);
  if (text.empty()) {
    return;
  }
  const auto line = some_line(text);
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      minimal.edit(file, line, "");
      break;
    case 1:
      minimal.edit(file, line, line + line);
      break;
    default: {
      auto changed = text;
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto what = *rc::gen::element<std::string>("-", "9", "e", ".", "\"", ",", "\n", "nan",
                                                       "=", "[", "]", "{", "00", " ", "Z", "\xff");
      changed.replace(at, what.size(), what);
      minimal.write(file, changed);
    }
  }
}

RC_GTEST_PROP(CaseReaderProperty, DamagedFilesGiveACaseOrItsFaultsInOrder, ()) {
  MinimalCase minimal;
  const auto times = *rc::gen::inRange(1, 6);
  for (int i = 0; i < times; ++i) {
    damage(minimal);
  }
  const auto result = minimal.read();
  const auto& faults = result ? result->notes : result.faults();
  RC_ASSERT(result.ok() != has_errors(faults));
  for (std::size_t i = 1; i < faults.size(); ++i) {
    const auto& a = faults[i - 1].place;
    const auto& b = faults[i].place;
    RC_ASSERT(std::tie(a.file, a.line) <= std::tie(b.file, b.line));
    RC_ASSERT(!(faults[i - 1] == faults[i]));
  }
  for (const auto& fault : faults) {
    RC_ASSERT(!fault.place.file.empty());
    RC_ASSERT(!fault.message.empty());
  }
  if (result) {
    RC_ASSERT(result->substation.import_price_eur_per_kwh.size() == result->horizon.count);
    for (const auto& source : net_load_sources(*result)) {
      RC_ASSERT(forecast_kw(*result, source).size() == result->horizon.count);
    }
  }
}

}  // namespace
}  // namespace gridpact::importers
