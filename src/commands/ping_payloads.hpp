// SPDX-License-Identifier: MIT
// The payloads that ping mode's events link to, for as long as the links say.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "base/time.hpp"
#include "http/response.hpp"
#include "terra/emulated_event.hpp"

namespace terra_hook {

/// Any thread may call any member. Holds plans, not bodies.
class PingPayloads {
 public:
  using RandomBytes = std::function<std::string(std::size_t)>;

  PingPayloads(const RecordSource& source, RandomBytes random)
      : source_(source), random_(std::move(random)) {}

  /// A path and signed query under which the event's body can be had until `now + expires_in`.
  std::string add(EventPlan event, UtcTime now, std::chrono::seconds expires_in);

  /// The payload that `target` names; 400 when the link has expired, 403 when its signature is
  /// wrong, 404 for any other. A link that has expired is remembered for a day.
  HttpResponse get(std::string_view path, std::string_view signature, UtcTime now) const;

 private:
  struct Payload {
    EventPlan event;
    std::string signature;
    UtcTime expires_at;
  };

  const RecordSource& source_;
  const RandomBytes random_;
  mutable std::mutex mutex_;
  std::map<std::string, Payload, std::less<>> payloads_;
};

}  // namespace terra_hook
