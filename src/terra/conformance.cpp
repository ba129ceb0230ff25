// SPDX-License-Identifier: MIT
#include "terra/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_rewrite.hpp"
#include "http/response.hpp"
#include "terra/conform_advice.hpp"
#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

constexpr int k_at_once = 10;
constexpr std::uint64_t k_large_event = 20'000'000;
constexpr std::uint64_t k_most_rewritten = 64'000'000;
constexpr std::size_t k_forged_of_kept = 2;

using ConformDeliveries = std::vector<SampleDelivery>;

/// So many dailies, each a delivery of its own.
ConformDeliveries dailies(const OddContext& context, std::string_view name, int count) {
  SampleRandom random({context.key, sample_key(name)});
  const SampleOptions options{.with_samples = false, .ignores_provider = true};
  ConformDeliveries all;
  for (int i = 0; i < count; ++i) {
    SampleDelivery delivery;
    delivery.event_type = "daily";
    const LocalDate date = context.date - std::chrono::days(count - 1 - i);
    delivery.body = data_event("daily", context.person,
                               latest_records("daily", context.person, date, options, 1));
    delivery.trace_id = random.uuid();
    delivery.reference = random.uuid();
    delivery.emitted_at = context.now;
    all.push_back(std::move(delivery));
  }
  return all;
}

ConformDeliveries make_valid(const OddContext& context) {
  return dailies(context, "valid", 1);
}

ConformDeliveries make_concurrent(const OddContext& context) {
  return dailies(context, "concurrent", k_at_once);
}

ConformDeliveries make_keep_alive(const OddContext& context) {
  ConformDeliveries all = dailies(context, "keep-alive", 4);
  all[k_forged_of_kept].signing = SampleSigning::forged;
  return all;
}

ConformDeliveries make_no_redirect(const OddContext& context) {
  return dailies(context, "no-redirect", 1);
}

/// 20 MB or a little more, without blanks that another writer would leave out.
ConformDeliveries make_large_event(const OddContext& context) {
  ConformDeliveries all = dailies(context, "large", 1);
  const SampleOptions options{.with_samples = true, .ignores_provider = true};
  auto body = event_of_size("activity", context.person, context.date, options,
                            k_large_event + k_large_event / 8);
  all.front().event_type = "activity";
  if (body) all.front().body = *std::move(body);
  return all;
}

constexpr ConformCheck k_valid = {
    .id = "valid",
    .sent = "a daily, signed with the secret, under both header names",
    .why = "answer 2xx: anything else is a failure that is sent again",
    .source = k_webhook_pages,
    .mend =
        "the secret given here must be this handler's; hash `t`, a full stop and the raw body, "
        "with the secret as it is; look at what the answer says",
    .make = make_valid,
};

constexpr ConformCheck k_way_of_sending[] = {
    {.id = "concurrent",
     .sent = "10 deliveries at the same time",
     .why = "answer each with 2xx before Terra gives up, which is after 8 s; bursts are normal "
            "after an outage and for a large request",
     .source = "Terra's agent-skills, webhooks-ack-within-timeout; FAQ, "
               "ack-fast-process-async-timeout",
     .mend = "store the raw body, answer, and do the work afterwards; no lock or single worker "
             "that all wait for",
     .play = ConformPlay::at_once,
     .make = make_concurrent},
    {.id = "keep-alive",
     .sent = "two deliveries, a forged one and another, on one connection",
     .why = "leave the connection usable, also after a refusal",
     .source = "RFC 9112, 9.3; no page of Terra's says how its connections are kept",
     .mend = "read the whole body, also of what is refused, and give each answer its "
             "Content-Length; do not close the connection after each",
     .want = ConformWant::kept_open,
     .play = ConformPlay::on_one_connection,
     .make = make_keep_alive},
    {.id = "no-redirect",
     .sent = "a daily, and all that was sent before it",
     .why = "answer at the very URL that is registered: a redirect is not 2xx, so it is a failure "
            "that is sent again",
     .source = k_webhook_pages,
     .mend = "register the URL that is redirected to (https, with or without the slash at its "
             "end), and keep log-in pages and the like off this path",
     .want = ConformWant::no_redirect,
     .make = make_no_redirect},
};

ConformCheck check_of(const OddDelivery& odd) {
  ConformCheck check;
  check.id = odd.name;
  check.sent = odd.sent;
  check.why = odd.why;
  const ConformAdvice& advice = conform_advice(odd.name);
  check.source = advice.source;
  check.mend = advice.mend;
  check.make = odd.make;
  if (odd.is_refused) check.want = ConformWant::refused;
  if (odd.name == "one-name") check.want = ConformWant::either_name;
  if (odd.name == "other-bytes") check.keeps_bytes = true;
  if (odd.name == "large") check.make = make_large_event;
  return check;
}

bool is_accepted(const ConformAnswer& answer) {
  return is_success(answer.status);
}

bool is_redirect(const ConformAnswer& answer) {
  return answer.status >= 300 && answer.status <= 399;
}

