// SPDX-License-Identifier: MIT
// How a request becomes a capture, wherever it came from: a sender, a file, an answer of the API.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/header_field.hpp"
#include "base/time.hpp"
#include "capture/capture.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

/// A whole request, before anything is known about what it says.
struct IncomingRequest {
  UtcTime received_at{};
  std::string remote_address;  ///< may be empty
  std::string method;
  std::string target;
  HeaderFields headers;
  std::string body;  ///< as received, content coding not undone
  Sha256Digest body_sha256{};
  Origin origin = Origin::listen;
};

/// The capture of `request`, with the summary of its body (of which at most `max_decoded` bytes are
/// decoded), the ids of its headers, and the verdict of `verification`. The store gives the rest.
Capture to_capture(IncomingRequest request, const Verification& verification,
                   std::uint64_t max_decoded);

}  // namespace terra_hook
