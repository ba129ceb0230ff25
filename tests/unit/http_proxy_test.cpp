// SPDX-License-Identifier: MIT
#include "http/proxy.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace terra_hook;

namespace {

using Variables = std::map<std::string, std::string>;

/// `host:port` of the proxy, `direct`, or the Error's message.
std::string chosen(const char* server, const Variables& variables) {
  const auto proxy = proxy_for(*parse_url(server), [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  if (!proxy) return proxy.error().message;
  return *proxy ? (*proxy)->name() : "direct";
}

}  // namespace

TEST_CASE("proxy / the variable of the scheme counts before the one for all") {
  CHECK(chosen("https://a.example", {}) == "direct");
  CHECK(chosen("https://a.example", {{"HTTPS_PROXY", "http://p:3128"}}) == "p:3128");
  CHECK(chosen("https://a.example", {{"https_proxy", "p:1"}, {"HTTPS_PROXY", "q:2"}}) == "p:1");
  CHECK(chosen("http://a.example", {{"HTTPS_PROXY", "p:3128"}}) == "direct");
  CHECK(chosen("http://a.example", {{"http_proxy", "p:3128"}}) == "p:3128");
  CHECK(chosen("http://a.example", {{"ALL_PROXY", "http://[::1]:8080/"}}) == "[::1]:8080");
  CHECK(chosen("https://a.example", {{"HTTPS_PROXY", ""}, {"ALL_PROXY", "p:1"}}) == "direct");
}

TEST_CASE("proxy / this machine and the hosts of no_proxy are reached directly") {
  const auto with = [](const char* list) {
    return Variables{{"HTTPS_PROXY", "p:1"}, {"HTTP_PROXY", "p:1"}, {"NO_PROXY", list}};
  };
  for (const char* server : {"http://localhost:80", "http://127.0.0.1:1", "http://[::1]:1"}) {
    CHECK(chosen(server, with("")) == "direct");
  }
  CHECK(chosen("https://a.example", with("*")) == "direct");
  CHECK(chosen("https://a.example", with("b.example, A.Example")) == "direct");
  CHECK(chosen("https://x.a.example", with("a.example")) == "direct");
  CHECK(chosen("https://x.a.example", with(".a.example")) == "direct");
  CHECK(chosen("https://xa.example", with("a.example")) == "p:1");
  CHECK(chosen("https://a.example", with("a.example:443")) == "direct");
  CHECK(chosen("https://a.example", with("a.example:8443")) == "p:1");
  CHECK(chosen("https://a.example", with(", ,")) == "p:1");
}

TEST_CASE("proxy / credentials are read and never repeated") {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "https_proxy") return "http://me:p%40ss%zz@proxy.example:8080";
    return std::nullopt;
  };
  const auto proxy = proxy_for(*parse_url("https://a.example"), environment);
  REQUIRE(proxy);
  REQUIRE(*proxy);
  CHECK((*proxy)->user == "me");
  CHECK((*proxy)->password.expose() == "p@ss%zz");
  CHECK((*proxy)->name() == "proxy.example:8080");
  const std::string refused =
      chosen("https://a.example", {{"HTTPS_PROXY", "socks5://me:secret@p:1"}});
  CHECK(refused.find("HTTPS_PROXY") != std::string::npos);
  CHECK(refused.find("secret") == std::string::npos);
  CHECK(chosen("https://a.example", {{"ALL_PROXY", "http://me:secret@p:99999"}}) ==
        "ALL_PROXY names no proxy");
}
