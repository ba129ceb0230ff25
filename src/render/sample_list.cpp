// SPDX-License-Identifier: MIT
#include "render/sample_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/terminal.hpp"
#include "render/wrap.hpp"
#include "terra/event_type.hpp"
#include "terra/odd_deliveries.hpp"
#include "terra/sample_event.hpp"

namespace terra_hook {
namespace {

using ListJson = nlohmann::ordered_json;

constexpr std::size_t k_odd_columns = 20;

constexpr std::pair<std::string_view, std::string_view> k_abouts[] = {
    {"access_revoked", "the user withdrew access at the provider"},
    {"activity", "a workout"},
    {"athlete", "who the user is; an object, not data[]"},
    {"auth", "a user connected"},
    {"auth_cancelled", "a user did not connect; has no user"},
    {"body", "weight, blood pressure or glucose"},
    {"connection_degraded", "the provider has trouble (older)"},
    {"connection_error", "the provider refuses the token"},
    {"daily", "a day's steps, heart rate, stress"},
    {"deauth", "a user left"},
    {"google_no_datasource", "a Google account without data"},
    {"health_observation", "a symptom"},
    {"healthcheck", "Terra's own counters; has no user"},
    {"hormone", "hormone levels"},
    {"lab_report", "a report was read (older, flat form)"},
    {"lab_report.completed", "a laboratory report's results"},
    {"lab_report.failed", "a laboratory report that can't be read"},
    {"large_request_processing", "a large request is worked on"},
    {"large_request_sending", "how many payloads are to come"},
    {"menstruation", "where in her cycle a user is"},
    {"nutrition", "meals and drinks"},
    {"order.status_changed", "Vantage: an order"},
    {"order_item.results_status_change", "Vantage: results of an order"},
    {"permission_change", "the user changed what may be read"},
    {"planned_workout", "a workout to come"},
    {"processing", "the provider needs time"},
    {"rate_limit_hit", "the provider takes no more requests"},
    {"s3_payload", "where a payload can be fetched; has no user"},
    {"sleep", "a night"},
    {"user_reauth", "a user's id has changed"},
};

std::string_view about(std::string_view name) {
  for (const auto& [known, text] : k_abouts) {
    if (known == name) return text;
  }
  return "";
}

std::string_view answer_of(const OddDelivery& odd) {
  return odd.is_refused ? "401" : "2xx";
}

}  // namespace

std::string sample_list_text(const Style& style) {
  const std::size_t width = std::clamp<std::size_t>(style.width, 60, 100);
  std::size_t columns = 0;
  for (const EventType& type : event_types()) columns = std::max(columns, type.name.size());
  std::string text = style.paint(style.bold, "Event types") + "\n";
  for (const EventType& type : event_types()) {
    text +=
        "  " + pad(type.name, columns) + "  " + wrap(about(type.name), width, columns + 4) + "\n";
  }
  text +=
      "\n" + style.paint(style.bold, "Odd deliveries") + " (--pack NAME, --pack edge for all)\n";
  constexpr std::size_t k_margin = k_odd_columns + 9;
  for (const OddDelivery& odd : odd_deliveries()) {
    text += "  " + style.paint(style.id, pad(odd.name, k_odd_columns)) + "  " +
            std::string(answer_of(odd)) + "  " + wrap(odd.sent, width, k_margin) + "\n" +
            std::string(k_margin, ' ') + style.paint(style.dim, wrap(odd.why, width, k_margin)) +
            "\n";
  }
  return text;
}

std::string sample_list_json() {
  std::string text;
  for (const EventType& type : event_types()) {
    text += ListJson{{"type", "event_type"},
                     {"name", type.name},
                     {"about", about(type.name)},
                     {"has_records", has_sample_records(type.name)}}
                .dump() +
            "\n";
  }
  for (const OddDelivery& odd : odd_deliveries()) {
    text += ListJson{{"type", "odd_delivery"},
                     {"name", odd.name},
                     {"sent", odd.sent},
                     {"why", odd.why},
                     {"expect_status", answer_of(odd)},
                     {"needs_secret", odd.is_about_signature}}
                .dump() +
            "\n";
  }
  return text;
}

}  // namespace terra_hook
