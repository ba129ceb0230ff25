// SPDX-License-Identifier: MIT
// The events that the emulator sends, planned: a body is made when it is needed, each time the same
// bytes. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "terra/connection.hpp"
#include "terra/record_span.hpp"
#include "terra/sample_event.hpp"

namespace terra_hook {

/// What a delivery's body says.
struct EventPlan {
  std::string type;
  std::string user_id;                ///< empty where the event has no user
  std::string user;                   ///< the user object when it was emitted, with `records`
  std::optional<RecordSpan> records;  ///< of a data event
  std::string body;                   ///< of any other

  bool has_records() const { return records.has_value(); }
};

std::string event_body(const EventPlan& event, const RecordSource& source);

/// A delivery that is to go out.
struct Emission {
  EventPlan event;
  std::string trace_id;
  std::string reference;  ///< the terra-reference field
  std::size_t chunk = 0;  ///< of a large request, from 1; 0: none
  std::size_t chunks = 0;
  std::chrono::milliseconds after{};  ///< from now, at the usual speed
  bool is_retried = true;             ///< Terra does not try failed connections again
};

/// A request for more than a month, accepted and still to be worked off.
struct LargeRequest {
  EventPlan event;  ///< with all its records
  std::string reference;
  std::string sending_trace_id;
  std::string chunk_trace_id;  ///< of chunk n with `:chunk:n` behind it
  Connection user;             ///< as it was then
  std::chrono::milliseconds after{};
};

/// `large_request_sending`, then the chunks. Makes every record once: takes a while.
std::vector<Emission> work_off(const LargeRequest& request, const RecordSource& source);

/// Ids as Terra has them, UUIDs: the same seed gives the same ones. One thread at a time.
class IdSource {
 public:
  explicit IdSource(std::uint64_t seed) : random_(seed) {}
  std::string next();
  /// 64 hex digits.
  std::string next_token();

 private:
  std::mt19937_64 random_;
};

EventPlan data_event(const Connection& user, RecordSpan records);

/// An event without records about `user`, of whom only what an event tells is looked at.
EventPlan notice(std::string_view type, const Connection& user, const NoticeDetails& details = {});

}  // namespace terra_hook
