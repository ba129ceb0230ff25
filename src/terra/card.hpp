// SPDX-License-Identifier: MIT
// A body as a card: what its type's row of the table names, read in one pass without building a
// document. Records, rows and samples are bounded, whatever the size of the body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/level_series.hpp"
#include "base/track.hpp"
#include "base/series.hpp"
#include "terra/event_type.hpp"

namespace terra_hook {

/// Texts hold what a stranger sent: sanitize() them. Zero is a figure and null is `–`; what is
/// absent is not there.
struct CardField {
  std::string label;
  std::string text;
};

struct CardSection {
  std::string_view title;
  std::vector<CardField> fields;
};

struct CardTable {
  std::string_view title;
  std::vector<std::string_view> columns;
  std::vector<std::vector<std::string>> rows;  ///< the first ones; an absent cell is empty
  std::int64_t count = 0;                      ///< of all rows
};

struct CardPlot {
  const SampleSeries* row = nullptr;
  Series series;       ///< of Drawing::line and Drawing::rate
  LevelSeries levels;  ///< of Drawing::steps
  Track route;         ///< of Drawing::route
  std::int64_t count = 0;
  bool has_table = false;  ///< the same array is shown as a table
};

struct CardRecord {
  std::int64_t number = 0;  ///< from 1; 0 for a body without records
  std::vector<CardSection> sections;
  std::vector<CardTable> tables;
  std::vector<CardPlot> plots;
};

struct Card {
  std::string title;                 ///< the event's type
  std::vector<std::string> remarks;  ///< an unknown type, a missing user, an empty `data`
  std::vector<CardRecord> records;
  std::int64_t record_count = 0;  ///< of all in the body
};

struct CardOptions {
  std::int64_t first_record = 1;  ///< which comes first, counted from 1
  std::int64_t max_records = 3;
  std::size_t max_rows = 20;  ///< of a table
};

/// The card of `body`, which read_body() found to be of type `event_type`.
Card read_card(std::string_view body, std::string_view event_type, const CardOptions& options);

}  // namespace terra_hook
