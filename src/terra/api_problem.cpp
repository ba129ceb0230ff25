// SPDX-License-Identifier: MIT
#include "terra/api_problem.hpp"

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"

namespace terra_hook {

HttpResponse problem_response(int status, std::string_view instance, std::string_view detail) {
  using Json = nlohmann::ordered_json;
  const std::string_view reason = reason_phrase(status);
  Json problem{{"type", "about:blank"},
               {"title", reason.empty() ? "error" : to_lower(reason)},
               {"instance", instance}};
  if (!detail.empty()) problem["detail"] = detail;
  return {status,
          {{"Content-Type", "application/problem+json"}},
          problem.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpResponse json_response(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

}  // namespace terra_hook
