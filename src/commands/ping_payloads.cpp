// SPDX-License-Identifier: MIT
#include "commands/ping_payloads.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "terra/api_problem.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_payloads = 100'000;
constexpr std::chrono::hours k_remembered{24};

}  // namespace

std::string PingPayloads::add(EventPlan event, UtcTime now, std::chrono::seconds expires_in) {
  const std::string path = "/payload/" + to_hex(random_(16)) + ".json";
  const std::string signature = to_hex(random_(32));
  const std::lock_guard lock(mutex_);
  std::erase_if(payloads_,
                [&](const auto& item) { return item.second.expires_at + k_remembered < now; });
  if (payloads_.size() >= k_most_payloads) payloads_.erase(payloads_.begin());
  payloads_[path] = {std::move(event), signature, now + expires_in};
  return fmt::format("{}?X-Amz-Expires={}&X-Amz-Signature={}", path, expires_in.count(), signature);
}

HttpResponse PingPayloads::get(std::string_view path, std::string_view signature,
                               UtcTime now) const {
  EventPlan event;
  {
    const std::lock_guard lock(mutex_);
    const auto found = payloads_.find(path);
    if (found == payloads_.end()) return problem_response(404, path, "there is no such payload");
    const Payload& payload = found->second;
    if (!Secret(payload.signature).equals(Secret(std::string(signature)))) {
      return problem_response(403, path, "the link's signature is wrong");
    }
    if (now >= payload.expires_at) return problem_response(400, path, "expired token");
    event = payload.event;
  }
  return json_response(200, event_body(event, source_));
}

}  // namespace terra_hook
