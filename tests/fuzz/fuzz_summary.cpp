// SPDX-License-Identifier: MIT
#include "terra/body_reading.hpp"
#include "terra/card.hpp"

#include <cstdint>
#include <string_view>

#include "support/dom_summary.hpp"

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const BodyReading reading = read_body(bytes);
  const Summary& summary = reading.summary;
  if (summary.problem.has_value() != json::find_problem(bytes).has_value()) __builtin_trap();
  // The document's reader may refuse what is fine here, never the other way round.
  const auto dom = test::dom_summary(bytes);
  if (dom && !test::agrees(summary, *dom)) __builtin_trap();
  if (summary.event_type && summary.event_type->size() > 256) __builtin_trap();
  if (reading.headline.size() > 600) __builtin_trap();
  // Any type's card may be asked for; one of them an input, so that it takes no long.
  const auto& types = event_types();
  const std::string_view own = summary.event_type ? std::string_view(*summary.event_type) : "";
  for (const std::string_view type : {own, std::string_view(types[size % types.size()].name)}) {
    if (read_card(bytes, type, {}).records.size() > 3) __builtin_trap();
  }
  return 0;
}
