#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gridpact/model/certificate.hpp"
#include "gridpact/uncertainty/law.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

/// The first half of a SHA-256 in hexadecimal digits: tells any two days apart.
using DayDigest = std::array<char, 32>;

/// Of every number of a replayed day, bit for bit.
[[nodiscard]] DayDigest digest_of(const ScenarioReplay& day);
/// SHA-256 of every number of a law.
[[nodiscard]] std::string digest_of(const uncertainty::LayerLaw& law);

/// Periods of a day that were violated, four to a hexadecimal digit, the first its highest bit.
[[nodiscard]] std::string to_hex(const std::vector<bool>& periods);

/// Evidence is kept in at most so many blocks.
inline constexpr std::uint64_t most_blocks = 2000;
/// Days of each block of the evidence of so many scenarios.
[[nodiscard]] std::uint64_t block_days(std::uint64_t scenarios);

/// What is kept of a replayed day for the evidence.
struct DayEvidence {
  DayDigest digest{};
  std::vector<bool> violated;  ///< per period; empty if none was
};
[[nodiscard]] DayEvidence evidence_of(const ScenarioReplay& day);
/// The block of the days `first`, `first` + 1, ...
[[nodiscard]] EvidenceBlock block_of(std::uint64_t first, std::span<const DayEvidence> days);

/// Reads `EvidenceBlock::violated` back: per day of the block, `days` of them from `first` on, its
/// violated periods (empty if none). Faults: anything that `block_of` does not write.
[[nodiscard]] Result<std::vector<std::vector<bool>>> violated_of(const EvidenceBlock& block,
                                                                 std::uint64_t first,
                                                                 std::uint64_t days,
                                                                 std::size_t periods);

}  // namespace gridpact::verify
