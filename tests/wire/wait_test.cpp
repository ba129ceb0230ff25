// SPDX-License-Identifier: MIT
// `listen` in scripts and CI: what it waits for, and how it says that it listens and what came.
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/bytes.hpp"
#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr const char* k_sleep = R"({"type":"sleep","data":[{"metadata":{"summary_id":"s-1"}}]})";
constexpr const char* k_daily = R"({"type":"daily","data":[]})";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void send(const Listener& listener, const std::string& body) {
  CHECK(post(listener.port(), body).status == 200);
}

TEST_CASE("after so many deliveries that count listening ends with 0") {
  const TempDir directory;
  Listener listener(directory, {"--count", "2", "--type", "sleep,body"});
  send(listener, k_sleep);
  send(listener, k_daily);
  send(listener, R"({"type":"body"})");
  const Json wait = listener.next("summary").at("wait");
  CHECK(listener.child().wait() == 0);
  CHECK(wait.at("end") == "reached");
  CHECK(wait.at("counted") == 2);
  CHECK(wait.at("not_counted") == 1);
  CHECK(wait.at("count") == 2);
  CHECK(stored(directory).size() == 3);
}

TEST_CASE("one delivery of many meets an expectation") {
  const TempDir directory;
  Listener listener(directory, {"--expect", "type==sleep && /data/0/metadata/summary_id exists"});
  send(listener, k_daily);
  send(listener, k_sleep);
  const Json settled = listener.next("expectation");
  CHECK(settled.at("met") == true);
  CHECK(settled.at("number") == 2);
  const Json wait = listener.next("summary").at("wait");
  CHECK(wait.at("expectations").at(0).at("met_by") == 2);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("an expectation that nothing meets ends with 8 and says what was seen") {
  const TempDir directory;
  Listener listener(directory, {"--count", "1", "--timeout", "1m", "--expect", "type==activity",
                                "--expect", "/data/0/metadata/summary_id ~ '^x'"});
  send(listener, k_sleep);
  const Json wait = listener.next("summary").at("wait");
  CHECK(listener.child().wait() == 8);
  const Json& expectations = wait.at("expectations");
  CHECK(expectations.at(0).at("seen").at(0).at("reasons").at(0) == "type is \"sleep\"");
  CHECK(expectations.at(1).at("seen").at(0).at("reasons").at(0) ==
        "'/data/0/metadata/summary_id' is \"s-1\"");
}

TEST_CASE("a time that runs out ends with 9 when nothing came and with 8 when something else did") {
  const TempDir directory;
  const Finished none =
      run_terra_hook({"listen", "--port", "0", "--expect", "type==sleep", "--timeout", "50ms"},
                     {directory.path()});
  CHECK(none.code == 9);
  CHECK(none.err.find("no delivery within 50 ms") != std::string::npos);
  const Finished plain =
      run_terra_hook({"listen", "--port", "0", "--timeout", "50ms"}, {directory.path()});
  CHECK(plain.code == 9);
  // It must not run out before the delivery is there: then the exit code would be another.
  Listener listener(directory, {"--expect", "type==sleep", "--timeout", "3s"});
  send(listener, k_daily);
  CHECK(listener.child().wait() == 8);
}

TEST_CASE("the first delivery that is not as every one must be ends the wait") {
  const TempDir directory;
  Listener listener(directory, {"--expect-every", "/type == sleep", "--count", "9"});
  send(listener, k_sleep);
  send(listener, k_daily);
  const Json settled = listener.next("expectation");
  CHECK(settled.at("met") == false);
  CHECK(settled.at("number") == 2);
  CHECK(listener.next("summary").at("wait").at("end") == "violated");
  CHECK(listener.child().wait() == 8);
}

TEST_CASE("a signal ends the wait with 0 or with 8 when an expectation is not met") {
  const TempDir directory;
  Listener counting(directory, {"--count", "2"});
  CHECK(counting.stop() == 0);
  Listener expecting(directory, {"--expect", "type==sleep"});
  send(expecting, k_daily);
  CHECK(expecting.stop() == 8);
}

TEST_CASE("a wait that was stopped has passed nothing") {
  const TempDir directory;
  const std::string junit = (directory / "report.xml").string();
  ChildProcess child(terra_hook_program(),
                     {"listen", "--port", "0", "--tap", "--junit", junit, "--count", "3"},
                     {directory.path()});
  child.await_error_text("stop");
  child.signal(SIGTERM);
  CHECK(child.wait() == 0);
  CHECK(child.output() ==
        "TAP version 13\n1..1\nok 1 - 3 deliveries # SKIP stopped after 0 of 3 deliveries\n");
  CHECK(child.errors().find("waited for  stopped after 0 of 3 deliveries\n") != std::string::npos);
  const std::string report = read(junit);
  CHECK(report.find("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"") != std::string::npos);
  CHECK(report.find("<skipped message=\"stopped after 0 of 3 deliveries\"/>") != std::string::npos);
}

TEST_CASE("a coded body is looked into") {
  const TempDir directory;
  Listener listener(directory, {"--count", "1", "--expect", "/type == sleep"});
  // {"type":"sleep"} as zlib packs it.
  const std::string packed =
      from_hex("1f8b0800000000000203ab562aa92c4855b2522ace494d2d50aa0500a288a1eb10000000").value();
  CHECK(post(listener.port(), packed, {{"Content-Encoding", "gzip"}}).status == 200);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("the ready file has the URL while listening and is gone afterwards") {
  const TempDir directory;
  const std::string file = directory.write("url", "http://127.0.0.1:1\n");
  Listener listener(directory, {"--ready-file", file, "--path", "/hook"});
  CHECK(read(file) == listener.url() + "\n");
  CHECK(listener.stop() == 0);
  CHECK_FALSE(std::filesystem::exists(file));
  // One that another listener has written since stays.
  Listener other(directory, {"--ready-file", file});
  std::ofstream(file) << "http://127.0.0.1:2\n";
  CHECK(other.stop() == 0);
  CHECK(read(file) == "http://127.0.0.1:2\n");
}

TEST_CASE("a ready file that can not be written ends with 1 before anything listens") {
  const TempDir directory;
  const std::string file = (directory / "none" / "url").string();
  const Finished finished =
      run_terra_hook({"listen", "--port", "0", "--ready-file", file}, {directory.path()});
  CHECK(finished.code == 1);
  CHECK(finished.err.find(file) != std::string::npos);
  const Finished junit =
      run_terra_hook({"listen", "--port", "0", "--junit", file}, {directory.path()});
  CHECK(junit.code == 1);
}

TEST_CASE("a descriptor that was handed over gets the URL and its end") {
  const TempDir directory;
  const std::string script =
      "exec 5>&1; \"$TERRA_HOOK\" listen --port 0 --no-store -q --timeout 50ms --ready-fd 5 "
      "| sed 's/^/out: /'";
  const Finished finished = run_program("bash", {"-c", script},
                                        {directory.path(), {{"TERRA_HOOK", terra_hook_program()}}});
  CHECK(finished.out.starts_with("http://127.0.0.1:"));
  CHECK(run_terra_hook({"listen", "--ready-fd", "9"}, {directory.path()}).code == 4);
  // What the program opens for itself is not taken for an inherited one.
  CHECK(run_terra_hook({"listen", "--ready-fd", "3"}, {directory.path()}).code == 4);
}

TEST_CASE("JUnit and TAP say the same") {
  const TempDir directory;
  const std::string junit = (directory / "report.xml").string();
  const std::string url = (directory / "url").string();
  ChildProcess child(terra_hook_program(),
                     {"listen", "--port", "0", "--ready-file", url, "--tap", "--junit", junit,
                      "--count", "1", "--expect", "type==daily", "--expect", "type==sleep"},
                     {directory.path()});
  child.await_error_text("stop");
  const std::string address = read(url);
  const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
  CHECK(post(port, k_sleep).status == 200);
  CHECK(child.wait() == 8);
  CHECK(child.output() ==
        "TAP version 13\n1..3\nok 1 - 1 delivery\nnot ok 2 - expect type==daily\n  ---\n"
        "  type: \"expectation\"\n  message: \"no delivery meets it\"\n  details:\n"
        "    - \"#1 sleep: type is \\\"sleep\\\"\"\n  ...\nok 3 - expect type==sleep\n");
  CHECK(child.errors().find("#1    sleep") != std::string::npos);
  const std::string report = read(junit);
  CHECK(report.find("tests=\"3\" failures=\"1\"") != std::string::npos);
  CHECK(report.find("#1 sleep: type is &quot;sleep&quot;") != std::string::npos);
}

TEST_CASE("with redaction no value is told") {
  const TempDir directory;
  Listener listener(directory, {"--count", "1", "--redact", "--expect", "/user/user_id == x"});
  send(listener, R"({"type":"sleep","user":{"user_id":"b81f6c2e-7d54-4e0b-9a63-2f0c5e9d7a11"}})");
  const Json summary = listener.next("summary");
  CHECK(summary.dump().find("b81f6c2e") == std::string::npos);
  CHECK(summary.dump().find("is a string") != std::string::npos);
  CHECK(listener.child().wait() == 8);
}

TEST_CASE("a command gets the body on its input and the rest in its environment") {
  const TempDir directory;
  const std::string file = (directory / "seen").string();
  // Both would run something if any of it were taken for a command.
  const std::string body = R"json({"type":"$(touch pwned)","a":"`touch pwned`; touch #'\""})json";
  Listener listener(directory,
                    {"--count", "1", "--exec",
                     "cat > \"$SEEN\"; echo \"$DELIVERY_TYPE $DELIVERY_NUMBER\"; exit 3"},
                    {{"SEEN", file}});
  CHECK(post(listener.port(), body, {}, "/;touch%20pwned").status == 200);
  const Json done = listener.next("exec");
  CHECK(done.at("output") == "$(touch pwned) 1\n");
  CHECK(done.at("exit_code") == 3);
  CHECK(done.at("ok") == false);
  CHECK(listener.next("summary").at("wait").at("exec").at("failed") == 1);
  CHECK(listener.child().wait() == 1);
  CHECK(read(file) == body);
  CHECK_FALSE(std::filesystem::exists("pwned"));
}

TEST_CASE("what a command printed stands below its delivery and its failure in the report") {
  const TempDir directory;
  const std::string junit = (directory / "report.xml").string();
  const std::string url = (directory / "url").string();
  ChildProcess child(terra_hook_program(),
                     {"listen", "--port", "0", "--ready-file", url, "--junit", junit, "--body",
                      "none", "--count", "2", "--type", "sleep", "--exec-concurrency", "1",
                      "--exec", "seq 12; test $DELIVERY_NUMBER = 1"},
                     {directory.path()});
  child.await_error_text("stop");
  const std::string address = read(url);
  const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
  for (const char* body : {k_sleep, k_daily, k_sleep}) CHECK(post(port, body).status == 200);
  CHECK(child.wait() == 1);
  const std::string output = child.output();
  CAPTURE(output);
  CHECK(output.find("--> [exit code 0] ") != std::string::npos);
  CHECK(output.find(" #1\n      1\n      2\n") != std::string::npos);
  CHECK(output.find("\n      10\n      (2 lines more)\n") != std::string::npos);
  CHECK(output.find("--> [exit code 1] ") != std::string::npos);
  CHECK(output.find("\n      11\n      12\n") != std::string::npos);  // a failure shows more
  CHECK(child.errors().find("1 succeeded, 1 failed") != std::string::npos);
  const std::string report = read(junit);
  CHECK(report.find("name=\"exec seq 12; ") != std::string::npos);
  CHECK(report.find("1 succeeded, 1 failed") != std::string::npos);
}

TEST_CASE("a large body reaches a command whole and one that reads nothing does no harm") {
  const TempDir directory;
  Listener listener(directory, {"--count", "2", "--body", "none", "--exec-concurrency", "1",
                                "--exec", "test $DELIVERY_NUMBER = 2 || wc -c | tr -d ' '"});
  const std::string body = "\"" + std::string(5 << 20, 'x') + "\"";
  send(listener, body);
  send(listener, body);
  CHECK(listener.next("exec").at("output") == std::to_string(body.size()) + "\n");
  CHECK(listener.next("exec").at("ok") == true);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("a command that takes too long is ended and so are its children") {
  const TempDir directory;
  Listener listener(directory, {"--count", "1", "--exec-timeout", "100ms", "--exec",
                                "sleep 1000 & echo begun; wait"});
  send(listener, k_sleep);
  const Json done = listener.next("exec");
  CHECK(done.at("end") == "timed out");
  CHECK(done.at("output") == "begun\n");
  CHECK(done.at("exit_code").is_null());
  CHECK(listener.child().wait() == 1);
}

TEST_CASE("a delivery whose signature fails is handed to no command") {
  const TempDir directory;
  const std::string secret = directory.write("secret", "whsec");
  Listener listener(directory, {"--secret-file", secret, "--count", "2", "--exec", "true"});
  CHECK(post(listener.port(), k_sleep).status == 401);
  CHECK(post(listener.port(), k_sleep, {{"terra-signature", signature_header("whsec", k_sleep)}})
            .status == 200);
  CHECK(listener.next("summary").at("wait").at("exec") ==
        Json{{"succeeded", 1}, {"failed", 0}, {"not_run", 0}});
  CHECK(listener.child().wait() == 0);
  Listener accepting(directory, {"--secret-file", secret, "--count", "1", "--exec", "true",
                                 "--on-invalid", "accept"});
  CHECK(post(accepting.port(), k_sleep).status == 200);
  CHECK(accepting.next("exec").at("ok") == true);
  CHECK(accepting.child().wait() == 0);
}

TEST_CASE("more deliveries than commands may run at once all get theirs") {
  const TempDir directory;
  Listener listener(directory, {"--count", "40", "--body", "none", "--exec-concurrency", "3",
                                "--exec", "cat > /dev/null"});
  for (int i = 0; i < 40; ++i) send(listener, k_sleep);
  CHECK(listener.next("summary").at("wait").at("exec").at("succeeded") == 40);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("with a wait the timeout is not the target's") {
  const TempDir directory;
  PeerServer peer;
  Listener listener(directory, {"--forward-to", std::to_string(peer.port()), "--count", "1",
                                "--timeout", "1m", "--target-timeout", "10s"});
  send(listener, k_sleep);
  const Json summary = listener.next("summary");
  CHECK(summary.at("wait").at("timeout_ms") == 60'000);
  CHECK(summary.at("forwards").at("sent") == 1);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("what ends by itself says nothing of a delivery that is answered in a moment") {
  const TempDir directory;
  PeerServer peer;
  Listener listener(directory, {"--forward-to", std::to_string(peer.port()), "--count", "1"});
  send(listener, k_sleep);
  std::string type;
  while (type != "summary") {
    type = listener.next().at("type").get<std::string>();
    CHECK(type != "stopping");
  }
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("wrong usage of the flags for CI ends with 4") {
  const TempDir directory;
  const auto code = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"listen", "--port", "0"});
    return run_terra_hook(arguments, {directory.path()}).code;
  };
  CHECK(code({"--count", "0"}) == 4);
  CHECK(code({"--timeout", "0"}) == 4);
  CHECK(code({"--timeout", "8d"}) == 4);
  CHECK(code({"--expect", "type=sleep"}) == 4);
  CHECK(code({"--expect-every", ""}) == 4);
  CHECK(code({"--ready-fd", "1"}) == 4);
  CHECK(code({"--exec-concurrency", "0"}) == 4);
  CHECK(code({"--tap", "--format", "ndjson"}) == 4);
  CHECK(code({"--verdict", "good"}) == 4);
}

}  // namespace
}  // namespace terra_hook::test
