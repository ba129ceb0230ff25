// SPDX-License-Identifier: MIT
// Deliveries in files: what export writes, what other tools write, and bare bodies. One way to read
// them all, which tells the formats apart by their content. Files may come from anyone: memory is
// bounded, nothing recurses on their depth, and what an entry lacks is said and not guessed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/header_field.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

enum class DeliveryFormat {
  http,    ///< one HTTP request as text (capture/http_file.hpp)
  har,     ///< HTTP Archive 1.2 (capture/har.hpp)
  ndjson,  ///< one JSON object a line: captures (capture/capture_lines.hpp), or bare payloads
  json,    ///< one bare payload
  raw,     ///< one body, whatever it is; never detected
};

std::string_view to_string(DeliveryFormat format);

/// One delivery as a file has it, not verified and not summarised.
struct FileDelivery {
  std::string method = "POST";
  std::string target = "/";
  HeaderFields headers;  ///< empty for a bare payload
  std::string body;
  std::optional<UtcTime> received_at;

  // What the file says about it; nobody has checked that.
  std::string remote_address;
  std::optional<Verdict> verdict;
  std::string secret_name;
  std::string verdict_reason;
  std::optional<std::int64_t> answered;  ///< the status that its sender got

  std::string place;               ///< `line 3`, `entry 12`; empty when it is the whole file
  std::vector<std::string> notes;  ///< what of it could not be taken over, for people
};

/// An entry that is no delivery, or a damaged one.
struct SkippedEntry {
  std::string place;
  std::string reason;  ///< `GET, not POST`, `the file has no body for it`
  bool is_damaged = false;
};

struct DeliveryReadOptions {
  std::optional<DeliveryFormat> format;  ///< none: told by the content
  std::uint64_t max_body = 64ULL << 20;  ///< a larger body is skipped as damaged
};

struct DeliveryVisitor {
  /// Takes a delivery; false ends the reading.
  std::function<Result<bool>(FileDelivery)> on_delivery;
  /// Hears of what is skipped; may be empty.
  std::function<void(const SkippedEntry&)> on_skipped;
};

/// HAR files and other single JSON documents are read whole, up to this size; NDJSON of any size
/// is read a line at a time.
inline constexpr std::uint64_t k_max_document = 1ULL << 30;

/// Reads all deliveries in order and says which format it was. An Error when the whole is none of
/// the formats; it names line and column where there are any.
Result<DeliveryFormat> read_deliveries(ByteSource source, const DeliveryReadOptions& options,
                                       const DeliveryVisitor& visitor);

/// The same for a file; `-` is `standard_input`. Errors begin with the file's name. What is not a
/// regular file or a pipe is refused.
Result<DeliveryFormat> read_delivery_file(const std::string& path, int standard_input,
                                          const DeliveryReadOptions& options,
                                          const DeliveryVisitor& visitor);

/// All of a file that is known to be small, such as an argument of `verify`: the deliveries, or an
/// Error for the first damaged entry.
Result<std::vector<FileDelivery>> read_all_deliveries(const std::string& path, int standard_input,
                                                      const DeliveryReadOptions& options = {});

/// The status that `text` is; nothing for 0, which HAR has for none, and for what is no status.
std::optional<std::int64_t> parse_answered(std::string_view text);

/// Drops fields that a request can't have (RFC 9110 §5), with a note for each. HTTP/2's
/// `:authority` becomes Host, its other pseudo-fields go without a note (RFC 9113 §8.3.1).
void keep_sendable_fields(FileDelivery& delivery);

}  // namespace terra_hook
