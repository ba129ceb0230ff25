// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "render/forward_hint.hpp"
#include "render/forward_text.hpp"

using namespace std::chrono_literals;
using terra_hook::Attempt;
using terra_hook::Capture;
using terra_hook::clock_hint;
using terra_hook::clock_share;
using terra_hook::DeliveryReceived;
using terra_hook::fate_text;
using terra_hook::forward_text;
using terra_hook::ForwardDone;
using terra_hook::Forwarding;
using terra_hook::ForwardTextOptions;
using terra_hook::parse_route;
using terra_hook::route_lines;
using terra_hook::status_hint;
using terra_hook::Style;
using terra_hook::Verdict;

namespace {

Capture sleep_capture() {
  Capture capture;
  capture.number = 12;
  capture.method = "POST";
  capture.target = "/hook";
  capture.headers = {{"Content-Type", "text/plain"}};
  capture.body = R"({"type":"sleep"})";
  capture.body_size = 2'400'000;
  capture.verdict = Verdict::valid;
  capture.secret_name = "staging";
  capture.summary.event_type = "sleep";
  capture.summary.record_count = 3;
  return capture;
}

ForwardDone done_with(std::optional<int> status, std::chrono::microseconds latency = 7ms) {
  ForwardDone done;
  done.capture = std::make_shared<Capture>(sleep_capture());
  done.attempt.target = "http://localhost:3000/hook";
  done.attempt.status = status;
  done.attempt.latency = latency;
  done.limit = 8s;
  done.is_over_limit = latency > done.limit;
  return done;
}

std::string hint(int status, const Capture& capture = sleep_capture()) {
  Attempt attempt;
  attempt.status = status;
  attempt.target = "http://localhost:3000/hook";
  attempt.headers = {{"location", "https://example.com/x"}};
  return status_hint(capture, attempt);
}

bool has(const std::string& text, std::string_view part) {
  const bool is_in = text.find(part) != std::string::npos;
  if (!is_in) MESSAGE(text);
  return is_in;
}

}  // namespace

TEST_CASE("forward text / a good answer is one line") {
  CHECK(forward_text(done_with(200), {}, Style()) ==
        "<-- [200] POST http://localhost:3000/hook 7 ms #12\n");
}

TEST_CASE("forward text / what a target said is shown when it is not 2xx or when asked for") {
  ForwardDone done = done_with(200);
  done.attempt.body = "ok";
  done.attempt.body_size = 2;
  CHECK_FALSE(forward_text(done, {}, Style()).ends_with("ok\n"));
  ForwardTextOptions always;
  always.shows_response = true;
  CHECK(has(forward_text(done, always, Style()), "\n      ok\n"));
  done.attempt.status = 500;
  CHECK(has(forward_text(done, {}, Style()), "\n      ok\n"));
}

TEST_CASE("forward text / a long answer is cut and cannot act on the terminal") {
  ForwardDone done = done_with(500);
  for (int i = 0; i < 100; ++i) done.attempt.body += "line\n";
  done.attempt.body += "\x1b[2J";
  done.attempt.body_size = 100'000;
  const std::string text = forward_text(done, {}, Style());
  CHECK(std::count(text.begin(), text.end(), '\n') < 20);
  CHECK(has(text, "(100 KB in all)"));
  done.attempt.body = "\x1b[2J";
  CHECK(forward_text(done, {}, Style()).find('\x1b') == std::string::npos);
}

TEST_CASE("forward text / no answer is one line with the reason") {
  ForwardDone done = done_with(std::nullopt);
  done.failure = "timed_out";
  done.attempt.error = "localhost:3000 did not answer within 30 s";
  done.answered = 504;
  CHECK(forward_text(done, {}, Style()) ==
        "<-- [timed out] POST http://localhost:3000/hook #12  localhost:3000 did not answer within "
        "30 s (answered 504)\n");
}

TEST_CASE("forward text / hints fit the terminal") {
  Style narrow;
  narrow.width = 40;
  const std::string text = forward_text(done_with(413), {}, narrow);
  std::size_t begin = text.find('\n') + 1;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    CHECK(end - begin <= 40);
    begin = end + 1;
  }
}

