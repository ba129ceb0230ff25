// SPDX-License-Identifier: MIT
// The server's limits in time and number, with limits so small that a test need not wait for them.
#include "http/server.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "support/child_process.hpp"
#include "support/raw_client.hpp"

namespace terra_hook::test {
namespace {

using namespace std::chrono_literals;

/// Answers 200, throws at /throw, keeps the responder of /keep, drops that of /drop.
class Handler final : public RequestHandler {
 public:
  std::unique_ptr<Exchange> begin() override { return std::make_unique<Answering>(*this); }

  void on_refused(const Refusal& refusal) override {
    const std::lock_guard lock(mutex_);
    reasons_.push_back(refusal.reason);
    changed_.notify_all();
  }

  /// The reason of the next refusal.
  std::string next_reason() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, k_patience, [&] { return !reasons_.empty(); })) {
      throw std::runtime_error("nothing was refused");
    }
    std::string reason = std::move(reasons_.front());
    reasons_.erase(reasons_.begin());
    return reason;
  }

  bool has_refused() {
    const std::lock_guard lock(mutex_);
    return !reasons_.empty();
  }

  /// The responder that was kept.
  Responder kept() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, k_patience, [&] { return kept_.has_value(); })) {
      throw std::runtime_error("no request came");
    }
    Responder responder = std::move(*kept_);
    kept_.reset();
    return responder;
  }

 private:
  class Answering final : public Exchange {
   public:
    explicit Answering(Handler& handler) : handler_(handler) {}
    std::optional<HttpResponse> on_head(const RequestHead& head) override {
      if (head.target == "/throw") throw std::runtime_error("a bug");
      return std::nullopt;
    }
    void on_body(std::string_view) override {}
    void on_complete(RequestHead head, std::string body, Responder responder) override {
      if (head.target == "/drop") return;
      if (head.target == "/keep") {
        const std::lock_guard lock(handler_.mutex_);
        handler_.kept_ = std::move(responder);
        handler_.changed_.notify_all();
        return;
      }
      responder.send({200, {}, std::move(body)});
    }

   private:
    Handler& handler_;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> reasons_;
  std::optional<Responder> kept_;
};

std::unique_ptr<Server> start(Handler& handler, const ServerLimits& limits) {
  ServerOptions options;
  options.threads = 1;
  options.limits = limits;
  options.now = [] { return UtcTime(); };
  auto server = Server::bind(options, handler);
  REQUIRE(server);
  (*server)->start();
  return *std::move(server);
}

std::string unfinished_post(std::size_t length, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" +
         std::string(body);
}

TEST_CASE("server - a head that does not come in time") {
  Handler handler;
  ServerLimits limits;
  limits.head_timeout = 50ms;
  const auto server = start(handler, limits);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHo");
  CHECK(client.read_to_end() == "");
  CHECK(handler.next_reason() == "the header section did not arrive in time");
}

TEST_CASE("server - a body that does not come in time") {
  Handler handler;
  ServerLimits limits;
  SUBCASE("because it stalls") {
    limits.body_idle_timeout = 50ms;
  }
  SUBCASE("because it is long") {
    limits.body_timeout = 50ms;
  }
  const auto server = start(handler, limits);
  RawClient client(server->port());
  client.send(unfinished_post(2, "{"));
  CHECK(client.read_to_end() == "");
  CHECK(handler.next_reason() == "the body did not arrive in time");
}

TEST_CASE("server - an idle connection is closed without a word") {
  Handler handler;
  ServerLimits limits;
  limits.idle_timeout = 50ms;
  const auto server = start(handler, limits);
  RawClient fresh(server->port());
  RawClient used(server->port());
  used.send(post_request("{}"));
  CHECK(used.read_response().status == 200);
  CHECK(fresh.read_to_end() == "");
  CHECK(used.read_to_end() == "");
  CHECK_FALSE(handler.has_refused());
}

TEST_CASE("server - the longest idle connection makes room for another") {
  Handler handler;
  ServerLimits limits;
  limits.connections = 3;
  const auto server = start(handler, limits);
  std::vector<RawClient> idle;
  for (int i = 0; i < 3; ++i) {
    idle.emplace_back(server->port());
    idle.back().send(post_request("{}"));
    CHECK(idle.back().read_response().status == 200);
  }
  CHECK(post(server->port(), "{}").status == 200);
  CHECK(idle[0].read_to_end() == "");
  idle[2].send(post_request("{}"));
  CHECK(idle[2].read_response().status == 200);
}

TEST_CASE("server - no room without an idle connection") {
  Handler handler;
  ServerLimits limits;
  limits.connections = 2;
  const auto server = start(handler, limits);
  RawClient one(server->port());
  RawClient two(server->port());
  for (RawClient* busy : {&one, &two}) {
    busy->send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(busy->read_response().status == 100);
  }
  RawClient late(server->port());
  CHECK(late.read_to_end() == "");
  CHECK(handler.next_reason() == "too many connections");
  one.send("{}");
  CHECK(one.read_response().status == 200);
}

TEST_CASE("server - bodies in flight are bounded together") {
  Handler handler;
  ServerLimits limits;
  limits.in_flight_bytes = 1000;
  const auto server = start(handler, limits);
  const std::string most(900, 'x');
  RawClient holder(server->port());
  holder.send(post_request(most, {}, "/keep"));
  Responder responder = handler.kept();

  const RawResponse refused = post(server->port(), most);
  CHECK(refused.status == 503);
  CHECK_FALSE(refused.field("Retry-After").empty());
  CHECK(handler.next_reason() == "too many bodies in flight");
  CHECK(post(server->port(), "{}").status == 200);

  responder.send({200, {}, ""});
  CHECK(holder.read_response().status == 200);
  CHECK(post(server->port(), most).status == 200);
}

TEST_CASE("server - a responder that is dropped answers 500") {
  Handler handler;
  const auto server = start(handler, {});
  CHECK(post(server->port(), "{}", {}, "/drop").status == 500);
  CHECK(post(server->port(), "{}").status == 200);
}

TEST_CASE("server - an exception costs its own connection only") {
  Handler handler;
  const auto server = start(handler, {});
  RawClient client(server->port());
  client.send(post_request("{}", {}, "/throw"));
  CHECK(client.read_to_end() == "");
  CHECK(handler.next_reason() == "internal error: a bug");
  CHECK(post(server->port(), "{}").status == 200);
}

TEST_CASE("server - it is drained once the last answer is out") {
  Handler handler;
  const auto server = start(handler, {});
  RawClient client(server->port());
  client.send(post_request("{}", {}, "/keep"));
  Responder responder = handler.kept();
  CHECK(server->stop_accepting() == 1);
  CHECK_FALSE(server->wait_until_drained(1ms));
  std::thread answering([&] { responder.send({202, {}, "late"}); });
  const RawResponse response = client.read_response();
  answering.join();
  CHECK(response.status == 202);
  CHECK(response.body == "late");
  CHECK(response.field("Connection") == "close");
  CHECK(server->wait_until_drained(k_patience));
}

TEST_CASE("server - a responder outlives the server's threads") {
  Handler handler;
  const auto server = start(handler, {});
  RawClient client(server->port());
  client.send(post_request("{}", {}, "/keep"));
  Responder responder = handler.kept();
  server->stop_accepting();
  server->stop();
  responder.send({200, {}, ""});
  CHECK_FALSE(server->wait_until_drained(1ms));
}

}  // namespace
}  // namespace terra_hook::test
