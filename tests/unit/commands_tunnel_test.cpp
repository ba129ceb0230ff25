// SPDX-License-Identifier: MIT
// The pure parts of the tunnel: which words are run, and which URL is the public one.
#include <doctest/doctest.h>

#include "commands/tunnel_command.hpp"
#include "commands/tunnel_url.hpp"

namespace terra_hook {
namespace {

using Words = std::vector<std::string>;

std::string found(std::string_view line, const Words& words = {"mytunnel"}) {
  return find_public_url(line, url_rule(words)).value_or("none");
}

TEST_CASE("tunnel/any program - the first https URL without a path is it") {
  CHECK(found("https://a.example.com") == "https://a.example.com");
  CHECK(found("  |  https://a.example.com/  |") == "https://a.example.com");
  CHECK(found("see https://docs.example.com/start, public at (https://a.example.com:8443).") ==
        "https://a.example.com:8443");
  CHECK(found("url=https://a.example.com") == "https://a.example.com");
  CHECK(found("\"https://a.example.com\",") == "https://a.example.com");
  CHECK(found("https://a.example.com -> http://localhost:4567") == "https://a.example.com");
}

TEST_CASE("tunnel/any program - what is not public is not it") {
  for (const char* line :
       {"http://a.example.com", "https://127.0.0.1:4567", "https://localhost:4567",
        "https://a.localhost", "https://0.0.0.0:1", "https://a.example.com/path",
        "https://a.example.com?token=x", "https://user:password@a.example.com", "https://",
        "https:// a.example.com", "https://-a.example.com-",
        "xhttps://a.b", "nothing", ""}) {
    CAPTURE(line);
    CHECK(found(line) == "none");
  }
  CHECK(found("https://" + std::string(300, 'a') + ".com") == "none");
}

TEST_CASE("tunnel/cloudflared - the URL in the box is it and the terms of use are not") {
  const Words words{"cloudflared", "tunnel", "--url", "{url}"};
  CHECK(found("INF Terms of Use (https://www.cloudflare.com/website-terms/)", words) == "none");
  CHECK(found("2026-11-24T14:00:00Z INF |  https://two-words.trycloudflare.com   |", words) ==
        "https://two-words.trycloudflare.com");
  CHECK(found("Post \"https://api.trycloudflare.com/tunnel\": dial tcp", words) == "none");
  CHECK(found("https://api.trycloudflare.com", words) == "none");
}

TEST_CASE("tunnel/ngrok - the URL of the started tunnel is it") {
  const Words words{"ngrok", "http", "{url}", "--log", "stdout"};
  CHECK(found("t=2026-11-24T14:00:00+0000 lvl=info msg=\"started tunnel\" obj=tunnels "
              "name=command_line addr=https://inner.example.com url=https://1-2.ngrok-free.app",
              words) == "https://1-2.ngrok-free.app");
  CHECK(found("lvl=info msg=\"started tunnel\" addr=http://localhost:80 url=tcp://2.tcp.ngrok.io:1",
              words) == "none");
  CHECK(found("lvl=warn msg=\"sign up\" url=https://dashboard.ngrok.com", words) == "none");
}

TEST_CASE("tunnel/services behind ssh - their own links are not it") {
  const Words run{"ssh", "-R", "80:localhost:4567", "nokey@localhost.run"};
  CHECK(found("To set up and manage custom domains go to https://admin.localhost.run/", run) ==
        "none");
  CHECK(found("8b.lhr.life tunneled with tls termination, https://8b.lhr.life", run) ==
        "https://8b.lhr.life");
  const Words serveo{"ssh", "-R", "80:localhost:4567", "serveo.net"};
  CHECK(found("Forwarding HTTP traffic from https://a.serveousercontent.com", serveo) ==
        "https://a.serveousercontent.com");
  CHECK(found("Reserve names at https://console.serveo.net", serveo) == "none");
  const Words pinggy{"ssh", "-p", "443", "-R0:localhost:4567", "a.pinggy.io"};
  CHECK(found("Upgrade at https://dashboard.pinggy.io", pinggy) == "none");
  CHECK(found("https://abc.a.free.pinggy.link", pinggy) == "https://abc.a.free.pinggy.link");
}

TEST_CASE("tunnel/tailscale - the URL of the tailnet is it with its path") {
  const Words words{"tailscale", "funnel", "{url}"};
  CHECK(found("To enable, visit: https://login.tailscale.com/f/funnel?node=n1", words) == "none");
  CHECK(found("https://box.tail1234.ts.net/", words) == "https://box.tail1234.ts.net");
  CHECK(found("https://box.tail1234.ts.net/terra", words) == "https://box.tail1234.ts.net/terra");
}

TEST_CASE("tunnel/a public URL given by hand") {
  CHECK(*parse_public_url("https://hooks.example.com/") == "https://hooks.example.com");
  CHECK(*parse_public_url("http://example.com:8080/a") == "http://example.com:8080/a");
  CHECK(*parse_public_url("http://127.0.0.1:8080") == "http://127.0.0.1:8080");
  for (const char* text :
       {"", "example.com", "ftp://example.com", "https://", "https://a b.com", "https://a.com?x=1",
        "https://a.com#x", "https://me@a.com", "https://a.com\n", "https://a.com:x"}) {
    CAPTURE(text);
    const auto url = parse_public_url(text);
    REQUIRE(!url);
    CHECK(url.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("tunnel/escape sequences are taken out of its output") {
  CHECK(strip_escapes("\x1b[1;32mgreen\x1b[0m \x1b[2Kline") == "green line");
  CHECK(strip_escapes("\x1b]0;title\x07text") == "text");
  CHECK(strip_escapes("\x1b]8;;https://x.example\x1b\\label\x1b]8;;\x1b\\") == "label");
  CHECK(strip_escapes("\x1b"
                      "7a\x01"
                      "b\tc\x7f") == "ab\tc");
  CHECK(strip_escapes("cut \x1b[12") == "cut ");
  CHECK(strip_escapes("cut \x1b") == "cut ");
  CHECK(strip_escapes("cut \x1b]8;;") == "cut ");
}

TEST_CASE("tunnel/output in pieces becomes lines of bounded length") {
  OutputLines lines;
  Words seen;
  const auto feed = [&](std::string_view bytes) {
    lines.feed(bytes, [&](std::string line) { seen.push_back(std::move(line)); });
  };
  feed("on");
  feed("e\r\n\n \ntwo\rthr");
  CHECK(seen == Words{"one", "two"});
  CHECK(lines.unfinished() == "thr");
  feed("ee\n");
  CHECK(seen.back() == "three");
  CHECK(lines.unfinished() == "");
  for (int i = 0; i < 100; ++i) feed(std::string(1000, 'x'));
  CHECK(lines.unfinished().size() == OutputLines::k_max_line);
  feed("y\nfour\n");
  CHECK(seen.back() == "four");
  CHECK(seen[3] == std::string(OutputLines::k_max_line, 'x'));
}

std::string words_of(std::string_view text, bool uses_tls = false) {
  const auto words = tunnel_words(text, "/home/mara", uses_tls);
  if (!words) return "error: " + words.error().message;
  std::string joined;
  for (const std::string& word : fill_in(*words, uses_tls ? "https" : "http", "127.0.0.1", 4567)) {
    joined += "[" + word + "]";
  }
  return joined;
}

TEST_CASE("tunnel/short names stand for commands") {
  CHECK(words_of("cloudflared") ==
        "[cloudflared][tunnel][--no-autoupdate][--url][http://127.0.0.1:4567]");
  CHECK(words_of("cloudflared", true).ends_with("[https://127.0.0.1:4567][--no-tls-verify]"));
  CHECK(words_of("ngrok") ==
        "[ngrok][http][http://127.0.0.1:4567][--log][stdout][--log-format][logfmt]");
  CHECK(words_of("tailscale") == "[tailscale][funnel][http://127.0.0.1:4567]");
  CHECK(words_of("tailscale", true) == "[tailscale][funnel][https+insecure://127.0.0.1:4567]");
  CHECK(words_of("ssh:nokey@localhost.run")
            .ends_with("[-R][80:127.0.0.1:4567][nokey@localhost.run]"));
  CHECK(words_of("ssh:") == "error: '' is not a host");
  CHECK(words_of("ssh:-oProxyCommand=x") == "error: '-oProxyCommand=x' is not a host");
  CHECK(words_of("ssh:host", true) == "error: ssh:HOST and --tls exclude each other");
}

TEST_CASE("tunnel/placeholders are filled in after the words are split") {
  CHECK(words_of("x {port} a{port}b{port} {url}/p {host} {other} {") ==
        "[x][4567][a4567b4567][http://127.0.0.1:4567/p][127.0.0.1][{other}][{]");
  CHECK(fill_in({"{host}"}, "http", "a b{port}", 1) == Words{"a b{port}"});
}

}  // namespace
}  // namespace terra_hook
