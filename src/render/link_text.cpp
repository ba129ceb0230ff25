// SPDX-License-Identifier: MIT
#include "render/link_text.hpp"

#include <fmt/format.h>

#include "base/terminal.hpp"
#include "http/content_coding.hpp"
#include "http/url.hpp"
#include "webhook/ping.hpp"

namespace terra_hook {

std::optional<Link> link_of(const Capture& capture, std::uint64_t max_decoded) {
  if (!is_ping(capture.summary.event_type)) return std::nullopt;
  std::string decoded;
  std::string_view body = capture.body;
  if (has_content_coding(capture.headers)) {
    auto result = decode_content(capture.headers, capture.body, max_decoded);
    if (!result) return std::nullopt;
    decoded = *std::move(result);
    body = decoded;
  }
  const auto ping = read_ping(body);
  if (!ping) return std::nullopt;
  const auto url = parse_url(ping->url);
  return Link{url ? url->host : "", expiry_of(*ping, capture.received_at, capture.ids)};
}

std::string link_text(const Capture& capture, UtcTime now, std::uint64_t max_decoded) {
  const auto link = link_of(capture, max_decoded);
  if (!link) return "";
  const std::string host =
      link->host.empty() ? "an unreadable URL" : truncate(sanitize(link->host), 80);
  if (!link->expires_at) return fmt::format("payload at {}, expiry unknown", host);
  const auto left = std::chrono::floor<std::chrono::seconds>(*link->expires_at - now);
  if (left.count() > 0) {
    return fmt::format("payload at {}, expires in {}", host, to_human_duration(left));
  }
  return fmt::format("payload at {}, expired {} ago", host, to_human_duration(-left));
}

}  // namespace terra_hook
