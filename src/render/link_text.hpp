// SPDX-License-Identifier: MIT
// Where the payload of an `s3_payload` event is and for how long: the host, never the URL's query.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "capture/capture.hpp"

namespace terra_hook {

struct Link {
  std::string host;  ///< empty when the URL can't be read
  std::optional<UtcTime> expires_at;
};

/// Of a capture that was loaded with its body; nothing when it is no such event or has no URL. At
/// most `max_decoded` bytes of a coded body are looked at.
std::optional<Link> link_of(const Capture& capture, std::uint64_t max_decoded);

/// `payload at files.example.com, expires in 4 min 12 s`, or `expired 2 h ago`; "" without a link.
std::string link_text(const Capture& capture, UtcTime now, std::uint64_t max_decoded);

}  // namespace terra_hook
