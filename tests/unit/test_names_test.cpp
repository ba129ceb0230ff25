// SPDX-License-Identifier: MIT
// CTest runs each case by its name. doctest takes a comma in it for the end of a filter, which then
// selects nothing and passes; two cases of one name would run as one test.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace {

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string name_problem(const std::string& name) {
  const std::size_t odd = name.find_first_of(",;[]\\$*?\"");
  return odd == std::string::npos ? "" : std::string("has a ") + name[odd];
}

}  // namespace

TEST_CASE("test names - CTest can select each case and no two are alike") {
  const std::regex test_case("TEST_CASE\\(\\s*\"([^\"]*)\"");
  std::map<std::string, std::set<std::string>> seen;
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(TERRA_HOOK_SOURCE_DIR "/tests")) {
    if (!entry.path().filename().string().ends_with("_test.cpp")) continue;
    const std::string source = read(entry.path());
    const std::string program = entry.path().parent_path().filename().string();
    for (std::sregex_iterator it(source.begin(), source.end(), test_case), end; it != end; ++it) {
      const std::string name = (*it)[1];
      CAPTURE(entry.path().string());
      CAPTURE(name);
      CHECK(name_problem(name) == "");
      CHECK(seen[program].insert(name).second);
      ++count;
    }
  }
  CHECK(count > 200);
  CHECK(name_problem("a, b") == "has a ,");
}
