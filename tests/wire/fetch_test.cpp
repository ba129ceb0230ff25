// SPDX-License-Identifier: MIT
// Ping mode: the listener downloads what events link to, from a real server.
#include <doctest/doctest.h>
#include <signal.h>

#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/gzip.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

const std::string k_secret = "whsec";
const std::string k_query = "X-Amz-Signature=0f1e2d3c4b5a";
const std::string k_document =
    R"({"type":"daily","user":{"user_id":"u-9","provider":"GARMIN"},)"
    R"("data":[{"metadata":{"start_time":"2026-07-01T00:00:00+00:00"}}]})";

std::string event_with(const std::string& url) {
  return R"({"type":"s3_payload","status":"success","url":")" + url + R"(","expires_in":300})";
}

/// A listener that checks signatures and follows links.
class Fetching {
 public:
  explicit Fetching(std::vector<std::string> more = {}) : listener_(directory_, with(more)) {}

  Json ping(const std::string& body, Fields fields = {}, std::string_view secret = k_secret) {
    fields.emplace_back("X-Terra-Signature", signature_header(secret, body));
    status_ = post(listener_.port(), body, fields).status;
    return listener_.next("delivery");
  }
  int status() const { return status_; }
  Listener& listener() { return listener_; }
  const TempDir& directory() const { return directory_; }

 private:
  std::vector<std::string> with(std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"--fetch-payload", "--secret-file", directory_.write("s", k_secret).string()});
    return more;
  }

  TempDir directory_;
  Listener listener_;
  int status_ = 0;
};

TEST_CASE("fetch/the document is kept as a capture of its own and linked to its ping") {
  PeerServer peer(PeerAnswer{
      200, {{"Content-Type", "application/json"}, {"X-Terra-Trace-Id", "t:chunk:3"}}, k_document});
  Fetching user;
  const Json ping = user.ping(event_with(peer.url("/p/daily.json?" + k_query)),
                              {{"X-Terra-Trace-Id", "t:chunk:3"},
                               {"terra-reference", "r"},
                               {"X-Terra-Ordering-Timestamp", "1000"},
                               {"Cookie", "c=1"},
                               {"Authorization", "Bearer b"}});
  CHECK(user.status() == 200);
  CHECK(ping.at("link_host") == "127.0.0.1");
  CHECK(ping.at("link_expires_at") == "1970-01-01T00:05:01.000000Z");
  const Json fetched = user.listener().next("fetch");
  CHECK(fetched.at("number") == 2);
  CHECK(fetched.at("ping_of") == 1);
  CHECK(fetched.at("origin") == "fetch");
  CHECK(fetched.at("status") == 200);
  CHECK(fetched.at("event_type") == "daily");
  CHECK(fetched.at("user_id") == "u-9");
  CHECK(fetched.at("records") == 1);
  CHECK(fetched.at("method") == "POST");
  CHECK(fetched.at("target") == "/");
  CHECK(fetched.at("verdict") == "unchecked");
  CHECK(fetched.at("terra_reference") == "r");
  CHECK(fetched.at("chunk") == 3);
  CHECK(fetched.at("ordering_timestamp") == 1000);
  CHECK(fetched.at("trace_id") == nullptr);
  CHECK(fetched.at("duplicate_of") == nullptr);
  CHECK(fetched.at("body") == Json::parse(k_document));
  CHECK(stored_body(user.directory(), 2) == k_document);
  CHECK(stored(user.directory()).at(1).at("ping_of") == 1);
  CHECK(ping.dump().find("0f1e2d3c") == std::string::npos);
  CHECK(fetched.dump().find("0f1e2d3c") == std::string::npos);

  const PeerRequest request = peer.request();
  CHECK(request.method == "GET");
  CHECK(request.target == "/p/daily.json?" + k_query);
  for (const auto& row : request.fields) {
    const auto& [name, value] = row;
    CAPTURE(row.first);
    const bool is_plain =
        name == "Host" || name == "User-Agent" || name == "Accept" || name == "Connection";
    CHECK(is_plain);
  }
  user.listener().child().signal(SIGTERM);
  const Json summary = user.listener().next("summary");
  CHECK(summary.at("deliveries") == 1);
  CHECK(summary.at("fetched") == 1);
  CHECK(summary.at("fetch_failed") == 0);
  CHECK(user.listener().child().wait() == 0);
}

