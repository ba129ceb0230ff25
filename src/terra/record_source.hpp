// SPDX-License-Identifier: MIT
// Where the emulator's records come from. The same question has the same answer, to the byte, for
// ever: a delivery that is tried again is made anew instead of being kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "terra/api_dates.hpp"
#include "terra/connection.hpp"

namespace terra_hook {

/// The data types that have an endpoint and an event of their own.
inline constexpr std::string_view k_dated_types[] = {"activity",     "body",      "daily",
                                                     "menstruation", "nutrition", "sleep"};

/// Whether a provider's devices give data of this type.
bool provider_has(const ProviderTraits& provider, DataType type);

/// Any number of threads.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  /// The person's connection, before anything has happened to it.
  virtual Connection connection(const PersonRef& person) const = 0;

  /// Whether the person's provider has data of this type at all.
  virtual bool has_type(const PersonRef& person, std::string_view type) const = 0;

  /// The records of one local date, each a JSON text; of `athlete` the one there is, whatever the
  /// date.
  virtual std::vector<std::string> records(const PersonRef& person, std::string_view type, Day day,
                                           bool with_samples) const = 0;
};

}  // namespace terra_hook
