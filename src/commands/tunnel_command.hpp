// SPDX-License-Identifier: MIT
// `--tunnel`: what the user wrote, as the program and the words that are run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// The words of `--tunnel`, placeholders still in them. `cloudflared`, `ngrok`, `tailscale` and
/// `ssh:[USER@]HOST` stand for the command that opens such a tunnel; anything else is a command
/// line (split_command_line()). `uses_tls`: the listener speaks HTTPS with a certificate that the
/// tunnel can't know. Errors: usage.
Result<std::vector<std::string>> tunnel_words(std::string_view text, std::string_view home,
                                              bool uses_tls);

/// Puts the listener's place into the words: `{port}`, `{host}` and `{url}` (scheme, host and port)
/// wherever they occur. A value never becomes two words.
std::vector<std::string> fill_in(std::vector<std::string> words, std::string_view scheme,
                                 std::string_view host, std::uint16_t port);

}  // namespace terra_hook
