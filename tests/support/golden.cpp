// SPDX-License-Identifier: MIT
#include "support/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace terra_hook::test {

void check_golden(const std::string& name, std::string_view text) {
  const std::filesystem::path path = std::filesystem::path(TERRA_HOOK_TEST_DATA) / "golden" / name;
  if (std::getenv("TERRA_HOOK_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  CAPTURE(path.string());
  REQUIRE(file);
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  CHECK(std::string(text) == expected);
}

}  // namespace terra_hook::test
