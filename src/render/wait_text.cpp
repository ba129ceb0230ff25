// SPDX-License-Identifier: MIT
#include "render/wait_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/count.hpp"
#include "base/shell_quote.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "http/response.hpp"
#include "render/progress_bar.hpp"
#include "render/request_text.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

using WaitJson = nlohmann::ordered_json;

constexpr std::size_t k_most_trace_ids = 10'000;
constexpr std::size_t k_most_missing_listed = 1000;

bool is_announcement(const Capture& capture) {
  return is_large_request(capture.summary.event_type);
}

void add_announcement(WaitProgress& progress, const Capture& capture) {
  progress.is_large = true;
  progress.has_begun = true;
  if (capture.summary.expected_payloads) {
    progress.chunks.expected = capture.summary.expected_payloads;
  }
}

/// Whether a delivery of data has not been counted yet.
bool is_first_time(WaitProgress& progress, const Capture& capture) {
  if (capture.ids.chunk) {
    if (progress.chunks.chunks.contains(*capture.ids.chunk)) return false;
    progress.is_large = true;
    progress.chunks.chunks.add(*capture.ids.chunk);
    return true;
  }
  if (!capture.ids.trace_id) return !capture.duplicate_of;
  if (progress.trace_ids.size() >= k_most_trace_ids) return !capture.duplicate_of;
  return progress.trace_ids.insert(*capture.ids.trace_id).second;
}

std::string wait_line_of(const WaitJson& object) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(object.dump(-1, ' ', false, WaitJson::error_handler_t::replace)) + "\n";
}

WaitJson wait_text_or_null(const std::string& text) {
  return text.empty() ? WaitJson(nullptr) : WaitJson(text);
}

}  // namespace

bool WaitProgress::is_complete() const {
  if (!is_large) return deliveries > 0;
  if (!chunks.expected) return false;
  // A destination may leave the chunks' numbers away.
  if (chunks.chunks.empty()) return deliveries >= *chunks.expected;
  return chunks.chunks.missing(*chunks.expected).empty();
}

std::optional<double> WaitProgress::share() const {
  if (!chunks.expected || *chunks.expected < 1) return std::nullopt;
  return std::min(1.0, static_cast<double>(deliveries) / static_cast<double>(*chunks.expected));
}

void add_to_wait(WaitProgress& progress, const Capture& capture) {
  if (progress.first_capture == 0) progress.first_capture = capture.number;
  progress.last_capture = std::max(progress.last_capture, capture.number);
  if (is_unauthentic(capture.verdict)) {
    ++progress.refused;
  } else if (capture.answered && !is_success(static_cast<int>(*capture.answered))) {
    ++progress.failed;
  } else if (is_announcement(capture)) {
    add_announcement(progress, capture);
  } else if (is_first_time(progress, capture)) {
    ++progress.deliveries;
    progress.records += capture.summary.record_count.value_or(0);
    progress.bytes += capture.body_size;
  } else {
    ++progress.duplicates;
  }
}

std::string wait_state_text(const WaitProgress& progress, const Style& style) {
  std::string text;
  if (!progress.is_large) {
    text = progress.deliveries == 0
               ? "nothing has come yet"
               : counted(static_cast<std::uint64_t>(progress.deliveries), "delivery", "deliveries");
  } else if (progress.chunks.is_blank()) {
    text = progress.has_begun ? "Terra is preparing it" : "not announced yet";
  } else if (progress.chunks.chunks.empty()) {
    text = fmt::format("{}/{} payloads", progress.deliveries, *progress.chunks.expected);
  } else {
    text = progress_text(progress.chunks, style);
  }
  const auto add = [&text](std::int64_t count, std::string_view what) {
    if (count == 0) return;
    text += fmt::format("; {} {}", grouped_digits(static_cast<std::uint64_t>(count)), what);
  };
  add(progress.refused, "with a signature that fails");
  add(progress.failed, "answered other than 2xx");
  add(progress.unanswered, "not answered yet");
  return text;
}

