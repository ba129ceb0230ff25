// SPDX-License-Identifier: MIT
// Endpoints about users and how they connect.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_tree.hpp"
#include "base/whole_number.hpp"
#include "terra/api_problem.hpp"
#include "terra/emulated_terra.hpp"

namespace terra_hook {
namespace {

using UsersJson = nlohmann::ordered_json;

constexpr std::size_t k_most_bulk_ids = 10'000;
constexpr std::int64_t k_usual_page = 500;
constexpr std::size_t k_most_sessions = 10'000;
constexpr int k_session_seconds = 900;
constexpr int k_token_seconds = 180;

constexpr std::string_view k_cloud_providers[] = {"FITBIT", "GARMIN",   "GOOGLE", "OURA",
                                                  "POLAR",  "WITHINGS", "WHOOP"};
constexpr std::string_view k_sdk_providers[] = {"APPLE", "HEALTH_CONNECT", "SAMSUNG"};

std::string users_dump(const UsersJson& json) {
  return json.dump(-1, ' ', false, UsersJson::error_handler_t::replace);
}

UsersJson user_object(const Connection& user) {
  return UsersJson::parse(user_json(user));
}

ApiAnswer answered(const UsersJson& body, std::string remark = {}) {
  ApiAnswer answer;
  answer.response = json_response(200, users_dump(body));
  answer.remark = std::move(remark);
  return answer;
}

/// The text members of a flat JSON object; nothing when `body` is none. An empty body is one.
std::optional<std::map<std::string, std::string>> text_members(const std::string& body) {
  std::map<std::string, std::string> members;
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) return members;
  const auto tree = json::Tree::parse(body);
  if (!tree || tree->kind(0) != json::Token::object_begin) return std::nullopt;
  for (auto member = tree->first_child(0); member != json::Tree::k_none;
       member = tree->next_sibling(member)) {
    if (tree->kind(member) != json::Token::string) continue;
    members[json::unescape(tree->raw_key(member))] = json::unescape(tree->raw(member));
  }
  return members;
}

std::string plural_users(std::size_t count) {
  return fmt::format("{} user{}", count, count == 1 ? "" : "s");
}

}  // namespace

ApiAnswer EmulatedTerra::answer_user_info(const ApiCall& call, UtcTime) {
  if (const auto user_id = call.parameter("user_id")) {
    const Connection* user = connections_.find_user(*user_id);
    if (user == nullptr) return refused_call(call, 404, "user not found");
    UsersJson object = user_object(*user);
    object["last_polled_at"] = emulated_now();
    object["most_recent_data_at"] = to_text(options_.today) + "T00:00:00.000000+00:00";
    ApiAnswer answer =
        answered({{"user", std::move(object)}, {"status", "success"}, {"is_authenticated", true}});
    answer.user_id = user->user_id;
    return answer;
  }
  const auto reference_id = call.parameter("reference_id");
  if (!reference_id) return refused_call(call, 400, "missing user_id or reference_id");
  const std::vector<Connection*> users = connections_.find_reference(*reference_id);
  if (users.empty()) return refused_call(call, 404, "user not found");
  UsersJson list = UsersJson::array();
  for (const Connection* user : users) list.push_back(user_object(*user));
  return answered(list, plural_users(users.size()));
}

