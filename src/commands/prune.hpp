// SPDX-License-Identifier: MIT
// `terra-hook prune`: captures that are no longer wanted, gone for good.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "commands/options.hpp"

namespace terra_hook {

struct PruneOptions {
  std::optional<std::chrono::milliseconds> older_than;
  std::optional<std::int64_t> keep;       ///< the newest so many stay
  std::optional<std::uint64_t> max_size;  ///< of the store; the oldest go first
  bool keeps_tagged = false;
  bool is_dry_run = false;
  bool is_confirmed = false;  ///< `--yes`
  FilterOptions filter;       ///< which captures may go at all
  OutputOptions output;
  StoreOptions store;
};

/// Says what it is going to remove, asks at a terminal (elsewhere `--yes` is needed), removes it
/// and shrinks the file. Of several limits each removes what is beyond it; a filter alone removes
/// what matches.
Result<ExitCode> run_prune(const PruneOptions& options, Env& env);

}  // namespace terra_hook
