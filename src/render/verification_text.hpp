// SPDX-License-Identifier: MIT
// What `verify` says of a signature, for people, and of many of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "render/style.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

/// The moment that the age of `t` is judged at.
struct Judgement {
  UtcTime at{};
  enum class Moment { now, receipt, chosen } moment = Moment::now;
};

/// The verdict on the only delivery there is; the rest in lines of its own.
std::string verification_text(const Verification& verification, const Judgement& judgement,
                              const Style& style);

/// The verdict on one of several, all but notes in one line that begins with its `place`.
std::string verification_line(std::string_view place, const Verification& verification,
                              const Judgement& judgement, const Style& style);

/// What was found in a file of several deliveries.
struct VerificationCounts {
  std::map<Verdict, std::uint64_t> by_verdict;
  std::uint64_t skipped = 0;  ///< entries that are no deliveries, or damaged

  std::uint64_t verified() const;
};

/// `2 valid, 1 invalid`.
std::string verdict_counts_text(const std::map<Verdict, std::uint64_t>& by_verdict);

/// `verified 3 deliveries: 2 valid, 1 invalid`.
std::string verification_summary_text(const VerificationCounts& counts);

/// The same as the line of type `summary`.
std::string verification_summary_json(const VerificationCounts& counts);

}  // namespace terra_hook
