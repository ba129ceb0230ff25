// SPDX-License-Identifier: MIT
// How long the program takes to be there: to its version, to its help, and from exec to the answer
// to a first delivery; beside other programs, in turns in one run.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>

#include "bodies.hpp"
#include "http_load.hpp"
#include "rounds.hpp"
#include "terra_hook_process.hpp"

namespace terra_hook::bench {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Something to start: the time from exec to `until` counts, what ends it does not.
struct Start {
  std::string name;
  std::function<Milliseconds()> run;
};

Milliseconds since(std::chrono::steady_clock::time_point started) {
  return std::chrono::steady_clock::now() - started;
}

void run() {
  const WorkDirectory directory;
  const std::string program = terra_hook_program();
  const std::string request = post_request(daily_body(1 << 10));
  const auto to_end = [&](const std::string& file, std::vector<std::string> words) {
    return [&directory, file, words = std::move(words)] {
      const auto started = std::chrono::steady_clock::now();
      run_to_end(file, words, directory.path(), {0, 1});
      return since(started);
    };
  };
  std::vector<Start> starts = {{"true", to_end("/bin/true", {})},
                               {"terra-hook --version", to_end(program, {"--version"})},
                               {"terra-hook --help", to_end(program, {"--help"})},
                               {"terra-hook listen --help", to_end(program, {"listen", "--help"})}};
  for (const std::string flag : {"", " --no-store"}) {
    starts.push_back({fmt::format("terra-hook listen{}, first 200", flag), [&, flag] {
                        std::vector<std::string> words = {"listen", "--port", "0"};
                        if (!flag.empty()) words.push_back(flag.substr(1));
                        const auto started = std::chrono::steady_clock::now();
                        const Listening listening(program, words, directory.path());
                        if (send({listening.port(), 1, 1, request}).others != 0) {
                          throw std::runtime_error("the delivery was refused");
                        }
                        return since(started);
                      }});
  }
  for (const auto& [name, argument] : {std::pair{"webhook", "-version"}, {"node", "--version"}}) {
    if (const auto found = find_program(name, "/usr/bin:/bin:/usr/local/bin")) {
      starts.push_back({fmt::format("{} {}", name, argument), to_end(*found, {argument})});
    }
  }
  constexpr int rounds = 25;
  std::vector<std::vector<double>> times(starts.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < starts.size(); ++i) times[i].push_back(starts[i].run().count());
  }
  fmt::print("{:<36} {:>10} {:>10} {:>10}\n", "", "median ms", "fastest", "slowest");
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto [fastest, slowest] = std::ranges::minmax(times[i]);
    fmt::print("{:<36} {:>10.2f} {:>10.2f} {:>10.2f}\n", starts[i].name, median(times[i]), fastest,
               slowest);
  }
}

}  // namespace
}  // namespace terra_hook::bench

int main() {
  try {
    terra_hook::bench::run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_start: {}\n", error.what());
    return 1;
  }
}
