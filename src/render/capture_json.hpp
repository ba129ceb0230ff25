// SPDX-License-Identifier: MIT
// A capture for programs: the members of `delivery` and `capture` objects, the same everywhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/attempt.hpp"
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
  const Verification* verification = nullptr;      ///< adds `age_seconds` and `notes`
  std::string_view forwarding;                     ///< for `delivery`; "": not forwarding
  std::string_view fault;                          ///< for `delivery`; "": none on purpose
  const std::vector<Attempt>* attempts = nullptr;  ///< adds `attempts`
  const std::vector<std::string>* tags = nullptr;  ///< adds `tags`
  bool unicode = true;                             ///< false: all that is not ASCII is escaped
};

/// One JSON object on one line, without a newline. A JSON body is embedded as `body` with every
/// token as sent, but for the queries of signed URLs, which are hidden; other text as `body_text`;
/// other bytes as `body_base64`. A coded body is decoded first and, where that fails, given as
/// `body_base64` as received. Characters that a terminal acts on or a reader can't see are written
/// as `\u` escapes, which spell the same value.
std::string capture_json(const Capture& capture, const CaptureJsonOptions& options);

/// Line `number` of `show --path`: `{"type":"value","number":12,"path":"/data/0","value":…}`, the
/// value (JSON, UTF-8) with every token as sent, and escapes, like above.
std::string value_json(std::int64_t number, std::string_view path, std::string_view value,
                       bool unicode);

/// A JSON text in the compact form of the other functions: tokens as sent but for signed URLs and
/// invisible characters. `json` must be JSON and UTF-8.
std::string compact_json(std::string_view json, bool unicode);

/// The verdict as an object, for `verify --format json`. `diagnosis` may be null and `place`, of
/// one of several in a file, empty: the object's member then is null.
std::string verification_json(const Verification& verification, const Diagnosis* diagnosis,
                              std::string_view place);

/// Why the signature of capture `number` failed, as the line of type `diagnosis` that `listen`
/// prints.
std::string diagnosis_json(std::int64_t number, Verdict verdict, const Diagnosis& diagnosis);

}  // namespace terra_hook
