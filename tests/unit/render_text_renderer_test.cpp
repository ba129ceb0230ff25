// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "render/capture_text.hpp"
#include "render/renderer.hpp"

using namespace terra_hook;

namespace {

constexpr UtcTime k_now{std::chrono::microseconds(1'782'889'451'113'999)};

Capture capture_of(std::string body) {
  Capture capture;
  capture.number = 1;
  capture.received_at = k_now;
  capture.method = "POST";
  capture.target = "/";
  capture.body_size = body.size();
  capture.body = std::move(body);
  return capture;
}

/// How many columns the time at the beginning of `line` takes.
std::size_t clock_columns(const std::string& line) {
  return line.find(' ');
}

}  // namespace

TEST_CASE("text renderer / every line has the clock that deliveries have") {
  DeliveryReceived delivery;
  delivery.capture = std::make_shared<Capture>(capture_of("{}"));
  const Error lost{ErrorKind::storage, "the disk is full", ""};
  Refusal refusal;
  refusal.method = "GET";
  refusal.status = 405;
  for (const std::size_t width : {std::size_t{80}, std::size_t{120}}) {
    CAPTURE(width);
    TextOptions options;
    options.line_width = width;
    options.body = BodyView::none;
    const auto renderer = make_text_renderer(options, Style(), Style());
    const std::size_t columns = clock_columns(renderer->render(delivery).out);
    CHECK(columns == (width == 80 ? 8 : 12));
    CHECK(clock_columns(renderer->render(PayloadNotFetched{k_now, 1, "h", 400, "expired"}).err) ==
          columns);
    CHECK(clock_columns(renderer->render(RequestRefused{k_now, refusal}).err) == columns);
    CHECK(clock_columns(renderer->render(DeliveryLost{k_now, "sleep", lost}).err) == columns);
  }
}

TEST_CASE("text renderer / a type goes by one name") {
  Capture broken = capture_of("{\"type\":\"sleep\",");
  broken.summary.event_type = "sleep";
  broken.summary.problem = terra_hook::json::Problem{"the text ends"};
  CHECK(type_name(broken) == "(not JSON)");
  CHECK(capture_line(broken, {}, Style()).find("(not JSON)") != std::string::npos);
  Capture empty = capture_of("");
  empty.summary.problem = terra_hook::json::Problem{"the text is empty"};
  CHECK(type_name(empty) == "(empty)");
  CHECK(type_name(capture_of("{}")) == "(no type)");
}

TEST_CASE("text renderer / a link's expiry is said once") {
  const std::string body =
      R"({"type":"s3_payload","url":"https://h.example/p?X-Amz-Signature=1","expires_in":300})";
  for (const BodyView view : {BodyView::none, BodyView::card}) {
    Capture capture = capture_of(body);
    capture.summary.event_type = "s3_payload";
    TextOptions options;
    options.body = view;
    DeliveryReceived delivery;
    delivery.capture = std::make_shared<Capture>(capture);
    const std::string text = make_text_renderer(options, Style(), Style())->render(delivery).out;
    CAPTURE(text);
    CHECK(text.find("5 min") != std::string::npos);
    CHECK(text.find("5 min") == text.rfind("5 min"));
  }
}

TEST_CASE("text renderer / what was pruned is marked so") {
  Capture capture = capture_of("{}");
  capture.duplicate_of = 5;
  capture.older_than = 7;
  CHECK(capture_line(capture, {}, Style()).find("duplicate of #5  older than #7") !=
        std::string::npos);
  capture.duplicate_is_pruned = true;
  capture.newer_is_pruned = true;
  CHECK(capture_line(capture, {}, Style()).find("duplicate of #5, pruned  older than #7, pruned") !=
        std::string::npos);
}
