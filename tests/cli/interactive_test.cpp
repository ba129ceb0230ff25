// SPDX-License-Identifier: MIT
// The full-screen view of listen in a real terminal, with real keys and a real handler.
#include <doctest/doctest.h>

#include <regex>

#include "cli/user.hpp"
#include "support/peer_server.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "support/tmux.hpp"

namespace terra_hook::test {
namespace {

const Variables k_with_secret = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};

std::string sleep_body(int seconds) {
  return R"({"type":"sleep","user":{"user_id":"u-1","provider":"OURA"},"data":[{"metadata":)"
         R"({"start_time":"2027-02-09T22:41:00.000000-05:00"},"asleep":)" +
         std::to_string(seconds) + "}]}";
}

/// The port that the first row names.
std::uint16_t port_on(const Tmux& terminal) {
  static const std::regex url("http://127\\.0\\.0\\.1:([0-9]+)");
  std::smatch match;
  const std::string screen = terminal.screen();
  REQUIRE_MESSAGE(std::regex_search(screen, match, url), screen);
  return static_cast<std::uint16_t>(std::stoul(match[1]));
}

int send(std::uint16_t port, const std::string& body, std::string_view secret = k_secret) {
  return post(port, body,
              {{"Content-Type", "application/json"},
               {"terra-signature", signature_header(secret, body)}})
      .status;
}

/// A listener in a terminal that shows its screen.
struct Screen {
  explicit Screen(const std::string& arguments, const Variables& variables = k_with_secret,
                  std::size_t columns = 80, std::size_t rows = 24)
      : terminal({home.path(), variables}, columns, rows) {
    terminal.run("cd; stty -g > before; \"$TERRA_HOOK\" listen --port 0 " + arguments +
                 "; echo ended=$?; stty -g > after");
    terminal.await("q quit");
    port = port_on(terminal);
  }

  /// The chosen row.
  std::string chosen() const {
    for (const std::string& row : terminal.rows()) {
      if (row.starts_with("> ")) return row;
    }
    return "";
  }

  void await_chosen(std::string_view text) {
    terminal.await(
        [text](const std::vector<std::string>& rows) {
          return std::ranges::any_of(rows, [text](const std::string& row) {
            return row.starts_with("> ") && row.find(text) != std::string::npos;
          });
        },
        "> " + std::string(text));
  }

  /// The program has ended with `code` and left the terminal as it was.
  void check_ended(int code) {
    terminal.await("ended=" + std::to_string(code));
    terminal.run("cmp before after && echo modes are the same");
    terminal.await(
        [](const std::vector<std::string>& rows) {
          return std::ranges::find(rows, "modes are the same") != rows.end();
        },
        "modes are the same");
    CHECK(terminal.value("#{alternate_on}") == "0");
    CHECK(terminal.value("#{cursor_flag}") == "1");
    check_keeps_secrets(terminal.screen());
  }

