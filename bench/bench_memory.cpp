// SPDX-License-Identifier: MIT
// The listener's memory: idle, under load, and after ever more deliveries.
// Usage: bench_memory [DELIVERIES], 1,000,000 by default
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "bodies.hpp"
#include "http_load.hpp"
#include "terra_hook_process.hpp"

namespace terra_hook::bench {
namespace {

void run(std::size_t deliveries) {
  const WorkDirectory directory;
  const Listening listening(terra_hook_program(), {"listen", "--port", "0", "--body", "none"},
                            directory.path());
  const auto tell = [&](const std::string& what) {
    fmt::print("{:<44} {:>10.1f} {:>10.1f}\n", what,
               static_cast<double>(listening.resident()) / (1 << 20),
               static_cast<double>(listening.most_resident()) / (1 << 20));
    std::fflush(stdout);
  };
  fmt::print("{:<44} {:>10} {:>10}\n", "", "RSS MiB", "most");
  tell("idle");
  const std::string request = post_request(daily_body(1 << 10));
  constexpr std::size_t steps = 10;
  for (std::size_t step = 1; step <= steps; ++step) {
    const Answered answered = send({listening.port(), 64, deliveries / steps, request});
    if (answered.others != 0) throw std::runtime_error("a delivery was refused");
    tell(fmt::format("after {} of 1 KB, 64 connections", step * (deliveries / steps)));
  }
  for (const unsigned connections : {4U, 16U}) {
    const std::string large = post_request(daily_body(10 << 20));
    send({listening.port(), connections, connections * 8UL, large});
    tell(fmt::format("after {} of 10 MB, {} connections", connections * 8, connections));
  }
}

}  // namespace
}  // namespace terra_hook::bench

int main(int argc, char** argv) {
  try {
    terra_hook::bench::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_memory: {}\n", error.what());
    return 1;
  }
}
