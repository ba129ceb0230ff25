// SPDX-License-Identifier: MIT
// Reading and showing a body of 10 MB, against nlohmann's accept() (checks, keeps nothing) and
// parse() (makes a document).
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/json_pointer.hpp"
#include "base/json_scanner.hpp"
#include "comparison.hpp"
#include "render/json_view.hpp"
#include "terra/body_reading.hpp"

using namespace terra_hook;

namespace {

constexpr std::size_t k_size = 10'000'000;

// An activity as Terra sends it: nearly all of a large body is samples.
std::string large_activity() {
  std::string body =
      R"({"type":"activity","version":"2022-03-16","user":{"user_id":"u-1","provider":"GARMIN"},)"
      R"("data":[{"metadata":{"start_time":"2027-02-10T07:00:00.000000+02:00",)"
      R"("end_time":"2027-02-10T08:00:00.000000+02:00","type":8,"summary_id":"s-1"},)"
      R"("heart_rate_data":{"summary":{"avg_hr_bpm":148.5},"detailed":{"hr_samples":[)";
  for (int i = 0; body.size() < k_size; ++i) {
    body += fmt::format(
        R"({}{{"timestamp":"2027-02-10T{:02}:{:02}:{:02}.000000+02:00","bpm":{},"timer_duration_seconds":{}}})",
        i == 0 ? "" : ",", i / 3600 % 24, i / 60 % 60, i % 60, 92 + i * 37 % 90, i);
  }
  return body + "]}}}]}";
}

// As many short strings, numbers and nested objects as fit: nothing to fold.
std::string large_nutrition() {
  std::string body = R"({"type":"nutrition","user":{"user_id":"u-1"},"data":[)";
  for (int i = 0; body.size() < k_size; ++i) {
    body += fmt::format(
        R"({}{{"metadata":{{"start_time":"2027-02-10T00:00:00Z","notes":"porridge, {} g \u00e4"}},)"
        R"("summary":{{"macros":{{"calories":{}.25,"protein_g":null,"tags":["a","b"]}}}},"ok":true}})",
        i == 0 ? "" : ",", i, i % 900);
  }
  return body + "]}";
}

std::uint64_t viewed(const std::string& body, const JsonViewOptions& options, const Style& style) {
  std::uint64_t size = 0;
  json_view(body, options, style, [&size](std::string_view piece) {
    size += piece.size();
    return true;
  });
  return size;
}

void compare(const std::string& title, const std::string& body) {
  JsonViewOptions folded;
  folded.max_samples = 5;
  folded.max_string_columns = 1000;
  Terminal terminal;
  terminal.color = true;
  const Style colored(terminal);
  const auto pointer = json::Pointer::parse("/data/0/metadata");
  bench::Comparison(title, body.size())
      .add("nlohmann accept", [&] { return std::uint64_t{nlohmann::json::accept(body)}; })
      .add("nlohmann parse", [&] { return nlohmann::json::parse(body).size(); })
      .add("scanner", [&] { return std::uint64_t{!json::find_problem(body)}; })
      .add("summary and line", [&] { return read_body(body).headline.size(); })
      .add("pointer to a value",
           [&] {
             const auto span = json::locate(body, *pointer);
             return span ? std::uint64_t{span->size} : 0;
           })
      .add("view, samples folded", [&] { return viewed(body, folded, Style()); })
      .add("view, in full", [&] { return viewed(body, {}, Style()); })
      .add("view, in full and colour", [&] { return viewed(body, {}, colored); })
      .run();
}

}  // namespace

int main() {
  compare("10 MB of heart rate samples", large_activity());
  compare("10 MB of small records", large_nutrition());
  const std::string string = "[\"" + std::string(k_size, 'a') + "\"]";
  compare("one string of 10 MB", string);
}
