// SPDX-License-Identifier: MIT
// Exit codes, and what goes where when a stream, a file or the store fails.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "cli/user.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

const Variables k_with_secret = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};

TEST_CASE("stream/each exit code has a command that ends with it") {
  const User user;
  const std::string junk = user.home().write("junk.db", "this is not a store\n");
  struct Row {
    int code;
    Words arguments;
  };
  const Row rows[] = {
      {0, {"list"}},
      {1, {"list", "--store", junk}},
      {1, {"verify", (user.home() / "none").string()}},
      {2, {"verify", "--signature", "t=1,v1=" + std::string(64, '0')}},
      {3, {"show", "1"}},
      {3, {"list", "--since", "yesterdayish"}},
      {4, {"list", "--frobnicate"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.arguments[0]);
    CHECK(user.run(row.arguments, k_with_secret).code == row.code);
  }
  CHECK(read_whole_file(junk) == "this is not a store\n");
}

TEST_CASE("stream/a second Ctrl-C ends at once with 130") {
  const User user;
  Listener listener(user.home());
  // A request in flight keeps the first Ctrl-C waiting; the 100 tells that its head was read.
  RawClient client(listener.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  CHECK(client.read_response().status == 100);
  listener.child().signal(SIGINT);
  CHECK(listener.next("stopping").at("in_flight") == 1);
  listener.child().signal(SIGINT);
  CHECK(listener.child().wait() == 130);
}

TEST_CASE("stream/SIGTERM and Ctrl-C both end with 0") {
  const User user;
  for (const int number : {SIGTERM, SIGINT}) {
    Listener listener(user.home());
    listener.child().signal(number);
    CHECK(listener.child().wait() == 0);
  }
}

TEST_CASE("stream/a listener keeps standard output for data") {
  const User user;
  ChildProcess child(terra_hook_program(), {"listen", "--port", "0"}, {user.home().path()});
  child.await_error_text("Listening on ");
  child.await_error_text("store ");
  CHECK(child.output().empty());
  child.signal(SIGINT);
  CHECK(child.wait() == 0);
  CHECK(child.output().empty());
  CHECK(child.errors().find("0 deliveries") != std::string::npos);
}

TEST_CASE("stream/a taken port is one clear line") {
  const User user;
  Listener listener(user.home());
  const Finished finished =
      user.run({"listen", "--no-store", "--port", std::to_string(listener.port())});
  CHECK(finished.code == 1);
  CHECK(finished.out.empty());
  CHECK(lines_of(finished.err)[0].find(std::to_string(listener.port())) != std::string::npos);
  CHECK(lines_of(finished.err).size() <= 2);
}

TEST_CASE("stream/a store that can not be used is not touched and ends with 1") {
  const User user;
  const std::string junk = user.home().write("junk.db", std::string(8192, 'x'));
  const std::string below_a_file = junk + "/captures.db";
  for (const std::string& path : {junk, below_a_file, user.home().path().string()}) {
    for (const Words& command :
         {Words{"listen", "--port", "0"}, Words{"list"}, Words{"show", "1"}}) {
      CAPTURE(path);
      CAPTURE(command[0]);
      if (command[0] != "listen" && path == below_a_file) continue;  // nothing is there yet
      Words arguments = command;
      arguments.insert(arguments.end(), {"--store", path});
      const Finished finished = user.run(arguments);
      CHECK(finished.code == 1);
      CHECK(finished.out.empty());
      CHECK(lines_of(finished.err)[0].starts_with("terra-hook: "));
      CHECK(lines_of(finished.err)[0].find(junk) + 1 + finished.err.find(path) != 0);
    }
  }
  CHECK(read_whole_file(junk) == std::string(8192, 'x'));
}

TEST_CASE("stream/a full disk behind standard output is an error") {
  const User user;
  user.receive({"[1]"});
  for (const std::string command :
       {"list", "list --format json", "show 1", "show 1 --format raw", "show 1 --format json",
        "verify 1", "verify 1 --format json", "sign", "sign --format json", "completion bash",
        "man", "--help", "--version", "list --help"}) {
    CAPTURE(command);
    const Finished finished =
        user.run_shell("\"$TERRA_HOOK\" " + command + " > /dev/full", k_with_secret, "{}");
    CHECK(finished.code == 1);
    CHECK(finished.err ==
          "terra-hook: can't write to standard output: No space left on device\n"
          "  make room on its disk\n");
  }
}

TEST_CASE("stream/a reader that leaves ends it quietly") {
  const User user;
  user.receive({"[1]", "[2]"});
  for (const std::string command : {"list", "list --format json", "show 1..2 --format ndjson",
                                    "show last", "verify 1", "sign", "completion zsh", "--help"}) {
    CAPTURE(command);
    // The program starts only once nobody can read its output any more.
    const std::string fifo = (user.home() / "go").string();
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    const std::string script = "read -r _ < '" + fifo + "'; exec '" + terra_hook_program() + "' ";
    ChildProcess child("bash", {"-c", script + command}, {user.home().path(), k_with_secret, "{}"});
    child.close_output();
    std::ofstream(fifo) << "go\n";
    std::filesystem::remove(fifo);
    CHECK(child.wait() == 0);
    CHECK(child.errors().empty());
  }
}

TEST_CASE("stream/head gets its line") {
  const User user;
  user.receive(std::vector<std::string>(20, "[1]"));
  const Finished finished = user.run_shell(
      R"(for i in 1 2 3 4 5 6 7 8 9; do "$TERRA_HOOK" list --format ndjson | head -n 1;
         echo "${PIPESTATUS[0]}"; done)");
  CHECK(finished.err.empty());
  const Words lines = lines_of(finished.out);
  REQUIRE(lines.size() == 18);
  for (std::size_t i = 0; i < lines.size(); i += 2) {
    CHECK(Json::parse(lines[i]).at("number") == 1);
    CHECK(lines[i + 1] == "0");
  }
}

TEST_CASE("stream/a listener whose reader leaves stops") {
  const User user;
  Listener listener(user.home());
  listener.child().close_output();
  CHECK(post(listener.port(), "[1]").status == 200);
  CHECK(listener.child().wait() == 0);
  CHECK(listener.child().errors().empty());
  CHECK(lines_of(user.run({"list"}).out).size() == 1);
}

TEST_CASE("stream/standard input can be a pipe a file or nothing") {
  const User user;
  const Variables variables = k_with_secret;
  const std::string file = user.home().write("body", "[1]");
  const std::string header =
      "X-Terra-Signature: " + signature_header(k_secret, "[1]", 1600000000) + "\n";
  CHECK(user.run({"sign", "--timestamp", "1600000000"}, variables, "[1]").out == header);
  CHECK(user.run({"sign", "-", "--timestamp", "1600000000"}, variables, "[1]").out == header);
  CHECK(user.run({"sign", file, "--timestamp", "1600000000"}, variables).out == header);
  const Finished closed = user.run_shell("\"$TERRA_HOOK\" sign <&-", variables);
  CHECK(closed.code == 1);
  CHECK(closed.err.find("standard input") != std::string::npos);
  const Finished directory = user.run({"sign", user.home().path().string()}, variables);
  CHECK(directory.code == 1);
  CHECK(directory.err.find(user.home().path().string()) != std::string::npos);
}

TEST_CASE("stream/what is read from a terminal is said") {
  const User user;
  const std::pair<Words, const char*> rows[] = {
      {{"sign"}, "reading the body from"},
      {{"verify", "--signature", "t=1,v1=0"}, "reading the body from"},
      {{"verify", "-"}, "reading deliveries from"},
      {{"trigger", "--file", "-", "--to", "1", "--dry-run"}, "reading the body from"},
      {{"replay", "-", "--to", "1", "--dry-run"}, "reading deliveries from"},
      {{"import", "-"}, "reading deliveries from"},
      {{"diff", "-", user.home().write("body.json", "{}")}, "reading a delivery from"},
      {{"emulate", "--port", "0", "--script", "-"}, "reading the script from"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first.front());
    PseudoTerminal terminal(terra_hook_program(), row.first, {user.home().path(), k_with_secret});
    terminal.await(std::string(row.second) + " standard input; end it with Ctrl-D");
  }
  CHECK(user.run({"sign"}, k_with_secret, "[1]").err.empty());
}

}  // namespace
}  // namespace terra_hook::test