ApiAnswer EmulatedTerra::answer_subscriptions(const ApiCall& call, UtcTime) {
  const std::vector<Connection*> users = connections_.active();
  const auto page_text = call.parameter("page");
  UsersJson list = UsersJson::array();
  if (!page_text) {
    for (const Connection* user : users) list.push_back(user_object(*user));
    return answered({{"users", std::move(list)}}, plural_users(users.size()));
  }
  const auto page = whole_number<std::int64_t>(*page_text, 0);
  if (!page) return refused_call(call, 400, "invalid page");
  std::int64_t size = k_usual_page;
  if (const auto text = call.parameter("per_page")) {
    const auto number = whole_number<std::int64_t>(*text, 0);
    if (!number || *number == 0) return refused_call(call, 400, "invalid per_page");
    size = *number;
  }
  const auto total = static_cast<std::int64_t>(users.size());
  const std::int64_t max_page = total == 0 ? 0 : (total - 1) / size;
  if (*page <= max_page) {
    const std::int64_t end = std::min(total, (*page + 1) * std::min(size, total + 1));
    for (std::int64_t i = *page * size; i < end; ++i) {
      list.push_back(user_object(*users[static_cast<std::size_t>(i)]));
    }
  }
  UsersJson data{{"next", *page < max_page ? UsersJson(*page + 1) : UsersJson(nullptr)},
                 {"max_page", max_page},
                 {"results", std::move(list)}};
  return answered({{"data", std::move(data)}}, fmt::format("page {} of {}", *page, max_page + 1));
}

ApiAnswer EmulatedTerra::answer_bulk_user_info(const ApiCall& call, UtcTime) {
  const auto tree = json::Tree::parse(call.body);
  if (!tree || tree->kind(0) != json::Token::array_begin) {
    return refused_call(call, 400, "the body is not an array of user ids");
  }
  if (tree->size() > k_most_bulk_ids) return refused_call(call, 413, "too many user ids");
  UsersJson list = UsersJson::array();
  for (auto item = tree->first_child(0); item != json::Tree::k_none;
       item = tree->next_sibling(item)) {
    if (tree->kind(item) != json::Token::string) {
      return refused_call(call, 400, "the body is not an array of user ids");
    }
    const Connection* user = connections_.find_user(json::unescape(tree->raw(item)));
    if (user != nullptr) list.push_back(user_object(*user));
  }
  const std::size_t count = list.size();
  return answered(list, plural_users(count));
}

ApiAnswer EmulatedTerra::answer_integrations(const ApiCall&, UtcTime) {
  return answered({{"status", "success"},
                   {"providers", k_cloud_providers},
                   {"sdk_providers", k_sdk_providers}});
}

ApiAnswer EmulatedTerra::answer_integrations_detailed(const ApiCall& call, UtcTime) {
  UsersJson providers = UsersJson::array();
  const auto add = [&](std::string_view provider, std::string_view setup) {
    UsersJson types;
    for (const std::string_view type : k_dated_types) {
      types[std::string(type)] = provider_has(provider_traits(provider), *parse_data_type(type));
    }
    providers.push_back({{"provider", provider},
                         {"name", provider},
                         {"icon", ""},
                         {"setup", setup},
                         {"enabled", true},
                         {"types", std::move(types)}});
  };
  for (const std::string_view provider : k_cloud_providers) add(provider, "API_KEYS_MANAGED");
  if (call.parameter("sdk") == "true") {
    for (const std::string_view provider : k_sdk_providers) add(provider, "SDK");
  }
  return answered({{"status", "success"}, {"providers", std::move(providers)}});
}

Connection& EmulatedTerra::connect(std::string_view provider,
                                   std::optional<std::string> reference_id) {
  // Terra's names of providers are in capitals.
  std::string name(provider);
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  Connection user = source_.connection({next_person_++, std::move(name)});
  user.reference_id = std::move(reference_id);
  user.created_at = emulated_now();
  return connections_.add(std::move(user));
}

Emission EmulatedTerra::emit_connected(const Connection& user, std::string session) {
  NoticeDetails details;
  details.session = std::move(session);
  return emit(notice("auth", user, details));
}

Emission EmulatedTerra::emit_cancelled(std::optional<std::string> reference_id,
                                       std::optional<std::string> reason, std::string session) {
  Connection nobody;
  nobody.reference_id = std::move(reference_id);
  NoticeDetails details;
  details.session = std::move(session);
  details.reason = std::move(reason);
  Emission emission = emit(notice("auth_cancelled", nobody, details));
  emission.is_retried = false;
  return emission;
}

