// SPDX-License-Identifier: MIT
// What `trigger` sends: made-up deliveries, those of a pack, or a body from a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "commands/trigger.hpp"
#include "terra/sample_delivery.hpp"

namespace terra_hook {

struct TriggeredDelivery {
  std::string name;
  SampleDelivery delivery;
  std::optional<StatusSet> expected;  ///< the right answer, when the pack says one
};

struct TriggeredDeliveries {
  std::vector<TriggeredDelivery> all;
  std::vector<std::string> notes;
};

/// Makes what `options` ask for; `can_sign`: whether there is a secret, without which a pack's
/// deliveries about signatures are left out. Errors: usage, input (a date, an edit that does not
/// fit, a size too small), auth (only deliveries that need a secret).
Result<TriggeredDeliveries> make_deliveries(const TriggerOptions& options, bool can_sign, Env& env);

}  // namespace terra_hook
