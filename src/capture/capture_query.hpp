// SPDX-License-Identifier: MIT
// The SQL behind StoreReader::list(). Matches are found along the index of one condition, the
// others being checked row by row, in spans of numbers that are small or need no sorting: the first
// matches and the last fifty cost the same in a store of any size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "capture/sqlite.hpp"
#include "capture/store.hpp"

namespace terra_hook {

/// Capture numbers, both ends included; empty when `first` > `last`.
struct NumberSpan {
  std::int64_t first;
  std::int64_t last;

  bool empty() const { return first > last; }
};

class CaptureQuery {
 public:
  static Result<CaptureQuery> plan(const CaptureFilter& filter, sqlite::Connection& connection);

  /// All numbers that can match: the filter's own range, its times, and what there is now.
  NumberSpan span() const { return span_; }

  /// The beginning or the end of `span`, as much as one statement may be asked for.
  NumberSpan oldest_part(NumberSpan span) const;
  NumberSpan newest_part(NumberSpan span) const;

  /// Gives k_capture_columns of the first `k_page` matches in a part, oldest first.
  std::string page_sql() const;
  static constexpr std::int64_t k_page = 512;

  /// Gives the numbers of the matches in a part, newest first.
  std::string numbers_sql() const;

  /// Binds all parameters of either statement. The query must outlive the binding.
  void bind(sqlite::Statement& statement, NumberSpan part) const;

 private:
  // One member of the filter: the column has one of these values.
  struct Condition {
    const char* column;
    const char* index;
    bool in_blocks;  // the index begins with the block
    std::vector<std::string> values;
  };

  explicit CaptureQuery(const CaptureFilter& filter);
  Result<void> narrow_to_times(sqlite::Connection& connection);
  bool in_blocks() const { return !conditions_.empty() && conditions_.front().in_blocks; }
  std::string select(const std::string& columns) const;

  std::optional<std::string> tag_;
  std::vector<Condition> conditions_;  // it is the first one's index that is walked
  std::int64_t since_;
  std::int64_t until_;
  NumberSpan span_;
};

}  // namespace terra_hook
