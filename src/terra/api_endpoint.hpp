// SPDX-License-Identifier: MIT
// What of Terra's REST API can be asked for by name (Terra openapi, v2: paths). All are GET.
#pragma once

#include <span>
#include <string_view>

namespace terra_hook {

struct ApiEndpoint {
  /// How it is told which user is meant.
  enum class UserKey { none, user_id, user_or_reference_id };

  std::string_view name;  ///< as a user types it: `planned-workouts`
  std::string_view path;  ///< behind the API's base: `/plannedWorkouts`
  UserKey user = UserKey::user_id;
  bool takes_dates = true;
  bool requires_start = true;
  bool includes_end = false;  ///< the end date counts too; of the others it does not
  bool takes_webhook = true;  ///< `to_webhook`
  bool takes_samples = true;  ///< `with_samples`
  bool is_public = false;     ///< answers without credentials
};

/// In the order of the documentation, the data types first.
std::span<const ApiEndpoint> api_endpoints();

/// Null when nothing is called so.
const ApiEndpoint* find_api_endpoint(std::string_view name);

}  // namespace terra_hook
