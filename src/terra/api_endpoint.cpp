// SPDX-License-Identifier: MIT
#include "terra/api_endpoint.hpp"

namespace terra_hook {
namespace {

using UserKey = ApiEndpoint::UserKey;

constexpr ApiEndpoint history_of(std::string_view name, std::string_view path) {
  return {.name = name, .path = path};
}

constexpr ApiEndpoint k_api_endpoints[] = {
    history_of("activity", "/activity"),
    {.name = "athlete",
     .path = "/athlete",
     .takes_dates = false,
     .requires_start = false,
     .takes_samples = false},
    history_of("body", "/body"),
    history_of("daily", "/daily"),
    history_of("menstruation", "/menstruation"),
    history_of("nutrition", "/nutrition"),
    history_of("sleep", "/sleep"),
    {.name = "user",
     .path = "/userInfo",
     .user = UserKey::user_or_reference_id,
     .takes_dates = false,
     .requires_start = false,
     .takes_webhook = false,
     .takes_samples = false},
    {.name = "users",
     .path = "/subscriptions",
     .user = UserKey::none,
     .takes_dates = false,
     .requires_start = false,
     .takes_webhook = false,
     .takes_samples = false},
    {.name = "providers",
     .path = "/integrations",
     .user = UserKey::none,
     .takes_dates = false,
     .requires_start = false,
     .takes_webhook = false,
     .takes_samples = false,
     .is_public = true},
    {.name = "planned-workouts",
     .path = "/plannedWorkouts",
     .requires_start = false,
     .includes_end = true,
     .takes_webhook = false,
     .takes_samples = false},
};

}  // namespace

std::span<const ApiEndpoint> api_endpoints() {
  return k_api_endpoints;
}

const ApiEndpoint* find_api_endpoint(std::string_view name) {
  for (const ApiEndpoint& endpoint : k_api_endpoints) {
    if (endpoint.name == name) return &endpoint;
  }
  return nullptr;
}

}  // namespace terra_hook
