// SPDX-License-Identifier: MIT
// Runs what docs/ci.md shows, to the letter.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/user.hpp"

namespace terra_hook::test {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The first block of the document that is fenced as `language`.
std::string shown(const std::string& language) {
  const std::string text = read(std::filesystem::path(TERRA_HOOK_SOURCE_DIR) / "docs" / "ci.md");
  const std::string fence = "\n```" + language + "\n";
  const std::size_t begin = text.find(fence);
  REQUIRE(begin != std::string::npos);
  const std::size_t end = text.find("\n```\n", begin + fence.size());
  REQUIRE(end != std::string::npos);
  return text.substr(begin + fence.size(), end - begin - fence.size() + 1);
}

/// The shown script in an empty folder, run with the program that was built on the path.
Finished run_shown(const User& user, const std::string& script) {
  std::ofstream(user.home() / "webhooks.sh") << script;
  return user.run_shell(
      "cd \"$HOME\" && PATH=$(dirname \"$TERRA_HOOK\"):$PATH exec sh webhooks.sh");
}

TEST_CASE("the shell script of docs/ci does what it says") {
  const User user;
  const std::string script = shown("sh");
  REQUIRE(script.starts_with("#!/bin/sh\n"));
  const Finished finished = run_shown(user, script);
  CHECK_MESSAGE(finished.code == 0, finished.err);
  CHECK(finished.err.find("✓ /data/0/metadata/summary_id exists") != std::string::npos);
  CHECK(read(user.home() / "terra-hook.xml").find("failures=\"0\"") != std::string::npos);
}

TEST_CASE("the shell script of docs/ci fails when the event is another") {
  const User user;
  std::string script = shown("sh");
  const std::string id = "\"summary_id\":";
  REQUIRE(script.find(id) != std::string::npos);
  script.replace(script.find(id), id.size(), "\"id\":");
  script.replace(script.find("--timeout 60s"), 13, "--count 1");
  const Finished finished = run_shown(user, script);
  CHECK(finished.code == 8);
  CHECK(finished.err.find("has no member 'summary_id'") != std::string::npos);
  CHECK(read(user.home() / "terra-hook.xml").find("failures=\"1\"") != std::string::npos);
}

TEST_CASE("the job of docs/ci runs the script that is shown") {
  const std::string job = shown("yaml");
  CHECK(job.find("        run: sh ci/webhooks.sh\n") != std::string::npos);
  CHECK(job.find('\t') == std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
