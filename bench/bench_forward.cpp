// SPDX-License-Identifier: MIT
// What stands between a sender and its target with `listen --forward-to`: the same load sent to the
// target directly and through terra-hook, alternating in one run. The target answers at once.
#include <fmt/format.h>

#include <cstdio>

#include "bodies.hpp"
#include "http_load.hpp"
#include "rounds.hpp"
#include "terra_hook_process.hpp"

namespace terra_hook::bench {
namespace {

constexpr std::size_t k_body = 4 << 10;

double milliseconds(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

void measure(unsigned connections, std::uint16_t target, std::uint16_t listener, const char* name) {
  const std::string request = post_request(daily_body(k_body));
  const std::size_t requests = connections == 1 ? 1000 : 3000;
  std::vector<double> direct_rates, rates, ratios, added_p50, added_p99;
  std::uint64_t others = 0;
  for (int round = 0; round < k_rounds; ++round) {
    const Answered direct = send({target, connections, requests, request});
    const Answered through = send({listener, connections, requests, request});
    direct_rates.push_back(direct.per_second());
    rates.push_back(through.per_second());
    ratios.push_back(through.per_second() / direct.per_second());
    added_p50.push_back(
        milliseconds(through.latency.percentile(50) - direct.latency.percentile(50)));
    added_p99.push_back(
        milliseconds(through.latency.percentile(99) - direct.latency.percentile(99)));
    others += direct.others + through.others;
  }
  fmt::print("{:<10} {:>11} {:>13.0f} {:>14.0f} {:>6.2f} {:>12.2f} {:>12.2f}{}\n", name,
             connections, median(direct_rates), median(rates), median(ratios), median(added_p50),
             median(added_p99), others == 0 ? "" : fmt::format("  {} not 200", others));
  std::fflush(stdout);
}

void run() {
  fmt::print("{:<10} {:>11} {:>13} {:>14} {:>6} {:>12} {:>12}\n", "4 KB", "connections",
             "direct req/s", "through req/s", "ratio", "added p50 ms", "added p99 ms");
  const WorkDirectory directory;
  const Sink target;
  const std::string to = std::to_string(target.port());
  const std::vector<std::string> words = {"listen", "--port",       "0", "--body",
                                          "none",   "--forward-to", to};
  std::vector<std::string> without_store = words;
  without_store.emplace_back("--no-store");
  const Listening keeping(terra_hook_program(), words, directory.path());
  for (const unsigned connections : {1U, 8U, 64U}) {
    measure(connections, target.port(), keeping.port(), "kept");
  }
  const Listening passing(terra_hook_program(), without_store, directory.path());
  for (const unsigned connections : {1U, 8U, 64U}) {
    measure(connections, target.port(), passing.port(), "--no-store");
  }
}

}  // namespace
}  // namespace terra_hook::bench

int main() {
  try {
    terra_hook::bench::run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_forward: {}\n", error.what());
    return 1;
  }
}
