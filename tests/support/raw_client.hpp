// SPDX-License-Identifier: MIT
// One TCP connection to 127.0.0.1 whose every byte the test decides. Reads and writes have a
// deadline; missing it throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/unique_fd.hpp"

namespace terra_hook::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct RawResponse {
  int status = 0;
  Fields fields;
  std::string body;

  /// The first value of a field, its name in any case; "" when there is none.
  std::string field(std::string_view name) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, std::chrono::seconds patience = std::chrono::seconds(15));

  /// Throws when the peer has closed.
  void send(std::string_view bytes);
  /// False when the peer has closed or reset the connection.
  bool try_send(std::string_view bytes);

  /// The next response; a 1xx counts as one. `has_body` is false for the answer to HEAD.
  RawResponse read_response(bool has_body = true);
  /// Everything up to the peer's close or reset.
  std::string read_to_end();

  void half_close();
  /// Closes with a RST instead of a FIN.
  void reset();

 private:
  bool read_more();

  UniqueFd socket_;
  std::string received_;
};

/// A POST with Host and Content-Length, as one string.
std::string post_request(std::string_view body, const Fields& fields = {},
                         std::string_view target = "/");

/// A POST without its body whose body is to come in chunks.
std::string chunked_head(const Fields& fields = {}, std::string_view target = "/");

/// `body` in chunks of `size` bytes, with the last one.
std::string in_chunks(std::string_view body, std::size_t size);

/// One POST over a connection of its own.
RawResponse post(std::uint16_t port, std::string_view body, const Fields& fields = {},
                 std::string_view target = "/");

}  // namespace terra_hook::test
