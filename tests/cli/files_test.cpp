// SPDX-License-Identifier: MIT
// export and import on stores that a real listener has filled.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "cli/user.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

const Variables k_with_secret = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};

const std::vector<std::string>& nasty_bodies() {
  static const std::vector<std::string> bodies = {
      R"({"type":"sleep","user":{"user_id":"u1","provider":"OURA"},"data":[{}]})",
      "{\r\n \"type\": \"daily\", \"n\": 1.0, \"n\": 12345678901234567890}\r\n",
      "\xef\xbb\xbf{\"type\":\"body\"}",
      "\0\xff\xfe not UTF-8 \r\n\r\n"s,
      R"({"type":"../../etc/passwd\u0000\u001b[31m"})",
      "[]",
      std::string(1 << 20, 'x') + "\xc3",
  };
  return bodies;
}

/// Fills the user's store with nasty bodies, odd headers, a chunked delivery and an empty one.
void receive_nasty(const User& user) {
  Listener listener(user.home(), {}, k_with_secret);
  for (const std::string& body : nasty_bodies()) {
    post(listener.port(), body,
         {{"Content-Type", "application/json"},
          {"x-terra-signature", signature_header(k_secret, body)},
          {"X-Terra-Trace-Id", "trace-" + std::to_string(body.size())},
          {"X-Twice", "one"},
          {"x-twice", "two"},
          {"X-Raw", "caf\xe9"},
          {"X-Terra-Hook-Verdict", "invalid"}});
  }
  post(listener.port(), "", {});
  RawClient chunked(listener.port());
  chunked.send(
      "POST /chunked?a=%20b HTTP/1.1\r\nHost: x\r\ntransfer-encoding: chunked\r\n\r\n"
      "3\r\n{\"a\r\n6\r\n\":1.0}\r\n0\r\n\r\n");
  CHECK(chunked.read_response().status == 401);
  REQUIRE(listener.stop() == 0);
}

std::map<std::string, std::string> files_in(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    files[entry.path().filename().string()] = read_whole_file(entry.path());
  }
  return files;
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("files/export and import and export again give the same bytes in every format") {
  const User user;
  receive_nasty(user);
  const std::string home = user.home().path().string();
  REQUIRE(user.run({"export", "1..9", "-o", home + "/first/"}).code == 0);
  REQUIRE(user.run({"export", "1..9", "-o", home + "/first.har"}).code == 0);
  REQUIRE(user.run({"export", "1..9", "-o", home + "/first.ndjson"}).code == 0);
  REQUIRE(user.run({"export", "1..9", "--format", "har", "-o", home + "/one-har-each/"}).code == 0);
  const auto messages = files_in(home + "/first");
  REQUIRE(messages.size() == 9);
  int round = 0;
  for (const std::string input : {"first", "first.har", "first.ndjson", "one-har-each"}) {
    CAPTURE(input);
    const std::string store = home + "/" + input + ".db";
    const Finished imported =
        user.run({"import", home + "/" + input, "--store", store}, k_with_secret);
    CHECK(imported.code == 0);
    CHECK(imported.err.empty());
    CHECK(imported.out.find("imported 9 captures, #1 to #9\n") == 0);
    const std::string again = home + "/again-" + std::to_string(++round);
    CHECK(user.run({"export", "1..9", "--store", store, "-o", again + "/"}).code == 0);
    CHECK(user.run({"export", "1..9", "--store", store, "-o", again + ".har"}).code == 0);
    CHECK(user.run({"export", "1..9", "--store", store, "-o", again + ".ndjson"}).code == 0);
    CHECK((files_in(again) == messages));
    CHECK((read_whole_file(again + ".har") == read_whole_file(home + "/first.har")));
    CHECK((read_whole_file(again + ".ndjson") == read_whole_file(home + "/first.ndjson")));
  }
  for (std::size_t i = 0; i < nasty_bodies().size(); ++i) {
    const Finished raw = user.run(
        {"show", std::to_string(i + 1), "--format", "raw", "--store", home + "/first.har.db"});
    CHECK((raw.out == nasty_bodies()[i]));
  }
}

TEST_CASE("files/names sort and stay in their folder and say what is in them") {
  const User user;
  receive_nasty(user);
  const std::string home = user.home().path().string();
  const Finished exported = user.run({"export", "1..9", "--format", "raw", "-o", home + "/raw"});
  REQUIRE(exported.code == 0);
  CHECK(exported.err.ends_with(" to " + home + "/raw/\n"));
  Words names;
  for (const auto& [name, content] : files_in(home + "/raw")) names.push_back(name);
  CHECK(names == Words{"000001-sleep.json", "000002-daily.json", "000003-body.json", "000004.bin",
                       "000005-etc-passwd-31m.json", "000006.json", "000007.bin", "000008.bin",
                       "000009.json"});
  CHECK((read_whole_file(home + "/raw/000004.bin") == nasty_bodies()[3]));
  CHECK(mode_of(home + "/raw/000001-sleep.json") == 0600);
  CHECK(mode_of(home + "/raw") == 0700);

  const Finished one = user.run({"export", "9"});
  CHECK(one.out.find("X-Terra-Hook-Field: transfer-encoding: chunked\r\n") != std::string::npos);
  CHECK(
      one.out.ends_with("Content-Length: 9\r\nX-Terra-Hook-Added: Content-Length\r\n\r\n"
                        "{\"a\":1.0}"));
  const Finished plain = user.run({"export", "9", "--no-facts"});
  CHECK(plain.out == user.run({"show", "9", "--format", "raw", "--headers"}).out);
  CHECK(plain.out.find("Received-At") == std::string::npos);
}

TEST_CASE("files/an exported message can be sent as it is") {
  const User user;
  receive_nasty(user);
  const Finished message = user.run({"export", "9"});
  Listener listener(user.home(), {"--store", (user.home() / "second.db").string()});
  RawClient client(listener.port());
  client.send(message.out);
  CHECK(client.read_response().status == 200);
  CHECK(listener.next("delivery").at("body").dump() == R"({"a":1.0})");
  CHECK(listener.stop() == 0);
}

TEST_CASE("files/nothing is replaced and no link is followed") {
  const User user;
  user.receive({"{}"});
  const std::string home = user.home().path().string();
  const std::string victim = user.home().write("victim", "precious").string();
  fs::create_symlink(victim, home + "/link.http");
  fs::create_directory(home + "/out");
  fs::create_symlink(victim, home + "/out/000001.http");

  for (const std::string target : {"victim", "link.http", "out"}) {
    CAPTURE(target);
    const Finished refused = user.run({"export", "1", "-o", home + "/" + target});
    CHECK(refused.code == 1);
    CHECK(refused.err.find("exists already") != std::string::npos);
    CHECK(refused.err.find("--force") != std::string::npos);
  }
  CHECK(user.run({"export", "1", "-o", home + "/out", "--force"}).code == 0);
  CHECK(user.run({"export", "1", "-o", home + "/link.http", "--force"}).code == 0);
  CHECK(read_whole_file(victim) == "precious");
  CHECK(read_whole_file(home + "/out/000001.http").starts_with("POST "));
  CHECK(!fs::is_symlink(home + "/link.http"));
  CHECK(user.run({"export", "1", "-o", victim, "--force"}).code == 0);
  CHECK(read_whole_file(victim).starts_with("POST "));
  CHECK(user.run({"export", "1", "-o", home + "/no/such/file.http"}).code == 1);
  CHECK(user.run({"export", "1", "-o", "/dev/null", "--force"}).code == 1);
  for (const auto& entry : fs::directory_iterator(home + "/out")) {
    CHECK(entry.path().filename() == "000001.http");
  }
}

TEST_CASE("files/what to export has to be said") {
  const User user;
  user.receive({R"({"type":"sleep"})", R"({"type":"daily"})"});
  const std::pair<Words, int> rows[] = {
      {{"export"}, 4},
      {{"export", "1..2"}, 4},
      {{"export", "1..2", "--format", "http", "-o", "both.har"}, 4},
      {{"export", "--type", "sleep"}, 4},
      {{"export", "1", "2", "--format", "raw"}, 4},
      {{"export", "7"}, 3},
      {{"export", "7", "-o", "out.http"}, 3},
      {{"export", "8..9", "--format", "har"}, 3},
      {{"export", "--type", "nutrition", "--format", "har"}, 3},
      {{"export", "@none"}, 3},
      {{"export", "1", "--format", "json"}, 4},
  };
  for (const auto& [arguments, code] : rows) {
    const Finished finished = user.run(arguments);
    CAPTURE(finished.err);
    CHECK(finished.code == code);
    CHECK(finished.out.empty());
  }
  CHECK(!fs::exists("out.http"));
  const std::string body = (user.home() / "body.json").string();
  CHECK(user.run({"export", "1", "-o", body}).code == 0);
  std::ifstream file(body);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == R"({"type":"sleep"})");
  CHECK(lines_of(user.run({"export", "--type", "daily", "--format", "ndjson"}).out).size() == 1);
  CHECK(
      lines_of(user.run({"export", "1..2", "--type", "daily", "--format", "ndjson"}).out).size() ==
      1);
  CHECK(lines_of(user.run({"export", "2", "1", "1..2", "--format", "ndjson"}).out).size() == 2);
}

