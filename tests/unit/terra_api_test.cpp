// SPDX-License-Identifier: MIT
// Terra's REST API without a wire: dates and windows, targets, answers, the step after a try.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "terra/api_answer.hpp"
#include "terra/api_endpoint.hpp"
#include "terra/api_failure.hpp"
#include "terra/api_range.hpp"
#include "terra/api_step.hpp"
#include "terra/api_target.hpp"
#include "terra/record_merge.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

const UtcTime k_noon = *parse_iso8601("2026-11-24T12:00:00Z");

std::string date_text(std::string_view text) {
  const auto date = parse_api_date(text, k_noon);
  return date ? date->text() : "refused: " + date.error().hint;
}

ApiRange range_of(std::string_view start, std::string_view end) {
  return {*parse_api_date(start, k_noon), *parse_api_date(end, k_noon)};
}

std::vector<std::string> texts(const std::vector<ApiRange>& ranges) {
  std::vector<std::string> all;
  for (const ApiRange& range : ranges) all.push_back(range.text());
  return all;
}

ApiOutcome answered(int status, ApiLimits limits = {}) {
  ApiOutcome outcome;
  outcome.status = status;
  outcome.limits = std::move(limits);
  return outcome;
}

ApiOutcome failed_with(ClientFailure failure) {
  ApiOutcome outcome;
  outcome.failure = failure;
  return outcome;
}

constexpr ApiTraits k_history{.is_history = true};
constexpr ApiTraits k_delivered{.is_delivered = true};

using Step = ApiStep::Kind;

Step step_of(const ApiOutcome& outcome, const ApiTraits& traits, int retries = 0) {
  return next_api_step(outcome, traits, {}, retries, 0.5).kind;
}

std::vector<std::string> merged(RecordMerger& merger, std::string_view body) {
  std::vector<std::string> records;
  const auto list = find_records(body);
  REQUIRE(list);
  REQUIRE(merger.add(*list, [&records](std::string_view record) -> Result<bool> {
    records.emplace_back(record);
    return true;
  }));
  return records;
}

}  // namespace

TEST_CASE("api date / what a user types becomes what Terra takes") {
  CHECK(date_text("2026-07-01") == "2026-07-01");
  CHECK(date_text("today") == "2026-11-24");
  CHECK(date_text("yesterday") == "2026-11-23");
  CHECK(date_text("tomorrow") == "2026-11-25");
  CHECK(date_text("30d") == "2026-10-25");
  CHECK(date_text("0d") == "2026-11-24");
  CHECK(date_text("1782880000") == "1782880000");
  CHECK(date_text("999999999") == "999999999");
}

TEST_CASE("api date / what is none is refused with what it looks like") {
  CHECK(date_text("1782880000000").find("milliseconds") != std::string::npos);
  CHECK(date_text("2026-02-30").find("no such day") != std::string::npos);
  CHECK(date_text("2026-07-01T10:00:00Z").find("whole days") != std::string::npos);
  CHECK(date_text("99999999d").find("century") != std::string::npos);
  for (const char* text :
       {"", "d", "-3d", "3h", "01/07/2026", "2026", "12345678901", "0x10", "now"}) {
    CAPTURE(text);
    const auto date = parse_api_date(text, k_noon);
    REQUIRE_FALSE(date);
    CHECK(date.error().kind == ErrorKind::input);
  }
}

TEST_CASE("api range / windows follow one another and end with the range") {
  const auto windows = split_range(range_of("2026-01-01", "2026-01-18"), 7);
  REQUIRE(windows);
  CHECK(texts(*windows) == std::vector<std::string>{"2026-01-01..2026-01-08",
                                                    "2026-01-08..2026-01-15",
                                                    "2026-01-15..2026-01-18"});
  CHECK(windows->back().days() == 3);
  CHECK(split_range(range_of("2026-01-01", "2026-01-02"), 7)->size() == 1);
  // Seconds stay seconds, and the end stays what it was.
  const auto in_seconds = split_range(range_of("1782880000", "1783000000"), 1);
  REQUIRE(in_seconds);
  CHECK(texts(*in_seconds) ==
        std::vector<std::string>{"1782880000..1782966400", "1782966400..1783000000"});
  CHECK_FALSE(split_range(range_of("1926-01-01", "2026-01-01"), 1));
}

TEST_CASE("api range / halves meet in the middle and a day has none") {
  const auto halves = halve(range_of("2026-01-01", "2026-01-08"));
  REQUIRE(halves);
  CHECK(halves->first.text() == "2026-01-01..2026-01-04");
  CHECK(halves->second.text() == "2026-01-04..2026-01-08");
  CHECK_FALSE(halve(range_of("2026-01-01", "2026-01-02")));
  CHECK_FALSE(halve(range_of("1782880000", "1782880060")));
}

