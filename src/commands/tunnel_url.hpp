// SPDX-License-Identifier: MIT
// Where the world can reach a tunnel: its public URL, read off what the tunnel's program prints.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// How a service's public URL is told from the other URLs in its output (terms of use, sign-up, its
/// own API).
struct UrlRule {
  std::string_view service;    ///< occurs in the command; empty: any program
  std::string_view line_with;  ///< occurs on the URL's line
  std::string_view after;      ///< comes before the URL on its line
  std::string_view domain;     ///< occurs in the URL's host
  std::string_view not_at;     ///< the host does not end with it
  bool allows_path = false;
};

/// The rule for a command: that of the service which one of its words names, or else the general
/// one, which takes the first https URL without a path whose host is not this machine.
const UrlRule& url_rule(const std::vector<std::string>& words);

/// The public https URL on a line of output, without a `/` at its end; nothing when there is none.
/// http URLs are never it.
std::optional<std::string> find_public_url(std::string_view line, const UrlRule& rule);

/// `--tunnel-url`: an http or https URL without user, query and fragment. A `/` at its end is cut.
Result<std::string> parse_public_url(std::string_view text);

/// `line` without ANSI escape sequences and without other control characters than tabs.
std::string strip_escapes(std::string_view line);

/// Makes lines of output that comes in pieces. `\r` ends a line too: progress is drawn with it. A
/// line has at most k_max_line bytes; what exceeds them is dropped.
class OutputLines {
 public:
  static constexpr std::size_t k_max_line = 4096;

  /// Calls `on_line` for each line that `bytes` ends, stripped of escapes; empty ones are skipped.
  void feed(std::string_view bytes, const std::function<void(std::string)>& on_line);

  /// The line that has not ended yet, stripped of escapes; empty when there is none.
  std::string unfinished() const { return strip_escapes(line_); }

 private:
  std::string line_;
};

}  // namespace terra_hook
