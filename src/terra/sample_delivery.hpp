// SPDX-License-Identifier: MIT
// A made-up delivery: a body with the header fields that Terra sends along, signed as Terra does or
// wrong on purpose. Pure: the caller brings the secret and the time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/header_field.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "terra/sample_event.hpp"

namespace terra_hook {

/// What is true of a signature.
enum class SampleSigning {
  valid,         ///< the secret, the time of sending
  missing,       ///< there is none
  forged,        ///< made with another secret
  tampered,      ///< made for a body that differs in one byte
  expired,       ///< right, but an hour old
  malformed,     ///< a bare digest without `t` and `v1`
  doubled,       ///< two `v1`, of which the second is right, as while a secret is changed
  other_scheme,  ///< right, but under `v0` only
};

/// Under which header names it goes out.
enum class SignatureNames {
  both,        ///< `X-Terra-Signature` and `Terra-Signature`, as Terra does
  current,     ///< the first only
  deprecated,  ///< the second only
  lower_case,  ///< both, spelled as HTTP/2 and some proxies spell them
  upper_case,  ///< both, in capitals
};

struct SampleDelivery {
  std::string event_type;
  std::string body;
  std::string trace_id;
  std::string reference;
  std::optional<UtcTime> emitted_at;  ///< the ordering timestamp
  SampleSigning signing = SampleSigning::valid;
  SignatureNames names = SignatureNames::both;
};

/// The header fields, signed at `now`; without a secret none of the signature's.
HeaderFields headers_of(const SampleDelivery& delivery, const Secret* secret, UtcTime now);

/// The records of the date and, where these are fewer than `count`, of the days before it, the
/// latest last; at most `count`, and no more than fit into `most_bytes` (0: any number). There may
/// be none. Looks back ten years.
std::vector<std::string> latest_records(std::string_view type, const Person& person, LocalDate date,
                                        const SampleOptions& options, std::size_t count,
                                        std::uint64_t most_bytes = 0);

/// `body`, an object, with blanks before its last brace until it has `size` bytes; as it is when it
/// has as many already.
std::string widened(std::string body, std::uint64_t size);

/// An event of exactly `size` bytes: as many records as fit, with samples if one of them fits, then
/// blanks. Nothing when not even an event without records fits.
std::optional<std::string> event_of_size(std::string_view type, const Person& person,
                                         LocalDate date, const SampleOptions& options,
                                         std::uint64_t size);

}  // namespace terra_hook
