// SPDX-License-Identifier: MIT
// A run of records that is named instead of held: what an event or an answer is made from, and how
// a large request is cut into chunks. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terra/record_source.hpp"

namespace terra_hook {

struct RecordSpan {
  PersonRef person;
  std::string type;
  DaySpan days;
  bool with_samples = false;
  std::size_t skip = 0;          ///< so many of the first day's records are not meant
  std::size_t count = SIZE_MAX;  ///< at most so many
};

/// Calls `take` with each record until it answers false.
void for_each_record(const RecordSpan& span, const RecordSource& source,
                     const std::function<bool(const std::string&)>& take);

/// A chunk of a large request has at most 10 records and, unless it is one alone, 10 MB
/// (docs.tryterra.co, event types).
struct ChunkLimits {
  std::size_t records = 10;
  std::uint64_t bytes = 10'000'000;
};

/// The chunks of `span`, in order. Makes every record once.
std::vector<RecordSpan> plan_chunks(const RecordSpan& span, const RecordSource& source,
                                    const ChunkLimits& limits = {});

/// The body of a data event: type, version, user and the records (one `athlete` for that type).
std::string data_event_body(const RecordSpan& span, std::string_view user,
                            const RecordSource& source);

/// The records alone, as an array; nothing when they take more than `max_bytes`.
std::optional<std::string> record_array(const RecordSpan& span, const RecordSource& source,
                                        std::uint64_t max_bytes);

/// The document that a request with `to_webhook=false` is answered with; nothing when its records
/// take more than `max_bytes`.
std::optional<std::string> data_document(const RecordSpan& span, std::string_view user,
                                         const RecordSource& source, std::uint64_t max_bytes);

}  // namespace terra_hook