TEST_CASE("api range / what is missing lies between what is there") {
  const ApiRange all = range_of("2026-01-01", "2026-02-01");
  CHECK(texts(gaps_between(all, {})) == texts({all}));
  CHECK(gaps_between(all, {all}).empty());
  CHECK(texts(gaps_between(
            all, {range_of("2026-01-20", "2026-01-25"), range_of("2026-01-01", "2026-01-08"),
                  range_of("2026-01-06", "2026-01-10")})) ==
        std::vector<std::string>{"2026-01-10..2026-01-20", "2026-01-25..2026-02-01"});
}

TEST_CASE("api target / base and path and parameters are put together") {
  const Url base = *parse_url("https://example.com/api/v2/");
  CHECK(api_target(base, "/users", {}) == "/api/v2/users");
  CHECK(api_target(base, "/a", {{"user_id", "a b&c=d/é"}, {"x", ""}}) ==
        "/api/v2/a?user_id=a%20b%26c%3Dd%2F%C3%A9&x=");
  CHECK(api_target(base, "/a?b=1", {{"c", "2"}}) == "/api/v2/a?b=1&c=2");
  CHECK(api_target(*parse_url("http://localhost:1"), "/a", {}) == "/a");
  CHECK_FALSE(parse_parameter("=1"));
  CHECK(parse_parameter("a=b=c")->second == "b=c");
  CHECK(parse_parameter("a=")->second.empty());
  CHECK(parse_parameter("foo").error().message == "'foo' is no NAME=VALUE");
  for (const char* path : {"a", "", "/a b", "/a\r\nHost: x", "https://example.com/a", "/a#b"}) {
    CAPTURE(path);
    CHECK_FALSE(parse_api_path(path));
  }
}

TEST_CASE("api answer / each kind is told apart") {
  using Kind = AnswerReading::Kind;
  const AnswerReading data = read_api_answer(
      R"({"user":{"user_id":"u","provider":"OURA"},"data":[{"a":[1]},{}],"type":"sleep"})");
  CHECK(data.kind == Kind::records);
  CHECK(data.records == 2);
  CHECK(data.user_id == "u");
  CHECK(data.provider == "OURA");
  CHECK(data.event_type == "sleep");
  CHECK(read_api_answer(R"({"data":[],"message":"processing"})").records == 0);
  CHECK(read_api_answer(R"({"athlete":{"city":null}})").records == 1);
  CHECK(read_api_answer(R"({"users":[1,2,3]})").records == 3);
  CHECK(read_api_answer(R"({"data":{"next":1,"results":[{},{}]}})").records == 2);
  CHECK(read_api_answer("[{},{}]").records == 2);

  const AnswerReading accepted = read_api_answer(
      R"({"status":"success","reference":"r-1","message":"Large request submitted. The data is being processed"})");
  CHECK(accepted.kind == Kind::acknowledgement);
  CHECK(accepted.reference == "r-1");

  const AnswerReading later =
      read_api_answer(R"({"message":"Request is processing","retry_after_seconds":12.5})");
  CHECK(later.kind == Kind::processing);
  CHECK(later.retry_after == 12s);
  CHECK(read_api_answer(R"({"message":"x","retry_after":"7"})").retry_after == 7s);
  CHECK(read_api_answer(R"({"message":"Still PROCESSING"})").kind == Kind::processing);

  CHECK(read_api_answer(R"({"status":"success"})").kind == Kind::document);
  CHECK(read_api_answer("<html>").kind == Kind::not_json);
  CHECK(read_api_answer("").kind == Kind::not_json);
  CHECK(read_api_answer(R"({"data":[)").kind == Kind::not_json);
}

TEST_CASE("api problem / both shapes are read and pages are not") {
  CHECK(read_api_problem(R"({"type":"about:blank","title":"not found","detail":"user not found"})")
            .text() == "user not found");
  CHECK(read_api_problem(R"({"title":"forbidden"})").text() == "forbidden");
  CHECK(read_api_problem(R"({"status":"error","message":"old"})").text() == "old");
  CHECK(read_api_problem("<html>504</html>").text().empty());
  CHECK(read_api_problem(R"({"detail":")" + std::string(100'000, 'x') + "\"}").text().size() ==
        300);
}

TEST_CASE("api limits / header fields say when") {
  const ApiLimits limits = read_api_limits({{"x-terra-ratelimit-rule", "R2"},
                                            {"X-Terra-RateLimit-Remaining", "12"},
                                            {"X-Terra-RateLimit-Reset-After", "90"},
                                            {"Retry-After", "Tue, 24 Nov 2026 12:00:30 GMT"}},
                                           k_noon);
  CHECK(limits.rule == "r2");
  CHECK(limits.remaining == 12);
  CHECK(limits.reset_after == 90s);
  CHECK(limits.retry_after == 30s);
  CHECK_FALSE(read_api_limits({{"X-Terra-RateLimit-Remaining", "-1"}}, k_noon).remaining);
}

