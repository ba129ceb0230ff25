// SPDX-License-Identifier: MIT
// What README.md and the other documents say can be typed: their commands and flags are those of
// the model, the files they link to are there, and the tests they name exist.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "cli/commands.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string>;

/// Flags of other programs that the documents show: scripts/test, cmake, curl, docker, npm and so
/// on.
const Names k_flags_of_others = {"--build", "--data-binary", "--env-file", "--install",
                                 "--now",   "--preset",      "--target",   "--user"};

fs::path root() {
  return TERRA_HOOK_SOURCE_DIR;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> documents() {
  std::vector<fs::path> paths;
  for (const char* folder : {".", "docs"}) {
    for (const auto& entry : fs::directory_iterator(root() / folder)) {
      if (entry.path().extension() == ".md") paths.push_back(entry.path().lexically_normal());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// All matches of a pattern's first group.
std::vector<std::string> found(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> list;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    list.push_back((*match)[1]);
  }
  return list;
}

/// Each command's flags, the general ones included.
std::map<std::string, Names> flags_by_command() {
  std::map<std::string, Names> flags{{"help", {}}, {"man", {}}};
  for (const CommandModel& command : all_models()) {
    for (const OptionModel& option : command.options)
      flags[command.name].insert(option.names.begin(), option.names.end());
  }
  return flags;
}

/// What stands between back-ticks, and the lines of fenced blocks, each a text of its own. A line
/// that ends with a backslash goes on in the next.
std::vector<std::string> code_of(const std::string& document) {
  std::vector<std::string> code;
  std::string prose;
  bool is_fenced = false;
  bool goes_on = false;
  for (const std::string& line : found(document + "\n", std::regex("([^\n]*)\n"))) {
    if (line.find("```") != std::string::npos) {
      is_fenced = !is_fenced;
      goes_on = false;
    } else if (!is_fenced) {
      prose += line + "\n";
    } else {
      if (goes_on) {
        code.back().back() = ' ';
        code.back() += line;
      } else {
        code.push_back(line);
      }
      goes_on = code.back().ends_with('\\');
    }
  }
  for (std::string& span : found(prose, std::regex("`([^`]+)`"))) {
    std::replace(span.begin(), span.end(), '\n', ' ');
    code.push_back(span);
  }
  return code;
}

/// The calls of terra-hook in a line of a shell, each with its arguments: up to a pipe, a list's
/// operator, a comment or the end of a substitution.
std::vector<std::string> calls_in(std::string line) {
  line = std::regex_replace(line, std::regex("'[^']*'"), "''");
  line = std::regex_replace(line, std::regex("(^|\\s)#.*"), "");
  return found(line, std::regex("(?:^|[\\s$(/|;&])(terra-hook\\s+[^|;&)]*)"));
}

TEST_CASE("documents/every command and flag that is shown exists") {
  const std::map<std::string, Names> flags = flags_by_command();
  Names all = k_flags_of_others;
  for (const auto& [command, names] : flags) all.insert(names.begin(), names.end());
  all.insert({"--version", "--help"});
  const std::regex flag("(?:^|[^A-Za-z0-9-])(--[a-z][a-z0-9-]*)");

  std::size_t calls = 0;
  for (const fs::path& document : documents()) {
    CAPTURE(document.filename().string());
    const std::string text = read(document);
    for (const std::string& name : found(text, flag)) {
      CAPTURE(name);
      CHECK(all.contains(name));
    }
    for (const std::string& code : code_of(text)) {
      for (const std::string& call : calls_in(code)) {
        CAPTURE(call);
        std::smatch command;
        if (!std::regex_search(call, command, std::regex("^terra-hook\\s+([a-z]\\S*)"))) continue;
        const auto known = flags.find(command[1]);
        const bool is_command = known != flags.end();
        CHECK(is_command);
        if (!is_command) continue;
        ++calls;
        for (const std::string& name : found(call, flag)) {
          CAPTURE(name);
          CHECK(known->second.contains(name));
        }
      }
    }
  }
  CHECK(calls > 80);
}

/// A heading's address, as GitHub makes it.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_' || c == '-' || byte >= 0x80)
      anchor += static_cast<char>(std::tolower(byte));
    if (c == ' ') anchor += '-';
  }
  return anchor;
}

TEST_CASE("documents/every link leads somewhere") {
  const std::regex link(R"(\]\(([^)\s]+)\))");
  const std::regex heading("(?:^|\n)#+ ([^\n]+)");
  for (const fs::path& document : documents()) {
    CAPTURE(document.filename().string());
    for (const std::string& target : found(read(document), link)) {
      CAPTURE(target);
      if (target.starts_with("https://") || target.starts_with("mailto:")) continue;
      const std::size_t hash = target.find('#');
      const std::string file = target.substr(0, hash);
      const fs::path path = file.empty() ? document : document.parent_path() / file;
      const bool is_there = fs::exists(path);
      CHECK(is_there);
      if (!is_there || hash == std::string::npos) continue;
      Names anchors;
      for (const std::string& title : found(read(path), heading)) anchors.insert(anchor_of(title));
      CHECK(anchors.contains(target.substr(hash + 1)));
    }
  }
}

TEST_CASE("documents/every test that SECURITY names exists") {
  Names cases;
  for (const auto& entry : fs::recursive_directory_iterator(root() / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    for (const std::string& name :
         found(read(entry.path()), std::regex("TEST_CASE\\(\"([^\"]+)\"")))
      cases.insert(name);
  }
  // Names of tests, and nothing else there, are set in italics.
  const std::vector<std::string> named =
      found(read(root() / "SECURITY.md"), std::regex("[^*]\\*([a-z][^*\n]+)\\*"));
  CHECK(named.size() > 20);
  for (const std::string& name : named) {
    CAPTURE(name);
    CHECK(cases.contains(name));
  }
}

}  // namespace
}  // namespace terra_hook
