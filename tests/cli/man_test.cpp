// SPDX-License-Identifier: MIT
// The manual pages in the programs that show them. One that is not here fails its test.
#include <doctest/doctest.h>

#include <filesystem>

#include "cli/user.hpp"

namespace terra_hook::test {
namespace {

std::vector<std::filesystem::path> written_pages(const User& user) {
  const std::filesystem::path folder = user.home() / "man";
  std::filesystem::create_directory(folder);
  const Finished finished = user.run({"man", "--into", folder.string()});
  CHECK(finished.code == 0);
  CHECK(finished.err.empty());
  std::vector<std::filesystem::path> pages;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    pages.push_back(entry.path());
  }
  REQUIRE(pages.size() > 15);
  return pages;
}

}  // namespace

TEST_CASE("man/the pages are sound to mandoc") {
  const User user;
  const ChildSetup setup = {user.home().path()};
  for (const std::filesystem::path& page : written_pages(user)) {
    CAPTURE(page.filename().string());
    const Finished lint = run_program("mandoc", {"-T", "lint", page.string()}, setup);
    for (const std::string& line : lines_of(lint.out)) {
      CAPTURE(line);
      // Without a date on purpose: the same model makes the same bytes. A paragraph of prose is a
      // line, as a change of it is then.
      const bool is_meant = line.find("missing date") != std::string::npos ||
                            line.find("input text line longer than 80 bytes") != std::string::npos;
      CHECK(is_meant);
    }
    CHECK(lint.err.empty());
    const Finished shown = run_program("mandoc", {"-T", "utf8", page.string()}, setup);
    CHECK(shown.code == 0);
  }
}

TEST_CASE("man/the pages are sound to man") {
  const User user;
  for (const std::filesystem::path& page : written_pages(user)) {
    const std::string name = page.stem().string();
    CAPTURE(name);
    const Finished shown =
        run_program("man", {"--warnings", "-E", "UTF-8", "-P", "cat", "-l", page.string()},
                    {user.home().path(), {{"MANWIDTH", "80"}, {"LC_ALL", "C.UTF-8"}}});
    CHECK(shown.code == 0);
    for (const std::string& line : lines_of(shown.err)) {
      CAPTURE(line);
      // A path or a command that is longer than the line stays whole.
      CHECK(line.find(" break line") != std::string::npos);
    }
    CHECK(shown.out.find("EXIT STATUS") != std::string::npos);
    CHECK(shown.out.find(name.substr(0, 10)) != std::string::npos);
  }
}

TEST_CASE("man/one page is printed") {
  const User user;
  CHECK(user.run({"man"}).out.find(".TH TERRA\\-HOOK 1 ") != std::string::npos);
  CHECK(user.run({"man", "terra-hook-config.5"}).out.find(".TH TERRA\\-HOOK\\-CONFIG 5 ") !=
        std::string::npos);
  CHECK(user.run({"man", "terra-hook-x.1"}).code == 4);
}

}  // namespace terra_hook::test
