// SPDX-License-Identifier: MIT
#include "terra/chaos.hpp"

#include <fmt/format.h>

#include <random>

#include "base/bytes.hpp"
#include "base/rate.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr double k_longest_delay_ms = 5000;

/// From 0 to 1, the same with every library.
double share_drawn(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) / 9007199254740992.0;
}

std::chrono::milliseconds delay_drawn(std::mt19937_64& random) {
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(share_drawn(random) * k_longest_delay_ms));
}

}  // namespace

Result<ChaosOptions> parse_chaos(std::string_view text) {
  ChaosOptions options;
  if (text.find('=') == std::string_view::npos) {
    TRY_ASSIGN(options.duplicates, parse_share(text));
    options.reordered = options.duplicates;
    return options;
  }
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view part = trim(rest.substr(0, end));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    if (name != "duplicate" && name != "reorder") {
      return Error{ErrorKind::usage, fmt::format("'{}' is no kind of chaos", sanitize(name)),
                   "such as 20% for both, or duplicate=10%,reorder=30%"};
    }
    TRY_ASSIGN((name == "duplicate" ? options.duplicates : options.reordered),
               parse_share(part.substr(std::min(equals + 1, part.size()))));
    if (end == rest.size()) return options;
    rest.remove_prefix(end + 1);
  }
}

ChaosFate chaos_fate(const ChaosOptions& options, std::uint64_t number) {
  // Each delivery has a generator of its own, so that no order of sending changes a fate. Seeds
  // that are near each other would give it similar first numbers: hence the seed sequence.
  std::seed_seq seed{static_cast<std::uint32_t>(options.seed),
                     static_cast<std::uint32_t>(options.seed >> 32),
                     static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32)};
  std::mt19937_64 random(seed);
  ChaosFate fate;
  const bool is_reordered = share_drawn(random) < options.reordered;
  const bool is_duplicated = share_drawn(random) < options.duplicates;
  if (is_reordered) fate.delay = delay_drawn(random);
  if (is_duplicated) fate.duplicate = fate.delay + delay_drawn(random);
  return fate;
}

}  // namespace terra_hook