/// `answered 500, not 2xx`, `number 2 of 3 was answered 500, not 2xx`.
std::string finding_of(const ConformAnswer& answer, std::size_t index, std::size_t count,
                       std::string_view wanted) {
  const std::string which = count == 1 ? "" : fmt::format("number {} of {} ", index + 1, count);
  if (answer.status == 0) return fmt::format("{}got no answer: {}", which, answer.error);
  return fmt::format("{}{}answered {}, not {}", which, count == 1 ? "" : "was ", answer.status,
                     wanted);
}

ConformVerdict grade_accepted(std::span<const ConformAnswer> answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (is_accepted(answers[i])) continue;
    return {ConformGrade::failed, finding_of(answers[i], i, answers.size(), "2xx")};
  }
  return {};
}

ConformVerdict grade_refused(std::span<const ConformAnswer> answers) {
  ConformVerdict verdict;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const int status = answers[i].status;
    if (status == 401) continue;
    const bool is_kept_out = status == 400 || status == 403;
    verdict = {is_kept_out ? ConformGrade::weak : ConformGrade::failed,
               finding_of(answers[i], i, answers.size(), "401")};
    if (!is_kept_out) break;
  }
  return verdict;
}

ConformVerdict grade_either_name(std::span<const ConformAnswer> answers) {
  ConformVerdict verdict = grade_accepted(answers);
  if (verdict.grade == ConformGrade::passed || answers.size() != 2) return verdict;
  const bool reads_current = is_accepted(answers[0]);
  if (!reads_current && !is_accepted(answers[1])) return verdict;
  verdict.grade = ConformGrade::weak;
  verdict.finding = reads_current ? "reads X-Terra-Signature only, not Terra-Signature"
                                  : "reads Terra-Signature only, which is deprecated";
  return verdict;
}

ConformVerdict grade_kept_open(std::span<const ConformAnswer> answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool is_right = i == k_forged_of_kept ? answers[i].status != 0 : is_accepted(answers[i]);
    if (is_right) continue;
    return {ConformGrade::failed,
            finding_of(answers[i], i, answers.size(), i == k_forged_of_kept ? "401" : "2xx")};
  }
  if (answers.size() < 2 || answers[1].is_on_kept_connection) return {};
  return {ConformGrade::weak, "closes the connection after each answer"};
}

ConformVerdict grade_no_redirect(std::span<const ConformAnswer> answers,
                                 std::span<const std::string_view> redirected) {
  for (const ConformAnswer& answer : answers) {
    if (is_redirect(answer)) {
      return {ConformGrade::failed, fmt::format("answered {}, a redirect", answer.status)};
    }
    if (answer.status == 0) return {ConformGrade::failed, finding_of(answer, 0, 1, "2xx")};
    if (!is_accepted(answer)) {
      // Its remedy is another one's: that of the check for what is right.
      return {ConformGrade::failed,
              finding_of(answer, 0, 1, "2xx") + ": no redirect, but see `valid`"};
    }
  }
  if (redirected.empty()) return {};
  std::string names;
  for (const std::string_view id : redirected) {
    if (!names.empty()) names += ", ";
    names += id;
  }
  return {ConformGrade::failed, "redirected: " + names};
}

}  // namespace

const std::vector<ConformCheck>& conform_checks() {
  static const std::vector<ConformCheck> checks = [] {
    std::vector<ConformCheck> all = {k_valid};
    for (const OddDelivery& odd : odd_deliveries()) all.push_back(check_of(odd));
    all.insert(all.end(), std::begin(k_way_of_sending), std::end(k_way_of_sending));
    return all;
  }();
  return checks;
}

std::vector<std::string> conform_ids() {
  std::vector<std::string> ids;
  for (const ConformCheck& check : conform_checks()) ids.emplace_back(check.id);
  return ids;
}

std::vector<SampleDelivery> conform_deliveries(const ConformCheck& check,
                                               const OddContext& context) {
  std::vector<SampleDelivery> all = check.make(context);
  if (check.keeps_bytes) return all;
  json::WriteStyle style;
  style.numbers = json::Numbers::javascript;
  style.escapes = json::Escapes::minimal;
  for (SampleDelivery& delivery : all) {
    if (auto body = json::rewrite(delivery.body, style, k_most_rewritten)) {
      delivery.body = *std::move(body);
    }
  }
  return all;
}

std::string_view to_string(ConformGrade grade) {
  switch (grade) {
    case ConformGrade::passed: return "passed";
    case ConformGrade::weak: return "weak";
    case ConformGrade::failed: return "failed";
  }
  return "failed";
}

ConformVerdict grade(const ConformCheck& check, std::span<const ConformAnswer> answers,
                     std::span<const std::string_view> redirected) {
  switch (check.want) {
    case ConformWant::accepted: return grade_accepted(answers);
    case ConformWant::refused: return grade_refused(answers);
    case ConformWant::either_name: return grade_either_name(answers);
    case ConformWant::kept_open: return grade_kept_open(answers);
    case ConformWant::no_redirect: return grade_no_redirect(answers, redirected);
  }
  return {};
}

}  // namespace terra_hook