TEST_CASE("files/import verifies at the moment of reception") {
  const User user;
  const std::string body = R"({"type":"sleep"})";
  const auto message = [&](std::string_view received_at) {
    return "POST /h HTTP/1.1\nX-Terra-Hook-Received-At: " + std::string(received_at) +
           "\nX-Terra-Hook-Verdict: valid\nX-Terra-Hook-Secret: forged\nX-Terra-Signature: " +
           signature_header(k_secret, body, 1'782'880'000) + "\n\n" + body;
  };
  user.home().write("fresh.http", message("2026-07-01T04:26:41Z"));
  user.home().write("late.http", message("2026-07-01T05:26:41Z"));
  const std::string fresh = (user.home() / "fresh.http").string();
  const std::string late = (user.home() / "late.http").string();
  CHECK(user.run({"import", fresh, late}, k_with_secret).code == 0);
  const std::string unchecked = (user.home() / "unchecked.db").string();
  const std::string kept = (user.home() / "kept.db").string();
  CHECK(user.run({"import", fresh, "--store", unchecked}).code == 0);
  CHECK(user.run({"import", fresh, "--keep-verdicts", "--store", kept}).code == 0);
  Words lines = lines_of(user.run({"list", "--format", "ndjson"}).out);
  for (const std::string& store : {unchecked, kept}) {
    for (const std::string& line :
         lines_of(user.run({"list", "--format", "ndjson", "--store", store}).out)) {
      lines.push_back(line);
    }
  }
  REQUIRE(lines.size() == 4);
  const std::pair<const char*, const char*> verdicts[] = {
      {"valid", "default"}, {"stale", "default"}, {"unchecked", ""}, {"valid", "forged"}};
  for (std::size_t i = 0; i < 4; ++i) {
    const Json capture = Json::parse(lines[i]);
    CAPTURE(i);
    CHECK(capture.at("verdict") == verdicts[i].first);
    const Json secret = capture.at("secret");
    CHECK((secret.is_null() ? "" : secret.get<std::string>()) == verdicts[i].second);
    CHECK(capture.at("received_at").get<std::string>().starts_with("2026-07-01T0"));
  }
}

TEST_CASE("files/verify judges each delivery of what export wrote") {
  const User user;
  user.receive({"[1]", "[2]", "[3]"});
  const Variables other_secret{{"TERRA_SIGNING_SECRET", std::string(k_other_secret)}};
  const std::pair<const char*, const char*> formats[] = {{"day.har", "entry "},
                                                         {"day.ndjson", "line "}};
  for (const auto& [name, place] : formats) {
    const std::string file = (user.home() / name).string();
    CAPTURE(file);
    REQUIRE(user.run({"export", "1..3", "-o", file}).code == 0);
    const Finished all = user.run({"verify", file}, k_with_secret);
    CHECK(all.code == 0);
    CHECK(all.err == "");
    const Words lines = lines_of(all.out);
    REQUIRE(lines.size() == 4);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(lines[i].starts_with(place + std::to_string(i + 1)));
      CHECK(lines[i].find("valid (default)  signed ") != std::string::npos);
      CHECK(lines[i].ends_with("it was received"));
    }
    CHECK(lines[3] == "verified 3 deliveries: 3 valid");
    CHECK(user.run({"verify", file, "--quiet"}, k_with_secret).out == "");
    CHECK(user.run({"verify", file, "--at", "2090-01-01"}, k_with_secret).code == 2);

    const Finished other = user.run({"verify", file}, other_secret);
    CHECK(other.code == 2);
    CHECK(other.out.ends_with("verified 3 deliveries: 3 invalid\n"));
    CHECK(other.out.find("it was valid when it was received, with secret 'default'") !=
          std::string::npos);
    // What explains all three is said once.
    CHECK(other.out.find("  tried: ") != std::string::npos);
    CHECK(other.out.find("  tried: ") == other.out.rfind("  tried: "));

    const Words objects =
        lines_of(user.run({"verify", file, "--format", "ndjson"}, k_with_secret).out);
    REQUIRE(objects.size() == 4);
    CHECK(Json::parse(objects[1]).at("place") == place + std::string("2"));
    CHECK(Json::parse(objects[3]) ==
          Json{{"type", "summary"}, {"verified", 3}, {"verdicts", {{"valid", 3}}}, {"skipped", 0}});
    const Json array =
        Json::parse(user.run({"verify", file, "--format", "json"}, k_with_secret).out);
    REQUIRE(array.size() == 3);
    CHECK(array[2].at("verdict") == "valid");
  }
}

