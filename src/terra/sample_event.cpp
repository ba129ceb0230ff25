// SPDX-License-Identifier: MIT
#include "terra/sample_event.hpp"

#include <algorithm>
#include <iterator>

#include "terra/event_type.hpp"
#include "terra/sample_json.hpp"
#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

/// What stands between the type and the user of an event that says little else.
struct PlainNotice {
  std::string_view type;
  std::string_view status;
  std::string_view message;
  bool is_active;  ///< what `user.active` says afterwards
};

constexpr PlainNotice k_plain_notices[] = {
    {"access_revoked", "warning", "The user withdrew access at the provider", false},
    {"connection_degraded", "warning", "The provider answers with errors at the moment", true},
    {"connection_error", "warning",
     "The provider refused the access token; the user may have to connect again", true},
    {"deauth", "success", "The user was deauthenticated", false},
    {"google_no_datasource", "warning", "The account has no source of data", true},
};

std::string with_activity(Person person, bool is_active) {
  person.active = is_active;
  return user_json(person);
}

class NoticeWriter {
 public:
  NoticeWriter(std::string_view type, const Person& person, const NoticeDetails& details)
      : type_(type),
        person_(person),
        details_(details),
        random_({day_key(person, details.date, "notice"), sample_key(type)}) {}

  std::string write() {
    json_.object("", [&] {
      json_.text("type", type_);
      if (type_ == "auth") return write_auth();
      if (type_ == "auth_cancelled") return write_cancelled();
      if (type_ == "user_reauth") return write_reauth();
      if (type_ == "permission_change") return write_permissions();
      if (type_ == "large_request_processing" || type_ == "large_request_sending") {
        return write_large_request();
      }
      if (type_ == "s3_payload") return write_link();
      if (type_ == "processing") return write_processing();
      if (type_ == "rate_limit_hit") return write_rate_limit();
      if (type_ == "healthcheck") return write_healthcheck();
      write_plain();
    });
    return json_.take();
  }

 private:
  void message(std::string_view usual) {
    json_.text("message", details_.message ? std::string_view(*details_.message) : usual);
  }

  void user(bool is_active = true) { json_.raw("user", with_activity(person_, is_active)); }

  void write_auth() {
    json_.text("status", "success");
    message("The user has connected");
    json_.text("widget_session_id", details_.session ? *details_.session : random_.uuid());
    user();
  }

  void write_cancelled() {
    json_.text("status", "error");
    json_.text("flow_id", details_.session ? *details_.session : random_.uuid());
    json_.text("reason", details_.reason ? *details_.reason : "access_denied");
    json_.optional_text("reference_id", person_.reference_id);
  }

  void write_reauth() {
    json_.text("status", "warning");
    message("The user has connected again; the old id is no longer used");
    json_.text("version", k_payload_version);
    json_.raw("new_user", with_activity(person_, true));
    if (!details_.has_old_user) {
      json_.null("old_user");
      return;
    }
    Person old = details_.old_user != nullptr ? *details_.old_user : person_;
    if (details_.old_user == nullptr) old.user_id = random_.uuid();
    json_.raw("old_user", with_activity(old, false));
  }

  void write_permissions() {
    const std::string added = details_.scopes_added.value_or("BODY_EXPORT");
    const std::string removed = details_.scopes_removed.value_or("");
    Person after = person_;
    if (!added.empty()) after.scopes += (after.scopes.empty() ? "" : ",") + added;
    json_.text("status", "warning");
    message("The user changed what may be read");
    json_.text("version", k_payload_version);
    json_.text("scopes_added", added);
    json_.text("scopes_removed", removed);
    json_.raw("user", user_json(after));
  }

  void write_large_request() {
    const bool is_sending = type_ == "large_request_sending";
    if (!is_sending) json_.text("status", "processing");
    json_.text("reference", details_.reference ? *details_.reference : random_.uuid());
    message(is_sending ? "The payloads of a large request are on their way"
                       : "A large request is being worked on; its payloads will follow");
    if (is_sending) json_.whole("expected_payloads", details_.payloads.value_or(3));
    user();
  }

