// SPDX-License-Identifier: MIT
#include "capture/http_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_message_head = 1 << 20;
constexpr std::size_t k_max_message_fields = 1000;

bool is_version(std::string_view text) {
  return text == "HTTP/1.1" || text == "HTTP/1.0";
}

struct RequestLine {
  std::string_view method;
  std::string_view target;
};

// RFC 9112 §3
std::optional<RequestLine> parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return std::nullopt;
  }
  const RequestLine request{line.substr(0, first), line.substr(first + 1, last - first - 1)};
  if (!is_token(request.method) || !is_request_target(request.target) ||
      !is_version(line.substr(last + 1))) {
    return std::nullopt;
  }
  return request;
}

// Takes the lines of a message's head off its front.
class Head {
 public:
  explicit Head(std::string_view text) : text_(text) {}

  // The next line without its end, or nothing when the head goes on past the text or the limit.
  std::optional<std::string_view> next_line() {
    const std::size_t end = text_.substr(0, k_max_message_head).find('\n', position_);
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    std::string_view line = text_.substr(position_, end - position_);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    position_ = end + 1;
    ++line_number_;
    return line;
  }

  // Why there was no next line.
  Error incomplete() const {
    if (text_.size() >= k_max_message_head) {
      return {ErrorKind::input, "the HTTP message's head is larger than 1 MiB"};
    }
    return {ErrorKind::input,
            fmt::format("line {}: the HTTP message ends within its head", line_number_ + 1),
            "an empty line ends the header fields"};
  }

  Error error(std::string_view message, std::string hint = {}) const {
    return {ErrorKind::input, fmt::format("line {}: {}", line_number_, message), std::move(hint)};
  }

  std::string_view rest() const { return text_.substr(position_); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_number_ = 0;
};

Result<HeaderField> parse_field(std::string_view line, const Head& head) {
  if (line.front() == ' ' || line.front() == '\t') {
    return head.error("a header field can't be continued on a second line",
                      "put its whole value on one line");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return head.error("a header field without a colon", "write it as `Name: value`");
  }
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) {
    return head.error("not a header field's name before the colon",
                      "names are letters, digits and hyphens, without white space");
  }
  return HeaderField{std::string(name), std::string(trim(line.substr(colon + 1), " \t"))};
}

}  // namespace

bool looks_like_http_message(std::string_view text) {
  const auto line = Head(text).next_line();
  return line && parse_request_line(*line);
}

Result<HttpMessage> parse_http_message(std::string_view text) {
  Head head(text);
  auto line = head.next_line();
  if (!line) {
    return head.incomplete();
  }
  const auto request = parse_request_line(*line);
  if (!request) {
    return head.error("not an HTTP/1.1 request line", "it looks like `POST /hook HTTP/1.1`");
  }
  HttpMessage message{std::string(request->method), std::string(request->target), {}, {}};
  for (;;) {
    line = head.next_line();
    if (!line) {
      return head.incomplete();
    }
    if (line->empty()) {
      message.body = head.rest();
      return message;
    }
    if (message.headers.size() == k_max_message_fields) {
      return head.error(fmt::format("more than {} header fields", k_max_message_fields));
    }
    TRY_ASSIGN(HeaderField field, parse_field(*line, head));
    message.headers.push_back(std::move(field));
  }
}

std::string http_message_head(std::string_view method, std::string_view target,
                              const HeaderFields& headers) {
  return fmt::format("{} {} HTTP/1.1\r\n{}\r\n", method, target, to_header_section(headers));
}

}  // namespace terra_hook
