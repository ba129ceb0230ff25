// SPDX-License-Identifier: MIT
// `request` against a real server that answers as Terra's API does.
#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_dev_id = "dev-id-of-the-request-tests";
constexpr std::string_view k_api_key = "api-key-of-the-request-tests";

using Words = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The value of a parameter in a request target; "" when it has none.
std::string parameter(const PeerRequest& request, const std::string& name) {
  const std::size_t at = request.target.find(name + "=");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 1;
  return request.target.substr(begin, request.target.find('&', begin) - begin);
}

/// A record of the day that the request starts with, and one of 2026-01-01 in every answer.
PeerAnswer a_window(const PeerRequest& request) {
  const std::string start = parameter(request, "start_date");
  return {200,
          {{"Content-Type", "application/json"}, {"X-Terra-Trace-Id", "trace-" + start}},
          R"({"user": {"user_id":"u-1","provider":"OURA"}, "data":[ {"metadata":{"summary_id":")" +
              start + R"("},"n":1.0}, {"metadata":{"summary_id":"each"}}], "type":"sleep"})" +
              "\n"};
}

/// Somebody with credentials, which must never be printed.
class Asker {
 public:
  explicit Asker(const PeerServer& server) : url_(server.url("/v2")) {}

  Words command(const Words& words) const {
    return Words{"request"} + words + Words{"--api-url", url_};
  }

  ChildSetup setup(const Variables& more = {}) const {
    ChildSetup setup{
        home_.path(),
        {{"TERRA_DEV_ID", std::string(k_dev_id)}, {"TERRA_API_KEY", std::string(k_api_key)}}};
    for (const auto& [name, value] : more) setup.environment[name] = value;
    return setup;
  }

  Finished ask(const Words& words, const Variables& more = {}) const {
    const Finished finished = run_terra_hook(command(words), setup(more));
    check_keeps_credentials(finished.out + finished.err);
    return finished;
  }

  Finished ask_for_sleep(const Words& words) const {
    return ask(Words{"sleep", "--user-id", "u-1", "--start-date", "2026-01-01", "--end-date",
                     "2026-01-15", "--to-webhook", "false"} +
               words);
  }

  static void check_keeps_credentials(const std::string& text) {
    CHECK(text.find(k_dev_id) == std::string::npos);
    CHECK(text.find(k_api_key) == std::string::npos);
  }

  const TempDir& home() const { return home_; }
  std::filesystem::path kept_windows() const { return home_ / "state/terra-hook/requests"; }

 private:
  TempDir home_;
  std::string url_;
};

bool says(const Finished& finished, std::string_view text) {
  return finished.err.find(text) != std::string::npos;
}

Json only_capture(const Asker& asker) {
  return Json::parse(run_terra_hook({"show", "1", "--format", "json"}, asker.setup()).out);
}

TEST_CASE("request asks with both headers and both flags and writes the answer to the byte") {
  const std::string body = "{\"data\":[{\"x\":1.0},{\"x\":\"\xff\"}] ,\"type\":\"sleep\"}\r\n\n";
  PeerServer server(PeerAnswer{200, {{"Content-Type", "application/json"}}, body});
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({"-q", "a b=c&d"});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(finished.out == body);
  CHECK(says(finished, "2026-01-01 to 2026-01-15, the end not included (14 days)"));
  CHECK(says(finished, "2 records, "));
  const PeerRequest request = server.request();
  CHECK(request.method == "GET");
  CHECK(request.target ==
        "/v2/sleep?user_id=u-1&start_date=2026-01-01&end_date=2026-01-15&to_webhook=false"
        "&with_samples=false&a%20b=c%26d");
  CHECK(request.field("dev-id") == k_dev_id);
  CHECK(request.field("x-api-key") == k_api_key);
  CHECK(request.field("User-Agent").starts_with("terra-hook/"));
}

TEST_CASE("request of what the provider is still at work on exits with 9 and says when to ask") {
  PeerServer server(
      PeerAnswer{200, {}, R"({"message":"being processed","retry_after_seconds":600})"});
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({"--max-wait", "1s"});
  CHECK(finished.code == 9);
  CHECK(finished.out == "");
  CHECK(says(finished, "still at work: being processed"));
  CHECK(says(finished, "ask again in 10 min"));
  CHECK(server.request_count() == 1);
}