ApiAnswer EmulatedTerra::answer_authenticate(const ApiCall& call, UtcTime) {
  const auto resource = call.parameter("resource");
  if (!resource) return refused_call(call, 400, "missing resource");
  const auto members = text_members(call.body);
  if (!members) return refused_call(call, 400, "the body is not a JSON object");
  const auto member = [&](const char* name) {
    const auto found = members->find(name);
    return found == members->end() ? std::string() : found->second;
  };
  if (sessions_.size() >= k_most_sessions) return refused_call(call, 429, "too many open links");
  const std::string id = ids_.next();
  Session& session = sessions_[id];
  session.provider = *resource;
  if (!member("reference_id").empty()) session.reference_id = member("reference_id");
  session.success_url = member("auth_success_redirect_url");
  session.failure_url = member("auth_failure_redirect_url");
  return answered(
      {{"status", "success"}, {"user_id", id}, {"auth_url", base_url_ + "/connect/" + id}},
      "opening the link connects");
}

ApiAnswer EmulatedTerra::answer_widget(const ApiCall& call, UtcTime now) {
  ApiCall same = call;
  same.query = {{"resource", "-"}};
  ApiAnswer answer = answer_authenticate(same, now);
  if (answer.response.status != 200) {
    answer.response = problem_response(answer.response.status, call.target, answer.remark);
    return answer;
  }
  const UsersJson link = UsersJson::parse(answer.response.body);
  const std::string id = link["user_id"].get<std::string>();
  Session& session = sessions_[id];
  session.provider.clear();
  session.is_widget = true;
  return answered({{"session_id", id},
                   {"url", link["auth_url"]},
                   {"status", "success"},
                   {"expires_in", k_session_seconds}},
                  "opening the link connects");
}

ApiAnswer EmulatedTerra::answer_auth_token(const ApiCall&, UtcTime) {
  return answered(
      {{"status", "success"}, {"token", ids_.next_token()}, {"expires_in", k_token_seconds}});
}

ApiAnswer EmulatedTerra::answer_deauthenticate(const ApiCall& call, UtcTime) {
  const auto user_id = call.parameter("user_id");
  if (!user_id) return refused_call(call, 400, "missing user_id");
  Connection* user = connections_.find_user(*user_id);
  if (user == nullptr) return refused_call(call, 404, "user not found");
  user->is_active = false;
  ApiAnswer answer = answered({{"status", "success"}});
  answer.emissions.push_back(emit(notice("deauth", *user)));
  answer.user_id = user->user_id;
  return answer;
}

ApiAnswer EmulatedTerra::answer_session(const ApiCall& call) {
  const auto found = sessions_.find(call.path.substr(std::string_view("/connect/").size()));
  if (found == sessions_.end()) return refused_call(call, 404, "this link was used or never made");
  const std::string id = found->first;
  const Session session = found->second;
  sessions_.erase(found);
  const bool is_cancelled = call.parameter("cancel") == "true";
  ApiAnswer answer;
  if (is_cancelled) {
    answer.emissions.push_back(emit_cancelled(session.reference_id, {}, id));
  } else {
    Connection& user = connect(session.provider, session.reference_id);
    if (!session.is_widget) user.user_id = id;
    answer.user_id = user.user_id;
    answer.emissions.push_back(emit_connected(user, id));
  }
  const std::string& target = is_cancelled ? session.failure_url : session.success_url;
  const std::string said = is_cancelled ? "cancelled" : "connected";
  answer.remark = said;
  answer.response = {200, {{"Content-Type", "text/plain; charset=utf-8"}}, said + "\n"};
  const bool is_link = (target.starts_with("http://") || target.starts_with("https://")) &&
                       target.find_first_of("\r\n") == std::string::npos;
  if (is_link) {
    answer.response.status = 302;
    answer.response.headers.push_back({"Location", target});
  }
  return answer;
}

}  // namespace terra_hook
