// SPDX-License-Identifier: MIT
#include "terra/api_answer.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/whole_number.hpp"
#include "terra/path_set.hpp"
#include "webhook/retry_schedule.hpp"

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;

constexpr std::size_t k_max_api_text = 300;

std::string api_text_of(const PathValue& value) {
  if (value.kind != PathValue::Kind::string) return {};
  // A byte takes at most six to spell; the token may be long, so only its start is looked at.
  if (value.raw.size() <= 6 * k_max_api_text) {
    return json::unescape(value.raw).substr(0, k_max_api_text);
  }
  return std::string(value.raw.substr(1, k_max_api_text));
}

/// A number of seconds, as a number or in a string.
std::optional<std::chrono::milliseconds> api_seconds_of(const PathValue& value) {
  if (value.kind == PathValue::Kind::string)
    return parse_retry_after(api_text_of(value), UtcTime{});
  if (value.kind != PathValue::Kind::number) return std::nullopt;
  return parse_retry_after(value.raw.substr(0, value.raw.find_first_of(".eE")), UtcTime{});
}

struct AnswerPaths {
  PathSet set;
  PathSet::Id type = set.add("type");
  PathSet::Id user_id = set.add("user.user_id");
  PathSet::Id provider = set.add("user.provider");
  PathSet::Id data = set.add("data");
  PathSet::Id athlete = set.add("athlete");
  PathSet::Id users = set.add("users");
  PathSet::Id providers = set.add("providers");
  PathSet::Id results = set.add("data.results");
  PathSet::Id user = set.add("user");
  PathSet::Id reference = set.add("reference");
  PathSet::Id message = set.add("message");
  PathSet::Id status = set.add("status");
  PathSet::Id retry_after = set.add("retry_after");
  PathSet::Id retry_after_seconds = set.add("retry_after_seconds");
};

const AnswerPaths& answer_paths() {
  static const AnswerPaths paths;
  return paths;
}

std::optional<std::int64_t> api_records_of(const AnswerPaths& paths, const PathValues& found) {
  for (const PathSet::Id id :
       {PathSet::k_root, paths.data, paths.results, paths.users, paths.user, paths.providers}) {
    if (found.values[id].kind == PathValue::Kind::array) return found.values[id].count;
  }
  if (found.values[paths.athlete].kind == PathValue::Kind::object) return 1;
  return std::nullopt;
}

bool speaks_of_processing(const std::string& text) {
  return to_lower(text).find("processing") != std::string::npos ||
         to_lower(text).find("being processed") != std::string::npos;
}

AnswerReading::Kind api_kind_of(const AnswerReading& answer, const std::string& status) {
  if (answer.records) return AnswerReading::Kind::records;
  if (answer.retry_after) return AnswerReading::Kind::processing;
  if (!answer.reference.empty()) return AnswerReading::Kind::acknowledgement;
  if (speaks_of_processing(answer.message) || speaks_of_processing(status) ||
      answer.event_type == "processing") {
    return AnswerReading::Kind::processing;
  }
  return AnswerReading::Kind::document;
}

}  // namespace

AnswerReading read_api_answer(std::string_view body) {
  const AnswerPaths& paths = answer_paths();
  PathValues found = paths.set.make_values();
  Scanner scanner(body);
  paths.set.read(scanner, scanner.next(), PathSet::k_root, found);
  AnswerReading answer;
  if (scanner.next() != Token::end) {
    answer.kind = AnswerReading::Kind::not_json;
    return answer;
  }
  answer.event_type = api_text_of(found.values[paths.type]);
  answer.user_id = api_text_of(found.values[paths.user_id]);
  answer.provider = api_text_of(found.values[paths.provider]);
  answer.records = api_records_of(paths, found);
  answer.reference = api_text_of(found.values[paths.reference]);
  answer.message = api_text_of(found.values[paths.message]);
  answer.retry_after = api_seconds_of(found.values[paths.retry_after_seconds]);
  if (!answer.retry_after) answer.retry_after = api_seconds_of(found.values[paths.retry_after]);
  answer.kind = api_kind_of(answer, api_text_of(found.values[paths.status]));
  return answer;
}

ApiProblem read_api_problem(std::string_view body) {
  PathSet set;
  const PathSet::Id title = set.add("title");
  const PathSet::Id detail = set.add("detail");
  const PathSet::Id message = set.add("message");
  const PathSet::Id error = set.add("error");
  PathValues found = set.make_values();
  Scanner scanner(body);
  set.read(scanner, scanner.next(), PathSet::k_root, found);
  ApiProblem problem;
  if (scanner.next() != Token::end) return problem;  // a gateway's page, which says nothing more
  problem.title = api_text_of(found.values[title]);
  for (const PathSet::Id id : {detail, message, error}) {
    if (problem.detail.empty()) problem.detail = api_text_of(found.values[id]);
  }
  return problem;
}

ApiLimits read_api_limits(const HeaderFields& headers, UtcTime now) {
  ApiLimits limits;
  if (const auto rule = find_field(headers, "X-Terra-RateLimit-Rule")) {
    limits.rule = to_lower(trim(*rule)).substr(0, 32);
  }
  if (const auto remaining = find_field(headers, "X-Terra-RateLimit-Remaining")) {
    limits.remaining = whole_number<std::int64_t>(trim(*remaining), 0);
  }
  if (const auto reset = find_field(headers, "X-Terra-RateLimit-Reset-After")) {
    limits.reset_after = parse_retry_after(*reset, now);
  }
  if (const auto retry = find_field(headers, "Retry-After")) {
    limits.retry_after = parse_retry_after(*retry, now);
  }
  return limits;
}

}  // namespace terra_hook
