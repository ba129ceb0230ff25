// SPDX-License-Identifier: MIT
#include "http/url.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_url = 8 << 10;
constexpr std::size_t k_max_host = 253;  // RFC 1035 §2.3.4
constexpr std::size_t k_shown = 80;

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

/// The text as an Error may show it: no query, which may be signed, and no user info.
std::string shown(std::string_view text) {
  text = text.substr(0, text.find_first_of("?#"));
  const std::size_t start = text.find("://");
  const std::size_t host = start == std::string_view::npos ? 0 : start + 3;
  const std::size_t at = text.substr(0, text.find('/', host)).rfind('@');
  const std::string kept =
      at == std::string_view::npos || at < host
          ? std::string(text)
          : std::string(text.substr(0, host)) + "..." + std::string(text.substr(at));
  return truncate(sanitize(kept), k_shown);
}

constexpr const char* k_url_hint = "such as http://localhost:3000/hook";

Error refuse(std::string_view text, std::string_view why, std::string hint = k_url_hint) {
  return {ErrorKind::usage, fmt::format("'{}': {}", shown(text), why), std::move(hint)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/// Empty when `host` (lower case) is a name or an IPv4 address, else what is wrong with it.
std::string host_problem(std::string_view host) {
  if (host.empty()) return "it has no host";
  if (host.size() > k_max_host) return "its host name is too long";
  if (!std::all_of(host.begin(), host.end(), is_host_character)) {
    return "its host name has a character that host names do not have";
  }
  return "";
}

/// The end of a bracketed or bare host in `authority`, where a port or nothing follows.
Result<std::string_view> read_host(std::string_view text, std::string_view authority, Url& url) {
  if (!authority.starts_with('[')) {
    const std::size_t end = std::min(authority.find(':'), authority.size());
    url.host = to_lower(authority.substr(0, end));
    const std::string problem = host_problem(url.host);
    if (!problem.empty()) return refuse(text, problem);
    return authority.substr(end);
  }
  const std::size_t end = authority.find(']');
  if (end == std::string_view::npos) return refuse(text, "']' is missing after an IPv6 address");
  url.host = to_lower(authority.substr(1, end - 1));
  in6_addr address{};
  // inet_pton() reads up to a NUL only.
  const bool is_spelled = url.host.find('\0') == std::string::npos;
  if (!is_spelled || inet_pton(AF_INET6, url.host.c_str(), &address) != 1) {
    return refuse(text, "what stands in brackets is not an IPv6 address");
  }
  return authority.substr(end + 1);
}

Result<void> read_authority(std::string_view text, std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) {
    return refuse(text, "a URL with a user name or password is not accepted",
                  "send credentials as a header: -H 'Authorization: …'");
  }
  TRY_ASSIGN(const std::string_view rest, read_host(text, authority, url));
  url.port = default_port(url.scheme);
  if (rest.empty() || rest == ":") return {};
  const std::optional<std::uint16_t> port =
      rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port) return refuse(text, "its port is not a number from 1 to 65535");
  url.port = *port;
  return {};
}

bool is_target_character(char c) {
  // What RFC 3986 has no place for but everybody sends ('|', '"', '{') is let through as it is.
  return c > ' ' && c < 0x7f;
}

Result<void> read_target(std::string_view text, std::string_view target, Url& url) {
  target = target.substr(0, target.find('#'));
  if (target.empty()) return {};
  if (!std::all_of(target.begin(), target.end(), is_target_character)) {
    return refuse(text, "it has a space, a control character or one that is not ASCII",
                  "write it percent-encoded, such as %20 for a space");
  }
  url.target = target.front() == '/' ? std::string(target) : "/" + std::string(target);
  url.names_target = true;
  return {};
}

Result<Url> read_after_scheme(std::string_view text, std::string_view scheme,
                              std::string_view rest) {
  Url url;
  url.scheme = scheme;
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  TRY(read_authority(text, rest.substr(0, end), url));
  TRY(read_target(text, rest.substr(end), url));
  return url;
}

}  // namespace

std::string Url::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  const std::string name = is_v6 ? "[" + host + "]" : host;
  return port == default_port(scheme) ? name : fmt::format("{}:{}", name, port);
}

std::string Url::origin() const {
  return scheme + "://" + authority();
}

std::string Url::to_string() const {
  return origin() + target;
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > k_max_url) return refuse(text, "it is longer than 8 KiB");
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    return refuse(text, "not a URL", "it begins with http:// or https://");
  }
  const std::string scheme = to_lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") {
    return refuse(text, "only http:// and https:// are spoken here");
  }
  return read_after_scheme(text, scheme, text.substr(colon + 3));
}

Result<Url> parse_target(std::string_view text) {
  if (text.empty()) {
    return Error{ErrorKind::usage, "the target is empty",
                 "a port, host:port, a path or a URL, such as 3000 or localhost:3000/hook"};
  }
  const std::string_view start = text.substr(0, text.find_first_of("/?#"));
  if (text.find("://") != std::string_view::npos && start.ends_with(':')) return parse_url(text);
  if (text.size() > k_max_url) return refuse(text, "it is longer than 8 KiB");
  if (const std::string scheme = to_lower(start); scheme == "http:" || scheme == "https:") {
    return refuse(text, "not a URL", "two slashes stand after " + scheme);
  }
  if (start.empty()) {
    if (text.front() != '/') return refuse(text, "not a target");
    return read_after_scheme(text, "http", "localhost" + std::string(text));
  }
  if (is_all_digits(start)) {
    return read_after_scheme(text, "http", "localhost:" + std::string(text));
  }
  return read_after_scheme(text, "http", text);
}

std::string target_at(const Url& url, std::string_view delivered) {
  if (!url.names_target) {
    // A request target may have other forms (RFC 9112 §3.2); only an origin form has a path.
    return delivered.starts_with('/') ? std::string(delivered) : url.target;
  }
  const std::size_t query = delivered.find('?');
  if (query == std::string_view::npos || url.target.find('?') != std::string::npos) {
    return url.target;
  }
  return url.target + std::string(delivered.substr(query));
}

}  // namespace terra_hook
