// SPDX-License-Identifier: MIT
// A configuration file, TOML, as the settings it makes. Keys are the long names of flags:
//
//   port = 4000                 every command that has --port
//   [listen]                    only this command
//   forward-to = ["3000", "sleep=3001"]
//   [profile.staging]           only with --profile staging
//   [profile.staging.listen]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// What one line of a file sets.
struct Setting {
  std::string profile;  ///< empty: whatever the profile
  std::string command;  ///< empty: every command that has the flag
  std::string key;      ///< the flag's long name without its dashes
  std::vector<std::string> values;
  std::string file;
  std::size_t line = 0;
  bool is_of_project = false;  ///< from a file that came with somebody's sources

  /// `config.toml:3`, as messages name it.
  std::string place() const { return file + ":" + std::to_string(line); }
};

/// Reads `text`, which is called `file` in what it answers. Errors (input) name line and column:
/// what is no TOML, a table that is no command and no profile, a value that no flag can take.
/// Whether the keys are flags is not looked at.
Result<std::vector<Setting>> parse_config(std::string_view text, const std::string& file,
                                          const std::vector<std::string>& commands);

}  // namespace terra_hook
