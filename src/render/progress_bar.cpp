// SPDX-License-Identifier: MIT
#include "render/progress_bar.hpp"

#include <algorithm>
#include <iterator>

#include "base/terminal.hpp"

namespace terra_hook {

std::string progress_bar(double share, std::size_t columns, const Style& style) {
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(columns));
  std::string bar;
  for (std::size_t i = 0; i < columns; ++i) {
    if (style.unicode) {
      bar += i < filled ? "█" : "░";
    } else {
      bar += i < filled ? '#' : '-';
    }
  }
  return bar;
}

std::string bar_before(std::string_view facts, double share, const Style& style) {
  const std::size_t room = style.width - std::min(style.width, display_width(facts) + 1);
  return room >= 8 ? progress_bar(share, std::min<std::size_t>(room, 30), style) : std::string();
}

std::string moving_line(std::string_view text, const Style& style) {
  return truncate(text, style.width > 1 ? style.width - 1 : 1);
}

std::string_view spinner_figure(std::chrono::milliseconds elapsed, const Style& style) {
  constexpr std::string_view k_dots[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  constexpr std::string_view k_ascii[] = {"-", "\\", "|", "/"};
  const auto step = static_cast<std::size_t>(elapsed.count() / 100);
  return style.unicode ? k_dots[step % std::size(k_dots)] : k_ascii[step % std::size(k_ascii)];
}

}  // namespace terra_hook
