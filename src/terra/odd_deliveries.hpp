// SPDX-License-Identifier: MIT
// The deliveries that handlers of Terra's webhooks fall over, each an entry of one table: what is
// sent, what a handler should answer and why. Adding one is adding a row. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "terra/sample_delivery.hpp"

namespace terra_hook {

/// What an odd delivery is made from.
struct OddContext {
  const Person& person;
  LocalDate date{};       ///< of the records
  UtcTime now{};          ///< of the ordering timestamps
  std::uint64_t key = 0;  ///< the trace ids follow from it
};

struct OddDelivery {
  std::string_view name;            ///< `empty-data`
  std::string_view sent;            ///< what is odd about it
  std::string_view why;             ///< what a handler should do with it and where Terra says so
  bool is_refused = false;          ///< should be answered 401, not 2xx
  bool is_about_signature = false;  ///< makes no sense without a secret
  /// One delivery or several, to be sent in this order.
  std::vector<SampleDelivery> (*make)(const OddContext& context) = nullptr;
};

std::span<const OddDelivery> odd_deliveries();

/// The entry of that name, or nullptr.
const OddDelivery* find_odd_delivery(std::string_view name);

}  // namespace terra_hook
