// SPDX-License-Identifier: MIT
// Finding captures in a store of 1,000, of 100,000 and of 1,000,000, through the real binary: what
// asks for the newest takes as long in a large store as in a small one.
// Usage: bench_list [COUNT...]
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "rounds.hpp"
#include "stored_captures.hpp"
#include "terra_hook_process.hpp"

namespace terra_hook::bench {
namespace {

/// Small, so that what is measured is rows, not the disk.
constexpr std::size_t k_body = 300;

void run(const std::vector<std::size_t>& counts) {
  const WorkDirectory directory;
  const std::vector<std::pair<std::string, std::vector<std::string>>> questions = {
      {"--version", {"--version"}},
      {"list --last 50", {"list", "--last", "50"}},
      {"list --last 50 --type sleep", {"list", "--last", "50", "--type", "sleep"}},
      {"list --last 50 --user-id", {"list", "--last", "50", "--user-id", "user-000007"}},
      {"list --user-id --until",
       {"list", "--user-id", "user-000007", "--until", "2026-06-21T00:10:00Z"}},
      {"list --last 50 --type auth (none)", {"list", "--last", "50", "--type", "auth"}},
      {"show --headers last", {"show", "--headers", "last"}},
      {"list --format ndjson, all", {"list", "--format", "ndjson"}},
  };
  std::vector<std::vector<double>> medians(questions.size());
  for (const std::size_t count : counts) {
    const std::string store = (directory.path() / fmt::format("{}.db", count)).string();
    store_captures(store, count, k_body);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      std::vector<double> times;
      std::vector<std::string> words = questions[i].second;
      if (words.front() != "--version") words.insert(words.end(), {"--store", store});
      for (int round = 0; round < k_rounds; ++round) {
        const auto started = std::chrono::steady_clock::now();
        run_to_end(terra_hook_program(), words, directory.path());
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
                .count());
      }
      medians[i].push_back(median(times));
    }
    std::filesystem::remove(store);
  }
  fmt::print("{:<36}", "ms, captures in the store:");
  for (const std::size_t count : counts) fmt::print(" {:>10}", count);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    fmt::print("\n{:<36}", questions[i].first);
    for (const double time : medians[i]) fmt::print(" {:>10.1f}", time);
  }
  fmt::print("\n");
}

}  // namespace
}  // namespace terra_hook::bench

int main(int argc, char** argv) {
  try {
    std::vector<std::size_t> counts;
    for (int i = 1; i < argc; ++i) counts.push_back(std::strtoull(argv[i], nullptr, 10));
    if (counts.empty()) counts = {1000, 100'000, 1'000'000};
    terra_hook::bench::run(counts);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_list: {}\n", error.what());
    return 1;
  }
}
