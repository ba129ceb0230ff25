// SPDX-License-Identifier: MIT
// Forwarding for people: routes, results, sums.
#pragma once

#include <string>
#include <vector>

#include "capture/attempt.hpp"
#include "render/events.hpp"
#include "render/style.hpp"

namespace terra_hook {

struct ForwardTextOptions {
  bool shows_response = false;  ///< also of a 2xx answer
  bool shows_headers = false;   ///< of the answers that are shown
};

/// The lines of a result: `<-- [200] POST http://localhost:3000/hook 7 ms #12`, then what the
/// target said and what that may mean, when it is not 2xx.
std::string forward_text(const ForwardDone& done, const ForwardTextOptions& options,
                         const Style& style);

/// Why a delivery is not forwarded, or what was done wrong on purpose; "" when there is nothing to
/// say.
std::string fate_text(const DeliveryReceived& delivery, const Style& style);

/// One line a route, and what becomes of the rest; lines are not indented.
std::vector<std::string> route_lines(const std::vector<Route>& routes, const Style& style);

/// `2 answered 500, 1 closed without an answer`.
std::string fault_counts(const std::map<std::string, std::uint64_t>& by_fault);

/// The sums as name and text: `forwarded`, `latency`, `not sent`.
std::vector<std::pair<std::string, std::string>> forward_sums(const Stopped& stopped,
                                                              const Style& style);

/// One attempt to send a capture on, in a line with its end.
std::string attempt_line(const Attempt& attempt, const Style& style);

/// All of them, with the beginnings of the answers that were not 2xx.
std::string attempts_text(const std::vector<Attempt>& attempts, const Style& style);

}  // namespace terra_hook
