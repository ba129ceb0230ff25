// SPDX-License-Identifier: MIT
#include "commands/delivery_watch.hpp"

#include <doctest/doctest.h>

#include "commands/delivery_command.hpp"

namespace terra_hook {
namespace {

/// A renderer that shows nothing: what is watched for is asked of the watch itself.
class NoRenderer final : public Renderer {
 public:
  Rendered render(const Event&) override { return {}; }
};

/// A watch whose end is counted.
struct Watched {
  Output out{-1};
  Output err{-1};
  StopSignal stop;
  Env env{[] { return UtcTime(); },
          [](const std::string&) { return std::optional<std::string>(); },
          out,
          err,
          0,
          stop,
          [](std::size_t count) { return std::string(count, 'r'); }};
  Display display{std::make_unique<NoRenderer>(), env, Overflow::wait, [] {}};
  int ends = 0;
  DeliveryWatch watch;
  std::int64_t number = 0;

  explicit Watched(WatchOptions options) : watch(std::move(options), display, [this] { ++ends; }) {}

  bool note(const std::string& type, const std::string& body = "{}",
            Verdict verdict = Verdict::valid) {
    Capture capture;
    capture.number = ++number;
    capture.summary.event_type = type;
    capture.body = body;
    capture.body_size = body.size();
    capture.verdict = verdict;
    return watch.note(capture);
  }

