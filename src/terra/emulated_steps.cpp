// SPDX-License-Identifier: MIT
// What scripts and the control endpoint have people do.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "http/url.hpp"
#include "terra/emulated_terra.hpp"
#include "terra/sample_person.hpp"

namespace terra_hook {
namespace {

using StepJson = nlohmann::ordered_json;

std::string step_dump(const StepJson& json) {
  return json.dump(-1, ' ', false, StepJson::error_handler_t::replace);
}

Error step_error(std::string message, std::string hint = {}) {
  return {ErrorKind::input, std::move(message), std::move(hint)};
}

/// Enough of a UUID to tell users apart.
std::string short_id(const Connection& user) {
  return user.user_id.substr(0, 8);
}

/// The parts of a comma list that are not empty.
std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view part = trim(list.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

/// The data types that are named; all when none is.
Result<std::vector<std::string>> types_of(const Step& step) {
  std::vector<std::string> types = parts_of(step.argument("type").value_or(""));
  for (const std::string& type : types) {
    if (parse_data_type(type)) continue;
    const std::string suggestion =
        did_you_mean(type, {std::begin(k_dated_types), std::end(k_dated_types)});
    return step_error(fmt::format("'{}' is not a data type", sanitize(type)),
                      suggestion.empty()
                          ? "activity, athlete, body, daily, menstruation, nutrition or sleep"
                          : suggestion);
  }
  if (types.empty()) types.assign(std::begin(k_dated_types), std::end(k_dated_types));
  return types;
}

/// What to say of a provider that nobody is made up for; "" of the others.
std::string provider_note(const std::string& provider) {
  std::vector<std::string> known;
  for (const ProviderTraits& traits : all_providers()) known.emplace_back(traits.name);
  if (std::ranges::find(known, provider) != known.end()) return "";
  const std::string suggestion = did_you_mean(provider, known);
  return fmt::format("no provider '{}' is known here{}{}", sanitize(provider),
                     suggestion.empty() ? "" : "; ", suggestion);
}

std::string changed_scopes(std::string_view scopes, std::string_view added,
                           std::string_view removed) {
  std::vector<std::string> all = parts_of(scopes);
  for (const std::string& scope : parts_of(removed)) std::erase(all, scope);
  for (std::string& scope : parts_of(added)) all.push_back(std::move(scope));
  return fmt::format("{}", fmt::join(all, ","));
}

Result<bool> switch_of_step(const Step& step, std::string_view name, bool otherwise) {
  const auto text = step.argument(name);
  if (!text) return otherwise;
  if (*text == "true") return true;
  if (*text == "false") return false;
  return step_error(fmt::format("{} is '{}', neither true nor false", name, sanitize(*text)));
}

}  // namespace

Result<Connection*> EmulatedTerra::user_of(const Step& step) {
  const std::string name = step.argument("user").value_or("");
  Connection* user = connections_.find(name);
  if (user != nullptr) return user;
  return step_error(fmt::format("there is no user '{}'", sanitize(name)),
                    "a user_id, a reference_id, or a number from 1");
}

Result<Day> EmulatedTerra::day_of(const Step& step, std::string_view name, Day otherwise) const {
  const auto text = step.argument(name);
  if (!text) return otherwise;
  if (const auto day = parse_relative_day(*text, options_.today)) return *day;
  return step_error(fmt::format("{} is '{}', not a date", name, sanitize(*text)),
                    "2026-07-01, today, yesterday or 30d ago");
}

Result<StepDone> EmulatedTerra::connect_step(const Step& step) {
  Connection& user = connect(step.argument("provider").value_or(""), step.argument("reference_id"));
  StepDone done;
  done.emissions.push_back(emit_connected(user, ids_.next()));
  done.text = fmt::format("{} {} connected", user.provider, short_id(user));
  StepJson told{{"user_id", user.user_id}, {"provider", user.provider}};
  if (const std::string note = provider_note(user.provider); !note.empty()) {
    done.text += "; " + note;
    told["note"] = note;
  }
  done.json = step_dump(told);
  return done;
}

Result<StepDone> EmulatedTerra::sync_step(const Step& step) {
  TRY_ASSIGN(Connection* const user, user_of(step));
  TRY_ASSIGN(const Day day, day_of(step, "date", options_.today));
  TRY_ASSIGN(const std::vector<std::string> types, types_of(step));
  TRY_ASSIGN(const bool with_samples, switch_of_step(step, "with_samples", options_.with_samples));
  StepDone done;
  StepJson sent = StepJson::array();
  for (const std::string& type : types) {
    RecordSpan span{user->person, type, {day, day + std::chrono::days(1)}, with_samples};
    bool is_empty = true;
    for_each_record(span, source_, [&](const std::string&) { return is_empty = false; });
    if (is_empty) continue;
    done.emissions.push_back(emit(*user, std::move(span), ""));
    sent.push_back(type);
  }
  done.text = fmt::format("{} synced {}: {} event{}", short_id(*user), to_text(day), sent.size(),
                          sent.size() == 1 ? "" : "s");
  done.json = step_dump({{"user_id", user->user_id}, {"date", to_text(day)}, {"sent", sent}});
  return done;
}

Result<StepDone> EmulatedTerra::backfill_step(const Step& step) {
  TRY_ASSIGN(Connection* const user, user_of(step));
  const Day oldest = options_.today - std::chrono::days(options_.days - 1);
  TRY_ASSIGN(const Day first, day_of(step, "start_date", oldest));
  // From a day on it is what `request --start-date` asks for; without any dates all there is.
  const std::chrono::days today_too(step.argument("start_date") ? 0 : 1);
  TRY_ASSIGN(const Day end, day_of(step, "end_date", options_.today + today_too));
  if (end <= first) {
    return step_error(
        fmt::format("there is nothing between {} and {}", to_text(first), to_text(end)),
        "end_date is today unless given, and not included");
  }
  TRY_ASSIGN(const std::vector<std::string> types, types_of(step));
  TRY_ASSIGN(const bool with_samples, switch_of_step(step, "with_samples", options_.with_samples));
  StepDone done;
  StepJson references = StepJson::object();
  for (const std::string& type : types) {
    ApiAnswer answer = acknowledge(*user, {user->person, type, {first, end}, with_samples});
    references[type] = std::string(*find_field(answer.response.headers, "terra-reference"));
    for (Emission& emission : answer.emissions) done.emissions.push_back(std::move(emission));
    for (LargeRequest& large : answer.large) done.large.push_back(std::move(large));
  }
  done.text = fmt::format("{} backfills {} days of {}", short_id(*user), (end - first).count(),
                          fmt::join(types, ", "));
  done.json = step_dump({{"user_id", user->user_id}, {"references", references}});
  return done;
}

Result<StepDone> EmulatedTerra::connection_step(const Step& step) {
  TRY_ASSIGN(Connection* const user, user_of(step));
  StepDone done;
  StepJson told{{"user_id", user->user_id}};
  done.text = fmt::format("{} {}", short_id(*user), step.action);
  if (step.action == "reauth") {
    Connection renewed = *user;
    renewed.user_id = ids_.next();
    renewed.created_at = emulated_now();
    user->is_active = false;
    const Connection old_user = *user;
    const Connection& new_user = connections_.add(std::move(renewed));
    const Person old_person = to_person(old_user);
    NoticeDetails details;
    details.old_user = &old_person;
    done.emissions.push_back(emit_connected(new_user, ids_.next()));
    done.emissions.push_back(emit(notice("user_reauth", new_user, details)));
    told["new_user_id"] = new_user.user_id;
    done.text += " as " + short_id(new_user);
  } else if (step.action == "deauth") {
    user->is_active = false;
    done.emissions.push_back(emit(notice("deauth", *user)));
  } else if (step.action == "revoke") {
    user->is_active = false;
    done.emissions.push_back(emit(notice("access_revoked", *user)));
  } else if (step.action == "error") {
    done.emissions.push_back(emit(notice("connection_error", *user)));
  } else {
    NoticeDetails details;
    details.scopes_added = step.argument("added").value_or("");
    details.scopes_removed = step.argument("removed").value_or("");
    // The event itself tells of the added ones as granted.
    user->scopes = changed_scopes(user->scopes, "", *details.scopes_removed);
    done.emissions.push_back(emit(notice("permission_change", *user, details)));
    user->scopes = changed_scopes(user->scopes, *details.scopes_added, "");
  }
  done.json = step_dump(told);
  return done;
}

Result<StepDone> EmulatedTerra::settings_step(const Step& step) {
  StepDone done;
  if (const auto webhook = step.argument("webhook")) {
    if (!webhook->empty() && *webhook != "off") {
      auto url = parse_target(*webhook);
      if (!url) return step_error(url.error().message, url.error().hint);
      done.webhook = url->to_string();
    } else {
      done.webhook = "";
    }
    done.text = done.webhook->empty() ? "no webhook" : "webhook changed";
  }
  if (step.argument("ping")) {
    TRY_ASSIGN(done.uses_ping, switch_of_step(step, "ping", false));
    done.text +=
        (done.text.empty() ? "" : ", ") + std::string(*done.uses_ping ? "ping mode" : "push mode");
  }
  if (step.argument("with_samples")) {
    TRY_ASSIGN(options_.with_samples, switch_of_step(step, "with_samples", false));
    done.text += (done.text.empty() ? "" : ", ") +
                 std::string(options_.with_samples ? "with samples" : "without samples");
  }
  if (done.text.empty()) return step_error("settings needs a webhook, ping or with_samples");
  done.json = "{}";
  return done;
}

Result<StepDone> EmulatedTerra::perform(const Step& step) {
  if (step.action == "connect") return connect_step(step);
  if (step.action == "sync") return sync_step(step);
  if (step.action == "backfill") return backfill_step(step);
  if (step.action == "settings") return settings_step(step);
  StepDone done;
  done.json = "{}";
  if (step.action == "fault") {
    auto rule = parse_api_fault(*step.argument("rule"));
    if (!rule) return step_error(rule.error().message, rule.error().hint);
    faults_.add(*std::move(rule));
    done.text = "fault " + *step.argument("rule");
    return done;
  }
  if (step.action == "date") {
    const auto text = step.argument("date");
    if (text == "next") {
      options_.today += std::chrono::days(1);
    } else {
      TRY_ASSIGN(options_.today, day_of(step, "date", options_.today));
    }
    done.text = "today is " + to_text(options_.today);
    done.json = step_dump({{"date", to_text(options_.today)}});
    return done;
  }
  if (step.action == "cancel") {
    done.emissions.push_back(
        emit_cancelled(step.argument("reference_id"), step.argument("reason"), ids_.next()));
    done.text = "somebody cancelled connecting";
    return done;
  }
  return connection_step(step);
}

std::string EmulatedTerra::state_json() {
  StepJson users = StepJson::array();
  for (const Connection* user : connections_.active()) {
    users.push_back(StepJson::parse(user_json(*user)));
  }
  return step_dump({{"today", to_text(options_.today)},
                    {"days", options_.days},
                    {"with_samples", options_.with_samples},
                    {"users", std::move(users)}});
}

}  // namespace terra_hook