TEST_CASE("request says of an answer in a broken coding that it can not be read") {
  PeerServer server(PeerAnswer{200, {{"Content-Encoding", "gzip"}}, "not gzip at all"});
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({});
  CHECK(finished.code == 1);
  CHECK(finished.out == "");
  CHECK(says(finished, "the answer can't be read: "));
}

TEST_CASE("request tells that data goes to the webhook and prints the reference") {
  const std::string body =
      R"({"status":"success","type":"daily","reference":"ref-1","message":"Large request"})";
  PeerServer server(PeerAnswer{200, {}, body});
  const Asker asker(server);
  const Words words{"daily", "--start-date", "1782880000", "--end-date", "1782980000"};
  const Finished finished = asker.ask(words, {{"TERRA_USER_ID", "u-2"}});
  CHECK(finished.code == 0);
  CHECK(finished.out == "ref-1\n");
  CHECK(says(finished, "the data comes to your webhook, not here"));
  CHECK(says(finished, "Large request"));
  CHECK(server.request().target ==
        "/v2/daily?user_id=u-2&start_date=1782880000&end_date=1782980000&to_webhook=true"
        "&with_samples=false");
  const Finished as_json = asker.ask(words + Words{"--user-id", "u-3", "--format", "json"});
  CHECK(as_json.out == body);
}

TEST_CASE("request looks up users and providers and any path") {
  PeerServer server(PeerAnswer{200, {}, R"({"users":[{"user_id":"a" },{"user_id":"b"}]})"});
  const Asker asker(server);
  CHECK(asker.ask({"users", "-q", "page=0", "--format", "ndjson"}).out ==
        "{\"user_id\":\"a\"}\n{\"user_id\":\"b\"}\n");
  CHECK(asker.ask({"user", "--reference-id", "me@x"}).code == 0);
  CHECK(asker.ask({"/lab-reports?x=1", "-q", "reference_id=r"}).code == 0);
  CHECK(asker.ask({"planned-workouts", "--user-id", "u", "--end-date", "2026-01-02"}).code == 0);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 4);
  CHECK(requests[0].target == "/v2/subscriptions?page=0");
  CHECK(requests[1].target == "/v2/userInfo?reference_id=me%40x");
  CHECK(requests[2].target == "/v2/lab-reports?x=1&reference_id=r");
  CHECK(requests[3].target == "/v2/plannedWorkouts?user_id=u&end_date=2026-01-02");
  const Finished without = run_terra_hook(asker.command({"providers"}), {asker.home().path(), {}});
  CHECK(without.code == 0);
  CHECK(server.request(4).field("x-api-key").empty());
}

TEST_CASE("request refuses what is wrong before it sends anything") {
  PeerServer server;
  const Asker asker(server);
  const struct {
    Words words;
    int code;
    const char* text;
  } cases[] = {
      {{"slep", "--user-id", "u"}, 4, "did you mean 'sleep'"},
      {{"sleep", "--start-date", "7d"}, 4, "--user-id"},
      {{"sleep", "--user-id", "u"}, 4, "--start-date"},
      {{"sleep", "--user-id", "u", "--start-date", "July"}, 3, "--start-date: 'July'"},
      {{"sleep", "--user-id", "u", "--start-date", "2026-07-02", "--end-date", "2026-07-02"},
       3,
       "the day after"},
      {{"users", "--user-id", "u"}, 4, "takes no --user-id"},
      {{"users", "--split", "auto"}, 4, "--split"},
      {{"athlete", "--user-id", "u", "--start-date", "7d"}, 4, "takes no --start-date"},
      {{"sleep", "--user-id", "u", "--start-date", "7d", "--split", "7d"}, 4, "--to-webhook false"},
      {{"sleep", "--user-id", "u", "--start-date", "7d", "--output", "f"}, 4, "--to-webhook false"},
      {{"https://example.com/x"}, 4, "--api-url"},
      {{"/x", "--user-id", "u"}, 4, "-q"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.text);
    const Finished finished = asker.ask(sample.words);
    CHECK(finished.code == sample.code);
    CHECK(finished.out.empty());
    CHECK(says(finished, sample.text));
  }
  const Finished existing =
      asker.ask({"users", "--output", asker.home().write("there.json", "old").string()});
  CHECK(existing.code == 1);
  CHECK(says(existing, "--force"));
  CHECK(read_whole_file(asker.home() / "there.json") == "old");
  CHECK(server.request_count() == 0);
}

