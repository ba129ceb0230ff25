// SPDX-License-Identifier: MIT
// `terra-hook tag`: names that people give to captures.
#pragma once

#include <string>
#include <vector>

#include "commands/options.hpp"

namespace terra_hook {

struct TagOptions {
  std::vector<std::string> words;  ///< captures, then the tag; none: list the tags
  bool deletes = false;            ///< `--delete`: take the tag off; without captures, off all
  OutputOptions output;
  StoreOptions store;
};

/// Tags captures, takes a tag off, or lists the tags.
Result<ExitCode> run_tag(const TagOptions& options, Env& env);

}  // namespace terra_hook
