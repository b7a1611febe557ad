#include "gridpact/verify/verify.hpp"

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
  return judge ? Result<ScenarioReplay>(judge->run(scenario))
               : Result<ScenarioReplay>(judge.faults());
}

}  // namespace gridpact::verify
