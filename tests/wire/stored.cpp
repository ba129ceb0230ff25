// SPDX-License-Identifier: MIT
#include "wire/stored.hpp"

#include <sstream>
#include <stdexcept>

namespace terra_hook::test {
namespace {

std::string output_of(const TempDir& directory, const std::vector<std::string>& arguments) {
  Finished finished = run_terra_hook(arguments, {directory.path()});
  if (finished.code != 0) throw std::runtime_error(arguments.front() + ": " + finished.err);
  return std::move(finished.out);
}

}  // namespace

std::vector<Json> stored(const TempDir& directory) {
  std::istringstream lines(output_of(directory, {"list", "--format", "ndjson"}));
  std::vector<Json> captures;
  for (std::string line; std::getline(lines, line);) captures.push_back(Json::parse(line));
  return captures;
}

std::string stored_body(const TempDir& directory, std::int64_t number) {
  return output_of(directory, {"show", std::to_string(number), "--format", "raw"});
}

std::string stored_message(const TempDir& directory, std::int64_t number) {
  return output_of(directory, {"show", std::to_string(number), "--format", "raw", "--headers"});
}

std::int64_t capture_number(const std::string& response_body) {
  return Json::parse(response_body).at("capture");
}

}  // namespace terra_hook::test
