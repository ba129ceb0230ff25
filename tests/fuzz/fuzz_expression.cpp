// SPDX-License-Identifier: MIT
#include "webhook/expression.hpp"

#include <cstdint>
#include <string_view>

using namespace terra_hook;

// Up to the first line break the expression, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view text = bytes.substr(0, bytes.find('\n'));
  const auto expression = Expression::parse(text);
  if (!expression) {
    if (expression.error().kind != ErrorKind::usage) __builtin_trap();
    return 0;
  }
  const HeaderFields headers = {{"Content-Type", "application/json"}};
  DeliveryFacts facts;
  facts.body = bytes.substr(text.size());
  facts.headers = &headers;
  facts.names = {{"type", {json::Token::string, "sleep"}}, {"number", {json::Token::number, "3"}}};
  const bool holds = expression->holds_for(facts);
  for (const bool shows_values : {false, true}) {
    const auto reasons = expression->reasons(facts, shows_values);
    if (holds != reasons.empty() || reasons.size() > 4) __builtin_trap();
    for (const std::string& reason : reasons) {
      for (const char c : reason) {
        if (static_cast<unsigned char>(c) < 0x20) __builtin_trap();
      }
    }
  }
  return 0;
}
