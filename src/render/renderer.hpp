// SPDX-License-Identifier: MIT
// Events to text. A renderer is chosen once, when a command starts.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "render/events.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// What one event prints: data for standard output, the rest for standard error.
struct Rendered {
  std::string out;
  std::string err;
};

/// Not thread-safe: one thread renders.
class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual Rendered render(const Event& event) = 0;
};

enum class BodyView {
  none,
  brief,  ///< bounded height, long arrays folded (`--body short`)
  full,
  card,  ///< what the tables say of the event, in place of its JSON
};

struct TextOptions {
  std::size_t line_width = 0;  ///< of a delivery's line; 0: the style's
  BodyView body = BodyView::brief;
  bool show_headers = false;
  bool show_response = false;  ///< of targets, also when it is 2xx
  bool is_quiet = false;       ///< deliveries only: no banner, no refusals, no summary
  std::uint64_t max_decoded = 64ULL << 20;
  std::string store_flag;  ///< of commands to type
};

/// For people. `out` and `err` are the styles of the two streams.
std::unique_ptr<Renderer> make_text_renderer(const TextOptions& options, const Style& out,
                                             const Style& err);

struct JsonLinesOptions {
  bool with_body = true;
  bool unicode = true;  ///< false: ASCII alone, the rest escaped
  std::uint64_t max_decoded = 64ULL << 20;
};

/// For programs: one JSON object a line, all on standard output.
std::unique_ptr<Renderer> make_json_lines_renderer(const JsonLinesOptions& options);

/// For test runners: standard output holds nothing but TAP, at the end; what `inner` has for it
/// goes to standard error.
std::unique_ptr<Renderer> make_tap_renderer(std::unique_ptr<Renderer> inner);

}  // namespace terra_hook
