#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

struct AuditOptions {
  std::string plan_digest;      ///< of the plan's document as it was read
  std::string software_digest;  ///< of this program's sources; empty if unknown
  /// Days to replay: whole blocks of the evidence, at least so many days; 0 = all days.
  std::uint64_t sample = 0;
  std::uint64_t seed = 0;  ///< chooses the blocks of a sample: nobody should know it beforehand
  unsigned threads = 0;
  Progress progress;
};

/// What became of a certificate that was made again.
struct Audit {
  /// What does not agree, a sentence each. Empty: the certificate holds, as far as was looked.
  std::vector<std::string> findings;
  /// What is other than when the certificate was made, but need not change it: the software.
  std::vector<std::string> remarks;
  std::uint64_t days_replayed = 0;
  /// Were a larger share of the blocks false, a sample like this would have missed all of them with
  /// probability at most 1 %. 0 if every day was replayed, 1 if none was.
  double overlooked_share = 1.0;
  bool interrupted = false;
  /// The certificate made again, if every day was replayed; without what its maker adds (plan's
  /// digest and path, software's digest).
  std::optional<Certificate> recomputed;
};

/// Does the certificate say what its case, plan, law and seed give? Looked at in this order, and no
/// further where something before makes it pointless:
///
/// 1. the digests of case, plan and software;
/// 2. what the certificate says of itself: counts, shares, intervals, bound and verdict are those
/// of
///    its evidence;
/// 3. the digest of the law;
/// 4. the days: all, or a random sample of the evidence's blocks, bit for bit.
///
/// Faults: a certificate that claims nothing (partial) or can not be read that far, and those of
/// `verify` where case and plan are the certificate's own.
[[nodiscard]] Result<Audit> audit(const Case& problem, const Plan& plan,
                                  const Certificate& certificate, const AuditOptions& options);

/// The options that `verify` made the certificate with.
[[nodiscard]] Result<VerifyOptions> options_of(const Certificate& certificate);

}  // namespace gridpact::verify