TEST_CASE("forward text / the clock") {
  CHECK(clock_share(2s, 8s).empty());
  CHECK(clock_share(2400ms, 8s) == "30% of 8 s");
  CHECK(clock_share(9s, 8s) == "112% of 8 s");
  CHECK(clock_hint(8s, 8s).empty());
  CHECK(has(clock_hint(8001ms, 8s), "after 8 s, and sent it again"));
  CHECK(has(clock_hint(12s, 8s), "past the 10 s of its older"));
  CHECK(has(clock_hint(31s, 8s), "past the 10 s and the 30 s"));
  CHECK(clock_hint(12s, 11s).find("older") == std::string::npos);
  CHECK(has(forward_text(done_with(200, 2400ms), {}, Style()), "2.4 s #12  30% of 8 s\n"));
  CHECK(has(forward_text(done_with(200, 9s), {}, Style()), "Terra would have given up"));
}

TEST_CASE("forward hints / each status has its own") {
  CHECK(hint(200).empty());
  CHECK(has(hint(401), "'staging'"));
  CHECK(has(hint(403), "'staging'"));
  CHECK(has(hint(400), "type sleep, 3 records"));
  CHECK(has(hint(422), "type sleep, 3 records"));
  CHECK(has(hint(404), "--forward-to http://localhost:3000/path/of/the/handler"));
  CHECK(has(hint(405), "POST"));
  CHECK(has(hint(413), "2.4 MB"));
  CHECK(has(hint(415), "text/plain"));
  CHECK(has(hint(301), "https://example.com/x"));
  CHECK(has(hint(301), "does not follow"));
  CHECK(has(hint(500), "log"));
}

TEST_CASE("forward hints / 401 depends on the verdict") {
  Capture capture = sleep_capture();
  capture.verdict = Verdict::unchecked;
  CHECK(has(hint(401, capture), "--secret-file"));
  capture.verdict = Verdict::stale;
  CHECK(has(hint(401, capture), "too old"));
  capture.verdict = Verdict::invalid;
  CHECK(has(hint(401, capture), "invalid here too"));
  capture.summary.problem = terra_hook::json::Problem{"no"};
  CHECK(has(hint(400, capture), "not JSON"));
}

TEST_CASE("forward hints / a signature under one name only may be looked for under the other") {
  Capture capture = sleep_capture();
  capture.headers = {{"terra-signature", "t=1,v1=00"}};
  CHECK(has(hint(401, capture), "There is Terra-Signature alone, Terra sends X-Terra-Signature"));
  capture.headers.push_back({"X-Terra-Signature", "t=1,v1=00"});
  CHECK(hint(401, capture).find("alone") == std::string::npos);
}

TEST_CASE("forward text / routes are a table") {
  const std::vector<terra_hook::Route> routes = {*parse_route("sleep,daily=3000/s"),
                                                 *parse_route("4000")};
  Style ascii;
  ascii.unicode = false;
  CHECK(route_lines(routes, ascii) ==
        std::vector<std::string>{"sleep, daily    -> http://localhost:3000/s",
                                 "all other types -> http://localhost:4000 (the delivery's path)"});
  CHECK(route_lines({routes[0]}, ascii)[1] == "all other types -> kept, not forwarded");
  CHECK(route_lines({routes[1]}, ascii)[0] ==
        "all types -> http://localhost:4000 (the delivery's path)");
}

TEST_CASE("forward text / why a delivery is not forwarded") {
  DeliveryReceived delivery;
  CHECK(fate_text(delivery, Style()).empty());
  delivery.forwarding = Forwarding::no_route;
  CHECK(has(fate_text(delivery, Style()), "no route takes this type"));
  delivery.forwarding = Forwarding::no_room;
  CHECK(has(fate_text(delivery, Style()), "503"));
  delivery.forwarding = Forwarding::on_purpose;
  delivery.fault = "500";
  CHECK(fate_text(delivery, Style()) == "  answered 500, on purpose\n");
  delivery.fault = "drop";
  CHECK(has(fate_text(delivery, Style()), "without an answer"));
}
