// The command line: words to arguments, nothing else.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>

#include <CLI/CLI.hpp>

#include "gridpact/base/version.hpp"
#include "gridpact/cli/commands.hpp"
#include "gridpact/model/case.hpp"

namespace {

using namespace gridpact::cli;

void add_risk(CLI::App& command, RiskArguments& risk) {
  command
      .add_option("--risk", risk.limit,
                  "joint violation limit ε, in place of the case's (for example 0.05)")
      ->check(CLI::Range(1e-6, 0.5));
  command.add_option("--scope", risk.scope, "what ε is for: each period, or the whole horizon")
      ->check(CLI::IsMember({"period", "horizon"}));
  command.add_option("--knowledge", risk.knowledge, "what the plan claims to know of the errors")
      ->check(CLI::IsMember(gridpact::knowledge_words()));
  command
      .add_option("--rows", risk.rows,
                  "merged: a band is one limit, all reserve one event; separate: each by itself")
      ->check(CLI::IsMember({"merged", "separate"}));
  command
      .add_option("--participation", risk.participation,
                  "who answers what share of the deviation: as the case says, or decided with the "
                  "plan (icc, ba, oba)")
      ->check(CLI::IsMember({"given", "decided"}));
  command
      .add_option(
          "--ambiguity", risk.ambiguity,
          "the fit as it is, all moments that the number of past days leaves possible, or all "
          "laws as near as held-out days are")
      ->check(CLI::IsMember({"none", "sample", "kl"}));
  command
      .add_option("--layers", risk.layers,
                  "errors of net load and charging: independent, or as days of the same date show")
      ->check(CLI::IsMember({"apart", "joint"}));
  command
      .add_option("--ev-share", risk.ev_share,
                  "share of ε for the stations' own reserves (default: the plan decides)")
      ->check(CLI::Range(1e-6, 1.0 - 1e-6));
  command
      .add_option("--robust-budget", risk.robust_budget,
                  "ro: sources of a limit that may be at their worst at a time (default: all)")
      ->check(CLI::PositiveNumber);
  command.add_option("--so-scenarios", risk.so_scenarios, "so: sampled days to survive")
      ->check(CLI::Range(1UL, 100'000UL));
}

void add_certificate(CLI::App& command, CertifyArguments& certificate) {
  auto* scenarios = command.add_option("--scenarios", certificate.scenarios,
                                       "days to replay (law held_back: all there are)");
  scenarios->check(CLI::Range(1UL, 10'000'000UL))->capture_default_str();
  scenarios->each([&certificate](const std::string&) { certificate.scenarios_given = true; });
  command.add_option("--seed", certificate.seed, "of the replayed days")->capture_default_str();
  command
      .add_option("--law", certificate.law,
                  "where the days come from: the fitted mixture, past days as they were, days from "
                  "the horizon on, or a law that the plan was not made for")
      ->check(CLI::IsMember(
          {"mixture", "history", "held_back", "heavy", "together", "drifted", "adversarial"}))
      ->capture_default_str();
  command.add_option("--confidence", certificate.confidence, "of the certificate")
      ->check(CLI::Range(0.5, 0.999999))
      ->capture_default_str();
  command.add_option("--kl", certificate.kl,
                     "certify for every law within this Kullback-Leibler radius of the days'; "
                     "data: the radius that the history's held-out days show");
  command
      .add_option("--wasserstein", certificate.wasserstein,
                  "certify for every law within this Wasserstein-1 radius, in shares of the limits")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--early-stop", certificate.early_stop,
                   "stop as soon as the decision is certain; --scenarios is the most");
}

void add_engine(CLI::App& command, std::string& engine, std::uint64_t& days) {
  command
      .add_option("--engine", engine,
                  "opendss: solve the first --engine-days days with the OpenDSS engine too, and "
                  "say where both differ most")
      ->check(CLI::IsMember({"gridpact", "opendss"}))
      ->capture_default_str();
  command.add_option("--engine-days", days, "days for the second engine")
      ->check(CLI::Range(1UL, 100'000UL))
      ->capture_default_str();
}

void add_replay(CLI::App& command, std::uint64_t& scenarios, std::uint64_t& seed) {
  command.add_option("--scenarios", scenarios, "days to replay")
      ->check(CLI::Range(1UL, 10'000'000UL))
      ->capture_default_str();
  command.add_option("--seed", seed, "of the replayed days")->capture_default_str();
}

constexpr const char* footer =
    "Exit codes: 0 success, 1 not certified, not reproduced, no plan keeps all limits, or no flow "
    "(with the explanation), "
    "2 usage or bad input, 3 our fault, 130 interrupted.";

struct CommandLine {
  CLI::App app{
      "gridpact plans a day for a feeder with electric vehicles so that all limits hold together "
      "with the "
      "probability you ask for, and proves it on the exact AC grid.",
      "gridpact"};
  CommonArguments common;
  PlanArguments plan;
  VerifyArguments verify;
  AuditArguments audit;
  CompareArguments compare;
  CompareArguments demo;
  FitArguments fit;
  CheckArguments check;
  FleetArguments fleet;
  FlowArguments flow;
  FeederSaveArguments feeder_save;
  std::function<Exit()> run;

  CommandLine() {
    app.require_subcommand(1);
    app.set_version_flag("--version", "gridpact " + std::string(gridpact::version));
    app.footer(footer);
    add_plan();
    add_verify();
    add_audit();
    add_compare();
    add_fit();
    add_check();
    add_fleet();
    add_flow();
    add_feeder();
    add_demo();
  }

  [[nodiscard]] bool knows(const std::string& command) {
    const auto all = app.get_subcommands([](const CLI::App*) { return true; });
    return std::any_of(all.begin(), all.end(),
                       [&](const CLI::App* sub) { return sub->get_name() == command; });
  }

 private:
  CLI::App& add_command(const std::string& name, const std::string& about,
                        std::function<Exit()> command) {
    return add_command(app, name, about, std::move(command));
  }

  CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& about,
                        std::function<Exit()> command) {
    auto& sub = *parent.add_subcommand(name, about);
    sub.footer(footer);
    sub.add_flag("--json", common.json, "one JSON document on stdout, nothing else there");
    sub.add_flag("-q,--quiet", common.quiet, "no notes and no progress on stderr");
    sub.add_option("--threads", common.threads, "0 = all; never changes the result")
        ->capture_default_str();
    sub.callback([this, command = std::move(command)] { run = command; });
    return sub;
  }

  void add_plan() {
    auto& sub = add_command("plan",
                            "Plan the case's day: DIR/plan.json, schedule.csv, cars.csv, "
                            "limits.csv, nodes.csv, report.html",
                            [this] { return run_plan(plan, common); });
    sub.add_option("CASE", plan.case_path, "case folder or case.toml")->required();
    sub.add_option("--method", plan.method, "what replaces the joint requirement")
        ->check(CLI::IsMember({"det", "so", "icc", "ba", "oba", "ro"}))
        ->capture_default_str();
    add_risk(sub, plan.risk);
    sub.add_option("--out", plan.out, "folder for the results (default: out/<case name>)");
    sub.add_flag("--certify", plan.certify,
                 "plan with ever larger budgets for the rows and replay each plan: the cheapest "
                 "that is certified, with DIR/certificate.json");
    sub.add_option("--budgets", plan.budgets,
                   "with --certify: multiples of the limit, from careful to bold (default: "
                   "0.5,0.8,1,1.5,2,3,4,5,6,8,10)");
    add_certificate(sub, plan.certificate);
  }

  void add_verify() {
    auto& sub = add_command(
        "verify",
        "Replay a plan on the exact AC grid: certificate.json; succeeds only if certified",
        [this] { return run_verify(verify, common); });
    sub.add_option("PLAN", verify.plan_path, "plan.json")->required();
    sub.add_option("--case", verify.case_path, "the case, if it is not where the plan says");
    add_certificate(sub, verify.certificate);
    sub.add_option("--limit", verify.limit, "joint violation limit to test, in place of the plan's")
        ->check(CLI::Range(1e-6, 0.999999));
    sub.add_option("--layers", verify.certificate.layers,
                   "errors of net load and charging: independent, or as days of the same date "
                   "show (default: as the plan took them)")
        ->check(CLI::IsMember({"apart", "joint"}));
    add_engine(sub, verify.engine, verify.engine_days);
    auto* out =
        sub.add_option("--out", verify.out,
                       "the certificate (default: certificate.json beside the plan); its page is "
                       "written beside it");
    sub.add_option("--scenario", verify.scenario,
                   "tell what happens on the day of this number (the first is 0), period by "
                   "period, and write nothing; with --law, --seed, --layers and --scenarios as of "
                   "the certificate")
        ->check(CLI::Range(0UL, 9'999'999UL))
        ->excludes(out)
        ->excludes(sub.get_option("--engine"));
  }

  void add_audit() {
    auto& sub = add_command("audit",
                            "Make a certificate again, or a random part of it, and compare it bit "
                            "for bit; succeeds only if it is reproduced",
                            [this] { return run_audit(audit, common); });
    sub.add_option("CERTIFICATE", audit.certificate_path, "certificate.json")->required();
    sub.add_option("--plan", audit.plan_path, "the plan, if it is not where the certificate says");
    sub.add_option("--case", audit.case_path, "the case, if it is not where the plan says");
    sub.add_option("--sample", audit.sample,
                   "replay only so many days, chosen at random (default: all)")
        ->check(CLI::Range(1UL, 10'000'000UL));
    sub.add_option("--seed", audit.seed, "of the choice (default: a fresh one, which is printed)");
    add_engine(sub, audit.engine, audit.engine_days);
  }

  void add_compare_options(CLI::App& sub, CompareArguments& arguments) {
    sub.add_option("--methods", arguments.methods,
                   "which, separated by commas: det, so, icc, ba, oba, ro")
        ->capture_default_str();
    add_risk(sub, arguments.risk);
    add_replay(sub, arguments.scenarios, arguments.seed);
    sub.add_flag("--frontier,!--no-frontier", arguments.frontier,
                 "also plan at other limits: cost against reliability")
        ->capture_default_str();
    sub.add_option("--out", arguments.out, "folder for the results (default: out/<case name>)");
  }

  void add_compare() {
    auto& sub = add_command(
        "compare", "Plan and verify with several methods: a table, comparison.csv, report.html",
        [this] { return run_compare(compare, common); });
    sub.add_option("CASE", compare.case_path, "case folder or case.toml")->required();
    add_compare_options(sub, compare);
  }

  void add_fit() {
    auto& sub = add_command("fit",
                            "Learn the errors and the cars from the case's history, and test what "
                            "was learned: DIR/fit.json, fit.html",
                            [this] { return run_fit(fit, common); });
    sub.add_option("CASE", fit.case_path, "case folder or case.toml")->required();
    sub.add_option("--days", fit.days, "days drawn for each held-out day and each station")
        ->check(CLI::Range(50UL, 10'000UL))
        ->capture_default_str();
    sub.add_option("--seed", fit.seed, "of the drawn days")->capture_default_str();
    sub.add_option("--out", fit.out, "folder for the results (default: out/<case name>)");
  }

  void add_check() {
    auto& sub = add_command("check",
                            "Say what was read, what was assumed and what is wrong; change nothing",
                            [this] { return run_check(check, common); });
    sub.add_option("PATH", check.path,
                   "case folder, case.toml, or a feeder file (.dss, .json, .m, .toml)")
        ->required();
    sub.add_flag("--details", check.details,
                 "what was assumed or dropped element by element (--json always does)");
  }

  void add_flow() {
    auto& sub = add_command("flow", "Solve the exact AC power flow of a feeder at its stated loads",
                            [this] { return run_flow(flow, common); });
    sub.add_option("FEEDER", flow.path, "feeder file (.dss, .json, .m, .toml), or a case")
        ->required();
    sub.add_option("--load-multiplier", flow.load_multiplier,
                   "factor on every load (what feeds in stays as stated)")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    sub.add_option("--controls", flow.controls,
                   "tap changers and capacitors: fixed where they are stated, or follow their "
                   "controls")
        ->check(CLI::IsMember({"fixed", "follow"}))
        ->capture_default_str();
    sub.add_option(
           "--engine", flow.engine,
           "opendss: solve the script with the OpenDSS engine too, and say where both differ "
           "most")
        ->check(CLI::IsMember({"gridpact", "opendss"}))
        ->capture_default_str();
    sub.add_option("--csv", flow.csv, "folder for voltages.csv, flows.csv and losses.csv");
  }

  void add_feeder() {
    auto& group = *app.add_subcommand("feeder", "Feeder files: save");
    group.require_subcommand(1);
    auto& sub = add_command(group, "save",
                            "Read a feeder of any format and write it as gridpact-feeder/2, which "
                            "needs no engine to be read",
                            [this] { return run_feeder_save(feeder_save, common); });
    sub.add_option("FEEDER", feeder_save.from, "feeder file (.dss, .json, .m, .toml), or a case")
        ->required();
    sub.add_option("OUT", feeder_save.to, "the .json file to write")->required();
  }

  void add_fleet() {
    auto& sub = add_command(
        "fleet", "Say what a file of charging sessions is like: a summary, and DIR/fleet.html",
        [this] { return run_fleet(fleet, common); });
    sub.add_option("SESSIONS", fleet.path,
                   "sessions as ACN JSON or CSV, in another known layout, or any CSV whose columns "
                   "are named")
        ->required();
    sub.add_option(
        "--time-zone", fleet.time_zone,
        "of the drivers' clocks, like Europe/Oslo (default: as the layout says, or UTC)");
    sub.add_option("--arrival", fleet.arrival_column, "column of the arrival");
    sub.add_option("--departure", fleet.departure_column, "column of the departure");
    sub.add_option("--energy", fleet.energy_column, "column of the energy, kWh");
    sub.add_flag(
        "--utc", fleet.times_are_utc,
        "times without an offset are UTC, not the drivers' clock (in layouts that do not say)");
    sub.add_option(
           "--charger-kw", fleet.charger_kw,
           "limit of a charger (default: what 99 % of the sessions' mean powers stay below)")
        ->check(CLI::PositiveNumber);
    sub.add_option("--out", fleet.out, "folder for the page (default: out/<name of the file>)");
  }

  void add_demo() {
    demo.case_path = "cases/ieee33";
    demo.methods = "det,ba,oba";
    demo.frontier = true;
    auto& sub =
        add_command("demo", "The whole tour on the shipped case: plan, compare, verify, report",
                    [this] { return run_compare(demo, common); });
    sub.add_option("CASE", demo.case_path, "case folder or case.toml")->capture_default_str();
    add_compare_options(sub, demo);
  }
};

}  // namespace

int main(int argc, char** argv) {
  try {
    catch_interrupts();
    CommandLine line;
    if (argc > 1 && argv[1][0] != '-' && !line.knows(argv[1])) {
      std::fprintf(stderr, "gridpact: there is no command '%s'; gridpact --help lists them\n",
                   argv[1]);
      return static_cast<int>(Exit::bad_input);
    }
    try {
      line.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return line.app.exit(error) == 0 ? 0 : static_cast<int>(Exit::bad_input);
    }
    return static_cast<int>(line.run());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gridpact: this is our fault, please report it: %s\n", error.what());
    return static_cast<int>(Exit::our_fault);
  }
}
