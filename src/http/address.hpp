// SPDX-License-Identifier: MIT
// Addresses of hosts and what kind they are, for what connects to where a stranger says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/url.hpp"

namespace terra_hook {

enum class AddressKind {
  global,    ///< on the internet
  loopback,  ///< this machine
  internal,  ///< private, link-local, multicast or reserved (IANA special-purpose registries), or
             ///< no IP address at all
};

/// Of an IPv4 or IPv6 address in text form. IPv4 addresses within IPv6 ones (mapped, NAT64, 6to4)
/// are what they are by themselves.
AddressKind kind_of_address(std::string_view address);

/// Whether `host`, a name or an address with or without brackets, is this machine by what it is
/// called: `localhost` or a loopback address.
bool is_this_machine(std::string_view host);

/// The host under which a program on this machine reaches what listens at the IP address `bound`,
/// as URLs write it.
std::string local_host(const std::string& bound);

/// What to do about a host that has none.
inline constexpr const char* k_unresolved_hint =
    "is its name spelled right, and is there a network?";

/// The host's addresses in text form, in the order in which they are to be tried. Waits for the
/// name service. Errors: network.
Result<std::vector<std::string>> resolve(const Url& url);

}  // namespace terra_hook
