// SPDX-License-Identifier: MIT
#include "http/url.hpp"

#include <cstdint>
#include <string_view>

#include "base/signed_url.hpp"
#include "http/address.hpp"
#include "http/route.hpp"
#include "http/status_set.hpp"

using namespace terra_hook;

namespace {

void check_line(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) __builtin_trap();
  }
}

void check(const Result<Url>& url) {
  if (!url) {
    if (url.error().kind != ErrorKind::usage) __builtin_trap();
    return check_line(url.error().message);
  }
  // What goes onto the wire or into a line holds nothing that acts there.
  check_line(url->to_string());
  if (url->port == 0 || !url->target.starts_with('/')) __builtin_trap();
  const auto again = parse_url(url->to_string());
  const bool is_too_long = url->to_string().size() > (8 << 10);
  if (!is_too_long && !again) __builtin_trap();
  if (again && again->to_string() != url->to_string()) __builtin_trap();
  if (kind_of_address(url->host) == AddressKind::loopback && !is_this_machine(url->host)) {
    __builtin_trap();
  }
  if (!target_at(*url, "/path?query").starts_with('/')) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(parse_url(text));
  check(parse_target(text));
  if (const auto route = parse_route(text); !route) check_line(route.error().message);
  if (const auto statuses = StatusSet::parse(text); !statuses) {
    check_line(statuses.error().message);
  }
  hide_signed_query(text);
  return 0;
}
