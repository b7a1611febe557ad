// A sample of n of B blocks, of which a share f is false, misses all false ones with probability at
// most (1 − f)^n; f = 1 − 0.01^(1/n) leaves 1 %.

#include "gridpact/verify/audit.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/base/parallel.hpp"
#include "gridpact/base/random.hpp"
#include "gridpact/verify/certify.hpp"
#include "gridpact/verify/decision.hpp"
#include "gridpact/verify/evidence.hpp"
#include "gridpact/verify/interval.hpp"
#include "gridpact/verify/sequential.hpp"

namespace gridpact::verify {

namespace {

constexpr double missed = 0.01;

Fault fault(std::string message) { return {Severity::error, {}, std::move(message)}; }

bool agree(const MeasuredShare& a, const MeasuredShare& b) {
  return a.count == b.count && a.trials == b.trials && a.share == b.share && a.lower == b.lower &&
         a.upper == b.upper;
}

/// Per day of the certificate, its violated periods.
Result<std::vector<std::vector<bool>>> violated_days(const Certificate& certificate) {
  const auto& evidence = certificate.evidence;
  const std::uint64_t days = certificate.scenarios;
  const std::uint64_t blocks =
      evidence.block_days == 0 ? 0 : (days + evidence.block_days - 1) / evidence.block_days;
  if (days == 0 || evidence.block_days != block_days(days) || evidence.blocks.size() != blocks) {
    return fault(
        fmt::format("the evidence has {} blocks of {} days, which are not those of {} "
                    "scenarios; the certificate is damaged",
                    evidence.blocks.size(), evidence.block_days, days));
  }
  std::vector<std::vector<bool>> out;
  Faults faults;
  for (const auto& block : evidence.blocks) {
    const std::uint64_t first = out.size();
    const auto count = std::min(evidence.block_days, days - first);
    auto read = violated_of(block, first, count, certificate.by_period.size());
    if (!read) {
      faults.insert(faults.end(), read.faults().begin(), read.faults().end());
      out.resize(first + count);
      continue;
    }
    std::move(read->begin(), read->end(), std::back_inserter(out));
  }
  if (!faults.empty()) {
    return faults;
  }
  return out;
}

/// Do the certificate's figures follow from its evidence?
class Arithmetic {
 public:
  Arithmetic(const Certificate& certificate, const VerifyOptions& options,
             const std::vector<std::vector<bool>>& violated, std::vector<std::string>& findings)
      : certificate_(certificate), options_(options), violated_(violated), findings_(findings) {}

  void check() {
    counts();
    bound();
    const bool passes =
        !certificate_.partial && certificate_.promise_upper <= certificate_.joint_violation_limit;
    if (certificate_.certified != passes) {
      findings_.push_back(fmt::format("'certified' is {}, but the bound {:.4g} {} the limit {:.4g}",
                                      certificate_.certified, certificate_.promise_upper,
                                      passes ? "is within" : "is beyond",
                                      certificate_.joint_violation_limit));
    }
  }

 private:
  [[nodiscard]] MeasuredShare measured(std::uint64_t count, std::uint64_t periods) const {
    const double confidence = certificate_.confidence;
    const std::uint64_t days = certificate_.scenarios;
    if (certificate_.early_stop) {
      return measure_sequential(count, days, periods, confidence);
    }
    return periods == 1 ? measure(count, days, confidence)
                        : measure_pooled(count, days, periods, confidence);
  }

  void compare(const std::string& what, const MeasuredShare& stated, const MeasuredShare& found) {
    if (!agree(stated, found)) {
      findings_.push_back(fmt::format(
          "{}: stated are {} of {} ({:.4g} to {:.4g}), the evidence gives {} of {} ({:.4g} to "
          "{:.4g})",
          what, stated.count, stated.trials, stated.lower, stated.upper, found.count, found.trials,
          found.lower, found.upper));
    }
  }

