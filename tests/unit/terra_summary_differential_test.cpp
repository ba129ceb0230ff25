// SPDX-License-Identifier: MIT
// The summary of one pass over the bytes against that of a whole document, on everything there is:
// made-up events, examples, and what the fuzzer was fed.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "support/dom_summary.hpp"
#include "support/temp_dir.hpp"
#include "terra/body_reading.hpp"
#include "terra/event_type.hpp"
#include "terra/sample_event.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// How many of the bodies a document was read from.
struct Compared {
  int bodies = 0;
  int documents = 0;

  void check(const std::string& body) {
    ++bodies;
    const auto dom = test::dom_summary(body);
    if (!dom) return;
    ++documents;
    CHECK(test::agrees(read_body(body).summary, *dom));
  }
};

}  // namespace

TEST_CASE("terra summary - made-up events are read as a document is") {
  Compared compared;
  SampleOptions options;
  options.with_samples = true;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Person person = make_person(seed, 3);
    for (const EventType& type : event_types()) {
      CAPTURE(type.name);
      CAPTURE(seed);
      compared.check(notice_event(type.name, person, {}));
      std::vector<std::string> records;
      compared.check(data_event(type.name, person, records));
      if (!has_sample_records(type.name)) continue;
      for (int day = 0; day < 3; ++day) {
        const LocalDate date = LocalDate(2026y / 7 / 1) + std::chrono::days(day);
        for (std::string& record : event_records(type.name, person, date, options)) {
          records.push_back(std::move(record));
        }
      }
      compared.check(data_event(type.name, person, records));
    }
  }
  CHECK(compared.bodies > 200);
  CHECK(compared.documents == compared.bodies);
}

TEST_CASE("terra summary - examples and what was fuzzed are read as a document is") {
  Compared compared;
  for (const char* folder : {"data/events", "data/event_shapes", "fuzz/corpus/summary"}) {
    for (const auto& entry :
         fs::directory_iterator(fs::path(TERRA_HOOK_SOURCE_DIR) / "tests" / folder)) {
      CAPTURE(entry.path().string());
      compared.check(test::read_whole_file(entry.path()));
    }
  }
  CHECK(compared.documents > 60);
}
