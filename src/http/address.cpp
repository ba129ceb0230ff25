// SPDX-License-Identifier: MIT
#include "http/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

struct Block {
  std::uint32_t network;
  int bits;
};

// IANA IPv4 Special-Purpose Address Registry, what is not globally reachable, and multicast.
constexpr Block k_internal_v4[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0xA9FE0000, 16}, {0xAC100000, 12},
    {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16}, {0xC6120000, 15},
    {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 4},  {0xF0000000, 4},
};

AddressKind kind_of_v4(std::uint32_t address) {
  if (address >> 24 == 127) return AddressKind::loopback;
  const bool is_internal = std::any_of(
      std::begin(k_internal_v4), std::end(k_internal_v4), [address](const Block& block) {
        return address >> (32 - block.bits) == block.network >> (32 - block.bits);
      });
  return is_internal ? AddressKind::internal : AddressKind::global;
}

std::uint32_t v4_at(const std::array<std::uint8_t, 16>& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

AddressKind kind_of_v6(const std::array<std::uint8_t, 16>& bytes) {
  const auto is_zero = [&bytes](std::size_t first, std::size_t last) {
    return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(first),
                       bytes.begin() + static_cast<std::ptrdiff_t>(last),
                       [](std::uint8_t byte) { return byte == 0; });
  };
  if (is_zero(0, 15) && bytes[15] == 1) return AddressKind::loopback;
  if (is_zero(0, 10) && bytes[10] == 0xFF && bytes[11] == 0xFF) return kind_of_v4(v4_at(bytes, 12));
  // 64:ff9b::/96 (RFC 6052) and 2002::/16 (RFC 3056); never taken for this machine.
  const bool is_nat64 =
      bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xFF && bytes[3] == 0x9B && is_zero(4, 12);
  const bool is_6to4 = bytes[0] == 0x20 && bytes[1] == 0x02;
  if (is_nat64 || is_6to4) {
    const AddressKind inner = kind_of_v4(v4_at(bytes, is_nat64 ? 12 : 2));
    return inner == AddressKind::global ? inner : AddressKind::internal;
  }
  // Only 2000::/3 is given out; of it 2001:0::/23 and 2001:db8::/32 are special.
  const bool is_unicast = bytes[0] >> 5 == 1;
  const bool is_special = bytes[0] == 0x20 && bytes[1] == 0x01 &&
                          (bytes[2] < 2 || (bytes[2] == 0x0D && bytes[3] == 0xB8));
  return is_unicast && !is_special ? AddressKind::global : AddressKind::internal;
}

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

}  // namespace

AddressKind kind_of_address(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return kind_of_v4(ntohl(v4.s_addr));
  std::array<std::uint8_t, 16> v6{};
  if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return kind_of_v6(v6);
  return AddressKind::internal;
}

bool is_this_machine(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host == "localhost" || kind_of_address(host) == AddressKind::loopback;
}

std::string local_host(const std::string& bound) {
  if (bound == "0.0.0.0") return "127.0.0.1";
  if (bound == "::") return "[::1]";
  return bound.find(':') == std::string::npos ? bound : "[" + bound + "]";
}

Result<std::vector<std::string>> resolve(const Url& url) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(url.host.c_str(), nullptr, &hints, &found);
  if (code != 0) {
    return Error{ErrorKind::network,
                 fmt::format("cannot resolve '{}': {}", url.host, to_lower(::gai_strerror(code))),
                 k_unresolved_hint};
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  std::vector<std::string> texts;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(at->ai_addr, at->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0) {
      texts.emplace_back(text.data());
    }
  }
  return texts;
}

}  // namespace terra_hook
