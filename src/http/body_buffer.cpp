// SPDX-License-Identifier: MIT
#include "http/body_buffer.hpp"

#include <algorithm>
#include <utility>

namespace terra_hook {
namespace {

/// How much of a declared length is believed before that much has arrived.
constexpr std::uint64_t k_trusted_length = 1ULL << 20;

}  // namespace

BodyBuffer::Outcome BodyBuffer::append(std::string_view bytes,
                                       std::optional<std::uint64_t> declared) {
  if (body_.size() + bytes.size() > max_bytes_) return Outcome::too_large;
  charged_ += bytes.size();
  if (!budget_.take(bytes.size())) return Outcome::over_budget;
  reserve_for(bytes.size(), declared.value_or(0));
  body_.append(bytes);
  return Outcome::appended;
}

void BodyBuffer::reserve_for(std::size_t count, std::uint64_t declared) {
  if (body_.size() + count <= body_.capacity()) return;
  const bool is_trusted = declared <= k_trusted_length || body_.size() >= k_trusted_length;
  const auto wanted = static_cast<std::size_t>(is_trusted ? declared : k_trusted_length);
  body_.reserve(std::max({wanted, body_.size() + count, 2 * body_.capacity()}));
}

void BodyBuffer::release() {
  body_ = std::string();
  budget_.give_back(std::exchange(charged_, 0));
}

}  // namespace terra_hook
