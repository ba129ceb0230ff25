// SPDX-License-Identifier: MIT
#include "webhook/retry_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::size_t k_most_tries = 1000;
constexpr milliseconds k_longest_wait = 24h * 36525;
constexpr milliseconds k_longest_retry_after = 24h;
constexpr std::string_view k_names[] = {"terra", "terra-faq", "vantage", "none"};
constexpr const char* k_forms =
    "terra, terra-faq, vantage, none, waits such as 5m,30m,1h, or 30s*2^10<=8h (10 tries, the "
    "wait doubling from 30 s up to 8 h)";

std::vector<milliseconds> growing_waits(milliseconds first, double factor, std::size_t count,
                                        milliseconds most) {
  std::vector<milliseconds> waits;
  auto wait = static_cast<double>(first.count());
  const auto bound = static_cast<double>(most.count());
  for (std::size_t i = 0; i < count; ++i) {
    waits.emplace_back(static_cast<std::int64_t>(std::min(wait, bound)));
    wait = std::min(wait * factor, bound);
  }
  return waits;
}

RetrySchedule vantage() {
  // Five quick calls make the first delivery, nine single ones follow (Vantage's delivery guide).
  std::vector<milliseconds> waits = growing_waits(1s, 2, 4, 8s);
  for (const milliseconds wait : growing_waits(5s, 2, 9, 10min)) waits.push_back(wait);
  return {"vantage", std::move(waits), RetryRule::transient_failures};
}

std::optional<RetrySchedule> named(std::string_view name) {
  if (name == "none") return no_retries();
  if (name == "terra") return RetrySchedule{"terra", growing_waits(30s, 2, 9, 8h)};
  if (name == "terra-faq") {
    return RetrySchedule{"terra-faq", {5min, 30min, 1h, 2h, 4h, 6h, 6h, 6h}};
  }
  if (name == "vantage") return vantage();
  return std::nullopt;
}

Error not_a_schedule(std::string_view text, std::string_view why) {
  return {ErrorKind::usage,
          fmt::format("'{}' is not a retry schedule: {}", sanitize(text), sanitize(why)), k_forms};
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, number);
  if (status != std::errc() || rest != end) return std::nullopt;
  return number;
}

/// `30s*2^10<=8h`
Result<RetrySchedule> parse_formula(std::string_view text) {
  std::string_view rest = text;
  milliseconds most = k_longest_wait;
  if (const auto bound = rest.find("<="); bound != std::string_view::npos) {
    TRY_ASSIGN(most, parse_duration(trim(rest.substr(bound + 2))));
    rest = rest.substr(0, bound);
  }
  const auto times = rest.find('*');
  const auto power = rest.find('^', times);
  if (power == std::string_view::npos) return not_a_schedule(text, "'^' and the tries are missing");
  TRY_ASSIGN(const milliseconds first, parse_duration(trim(rest.substr(0, times))));
  const auto factor = parse_number<double>(trim(rest.substr(times + 1, power - times - 1)));
  if (!factor || !(*factor >= 1) || *factor > 1000) {
    return not_a_schedule(text, "the factor after '*' is a number from 1 to 1000");
  }
  const auto tries = parse_number<std::size_t>(trim(rest.substr(power + 1)));
  if (!tries || *tries < 1 || *tries > k_most_tries) {
    return not_a_schedule(text, fmt::format("the tries after '^' are 1 to {}", k_most_tries));
  }
  return RetrySchedule{std::string(text), growing_waits(first, *factor, *tries - 1, most)};
}

/// `5m,30m,1h`
Result<RetrySchedule> parse_waits(std::string_view text) {
  RetrySchedule schedule{std::string(text), {}};
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view part = trim(rest.substr(0, end));
    // A bare number is a count of retries to most people, not a number of seconds.
    const bool has_unit = !part.empty() && (part.back() < '0' || part.back() > '9');
    const auto wait = parse_duration(part);
    if (!has_unit || !wait) return not_a_schedule(text, fmt::format("'{}' is no wait", part));
    schedule.waits.push_back(*wait);
    if (schedule.tries() > k_most_tries) {
      return not_a_schedule(text, fmt::format("more than {} tries", k_most_tries));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return schedule;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), the one form that may be sent.
std::optional<UtcTime> parse_http_date(std::string_view text) {
  constexpr std::string_view k_form = "Sun, 06 Nov 1994 08:49:37 GMT";
  constexpr std::string_view k_months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != k_form.size() || !text.ends_with(" GMT")) return std::nullopt;
  const auto month = k_months.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return parse_iso8601(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                   text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace

milliseconds RetrySchedule::duration() const {
  return std::accumulate(waits.begin(), waits.end(), milliseconds(0));
}

RetrySchedule no_retries() {
  return {"none", {}};
}

Result<RetrySchedule> parse_retry_schedule(std::string_view text) {
  if (auto schedule = named(text)) return *std::move(schedule);
  if (text.empty()) return not_a_schedule(text, "it is empty");
  return text.find('*') == std::string_view::npos ? parse_waits(text) : parse_formula(text);
}

std::span<const std::string_view> retry_schedule_names() {
  return k_names;
}

bool is_retried(RetryRule rule, int status) {
  if (status == 0) return true;
  if (rule == RetryRule::transient_failures) return status == 408 || status == 429 || status >= 500;
  return status < 200 || status > 299;
}

std::optional<milliseconds> wait_before_try(const RetrySchedule& schedule, std::size_t next,
                                            std::optional<milliseconds> retry_after) {
  if (next < 2 || next > schedule.tries()) return std::nullopt;
  return std::max(schedule.waits[next - 2], retry_after.value_or(0ms));
}

std::optional<milliseconds> parse_retry_after(std::string_view value, UtcTime now) {
  value = trim(value);
  const bool is_number = !value.empty() && std::all_of(value.begin(), value.end(),
                                                       [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) {
    const auto number = parse_number<std::uint32_t>(value);  // nothing: longer than any bound
    return number ? std::min<milliseconds>(std::chrono::seconds(*number), k_longest_retry_after)
                  : k_longest_retry_after;
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::clamp(std::chrono::ceil<milliseconds>(*date - now), milliseconds(0),
                    k_longest_retry_after);
}

Result<double> parse_speed(std::string_view text) {
  std::string_view digits = text;
  if (digits.ends_with('x')) digits.remove_suffix(1);
  const auto speed = parse_number<double>(digits);
  if (!speed || !(*speed >= 0.001) || !(*speed <= 1e6)) {
    return Error{ErrorKind::usage, fmt::format("'{}' is not a speed", sanitize(text)),
                 "a factor such as 10x or 600x"};
  }
  return *speed;
}

std::chrono::microseconds at_speed(std::chrono::microseconds duration, double speed) {
  return std::chrono::microseconds(
      static_cast<std::int64_t>(static_cast<double>(duration.count()) / speed));
}

}  // namespace terra_hook
