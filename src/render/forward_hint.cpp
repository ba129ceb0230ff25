// SPDX-License-Identifier: MIT
#include "render/forward_hint.hpp"

#include <fmt/format.h>

#include "base/size.hpp"
#include "base/time.hpp"
#include "http/response.hpp"
#include "http/url.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

/// Limits that Terra's documents have named besides today's 8 s.
constexpr std::chrono::seconds k_other_limits[] = {10s, 30s};

constexpr std::string_view k_secret_and_body =
    "is it the one the handler has, and does it check the raw body, before any parser?";

/// Terra sends a signature under two names: a handler that reads the other one has none to check.
std::string lone_name_hint(const HeaderFields& headers) {
  const bool has_current = find_field(headers, k_signature_field).has_value();
  const bool has_deprecated = find_field(headers, k_deprecated_signature_field).has_value();
  if (has_current == has_deprecated) return "";
  return fmt::format(" There is {} alone, Terra sends {} too: which one does it read?",
                     has_current ? k_signature_field : k_deprecated_signature_field,
                     has_current ? k_deprecated_signature_field : k_signature_field);
}

std::string signature_hint(const Capture& capture) {
  switch (capture.verdict) {
    case Verdict::valid:
      return fmt::format("the signature is valid here with the secret '{}': {}{}",
                         capture.secret_name, k_secret_and_body, lone_name_hint(capture.headers));
    case Verdict::stale:
      return "the signature is too old, and a handler should refuse it: replay signs afresh";
    case Verdict::unchecked:
      return "nothing was checked here: with --secret-file it is seen whether the signature is "
             "right";
    case Verdict::invalid:
    case Verdict::malformed:
    case Verdict::missing: break;
  }
  return fmt::format("as it should: the signature is {} here too", to_string(capture.verdict));
}

std::string body_hint(const Capture& capture) {
  if (capture.body_size == 0) return "the delivery has no body";
  if (capture.summary.problem) return "the body is not JSON: the handler is right to refuse it";
  std::string facts = capture.summary.event_type
                          ? fmt::format("type {}", *capture.summary.event_type)
                          : std::string("no type");
  if (const auto& count = capture.summary.record_count) {
    facts += fmt::format(", {} record{}", *count, *count == 1 ? "" : "s");
  }
  return fmt::format(
      "the body is good JSON here ({}): does the handler expect another shape, or require a field "
      "that may be null or absent?",
      facts);
}

/// `http://localhost:3000`; attempts name the whole URL.
std::string origin_of(const std::string& target) {
  const auto url = parse_url(target);
  return url ? url->origin() : target;
}

}  // namespace

std::string refusal_hint(std::string_view signed_with, const HeaderFields& headers) {
  if (!find_field(headers, k_signature_field) &&
      !find_field(headers, k_deprecated_signature_field)) {
    return "it went out without a signature: with --secret-file or TERRA_SIGNING_SECRET it is "
           "signed";
  }
  if (signed_with.empty()) {
    return "its signature is the one it was made with, which may be too old by now: with a "
           "signing secret it is signed afresh";
  }
  return fmt::format("signed with the secret '{}': {}{}", signed_with, k_secret_and_body,
                     lone_name_hint(headers));
}

std::string redirect_hint(const HeaderFields& answer) {
  const auto location = find_field(answer, "Location");
  const std::string where = location ? fmt::format(" to {}", *location) : std::string();
  return fmt::format(
      "a redirect{}: Terra does not follow it; register the URL that answers by itself", where);
}

std::string failure_hint(std::string_view failure) {
  if (failure != "tls") return "";
  return "does it speak https, with a certificate of a known authority? --cacert FILE names "
         "another one to trust, --insecure skips the check";
}

std::string status_hint(const Capture& capture, const Attempt& attempt) {
  if (!attempt.status) return "";
  const int status = *attempt.status;
  if (is_success(status)) return "";
  if (status >= 300 && status < 400) return redirect_hint(attempt.headers);
  switch (status) {
    case 400:
    case 422: return body_hint(capture);
    case 401:
    case 403: return signature_hint(capture);
    case 404:
    case 410:
      return fmt::format(
          "nothing is served at this path; the target's can be given: --forward-to "
          "{}/path/of/the/handler",
          origin_of(attempt.target));
    case 405: return "the path is there, but not for POST";
    case 408:
    case 504: return "the server itself gave up waiting for its handler";
    case 413:
      return fmt::format(
          "this payload is {}; the server's limit for bodies is smaller (Express: 100 KB, nginx: "
          "1 MB), and Terra's can be tens of MB",
          to_human_size(capture.body_size));
    case 415:
      return fmt::format("the Content-Type is {}",
                         find_field(capture.headers, "Content-Type").value_or("missing"));
    case 429: return "the server limits its callers; Terra would send this again later";
    case 502:
    case 503: return "a proxy, or a server that is just starting: Terra would send this again";
    default: break;
  }
  return status >= 500 ? "the handler failed: its own log says why; Terra would send this again"
                       : "";
}

std::string clock_hint(std::chrono::microseconds latency, std::chrono::milliseconds limit) {
  if (latency <= limit) return "";
  std::string older;
  for (const std::chrono::seconds other : k_other_limits) {
    if (latency > other && other > limit) {
      older += fmt::format("{}{}", older.empty() ? ", past the " : " and the ",
                           to_human_duration(other));
    }
  }
  if (!older.empty()) older += " of its older documents too";
  return fmt::format(
      "Terra would have given up after {}{}, and sent it again: answer first, work afterwards",
      to_human_duration(limit), older);
}

std::string clock_share(std::chrono::microseconds latency, std::chrono::milliseconds limit) {
  if (latency * 4 <= limit || limit.count() <= 0) return "";
  return fmt::format("{}% of {}", latency * 100 / std::chrono::microseconds(limit),
                     to_human_duration(limit));
}

}  // namespace terra_hook
