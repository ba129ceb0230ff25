// SPDX-License-Identifier: MIT
#include "terra/connection.hpp"

#include <nlohmann/json.hpp>

#include "base/whole_number.hpp"

namespace terra_hook {

std::string user_json(const Connection& connection) {
  using Json = nlohmann::ordered_json;
  const auto or_null = [](const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
  };
  Json user{{"user_id", connection.user_id},
            {"provider", connection.provider},
            {"created_at", connection.created_at},
            {"last_webhook_update", or_null(connection.last_webhook_update)},
            {"scopes", connection.scopes},
            {"reference_id", or_null(connection.reference_id)},
            {"active", connection.is_active}};
  return user.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Person to_person(const Connection& connection) {
  Person person;
  person.user_id = connection.user_id;
  person.provider = connection.provider;
  person.scopes = connection.scopes;
  person.reference_id = connection.reference_id;
  person.last_webhook_update = connection.last_webhook_update;
  person.active = connection.is_active;
  return person;
}

Connection& Connections::add(Connection connection) {
  return all_.emplace_back(std::move(connection));
}

Connection* Connections::find_user(std::string_view user_id) {
  for (Connection& connection : all_) {
    if (connection.is_active && connection.user_id == user_id) return &connection;
  }
  return nullptr;
}

std::vector<Connection*> Connections::find_reference(std::string_view reference_id) {
  std::vector<Connection*> found;
  for (Connection& connection : all_) {
    if (connection.is_active && connection.reference_id == reference_id) {
      found.push_back(&connection);
    }
  }
  return found;
}

Connection* Connections::find(std::string_view name) {
  if (Connection* connection = find_user(name)) return connection;
  if (const auto found = find_reference(name); !found.empty()) return found.back();
  const auto number = whole_number<std::size_t>(name, 1, all_.size());
  if (!number) return nullptr;
  Connection& connection = all_[*number - 1];
  return connection.is_active ? &connection : nullptr;
}

std::vector<Connection*> Connections::active() {
  std::vector<Connection*> found;
  for (Connection& connection : all_) {
    if (connection.is_active) found.push_back(&connection);
  }
  return found;
}

}  // namespace terra_hook
