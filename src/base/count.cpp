// SPDX-License-Identifier: MIT
#include "base/count.hpp"

namespace terra_hook {

std::string grouped_digits(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  std::string text = grouped_digits(number) + " ";
  if (number == 1 || many.empty()) {
    text += one;
    if (number != 1) text += "s";
  } else {
    text += many;
  }
  return text;
}

}  // namespace terra_hook