TEST_CASE("api step / what is done once more and what is not") {
  CHECK(step_of(answered(200), {}) == Step::done);
  CHECK(step_of(answered(204), k_delivered) == Step::done);
  for (const int status : {400, 401, 403, 404, 424, 301}) {
    CAPTURE(status);
    CHECK(step_of(answered(status), k_history) == Step::failed);
  }
  for (const int status : {500, 502, 503}) {
    CAPTURE(status);
    CHECK(step_of(answered(status), k_history) == Step::wait);
    CHECK(next_api_step(answered(status), k_history, {}, 0, 0.5).is_retry);
  }
  // After the last retry a long range may be what it fails at.
  CHECK(step_of(answered(500), k_history, 3) == Step::too_large);
  CHECK(step_of(answered(503), k_history, 3) == Step::failed);
  CHECK(step_of(answered(504), k_history) == Step::too_large);
  CHECK(step_of(answered(413), k_history) == Step::too_large);
  CHECK(step_of(answered(504), {}) == Step::wait);
  CHECK(step_of(failed_with(ClientFailure::timed_out), k_history) == Step::too_large);
  CHECK(step_of(failed_with(ClientFailure::timed_out), {}) == Step::failed);
  CHECK(step_of(failed_with(ClientFailure::closed), k_history) == Step::wait);
  CHECK(step_of(failed_with(ClientFailure::unreachable), k_history) == Step::failed);
  CHECK(step_of(failed_with(ClientFailure::unreachable), {.is_history = true, .is_split = true}) ==
        Step::wait);
  CHECK(step_of(failed_with(ClientFailure::tls), {.is_history = true, .is_split = true}) ==
        Step::failed);
}

TEST_CASE("api step / what may have been taken is not asked for twice") {
  for (const int status : {500, 502, 504, 408}) {
    CAPTURE(status);
    CHECK(step_of(answered(status), k_delivered) == Step::failed);
  }
  CHECK(step_of(failed_with(ClientFailure::closed), k_delivered) == Step::failed);
  CHECK(step_of(failed_with(ClientFailure::timed_out), k_delivered) == Step::failed);
  CHECK(step_of(answered(503), k_delivered) == Step::wait);
  CHECK(step_of(answered(429), k_delivered) == Step::wait);
}

