// SPDX-License-Identifier: MIT
#include "terra/api_failure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_why_long =
    "Terra fetches a long range from the provider before it answers, and gateways cut an answer "
    "off after about 30 s";

bool speaks_of(const ApiProblem& problem, std::string_view word) {
  return to_lower(problem.title + " " + problem.detail).find(word) != std::string::npos;
}

/// `401 unauthorized: dev-id or x-api-key headers are missing`.
std::string status_text(int status, std::string_view words, const ApiProblem& problem) {
  std::string text = fmt::format("Terra answered {} ({})", status, words);
  if (!problem.text().empty()) text += ": " + sanitize(problem.text());
  return text;
}

ApiFailure refused_credentials(const ApiProblem& problem) {
  ApiFailure failure;
  failure.code = ExitCode::unauthentic;
  failure.message = status_text(401, "unauthorised", problem);
  const bool names_both = speaks_of(problem, "dev-id") && speaks_of(problem, "x-api-key");
  if (!names_both && speaks_of(problem, "dev-id")) {
    failure.advice.emplace_back("it is about the header dev-id: TERRA_DEV_ID or --dev-id-file");
  } else if (!names_both && speaks_of(problem, "x-api-key")) {
    failure.advice.emplace_back(
        "it is about the header x-api-key: TERRA_API_KEY or --api-key-file");
  } else {
    failure.advice.emplace_back(
        "the headers dev-id (TERRA_DEV_ID) and x-api-key (TERRA_API_KEY) were sent and do not fit");
  }
  failure.advice.emplace_back(
      "each environment (production, staging, testing) has its own pair; keys of two are often "
      "mixed: take both from the same page of Terra's dashboard");
  return failure;
}

ApiFailure over_limit(const ApiProblem& problem, const ApiLimits& limits,
                      const ApiSubject& subject) {
  ApiFailure failure;
  failure.message = status_text(429, "too many requests", problem);
  if (limits.rule == "r1") {
    failure.advice.emplace_back("rule r1: one request may ask for 1825 days (5 years) at most");
    failure.has_ways_out = subject.traits.is_history;
    if (subject.traits.is_delivered) {
      failure.advice.emplace_back(
          "--to-webhook false --split auto asks piece by piece; for the webhook ask in several, "
          "each with its own --start-date and --end-date");
    }
  } else if (limits.rule == "r2") {
    failure.advice.emplace_back(
        "rule r2: all requests of an hour for one user together may ask for 6000 days at most");
  }
  if (const auto wait = limits.retry_after ? limits.retry_after : limits.reset_after;
      wait && limits.rule != "r1") {
    failure.advice.push_back(fmt::format(
        "ask again in {}, or have it waited for with --max-wait {}s", to_human_duration(*wait),
        std::chrono::ceil<std::chrono::seconds>(*wait).count()));
  } else if (limits.rule.empty()) {
    failure.advice.emplace_back("it did not say when to ask again; a minute is a fair guess");
  }
  return failure;
}

ApiFailure too_large(int status, const ApiProblem& problem, const ApiSubject& subject) {
  ApiFailure failure;
  failure.message =
      status_text(status, status == 413 ? "the answer is too large" : "it took too long", problem);
  failure.has_ways_out = subject.traits.is_history;
  if (failure.has_ways_out) {
    failure.advice.push_back(fmt::format("{}; a smaller range is quicker", k_why_long));
  } else if (subject.traits.is_delivered) {
    failure.advice.emplace_back(
        "the request may have been taken all the same: look for deliveries before asking again");
  }
  return failure;
}

ApiFailure server_failed(int status, const ApiProblem& problem, const ApiSubject& subject) {
  ApiFailure failure;
  failure.message = status_text(status, "the server failed", problem);
  failure.has_ways_out = subject.traits.is_history;
  if (failure.has_ways_out) {
    failure.advice.push_back(fmt::format("{}; that shows as {} at times", k_why_long, status));
  } else {
    failure.advice.emplace_back("that is on Terra's side and may pass; https://status.tryterra.co");
  }
  if (subject.traits.is_delivered) {
    failure.advice.emplace_back(
        "it was not asked again by itself: it may have been taken, and would be delivered twice");
  }
  return failure;
}

