// SPDX-License-Identifier: MIT
// A comparison of two bodies, for people and for programs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_tree.hpp"
#include "base/time.hpp"
#include "render/style.hpp"
#include "terra/body_diff.hpp"
#include "terra/delivery_loss.hpp"
#include "webhook/summary.hpp"

namespace terra_hook {

/// One of the two that are compared.
struct DiffSide {
  std::string name;  ///< `#12`, or a file's name
  std::optional<std::int64_t> number;
  std::optional<UtcTime> received_at;
  std::optional<std::int64_t> ordering_timestamp;
  Summary summary;
  json::Tree tree;  ///< of a text that outlives it
};

/// What tells which of the two Terra sent later.
enum class LaterBy {
  ordering_timestamp,  ///< X-Terra-Ordering-Timestamp
  capture_order,       ///< the captures' numbers
  argument_order,      ///< nothing: the second is taken for the later one
};

struct DiffReport {
  DiffSide a;
  DiffSide b;
  BodyDiff diff;
  bool b_is_later = true;
  LaterBy later_by = LaterBy::argument_order;
  Losses losses;  ///< of the later one, as places in the other; none between types or users

  const DiffSide& later() const { return b_is_later ? b : a; }
  const DiffSide& earlier() const { return b_is_later ? a : b; }
};

/// What the type of `side`'s records is called; empty when it has none.
std::string_view event_type_of(const DiffSide& side);

/// Takes a piece of output; false once nobody reads any more.
using WriteText = std::function<bool(std::string_view)>;

/// For people, in lines that fit the style's width: what differs in kind, the two sides, the
/// differences by record with JSON Pointers, what the later delivery lost, and counts.
void write_diff_text(const DiffReport& report, const Style& style, const WriteText& write);

enum class DiffJson { document, lines };

/// For programs: an object with all changes, or a `diff` line, a line for each `change` and `loss`,
/// and a `result` line. Values are as sent, without white space and without the queries of signed
/// URLs.
void write_diff_json(const DiffReport& report, DiffJson form, const WriteText& write);

}  // namespace terra_hook
