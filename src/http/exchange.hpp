// SPDX-License-Identifier: MIT
// How a request meets the code that answers it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/request_parser.hpp"
#include "http/response.hpp"

namespace terra_hook {

/// Answers one request, once, from any thread. When it is dropped unanswered the sender gets a 500.
class Responder {
 public:
  class Channel {
   public:
    virtual ~Channel() = default;
    /// `self` is the only reference that the caller had: the last one must go on the channel's
    /// thread.
    virtual void send(std::shared_ptr<Channel> self, HttpResponse response) = 0;
  };

  explicit Responder(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&&) noexcept = default;
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;
  ~Responder();

  void send(HttpResponse response);

 private:
  std::shared_ptr<Channel> channel_;
};

/// The requests of one connection on their way in, one after the other. All calls come from one
/// thread at a time, in order.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// A request's head is complete. A response refuses the request before its body is read; the
  /// connection closes after it.
  virtual std::optional<HttpResponse> on_head(const RequestHead& head) = 0;

  /// The next bytes of the body as they arrive, transfer coding undone, content coding not.
  virtual void on_body(std::string_view bytes) = 0;

  /// The request is complete.
  virtual void on_complete(RequestHead head, std::string body, Responder responder) = 0;
};

/// A request that the server itself refused.
struct Refusal {
  std::string remote_address;
  std::string method;  ///< empty when the head could not be read
  std::string target;
  int status = 0;  ///< what was answered; 0 when the connection was closed without an answer
  std::string reason;
};

class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// A connection's first request begins. Called from any of the server's threads, several at a
  /// time.
  virtual std::unique_ptr<Exchange> begin() = 0;
  /// Told after a request was refused. Called like begin().
  virtual void on_refused(const Refusal& refusal) = 0;
};

}  // namespace terra_hook
