// SPDX-License-Identifier: MIT
// A capture for programs: the members of `delivery` and `capture` objects, the same everywhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "capture/capture.hpp"
#include "webhook/diagnosis.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

struct CaptureJsonOptions {
  std::string_view type = "capture";  ///< the object's `type` member
  bool with_headers = false;
  bool with_body = false;  ///< the capture must have been loaded with its body
  std::uint64_t max_decoded = 64ULL << 20;
  std::optional<int> status;  ///< what was answered, for `delivery`
  std::optional<std::chrono::microseconds> elapsed;
  const Verification* verification = nullptr;  ///< adds `age_seconds` and `notes`
};

/// One JSON object on one line, without a newline. A JSON body is embedded as `body` with every
/// token as sent, but for the queries of signed URLs, which are hidden; other text as `body_text`;
/// other bytes as `body_base64`. A coded body is decoded first and, where that fails, given as
/// `body_base64` as received.
std::string capture_json(const Capture& capture, const CaptureJsonOptions& options);

/// The verdict as an object, for `verify --format json`. `diagnosis` may be null, as the object's
/// member then is.
std::string verification_json(const Verification& verification, const Diagnosis* diagnosis);

}  // namespace terra_hook
