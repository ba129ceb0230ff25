// SPDX-License-Identifier: MIT
// The usual mistakes with a secret, a body and what is signed, each one entry: what to try, what it
// means, how to mend it. Adding a mistake is adding an entry.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "webhook/diagnosis.hpp"

namespace terra_hook {

/// What may have been used as the key instead of the secret. Nothing: it does not apply.
struct SecretMistake {
  std::string_view name;
  std::string_view what;
  std::string_view advice;
  std::optional<std::string> (*key)(std::string_view secret);
};

/// What may have been hashed instead of the received body.
struct BodyMistake {
  std::string_view name;
  std::string_view what;
  std::string_view advice;
  std::optional<std::string> (*body)(const Evidence& evidence);
};

/// What stands before and after the body in what was hashed.
struct Framing {
  std::string before;
  std::string after;
};

/// What may have been hashed around the body instead of `<t>.`.
struct FramingMistake {
  std::string_view name;
  std::string_view what;
  std::string_view advice;
  std::vector<Framing> (*framings)(std::string_view timestamp, const Evidence& evidence);
};

std::span<const SecretMistake> secret_mistakes();
std::span<const BodyMistake> body_mistakes();
std::span<const FramingMistake> framing_mistakes();

/// Bodies beyond this are not rewritten.
inline constexpr std::uint64_t k_max_rewritten = 32ULL << 20;

}  // namespace terra_hook
