// SPDX-License-Identifier: MIT
// Several ways to do the same work, measured in turns within one process, so that whatever slows
// the machine down slows all of them. The first is the peer that the others are compared with.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace terra_hook::bench {

class Comparison {
 public:
  /// `title` says what is done; `bytes` (or 0) how much one run works on, for a rate.
  explicit Comparison(std::string title, std::uint64_t bytes = 0);

  /// One way: a name and what one run does. It answers a number that depends on the work, so that
  /// no compiler leaves the work out.
  Comparison& add(std::string name, std::function<std::uint64_t()> run);

  /// Runs each once to warm up, then all of them in turns, `rounds` times (5 at least); prints a
  /// table of medians with the ratio of each to the peer: 2.0x takes half the time.
  void run(int rounds = 7) const;

 private:
  struct Way {
    std::string name;
    std::function<std::uint64_t()> run;
  };

  std::string title_;
  std::uint64_t bytes_;
  std::vector<Way> ways_;
};

}  // namespace terra_hook::bench
