// SPDX-License-Identifier: MIT
#include "commands/tunnel_command.hpp"

#include <fmt/format.h>

#include "base/command_line.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view k_ssh = "ssh:";

Words cloudflared(bool uses_tls) {
  Words words{"cloudflared", "tunnel", "--no-autoupdate", "--url", "{url}"};
  if (uses_tls) words.emplace_back("--no-tls-verify");
  return words;
}

/// ngrok draws on a terminal and is silent without one, unless it logs.
Words ngrok() {
  return {"ngrok", "http", "{url}", "--log", "stdout", "--log-format", "logfmt"};
}

Words tailscale(bool uses_tls) {
  return {"tailscale", "funnel", uses_tls ? "https+insecure://{host}:{port}" : "{url}"};
}

/// For the services that give a URL to whoever asks for their port 80.
Result<Words> ssh(std::string_view host, bool uses_tls) {
  // A word that begins with - would be one of ssh's options, some of which run commands.
  if (host.empty() || host.front() == '-') {
    return Error{ErrorKind::usage, fmt::format("'{}' is not a host", sanitize(host)),
                 "ssh:HOST or ssh:USER@HOST"};
  }
  if (uses_tls) {
    return Error{
        ErrorKind::usage, "ssh:HOST and --tls exclude each other",
        "the host speaks HTTPS to the world and plain HTTP to the tunnel: leave --tls out"};
  }
  return Words{"ssh",
               "-T",
               "-o",
               "ExitOnForwardFailure=yes",
               "-o",
               "ServerAliveInterval=15",
               "-o",
               "ServerAliveCountMax=3",
               "-R",
               "80:{host}:{port}",
               std::string(host)};
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

}  // namespace

Result<Words> tunnel_words(std::string_view text, std::string_view home, bool uses_tls) {
  if (text == "cloudflared") return cloudflared(uses_tls);
  if (text == "ngrok") return ngrok();
  if (text == "tailscale") return tailscale(uses_tls);
  if (text.starts_with(k_ssh) && text.find_first_of(" \t") == std::string_view::npos) {
    return ssh(text.substr(k_ssh.size()), uses_tls);
  }
  return split_command_line(text, home);
}

Words fill_in(Words words, std::string_view scheme, std::string_view host, std::uint16_t port) {
  const std::string number = std::to_string(port);
  const std::string url = fmt::format("{}://{}:{}", scheme, host, number);
  for (std::string& word : words) {
    replace_all(word, "{port}", number);
    replace_all(word, "{host}", host);
    replace_all(word, "{url}", url);
  }
  return words;
}

}  // namespace terra_hook
