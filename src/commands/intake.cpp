// SPDX-License-Identifier: MIT
#include "commands/intake.hpp"

#include <utility>

#include "http/content_coding.hpp"
#include "webhook/delivery_ids.hpp"
#include "webhook/summary.hpp"

namespace terra_hook {
namespace {

Summary summarise_decoded(const HeaderFields& headers, std::string_view body,
                          std::uint64_t max_decoded) {
  if (!has_content_coding(headers)) return summarise(body);
  const auto decoded = decode_content(headers, body, max_decoded);
  if (decoded) return summarise(*decoded);
  Summary summary;
  summary.problem = json::Problem{decoded.error().message};
  return summary;
}

}  // namespace

Capture to_capture(IncomingRequest request, const Verification& verification,
                   std::uint64_t max_decoded) {
  Capture capture;
  capture.received_at = request.received_at;
  capture.summary = summarise_decoded(request.headers, request.body, max_decoded);
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
