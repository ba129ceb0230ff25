// SPDX-License-Identifier: MIT
#include "http/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

/// What RFC 9112 §3.2 and §6 forbid and Beast lets pass; nothing when the framing is sound.
std::optional<Rejection> check_framing(const RequestHead& head, bool is_http_1_1) {
  std::size_t lengths = 0;
  std::size_t codings = 0;
  std::size_t hosts = 0;
  for (const HeaderField& field : head.headers) {
    if (equals_ignoring_case(field.name, "Host")) ++hosts;
    if (equals_ignoring_case(field.name, "Content-Length")) {
      ++lengths;
      if (field.value.find_first_not_of("0123456789") != std::string::npos) {
        return Rejection{400, "Content-Length is not one number"};
      }
    }
    if (!equals_ignoring_case(field.name, "Transfer-Encoding")) continue;
    ++codings;
    if (!is_http_1_1) return Rejection{400, "Transfer-Encoding needs HTTP/1.1"};
    if (!equals_ignoring_case(field.value, "chunked")) {
      return Rejection{501, "only the transfer coding 'chunked' is supported"};
    }
  }
  if (hosts > 1) return Rejection{400, "more than one Host"};
  if (hosts == 0 && is_http_1_1) return Rejection{400, "no Host"};
  if (codings > 1) return Rejection{400, "more than one Transfer-Encoding"};
  if (lengths > 1) return Rejection{400, "more than one Content-Length"};
  if (lengths + codings > 1) return Rejection{400, "both Content-Length and Transfer-Encoding"};
  return std::nullopt;
}

Rejection rejection_for(const error_code& ec) {
  if (ec == http::error::header_limit) return {431, "the header section is too large"};
  if (ec == http::error::bad_version)
    return {505, "the request line does not end in HTTP/1.0 or HTTP/1.1"};
  return {400, ec.message()};
}

}  // namespace

class RequestParser::Grammar final : public http::basic_parser<true> {
 public:
  using View = boost::beast::string_view;

  Grammar(std::uint32_t max_head_bytes, std::size_t max_fields, TakeBody take_body)
      : max_head_bytes_(max_head_bytes), max_fields_(max_fields), take_body_(std::move(take_body)) {
    header_limit(max_head_bytes);
    // The taker counts, and knows which of its limits was passed. (Boost 1.74 takes `none` for 0.)
    body_limit(std::numeric_limits<std::uint64_t>::max());
    eager(false);
  }

  State state = State::head;
  Rejection rejection;
  RequestHead head;
  bool is_http_1_1 = true;

  std::size_t feed(std::string_view bytes) {
    const State before = state;
    // A line break before the request line is left over from some senders' last request (§2.2).
    std::size_t used = !got_some() && bytes.starts_with("\r\n") ? 2 : 0;
    error_code ec;
    while (used < bytes.size() && state == before && !ec) {
      if (is_cut_last_chunk(bytes.substr(used))) return used;
      used += put({bytes.data() + used, bytes.size() - used}, ec);
      advance(ec);
    }
    return used;
  }

 private:
  /// Whether `bytes` is a body of no chunk, less its end. Beast, when it has seen the first three
  /// bytes of that, asserts that next it is given all five.
  bool is_cut_last_chunk(std::string_view bytes) const {
    return state == State::body && chunked() && !got_chunk_ && bytes.size() == 4 &&
           bytes.starts_with("0\r\n");
  }

  void advance(const error_code& ec) {
    if (ec && ec != http::error::need_more) {
      state = is_stopped_ ? State::stopped : State::rejected;
      if (state == State::rejected) rejection = rejection_for(ec);
    } else if (state == State::head && is_header_done()) {
      state = is_done() ? State::complete : State::body;
      if (auto unsound = check_framing(head, is_http_1_1)) {
        state = State::rejected;
        rejection = std::move(*unsound);
      }
    } else if (is_done()) {
      state = State::complete;
    }
  }

  void on_request_impl(http::verb, View method, View target, int version, error_code&) override {
    is_http_1_1 = version >= 11;
    head.method.assign(method.data(), method.size());
    head.target.assign(target.data(), target.size());
    head_bytes_ = method.size() + target.size();
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(http::field, View name, View value, error_code& ec) override {
    if (state != State::head) return;  // a trailer
    head_bytes_ += name.size() + value.size() + 4;
    if (head_bytes_ > max_head_bytes_ || head.headers.size() >= max_fields_) {
      ec = http::error::header_limit;
      return;
    }
    head.headers.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }
  // Pure virtual in newer releases of Boost only, hence without `override`.
  void on_trailer_field_impl(http::field, View, View, error_code&) {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View bytes, error_code& ec) override { return take(bytes, ec); }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override { got_chunk_ = true; }
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, error_code& ec) override {
    return take(bytes, ec);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(View bytes, error_code& ec) {
    if (!take_body_({bytes.data(), bytes.size()})) {
      is_stopped_ = true;
      ec = http::error::body_limit;
    }
    return bytes.size();
  }

  std::uint32_t max_head_bytes_;
  std::size_t max_fields_;
  TakeBody take_body_;
  std::size_t head_bytes_ = 0;
  bool got_chunk_ = false;
  bool is_stopped_ = false;
};

RequestParser::RequestParser(std::uint32_t max_head_bytes, std::size_t max_fields,
                             TakeBody take_body)
    : grammar_(std::make_unique<Grammar>(max_head_bytes, max_fields, std::move(take_body))) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  return grammar_->feed(bytes);
}
RequestParser::State RequestParser::state() const {
  return grammar_->state;
}
const Rejection& RequestParser::rejection() const {
  return grammar_->rejection;
}
RequestHead& RequestParser::head() {
  return grammar_->head;
}
bool RequestParser::is_http_1_1() const {
  return grammar_->is_http_1_1;
}
bool RequestParser::keeps_alive() const {
  return grammar_->keep_alive();
}

std::optional<std::uint64_t> RequestParser::content_length() const {
  const auto length = grammar_->content_length();
  return length ? std::optional(*length) : std::nullopt;
}

}  // namespace terra_hook
