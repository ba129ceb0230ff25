// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>

#include "base/subprocess.hpp"
#include "support/process_end.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using test::TempDir;
using test::WatchedProcess;

constexpr auto k_patience = 15s;

std::unique_ptr<Subprocess> start_shell(const std::string& script,
                                        std::vector<std::string> environment = {}) {
  SubprocessOptions options;
  options.program = find_program("sh", std::getenv("PATH")).value();
  options.words = {"sh", "-c", script};
  environment.push_back(std::string("PATH=") + std::getenv("PATH"));
  options.environment = std::move(environment);
  return Subprocess::start(options).value();
}

/// Reads until what was printed ends with `end`, or the process has ended.
std::string read_until(Subprocess& process, std::string_view end) {
  std::string text;
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (!text.ends_with(end) && std::chrono::steady_clock::now() < deadline) {
    const bool has_ended = process.end().has_value();
    const Subprocess::Piece piece = process.read(k_patience);
    text += piece.bytes;
    if (has_ended && piece.source == Subprocess::Source::none) break;
  }
  return text;
}

constexpr std::string_view k_never = "\x01";  // nobody prints it

TEST_CASE("subprocess/its two streams and its end are told apart") {
  const auto process = start_shell("echo out; echo err >&2; exit 7");
  std::string out;
  std::string err;
  for (;;) {
    const bool has_ended = process->end().has_value();
    const Subprocess::Piece piece = process->read(k_patience);
    if (piece.source == Subprocess::Source::output) out += piece.bytes;
    if (piece.source == Subprocess::Source::errors) err += piece.bytes;
    if (has_ended && piece.source == Subprocess::Source::none) break;
  }
  CHECK(out == "out\n");
  CHECK(err == "err\n");
  CHECK(process->end() == ProcessEnd{false, 7});
  CHECK(process->stop(0s) == ProcessEnd{false, 7});
  CHECK(to_string(ProcessEnd{false, 7}) == "exit code 7");
  CHECK(to_string(ProcessEnd{true, SIGTERM}) == "signal 15 (Terminated)");
}

TEST_CASE("subprocess/it gets the environment that was given and no descriptor of ours") {
  const TempDir directory;
  FILE* ours = std::fopen((directory / "ours").c_str(), "w");
  REQUIRE(ours != nullptr);
  // Without close-on-exec, as a library's socket may be.
  const auto process = start_shell("echo \"$WORD $HOME\"; ls /proc/self/fd | wc -l", {"WORD=a b"});
  // The three streams, and the directory that ls reads.
  CHECK(read_until(*process, k_never) == "a b \n4\n");
  std::fclose(ours);
}

TEST_CASE("subprocess/its input stays open and empty until it is stopped") {
  const auto process = start_shell("echo ready; cat; echo over");
  CHECK(read_until(*process, "\n") == "ready\n");
  CHECK(process->read(0ms).source == Subprocess::Source::none);
  CHECK(!process->end());
  CHECK(process->stop(k_patience) == ProcessEnd{true, SIGTERM});
}

TEST_CASE("subprocess/it leads a session of its own with signals as usual") {
  // An ignored SIGINT would be inherited by a program that does not care.
  ::signal(SIGINT, SIG_IGN);
  const auto process =
      start_shell("cut -d ' ' -f 6 /proc/$$/stat; grep -E 'Sig(Blk|Ign)' /proc/self/status");
  ::signal(SIGINT, SIG_DFL);
  const std::string text = read_until(*process, k_never);
  CHECK(text == std::to_string(process->pid()) +
                    "\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("subprocess/stopping ends its children too and whatever they ignore") {
  const auto process = start_shell("trap '' TERM; sleep 1000 & echo $!; wait; sleep 1000");
  const WatchedProcess child(std::stoi(read_until(*process, "\n")));
  CHECK(child.is_running());
  CHECK(process->stop(10ms) == ProcessEnd{true, SIGKILL});
  CHECK(child.ends_within());
}

TEST_CASE("subprocess/one that floods can be stopped and read from") {
  const auto process = start_shell("exec yes");
  CHECK(process->read(k_patience).bytes.starts_with("y\n"));
  CHECK(process->stop(k_patience) == ProcessEnd{true, SIGTERM});
}

TEST_CASE("subprocess/one that writes on its way out is not stuck") {
  const auto process = start_shell(
      "trap 'head -c 1000000 /dev/zero; exit 5' TERM; echo ready; while :; do read x; done");
  CHECK(read_until(*process, "\n") == "ready\n");
  CHECK(process->stop(k_patience) == ProcessEnd{false, 5});
}

TEST_CASE("subprocess/wake ends a read") {
  const auto process = start_shell("cat");
  process->wake();
  CHECK(process->read(k_patience).source == Subprocess::Source::none);
  CHECK(!process->end());
}

TEST_CASE("subprocess/a program is found on the path or it is said what is missing") {
  const TempDir directory;
  const std::string tool = directory.write("tool", "#!/bin/sh\n").string();
  const std::string folder = directory.path().string();
  const auto refused = find_program("tool", folder);
  REQUIRE(!refused);
  CHECK(refused.error().message == tool + " is not executable");
  std::filesystem::permissions(tool, std::filesystem::perms::owner_all);
  CHECK(*find_program("tool", "/nowhere:" + folder) == tool);
  CHECK(*find_program(tool, "") == tool);
  for (const std::string& name : {std::string("no-such-program"), folder + "/none"}) {
    const auto missing = find_program(name, folder);
    REQUIRE(!missing);
    CHECK(missing.error().kind == ErrorKind::file);
    CHECK(missing.error().message == "can't find the program '" + name + "'");
  }
}

TEST_CASE("subprocess/what cannot be executed is an error") {
  const TempDir directory;
  const std::string text = directory.write("text", "no program").string();
  std::filesystem::permissions(text, std::filesystem::perms::owner_all);
  SubprocessOptions options;
  options.program = text;
  options.words = {"text"};
  const auto process = Subprocess::start(options);
  REQUIRE(!process);
  CHECK(process.error().kind == ErrorKind::file);
  CHECK(process.error().message == "can't run " + text + ": Exec format error");
}

TEST_CASE("subprocess/an input is given while the output is read and then ends") {
  const std::string input(3 << 20, 'x');
  SubprocessOptions options;
  options.program = find_program("sh", std::getenv("PATH")).value();
  options.words = {"sh", "-c", "cat; echo end"};
  options.environment = {std::string("PATH=") + std::getenv("PATH")};
  options.input = input;
  const auto process = Subprocess::start(options).value();
  const std::string output = read_until(*process, "end\n");
  CHECK(output.size() == input.size() + 4);
  options.input = "";
  const auto empty = Subprocess::start(options).value();
  CHECK(read_until(*empty, "end\n") == "end\n");
  options.words = {"sh", "-c", "exec <&-; echo end"};
  options.input = input;
  const auto heedless = Subprocess::start(options).value();
  CHECK(read_until(*heedless, k_never) == "end\n");
  CHECK(heedless->end() == ProcessEnd{false, 0});
}

}  // namespace
}  // namespace terra_hook
