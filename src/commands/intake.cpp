// SPDX-License-Identifier: MIT
#include "commands/intake.hpp"

#include <utility>

#include "http/content_coding.hpp"
#include "terra/body_reading.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

BodyReading read_decoded(const HeaderFields& headers, std::string_view body,
                         std::uint64_t max_decoded) {
  if (!has_content_coding(headers)) return read_body(body);
  const auto decoded = decode_content(headers, body, max_decoded);
  if (decoded) return read_body(*decoded);
  BodyReading reading;
  reading.summary.problem = json::Problem{decoded.error().message};
  return reading;
}

}  // namespace

Capture to_capture(IncomingRequest request, const Verification& verification,
                   std::uint64_t max_decoded) {
  Capture capture;
  capture.received_at = request.received_at;
  BodyReading reading = read_decoded(request.headers, request.body, max_decoded);
  capture.summary = std::move(reading.summary);
  capture.headline = std::move(reading.headline);
  capture.ids = read_delivery_ids(request.headers, capture.summary);
  capture.remote_address = std::move(request.remote_address);
  capture.method = std::move(request.method);
  capture.target = std::move(request.target);
  capture.headers = std::move(request.headers);
  capture.body_size = request.body.size();
  capture.body = std::move(request.body);
  capture.body_sha256 = request.body_sha256;
  capture.verdict = verification.verdict;
  capture.secret_name = verification.secret_name;
  capture.verdict_reason = verification.reason;
  capture.origin = request.origin;
  return capture;
}

}  // namespace terra_hook
