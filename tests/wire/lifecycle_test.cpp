// SPDX-License-Identifier: MIT
// How listening begins and ends.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <stdexcept>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr std::uint16_t k_default_port = 4567;

/// A port of 127.0.0.1 that somebody else has.
class TakenPort {
 public:
  /// 0: any. When the asked one is taken already that is just as well.
  explicit TakenPort(std::uint16_t port = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;  // an old connection's TIME_WAIT must not keep us from taking it
    setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.get(), generic, sizeof address) == 0) ::listen(socket_.get(), 1);
    socklen_t size = sizeof address;
    if (port == 0) getsockname(socket_.get(), generic, &size);
    port_ = ntohs(address.sin_port);
  }
  std::uint16_t port() const { return port_; }

 private:
  UniqueFd socket_;
  std::uint16_t port_ = 0;
};

TEST_CASE("without a port asked for the next free one is taken") {
  const TempDir directory;
  const TakenPort taken(k_default_port);
  ChildProcess child(terra_hook_program(), {"listen", "--format", "ndjson"}, {directory.path()});
  const auto line = child.next_line();
  REQUIRE(line);
  const std::string url = Json::parse(*line).at("url");
  const int port = std::stoi(url.substr(url.rfind(':') + 1));
  CHECK(port > k_default_port);
  CHECK(port < k_default_port + 100);
  // A tunnel may point at the default one: it is said.
  const auto note = child.next_line();
  REQUIRE(note);
  CHECK(note->find("port 4567 is taken") != std::string::npos);
  CHECK(note->find("; send to it with trigger --to " + std::to_string(port)) != std::string::npos);
  CHECK(post(static_cast<std::uint16_t>(port), "{}").status == 200);
}

TEST_CASE("a port asked for that is taken ends with 1") {
  const TempDir directory;
  const TakenPort taken;
  const std::string port = std::to_string(taken.port());
  const Finished finished = run_terra_hook({"listen", "--port", port}, {directory.path()});
  CHECK(finished.code == 1);
  CHECK(finished.out == "");
  CHECK(finished.err.find("127.0.0.1 port " + port) != std::string::npos);
  CHECK(finished.err.find("in use") != std::string::npos);
  CHECK(finished.err.find("--port") != std::string::npos);
}

TEST_CASE("a port that was just used can be listened on again") {
  const TempDir directory;
  std::uint16_t port = 0;
  {
    Listener first(directory);
    port = first.port();
    RawClient client(port);
    client.send(post_request("{}"));
    client.read_response();
    CHECK(first.stop() == 0);  // the listener closes first: its side is in TIME_WAIT
  }
  Listener second(directory, {"--port", std::to_string(port)});
  CHECK(second.port() == port);
}

/// A delivery of which half the body has arrived.
class HalfSent {
 public:
  explicit HalfSent(Listener& listener) : client_(listener.port()) {
    client_.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    if (client_.read_response().status != 100) throw std::runtime_error("no 100 Continue");
    client_.send("{}");
  }
  RawResponse finish() {
    client_.send("  ");
    return client_.read_response();
  }

 private:
  RawClient client_;
};