  WaitReport report(WaitEnd end) const { return watch.report(end); }
  int code(WaitEnd end) const { return static_cast<int>(exit_code_of(report(end))); }
};

std::vector<Expression> expressions(std::initializer_list<const char*> texts) {
  std::vector<Expression> all;
  for (const char* text : texts) all.push_back(Expression::parse(text).value());
  return all;
}

TEST_CASE("delivery_watch/a count ends the wait and what comes later does not count") {
  WatchOptions options;
  options.count = 2;
  Watched watched(options);
  CHECK(watched.note("sleep"));
  CHECK(watched.ends == 0);
  CHECK(watched.code(WaitEnd::timed_out) == 9);
  CHECK(watched.code(WaitEnd::stopped) == 0);
  CHECK(watched.note("sleep"));
  CHECK(watched.ends == 1);
  CHECK_FALSE(watched.note("sleep"));
  CHECK(watched.ends == 1);
  CHECK(watched.report(WaitEnd::timed_out).end == WaitEnd::reached);
  CHECK(watched.code(WaitEnd::timed_out) == 0);
}

TEST_CASE("delivery_watch/the filter says what counts") {
  WatchOptions options;
  options.count = 1;
  options.filter.types = {"sleep", "body"};
  options.filter.verdicts = {Verdict::valid};
  Watched watched(options);
  CHECK_FALSE(watched.note("daily"));
  CHECK_FALSE(watched.note("sleep", "{}", Verdict::invalid));
  CHECK(watched.code(WaitEnd::timed_out) == 9);
  CHECK(watched.report(WaitEnd::timed_out).others == 2);
  CHECK(watched.note("body"));
  CHECK(watched.ends == 1);
}

TEST_CASE("delivery_watch/one delivery of many meets an expectation") {
  WatchOptions options;
  options.some = expressions({"type==sleep && /id exists", "type==daily"});
  Watched watched(options);
  CHECK(watched.code(WaitEnd::timed_out) == 9);  // nothing came
  watched.note("body");
  CHECK(watched.code(WaitEnd::timed_out) == 8);  // something did, but not that
  watched.note("sleep", "{}");
  watched.note("daily");
  CHECK(watched.ends == 0);
  const WaitReport halfway = watched.report(WaitEnd::timed_out);
  REQUIRE(halfway.expectations.size() == 2);
  CHECK_FALSE(halfway.expectations[0].is_met);
  CHECK(halfway.expectations[0].unmet_count == 3);
  CHECK(halfway.expectations[0].seen[1].number == 2);
  CHECK(halfway.expectations[0].seen[1].reasons[0].find("has no member 'id'") != std::string::npos);
  CHECK(halfway.expectations[1].met_by == 3);
  CHECK(halfway.expectations[1].seen.empty());
  CHECK(watched.code(WaitEnd::stopped) == 8);
  watched.note("sleep", R"({"id":1})");
  CHECK(watched.ends == 1);
  CHECK(watched.code(WaitEnd::stopped) == 0);
}

TEST_CASE("delivery_watch/with a count expectations are judged at its end") {
  WatchOptions options;
  options.count = 2;
  options.some = expressions({"type==sleep"});
  Watched watched(options);
  watched.note("sleep");
  CHECK(watched.ends == 0);
  CHECK(watched.code(WaitEnd::timed_out) == 9);
  watched.note("daily");
  CHECK(watched.ends == 1);
  CHECK(watched.code(WaitEnd::stopped) == 0);
  Watched other(options);
  other.note("daily");
  other.note("daily");
  CHECK(other.code(WaitEnd::stopped) == 8);
}

TEST_CASE("delivery_watch/the first that is not as every one must be ends the wait") {
  WatchOptions options;
  options.every = expressions({"verdict==valid"});
  Watched watched(options);
  CHECK(watched.code(WaitEnd::timed_out) == 9);
  watched.note("sleep");
  CHECK(watched.ends == 0);
  CHECK(watched.code(WaitEnd::timed_out) == 0);
  watched.note("sleep", "{}", Verdict::stale);
  CHECK(watched.ends == 1);
  const WaitReport report = watched.report(WaitEnd::timed_out);
  CHECK(report.end == WaitEnd::violated);
  CHECK(report.expectations[0].seen[0].reasons[0] == "verdict is \"stale\"");
  CHECK(watched.code(WaitEnd::timed_out) == 8);
}

TEST_CASE("delivery_watch/only the last few that were seen are kept") {
  WatchOptions options;
  options.some = expressions({"type==sleep"});
  Watched watched(options);
  for (int i = 0; i < 1000; ++i) watched.note("daily");
  const WaitReport report = watched.report(WaitEnd::timed_out);
  CHECK(report.expectations[0].unmet_count == 1000);
  REQUIRE(report.expectations[0].seen.size() == 3);
  CHECK(report.expectations[0].seen.back().number == 1000);
}

TEST_CASE("delivery_watch/a command that failed is a failure unless there is worse") {
  WaitReport report;
  report.end = WaitEnd::reached;
  report.counted = 1;
  report.commands = CommandReport{"c", 1, 0, 0, {}};
  CHECK(exit_code_of(report) == ExitCode::ok);
  report.commands->failed = 1;
  CHECK(exit_code_of(report) == ExitCode::failure);
  ExpectationReport unmet;
  report.expectations.push_back(unmet);
  CHECK(exit_code_of(report) == ExitCode::expectation);
}

TEST_CASE("delivery_command/variables are bounded and end before a NUL byte") {
  Capture capture;
  capture.number = 7;
  capture.summary.event_type = std::string("sleep\0PATH=/evil", 16);
  capture.summary.user_id = "a\nDELIVERY_X=1";
  capture.target = std::string(10'000, 't');
  capture.headers = {{"content-type", "application/json"}};
  capture.verdict = Verdict::stale;
  const std::vector<std::string> variables = delivery_variables(capture);
  const auto has = [&](const std::string& one) {
    return std::find(variables.begin(), variables.end(), one) != variables.end();
  };
  CHECK(has("DELIVERY_NUMBER=7"));
  CHECK(has("DELIVERY_TYPE=sleep"));
  CHECK(has("DELIVERY_USER_ID=a\nDELIVERY_X=1"));
  CHECK(has("DELIVERY_PROVIDER="));
  CHECK(has("DELIVERY_VERDICT=stale"));
  CHECK(has("DELIVERY_CONTENT_TYPE=application/json"));
  CHECK(has("DELIVERY_TARGET=" + std::string(4096, 't')));
  for (const std::string& variable : variables) {
    CHECK(variable.starts_with("DELIVERY_"));
    CHECK(variable.find('\0') == std::string::npos);
  }
}

}  // namespace
}  // namespace terra_hook