std::string wait_line(const WaitProgress& progress, std::chrono::milliseconds elapsed,
                      std::chrono::milliseconds limit, const Style& style) {
  using std::chrono::seconds;
  std::string facts = " " + wait_state_text(progress, style);
  if (progress.deliveries > 0) {
    facts +=
        fmt::format("  {}  {}", counted(static_cast<std::uint64_t>(progress.records), "record"),
                    to_human_size(progress.bytes));
  }
  facts += fmt::format("  {} of {}", to_human_duration(std::chrono::floor<seconds>(elapsed)),
                       to_human_duration(limit));
  std::string front(spinner_figure(elapsed, style));
  if (const auto share = progress.share()) {
    if (std::string bar = bar_before(facts, *share, style); !bar.empty()) front = std::move(bar);
  }
  return moving_line(front + facts, style);
}

std::string wait_result_text(const WaitProgress& progress, std::chrono::milliseconds elapsed,
                             std::string_view store_flag, const Style& style) {
  std::string text = "complete: ";
  text += progress.is_large
              ? fmt::format("{} of {} payloads", progress.deliveries,
                            progress.chunks.expected.value_or(progress.deliveries))
              : counted(static_cast<std::uint64_t>(progress.deliveries), "delivery", "deliveries");
  text +=
      fmt::format(", {}, {} in {}", counted(static_cast<std::uint64_t>(progress.records), "record"),
                  to_human_size(progress.bytes), to_human_duration(elapsed));
  if (progress.duplicates > 0) {
    text += ", " + counted(static_cast<std::uint64_t>(progress.duplicates), "duplicate");
  }
  if (progress.refused > 0) {
    text += fmt::format(", {} with a signature that fails", progress.refused);
  }
  if (progress.failed > 0) text += fmt::format(", {} answered other than 2xx", progress.failed);
  return text + fmt::format("\n  terra-hook list{} --terra-reference {} shows them\n", store_flag,
                            style.clean(shell_quote(progress.reference)));
}

std::string wait_json(std::string_view type, const WaitProgress& progress) {
  WaitJson object{{"type", type}, {"terra_reference", progress.reference}};
  const RequestProgress& chunks = progress.chunks;
  object["is_large"] = progress.is_large;
  object["expected_payloads"] = chunks.expected ? WaitJson(*chunks.expected) : WaitJson(nullptr);
  object["deliveries"] = progress.deliveries;
  WaitJson& missing = object["missing_chunks"] = WaitJson::array();
  for (const ChunkSpan& span : chunks.chunks.missing(chunks.expected.value_or(0))) {
    for (std::int64_t n = span.first; n <= span.last && missing.size() < k_most_missing_listed;
         ++n) {
      missing.push_back(n);
    }
  }
  object["is_complete"] = progress.is_complete();
  object["records"] = progress.records;
  object["bytes"] = progress.bytes;
  object["duplicates"] = progress.duplicates;
  object["refused"] = progress.refused;
  object["failed"] = progress.failed;
  object["unanswered"] = progress.unanswered;
  object["first_capture"] =
      progress.first_capture > 0 ? WaitJson(progress.first_capture) : WaitJson(nullptr);
  object["last_capture"] =
      progress.last_capture > 0 ? WaitJson(progress.last_capture) : WaitJson(nullptr);
  return wait_line_of(object);
}

std::string requested_json(const ApiAccepted& accepted) {
  WaitJson object{{"type", "requested"}, {"data_type", accepted.what}};
  object["user_id"] = wait_text_or_null(accepted.user);
  object["start_date"] =
      accepted.range ? WaitJson(accepted.range->start.text()) : WaitJson(nullptr);
  object["end_date"] = accepted.range ? WaitJson(accepted.range->end.text()) : WaitJson(nullptr);
  object["terra_reference"] = wait_text_or_null(accepted.reference);
  object["message"] = wait_text_or_null(accepted.message);
  return wait_line_of(object);
}

}  // namespace terra_hook
