// SPDX-License-Identifier: MIT
#include "terra/body_reading.hpp"
#include "terra/card.hpp"

#include <cstdint>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const BodyReading reading = read_body(bytes);
  const Summary& summary = reading.summary;
  if (summary.problem.has_value() != json::find_problem(bytes).has_value()) __builtin_trap();
  if (summary.event_type && summary.event_type->size() > 256) __builtin_trap();
  if (reading.headline.size() > 600) __builtin_trap();
  for (const EventType& type : event_types()) {
    if (read_card(bytes, type.name, {}).records.size() > 3) __builtin_trap();
  }
  return 0;
}
