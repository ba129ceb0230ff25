// SPDX-License-Identifier: MIT
// HTTP/1.1 requests out of bytes (RFC 9112), strictly: what could be read in two ways is refused.
// The grammar is Boost.Beast's; fields keep their order and spelling, which its own containers do
// not keep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/header_field.hpp"

namespace terra_hook {

/// A request without its body.
struct RequestHead {
  std::string method;
  std::string target;
  HeaderFields headers;
  std::string remote_address;
};

/// Why a request is not accepted, and the status that says so.
struct Rejection {
  int status = 0;
  std::string reason;
};

/// Parses one request. Not thread-safe.
class RequestParser {
 public:
  enum class State {
    head,      ///< more of the head is needed
    body,      ///< the head is complete, the body is not
    complete,  ///< the request is complete; further bytes belong to the next one
    rejected,  ///< rejection() says why; the connection can't be used any more
    stopped,   ///< the body's taker has refused a piece
  };

  /// Takes a piece of the body; false stops the parser.
  using TakeBody = std::function<bool(std::string_view bytes)>;

  /// A head larger than `max_head_bytes` or with more than `max_fields` fields is rejected with
  /// 431.
  RequestParser(std::uint32_t max_head_bytes, std::size_t max_fields, TakeBody take_body);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  /// Reads the beginning of `bytes` and answers how many of them it used; the rest must be given
  /// again, with more behind it. Stops where the head ends, so that the head can be looked at
  /// before the body is read.
  std::size_t feed(std::string_view bytes);

  State state() const;
  const Rejection& rejection() const;

  /// What has been read of the head; complete from State::body on. Trailer fields are not kept:
  /// they must not pass for header fields (RFC 9110 §6.5.1).
  RequestHead& head();

  /// From State::body on.
  std::optional<std::uint64_t> content_length() const;
  bool is_http_1_1() const;
  bool keeps_alive() const;

 private:
  class Grammar;
  std::unique_ptr<Grammar> grammar_;
};

}  // namespace terra_hook
