// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "render/plot_text.hpp"

namespace terra_hook {

namespace {

constexpr double k_km_per_degree = 111.2;

// A position in kilometres from the north-west corner of what is shown.
struct Place {
  double x = 0;
  double y = 0;
};

std::vector<Place> project(const std::vector<Track::Point>& points) {
  double north = -90;
  double south = 90;
  double west = points[0].longitude;
  double east = west;
  for (const Track::Point& point : points) {
    north = std::max(north, point.latitude);
    south = std::min(south, point.latitude);
    west = std::min(west, point.longitude);
    east = std::max(east, point.longitude);
  }
  // A degree of longitude shrinks towards the poles; for a map of a run one factor is exact enough.
  const double middle = (north + south) / 2 * std::numbers::pi / 180;
  const double shrinking = std::max(std::cos(middle), 0.01);
  std::vector<Place> places;
  for (const Track::Point& point : points) {
    places.push_back({(point.longitude - west) * shrinking * k_km_per_degree,
                      (north - point.latitude) * k_km_per_degree});
  }
  return places;
}

// A grid of cells, each of so many dots; a cell is twice as high as it is wide.
class Canvas {
 public:
  Canvas(std::size_t columns, std::size_t rows, bool unicode)
      : columns_(columns), unicode_(unicode), cells_(columns * rows, 0) {}

  std::size_t dots_across() const { return unicode_ ? 2 : 1; }
  std::size_t dots_down() const { return unicode_ ? 4 : 1; }

  void dot(std::size_t x, std::size_t y) {
    // Unicode's braille patterns number the dots 1-3 and 7 down the left, 4-6 and 8 down the right.
    constexpr unsigned char k_bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const unsigned char bit = unicode_ ? k_bits[y % 4][x % 2] : static_cast<unsigned char>(1);
    cells_[cell_at(x, y)] |= bit;
  }

  // Dots from one to the other (Bresenham).
  void line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1);

  std::size_t cell_at(std::size_t x, std::size_t y) const {
    return y / dots_down() * columns_ + x / dots_across();
  }

  std::string row(std::size_t number, std::size_t start, std::size_t finish,
                  const Style& style) const;

 private:
  std::string cell(unsigned char bits) const;

  std::size_t columns_;
  bool unicode_;
  std::vector<unsigned char> cells_;
};

void Canvas::line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1) {
  const double across = static_cast<double>(x1) - static_cast<double>(x0);
  const double down = static_cast<double>(y1) - static_cast<double>(y0);
  const double steps = std::max({std::abs(across), std::abs(down), 1.0});
  for (std::size_t i = 0; i <= static_cast<std::size_t>(steps); ++i) {
    const auto step = static_cast<double>(i);
    const double x = static_cast<double>(x0) + across * step / steps;
    const double y = static_cast<double>(y0) + down * step / steps;
    dot(static_cast<std::size_t>(std::lround(x)), static_cast<std::size_t>(std::lround(y)));
  }
}

std::string Canvas::cell(unsigned char bits) const {
  if (bits == 0) return " ";
  if (!unicode_) return "*";
  // U+2800 and the bits, in UTF-8.
  const unsigned code_point = 0x2800U + bits;
  return {static_cast<char>(0xE2), static_cast<char>(0x80U | ((code_point >> 6U) & 0x3FU)),
          static_cast<char>(0x80U | (code_point & 0x3FU))};
}

std::string Canvas::row(std::size_t number, std::size_t start, std::size_t finish,
                        const Style& style) const {
  std::string text;
  std::string run;
  std::string blanks;  // only written when something follows
  const auto flush = [&] {
    if (!run.empty()) text += style.paint(style.number, run);
    run.clear();
  };
  for (std::size_t i = number * columns_; i < (number + 1) * columns_; ++i) {
    const bool is_mark = i == start || i == finish;
    if (!is_mark && cells_[i] == 0) {
      blanks += ' ';
      continue;
    }
    run += blanks;
    blanks.clear();
    if (is_mark) {
      flush();
      text += style.paint(style.bold, i == start ? "S" : "F");
    } else {
      run += cell(cells_[i]);
    }
  }
  flush();
  return text;
}

std::string extent(double km) {
  return km < 1 ? figure(std::round(km * 1000)) + " m" : fmt::format("{:.1f} km", km);
}

}  // namespace

Lines route_map(const Track& route, const PlotOptions& options, const Style& style) {
  if (route.empty() || options.width == 0 || options.height == 0) {
    return {};
  }
  const std::vector<Place> places = project(route.points());
  double width = 0;
  double height = 0;
  for (const Place& place : places) {
    width = std::max(width, place.x);
    height = std::max(height, place.y);
  }
  constexpr std::size_t k_most_cells = 400;
  const std::size_t columns = std::min(options.width, k_most_cells);
  const std::size_t rows = std::min(options.height, k_most_cells);
  Canvas canvas(columns, rows, style.unicode);
  const auto most_across = static_cast<double>(columns * canvas.dots_across() - 1);
  const auto most_down = static_cast<double>(rows * canvas.dots_down() - 1);
  // How much further apart dots are downwards than across.
  const double stretch = style.unicode ? 1 : 2;
  constexpr double k_nothing = 1e-9;
  const double scale = std::min(most_across / std::max(width, k_nothing),
                                most_down * stretch / std::max(height, k_nothing));
  const auto x_of = [&](const Place& place) {
    return static_cast<std::size_t>(std::lround(std::min(place.x * scale, most_across)));
  };
  const auto y_of = [&](const Place& place) {
    return static_cast<std::size_t>(std::lround(std::min(place.y * scale / stretch, most_down)));
  };
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place& from = places[i == 0 ? 0 : i - 1];
    canvas.line(x_of(from), y_of(from), x_of(places[i]), y_of(places[i]));
  }
  const std::string facts =
      fmt::format("{} {} {}", extent(width), style.unicode ? "×" : "x", extent(height));
  Lines lines{plot_heading(options, facts, style)};
  const std::size_t start = canvas.cell_at(x_of(places.front()), y_of(places.front()));
  const std::size_t finish = canvas.cell_at(x_of(places.back()), y_of(places.back()));
  double lowest = 0;
  for (const Place& place : places) lowest = std::max(lowest, static_cast<double>(y_of(place)));
  const std::size_t used = static_cast<std::size_t>(lowest) / canvas.dots_down() + 1;
  for (std::size_t i = 0; i < used; ++i) lines.push_back(canvas.row(i, start, finish, style));
  return lines;
}

}  // namespace terra_hook
