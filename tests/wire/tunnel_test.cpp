// SPDX-License-Identifier: MIT
// `listen --tunnel` with programs that behave as tunnels do, and worse.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>

#include "support/listener.hpp"
#include "support/process_end.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/raw_client.hpp"

namespace terra_hook::test {
namespace {

/// A program of the test's own: a shell script.
std::string script(const TempDir& directory, const std::string& text,
                   const std::string& name = "tunnel") {
  const std::filesystem::path path = directory.write(name, "#!/bin/sh\n" + text);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path.string();
}

std::string first_line(const std::filesystem::path& path) {
  const std::string text = read_whole_file(path);
  return text.substr(0, text.find('\n'));
}

/// Prints its number and URL and stays until it is ended.
constexpr const char* k_steady = "echo $$ > \"$HOME/pid\"; echo https://a.example.com\nread x\n";

TEST_CASE("a tunnel is given the port and its URL is shown with the path") {
  const TempDir directory;
  const std::string program = script(directory,
                                     "echo \"$1 $2 $3\" > \"$HOME/words\"\n"
                                     "echo 'INF https://example.com/terms' >&2\n"
                                     "printf 'INF |  \\033[1mhttps://two-'\n"
                                     "printf 'words.example.com\\033[0m  |\\n'\n"
                                     "read x\n");
  Listener listener(directory, {"--path", "/terra", "--tunnel", program + " 'a b' {port} {url}"});
  const Json tunnel = listener.next("tunnel");
  CHECK(tunnel.at("state") == "open");
  CHECK(tunnel.at("url") == "https://two-words.example.com/terra");
  CHECK(tunnel.at("changed") == false);
  CHECK(tunnel.at("at").is_string());
  const std::string port = std::to_string(listener.port());
  CHECK(first_line(directory / "words") == "a b " + port + " http://127.0.0.1:" + port);
  CHECK(post(listener.port(), "{}", {}, "/terra").status == 200);
  CHECK(listener.stop() == 0);
  CHECK(listener.child().errors() == "");
}

TEST_CASE("a tunnel may leave the line of its URL unfinished") {
  const TempDir directory;
  Listener listener(
      directory, {"--tunnel", script(directory, "printf 'at https://a.example.com' >&2\nread x")});
  CHECK(listener.next("tunnel").at("url") == "https://a.example.com");
}

TEST_CASE("a tunnel gets no key and no secret from the environment") {
  const TempDir directory;
  const std::string program =
      script(directory, "env > \"$HOME/environment\"\necho https://a.example.com\nread x\n");
  Listener listener(directory, {"--tunnel", program},
                    {{"TERRA_API_KEY", "key-of-the-tests"},
                     {"TERRA_SIGNING_SECRET", "secret-of-the-tests"},
                     {"WORD", "kept"}});
  listener.next("tunnel");
  const std::string environment = read_whole_file(directory / "environment");
  CHECK(environment.find("of-the-tests") == std::string::npos);
  CHECK(environment.find("WORD=kept") != std::string::npos);
}

TEST_CASE("a tunnel that ends is started again and its new URL is told from the old") {
  const TempDir directory;
  const std::string program = script(directory,
                                     "echo x >> \"$HOME/starts\"\n"
                                     "n=$(wc -l < \"$HOME/starts\")\n"
                                     "echo https://n$n.example.com\n"
                                     "if [ $n -gt 1 ]; then read x; fi\n"
                                     "printf 'lost the \\033[31mserver' >&2\n"
                                     "exit 3\n");
  Listener listener(directory, {"--tunnel", program});
  CHECK(listener.next("tunnel").at("url") == "https://n1.example.com");
  const Json closed = listener.next("tunnel");
  CHECK(closed.at("state") == "closed");
  CHECK(closed.at("url") == nullptr);
  CHECK(closed.at("reason") == "exit code 3");
  CHECK(closed.at("last_line") == "lost the server");
  CHECK(closed.at("retry_in_ms") == 500);
  const Json again = listener.next("tunnel");
  CHECK(again.at("url") == "https://n2.example.com");
  CHECK(again.at("changed") == true);
  CHECK(listener.stop() == 0);
}

TEST_CASE("the pause before a start grows and ends when asked to stop") {
  const TempDir directory;
  Listener listener(directory, {"--tunnel", script(directory, "kill -9 $$\n")});
  CHECK(listener.next("tunnel").at("reason") == "signal 9 (Killed)");
  const Json second = listener.next("tunnel");
  CHECK(second.at("retry_in_ms") == 1000);
  CHECK(second.at("last_line") == nullptr);
  CHECK(listener.next("tunnel").at("retry_in_ms") == 2000);
  CHECK(listener.stop() == 0);
}

TEST_CASE("what is in flight is finished before the tunnel is ended") {
  const TempDir directory;
  Listener listener(directory, {"--tunnel", script(directory, k_steady)});
  listener.next("tunnel");
  const WatchedProcess tunnel(std::stoi(first_line(directory / "pid")));
  RawClient delivery(listener.port());
  delivery.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  REQUIRE(delivery.read_response().status == 100);
  listener.child().signal(SIGTERM);
  CHECK(listener.next("stopping").at("in_flight") == 1);
  CHECK(tunnel.is_running());
  delivery.send("{}  ");
  CHECK(delivery.read_response().status == 200);
  CHECK(listener.child().wait() == 0);
  CHECK(!tunnel.is_running());
}

TEST_CASE("a tunnel that ignores SIGTERM ends with the listener and with its children") {
  const TempDir directory;
  const std::string program = script(directory,
                                     "trap '' TERM INT HUP\n"
                                     "sleep 1000 &\n"
                                     "echo $! > \"$HOME/child\"\n"
                                     "echo https://a.example.com\n"
                                     "while :; do wait; done\n");
  Listener listener(directory, {"--tunnel", program});
  listener.next("tunnel");
  const WatchedProcess child(std::stoi(first_line(directory / "child")));
  CHECK(child.is_running());
  CHECK(listener.stop() == 0);
  CHECK(child.ends_within());
}

TEST_CASE("a tunnel ends when the listener is killed") {
  const TempDir directory;
  Listener listener(directory,
                    {"--tunnel", script(directory, "trap '' TERM\n" + std::string(k_steady))});
  listener.next("tunnel");
  const WatchedProcess tunnel(std::stoi(first_line(directory / "pid")));
  CHECK(tunnel.is_running());
  listener.child().signal(SIGKILL);
  CHECK(tunnel.ends_within());
}

TEST_CASE("the interrupt of a terminal does not reach the tunnel") {
  const TempDir directory;
  const std::string program = script(directory,
                                     "trap 'echo INT >> \"$HOME/signals\"' INT\n"
                                     "trap 'echo TERM >> \"$HOME/signals\"; exit' TERM\n"
                                     "echo https://a.example.com\n"
                                     "while :; do read x; done\n");
  PseudoTerminal terminal(terra_hook_program(),
                          {"listen", "--port", "0", "--plain", "--tunnel", program},
                          {directory.path()});
  terminal.await("Public at");
  terminal.await("https://a.example.com");
  terminal.type("\x03");
  CHECK(terminal.wait() == 0);
  CHECK(read_whole_file(directory / "signals") == "TERM\n");
}

TEST_CASE("a tunnel that floods holds up nothing") {
  const TempDir directory;
  const std::string program =
      script(directory,
             "echo https://a.example.com\nexec yes \"$(head -c 10000 /dev/zero | tr '\\0' x)\"\n");
  Listener listener(directory, {"--tunnel", program});
  CHECK(listener.next("tunnel").at("url") == "https://a.example.com");
  const std::uint64_t before = listener.child().resident_bytes();
  for (int i = 0; i < 20; ++i) CHECK(post(listener.port(), "{}").status == 200);
  CHECK(listener.child().resident_bytes() < before + (32U << 20));
  CHECK(listener.stop() == 0);
}

TEST_CASE("a tunnel that floods while nobody reads its output does not keep the listener") {
  const TempDir directory;
  Listener listener(directory, {"--tunnel", script(directory, "exec yes word\n"), "--verbose"});
  listener.child().hold_output();
  CHECK(post(listener.port(), "{}").status == 200);
  listener.child().signal(SIGTERM);
  CHECK(listener.child().wait(std::chrono::seconds(30)) == 0);
}

TEST_CASE("the output of a tunnel is shown harmless and when asked for") {
  const TempDir directory;
  const std::string program = script(directory,
                                     "printf 'one \\033]0;owned\\007\\033[2Jtwo\\302\\233x\\n'\n"
                                     "echo https://a.example.com\n"
                                     "read x\n");
  SUBCASE("as text") {
    ChildProcess child(terra_hook_program(),
                       {"listen", "--port", "0", "--verbose", "--tunnel", program},
                       {directory.path()});
    child.await_error_text("Public at https://a.example.com\n");
    child.await_error_text("register");
    CHECK(child.errors().find("tunnel | one two\\u009bx\n") != std::string::npos);
    CHECK(child.errors().find('\x1b') == std::string::npos);
    CHECK(child.output() == "");
  }
  SUBCASE("as NDJSON") {
    Listener listener(directory, {"--tunnel", program, "--verbose"});
    CHECK(listener.next("tunnel_output").at("line") == "one two\xc2\x9bx");
    CHECK(listener.next("tunnel_output").at("line") == "https://a.example.com");
  }
  SUBCASE("not at all") {
    ChildProcess child(terra_hook_program(), {"listen", "--port", "0", "--tunnel", program},
                       {directory.path()});
    child.await_error_text("register");
    CHECK(child.errors().find("one") == std::string::npos);
  }
}

TEST_CASE("a public URL can be given") {
  const TempDir directory;
  SUBCASE("beside a program") {
    Listener listener(directory, {"--tunnel", script(directory, k_steady), "--tunnel-url",
                                  "http://hooks.example.com/", "--path", "/terra"});
    CHECK(listener.next("tunnel").at("url") == "http://hooks.example.com/terra");
  }
  SUBCASE("alone") {
    Listener listener(directory, {"--tunnel-url", "https://hooks.example.com/base"});
    CHECK(listener.next("tunnel").at("url") == "https://hooks.example.com/base");
    CHECK(listener.stop() == 0);
  }
}

TEST_CASE("a tunnel that cannot be is one clear line and no listener") {
  const TempDir directory;
  const struct {
    const char* command;
    int code;
    const char* message;
  } cases[] = {
      {"no-such-program {port}", 1, "can't find the program 'no-such-program'"},
      {"ssh:", 4, "--tunnel: '' is not a host"},
      {"a | b", 4, "--tunnel: '|' needs a shell"},
      {"a 'b", 4, "--tunnel: the command has a ' without its end"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.command);
    const Finished finished =
        run_terra_hook({"listen", "--port", "0", "--tunnel", sample.command}, {directory.path()});
    CHECK(finished.code == sample.code);
    CHECK(finished.out == "");
    CHECK(finished.err.find(sample.message) != std::string::npos);
    CHECK(finished.err.find("Listening") == std::string::npos);
  }
}

}  // namespace
}  // namespace terra_hook::test
