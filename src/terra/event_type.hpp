// SPDX-License-Identifier: MIT
// The one table of Terra's event types: what is said of each in a line, what stands on its card,
// which samples can be drawn, and what makes two records the same one. Adding a type is adding a
// row. Texts with braces are phrases (terra/phrase.hpp); paths are those inside an element of
// `data[]`, or, with `$.`, of the body.
#pragma once

#include <span>
#include <string_view>

namespace terra_hook {

/// What an event is about, for its colour.
enum class Tone {
  data,     ///< measurements
  neutral,  ///< operations
  good,     ///< a user connected, a report is ready
  warning,  ///< something a developer should act on
  bad,      ///< something failed or ended
};

struct CardRow {
  std::string_view label;
  std::string_view phrase;
};

struct CardGroup {
  std::string_view title;
  std::span<const CardRow> rows;
};

/// An array of objects as a table; the phrases' paths are those inside one element.
struct CardList {
  std::string_view title;
  std::string_view path;
  std::span<const CardRow> columns;
  std::string_view children = {};  ///< an array in an element, of elements like it: rows below its
};

/// How samples are drawn.
enum class Drawing {
  line,   ///< a sparkline with minimum, average and maximum
  rate,   ///< the samples only rise: bars of what was added in each span of time
  steps,  ///< classes over time, such as the phases of a night
  route,  ///< positions
};

/// An array of samples. `path` is its array's, the other paths are those inside one sample. A `[]`
/// in `path` stands for each element of an array of readings, which have samples of their own.
struct SampleSeries {
  std::string_view title;
  std::string_view path;
  std::string_view value;
  std::string_view unit;
  Drawing drawing = Drawing::line;
  std::string_view words = {};  ///< the enum of the classes
  std::string_view time = "timestamp";
};

struct EventType {
  std::string_view name;
  Tone tone;
  std::span<const std::string_view> line;
  std::span<const CardGroup> groups = {};
  std::span<const CardList> lists = {};
  std::span<const SampleSeries> series = {};
  bool has_records = false;  ///< the payload is an array `data`
  /// What makes two records the same record, delivered twice, best first: a record that lacks the
  /// first is known by the next. A key is one or more paths in a record, separated by a space,
  /// whose values make it up together; `:10` behind a path stands for the first ten characters, a
  /// date as sent (Terra agent-skills: data-natural-keys, data-date-part-only).
  std::span<const std::string_view> keys = {};
};

/// Every type that is known, in the order of the alphabet.
std::span<const EventType> event_types();

/// The row of `name`; spellings with hyphens and older names count too. For a name that is not
/// known the row of unknown types, whose own name is empty.
const EventType& find_event_type(std::string_view name);

}  // namespace terra_hook
