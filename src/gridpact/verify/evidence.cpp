#include "gridpact/verify/evidence.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"

namespace gridpact::verify {

namespace {

/// Numbers as bytes, lowest first, whatever the machine: 0 and −0 alike, so that nobody has to care
/// which of the two a sum gave.
class Bytes {
 public:
  void add(std::uint64_t value) {
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
    bytes_.append(bytes.data(), bytes.size());
  }
  void add(double value) { add(std::bit_cast<std::uint64_t>(value == 0.0 ? 0.0 : value)); }
  void add(std::span<const double> values) {
    add(std::uint64_t{values.size()});
    for (const double value : values) {
      add(value);
    }
  }
  void add(const Matrix& matrix) {
    add(std::uint64_t{matrix.rows()});
    add(std::span(matrix.data(), matrix.rows() * matrix.cols()));
  }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    bytes_ += text;
  }
  [[nodiscard]] std::string sha256() const { return sha256_hex(bytes_); }

 private:
  std::string bytes_;
};

constexpr unsigned periods_per_digit = 4;

}  // namespace

DayDigest digest_of(const ScenarioReplay& day) {
  Bytes bytes;
  bytes.add(day.scenario);
  for (const auto* matrix :
       {&day.load_kw, &day.available_kw, &day.renewable_kw, &day.charge_kw, &day.called_kw,
        &day.generator_kw, &day.station_deviation_kw, &day.voltage_pu, &day.branch_current_a}) {
    bytes.add(*matrix);
  }
  bytes.add(day.net_load_deviation_kw);
  bytes.add(day.beyond_reserve_kw);
  bytes.add(day.import_kw);
  for (const std::size_t t : day.diverged) {
    bytes.add(std::uint64_t{t});
  }
  for (const auto& breach : day.breaches) {
    bytes.add(static_cast<std::uint64_t>(breach.kind));
    bytes.add(std::uint64_t{breach.element});
    bytes.add(std::uint64_t{breach.period});
    bytes.add(breach.excess);
  }
  bytes.add(day.cost_eur);
  bytes.add(day.energy_wanted_kwh);
  bytes.add(day.energy_undelivered_kwh);
  bytes.add(std::uint64_t{day.cars});
  bytes.add(std::uint64_t{day.cars_short});
  for (const auto& visit : day.visits) {
    for (const std::size_t driver : visit.driver) {
      bytes.add(std::uint64_t{driver});
    }
    bytes.add(visit.missing_kwh);
    bytes.add(visit.wear_eur);
    bytes.add(std::uint64_t{visit.misses_call ? 1U : 0U});
  }
  DayDigest out{};
  const auto whole = bytes.sha256();
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

std::string digest_of(const uncertainty::LayerLaw& law) {
  Bytes bytes;
  const auto scalar = [&](const uncertainty::ScalarComponent& component) {
    bytes.add(component.weight);
    bytes.add(component.mean);
    bytes.add(component.std_deviation);
  };
  bytes.add(law.layer);
  for (const auto& source : law.sources) {
    bytes.add(source);
  }
  for (const auto* matrix :
       {&law.mean, &law.std_deviation, &law.correlation, &law.support_low, &law.support_high}) {
    bytes.add(*matrix);
  }
  for (const auto& component : law.mixture) {
    bytes.add(component.weight);
    bytes.add(component.mean);
    bytes.add(component.covariance);
  }
  bytes.add(law.persistence);
  bytes.add(law.regime_persistence);
  for (const auto* matrices : {&law.time_correlation, &law.past_days}) {
    bytes.add(std::uint64_t{matrices->size()});
    for (const auto& matrix : *matrices) {
      bytes.add(matrix);
    }
  }
  for (std::size_t t = 0; t < law.own_shapes.rows(); ++t) {
    for (const auto& shape : law.own_shapes.row(t)) {
      std::for_each(shape.begin(), shape.end(), scalar);
    }
  }
  bytes.add(law.past_weights);
  bytes.add(std::uint64_t{law.student_degrees});
  return bytes.sha256();
}

std::string to_hex(const std::vector<bool>& periods) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t t = 0; t < periods.size(); t += periods_per_digit) {
    unsigned digit = 0;
    for (std::size_t i = 0; i < periods_per_digit; ++i) {
      const bool bit = t + i < periods.size() && periods[t + i];
      digit = 2 * digit + (bit ? 1U : 0U);
    }
    out += digits[digit];
  }
  return out;
}

DayEvidence evidence_of(const ScenarioReplay& day) {
  DayEvidence out{digest_of(day), {}};
  for (const auto& breach : day.breaches) {
    out.violated.resize(day.import_kw.size());
    out.violated[breach.period] = true;
  }
  return out;
}

std::uint64_t block_days(std::uint64_t scenarios) {
  return std::max<std::uint64_t>(1, (scenarios + most_blocks - 1) / most_blocks);
}

EvidenceBlock block_of(std::uint64_t first, std::span<const DayEvidence> days) {
  EvidenceBlock out;
  std::string digests;
  for (std::size_t i = 0; i < days.size(); ++i) {
    digests.append(days[i].digest.data(), days[i].digest.size());
    if (!days[i].violated.empty()) {
      out.violated += fmt::format("{}{}:{}", out.violated.empty() ? "" : " ", first + i,
                                  to_hex(days[i].violated));
    }
  }
  out.digest = sha256_hex(digests);
  return out;
}

Result<std::vector<std::vector<bool>>> violated_of(const EvidenceBlock& block, std::uint64_t first,
                                                   std::uint64_t days, std::size_t periods) {
  std::vector<std::vector<bool>> out(days);
  const std::string_view text = block.violated;
  const auto refuse = [&](std::string_view entry) {
    return Fault{Severity::error,
                 {},
                 fmt::format("the evidence of the block that begins with scenario {} has '{}', "
                             "which says of no scenario of it, in order, which of {} periods broke",
                             first, entry, periods)};
  };
  std::uint64_t next = first;
  for (std::size_t at = 0; !text.empty() && at <= text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto entry = text.substr(at, end - at);
    at = end + 1;
    const auto colon = entry.find(':');
    std::uint64_t scenario = 0;
    const auto* const last = entry.data() + std::min(colon, entry.size());
    const auto read = std::from_chars(entry.data(), last, scenario);
    if (colon == std::string_view::npos || read.ec != std::errc{} || read.ptr != last ||
        scenario < next || scenario >= first + days) {
      return refuse(entry);
    }
    std::vector<bool> violated;
    for (const char c : entry.substr(colon + 1)) {
      const auto digit = std::string_view("0123456789abcdef").find(c);
      for (std::size_t i = periods_per_digit; i-- > 0 && digit < 16;) {
        violated.push_back(((digit >> i) & 1U) != 0);
      }
    }
    violated.resize(std::min(violated.size(), periods));
    if (to_hex(violated) != entry.substr(colon + 1) || violated.size() != periods ||
        std::find(violated.begin(), violated.end(), true) == violated.end()) {
      return refuse(entry);
    }
    out[scenario - first] = std::move(violated);
    next = scenario + 1;
  }
  return out;
}

}  // namespace gridpact::verify