TEST_CASE("request takes credentials from files and misses them by name") {
  PeerServer server(PeerAnswer{200, {}, "{}"});
  const Asker asker(server);
  const TempDir& home = asker.home();
  const Words files{"users", "--dev-id-file", home.write("dev", "from-file\n").string(),
                    "--api-key-file", home.write("key", "key-from-file\r\n").string()};
  CHECK(run_terra_hook(asker.command(files), {home.path(), {}}).code == 0);
  CHECK(server.request().field("dev-id") == "from-file");
  CHECK(server.request().field("x-api-key") == "key-from-file");

  const Finished missing = asker.ask({"users"}, {{"TERRA_API_KEY", ""}});
  CHECK(missing.code == 2);
  CHECK(says(missing, "no x-api-key"));
  CHECK(says(missing, "TERRA_API_KEY or --api-key-file"));
  const Finished broken = asker.ask({"users"}, {{"TERRA_DEV_ID", "a\r\nX-Evil: 1"}});
  CHECK(broken.code == 2);
  CHECK(says(broken, "the dev-id has a space, a line break"));
  CHECK(server.request_count() == 1);
}

TEST_CASE("request shows what it would send with credentials masked") {
  PeerServer server;
  const Asker asker(server);
  const Finished dry = asker.ask_for_sleep({"--dry-run", "--split", "7d"});
  CHECK(dry.code == 0);
  CHECK(dry.out.find("GET " + server.url("/v2/sleep?user_id=u-1&start_date=2026-01-08")) !=
        std::string::npos);
  CHECK(dry.out.find("x-api-key: ********") != std::string::npos);
  CHECK(says(dry, "in 2 windows"));
  const Finished curl = asker.ask_for_sleep({"--print", "curl"});
  CHECK(curl.out.starts_with("curl --globoff '" + server.url("/v2/sleep?user_id=u-1&")));
  CHECK(curl.out.find("\"x-api-key: $TERRA_API_KEY\"") != std::string::npos);
  CHECK(server.request_count() == 0);
}

TEST_CASE("request puts each refusal into words and an exit code") {
  const struct {
    int status;
    const char* body;
    int code;
    const char* text;
  } cases[] = {
      {400, R"({"type":"about:blank","title":"bad request","detail":"invalid start_date"})", 1,
       "invalid start_date"},
      {401, R"({"detail":"dev-id or x-api-key headers are missing"})", 2, "often mixed"},
      {403, "{}", 2, "forbidden"},
      {404, R"({"status":"error","message":"user not found"})", 1, "user not found"},
      {424, "{}", 1, "permission"},
      {413, "<html>", 1, "--split auto"},
      {504, "<html>", 1, "--to-webhook true"},
      {301, "", 1, "redirects are not followed"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.status);
    PeerServer server(
        PeerAnswer{sample.status, {{"Location", "http://elsewhere.example"}}, sample.body});
    const Asker asker(server);
    const Finished finished = asker.ask_for_sleep({});
    CHECK(finished.code == sample.code);
    CHECK(finished.out.empty());
    CHECK(says(finished, sample.text));
    CHECK(server.request_count() == 1);
  }
}

TEST_CASE("request that gets no answer in time offers commands that would") {
  PeerServer server(PeerAnswer{.kind = PeerAnswer::Kind::hang});
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({"--timeout", "200ms"});
  CHECK(finished.code == 9);
  CHECK(says(finished, "did not answer within 200 ms"));
  CHECK(says(finished,
             "terra-hook request sleep --user-id u-1 --start-date 2026-01-01 --end-date 2026-01-15 "
             "--to-webhook false --api-url " +
                 server.url("/v2") + " --split auto\n"));
  CHECK(says(finished, "--api-url " + server.url("/v2") + " --to-webhook true\n"));
}

TEST_CASE("request waits as it is asked to and tries again what may pass") {
  std::atomic<int> count = 0;
  PeerServer server([&](const PeerRequest& request) -> PeerAnswer {
    switch (++count) {
      case 1: return {429, {{"Retry-After", "0"}, {"X-Terra-RateLimit-Rule", "r2"}}, "{}"};
      case 2: return {200, {}, R"({"message":"request is processing","retry_after_seconds":0})"};
      case 3: return {503, {{"Retry-After", "0"}}, "{}"};
      case 4: return {.kind = PeerAnswer::Kind::close};
      default: return a_window(request);
    }
  });
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(server.request_count() == 5);
  CHECK(says(finished, "rate limit r2: asking again"));
  CHECK(says(finished, "still processing: asking again"));
  CHECK(says(finished, "(retry 1)"));
  CHECK(says(finished, "the connection was closed"));
}