TEST_CASE("files/verify of a file says what of it is no delivery") {
  const User user;
  user.receive({"[1]", "[2]"});
  const std::string lines = user.run({"export", "1..2", "--format", "ndjson"}).out;
  const Finished damaged = user.run({"verify", "-"}, k_with_secret, lines + "{broken\n");
  CHECK(damaged.code == 3);
  CHECK(damaged.out.ends_with("verified 2 deliveries: 2 valid; skipped 1 entry\n"));
  CHECK(damaged.err.starts_with("standard input: line 3, column 2: "));
  // One that is forged is worse.
  std::string forged = lines;
  forged.replace(forged.find("[2]"), 3, "[9]");
  const Finished mixed = user.run({"verify", "-"}, k_with_secret, forged + "{broken\n");
  CHECK(mixed.code == 2);
  CHECK(mixed.out.find("verified 2 deliveries: 1 valid, 1 invalid") != std::string::npos);

  const std::string no_post =
      user.home().write("get.har", R"({"log":{"entries":[{"request":{"method":"GET"}}]}})");
  const Finished nothing = user.run({"verify", no_post}, k_with_secret);
  CHECK(nothing.code == 3);
  CHECK(nothing.err.find("there is no delivery in it") != std::string::npos);
  const Finished payloads = user.run({"verify", "-"}, k_with_secret, "{}\n{}\n");
  CHECK(payloads.code == 3);
  CHECK(payloads.err.find("line 1 has a body but no signature") != std::string::npos);
}