TEST_CASE("fetch/a gzip document is read whether or not the host says so") {
  const std::string bytes = gzip(k_document);
  for (const Fields& fields : {Fields{{"Content-Encoding", "gzip"}}, Fields{}}) {
    PeerServer peer(PeerAnswer{200, fields, bytes});
    Fetching user;
    user.ping(event_with(peer.url("/a.json.gz")));
    const Json fetched = user.listener().next("fetch");
    CHECK(fetched.at("event_type") == "daily");
    CHECK(fetched.at("body") == Json::parse(k_document));
    CHECK(stored_body(user.directory(), 2) == bytes);
  }
}

TEST_CASE("fetch/a failure is one line and neither the answer nor the exit code") {
  PeerServer expired(PeerAnswer{400, {}, "expired"});
  PeerServer moved(PeerAnswer{302, {{"Location", expired.url("/other")}}, ""});
  PeerServer broken(PeerAnswer{500, {}, ""});
  PeerServer large(PeerAnswer{200, {}, std::string(2000, 'x')});
  PeerServer closing(PeerAnswer{200, {}, "", PeerAnswer::Kind::close});
  struct Row {
    std::string url;
    Json status;
    const char* reason;
  };
  const Row rows[] = {
      {expired.url("/?" + k_query), 400, "the link has expired"},
      {moved.url("/?" + k_query), 302, "redirects are not followed"},
      {broken.url("/?" + k_query), 500, "answered 500"},
      {large.url("/?" + k_query), 200, "larger than 1000 bytes (--max-body)"},
      {closing.url("/?" + k_query), nullptr, "closed the connection"},
      {"http://127.0.0.1:" + std::to_string(unused_port()) + "/", nullptr, "cannot connect"},
      {"http://93.184.216.34/?" + k_query, nullptr, "only https links are followed"},
      {"https://10.0.0.1/?" + k_query, nullptr, "10.0.0.1 is not an address on the internet"},
      {"https://169.254.169.254/latest", nullptr, "is not an address on the internet"},
      {"ftp://127.0.0.1/", nullptr, "ftp"},
      {"file:///etc/passwd", nullptr, ""},
      {"", nullptr, "it has no url"},
  };
  Fetching user({"--max-body", "1000"});
  for (const Row& row : rows) {
    CAPTURE(row.url);
    const Json ping = user.ping(event_with(row.url));
    CHECK(user.status() == 200);
    const Json failure = user.listener().next("fetch_failed");
    CHECK(failure.at("ping_of") == ping.at("number"));
    CHECK(failure.at("status") == row.status);
    CHECK(std::string(failure.at("reason")).find(row.reason) != std::string::npos);
    CHECK(failure.dump().find("0f1e2d3c") == std::string::npos);
  }
  CHECK(expired.request_count() == 1);  // nobody followed the redirect
  CHECK(stored(user.directory()).size() == std::size(rows));
  user.listener().child().signal(SIGTERM);
  CHECK(user.listener().next("summary").at("fetch_failed") == std::size(rows));
  CHECK(user.listener().child().wait() == 0);
}

