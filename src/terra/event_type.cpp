// SPDX-License-Identifier: MIT
#include "terra/event_type.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "terra/event_rows.hpp"

namespace terra_hook {
namespace {

// What says all that there is to say of most operational events.
constexpr std::string_view k_message_line[] = {"{$.message|text}"};

constexpr CardRow k_user_rows[] = {
    {"message", "{$.message|text}"},
    {"reason", "{$.reason|text}"},
    {"user", "{$.user.user_id|text}"},
    {"provider", "{$.user.provider,$.provider|text}"},
    {"reference id", "{$.user.reference_id,$.reference_id|text}"},
    {"active", "{$.user.active|yes}"},
    {"scopes", "{$.user.scopes|list}"},
    {"last webhook", "{$.user.last_webhook_update|time}"},
    {"flow id", "{$.flow_id|text}"},
    {"widget session", "{$.widget_session_id|text}"},
    {"retry after", "{$.retry_after_seconds|wait}"},
    {"range", "[from {$.start_date|date} ][to {$.end_date|date}]"},
    {"retrying at", "{$.retrying_at|time}"},
    {"reference", "{$.reference|text}"},
    {"payloads", "{$.expected_payloads|int}"},
};

constexpr CardGroup k_connection_groups[] = {{"Connection", k_user_rows}};
constexpr CardGroup k_event_groups[] = {{"Event", k_user_rows}};
constexpr CardGroup k_request_groups[] = {{"Request", k_user_rows}};

constexpr std::string_view k_auth_line[] = {
    "{$.status|outcome}",
    "{$.reason|text}",
    "scopes {$.user.scopes|some}",
};

constexpr std::string_view k_cancelled_line[] = {"cancelled[: {$.reason,$.message|text}]"};

constexpr std::string_view k_reauth_line[] = {
    "{$.old_user.user_id|id} → {$.new_user.user_id,$.user.user_id|id}",
};

constexpr CardRow k_reauth_rows[] = {
    {"message", "{$.message|text}"},
    {"new user", "{$.new_user.user_id|text}[, {$.new_user.provider|text}]"},
    {"its reference", "{$.new_user.reference_id|text}"},
    {"its scopes", "{$.new_user.scopes|list}"},
    {"old user", "{$.old_user.user_id,$.old_user|text}[, {$.old_user.provider|text}]"},
    {"its reference", "{$.old_user.reference_id|text}"},
    {"active", "{$.old_user.active|yes}"},
};

constexpr CardGroup k_reauth_groups[] = {{"Connection", k_reauth_rows}};

constexpr std::string_view k_permission_line[] = {
    "added {$.scopes_added|some}",
    "removed {$.scopes_removed|some}",
};

constexpr CardRow k_permission_rows[] = {
    {"message", "{$.message|text}"},
    {"added", "{$.scopes_added|list}"},
    {"removed", "{$.scopes_removed|list}"},
    {"scopes now", "{$.user.scopes|list}"},
    {"user", "{$.user.user_id|text}"},
    {"provider", "{$.user.provider|text}"},
    {"reference id", "{$.user.reference_id|text}"},
};

constexpr CardGroup k_permission_groups[] = {{"Permissions", k_permission_rows}};

constexpr std::string_view k_processing_line[] = {
    "retry after {$.retry_after_seconds|wait}",
    "{$.message|text}",
};

constexpr std::string_view k_large_processing_line[] = {
    "reference {$.reference|id}",
    "{$.message|text}",
};

constexpr std::string_view k_large_sending_line[] = {
    "{$.expected_payloads|int} payload{$.expected_payloads|s} to come",
    "reference {$.reference|id}",
};

constexpr std::string_view k_rate_limit_line[] = {
    "retrying at {$.retrying_at|time}",
    "[for {$.start_date|date}][ to {$.end_date|date}]",
    "{$.message|text}",
};

// When it expires is said beside the line, from when it came: this text is kept and read later.
constexpr std::string_view k_s3_line[] = {"{$.url|host}"};

constexpr CardRow k_s3_rows[] = {
    {"host", "{$.url|host}"},
    {"good for", "{$.expires_in|wait}"},
    {"reference", "{$.payload_reference|text}"},
};

constexpr CardGroup k_s3_groups[] = {{"Payload", k_s3_rows}};

constexpr std::string_view k_healthcheck_line[] = {
    "{$.sent_webhooks_last_hour|int} webhooks in the last hour",
    "trend {$.trend_percentage|n}%",
};

constexpr CardRow k_healthcheck_rows[] = {
    {"created", "{$.creation_timestamp|time}"},
    {"last hour", "{$.sent_webhooks_last_hour|int} webhooks sent"},
    {"trend", "{$.trend_percentage|n} %"},
};

constexpr CardGroup k_healthcheck_groups[] = {{"Health check", k_healthcheck_rows}};

constexpr std::string_view k_athlete_line[] = {
    "{$.athlete.first_name|text}[ {$.athlete.last_name|text}]",
    "[{$.athlete.city|text}, ][{$.athlete.country|text}]",
};

constexpr CardRow k_athlete_rows[] = {
    {"name", "[{$.athlete.first_name|text}][ {$.athlete.last_name|text}]"},
    {"sex", "{$.athlete.sex|text}"},
    {"gender", "{$.athlete.gender|text}"},
    {"age", "{$.athlete.age|int}"},
    {"born", "{$.athlete.date_of_birth|date}"},
    {"e-mail", "{$.athlete.email|text}"},
    {"city", "{$.athlete.city|text}"},
    {"state", "{$.athlete.state|text}"},
    {"country", "{$.athlete.country|text}"},
    {"bio", "{$.athlete.bio|text}"},
    {"account since", "{$.athlete.account_creation_date|time}"},
    {"provider's id", "{$.athlete.provider_user_id|text}"},
};

constexpr CardGroup k_athlete_groups[] = {{"Athlete", k_athlete_rows}};

constexpr std::string_view k_lab_failed_line[] = {
    "{$.data.error.code|text}[: {$.data.error.message|text}]",
    "{$.data.error.retriable|if}retriable",
};

constexpr CardRow k_lab_failed_rows[] = {
    {"error", "{$.data.error.code|text}"},         {"message", "{$.data.error.message|text}"},
    {"retriable", "{$.data.error.retriable|yes}"}, {"reference id", "{$.data.reference_id|text}"},
    {"session id", "{$.data.session_id|text}"},    {"event id", "{$.event_id|text}"},
    {"occurred", "{$.occurred_at|time}"},
};

constexpr CardGroup k_lab_failed_groups[] = {{"Lab report", k_lab_failed_rows}};

constexpr std::string_view k_order_line[] = {
    "order {$.data.order_id|text}",
    "{$.data.status|status}",
};

constexpr CardRow k_order_rows[] = {
    {"order", "{$.data.order_id|text}"},
    {"status", "{$.data.status|status}"},
    {"tracking", "{$.data.tracking_number|text}"},
    {"supplier's item", "{$.data.supplier_item_id|text}"},
    {"time", "{$.timestamp|epoch}"},
    {"event id", "{$.event_id|text}"},
};

constexpr CardGroup k_order_groups[] = {{"Order", k_order_rows}};

constexpr std::string_view k_order_item_line[] = {
    "order {$.data.order_id|text}[ item {$.data.order_item_id|text}]",
    "{$.data.results_status|status}",
    "{$.data.failure_cause|status}",
};

// The test taker's names and addresses stay out of it: they are in the body.
constexpr CardRow k_order_item_rows[] = {
    {"order", "{$.data.order_id|text}"},
    {"item", "{$.data.order_item_id|text}"},
    {"variant", "{$.data.variant_id|text}"},
    {"results", "{$.data.results_status|status}"},
    {"failure", "{$.data.failure_cause|status}"},
    {"escalation", "{$.data.escalation_level|text}"},
    {"acknowledge by", "{$.data.acknowledgment_due_by|text}"},
    {"test taker", "{$.data.test_taker.test_taker_id|text}"},
    {"time", "{$.timestamp|epoch}"},
    {"event id", "{$.event_id|text}"},
};

constexpr CardGroup k_order_item_groups[] = {{"Results", k_order_item_rows}};

constexpr std::string_view k_old_lab_line[] = {
    "{$.data.results_count,$.data.results|int} results",
    "{$.message|text}",
};

// Those that most types have.
constexpr std::string_view k_any_keys[] = {"metadata.summary_id",
                                           "metadata.start_time metadata.end_time",
                                           "metadata.start_time", "timestamp", "id"};

const EventType& unknown_type() {
  static constexpr EventType k_row{.name = "",
                                   .tone = Tone::neutral,
                                   .line = k_message_line,
                                   .groups = k_event_groups,
                                   .keys = k_any_keys};
  return k_row;
}

std::vector<EventType> make_table() {
  const auto simple = [](std::string_view name, Tone tone) {
    return EventType{name, tone, k_message_line, k_connection_groups};
  };
  std::vector<EventType> table = {
      simple("access_revoked", Tone::warning),
      k_activity_row,
      {"athlete", Tone::data, k_athlete_line, k_athlete_groups},
      {"auth", Tone::good, k_auth_line, k_connection_groups},
      {"auth_cancelled", Tone::bad, k_cancelled_line, k_connection_groups},
      k_body_row,
      simple("connection_degraded", Tone::warning),
      simple("connection_error", Tone::warning),
      k_daily_row,
      simple("deauth", Tone::warning),
      simple("google_no_datasource", Tone::warning),
      k_health_observation_row,
      {"healthcheck", Tone::neutral, k_healthcheck_line, k_healthcheck_groups},
      k_hormone_row,
      {"lab_report", Tone::neutral, k_old_lab_line, k_event_groups},
      k_lab_completed_row,
      {"lab_report.failed", Tone::bad, k_lab_failed_line, k_lab_failed_groups},
      {"large_request_processing", Tone::neutral, k_large_processing_line, k_request_groups},
      {"large_request_sending", Tone::neutral, k_large_sending_line, k_request_groups},
      k_menstruation_row,
      k_nutrition_row,
      {"order.status_changed", Tone::neutral, k_order_line, k_order_groups},
      {"order_item.results_status_change", Tone::neutral, k_order_item_line, k_order_item_groups},
      {"permission_change", Tone::warning, k_permission_line, k_permission_groups},
      k_planned_workout_row,
      {"processing", Tone::neutral, k_processing_line, k_request_groups},
      {"rate_limit_hit", Tone::warning, k_rate_limit_line, k_request_groups},
      {"s3_payload", Tone::neutral, k_s3_line, k_s3_groups},
      k_sleep_row,
      {"user_reauth", Tone::warning, k_reauth_line, k_reauth_groups},
  };
  return table;
}

const std::vector<EventType>& table() {
  static const std::vector<EventType> rows = make_table();
  return rows;
}

}  // namespace

std::span<const EventType> event_types() {
  return table();
}

const EventType& find_event_type(std::string_view name) {
  std::string spelling(name);
  std::replace(spelling.begin(), spelling.end(), '-', '_');
  if (spelling == "s3_upload") spelling = "s3_payload";
  for (const EventType& type : table()) {
    if (type.name == spelling) return type;
  }
  return unknown_type();
}

}  // namespace terra_hook
