// SPDX-License-Identifier: MIT
// Somebody who runs terra-hook in a home of their own, and whose secrets must never be printed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/listener.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook::test {

inline constexpr std::string_view k_secret = "the-first-secret-of-the-tests";
inline constexpr std::string_view k_other_secret = "the-second-secret-of-the-tests";

using Variables = std::map<std::string, std::string>;
using Words = std::vector<std::string>;

/// Fails the test when either secret is in `text`.
void check_keeps_secrets(std::string_view text);

class User {
 public:
  /// Runs terra-hook to its end. The standard input is `input`; both outputs are searched for the
  /// secrets.
  Finished run(const Words& arguments, const Variables& variables = {},
               const std::string& input = "") const;

  /// The same through `sh -c`, where the program is "$TERRA_HOOK".
  Finished run_shell(const std::string& script, const Variables& variables = {},
                     const std::string& input = "") const;

  /// Has a real listener, which checks with k_secret, receive these bodies; valid signatures on
  /// all.
  void receive(const std::vector<std::string>& bodies) const;

  const TempDir& home() const { return home_; }
  std::string store() const { return (home_ / "data/terra-hook/captures.db").string(); }

 private:
  TempDir home_;
};

/// Text in lines, without their ends.
Words lines_of(const std::string& text);

/// The names of all commands, as `--help` lists them.
Words command_names(const User& user);

}  // namespace terra_hook::test
