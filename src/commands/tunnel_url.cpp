// SPDX-License-Identifier: MIT
#include "commands/tunnel_url.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

/// What the services print beside the URL, so far as it was seen:
///   cloudflared    terms of use first, then a box with the URL; in errors its API's URL
///   ngrok          with --log stdout: msg="started tunnel" … addr=http://… url=https://…
///   localhost.run  a welcome with links, then `NAME tunneled with tls termination, https://NAME`
///   serveo.net     `Forwarding HTTP traffic from https://…`
///   pinggy.io      a link to its dashboard, then the URLs
///   tailscale      the URL, with a path when one was asked for; a link to log in when it must
const std::vector<UrlRule> k_rules = {
    {"cloudflared", "", "", ".trycloudflare.com", "api.trycloudflare.com", false},
    {"ngrok", "started tunnel", "url", "", "", false},
    {"localhost.run", "", "tunneled with tls termination", "", "", false},
    {"serveo.net", "", "Forwarding HTTP traffic from", "", "", false},
    {"pinggy.io", "", "", ".pinggy.", ".pinggy.io", false},
    {"tailscale", "", "", ".ts.net", "", true},
    {"", "", "", "", "", false},
};

constexpr std::string_view k_https = "https://";
constexpr std::size_t k_max_host = 253;

/// RFC 3986 §2, without the brackets and quotes that text puts around a URL.
bool is_of_url(char c) {
  return is_alphanumeric(c) || std::string_view("-._~:/?#@!$&*+,;=%").find(c) != std::string::npos;
}

struct UrlParts {
  std::string_view host;
  std::string_view port;  ///< with its colon
  std::string_view rest;  ///< path, query and fragment
};

/// The parts of what follows `://`; nothing when it has no host that could be on the internet.
std::optional<UrlParts> split_url(std::string_view text) {
  UrlParts parts;
  const auto is_of_host = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; };
  const auto host_end = std::find_if_not(text.begin(), text.end(), is_of_host);
  parts.host = text.substr(0, static_cast<std::size_t>(host_end - text.begin()));
  text.remove_prefix(parts.host.size());
  if (text.starts_with(':')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    parts.port = text.substr(0, end);
    text.remove_prefix(end);
  }
  parts.rest = text;
  const bool has_end = text.empty() || text.front() == '/' || text.front() == '?';
  const bool is_host = !parts.host.empty() && parts.host.size() <= k_max_host &&
                       is_alphanumeric(parts.host.front()) && is_alphanumeric(parts.host.back());
  if (!has_end || !is_host || parts.port == ":") return std::nullopt;
  return parts;
}

bool is_this_machine(std::string_view host) {
  return host.find('.') == std::string_view::npos || host.starts_with("127.") ||
         host == "0.0.0.0" || host.ends_with(".localhost");
}

bool is_it(const UrlParts& parts, const UrlRule& rule) {
  const bool is_at = parts.host.find(rule.domain) != std::string_view::npos &&
                     (rule.not_at.empty() || !parts.host.ends_with(rule.not_at));
  const bool has_path = !parts.rest.empty() && parts.rest != "/";
  const bool may_have_it = rule.allows_path && parts.rest.find('?') == std::string_view::npos;
  return is_at && !is_this_machine(parts.host) && (!has_path || may_have_it);
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// Past an escape sequence that begins at `at`: CSI to its final byte, OSC and its like to BEL or
/// ST, others with their one letter (ECMA-48 §5.4, §5.6).
std::size_t escape_end(std::string_view line, std::size_t at) {
  if (at + 1 >= line.size()) return line.size();
  const char kind = line[at + 1];
  if (kind == '[') {
    for (at += 2; at < line.size(); ++at) {
      if (line[at] >= '@' && line[at] <= '~') return at + 1;
    }
    return line.size();
  }
  if (std::string_view("]PX^_").find(kind) == std::string_view::npos) return at + 2;
  for (at += 2; at < line.size(); ++at) {
    if (line[at] == '\a') return at + 1;
    if (line[at] == '\x1b') return std::min(at + 2, line.size());
  }
  return line.size();
}

}  // namespace

const UrlRule& url_rule(const std::vector<std::string>& words) {
  const auto names = [&](const UrlRule& rule) {
    return std::ranges::any_of(words, [&](const std::string& word) {
      return word.find(rule.service) != std::string::npos;
    });
  };
  return *std::ranges::find_if(k_rules, names);
}

std::optional<std::string> find_public_url(std::string_view line, const UrlRule& rule) {
  if (line.find(rule.line_with) == std::string_view::npos) return std::nullopt;
  std::size_t at = line.find(rule.after);
  if (at == std::string_view::npos) return std::nullopt;
  for (at = line.find(k_https, at); at != std::string_view::npos; at = line.find(k_https, at + 1)) {
    if (at > 0 && is_alphanumeric(line[at - 1])) continue;
    std::string_view url = line.substr(at);
    const auto end = std::find_if_not(url.begin(), url.end(), is_of_url);
    url = url.substr(0, static_cast<std::size_t>(end - url.begin()));
    // A sentence's end is not the URL's.
    url = url.substr(0, url.find_last_not_of(".,;:!?*") + 1);
    if (url.size() <= k_https.size()) continue;
    const std::optional<UrlParts> parts = split_url(url.substr(k_https.size()));
    if (parts && is_it(*parts, rule)) return without_slash(std::string(url));
  }
  return std::nullopt;
}

Result<std::string> parse_public_url(std::string_view text) {
  const std::size_t scheme = text.starts_with("http://") ? 7 : text.starts_with(k_https) ? 8 : 0;
  const bool is_clean =
      std::ranges::all_of(text, is_of_url) && text.find_first_of("?#") == std::string_view::npos;
  if (scheme > 0 && is_clean && split_url(text.substr(scheme))) {
    return without_slash(std::string(text));
  }
  return Error{ErrorKind::usage, fmt::format("'{}' is not a public URL", sanitize(text)),
               "such as https://hooks.example.com, without a query"};
}

std::string strip_escapes(std::string_view line) {
  std::string text;
  for (std::size_t at = 0; at < line.size();) {
    const char c = line[at];
    if (c == '\x1b') {
      at = escape_end(line, at);
      continue;
    }
    if (c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f')) text += c;
    ++at;
  }
  return text;
}

void OutputLines::feed(std::string_view bytes, const std::function<void(std::string)>& on_line) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    line_ += bytes.substr(0, std::min(end, k_max_line - line_.size()));
    bytes.remove_prefix(end);
    if (bytes.empty()) return;
    bytes.remove_prefix(1);
    std::string line = strip_escapes(line_);
    line_.clear();
    if (line.find_first_not_of(" \t") != std::string::npos) on_line(std::move(line));
  }
}

}  // namespace terra_hook
