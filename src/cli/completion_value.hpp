// SPDX-License-Identifier: MIT
// What the three completion scripts have in common: what can stand where a value is expected.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/model.hpp"

namespace terra_hook {

/// What completes a value, worked out from its name (see OptionModel). All empty: nothing does.
struct ValueCompletion {
  bool has_files = false;
  bool has_directories = false;
  bool has_name = false;        ///< `NAME=` may stand before the file
  bool is_list = false;         ///< the words may be joined by commas
  bool is_in_capitals = false;  ///< as the words are; small letters will do to find them
  std::vector<std::string> words;
  std::string known;  ///< besides: what `terra-hook complete` is asked for

  bool operator==(const ValueCompletion&) const = default;
};

ValueCompletion completion_of(const OptionModel& option);
ValueCompletion completion_of(const ArgumentModel& argument);

/// A help text's main clause: what comes before `; `, `: ` or ` (`.
std::string_view main_clause(std::string_view help);

/// `a, b, c`, with `separator` between the words.
std::string join(const std::vector<std::string>& words, std::string_view separator);

std::string bash_script(std::span<const CommandModel> commands);
std::string zsh_script(std::span<const CommandModel> commands);
std::string fish_script(std::span<const CommandModel> commands);

}  // namespace terra_hook