  void counts() {
    const std::size_t periods = certificate_.by_period.size();
    std::vector<std::uint64_t> by_period(periods);
    std::uint64_t days = 0;
    for (const auto& day : violated_) {
      days += day.empty() ? 0U : 1U;
      for (std::size_t t = 0; t < day.size(); ++t) {
        by_period[t] += day[t] ? 1U : 0U;
      }
    }
    compare("days", certificate_.days, measured(days, 1));
    compare("periods", certificate_.periods,
            periods == 0
                ? MeasuredShare{}
                : measured(std::accumulate(by_period.begin(), by_period.end(), std::uint64_t{0}),
                           periods));
    for (std::size_t t = 0; t < periods; ++t) {
      compare(fmt::format("by_period/{}", t), certificate_.by_period[t], measured(by_period[t], 1));
    }
    const auto worst = std::max_element(by_period.begin(), by_period.end());
    if (worst != by_period.end()) {
      compare("worst_period", certificate_.worst_period, measured(*worst, 1));
    }
  }

  /// With a Wasserstein radius the bound is of tightened limits, which only replaying tells.
  void bound() {
    if (options_.ambiguity.wasserstein_radius > 0.0) {
      return;
    }
    Decision decision(options_, certificate_.joint_violation_limit, certificate_.scope,
                      certificate_.by_period.size());
    for (std::size_t i = 0; i < violated_.size(); ++i) {
      decision.add({violated_[i]});
      if (options_.early_stop && ((i + 1) % look_days == 0 || i + 1 == violated_.size())) {
        (void)decision.settled();
      }
    }
    const auto outcome = decision.outcome();
    if (outcome.upper != certificate_.promise_upper ||
        outcome.test.limit != certificate_.tested_limit) {
      findings_.push_back(
          fmt::format("promise_upper: stated is {:.6g} against {:.6g}, the "
                      "evidence gives {:.6g} against {:.6g}",
                      certificate_.promise_upper, certificate_.tested_limit, outcome.upper,
                      outcome.test.limit));
    }
  }

  const Certificate& certificate_;
  const VerifyOptions& options_;
  const std::vector<std::vector<bool>>& violated_;
  std::vector<std::string>& findings_;
};

/// False if there is no point in going on.
bool compare_digests(const Case& problem, const Certificate& certificate,
                     const AuditOptions& options, Audit& out) {
  const auto other = [&](std::string_view what, const std::string& stated,
                         const std::string& found) {
    if (stated != found) {
      out.findings.push_back(
          fmt::format("{}: the certificate was made of one with SHA-256 {}, this one has {}", what,
                      stated.empty() ? "none" : stated, found));
    }
  };
  other("case", certificate.case_digest, problem.digest);
  other("plan", certificate.plan_digest, options.plan_digest);
  if (certificate.software != software()) {
    out.remarks.push_back(fmt::format("software: the certificate was made by {}, this is {}",
                                      certificate.software, software()));
  }
  if (certificate.software_digest != options.software_digest) {
    out.remarks.push_back(fmt::format(
        "software: the certificate was made by a program of sources with SHA-256 {}, this one's "
        "have {}",
        certificate.software_digest.empty() ? "unknown" : certificate.software_digest,
        options.software_digest.empty() ? "none" : options.software_digest));
  }
  return out.findings.empty();
}

void replay_all(const Judge& judge, Audit& out) {
  out.recomputed = certify(judge);
  out.days_replayed = out.recomputed->scenarios;
  out.interrupted = out.recomputed->partial;
  if (out.interrupted) {
    out.recomputed.reset();
    return;
  }
  out.overlooked_share = 0.0;
}

/// `count` of `blocks` at random, in their order.
std::vector<std::size_t> chosen_blocks(std::size_t blocks, std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> all(blocks);
  std::iota(all.begin(), all.end(), std::size_t{0});
  RandomStream random(seed, 0);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(all[i], all[i + random.index(blocks - i)]);
  }
  all.resize(count);
  std::sort(all.begin(), all.end());
  return all;
}

void replay_sample(const Judge& judge, const Certificate& certificate, const AuditOptions& options,
                   Audit& out) {
  const auto& evidence = certificate.evidence;
  const std::size_t blocks = evidence.blocks.size();
  const auto wanted =
      static_cast<std::size_t>((options.sample + evidence.block_days - 1) / evidence.block_days);
  const auto chosen = chosen_blocks(blocks, std::min(blocks, wanted), options.seed);
  std::vector<std::string> findings(chosen.size());
  std::vector<std::uint64_t> days(chosen.size());
  std::size_t finished = 0;
  std::mutex mutex;
  std::size_t done = 0;
  const bool whole = parallel_for(
      chosen.size(), options.threads,
      [&](std::size_t i) {
        const std::uint64_t first = chosen[i] * evidence.block_days;
        const auto end = std::min(first + evidence.block_days, certificate.scenarios);
        std::vector<DayEvidence> replayed;
        for (auto scenario = first; scenario < end; ++scenario) {
          const auto day = judge.run(scenario);
          replayed.push_back(evidence_of(day));
        }
        days[i] = end - first;
        const auto block = block_of(first, replayed);
        const auto& stated = evidence.blocks[chosen[i]];
        if (block.violated != stated.violated) {
          findings[i] = fmt::format("scenarios {} to {}: stated violations '{}', replayed '{}'",
                                    first, end - 1, stated.violated, block.violated);
        } else if (block.digest != stated.digest) {
          findings[i] = fmt::format(
              "scenarios {} to {}: the same violations, but not the same numbers", first, end - 1);
        }
        const std::scoped_lock lock(mutex);
        options.progress("replaying days",
                         static_cast<double>(++done) / static_cast<double>(chosen.size()));
      },
      options.progress.stop, &finished);
  for (std::size_t i = 0; i < finished; ++i) {
    out.days_replayed += days[i];
    if (!findings[i].empty()) {
      out.findings.push_back(std::move(findings[i]));
    }
  }
  out.interrupted = !whole;
  if (finished == blocks) {
    out.overlooked_share = 0.0;
  } else if (finished > 0) {
    out.overlooked_share = 1.0 - std::pow(missed, 1.0 / static_cast<double>(finished));
  }
}

}  // namespace

