// SPDX-License-Identifier: MIT
// Replaying 10,000 stored captures of 4 KB to a sink that is faster than we are, through the real
// binary; beside it, in the same run, what the load generator reaches with the same sink.
#include <fmt/format.h>

#include <cstdio>

#include "bodies.hpp"
#include "http_load.hpp"
#include "rounds.hpp"
#include "stored_captures.hpp"
#include "terra_hook_process.hpp"

namespace terra_hook::bench {
namespace {

constexpr std::size_t k_captures = 10'000;
constexpr std::size_t k_body = 4 << 10;
void run() {
  const WorkDirectory directory;
  const std::filesystem::path store = directory.path() / "captures.db";
  store_captures(store, k_captures, k_body);
  const Sink sink;
  const std::string to = std::to_string(sink.port());
  const std::string request = post_request(daily_body(k_body));
  fmt::print("{:>11} {:>11} {:>13} {:>14} {:>6}\n", "concurrency", "seconds", "replays/s",
             "generator/s", "ratio");
  for (const unsigned concurrency : {1U, 8U, 64U}) {
    std::vector<double> seconds, rates, generator, ratios;
    for (int round = 0; round < k_rounds; ++round) {
      // A store that grows by its attempts would make each round a little slower than the last.
      const std::filesystem::path copy = directory.path() / "round.db";
      std::filesystem::copy_file(store, copy, std::filesystem::copy_options::overwrite_existing);
      const std::uint64_t before = sink.requests();
      const auto started = std::chrono::steady_clock::now();
      run_to_end(terra_hook_program(),
                 {"replay", fmt::format("1..{}", k_captures), "--store", copy.string(), "--to", to,
                  "--concurrency", std::to_string(concurrency), "-q"},
                 directory.path());
      const std::chrono::duration<double> time = std::chrono::steady_clock::now() - started;
      const auto sent = static_cast<double>(sink.requests() - before);
      if (sink.requests() - before != k_captures) throw std::runtime_error("not all were sent");
      const Answered direct = send({sink.port(), concurrency, k_captures, request});
      seconds.push_back(time.count());
      rates.push_back(sent / time.count());
      generator.push_back(direct.per_second());
      ratios.push_back(sent / time.count() / direct.per_second());
      for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(copy.string() + suffix);
      }
    }
    fmt::print("{:>11} {:>11.2f} {:>13.0f} {:>14.0f} {:>6.2f}\n", concurrency, median(seconds),
               median(rates), median(generator), median(ratios));
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace terra_hook::bench

int main() {
  try {
    terra_hook::bench::run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_replay: {}\n", error.what());
    return 1;
  }
}
