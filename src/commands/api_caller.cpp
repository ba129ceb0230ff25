// SPDX-License-Identifier: MIT
#include "commands/api_caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/content_coding.hpp"

namespace terra_hook {
namespace {

/// More waits than this for one request are no patience but a loop.
constexpr int k_most_waits = 200;

ApiFailure not_usable(std::string message, std::string advice) {
  ApiFailure failure;
  failure.message = std::move(message);
  failure.advice.push_back(std::move(advice));
  return failure;
}

}  // namespace

bool ApiGate::pass() {
  std::unique_lock lock(mutex_);
  while (!has_ended_ && Clock::now() < opens_at_) changed_.wait_until(lock, opens_at_);
  return !has_ended_;
}

void ApiGate::close_for(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  opens_at_ = std::max(opens_at_, Clock::now() + time);
}

bool ApiGate::sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return has_ended_; });
}

void ApiGate::end() {
  const std::lock_guard lock(mutex_);
  has_ended_ = true;
  changed_.notify_all();
}

/// One exchange and what was read of it.
struct ApiCaller::Attempt {
  ApiOutcome outcome;
  std::optional<ApiReply> reply;     ///< of 2xx
  std::optional<Error> error;        ///< without an answer
  std::optional<ApiFailure> broken;  ///< an answer that nothing can be done with
  ApiProblem problem;
  std::string location;
};

Result<ApiCaller> ApiCaller::create(const ApiSession& session, const ApiPatience& patience,
                                    ApiGate& gate, const Env& env,
                                    std::function<void(const ApiWait&)> on_wait) {
  TRY_ASSIGN(Client client, Client::create(session.base, session.client));
  return ApiCaller(session, patience, gate, env, std::move(on_wait), std::move(client));
}

ApiCaller::Attempt ApiCaller::attempt(const std::string& target) {
  Attempt attempt;
  auto response = client_.send("GET", target, session_.headers, "");
  if (!response) {
    attempt.outcome.failure = client_.failure();
    attempt.error = response.error();
    return attempt;
  }
  attempt.outcome.status = response->status;
  attempt.outcome.limits = read_api_limits(response->headers, env_.now());
  if (const auto location = find_field(response->headers, "Location")) attempt.location = *location;
  if (!response->is_complete || response->body_size > response->body.size()) {
    attempt.broken =
        not_usable(fmt::format("the answer is larger than {} MB", session_.client.max_body >> 20),
                   "ask for less at once, or for --to-webhook true");
    attempt.broken->has_ways_out = true;
    return attempt;
  }
  std::optional<std::string> decoded;
  if (has_content_coding(response->headers)) {
    auto body = decode_content(response->headers, response->body, session_.client.max_body);
    if (!body) {
      attempt.broken = not_usable("the answer can't be read: " + body.error().message,
                                  "is there a proxy in between that changes answers?");
      return attempt;
    }
    decoded = *std::move(body);
  }
  const std::string& body = decoded ? *decoded : response->body;
  if (response->status / 100 != 2) {
    attempt.problem = read_api_problem(body);
    return attempt;
  }
  attempt.outcome.answer = read_api_answer(body);
  attempt.reply.emplace();
  attempt.reply->answer = attempt.outcome.answer;
  attempt.reply->received_at = env_.now();
  attempt.reply->decoded = std::move(decoded);
  attempt.reply->response = *std::move(response);
  return attempt;
}

double ApiCaller::chance() const {
  const std::string byte = env_.random_bytes(1);
  return static_cast<double>(static_cast<unsigned char>(byte.front())) / 255;
}

/// A limit that the next request of this size would meet is waited for beforehand.
void ApiCaller::heed(const ApiLimits& limits, std::int64_t days) {
  if (!limits.remaining || !limits.reset_after ||
      *limits.remaining >= std::max<std::int64_t>(days, 1)) {
    return;
  }
  if (*limits.reset_after > patience_.max_wait) return;  // the refusal to come will say more
  gate_.close_for(*limits.reset_after);
}

ApiEnd ApiCaller::call(const std::string& target, std::int64_t days, const ApiSubject& subject) {
  int retries = 0;
  for (int waits = 0; gate_.pass(); ++waits) {
    Attempt tried = attempt(target);
    ApiEnd end;
    if (tried.broken) {
      end.failure = std::move(tried.broken);
      end.is_too_large = end.failure->has_ways_out;
      return end;
    }
    const ApiStep step = next_api_step(tried.outcome, subject.traits, patience_, retries, chance());
    if (step.kind == ApiStep::Kind::done) {
      heed(tried.outcome.limits, days);
      end.reply = std::move(tried.reply);
      return end;
    }
    if (step.kind == ApiStep::Kind::wait && waits < k_most_waits) {
      if (step.is_retry) ++retries;
      if (step.concerns_all) gate_.close_for(step.wait);
      on_wait_({step.reason, step.wait, step.is_retry ? retries : 0});
      if (!gate_.sleep(step.wait)) return {};
      continue;
    }
    if (tried.outcome.failure == ClientFailure::interrupted) return {};
    end.is_too_large = step.kind == ApiStep::Kind::too_large;
    if (tried.error) {
      end.failure = explain_no_answer(tried.outcome.failure, *tried.error, subject);
    } else if (tried.reply) {
      end.failure = explain_processing(tried.reply->answer, subject);
    } else {
      end.failure = explain_status(tried.outcome.status, tried.problem, tried.outcome.limits,
                                   tried.location, subject);
    }
    return end;
  }
  return {};
}

}  // namespace terra_hook