TEST_CASE("api step / waits are those that were asked for and bounded") {
  const ApiStep limited = next_api_step(answered(429, {"r2", 0, {}, 30s}), k_history, {}, 0, 0);
  CHECK(limited.wait == 30s);
  CHECK(limited.concerns_all);
  CHECK_FALSE(limited.is_retry);
  CHECK(limited.reason == "rate limit r2");
  CHECK(next_api_step(answered(429, {"r2", 0, {}, 30s}), k_history, {}, 0, 1).wait == 33'050ms);
  CHECK(next_api_step(answered(429, {"", 0, 7s, {}}), k_history, {}, 0, 0).wait == 7s);
  CHECK(step_of(answered(429, {"r1", 0, {}, {}}), k_history) == Step::failed);
  CHECK(step_of(answered(429, {"r2", 0, {}, 61s}), k_history) == Step::failed);

  ApiOutcome later = answered(200);
  later.answer.kind = AnswerReading::Kind::processing;
  CHECK(next_api_step(later, k_history, {}, 0, 0).wait == 30s);
  later.answer.retry_after = 5s;
  CHECK(next_api_step(later, k_history, {}, 0, 0).wait == 5s);
  CHECK(step_of(later, k_delivered) == Step::done);

  // Each twice the one before, at most half a minute, no two who failed together at once.
  CHECK(next_api_step(answered(502), k_history, {}, 0, 1).wait == 1s);
  CHECK(next_api_step(answered(502), k_history, {}, 0, 0).wait == 500ms);
  CHECK(next_api_step(answered(502), k_history, {}, 2, 1).wait == 4s);
  CHECK(next_api_step(answered(502), k_history, {100, 60s}, 60, 1).wait == 30s);
  CHECK(next_api_step(answered(503, {"", {}, {}, 2s}), k_history, {}, 0, 0).wait == 2s);
}

TEST_CASE("api failure / each status has its words and its exit code") {
  const ApiSubject subject{"sleep", "example.com", true, k_history};
  const auto explained = [&](int status, const ApiProblem& problem = {}, ApiLimits limits = {}) {
    return explain_status(status, problem, limits, "https://elsewhere.example/", subject);
  };
  const auto says = [](const ApiFailure& failure, std::string_view text) {
    std::string all = failure.message;
    for (const std::string& line : failure.advice) all += "\n" + line;
    return all.find(text) != std::string::npos;
  };
  CHECK(explained(401).code == ExitCode::unauthentic);
  CHECK(says(explained(401, {"", "x-api-key is invalid"}), "TERRA_API_KEY or"));
  CHECK(says(explained(401, {"", "unknown dev-id"}), "header dev-id"));
  CHECK(says(explained(401), "often mixed"));
  CHECK(explained(403).code == ExitCode::unauthentic);
  CHECK(explained(404).code == ExitCode::failure);
  CHECK(says(explained(404), "request users"));
  CHECK(says(explained(404), "has no sleep"));
  CHECK_FALSE(says(explained(404, {"", "user not found"}), "has no sleep"));
  for (const char* detail : {"OURA has no sleep data", "no data for these dates"}) {
    CAPTURE(detail);
    const ApiFailure no_data = explained(404, {"", detail});
    CHECK(says(no_data, detail));
    CHECK(no_data.advice.empty());
  }
  CHECK(says(explained(404, {"", "no data: no such user"}), "request users"));
  CHECK(explained(407).code == ExitCode::unauthentic);
  CHECK(says(explained(424), "permission"));
  CHECK(says(explained(302), "https://elsewhere.example/"));
  CHECK(says(explained(429, {}, {"r1", {}, {}, {}}), "1825"));
  CHECK(explained(429, {}, {"r1", {}, {}, {}}).has_ways_out);
  CHECK(says(explained(429, {}, {"r2", {}, {}, 90s}), "--max-wait 90s"));
  CHECK(says(explained(429, {}, {"r2", {}, {}, 90s}), "of an hour for one user together"));
  const ApiSubject delivered{"sleep", "example.com", true, k_delivered};
  const ApiFailure too_long = explain_status(429, {}, {"r1", {}, {}, {}}, "", delivered);
  CHECK(says(too_long, "ask in several"));
  CHECK(says(too_long, "--to-webhook false --split auto"));
  CHECK_FALSE(too_long.has_ways_out);
  for (const int status : {413, 500, 504}) {
    CAPTURE(status);
    CHECK(explained(status).has_ways_out);
    CHECK(explained(status).code == ExitCode::failure);
  }
  const Error late(ErrorKind::network, "example.com:443 did not answer within 60 s");
  CHECK(explain_no_answer(ClientFailure::timed_out, late, subject).code == ExitCode::timed_out);
  CHECK(explain_no_answer(ClientFailure::timed_out, late, subject).has_ways_out);
  CHECK(explain_no_answer(ClientFailure::unreachable, late, subject).code == ExitCode::failure);
  // What a stranger says never acts on the terminal.
  CHECK_FALSE(says(explained(400, {"", "\x1b[2J"}), "\x1b"));
}

TEST_CASE("record merge / records keep their bytes and come once") {
  RecordMerger merger;
  CHECK(merged(merger, R"({"type":"sleep", "data" : [ {"metadata":{"summary_id":"a"},"x":1.0},
       {"metadata":{"summary_id":"b"}} ],"user":{}})") ==
        std::vector<std::string>{R"({"metadata":{"summary_id":"a"},"x":1.0})",
                                 R"({"metadata":{"summary_id":"b"}})"});
  CHECK(merged(merger,
               R"({"data":[{"metadata":{"summary_id":"b"}},{"metadata":{"summary_id":"a"},"x":1},
       {"metadata":{"summary_id":"c"}}],"type":"sleep"})") ==
        std::vector<std::string>{R"({"metadata":{"summary_id":"c"}})"});
  CHECK(merger.kept() == 3);
  CHECK(merger.duplicates() == 2);
  CHECK(merger.differing() == 1);
}

TEST_CASE("record merge / what one answer holds twice and what has no key stays") {
  RecordMerger merger;
  const std::string body =
      R"({"type":"body","data":[{"metadata":{"start_time":"2026-01-01T00:00:00"}},)"
      R"({"metadata":{"start_time":"2026-01-01T10:00:00"}},{"x":"],}"},7,"a,b"]})";
  CHECK(merged(merger, body).size() == 5);
  CHECK(merged(merger, body).size() == 3);
  CHECK(merged(merger, R"({"data":[]})").empty());
}

TEST_CASE("record merge / a document without records is refused") {
  for (const char* body : {"", "{}", R"({"data":null})", R"({"data":[1)", "<html>", "3"}) {
    CAPTURE(body);
    CHECK_FALSE(find_records(body));
  }
  const auto list = find_records(R"({"a":1,"data":[ ],"b":2})");
  REQUIRE(list);
  CHECK(list->before == R"({"a":1,"data":[)");
  CHECK(list->after == R"(],"b":2})");
  CHECK(find_records(R"({"athlete":{"city":"x"}})")->inside == R"({"city":"x"})");
}
