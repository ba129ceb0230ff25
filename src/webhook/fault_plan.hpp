// SPDX-License-Identifier: MIT
// Failures on purpose, to watch a sender's retries: which delivery is answered how. Pure: the
// randomness comes from a seed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// One entry of `--respond`.
struct PlannedResponse {
  std::optional<int> status;  ///< none: `timeout`
  std::uint64_t count = 1;    ///< for so many deliveries
  double share = 1;           ///< of them, drawn by the seed; the others are handled as usual

  bool operator==(const PlannedResponse&) const = default;
};

/// `500x3,timeout,200`: statuses from 200 to 599 and `timeout`, each for one delivery or, with
/// `xN`, for N; `500@20%` is for a fifth of them. Errors are of kind `usage`.
Result<std::vector<PlannedResponse>> parse_responses(std::string_view text);

struct FaultOptions {
  std::vector<PlannedResponse> responses;  ///< the last one holds for all that come after
  double drop = 0;                         ///< the share whose connection is closed unanswered
  std::chrono::milliseconds delay{};       ///< before each answer
  std::uint64_t seed = 0;

  bool is_any() const { return !responses.empty() || drop > 0 || delay.count() > 0; }
  /// Whether chance decides, so that the seed matters.
  bool is_random() const;
};

/// What happens to one delivery.
struct Fault {
  enum class Kind {
    none,     ///< handled as usual
    respond,  ///< answered `status`, whatever it is
    timeout,  ///< never answered
    drop,     ///< the connection is closed without an answer
  };
  Kind kind = Kind::none;
  int status = 0;
};

/// Gives each delivery its fault, in order. One thread at a time.
class FaultPlan {
 public:
  explicit FaultPlan(const FaultOptions& options) : options_(options), random_(options.seed) {}

  Fault next();

 private:
  FaultOptions options_;
  std::mt19937_64 random_;
  std::size_t entry_ = 0;
  std::uint64_t used_ = 0;  ///< of the entry
};

}  // namespace terra_hook