ApiFailure redirected(int status, std::string_view location) {
  ApiFailure failure;
  failure.message =
      fmt::format("answered {}: a redirect to {}", status,
                  location.empty() ? std::string("nowhere") : truncate(sanitize(location), 80));
  failure.advice.emplace_back(
      "redirects are not followed, as the credentials would go along; is --api-url right?");
  return failure;
}

ApiFailure not_found(const ApiProblem& problem, const ApiSubject& subject) {
  ApiFailure failure;
  failure.message = status_text(404, "not found", problem);
  if (subject.names_user) {
    const bool is_about_user = subject.what == "user" || speaks_of(problem, "user");
    // `GARMIN has no menstruation data`: the user was found.
    const bool is_about_data =
        speaks_of(problem, "no data") || speaks_of(problem, "no " + subject.what);
    if (!is_about_user && is_about_data) return failure;
    failure.advice.push_back(
        "the environment of this dev-id has no such user: another one's, disconnected, or "
        "connected again under a new id" +
        (is_about_user ? std::string()
                       : fmt::format("; or the connection has no {}", subject.what)));
    failure.advice.emplace_back("terra-hook request users lists those there are");
  } else {
    failure.advice.emplace_back("is the path right, and --api-url with its /v2?");
  }
  return failure;
}

}  // namespace

ApiFailure explain_status(int status, const ApiProblem& problem, const ApiLimits& limits,
                          std::string_view location, const ApiSubject& subject) {
  ApiFailure failure;
  switch (status) {
    case 400:
      failure.message = status_text(status, "bad request", problem);
      failure.advice.emplace_back(
          "a parameter is not as it should be, or the data type is switched off on Terra's "
          "dashboard");
      return failure;
    case 401: return refused_credentials(problem);
    case 403:
      failure.code = ExitCode::unauthentic;
      failure.message = status_text(status, "forbidden", problem);
      failure.advice.emplace_back(
          "these credentials may not do that; ask for it in Terra's dashboard");
      return failure;
    case 404: return not_found(problem, subject);
    case 407:
      failure.code = ExitCode::unauthentic;
      failure.message = "the proxy wants credentials (407)";
      failure.advice.emplace_back("write them into HTTPS_PROXY: http://user:password@host:port");
      return failure;
    case 408:
    case 413:
    case 504: return too_large(status, problem, subject);
    case 424:
      failure.message = status_text(status, "the provider refused", problem);
      failure.advice.emplace_back(
          "the user has not granted this permission, or has taken it back at the provider: have "
          "them connect again");
      return failure;
    case 429: return over_limit(problem, limits, subject);
    default: break;
  }
  if (status / 100 == 3) return redirected(status, location);
  if (status / 100 == 5) return server_failed(status, problem, subject);
  failure.message = status_text(status, "refused", problem);
  return failure;
}

ApiFailure explain_no_answer(ClientFailure failure, const Error& error, const ApiSubject& subject) {
  ApiFailure explained;
  explained.message = error.message;
  if (failure == ClientFailure::timed_out) {
    explained.code = ExitCode::timed_out;
    explained.has_ways_out = subject.traits.is_history;
    if (explained.has_ways_out) {
      explained.advice.push_back(fmt::format("{}; a smaller range is quicker", k_why_long));
    } else {
      explained.advice.emplace_back("--timeout waits longer");
    }
    if (subject.traits.is_delivered) {
      explained.advice.emplace_back(
          "the request may have been taken all the same: look for deliveries before asking again");
    }
    return explained;
  }
  if (failure == ClientFailure::interrupted) explained.code = ExitCode::interrupted;
  if (failure == ClientFailure::refused_by_us) explained.code = ExitCode::bad_input;
  if (!error.hint.empty()) explained.advice.push_back(error.hint);
  return explained;
}

ApiFailure explain_processing(const AnswerReading& answer, const ApiSubject& subject) {
  ApiFailure failure;
  failure.code = ExitCode::timed_out;
  failure.message = fmt::format("the provider of {} is still at work", subject.what);
  if (!answer.message.empty()) failure.message += ": " + sanitize(answer.message);
  const std::string when =
      answer.retry_after ? "in " + to_human_duration(*answer.retry_after) : "later";
  failure.advice.push_back(
      fmt::format("Terra has asked it (a first request may take minutes); ask again {}, or wait "
                  "with --max-wait",
                  when));
  return failure;
}

}  // namespace terra_hook