TEST_CASE("request does not ask twice for what may be delivered already") {
  PeerServer server(PeerAnswer{502, {}, "{}"});
  const Asker asker(server);
  const Finished finished = asker.ask({"sleep", "--user-id", "u", "--start-date", "7d"});
  CHECK(finished.code == 1);
  CHECK(server.request_count() == 1);
  CHECK(says(finished, "would be delivered twice"));
  CHECK(asker.ask({"/sleep", "-q", "user_id=u"}).code == 1);
  CHECK(server.request_count() == 2);
}

TEST_CASE("request gives up where waiting would take too long") {
  PeerServer server(PeerAnswer{429,
                               {{"Retry-After", "1800"}, {"X-Terra-RateLimit-Rule", "r2"}},
                               R"({"detail":"rate limit exceeded"})"});
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({});
  CHECK(finished.code == 1);
  CHECK(says(finished, "rule r2"));
  CHECK(says(finished, "in 30 min"));
  CHECK(server.request_count() == 1);
}

TEST_CASE("request writes a file as a whole or not at all") {
  PeerServer server(a_window);
  const Asker asker(server);
  const std::string file = (asker.home() / "sleep.json").string();
  CHECK(asker.ask_for_sleep({"--output", file}).code == 0);
  const PeerAnswer answer = a_window(server.request());
  CHECK(read_whole_file(file) == answer.body);
  CHECK(asker.ask_for_sleep({"--output", file}).code == 1);
  CHECK(asker.ask_for_sleep({"--output", file, "--force", "--format", "ndjson"}).code == 0);
  CHECK(read_whole_file(file) ==
        "{\"metadata\":{\"summary_id\":\"2026-01-01\"},\"n\":1.0}\n"
        "{\"metadata\":{\"summary_id\":\"each\"}}\n");
  CHECK(server.request_count() == 2);
}

TEST_CASE("request keeps answers that can be shown and replayed") {
  PeerServer server(a_window);
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({"--save"});
  CHECK(says(finished, "kept as #1"));
  const Json capture = only_capture(asker);
  CHECK(capture.at("event_type") == "sleep");
  CHECK(capture.at("origin") == "request");
  CHECK(capture.at("trace_id") == "trace-2026-01-01");
  CHECK(capture.at("records") == 2);
  PeerServer handler;
  CHECK(run_terra_hook({"replay", "1", "--to", handler.url()}, asker.setup()).code == 0);
  CHECK(handler.request().method == "POST");
  CHECK(handler.request().target == "/");
  CHECK(handler.request().body == finished.out);
}

TEST_CASE("request by windows puts them together without what two of them have") {
  PeerServer server(a_window);
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({"--split", "5d", "--save"});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(finished.out ==
        R"({"user": {"user_id":"u-1","provider":"OURA"}, "data":[)"
        R"({"metadata":{"summary_id":"2026-01-01"},"n":1.0},{"metadata":{"summary_id":"each"}},)"
        R"({"metadata":{"summary_id":"2026-01-06"},"n":1.0},)"
        R"({"metadata":{"summary_id":"2026-01-11"},"n":1.0}], "type":"sleep"})"
        "\n");
  CHECK(says(finished, "4 records, "));
  CHECK(says(finished, "3 windows"));
  CHECK(says(finished, "2 records came in two windows"));
  CHECK(says(finished, "kept as #1 to #3"));
  CHECK(server.request_count() == 3);
  CHECK(std::filesystem::is_empty(asker.kept_windows()));
  const Finished lines = asker.ask_for_sleep({"--split", "7d", "--format", "ndjson"});
  CHECK(std::count(lines.out.begin(), lines.out.end(), '\n') == 3);
}

TEST_CASE("request by windows asks for less where it was too much") {
  PeerServer server([](const PeerRequest& request) -> PeerAnswer {
    const bool is_long = parameter(request, "start_date") == "2026-01-01" &&
                         parameter(request, "end_date") != "2026-01-04";
    return is_long ? PeerAnswer{504, {}, "<html>"} : a_window(request);
  });
  const Asker asker(server);
  const Finished finished = asker.ask_for_sleep({"--split", "auto", "--concurrency", "1"});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(says(finished, "14 days were too much"));
  CHECK(says(finished, "6 windows"));
  // 14 days, 7, then none of more than 3.
  CHECK(server.request_count() == 2 + 6);
  const Json document = Json::parse(finished.out);
  CHECK(document.at("data").size() == 7);
}