  TempDir home;
  Tmux terminal;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("interactive/each key does what the help says") {
  PeerServer handler;
  Screen screen(
      "--forward-to " + handler.url("/hook"),
      {{"TERRA_SIGNING_SECRET", std::string(k_secret)}, {"VISUAL", "sed -i s/27000/31000/"}}, 100);
  Tmux& terminal = screen.terminal;
  terminal.await("waiting for deliveries");
  CHECK(terminal.rows()[0].ends_with(handler.url("/hook")));
  CHECK(terminal.value("#{alternate_on}") == "1");
  CHECK(send(screen.port, sleep_body(25000)) == 200);
  CHECK(send(screen.port, sleep_body(27000)) == 200);
  CHECK(send(screen.port, sleep_body(29000), k_other_secret) == 401);
  terminal.await("3 deliveries  2 valid  1 invalid  p50");
  screen.await_chosen("#3");
  CHECK(screen.chosen().starts_with("> 401  "));

  terminal.press({"k"});
  screen.await_chosen("#2");
  CHECK(screen.chosen().starts_with("> 200  "));
  terminal.press({"Down"});
  screen.await_chosen("#3");
  terminal.press({"Up"});
  screen.await_chosen("#2");

  terminal.press({"Enter"});
  terminal.await("#2  [card]");
  terminal.await("✓ valid");
  terminal.press({"Tab"});
  terminal.await("[JSON]");
  terminal.await("\"asleep\": 27000");
  terminal.press({"Enter"});
  terminal.await("[headers]");
  terminal.await("terra-signature: t=");
  terminal.press({"Tab"});
  terminal.await("[response]");
  terminal.await("the sender was answered 200");
  terminal.await("forward ");

  terminal.press({"r"});
  terminal.await("replayed #2: 200 in ");
  const PeerRequest replayed = handler.request(2);
  CHECK(replayed.body == sleep_body(27000));
  CHECK(replayed.target == "/hook");
  CHECK(replayed.field("terra-signature").starts_with("t="));
  terminal.await("replay ");

  terminal.press({"R"});
  terminal.await("replayed #2, edited: 200 in ");
  terminal.await("body edited");
  const PeerRequest edited = handler.request(3);
  CHECK(edited.body == sleep_body(31000));
  const std::string signature = edited.field("terra-signature");
  const std::int64_t time = std::stoll(signature.substr(2));
  CHECK(signature == signature_header(k_secret, edited.body, time));

  terminal.press({"d"});
  terminal.await("#2 with the previous one");
  terminal.await("asleep");
  terminal.await("25000");
  terminal.press({"c"});
  terminal.await("copied: curl");
  CHECK(terminal.clipboard().find("curl") != std::string::npos);
  CHECK(terminal.clipboard().find(handler.url("/hook")) != std::string::npos);
  check_keeps_secrets(terminal.clipboard());

  terminal.press({"Escape"});
  terminal.await("[response]");
  terminal.press({"Escape"});
  screen.await_chosen("#2");
  terminal.type("/invalid");
  screen.await_chosen("#3");
  terminal.press({"Enter"});
  terminal.await("/invalid (1)");
  terminal.press({"Escape"});
  terminal.await("#1 ");

  terminal.type("p");
  terminal.await("PAUSED, 0 more");
  CHECK(send(screen.port, sleep_body(1)) == 200);
  terminal.await("PAUSED, 1 more");
  CHECK(terminal.screen().find("#4") == std::string::npos);
  terminal.type("p");
  terminal.await("#4");

  terminal.press({"?"});
  terminal.await("copy as a curl command");
  terminal.press({"?"});
  terminal.await("#4");
  terminal.press({"q"});
  terminal.await("4 deliveries, ");
  screen.check_ended(0);
}

TEST_CASE("interactive/the response tab shows an answer once") {
  PeerServer handler(PeerAnswer{500, {}, R"({"error":"kaputt"})"});
  Screen screen("--forward-to " + handler.url("/hook"), {}, 100);
  Tmux& terminal = screen.terminal;
  terminal.await("waiting for deliveries");
  CHECK(send(screen.port, sleep_body(25000)) == 500);
  screen.await_chosen("#1");
  terminal.press({"Enter"});
  terminal.await("[card]");
  terminal.press({"Tab", "Tab", "Tab"});
  terminal.await("kaputt");
  terminal.await("what " + handler.url("/hook") + " answered");
  const std::string shown = terminal.screen();
  CHECK(shown.find("kaputt") == shown.rfind("kaputt"));
}

TEST_CASE("interactive/a plain answer is shown without a word about JSON unless it says it is") {
  for (const char* type : {"text/plain", "Application/JSON; charset=utf-8"}) {
    PeerServer handler(PeerAnswer{200, {{"Content-Type", type}}, "all is well"});
    Screen screen("--forward-to " + handler.url("/hook"), k_with_secret, 100);
    Tmux& terminal = screen.terminal;
    CHECK(send(screen.port, sleep_body(25000)) == 200);
    screen.await_chosen("200");
    terminal.press({"Enter"});
    terminal.await("[card]");
    terminal.press({"Tab", "Tab", "Tab"});
    terminal.await("all is well");
    CAPTURE(terminal.screen());
    CHECK((terminal.screen().find("not JSON") != std::string::npos) ==
          (type != std::string("text/plain")));
  }
}

TEST_CASE("interactive/an edit that is no JSON is sent and said") {
  PeerServer handler;
  Screen screen(
      "--forward-to " + handler.url("/hook"),
      {{"TERRA_SIGNING_SECRET", std::string(k_secret)}, {"VISUAL", R"(sed -i 's/.*/{"broken":/')"}},
      100);
  CHECK(send(screen.port, sleep_body(25000)) == 200);
  screen.await_chosen("200");
  screen.terminal.press({"R"});
  screen.terminal.await("replayed #1, edited: 200 in ");
  screen.terminal.await("; not JSON (line 1, column 11), sent as it is");
  CHECK(handler.request(1).body == R"({"broken":)");
}

TEST_CASE("interactive/the window changes and the job stops and goes on") {
  Screen screen("--no-store");
  Tmux& terminal = screen.terminal;
  CHECK(send(screen.port, R"({"type":"日本語の型","user":{"user_id":"😀😀😀😀😀😀😀"}})") == 200);
  terminal.await("日本語の型");
  terminal.resize(40, 10);
  terminal.await(
      [](const std::vector<std::string>& rows) {
        return rows.size() == 10 && rows[9].find("q quit") != std::string::npos;
      },
      "ten rows");
  CHECK(terminal.rows()[1].starts_with("> 200"));
  terminal.resize(200, 30);
  terminal.await(
      [](const std::vector<std::string>& rows) {
        return rows.size() == 30 && rows[29].ends_with("q quit");
      },
      "thirty rows");
  terminal.press({"Enter"});
  terminal.await("nothing is kept (--no-store)");
  terminal.press({"C-z"});
  terminal.await("Stopped");
  CHECK(terminal.value("#{alternate_on}") == "0");
  terminal.run("fg");
  terminal.await("nothing is kept (--no-store)");
  CHECK(terminal.value("#{alternate_on}") == "1");
  terminal.press({"q"});
  terminal.await("1 delivery, ");
  CHECK(terminal.value("#{alternate_on}") == "0");
  terminal.run("stty -g > after; cmp before after && echo ' the same'");
  terminal.await(" the same");
}

TEST_CASE("interactive/a wait ends it by itself") {
  Screen screen("--count 1");
  CHECK(send(screen.port, sleep_body(1)) == 200);
  screen.terminal.await("1 delivery, ");
  screen.check_ended(0);
}

TEST_CASE("interactive/the second Ctrl-C quits at once and leaves the terminal well") {
  PeerAnswer never;
  never.kind = PeerAnswer::Kind::hang;
  PeerServer handler(never);
  Screen screen("--forward-to " + handler.url());
  RawClient client(screen.port);
  const std::string body = sleep_body(1);
  client.send(post_request(body, {{"terra-signature", signature_header(k_secret, body)}}));
  handler.request(0);
  screen.await_chosen("#1");
  screen.terminal.press({"C-c"});
  screen.terminal.await("stopping: 1 delivery in flight");
  screen.terminal.press({"C-c"});
  screen.check_ended(130);
}

TEST_CASE("interactive/a signal that kills leaves the terminal well") {
  Screen screen("");
  screen.terminal.run("\x1c");
  screen.check_ended(131);
}

TEST_CASE("interactive/nothing that a sender writes acts on the terminal") {
  Screen screen("");
  Tmux& terminal = screen.terminal;
  const std::string nasty =
      "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x7f\xc2\x9b"
      "1m\xe2\x80\xae\xe2\x81\xa6\xc2\x85\b\r";
  for (const std::string& body :
       {R"({"type":")" + nasty + R"(","user":{"user_id":")" + nasty + "\"}}", nasty + "\n" + nasty,
        std::string(R"({"type":"\u001b[2J\u202e"})")}) {
    CHECK(send(screen.port, body) == 200);
  }
  post(screen.port, "{}", {{"X-Odd", "a\x1b[2Jb\xc2\x9b"}});
  post(screen.port, "{}", {}, "/?\xc2\x9b=\xe2\x80\xae");
  terminal.await("deliveries");
  for (const char* number : {"#1", "#2", "#3"}) {
    terminal.press({"g"});
    for (char c = '1'; c < number[1]; ++c) terminal.press({"j"});
    screen.await_chosen(number);
    for (const char* tab : {"[card]", "[JSON]", "[headers]", "[response]"}) {
      terminal.press({tab == std::string("[card]") ? "Enter" : "Tab"});
      terminal.await(std::string(number) + "  ");
      terminal.await(tab);
    }
    terminal.press({"Tab"});
    terminal.await("[card]");
    terminal.press({"Escape"});
    screen.await_chosen(number);
  }
  terminal.press({"q"});
  screen.check_ended(0);
  CHECK(terminal.value("#{pane_title}") != "owned");
  const std::string written = terminal.written();
  for (const char* sequence : {"\x1b]0;", "\x1b]52;", "\x07", "\xc2\x9b", "\xc2\x85",
                               "\xe2\x80\xae", "\xe2\x81\xa6", "\x7f"}) {
    CAPTURE(sequence);
    CHECK(written.find(sequence) == std::string::npos);
  }
}

TEST_CASE("interactive/the stream stays where there is no screen or it is asked for") {
  const User user;
  const std::string listen = "exec '" + terra_hook_program() + "' listen --port 0 ";
  struct Row {
    std::string command;
    Variables variables;
  };
  for (const Row& row :
       {Row{listen + "--plain", {}}, Row{listen + "</dev/null", {}},
        Row{listen, {{"TERM", "dumb"}}}, Row{listen, {{"TERM", "no-such-terminal"}}},
        Row{listen, {{"TERRA_HOOK_PLAIN", "true"}}}}) {
    CAPTURE(row.command);
    PseudoTerminal terminal("bash", {"-c", row.command}, {user.home().path(), row.variables});
    terminal.await("Listening on");
    terminal.await("Ctrl-C");
    terminal.type("\x03");
    CHECK(terminal.wait() == 0);
    CHECK(terminal.screen().find("\x1b[?1049h") == std::string::npos);
    // A type that nobody knows was hardly meant; the others were.
    const auto type = row.variables.find("TERM");
    const bool is_unknown = type != row.variables.end() && type->second == "no-such-terminal";
    CHECK((terminal.screen().find("of type 'no-such-terminal' (TERM)") != std::string::npos) ==
          is_unknown);
  }
}

TEST_CASE("interactive/NO_COLOR takes the colours away") {
  const User user;
  for (const bool has_color : {true, false}) {
    Variables variables = k_with_secret;
    if (!has_color) variables["NO_COLOR"] = "1";
    PseudoTerminal terminal(terra_hook_program(), {"listen", "--port", "0"},
                            {user.home().path(), variables});
    terminal.await("? help");
    terminal.type("q");
    CHECK(terminal.wait() == 0);
    static const std::regex color("\x1b\\[[0-9;]*3[1-7]m");
    CHECK(std::regex_search(terminal.screen(), color) == has_color);
  }
}

}  // namespace terra_hook::test
