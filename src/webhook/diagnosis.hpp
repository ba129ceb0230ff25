// SPDX-License-Identifier: MIT
// Why a signature does not match: tries the usual mistakes and names the one that makes the HMAC
// right. A cause is proven by that, never guessed. For the owner of the secret only: nothing of it
// may reach the sender, who could use the answers to learn about the secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/header_field.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// What a diagnosis has to go by. All views must outlive the call.
struct Evidence {
  /// The values of the signature header; several when its two spellings differ.
  std::vector<std::string> header_values;
  std::string_view body;  ///< as received
  /// The body with its content coding undone, where it has one.
  std::optional<std::string_view> decoded_body;
  /// The secrets that were tried, and others that are at hand: of another profile, the API key.
  std::vector<NamedSecret> secrets;
  std::vector<NamedSecret> other_keys;
  std::optional<std::int64_t> ordering_timestamp;  ///< X-Terra-Ordering-Timestamp, milliseconds
  std::optional<UtcTime> received_at;
};

struct Cause {
  std::string name;    ///< stable, for programs: `re-serialised body`
  std::string what;    ///< what went wrong, for people
  std::string advice;  ///< how to mend it

  bool operator==(const Cause&) const = default;
};

struct Diagnosis {
  /// What together makes the signature right; empty when nothing tried does.
  std::vector<Cause> causes;
  std::string secret_name;              ///< whose HMAC then matches
  std::vector<std::string> suspicions;  ///< what looks odd but proves nothing
  std::string tried;                    ///< what was tried, in words
  std::string left;                     ///< what else it may be, in words; empty with causes
  bool is_complete = true;              ///< false when the body was too large to try everything
};

/// Tries single mistakes of each sort (header, secret, body, what is signed), then pairs of two
/// sorts as far as the work allows. Bounded: hashes and writes about 700 MiB at the most,
/// whatever the input. Pure; any thread.
Diagnosis diagnose(const Evidence& evidence);

}  // namespace terra_hook
