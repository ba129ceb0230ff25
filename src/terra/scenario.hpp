// SPDX-License-Identifier: MIT
// What the emulator can be told to do: the lines of a script, or calls of its control endpoint.
// Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "terra/api_call.hpp"

namespace terra_hook {

struct Step {
  std::size_t line = 0;  ///< in the script; 0 elsewhere
  std::string action;
  std::map<std::string, std::string, std::less<>> arguments;

  std::optional<std::string> argument(std::string_view name) const;
};

/// A line of a script: `ACTION [WORD] [NAME=VALUE]...`, words quoted as a shell's, `#` begins a
/// comment. Nothing for an empty one. Errors (input) say what is wrong with the action's arguments.
Result<std::optional<Step>> parse_step(std::string_view line);

/// All lines; the Error (input) names the first line that is wrong. `name` is the script's.
Result<std::vector<Step>> parse_script(std::string_view text, std::string_view name);

/// `POST /control/ACTION` with arguments in the query or in a flat JSON object; arrays of strings
/// become comma lists.
Result<Step> read_control_call(const ApiCall& call);

/// What stands in the manual: each action with its arguments.
struct ActionText {
  std::string_view name;
  std::string_view first;       ///< what needs no name; `!` behind what must be given; empty: none
  std::string_view arguments;   ///< the other ones, blanks between
  bool is_for_scripts = false;  ///< not for the control endpoint
};
const std::vector<ActionText>& scenario_actions();

}  // namespace terra_hook
