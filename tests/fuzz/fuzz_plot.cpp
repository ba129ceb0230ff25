// SPDX-License-Identifier: MIT
#include "render/plot.hpp"

#include <cstdint>
#include <cstring>

#include "base/terminal.hpp"

using namespace terra_hook;

namespace {

/// Takes numbers off the input; zeros once it is used up.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool is_empty() const { return size_ == 0; }

  double number() {
    double value = 0;
    const std::size_t count = size_ < sizeof value ? size_ : sizeof value;
    std::memcpy(&value, data_, count);
    data_ += count;
    size_ -= count;
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

void check(const Lines& lines, std::size_t width) {
  for (const std::string& line : lines) {
    if (display_width(line) > width) __builtin_trap();
    for (const char c : line) {
      if (static_cast<unsigned char>(c) < 0x20) __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t width = data[0];
  const PlotOptions options{"title", "unit", width, data[1] % 8U};
  Input input(data + 2, size - 2);
  Series series;
  LevelSeries levels;
  Track route;
  while (!input.is_empty()) {
    const Sample sample{{input.number(), input.number()}, input.number()};
    series.add(sample);
    levels.add(sample);
    route.add(sample.time.seconds, sample.value.value_or(0));
  }
  const Style style;
  check(value_plot(series, options, style), width);
  check(rate_plot(series, options, style), width);
  check(level_plot(levels, {{1, "one"}}, options, style), width);
  check(route_map(route, options, style), width);
  return 0;
}
