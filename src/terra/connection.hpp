// SPDX-License-Identifier: MIT
// The emulator's users: what Terra calls a user is one person's connection to one provider, and has
// an id of its own after every reconnection. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terra/sample_person.hpp"

namespace terra_hook {

/// Whose records they are: the generator's person of that number with that provider.
struct PersonRef {
  std::size_t index = 0;
  std::string provider{};  ///< empty: the one that the person has anyway
};

struct Connection {
  PersonRef person;
  std::string user_id;
  std::string provider;
  std::string scopes;  ///< a comma list
  std::optional<std::string> reference_id;
  std::string created_at;  ///< as Terra writes times
  std::optional<std::string> last_webhook_update;
  bool is_active = true;
};

/// The user object of the API's answers, as JSON text: that of events and when it was made.
std::string user_json(const Connection& connection);

/// The connection as events tell of it; nothing else about the person is filled in.
Person to_person(const Connection& connection);

/// Every connection there is or was. References stay valid.
class Connections {
 public:
  Connection& add(Connection connection);

  /// The active one with this user_id; null when there is none.
  Connection* find_user(std::string_view user_id);
  /// The active ones with this reference_id, oldest first.
  std::vector<Connection*> find_reference(std::string_view reference_id);
  /// By user_id, by reference_id (the newest), or by its number from 1, as people name users in
  /// scripts; null when it is none that is active.
  Connection* find(std::string_view name);

  std::vector<Connection*> active();

 private:
  std::deque<Connection> all_;
};

}  // namespace terra_hook