  // `.example` belongs to nobody (RFC 2606).
  void write_link() {
    json_.text("status", "success");
    json_.text("url", details_.url
                          ? *details_.url
                          : "https://terra-payloads.example/" + random_.uuid() +
                                ".json?X-Amz-Expires=300&X-Amz-Signature=" + random_.hex(64));
    json_.whole("expires_in", details_.expires_in.value_or(300));
  }

  void write_processing() {
    json_.text("status", "success");
    message("The provider prepares the data");
    json_.whole("retry_after_seconds", details_.retry_after.value_or(60));
    user();
  }

  void write_rate_limit() {
    message("The provider takes no more requests for now");
    json_.text("start_date", date_text(details_.date - std::chrono::days(30)));
    json_.text("end_date", date_text(details_.date));
    json_.text("retrying_at", local_stamp(details_.date + std::chrono::hours(15), {}));
    user();
  }

  void write_healthcheck() {
    json_.text("status", "success");
    json_.text("creation_timestamp", local_stamp(details_.date + std::chrono::hours(12), {}));
    json_.decimal("trend_percentage", random_.uniform(-8, 8), 1);
    json_.whole("sent_webhooks_last_hour", random_.whole(20, 900));
  }

  void write_plain() {
    const auto row = std::find_if(std::begin(k_plain_notices), std::end(k_plain_notices),
                                  [&](const PlainNotice& notice) { return notice.type == type_; });
    if (row != std::end(k_plain_notices)) {
      json_.text("status", row->status);
      message(row->message);
      return user(row->is_active);
    }
    json_.text("version", k_payload_version);
    message("Something new has happened");
    user();
  }

  std::string_view type_;
  const Person& person_;
  const NoticeDetails& details_;
  SampleRandom random_;
  JsonText json_;
};

}  // namespace

std::string user_json(const Person& person) {
  JsonText json;
  json.object("", [&] {
    json.text("user_id", person.user_id);
    json.text("provider", person.provider);
    json.optional_text("last_webhook_update", person.last_webhook_update);
    json.text("scopes", person.scopes);
    json.optional_text("reference_id", person.reference_id);
    json.boolean("active", person.active);
  });
  return json.take();
}

bool has_sample_records(std::string_view type) {
  return type == "athlete" || find_event_type(type).has_records;
}

std::string data_event(std::string_view type, const Person& person,
                       std::span<const std::string> records) {
  JsonText json;
  json.object("", [&] {
    json.text("type", type);
    json.text("version", k_payload_version);
    json.raw("user", user_json(person));
    if (type == "athlete") {
      json.raw("athlete", records.empty() ? std::string_view("{}") : records.front());
      return;
    }
    json.array("data", [&] {
      for (const std::string& record : records) json.raw("", record);
    });
  });
  return json.take();
}

std::vector<std::string> event_records(std::string_view type, const Person& person, LocalDate date,
                                       const SampleOptions& options) {
  if (const auto data_type = parse_data_type(type)) {
    return sample_records(person, *data_type, date, options);
  }
  const SampleDay day{person, date, options};
  if (type == "hormone") return {hormone_record(day)};
  if (type == "health_observation") return {observation_record(day)};
  if (type == "planned_workout") return {planned_workout_record(day)};
  return {};
}

std::string notice_event(std::string_view type, const Person& person,
                         const NoticeDetails& details) {
  if (type == "lab_report.completed") return lab_report_event(person, details.date);
  if (type == "lab_report.failed") return lab_failure_event(person, details.date);
  if (type == "lab_report") return old_lab_report_event(person, details.date);
  if (type == "order.status_changed") return order_event(person, details.date);
  if (type == "order_item.results_status_change") return order_item_event(person, details.date);
  return NoticeWriter(type, person, details).write();
}

}  // namespace terra_hook
