#include "gridpact/verify/verify.hpp"

#include <fmt/format.h>

#include "gridpact/model/names.hpp"
#include "gridpact/verify/certify.hpp"
#include "gridpact/verify/judge.hpp"

namespace gridpact::verify {

namespace {

constexpr Names<Law, 7> law_names{{{Law::mixture, "mixture"},
                                   {Law::history, "history"},
                                   {Law::heavy, "heavy"},
                                   {Law::together, "together"},
                                   {Law::drifted, "drifted"},
                                   {Law::adversarial, "adversarial"},
                                   {Law::held_back, "held_back"}}};

}  // namespace

std::string_view to_string(Law law) { return name_of(law_names, law); }
std::optional<Law> parse_law(std::string_view text) { return value_of(law_names, text); }

Result<Certificate> verify(const Case& problem, const Plan& plan, const VerifyOptions& options) {
  const auto judge = Judge::create(problem, plan, options);
  return judge ? Result<Certificate>(certify(*judge)) : Result<Certificate>(judge.faults());
}

Result<ScenarioReplay> replay(const Case& problem, const Plan& plan, const VerifyOptions& options,
                              std::uint64_t scenario) {
  const auto judge = Judge::create(problem, plan, options);
  if (!judge) {
    return judge.faults();
  }
  // Of held-back days the judge knows how many there are.
  const auto scenarios = judge->options().scenarios;
  if (scenario >= scenarios) {
    return Fault{Severity::error,
                 {},
                 fmt::format("there is no scenario {}: the run has {}, numbered 0 to {}; give a "
                             "number of these, or the run's own number of scenarios",
                             scenario, scenarios, scenarios - 1)};
  }
  return judge->run(scenario);
}

}  // namespace gridpact::verify
