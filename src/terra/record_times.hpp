// SPDX-License-Identifier: MIT
// When a record was: its local times as sent, and where a reader may take one day for another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "terra/path_set.hpp"

namespace terra_hook {

struct CardField;

/// Where a record says when it was.
struct RecordTimePaths {
  explicit RecordTimePaths(PathSet& record);
  PathSet::Id start;
  PathSet::Id end;
  PathSet::Id timestamp;
  PathSet::Id planned_date;
  PathSet::Id localization;
};

/// `local 2026-07-01, UTC 2026-06-30` where the date of a time as sent differs from its UTC date;
/// nothing when they are the same or the time has no offset.
std::optional<std::string> date_difference(std::string_view sent);

/// `2026-07-01 07:04:11 → 07:52:48 +01:00`: what both times share is said once.
std::string range_text(std::string_view start, std::string_view end);

/// The fields `when`, `lasts`, `dates` and `clock`, as far as there is something to say.
std::vector<CardField> time_fields(const PathValues& record, const RecordTimePaths& paths);

}  // namespace terra_hook