TEST_CASE("request by windows goes on where it was interrupted") {
  std::atomic<bool> hangs = true;
  PeerServer server([&](const PeerRequest& request) -> PeerAnswer {
    if (hangs && parameter(request, "start_date") == "2026-01-11") {
      return {.kind = PeerAnswer::Kind::hang};
    }
    return a_window(request);
  });
  const Asker asker(server);
  const Words words{"sleep",      "--user-id",  "u-1",        "--start-date",
                    "2026-01-01", "--end-date", "2026-01-15", "--to-webhook",
                    "false",      "--split",    "5d",         "--concurrency",
                    "1"};
  {
    ChildProcess child(terra_hook_program(), asker.command(words), asker.setup());
    server.request(2);
    child.signal(SIGINT);
    CHECK(child.wait() == 130);
    CHECK(child.output().empty());
    CHECK(child.errors().find("2 of 3 windows are kept") != std::string::npos);
  }
  hangs = false;
  const Finished finished = asker.ask(words);
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(says(finished, "2 windows are there, 1 to come"));
  CHECK(server.request_count() == 4);
  CHECK(Json::parse(finished.out).at("data").size() == 4);
  CHECK(std::filesystem::is_empty(asker.kept_windows()));
}

TEST_CASE("request by windows that fails keeps what it has and restarts on demand") {
  std::atomic<bool> fails = true;
  PeerServer server([&](const PeerRequest& request) -> PeerAnswer {
    if (fails && parameter(request, "start_date") == "2026-01-06") return {404, {}, "{}"};
    return a_window(request);
  });
  const Asker asker(server);
  const Words words{"--split", "5d", "--concurrency", "1"};
  const Finished finished = asker.ask_for_sleep(words);
  CHECK(finished.code == 1);
  CHECK(finished.out.empty());
  CHECK(says(finished, "2026-01-06..2026-01-11: Terra answered 404"));
  CHECK(says(finished, "1 of 3 windows"));
  fails = false;
  CHECK(asker.ask_for_sleep(words + Words{"--restart"}).code == 0);
  CHECK(server.request_count() == 2 + 3);
}

TEST_CASE("request by windows waits before a limit that the next one would meet") {
  PeerServer server([](const PeerRequest& request) -> PeerAnswer {
    PeerAnswer answer = a_window(request);
    answer.fields.push_back({"X-Terra-RateLimit-Remaining", "0"});
    answer.fields.push_back({"X-Terra-RateLimit-Reset-After", "0"});
    return answer;
  });
  const Asker asker(server);
  CHECK(asker.ask_for_sleep({"--split", "7d"}).code == 0);
}

TEST_CASE("request at a terminal shows a spinner and pretty JSON") {
  PeerServer server([](const PeerRequest& request) -> PeerAnswer {
    PeerAnswer answer = a_window(request);
    answer.kind = PeerAnswer::Kind::hold;
    return answer;
  });
  const Asker asker(server);
  PseudoTerminal terminal(
      terra_hook_program(),
      asker.command({"sleep", "--user-id", "u-1", "--start-date", "7d", "--to-webhook", "false"}),
      asker.setup());
  terminal.await("waiting for 127.0.0.1");
  terminal.await("of 1 min");
  server.release();
  CHECK(terminal.wait() == 0);
  CHECK(terminal.screen().find("\"user\"") != std::string::npos);
  CHECK(terminal.screen().find("2 records") != std::string::npos);
}

TEST_CASE("request that is interrupted ends at once with 130") {
  PeerServer server(PeerAnswer{.kind = PeerAnswer::Kind::hang});
  const Asker asker(server);
  ChildProcess child(terra_hook_program(), asker.command({"users"}), asker.setup());
  server.request();
  child.signal(SIGINT);
  CHECK(child.wait() == 130);
  CHECK(child.errors().find("interrupted") != std::string::npos);
}

