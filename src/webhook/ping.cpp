// SPDX-License-Identifier: MIT
#include "webhook/ping.hpp"

#include <algorithm>
#include <charconv>

#include "base/json_scanner.hpp"

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;

constexpr std::size_t k_max_url = 8 << 10;
constexpr std::int64_t k_max_expiry = 10LL * 366 * 24 * 3600;

std::optional<std::string> read_url(Scanner& scanner) {
  const Token token = scanner.next();
  // A byte takes at most six to spell: what is longer can't spell a URL that is short enough.
  if (token == Token::string && scanner.raw().size() <= 6 * k_max_url) {
    std::string url = json::unescape(scanner.raw());
    if (!url.empty() && url.size() <= k_max_url) return url;
    return std::nullopt;
  }
  scanner.skip();
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_seconds(Scanner& scanner) {
  const Token token = scanner.next();
  if (token == Token::number) {
    const std::string_view raw = scanner.raw();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    const bool is_whole = error == std::errc() && end == raw.data() + raw.size();
    if (is_whole && value >= 0 && value <= k_max_expiry) return std::chrono::seconds(value);
    return std::nullopt;
  }
  scanner.skip();
  return std::nullopt;
}

}  // namespace

bool is_ping(const std::optional<std::string>& event_type) {
  return event_type == "s3_payload" || event_type == "s3_upload";
}

std::optional<Ping> read_ping(std::string_view body) {
  Scanner scanner(body);
  if (scanner.next() != Token::object_begin) return std::nullopt;
  Ping ping;
  while (scanner.next() == Token::key) {
    const std::string_view key = scanner.raw();
    if (json::spells(key, "url")) {
      ping.url = read_url(scanner).value_or("");
    } else if (json::spells(key, "expires_in")) {
      ping.expires_in = read_seconds(scanner);
    } else {
      scanner.next();
      scanner.skip();
    }
  }
  if (ping.url.empty()) return std::nullopt;
  return ping;
}

std::optional<UtcTime> expiry_of(const Ping& ping, UtcTime received_at, const DeliveryIds& ids) {
  if (!ping.expires_in) return std::nullopt;
  UtcTime emitted = received_at;
  // In milliseconds first: a stranger's timestamp may be too large for microseconds.
  const auto received = std::chrono::floor<std::chrono::milliseconds>(received_at);
  if (ids.ordering_timestamp && *ids.ordering_timestamp < received.time_since_epoch().count()) {
    emitted = UtcTime(std::chrono::milliseconds(*ids.ordering_timestamp));
  }
  return emitted + *ping.expires_in;
}

}  // namespace terra_hook
