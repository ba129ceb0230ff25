// SPDX-License-Identifier: MIT
#include "comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace terra_hook::bench {

namespace {

// Results go here; nobody reads them.
volatile std::uint64_t sink = 0;

double seconds_of(const std::function<std::uint64_t()>& run) {
  const auto start = std::chrono::steady_clock::now();
  sink = run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Comparison::Comparison(std::string title, std::uint64_t bytes)
    : title_(std::move(title)), bytes_(bytes) {}

Comparison& Comparison::add(std::string name, std::function<std::uint64_t()> run) {
  ways_.push_back({std::move(name), std::move(run)});
  return *this;
}

void Comparison::run(int rounds) const {
  std::vector<std::vector<double>> times(ways_.size());
  for (const Way& way : ways_) seconds_of(way.run);
  for (int round = 0; round < std::max(rounds, 5); ++round) {
    for (std::size_t i = 0; i < ways_.size(); ++i) times[i].push_back(seconds_of(ways_[i].run));
  }
  std::string table =
      fmt::format("{}\n  {:<34}{:>12}{:>12}{:>12}{:>8}{:>9}\n", title_, "", "median", "fastest",
                  "slowest", bytes_ == 0 ? "" : "MB/s", "ratio");
  double peer = 0;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    std::sort(times[i].begin(), times[i].end());
    const double median = times[i][times[i].size() / 2];
    if (i == 0) peer = median;
    const std::string rate =
        bytes_ == 0 ? "" : fmt::format("{:.0f}", static_cast<double>(bytes_) / median / 1e6);
    table += fmt::format("  {:<34}{:>9.2f} ms{:>9.2f} ms{:>9.2f} ms{:>8}{:>8.2f}x\n", ways_[i].name,
                         median * 1e3, times[i].front() * 1e3, times[i].back() * 1e3, rate,
                         peer / median);
  }
  std::fputs((table + "\n").c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace terra_hook::bench