TEST_CASE("request goes through the proxy of the environment") {
  PeerServer proxy(PeerAnswer{200, {}, R"({"users":[]})"});
  const TempDir home;
  const ChildSetup setup{
      home.path(),
      {{"TERRA_DEV_ID", "d"},
       {"TERRA_API_KEY", "k"},
       {"http_proxy", "http://me:pass@127.0.0.1:" + std::to_string(proxy.port())},
       {"TERRA_DATA_BASE_URL", "http://terra.invalid/v2"}}};
  const Finished finished = run_terra_hook({"request", "users"}, setup);
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(says(finished, "unencrypted"));
  CHECK(proxy.request().target == "http://terra.invalid:80/v2/subscriptions");
  CHECK(proxy.request().field("Host") == "terra.invalid");
  CHECK(proxy.request().field("Proxy-Authorization") == "Basic bWU6cGFzcw==");
}

/// An API that speaks TLS as terra.example, with a certificate that nobody knows.
struct TlsApi {
  TempDir home;
  std::string certificate = (home / "c.pem").string();
  std::string key = (home / "k.pem").string();
  std::unique_ptr<PeerServer> server;

  TlsApi() {
    const Finished made = run_program(
        "openssl",
        {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=terra.example", "-addext",
         "subjectAltName=DNS:terra.example,IP:127.0.0.1"},
        {home.path()});
    REQUIRE(made.code == 0);
    server = std::make_unique<PeerServer>(PeerAnswer{200, {}, R"({"users":[]})"},
                                          PeerSetup{certificate, key});
  }

  Finished ask(const Words& more, const Variables& variables) const {
    ChildSetup setup{
        home.path(),
        {{"TERRA_DEV_ID", std::string(k_dev_id)}, {"TERRA_API_KEY", std::string(k_api_key)}}};
    setup.environment.insert(variables.begin(), variables.end());
    return run_terra_hook(Words{"request", "users"} + more, setup);
  }
};

TEST_CASE("request over TLS shows its credentials to no server that is not trusted") {
  TlsApi api;
  const Variables here{{"TERRA_DATA_BASE_URL", api.server->url("/v2")}};
  const Finished refused = api.ask({}, here);
  CHECK(refused.code == 1);
  CHECK(says(refused, "is not trusted: self-signed certificate"));
  CHECK(says(refused, "--cacert FILE names the authority to trust"));
  CHECK(api.server->request_count() == 0);

  const Finished trusted = api.ask({"--cacert", api.certificate}, here);
  CAPTURE(trusted.err);
  CHECK(trusted.code == 0);
  CHECK(api.server->request().target == "/v2/subscriptions");
  CHECK(api.server->request().field("x-api-key") == k_api_key);

  // The certificate is that of another name.
  const Finished misnamed = api.ask(
      {"--cacert", api.certificate},
      {{"TERRA_DATA_BASE_URL", "https://localhost:" + std::to_string(api.server->port()) + "/v2"}});
  CHECK(misnamed.code == 1);
  CHECK(says(misnamed, "is not trusted: its certificate is for another host"));
  CHECK(api.server->request_count() == 1);
}

TEST_CASE("request goes over TLS through a proxy that learns the host and no more") {
  TlsApi api;
  PeerAnswer tunnel{.kind = PeerAnswer::Kind::tunnel};
  tunnel.to = api.server->port();
  PeerServer proxy(tunnel);
  const Variables through{{"HTTPS_PROXY", proxy.url()},
                          {"TERRA_DATA_BASE_URL", "https://terra.example/v2"}};
  const Finished finished = api.ask({"--cacert", api.certificate}, through);
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(finished.out.find("users") != std::string::npos);
  CHECK(proxy.request().method == "CONNECT");
  CHECK(proxy.request().target == "terra.example:443");
  CHECK(proxy.request().head.find(k_api_key) == std::string::npos);
  CHECK(api.server->request().target == "/v2/subscriptions");
  CHECK(api.server->request().field("Host") == "terra.example");
  CHECK(api.server->request().field("dev-id") == k_dev_id);

  const Finished untrusted = api.ask({}, through);
  CHECK(untrusted.code == 1);
  CHECK(says(untrusted, "terra.example:443 is not trusted: self-signed certificate"));
  CHECK(api.server->request_count() == 1);

  PeerServer closed(PeerAnswer{403});
  const Finished kept_out =
      api.ask({"--cacert", api.certificate},
              {{"HTTPS_PROXY", closed.url()}, {"TERRA_DATA_BASE_URL", "https://terra.example/v2"}});
  CHECK(kept_out.code == 1);
  CHECK(says(kept_out, "the proxy 127.0.0.1:" + std::to_string(closed.port())));
}

}  // namespace
}  // namespace terra_hook::test