TEST_CASE("files/verify judges an exported message at the moment it was received") {
  const User user;
  const std::string body = R"({"type":"sleep"})";
  const std::string file =
      user.home().write("old.http",
                        "POST /h HTTP/1.1\nX-Terra-Hook-Received-At: 2026-07-01T04:26:41Z\n"
                        "X-Terra-Signature: " +
                            signature_header(k_secret, body, 1'782'880'000) + "\n\n" + body);
  const Finished finished = user.run({"verify", file}, k_with_secret);
  CHECK(finished.code == 0);
  CHECK(finished.out.find("it was received") != std::string::npos);
}

TEST_CASE("files/import tells what it took and what not") {
  const User user;
  const std::string line = R"({"type":"capture","method":"POST","target":"/","body_text":"{}",)"
                           R"("headers":[{"name":"X-Terra-Trace-Id","value":"t1"}]})";
  user.home().write("mixed.ndjson", line + "\n" + line + "\n{broken\n" + line + "\n");
  user.home().write("only-get.har",
                    R"({"log":{"entries":[{"request":{"method":"GET","url":"http://h/"}}]}})");
  user.home().write("text.txt", "hello");
  const auto path = [&](const char* name) { return (user.home() / name).string(); };

  const Finished mixed = user.run({"import", path("mixed.ndjson")});
  CHECK(mixed.code == 3);
  CHECK(mixed.out.find("imported 3 captures, #1 to #3\n") == 0);
  CHECK(mixed.out.find("duplicates  2\n") != std::string::npos);
  CHECK(mixed.err.find("mixed.ndjson: line 3, column 2: ") != std::string::npos);

  const Finished none = user.run({"import", path("only-get.har")});
  CHECK(none.code == 3);
  CHECK(none.out.find("imported 0 captures\n") == 0);
  CHECK(none.out.find("1 GET, not POST") != std::string::npos);

  const Finished text = user.run({"import", path("text.txt"), path("mixed.ndjson"), path("none")});
  CHECK(text.code == 3);
  CHECK(text.err.find("text.txt: neither JSON nor an HTTP message") != std::string::npos);
  CHECK(text.err.find("can't read ") != std::string::npos);
  CHECK(text.out.find("failed      2 files") != std::string::npos);
  CHECK(user.run({"import", path("none")}).code == 1);
  CHECK(user.run({"import", "/dev/zero"}).code == 3);
  CHECK(user.run({"import"}).code == 4);
  CHECK(user.run({"import", path("text.txt"), "--from", "raw"}).code == 0);
  CHECK(user.run({"show", "last", "--format", "raw"}).out == "hello");
}

TEST_CASE("files/an import that can not begin has no summary") {
  const User user;
  const std::string body = user.home().write("bare.json", "{}");
  const std::string folder = user.home().path().string();
  for (const char* format : {"text", "ndjson"}) {
    CAPTURE(format);
    const Finished finished = user.run({"import", body, "--store", folder, "--format", format});
    CHECK(finished.code == 1);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("can't open the store " + folder) != std::string::npos);
  }
}

TEST_CASE("files/a file that is imported again adds nothing") {
  const User user;
  receive_nasty(user);
  const std::string home = user.home().path().string();
  const Words words{"import", home + "/all.ndjson", "--store", home + "/other.db"};
  REQUIRE(user.run({"export", "1..9", "-o", home + "/all.ndjson"}).code == 0);
  CHECK(user.run(words).out.find("imported 9 captures, #1 to #9\n") == 0);
  const Finished again = user.run(words);
  CHECK(again.code == 0);
  CHECK(again.err.empty());
  CHECK(again.out == "imported 0 captures\n  skipped     9 already kept (same time, same body)\n");
  CHECK(user.run({"list", "--store", home + "/other.db", "--format", "ndjson"}).out ==
        user.run({"list", "--store", home + "/other.db", "--format", "ndjson", "--last", "9"}).out);
  const Words lines =
      lines_of(user.run({"import", home + "/all.ndjson", "--format", "ndjson"}).out);
  REQUIRE(lines.size() == 10);
  CHECK(Json::parse(lines[0]).at("type") == "skipped");
  CHECK(Json::parse(lines[9]).at("skipped") == 9);
  // The same bytes at no time that is known are another delivery.
  user.home().write("bare.json", R"({"type":"sleep"})");
  CHECK(user.run({"import", home + "/bare.json"}).out.find("imported 1 capture, ") == 0);
  CHECK(user.run({"import", home + "/bare.json"}).out.find("imported 1 capture, ") == 0);
}

TEST_CASE("files/equal deliveries of one file are all imported and known the next time") {
  const User user;
  const std::string line =
      R"({"type":"capture","received_at":"2026-07-01T00:00:00Z","method":"POST","target":"/",)"
      R"("headers":[],"body_text":"{}"})";
  const std::string lines = line + "\n" + line + "\n";
  CHECK(user.run({"import", "-"}, {}, lines).out.find("imported 2 captures") == 0);
  CHECK(user.run({"import", "-"}, {}, lines).out.find("imported 0 captures") == 0);
}

TEST_CASE("files/what was answered goes along where it is known") {
  const User user;
  {
    Listener listener(user.home(), {}, k_with_secret);
    REQUIRE(post(listener.port(), R"({"type":"sleep"})").status == 401);
    REQUIRE(listener.stop() == 0);
    Listener other(user.home(), {"--respond", "503", "--no-verify"});
    REQUIRE(post(other.port(), R"({"type":"sleep"})").status == 503);
    REQUIRE(other.stop() == 0);
    Listener lenient(user.home(), {"--on-invalid", "accept"}, k_with_secret);
    REQUIRE(post(lenient.port(), R"({"type":"sleep"})").status == 200);
    REQUIRE(lenient.stop() == 0);
  }
  REQUIRE(user.run({"import", "-"}, {}, R"({"type":"sleep"})").code == 0);
  const auto statuses = [&](const Words& more) {
    Words words{"export", "1..4", "--format", "har"};
    words.insert(words.end(), more.begin(), more.end());
    const Json archive = Json::parse(user.run(words).out);
    std::string text;
    for (const Json& entry : archive.at("log").at("entries")) {
      text += entry.at("response").at("status").dump() + " ";
    }
    return text;
  };
  CHECK(statuses({}) == "401 503 200 0 ");
  CHECK(user.run({"show", "2"}).out.find("\nanswered        503\n") != std::string::npos);
  CHECK(user.run({"show", "1"}).out.find("answered") == std::string::npos);
  CHECK(user.run({"export", "2"}).out.find("\nX-Terra-Hook-Answered: 503\r\n") !=
        std::string::npos);
  const std::string store = (user.home() / "copy.db").string();
  const Finished har = user.run({"export", "1..4", "--format", "har"});
  REQUIRE(user.run({"import", "-", "--store", store}, {}, har.out).code == 0);
  CHECK(statuses({"--store", store}) == "401 503 200 0 ");
}

TEST_CASE("files/import speaks NDJSON and reads standard input") {
  const User user;
  const Finished finished = user.run({"import", "-", "--format", "ndjson"}, {},
                                     "{\"type\":\"sleep\"}\n{\"type\":\"daily\"}\n{");
  CHECK(finished.code == 3);
  const Words lines = lines_of(finished.out);
  REQUIRE(lines.size() == 4);
  std::map<std::string, int> types;
  for (const std::string& line : lines) ++types[Json::parse(line).at("type")];
  CHECK(types == std::map<std::string, int>{{"capture", 2}, {"skipped", 1}, {"summary", 1}});
  const Json summary = Json::parse(lines.back());
  CHECK(summary.at("imported") == 2);
  CHECK(summary.at("first") == 1);
  CHECK(summary.at("last") == 2);

  const User other;
  CHECK(other.run({"import", "-"}, {}, "").code == 3);
  CHECK(!fs::exists(other.store()));
}

TEST_CASE("files/what an imported file says of itself does not act on a terminal") {
  const User user;
  const std::string line =
      R"({"type":"capture","received_at":"2026-07-01T00:00:00Z","method":"POST","target":"/",)"
      R"("remote_address":"\u001b[31mX\u009b2J\u202e","verdict":"valid","secret":"\u001b[31mS",)"
      R"("reason":"\u001b[31mR","headers":[],"body_text":"{}"})";
  REQUIRE(user.run({"import", "-", "--keep-verdicts"}, {}, line + "\n").code == 0);
  const std::string shown = user.run({"show", "1"}).out;
  CHECK(shown.find("from \\u001b[31mX\\u009b2J\\u202e\n") != std::string::npos);
  CHECK(shown.find("valid (\\u001b[31mS): \\u001b[31mR\n") != std::string::npos);
  CHECK(shown.find('\x1b') == std::string::npos);
}

TEST_CASE("files/import of a folder goes by number and leaves links alone") {
  const User user;
  const fs::path folder = user.home() / "in";
  fs::create_directory(folder);
  user.home().write("in/1000000-b.json", R"({"type":"body"})");
  user.home().write("in/999999-a.json", R"({"type":"activity"})");
  user.home().write("in/.hidden", "x");
  user.home().write("outside.json", R"({"type":"sleep"})");
  fs::create_symlink(user.home() / "outside.json", folder / "link.json");
  fs::create_directory(folder / "deeper");
  const Finished finished = user.run({"import", folder.string()});
  CHECK(finished.code == 0);
  CHECK(finished.out.find("imported 2 captures") == 0);
  CHECK(user.run({"show", "1", "--format", "raw"}).out == R"({"type":"activity"})");
  fs::create_directory(user.home() / "empty");
  CHECK(user.run({"import", (user.home() / "empty").string()}).code == 3);
}

}  // namespace terra_hook::test
