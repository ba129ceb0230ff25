// SPDX-License-Identifier: MIT
// Chance for made-up data: a stream of numbers for each list of keys, the same on every machine and
// whatever was drawn from other streams. Not for secrets.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace terra_hook {

/// SplitMix64 (Steele, Lea, Flood 2014), begun from a hash of its keys. One thread at a time.
class SampleRandom {
 public:
  explicit SampleRandom(std::initializer_list<std::uint64_t> keys);

  std::uint64_t next();
  /// From `low` up to, not including, `high`.
  double uniform(double low, double high);
  /// From `low` to `high`, both included.
  std::int64_t whole(std::int64_t low, std::int64_t high);
  bool chance(double share);
  /// Near `mean`, nearly normal, never further off than 3.5 times `spread`.
  double bell(double mean, double spread);

  /// A UUID of version 4.
  std::string uuid();
  /// `count` characters of lower-case hex.
  std::string hex(std::size_t count);

 private:
  std::uint64_t state_ = 0;
};

/// A key made of text, such as a user's id.
std::uint64_t sample_key(std::string_view text);

}  // namespace terra_hook
