// SPDX-License-Identifier: MIT
// Answers of several windows put together: records as they were sent, to the byte, none twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"

namespace terra_hook {

/// The records of one answer: the elements of `data`, `users` or `providers`, or of the whole.
struct RecordList {
  std::string_view before;  ///< of the answer, up to and with the `[`
  std::string_view inside;  ///< what stands between the brackets
  std::string_view after;   ///< from the `]` on
  std::string event_type;
};

/// Finds them; views of `body`. An `athlete` object is one record, without brackets around it.
/// Errors: input (not JSON, or no records in it).
Result<RecordList> find_records(std::string_view body);

/// Takes the bytes of a record; false when no more are wanted.
using RecordSink = std::function<Result<bool>(std::string_view record)>;

/// Hands the records of answer after answer on, without those that an earlier answer had. What
/// stands twice in one answer stays. Records that have no key are all kept (EventType::keys).
/// Memory: some 40 bytes a record. One thread at a time.
class RecordMerger {
 public:
  /// False when `sink` wanted no more.
  Result<bool> add(const RecordList& list, const RecordSink& sink);

  std::uint64_t kept() const { return kept_; }
  std::uint64_t duplicates() const { return duplicates_; }
  /// Duplicates that were not the same to the byte; the first one was kept.
  std::uint64_t differing() const { return differing_; }

 private:
  bool is_new(std::string_view record, std::string_view event_type);

  struct Seen {
    std::size_t answer;
    std::size_t content;  ///< a hash
  };
  std::unordered_map<std::string, Seen> seen_;  ///< by 16 bytes of a key's digest
  std::size_t answer_ = 0;
  std::uint64_t kept_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t differing_ = 0;
};

}  // namespace terra_hook
