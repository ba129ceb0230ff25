// SPDX-License-Identifier: MIT
#include "http/address.hpp"

#include <doctest/doctest.h>

#include "commands/payload_fetcher.hpp"

using namespace terra_hook;

namespace {

TEST_CASE("addresses are told apart by where they lead") {
  const std::pair<AddressKind, std::vector<const char*>> rows[] = {
      {AddressKind::global,
       {"8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
        "169.253.0.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        "2002:0808:0808::1"}},
      {AddressKind::loopback, {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"}},
      {AddressKind::internal, {"0.0.0.0",         "0.1.2.3",         "10.0.0.1",
                               "10.255.255.255",  "100.64.0.1",      "100.127.255.255",
                               "169.254.169.254", "172.16.0.1",      "172.31.255.255",
                               "192.168.1.1",     "192.0.0.8",       "192.0.2.1",
                               "198.18.0.1",      "198.19.255.255",  "198.51.100.1",
                               "203.0.113.9",     "224.0.0.1",       "239.1.1.1",
                               "240.0.0.1",       "255.255.255.255", "::",
                               "fe80::1",         "fe80::1%lo",      "fc00::1",
                               "fd12::1",         "ff02::1",         "::ffff:10.0.0.1",
                               "64:ff9b::7f00:1", "2002:7f00:1::",   "2002:a00:1::",
                               "2001:db8::1",     "2001::1",         "::7f00:1",
                               "100::1",          "localhost",       "",
                               "127.1",           "0x7f000001"}},
  };
  for (const auto& [kind, addresses] : rows) {
    for (const char* address : addresses) {
      CAPTURE(address);
      CHECK(kind_of_address(address) == kind);
    }
  }
}

TEST_CASE("a name that is an address resolves to itself") {
  CHECK(resolve(*parse_url("http://127.0.0.1:1/")).value() ==
        std::vector<std::string>{"127.0.0.1"});
  CHECK(resolve(*parse_url("http://[::1]/")).value() == std::vector<std::string>{"::1"});
}

TEST_CASE("what a ping may link to depends on who proved to have sent it") {
  using Addresses = std::vector<std::string>;
  struct Row {
    const char* url;
    Addresses addresses;
    Verdict verdict;
    const char* result;  // an address, or what the error says
  };
  constexpr Verdict valid = Verdict::valid;
  constexpr Verdict unchecked = Verdict::unchecked;
  const Row rows[] = {
      {"https://h/", {"8.8.8.8"}, valid, "8.8.8.8"},
      {"https://h/", {"8.8.8.8"}, unchecked, "8.8.8.8"},
      {"https://h/", {"10.0.0.1", "8.8.8.8"}, valid, "8.8.8.8"},
      {"https://h/", {"10.0.0.1", "169.254.169.254"}, valid, "not an address on the internet"},
      {"https://h/", {}, valid, "not an address on the internet"},
      {"http://h/", {"8.8.8.8"}, valid, "only https"},
      {"http://h/", {"10.0.0.1"}, valid, "only https"},
      {"http://h/", {"127.0.0.1"}, valid, "127.0.0.1"},
      {"https://h/", {"::1"}, valid, "::1"},
      {"http://h/", {"127.0.0.1"}, unchecked, "valid signature"},
      {"https://h/", {"127.0.0.1"}, unchecked, "valid signature"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    CAPTURE(row.result);
    const auto chosen = choose_address(*parse_url(row.url), row.addresses, row.verdict);
    if (chosen) {
      CHECK(*chosen == row.result);
    } else {
      CHECK(chosen.error().message.find(row.result) != std::string::npos);
    }
  }
  for (const Verdict verdict : k_all_verdicts) {
    CHECK(refusal_to_follow(verdict).empty() == (verdict == valid || verdict == unchecked));
  }
}

}  // namespace
