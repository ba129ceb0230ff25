// SPDX-License-Identifier: MIT
#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_golden = 0x9E3779B97F4A7C15ULL;

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

}  // namespace

SampleRandom::SampleRandom(std::initializer_list<std::uint64_t> keys) {
  for (const std::uint64_t key : keys) state_ = mixed(state_ ^ mixed(key + k_golden)) + k_golden;
}

std::uint64_t SampleRandom::next() {
  state_ += k_golden;
  return mixed(state_);
}

double SampleRandom::uniform(double low, double high) {
  const double unit = static_cast<double>(next() >> 11) * 0x1.0p-53;
  return low + (high - low) * unit;
}

std::int64_t SampleRandom::whole(std::int64_t low, std::int64_t high) {
  const auto span = static_cast<double>(high - low + 1);
  return low + static_cast<std::int64_t>(uniform(0, span));
}

bool SampleRandom::chance(double share) {
  return uniform(0, 1) < share;
}

double SampleRandom::bell(double mean, double spread) {
  // The sum of four has a standard deviation of sqrt(1/3). One after another: which operand of a
  // sum is worked out first is the compiler's choice.
  double sum = -2;
  for (int i = 0; i < 4; ++i) sum += uniform(0, 1);
  return mean + spread * sum * 1.7320508075688772;
}

std::string SampleRandom::hex(std::size_t count) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  while (text.size() < count) {
    std::uint64_t bits = next();
    for (int i = 0; i < 16 && text.size() < count; ++i, bits >>= 4) text += k_digits[bits & 15];
  }
  return text;
}

std::string SampleRandom::uuid() {
  std::string text = hex(32);
  text[12] = '4';
  text[16] = "89ab"[next() & 3];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

std::uint64_t sample_key(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

}  // namespace terra_hook
