// SPDX-License-Identifier: MIT
#include "commands/delivery_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/header_field.hpp"
#include "base/size.hpp"
#include "capture/store.hpp"
#include "commands/capture_names.hpp"
#include "commands/diff.hpp"
#include "commands/options.hpp"
#include "render/capture_text.hpp"
#include "render/card_text.hpp"
#include "render/forward_hint.hpp"
#include "render/forward_text.hpp"
#include "render/redacted_capture.hpp"

namespace terra_hook {
namespace {

/// More is not read at a glance; `show` has it all.
constexpr std::size_t k_max_page_lines = 20'000;
constexpr std::size_t k_samples_on_page = 5;
constexpr std::size_t k_string_columns_on_page = 1000;
/// Both are held as trees while somebody waits for the screen.
constexpr std::uint64_t k_max_diffed = 16ULL << 20;
constexpr std::int64_t k_most_looked_at = 200;

JsonViewOptions page_view(const Style& style) {
  JsonViewOptions view;
  view.width = style.width;
  view.max_lines = k_max_page_lines;
  view.max_samples = k_samples_on_page;
  view.max_string_columns = k_string_columns_on_page;
  return view;
}

/// The newest capture before `capture` that is about the same record, else that is of the same user
/// and type, else of the type; 0 when there is none.
Result<std::int64_t> previous_of(const Capture& capture, StoreReader& store) {
  CaptureFilter filter;
  filter.last_number = capture.number - 1;
  filter.last = k_most_looked_at;
  if (capture.summary.event_type) filter.types = {*capture.summary.event_type};
  filter.user_id = capture.summary.user_id;
  std::int64_t same_record = 0;
  std::int64_t same_user = 0;
  TRY(store.list(filter, [&](const Capture& other) {
    same_user = other.number;
    if (other.summary.first_record == capture.summary.first_record) same_record = other.number;
    return true;
  }));
  if (same_user != 0) return same_record != 0 ? same_record : same_user;
  filter.user_id.reset();
  filter.last = 1;
  std::int64_t same_type = 0;
  TRY(store.list(filter, [&](const Capture& other) {
    same_type = other.number;
    return true;
  }));
  return same_type;
}

/// Of a media type such as `application/json` or `application/problem+json`.
bool is_called_json(const HeaderFields& fields) {
  const std::string type = to_lower(find_field(fields, "Content-Type").value_or(""));
  const std::string_view media = std::string_view(type).substr(0, type.find_first_of("; \t"));
  return media.ends_with("/json") || media.ends_with("+json");
}

}  // namespace

Result<Capture> DeliveryPages::load(std::int64_t number) const {
  TRY_ASSIGN(StoreReader store, StoreReader::open(store_));
  return load_capture(store, number);
}

Capture DeliveryPages::shown(Capture capture) const {
  return redactor_ ? redacted(capture, *redactor_, k_default_max_body) : std::move(capture);
}

Result<Capture> DeliveryPages::load_shown(std::int64_t number) const {
  TRY_ASSIGN(Capture capture, load(number));
  return shown(std::move(capture));
}

Result<std::string> DeliveryPages::response_text(const ListedDelivery& delivery,
                                                 const Style& style) const {
  std::string text;
  if (delivery.is_waiting) {
    text = "the target has not answered yet\n";
  } else if (delivery.status) {
    text = fmt::format("the sender was answered {}{}\n", *delivery.status,
                       delivery.elapsed ? " in " + to_human_duration(*delivery.elapsed) : "");
  } else {
    text = "the sender got no answer\n";
  }
  TRY_ASSIGN(StoreReader store, StoreReader::open(store_));
  TRY_ASSIGN(std::vector<Attempt> attempts, store.attempts(delivery.capture.number));
  if (redactor_) {
    for (Attempt& attempt : attempts) attempt = redacted(attempt, *redactor_);
  }
  text += attempts.empty() ? "\nit was sent to no target; r replays it to --forward-to\n" : "\n";
  for (const Attempt& attempt : attempts) text += attempt_line(attempt, style);
  for (const Attempt& attempt : attempts) {
    if (const std::string hint = status_hint(delivery.capture, attempt); !hint.empty()) {
      text += "\n" + style.paint(style.warn, style.clean(hint)) + "\n";
    }
    if (attempt.headers.empty() && attempt.body.empty()) continue;
    text += "\n" +
            style.paint(style.dim, fmt::format("what {} answered", style.clean(attempt.target))) +
            "\n" + header_text(attempt.headers, style) + "\n";
    Capture answer;
    answer.headers = attempt.headers;
    answer.body = attempt.body;
    JsonViewOptions view = page_view(style);
    view.may_be_text = !is_called_json(attempt.headers);
    text += body_text(answer, view, k_default_max_body, style);
    if (attempt.body.size() < attempt.body_size) {
      text += style.paint(style.dim,
                          fmt::format("(its first {} of {})", to_human_size(attempt.body.size()),
                                      to_human_size(attempt.body_size))) +
              "\n";
    }
  }
  return text;
}

Result<std::string> DeliveryPages::diff_text(std::int64_t number, const Style& style) const {
  TRY_ASSIGN(StoreReader store, StoreReader::open(store_));
  TRY_ASSIGN(Capture capture, load_capture(store, number));
  TRY_ASSIGN(const std::int64_t previous, previous_of(capture, store));
  if (previous == 0) return std::string("there is no earlier one of this type\n");
  TRY_ASSIGN(Capture before, load_capture(store, previous));
  if (std::max(capture.body_size, before.body_size) > k_max_diffed) {
    return Error{ErrorKind::input, "they are too large to be compared here",
                 fmt::format("terra-hook diff{} {} {}", store_flag_, previous, number)};
  }
  return diff_captures(shown(std::move(before)), shown(std::move(capture)), style);
}

Result<std::string> DeliveryPages::kept_text(const PageContent& content,
                                             const ListedDelivery& delivery,
                                             const Style& style) const {
  if (content.page == ListenPage::diff) return diff_text(content.number, style);
  if (content.tab == DetailTab::response) return response_text(delivery, style);
  TRY_ASSIGN(const Capture capture, load_shown(content.number));
  if (content.tab == DetailTab::headers) return header_text(capture.headers, style);
  if (content.tab == DetailTab::json) {
    return body_text(capture, page_view(style), k_default_max_body, style);
  }
  return capture_card(capture, {}, style.width, k_default_max_body, style) + "\n" +
         capture_facts(capture, store_flag_, style);
}

std::string DeliveryPages::text(const PageContent& content, const ListedDelivery& delivery,
                                const Style& style) const {
  if (store_.empty()) {
    return capture_facts(delivery.capture, store_flag_, style) + "\n" +
           style.paint(style.warn,
                       "nothing is kept (--no-store): header fields and body are gone") +
           "\n";
  }
  Result<std::string> text = kept_text(content, delivery, style);
  if (text) return *std::move(text);
  const Error& error = text.error();
  return style.paint(style.bad, style.clean(error.message)) + "\n" + style.clean(error.hint) + "\n";
}

}  // namespace terra_hook