TEST_CASE("fetch/an event that is not proven leads nowhere near this machine") {
  PeerServer peer;
  Fetching user;
  user.ping(event_with(peer.url("/")), {}, "forged");
  CHECK(user.status() == 401);
  const Json failure = user.listener().next("fetch_failed");
  CHECK(failure.at("reason") == "its signature is invalid");

  const TempDir directory;
  Listener unsigned_listener(directory, {"--fetch-payload"});
  const Json note = unsigned_listener.next("note");
  CHECK(std::string(note.at("message")).find("without a signing secret") == 0);
  CHECK(post(unsigned_listener.port(), event_with(peer.url("/"))).status == 200);
  const Json refused = unsigned_listener.next("fetch_failed");
  CHECK(std::string(refused.at("reason")).find("valid signature") != std::string::npos);
  CHECK(peer.request_count() == 0);
}

TEST_CASE("fetch/a slow host holds up no delivery and a repetition is not fetched again") {
  PeerServer peer(PeerAnswer{200, {}, k_document, PeerAnswer::Kind::hold});
  Fetching user;
  const std::string event = event_with(peer.url("/slow"));
  const Fields trace{{"X-Terra-Trace-Id", "t"}};
  for (int i = 0; i < 8; ++i) {
    user.ping(event, i == 0 ? trace : Fields{});
    CHECK(user.status() == 200);
  }
  CHECK(user.ping(R"({"type":"auth"})").at("number") == 9);
  CHECK(user.status() == 200);
  peer.release();
  for (int i = 0; i < 8; ++i) user.listener().next("fetch");
  CHECK(user.ping(event, trace).at("duplicate_of") == 1);
  CHECK(user.listener().next("note").at("message") ==
        "payload of #18 not fetched: that of #1, which it repeats, is kept");
  user.ping(event_with(peer.url("/another")));
  CHECK(user.listener().next("fetch").at("event_type") == "daily");
  CHECK(peer.request_count() == 9);
  CHECK(peer.requests().back().target == "/another");
}

TEST_CASE("fetch/what is in line when listening ends is still fetched") {
  PeerServer peer(PeerAnswer{200, {}, k_document, PeerAnswer::Kind::hold});
  Fetching user;
  user.ping(event_with(peer.url("/")));
  peer.request();
  user.listener().child().signal(SIGTERM);
  peer.release();
  CHECK(user.listener().next("fetch").at("ping_of") == 1);
  CHECK(user.listener().next("summary").at("fetched") == 1);
  CHECK(user.listener().child().wait() == 0);
}

TEST_CASE("fetch/people see a line with both numbers and the host but never the query") {
  PeerServer peer(PeerAnswer{200, {}, k_document});
  const TempDir directory;
  const std::string secret = directory.write("s", k_secret);
  ChildProcess child(
      terra_hook_program(),
      {"listen", "--port", "0", "--fetch-payload", "--secret-file", secret, "--body", "none"},
      {directory.path()});
  child.await_error_text("stop");
  const std::string banner = child.errors();
  const auto port =
      static_cast<std::uint16_t>(std::stoul(banner.substr(banner.find("127.0.0.1:") + 10)));
  const std::string body = event_with(peer.url("/d?" + k_query));
  post(port, body, {{"X-Terra-Signature", signature_header(k_secret, body)}});
  CHECK(child.next_line()->find("#1 ") != std::string::npos);
  CHECK(*child.next_line() == "  payload at 127.0.0.1, expires in 5 min");
  const std::string line = *child.next_line();
  CHECK(line.find("#2 \u2190 #1  daily") != std::string::npos);
  CHECK(line.find("GARMIN") != std::string::npos);
  child.signal(SIGINT);
  CHECK(child.wait() == 0);
  CHECK(child.errors().find("1 payload fetched, 0 not") != std::string::npos);
  CHECK(child.errors().find("0f1e2d3c") == std::string::npos);

  const std::string shown = run_terra_hook({"show", "1"}, {directory.path()}).out;
  CHECK(shown.find("payload at 127.0.0.1, expires in ") != std::string::npos);
  CHECK(shown.find("0f1e2d3c") == std::string::npos);
  const std::string listed = run_terra_hook({"list"}, {directory.path()}).out;
  CHECK(listed.find("#2 \u2190 #1") != std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
