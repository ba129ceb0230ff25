// SPDX-License-Identifier: MIT
// Failures on purpose of the emulated REST API: which call is answered how, and how often. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

/// What happens to a call instead of its usual answer.
struct ApiFault {
  enum class Kind {
    status,      ///< a problem document with this status
    processing,  ///< 200 and no data: "ask again later"
    timeout,     ///< never answered
    drop,        ///< the connection is closed unanswered
  };
  Kind kind = Kind::status;
  int status = 0;

  bool operator==(const ApiFault&) const = default;
};

/// `504`, `processing`, `timeout`, `drop`.
std::string to_text(const ApiFault& fault);

/// The faults of one route, in order; after the last one it answers as usual.
struct ApiFaultRule {
  struct Entry {
    ApiFault fault;
    std::uint64_t left = 1;
  };
  std::string method;  ///< empty: any
  std::string path;    ///< `/activity`; `*`: any
  std::vector<Entry> entries;
};

/// `GET /activity:504x2,processing,timeout`: a method, which may be left out, a path or `*`, and
/// what its next calls get: statuses from 400 to 599, `processing`, `timeout`, `drop`, each once
/// or, with `xN`, N times. Errors are of kind `usage`.
Result<ApiFaultRule> parse_api_fault(std::string_view text);

/// One thread at a time.
class ApiFaultPlan {
 public:
  void add(ApiFaultRule rule) { rules_.push_back(std::move(rule)); }

  /// The fault for this call, which is counted; nothing when it is to be answered as usual.
  std::optional<ApiFault> take(std::string_view method, std::string_view path);

 private:
  std::vector<ApiFaultRule> rules_;
};

}  // namespace terra_hook
