// Plans one case folder with the methods named, and prints the seconds of each as JSON:
// `prepare` (history, laws, deterministic plan), `solve` (the rows as prepared) and `plan` (prepare
// and then re-linearise until the plan agrees with exact AC). bench_day_sizes.py makes the cases.

#include <chrono>
#include <cstdio>
#include <span>

#include "fail.hpp"

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/importers/case_reader.hpp"

namespace {

using namespace gridpact;
using bench::fail;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (words.size() < 3) {
    std::fputs("usage: bench_day_sizes CASE METHOD...; run by bench_day_sizes.py\n", stderr);
    return 2;
  }
  const auto problem = importers::read_case(words[1]);
  if (!problem) {
    return fail(problem.faults());
  }
  std::printf("{");
  const char* comma = "";
  for (const char* word : words.subspan(2)) {
    const auto method = parse_method(word);
    if (!method) {
      std::fprintf(stderr, "%s is no method\n", word);
      return 2;
    }
    dispatch::PlanOptions options;
    options.method = *method;
    options.risk = problem->risk;
    auto begin = std::chrono::steady_clock::now();
    const auto prepared = dispatch::Prepared::create(*problem, options);
    if (!prepared) {
      return fail(prepared.faults());
    }
    const double prepare_s = seconds_since(begin);
    begin = std::chrono::steady_clock::now();
    const auto solved = dispatch::solve(*prepared, options);
    const double solve_s = seconds_since(begin);
    if (!solved) {
      return fail(solved.faults());
    }
    begin = std::chrono::steady_clock::now();
    const auto plan = dispatch::plan(*prepared, options);
    if (!plan) {
      return fail(plan.faults());
    }
    std::printf("%s\"%s\": {\"prepare\": %.4f, \"solve\": %.4f, \"plan\": %.4f, \"gap\": %.3g}",
                comma, word, prepare_s, solve_s, prepare_s + seconds_since(begin), plan->gap);
    comma = ", ";
  }
  std::puts("}");
  return 0;
}