Result<VerifyOptions> options_of(const Certificate& certificate) {
  const auto law = parse_law(certificate.law);
  Faults faults;
  if (!law) {
    faults.push_back(
        fault(fmt::format("there is no law '{}' that days could be drawn from", certificate.law)));
  }
  if (certificate.partial) {
    faults.push_back(
        fault("the certificate is partial: its maker was interrupted, and it claims nothing that "
              "could be audited; verify the plan again"));
  }
  if (!faults.empty()) {
    return faults;
  }
  VerifyOptions out;
  out.scenarios = certificate.scenarios_asked;
  out.seed = certificate.seed;
  out.law = *law;
  out.layers = certificate.layers;
  out.confidence = certificate.confidence;
  out.limit = certificate.joint_violation_limit;
  out.ambiguity = {certificate.kl_radius, certificate.wasserstein_radius};
  out.early_stop = certificate.early_stop;
  return out;
}

Result<Audit> audit(const Case& problem, const Plan& plan, const Certificate& certificate,
                    const AuditOptions& options) {
  auto verify_options = options_of(certificate);
  if (!verify_options) {
    return verify_options.faults();
  }
  verify_options->threads = options.threads;
  verify_options->progress = options.progress;
  const auto violated = violated_days(certificate);
  if (!violated) {
    return violated.faults();
  }
  Audit out;
  const bool same_inputs = compare_digests(problem, certificate, options, out);
  Arithmetic(certificate, *verify_options, *violated, out.findings).check();
  if (!same_inputs) {
    return out;
  }
  const auto judge = Judge::create(problem, plan, *verify_options);
  if (!judge) {
    return judge.faults();
  }
  if (judge->model_digest() != certificate.model_digest) {
    out.findings.push_back(
        fmt::format("model: the certificate's days were drawn from a law with "
                    "SHA-256 {}, this software fits one with {}",
                    certificate.model_digest, judge->model_digest()));
    return out;
  }
  if (options.sample == 0) {
    replay_all(*judge, out);
  } else {
    replay_sample(*judge, certificate, options, out);
  }
  return out;
}

}  // namespace gridpact::verify
