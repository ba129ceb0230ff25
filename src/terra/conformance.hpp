// SPDX-License-Identifier: MIT
// What a handler of Terra's webhooks has to do, each a row of one table: what is sent, what should
// be answered, where Terra says so, how to mend it; and how what came back is graded. The rows are
// the odd deliveries, by their names, and a few that are about how deliveries are sent. Pure.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.hpp"
#include "terra/odd_deliveries.hpp"

namespace terra_hook {

/// How the deliveries of a check go out.
enum class ConformPlay {
  in_order,           ///< one after another, each on a connection of its own
  at_once,            ///< all at the same time
  on_one_connection,  ///< one after another, on the same connection where the handler keeps it
};

/// What is right.
enum class ConformWant {
  accepted,     ///< each is answered 2xx
  refused,      ///< each is answered 401
  either_name,  ///< 2xx; one of two is enough to get by
  kept_open,    ///< 2xx but for the third, which is forged; the connection is used again
  no_redirect,  ///< no 3xx, here and in all that was sent before
};

struct ConformCheck {
  std::string_view id;      ///< an odd delivery's name where it plays one
  std::string_view sent;    ///< what is sent
  std::string_view why;     ///< what a handler should do with it and why
  std::string_view source;  ///< where that is said
  std::string_view mend;    ///< what to do when it fails
  ConformWant want = ConformWant::accepted;
  ConformPlay play = ConformPlay::in_order;
  std::vector<SampleDelivery> (*make)(const OddContext& context) = nullptr;
  /// The body stays as it is made. Others are written such that JSON.parse and JSON.stringify give
  /// the same bytes, so that a handler that hashes those fails the checks that are about it only.
  bool keeps_bytes = false;
};

/// All, in the order in which they are made.
const std::vector<ConformCheck>& conform_checks();

/// The ids of all, in the same order.
std::vector<std::string> conform_ids();

/// What `check` sends. A body of 20 MB may be among it.
std::vector<SampleDelivery> conform_deliveries(const ConformCheck& check,
                                               const OddContext& context);

/// What became of one delivery.
struct ConformAnswer {
  int status = 0;  ///< 0: there was no answer
  ClientFailure failure = ClientFailure::none;
  std::string error;  ///< why there was none, and what may help
  std::string hint;
  std::chrono::microseconds latency{};
  std::string body;  ///< its beginning
  bool is_on_kept_connection = false;
};

enum class ConformGrade {
  passed,
  weak,  ///< does no harm, but is not what Terra asks for
  failed,
};

std::string_view to_string(ConformGrade grade);

struct ConformVerdict {
  ConformGrade grade = ConformGrade::passed;
  std::string finding;  ///< what is not right, in a line; empty when it passed
};

/// Grades what came back. `redirected` are the ids of earlier checks that were answered 3xx.
/// A delivery that should be refused and is answered 400 or 403 is weak: it is kept out, but the
/// sender can't tell it from a bad request. Any other status fails.
ConformVerdict grade(const ConformCheck& check, std::span<const ConformAnswer> answers,
                     std::span<const std::string_view> redirected);

}  // namespace terra_hook