TEST_CASE("an interrupt lets what is in flight finish") {
  const TempDir directory;
  Listener listener(directory);
  RawClient idle(listener.port());
  HalfSent delivery(listener);
  listener.child().signal(SIGINT);
  CHECK(listener.next("stopping").at("in_flight") == 1);
  CHECK(idle.read_to_end().empty());

  const RawResponse response = delivery.finish();
  CHECK(response.status == 200);
  CHECK(response.field("Connection") == "close");
  CHECK(listener.next("delivery").at("number") == capture_number(response.body));
  const Json summary = listener.next("summary");
  CHECK(summary.at("deliveries") == 1);
  CHECK(listener.child().wait() == 0);
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("a second interrupt quits at once") {
  const TempDir directory;
  Listener listener(directory);
  HalfSent delivery(listener);
  listener.child().signal(SIGINT);
  listener.next("stopping");
  listener.child().signal(SIGINT);
  CHECK(listener.child().wait(std::chrono::seconds(5)) == 130);
}

TEST_CASE("a second signal quits even when nobody reads standard output") {
  const TempDir directory;
  Listener listener(directory);
  listener.child().hold_output();
  // More than a pipe holds: printing gets stuck.
  CHECK(post(listener.port(), "\"" + std::string(1 << 20, 'x') + "\"").status == 200);
  listener.child().signal(SIGTERM);
  listener.child().signal(SIGINT);
  listener.child().close_output();
  CHECK(listener.child().wait() == 130);
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("one signal suffices even when nobody reads standard output") {
  const TempDir directory;
  Listener listener(directory);
  listener.child().hold_output();
  // So many that the queue of lines fills too: printing and then keeping get stuck behind it.
  const std::string body = "\"" + std::string(4 << 20, 'x') + "\"";
  int answered = 0;
  RawClient stuck(listener.port());
  for (; answered < 17; ++answered) REQUIRE(post(listener.port(), body).status == 200);
  stuck.send(post_request(body));
  listener.child().signal(SIGTERM);
  CHECK(listener.child().wait(std::chrono::seconds(30)) == 0);
  CHECK(stored(directory).size() >= static_cast<std::size_t>(answered));
}

TEST_CASE("an interrupt ends a command that waits for its input") {
  const TempDir directory;
  ChildSetup setup{directory.path()};
  setup.keeps_input_open = true;
  ChildProcess child(terra_hook_program(), {"sign", "-", "--secret", "whsec"}, setup);
  child.signal(SIGINT);
  CHECK(child.wait() == 128 + SIGINT);
}

TEST_CASE("a delivery that never ends does not keep the listener for ever and is counted") {
  const TempDir directory;
  Listener listener(directory, {"--threads", "1"});  // so that it reads in the order of arrival
  HalfSent delivery(listener);
  RawClient half_a_head(listener.port());
  half_a_head.send("POST / HT");
  CHECK(post(listener.port(), "{}").status == 200);  // by now the half head has arrived too
  listener.child().signal(SIGTERM);
  for (int i = 0; i < 2; ++i) {
    const Json refused = listener.next("refused");
    CHECK(refused.at("status").is_null());
    CHECK(std::string(refused.at("reason")).starts_with("cut off:"));
  }
  const Json summary = listener.next("summary");
  CHECK(summary.at("refused") == 2);
  CHECK(summary.at("deliveries") == 1);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("SIGTERM stops with 0 and the summary counts") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", "whsec")});
  post(listener.port(), R"({"type":"sleep"})");
  post(listener.port(), R"({"type":"sleep"})", {{"terra-signature", "t=1,v1="}});
  post(listener.port(), R"({"type":"daily"})");
  post(listener.port(), R"({"type":"sleep",)");
  RawClient other(listener.port());
  other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(other.read_response().status == 405);
  listener.child().signal(SIGTERM);
  const Json summary = listener.next("summary");
  CHECK(listener.child().wait() == 0);
  CHECK(summary.at("deliveries") == 4);
  CHECK(summary.at("refused") == 1);
  CHECK(summary.at("lost") == 0);
  CHECK(summary.at("bytes") == 4 * 16);
  CHECK(summary.at("by_type").at("sleep") == 2);
  CHECK(summary.at("by_type").at("daily") == 1);
  CHECK(summary.at("by_type").at("(not JSON)") == 1);
  CHECK(summary.at("by_verdict").at("missing") == 3);
  CHECK(summary.at("by_verdict").at("malformed") == 1);
}

TEST_CASE("an idle listener stops at once") {
  const TempDir directory;
  Listener listener(directory);
  RawClient idle(listener.port());
  idle.send(post_request("{}"));
  idle.read_response();
  const auto started = std::chrono::steady_clock::now();
  CHECK(listener.stop() == 0);
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(5));
}

TEST_CASE("a reader of standard output that leaves ends it quietly") {
  const TempDir directory;
  Listener listener(directory);
  listener.child().close_output();
  CHECK(post(listener.port(), "{}").status == 200);
  CHECK(listener.child().wait() == 0);
  CHECK(listener.child().errors() == "");
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("text goes to the streams it belongs to") {
  const TempDir directory;
  ChildProcess child(terra_hook_program(), {"listen", "--port", "0"}, {directory.path()});
  child.await_error_text("Listening on http://127.0.0.1:");
  child.await_error_text("stop");
  const std::string banner = child.errors();
  const std::size_t colon = banner.find("127.0.0.1:") + 10;
  const auto port = static_cast<std::uint16_t>(std::stoul(banner.substr(colon)));
  CHECK(banner.find("captures.db") != std::string::npos);
  CHECK(banner.find("not checked") != std::string::npos);
  CHECK(child.output() == "");
  CHECK(post(port, R"({"type":"sleep","user":{"user_id":"u","provider":"OURA"}})").status == 200);
  const auto line = child.next_line();
  REQUIRE(line);
  CHECK(line->find("#1    sleep") != std::string::npos);
  CHECK(line->find("OURA") != std::string::npos);
  CHECK(line->find("unchecked") != std::string::npos);
  child.signal(SIGINT);
  CHECK(child.wait() == 0);
  CHECK(child.errors().find("1 delivery") != std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
