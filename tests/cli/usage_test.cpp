// SPDX-License-Identifier: MIT
// What is said to somebody who asks for help, and to somebody who mistypes.
#include <doctest/doctest.h>

#include <algorithm>

#include "cli/user.hpp"

namespace terra_hook::test {
namespace {

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

TEST_CASE("usage/without arguments help goes to standard error") {
  const User user;
  const Finished finished = user.run({});
  CHECK(finished.code == 4);
  CHECK(finished.out.empty());
  CHECK(finished.err.find("terra-hook COMMAND") != std::string::npos);
  CHECK(finished.err.find("terra-hook listen") != std::string::npos);
}

TEST_CASE("usage/help that was asked for goes to standard output") {
  const User user;
  const std::string help = user.run({"--help"}).out;
  for (const Words& arguments : {Words{"--help"}, Words{"-h"}, Words{"help"}}) {
    CAPTURE(joined(arguments));
    const Finished finished = user.run(arguments);
    CHECK(finished.code == 0);
    CHECK(finished.err.empty());
    CHECK(finished.out == help);
  }
  for (const std::string code : {"0", "1", "2", "3", "4", "6", "8", "9", "130"}) {
    CAPTURE(code);
    CHECK(help.find("\n  " + code + " ") != std::string::npos);
  }
}

TEST_CASE("usage/the version") {
  const User user;
  for (const char* argument : {"--version", "-V", "version"}) {
    const Finished finished = user.run({argument});
    CHECK(finished.code == 0);
    CHECK(finished.err.empty());
    const Words lines = lines_of(finished.out);
    REQUIRE(lines.size() == 3);
    // Scripts read the first line.
    CHECK(lines[0].starts_with("terra-hook "));
    CHECK(lines[0].find_first_not_of("0123456789.", 11) == std::string::npos);
    for (const std::string library :
         {"OpenSSL ", "SQLite ", "zlib ", "brotli ", "zstd ", "Boost ", "cpp-httplib ", "CLI11 ",
          "fmt ", "nlohmann-json ", "toml++ "}) {
      CAPTURE(library);
      const std::size_t at = finished.out.find(library);
      REQUIRE(at != std::string::npos);
      CHECK(std::isdigit(finished.out[at + library.size()]) != 0);
    }
  }
}

TEST_CASE("usage/every command has help spelled three ways") {
  const User user;
  const Words names = command_names(user);
  REQUIRE(names.size() >= 7);
  for (const std::string& name : names) {
    if (name == "help") continue;
    CAPTURE(name);
    const Finished finished = user.run({name, "--help"});
    CHECK(finished.code == 0);
    CHECK(finished.err.empty());
    CHECK(finished.out.find("\nUsage:\n  terra-hook " + name + " ") != std::string::npos);
    CHECK(finished.out.find("\nExamples:\n") != std::string::npos);
    CHECK(user.run({name, "-h"}).out == finished.out);
    CHECK(user.run({"help", name}).out == finished.out);
  }
}

/// Lines wider than `columns` that could have been broken. Examples stay as they are typed.
Words too_wide(const std::string& help, std::size_t columns) {
  Words wide;
  for (const std::string& line : lines_of(help)) {
    const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
    const bool is_example = line.starts_with("  $ ") || line.starts_with("  # ");
    const bool is_one_word = line.find(' ', begin) == std::string::npos;
    if (line.size() > columns && !is_example && !is_one_word) wide.push_back(line);
  }
  return wide;
}

TEST_CASE("usage/help is wrapped to the width there is") {
  const User user;
  for (const std::size_t columns : {40U, 60U, 80U, 100U, 300U}) {
    const Variables variables = {{"COLUMNS", std::to_string(columns)}};
    for (const std::string& name : command_names(user)) {
      CAPTURE(columns);
      CAPTURE(name);
      const Finished finished =
          name == "help" ? user.run({"help"}, variables) : user.run({"help", name}, variables);
      REQUIRE(finished.code == 0);
      CHECK(joined(too_wide(finished.out, std::min<std::size_t>(columns, 100))) == "");
    }
  }
}

struct Refused {
  Words arguments;
  int code;
  const char* message;
  const char* hint;
};

void check_refused(const User& user, const Refused& row, const Variables& variables = {}) {
  CAPTURE(joined(row.arguments));
  const Finished finished = user.run(row.arguments, variables);
  CHECK(finished.code == row.code);
  CHECK(finished.out.empty());
  const Words lines = lines_of(finished.err);
  REQUIRE(!lines.empty());
  CHECK(lines[0] == "terra-hook: " + std::string(row.message));
  CHECK(lines.size() == (*row.hint == '\0' ? 1U : 2U));
  CHECK((lines.size() < 2 ? "" : lines[1]) ==
        (*row.hint == '\0' ? "" : "  " + std::string(row.hint)));
}

TEST_CASE("usage/a mistyped command or flag is named and the nearest is suggested") {
  const User user;
  const Refused rows[] = {
      {{"lisen"}, 4, "unknown command 'lisen'", "did you mean 'listen'?"},
      {{"verfiy", "x"}, 4, "unknown command 'verfiy'", "did you mean 'verify'?"},
      {{"frobnicate"}, 4, "unknown command 'frobnicate'", "terra-hook --help lists the commands"},
      {{"help", "lst"}, 4, "unknown command 'lst'", "did you mean 'list'?"},
      {{"--port", "80"},
       4,
       "unknown flag '--port'",
       "flags come after the command: terra-hook COMMAND [options]"},
      {{"listen", "--prot", "80"}, 4, "listen has no flag '--prot'", "did you mean '--port'?"},
      {{"listen", "--prot=80"}, 4, "listen has no flag '--prot'", "did you mean '--port'?"},
      {{"list", "--frobnicate"},
       4,
       "list has no flag '--frobnicate'",
       "terra-hook list --help lists the flags"},
      {{"list", "-x"}, 4, "list has no flag '-x'", "terra-hook list --help lists the flags"},
      {{"list", "extra"}, 4, "'extra' was not expected", "usage: terra-hook list [options]"},
      {{"listen", "3000"},
       4,
       "'3000' was not expected",
       "--port 3000 to listen there, --forward-to 3000 to send on"},
      {{"sign", "a.json", "b.json"},
       4,
       "'b.json' was not expected",
       "usage: terra-hook sign [options] [FILE|-]"},
      {{"list", "--", "-x"}, 4, "'-x' was not expected", "usage: terra-hook list [options]"},
      {{"show"}, 4, "CAPTURE is required", "usage: terra-hook show [options] CAPTURE..."},
      {{"completion", "bsh"}, 4, "'bsh' is not one of bash, zsh, fish", "did you mean 'bash'?"},
      {{"\x1b[31mred"},
       4,
       "unknown command '\\u001b[31mred'",
       "terra-hook --help lists the commands"},
  };
  for (const Refused& row : rows) check_refused(user, row);
}

TEST_CASE("usage/a bad or missing value names its flag and says what is expected") {
  const User user;
  const char* size = "write a number of bytes, or one with a unit: 512KiB, 10MB, 64MiB";
  const char* port = "0 to 65535; 0 lets the system choose";
  const Refused rows[] = {
      {{"listen", "--port", "70000"}, 4, "--port: '70000' is not a port", port},
      {{"listen", "--port", "-1"}, 4, "--port: '-1' is not a port", port},
      {{"listen", "-p", "80x"}, 4, "--port: '80x' is not a port", port},
      {{"listen", "--max-body", "-5"}, 4, "--max-body: '-5' is not a size", size},
      {{"listen", "--max-body", "lots"}, 4, "--max-body: 'lots' is not a size", size},
      {{"listen", "--tolerance", "x"},
       4,
       "--tolerance: 'x' is not a duration",
       "write it like 500ms, 30s, 5m, 2h or 3d"},
      {{"listen", "--threads", "0"}, 4, "--threads: '0' is not a number of threads", "1 to 64"},
      {{"listen", "--path", "hook"},
       4,
       "--path: 'hook' is not a path",
       "it begins with / and has no query, such as /webhooks/terra"},
      {{"listen", "--on-invalid", "acept"},
       4,
       "--on-invalid: 'acept' is not one of reject, accept",
       "did you mean 'accept'?"},
      {{"listen", "--tls-cert", "x.pem"},
       4,
       "--tls-cert and --tls-key go together",
       "or use --tls alone for a certificate made for this machine"},
      {{"list", "--format", "raw"}, 4, "--format: 'raw' is not one of text, json, ndjson", ""},
      {{"replay", "1", "--to", "3000", "--concurrency", "0"},
       4,
       "--concurrency: '0' is not a number of deliveries",
       "1 to 1000"},
      {{"emulate", "--chaos", "lots"},
       4,
       "--chaos can't be 'lots'",
       "--chaos [ODDS]: deliver some twice and some late: 20%, or duplicate=10%,reorder=30% "
       "(alone: "
       "10%)"},
      {{"emulate", "--fault", "GET /activty:504"},
       4,
       "--fault: there is no endpoint '/activty'",
       "did you mean '/activity'?"},
      {{"listen", "--expect", "tpye==sleep"},
       4,
       "--expect: column 1: 'tpye' is not a name",
       "did you mean 'type'?"},
      {{"listen", "--forward-to", "host:x"},
       4,
       "--forward-to: 'host:x': its port is not a number from 1 to 65535",
       "such as http://localhost:3000/hook"},
      {{"diff", "no-such-file", "other"},
       1,
       "can't read no-such-file: No such file or directory",
       "is it spelled right? a relative path begins at the current folder"},
      {{"list", "--verdict", "valid,stael"},
       4,
       "--verdict: 'stael' is not one of valid, stale, invalid, malformed, missing, unchecked",
       "did you mean 'stale'?"},
      {{"list", "--last", "0"}, 4, "--last: '0' is not a count", "a whole number from 1"},
      {{"list", "--type", ","},
       4,
       "--type: the list is empty",
       "is the variable that it comes from set?"},
      {{"list", "--quiet=maybe"},
       4,
       "--quiet: 'maybe' is neither true nor false",
       "true or false, or the flag without a value"},
      {{"list", "--last"},
       4,
       "--last needs a value",
       "--last N: only the newest N of what matches"},
      {{"list", "--last="},
       4,
       "--last needs a value",
       "--last N: only the newest N of what matches"},
      {{"list", "--since", "nonsense"},
       3,
       "'nonsense' is not a date, a time or a duration",
       "write it like 2026-07-01, yesterday, 2026-07-01T10:00:00Z, 22:58 for the last time it was "
       "so late "
       "here, or 10m, 2h, 3d for that long ago"},
  };
  for (const Refused& row : rows) check_refused(user, row);
}

TEST_CASE("usage/the last of a flag that was given twice counts") {
  const User user;
  CHECK(user.run({"list", "--format", "ndjson", "--format", "json"}).out == "[]\n");
}

TEST_CASE("usage/a variable stands for a flag and the flag wins") {
  const User user;
  CHECK(user.run({"list"}, {{"TERRA_HOOK_FORMAT", "json"}}).out == "[]\n");
  CHECK(user.run({"list", "--format", "ndjson"}, {{"TERRA_HOOK_FORMAT", "json"}}).out.empty());
  // Empty is as good as unset.
  CHECK(user.run({"list"}, {{"TERRA_HOOK_FORMAT", ""}}).code == 0);

  check_refused(
      user,
      {{"listen"}, 4, "TERRA_HOOK_PORT: 'x' is not a port", "0 to 65535; 0 lets the system choose"},
      {{"TERRA_HOOK_PORT", "x"}});
  check_refused(user,
                {{"listen", "--port", "y"},
                 4,
                 "--port: 'y' is not a port",
                 "0 to 65535; 0 lets the system choose"},
                {{"TERRA_HOOK_PORT", "x"}});
}

TEST_CASE("usage/an event type that nobody knows is noted and taken as it is") {
  const User user;
  const Finished listed = user.run({"list", "--type", "dayly,sleep"});
  CHECK(listed.code == 0);
  CHECK(listed.err.find("note: no event type 'dayly' is known; did you mean 'daily'?\n") == 0);
  const Finished routed = user.run({"trigger", "sleep", "--to", "slep=3000", "--dry-run"});
  CHECK(routed.err.find("note: no event type 'slep' is known; did you mean 'sleep'?\n") == 0);
  const Finished far = user.run({"list", "--type", "zzz"});
  CHECK(far.err.find("'zzz' is known; terra-hook trigger --list names those that are\n") !=
        std::string::npos);
  const Finished provider = user.run({"list", "--provider", "GARMN"});
  CHECK(provider.err.find("note: provider 'GARMN'; did you mean 'GARMIN'?\n") == 0);
  for (const Words& known :
       {Words{"--type", "sleep"}, Words{"--provider", "garmin"}, Words{"--provider", "EIGHT"}}) {
    Words words{"list"};
    words.insert(words.end(), known.begin(), known.end());
    CHECK(user.run(words).err.find("note:") == std::string::npos);
  }
}

TEST_CASE("usage/an empty standard input is told") {
  const User user;
  const Variables with_secret{{"TERRA_SIGNING_SECRET", std::string(k_secret)}};
  const Finished signed_nothing = user.run({"sign"}, with_secret);
  CHECK(signed_nothing.code == 0);
  CHECK(signed_nothing.err == "note: the body is empty\n");
  check_refused(
      user,
      {{"verify", "-"},
       3,
       "standard input: there is nothing in it",
       "give the header's value with --signature 't=...,v1=...', or a whole HTTP message, HAR or "
       "NDJSON"},
      with_secret);
}

TEST_CASE("usage/a variable switches a flag on or off") {
  const User user;
  const std::pair<std::string, bool> rows[] = {
      {"1", true},  {"true", true},   {"yes", true}, {"on", true},
      {"0", false}, {"false", false}, {"no", false}, {"off", false},
  };
  for (const auto& row : rows) {
    const auto& [value, is_quiet] = row;
    CAPTURE(row.first);
    const Finished finished = user.run({"list"}, {{"TERRA_HOOK_QUIET", value}});
    CHECK(finished.code == 0);
    CHECK(finished.err.empty() == is_quiet);
  }
  check_refused(user,
                {{"list"},
                 4,
                 "TERRA_HOOK_QUIET: 'maybe' is neither true nor false",
                 "true or false, or the flag without a value"},
                {{"TERRA_HOOK_QUIET", "maybe"}});
}

TEST_CASE("usage/a listener obeys its variables") {
  const User user;
  Listener listener(user.home(), {}, {{"TERRA_HOOK_PATH", "/hook"}, {"TERRA_HOOK_NO_STORE", "1"}});
  CHECK(listener.url().ends_with("/hook"));
  CHECK(listener.ready().at("store").is_null());
  CHECK(listener.stop() == 0);

  // Listener passes --port 0, which wins over the variable.
  Listener other(user.home(), {}, {{"TERRA_HOOK_PORT", "1"}});
  CHECK(other.port() > 1);
  CHECK(other.stop() == 0);
}

}  // namespace
}  // namespace terra_hook::test
