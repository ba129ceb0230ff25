// SPDX-License-Identifier: MIT
// The full-screen view of listen without a terminal: events and keys in, rows and actions out.
#include <doctest/doctest.h>

#include "base/terminal.hpp"
#include "render/listen_view.hpp"

using namespace std::chrono_literals;
using namespace terra_hook;

namespace {

Style plain_style(std::size_t columns, bool unicode = true) {
  Terminal terminal;
  terminal.width = columns;
  terminal.unicode = unicode;
  return Style(terminal);
}

Style colored_style() {
  Terminal terminal;
  terminal.color = true;
  return Style(terminal);
}

DeliveryReceived delivery(std::int64_t number, const std::string& type = "sleep",
                          Verdict verdict = Verdict::valid) {
  auto capture = std::make_shared<Capture>();
  capture->number = number;
  capture->verdict = verdict;
  capture->body = "{}";
  capture->body_size = 2;
  capture->summary.event_type = type;
  capture->summary.user_id = "user-" + std::to_string(number);
  DeliveryReceived received;
  received.capture = capture;
  received.status = verdict == Verdict::valid ? 200 : 401;
  received.elapsed = 3ms;
  return received;
}

Ready ready(bool is_keeping = true, bool has_target = true) {
  Ready event;
  event.url = "http://127.0.0.1:4567";
  event.store = is_keeping ? "/tmp/captures.db" : "";
  if (has_target) event.routes = {parse_route("http://localhost:3000/hook?token=hidden").value()};
  return event;
}

Key text_key(std::string text) {
  return {Key::Kind::text, std::move(text)};
}

/// Types each character; the last one's action.
ListenAction type(ListenView& view, std::string_view text) {
  ListenAction action = ListenAction::none;
  for (const char c : text) action = view.on_key(text_key(std::string(1, c)));
  return action;
}

std::vector<std::string> rows_of(ListenView& view, std::size_t rows = 24,
                                 std::size_t columns = 80) {
  std::vector<std::string> texts;
  for (const ScreenLine& line : view.screen({rows, columns}, plain_style(columns))) {
    texts.push_back(plain_text(line.spans));
  }
  return texts;
}

std::string screen_of(ListenView& view, std::size_t rows = 24, std::size_t columns = 80) {
  std::string text;
  for (const std::string& row : rows_of(view, rows, columns)) text += row + "\n";
  return text;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool shows(ListenView& view, std::string_view text) {
  const std::string screen = screen_of(view);
  const bool is_there = screen.find(text) != std::string::npos;
  if (!is_there) MESSAGE(screen);
  return is_there;
}

/// A view with a target and deliveries 1 to `count`.
ListenView view_with(std::int64_t count) {
  ListenView view;
  view.on_event(ready(), "Listening\n");
  for (std::int64_t number = 1; number <= count; ++number) view.on_event(delivery(number));
  return view;
}

}  // namespace

TEST_CASE("listen view / says where it listens and what waits") {
  ListenView view;
  view.on_event(ready(), "  signatures  checked with prod\n");
  CHECK(rows_of(view)[0] == "http://127.0.0.1:4567 → http://localhost:3000/hook");
  CHECK(shows(view, "signatures  checked with prod"));
  CHECK(shows(view, "waiting for deliveries"));
  CHECK(shows(view, "? help  q quit"));
  TunnelOpen open;
  open.url = "https://abc.example.com";
  view.on_event(open, "Public at https://abc.example.com\n");
  CHECK(rows_of(view)[0].starts_with("https://abc.example.com"));
  CHECK(shows(view, "Public at"));
}

TEST_CASE("listen view / help breaks between words") {
  ListenView view = view_with(1);
  type(view, "?");
  const std::vector<std::string> rows = rows_of(view, 30, 45);
  const auto row = std::ranges::find_if(
      rows, [](const std::string& text) { return text.starts_with("enter "); });
  REQUIRE(row != rows.end());
  CHECK(*row == "enter            details: card, JSON,");
  CHECK(*(row + 1) == "                 headers, response; again or");
  CHECK(*(row + 2) == "                 tab: the next");
}

TEST_CASE("listen view / the newest delivery is chosen until another one is") {
  ListenView view = view_with(3);
  CHECK(view.chosen() == 3);
  view.on_event(delivery(4));
  CHECK(view.chosen() == 4);
  view.on_key({Key::Kind::up, ""});
  view.on_event(delivery(5));
  CHECK(view.chosen() == 3);
  type(view, "j");
  CHECK(view.chosen() == 4);
  type(view, "k");
  CHECK(view.chosen() == 3);
  type(view, "g");
  CHECK(view.chosen() == 1);
  type(view, "k");
  CHECK(view.chosen() == 1);
  type(view, "G");
  view.on_event(delivery(6));
  CHECK(view.chosen() == 6);
  CHECK(shows(view, "> 200"));
}

TEST_CASE("listen view / the chosen one is always on the screen") {
  ListenView view = view_with(100);
  for (const char key : std::string("gGkkkkkkkkkkkkjjj  g ")) {
    type(view, std::string_view(&key, 1));
    const std::string mark = "#" + std::to_string(view.chosen()) + " ";
    const auto rows = rows_of(view, 10);
    CHECK(std::ranges::count_if(rows, [&](const std::string& row) {
            return row.starts_with(">") && row.find(mark) != std::string::npos;
          }) == 1);
  }
}

TEST_CASE("listen view / answers of targets are shown where the delivery is") {
  ListenView view = view_with(0);
  DeliveryReceived received = delivery(1);
  received.status.reset();
  received.forwarding = Forwarding::sent;
  view.on_event(received);
  CHECK(shows(view, "> …"));
  ForwardDone done;
  done.capture = received.capture;
  done.attempt.status = 500;
  done.attempt.latency = 20ms;
  done.answered = 500;
  view.on_event(done);
  CHECK(shows(view, "> 500"));
  CHECK(shows(view, "p50 20 ms  p95 20 ms"));
  view.on_event(done, "<-- [500] POST http://localhost:3000/hook\n      a hint in words\n");
  CHECK(shows(view, "<-- [500] POST http://localhost:3000/hook …"));
  type(view, "?");
  CHECK(shows(view, "a hint in words"));
  ForwardDone unknown = done;
  unknown.capture = delivery(99).capture;
  view.on_event(unknown);
  CHECK(view.deliveries().size() == 1);
}

TEST_CASE("listen view / counts by verdict") {
  ListenView view = view_with(2);
  view.on_event(delivery(3, "sleep", Verdict::invalid));
  CHECK(rows_of(view).back().starts_with("3 deliveries  2 valid  1 invalid  p50 "));
}

TEST_CASE("listen view / details go through their tabs and back") {
  ListenView view = view_with(2);
  CHECK(!view.wanted());
  view.on_key({Key::Kind::enter, ""});
  REQUIRE(view.wanted());
  CHECK(view.wanted()->number == 2);
  CHECK(view.wanted()->tab == DetailTab::card);
  view.show(*view.wanted(), "the card\n");
  CHECK(shows(view, "#2  [card]   JSON    headers    response"));
  CHECK(shows(view, "the card"));
  view.on_key({Key::Kind::tab, ""});
  CHECK(view.wanted()->tab == DetailTab::json);
  CHECK(!holds(screen_of(view), "the card"));
  view.on_key({Key::Kind::enter, ""});
  CHECK(view.wanted()->tab == DetailTab::headers);
  view.on_key({Key::Kind::back_tab, ""});
  CHECK(view.wanted()->tab == DetailTab::json);
  type(view, "h");
  CHECK(view.wanted()->number == 1);
  view.on_key({Key::Kind::escape, ""});
  CHECK(!view.wanted());
  CHECK(view.chosen() == 1);
}

TEST_CASE("listen view / a replay is told in its row and renews its page") {
  ListenView view = view_with(1);
  view.on_key({Key::Kind::enter, ""});
  const PageContent before = *view.wanted();
  view.on_replayed(1, 200);
  CHECK(*view.wanted() != before);
  view.on_replayed(77, 200);
  view.on_key({Key::Kind::escape, ""});
  CHECK(shows(view, "↻ 200  "));
  view.on_replayed(1, 0);
  CHECK(shows(view, "↻ ---  "));
}

TEST_CASE("listen view / a text is scrolled within its bounds") {
  ListenView view = view_with(1);
  view.on_key({Key::Kind::enter, ""});
  std::string text;
  for (int i = 1; i <= 50; ++i) text += "line " + std::to_string(i) + "\n";
  view.show(*view.wanted(), text);
  CHECK(rows_of(view, 10)[2] == "line 1");
  type(view, "j");
  CHECK(rows_of(view, 10)[2] == "line 2");
  type(view, "G");
  CHECK(rows_of(view, 10)[7] == "line 50");
  type(view, "jj");
  CHECK(rows_of(view, 10)[7] == "line 50");
  view.on_key({Key::Kind::page_up, ""});
  CHECK(rows_of(view, 10)[7] == "line 44");
  type(view, "gk");
  CHECK(rows_of(view, 10)[2] == "line 1");
}

TEST_CASE("listen view / keys ask for actions about the chosen one") {
  ListenView view = view_with(1);
  CHECK(type(view, "r") == ListenAction::replay);
  CHECK(type(view, "R") == ListenAction::replay_edited);
  CHECK(type(view, "c") == ListenAction::copy);
  CHECK(type(view, "q") == ListenAction::quit);
  CHECK(type(view, "d") == ListenAction::none);
  REQUIRE(view.wanted());
  CHECK(view.wanted()->page == ListenPage::diff);
  type(view, "d");
  CHECK(!view.wanted());
  CHECK(type(view, "x") == ListenAction::none);
  CHECK(view.on_key(text_key("é")) == ListenAction::none);
}

TEST_CASE("listen view / what can't be done is said") {
  ListenView nothing;
  nothing.on_event(ready());
  CHECK(type(nothing, "r") == ListenAction::none);
  CHECK(shows(nothing, "no delivery is chosen"));
  nothing.on_key({Key::Kind::enter, ""});
  CHECK(!nothing.wanted());

  ListenView unkept;
  unkept.on_event(ready(false));
  unkept.on_event(delivery(1));
  for (const char* key : {"r", "R", "c", "d"}) {
    CHECK(type(unkept, key) == ListenAction::none);
    CHECK(shows(unkept, "nothing is kept: start without --no-store to work with deliveries"));
  }
  CHECK(!unkept.wanted());

  ListenView untargeted(" --store /tmp/a.db");
  untargeted.on_event(ready(true, false));
  untargeted.on_event(delivery(1));
  CHECK(type(untargeted, "r") == ListenAction::none);
  CHECK(rows_of(untargeted, 24, 120)[22] ==
        "no target without --forward-to PORT; elsewhere: "
        "terra-hook replay --store /tmp/a.db 1 --to PORT");
  CHECK(type(untargeted, "c") == ListenAction::copy);

  ListenView typed;
  Ready only_daily = ready();
  only_daily.routes = {parse_route("daily=3000").value()};
  typed.on_event(only_daily);
  typed.on_event(delivery(1));
  CHECK(type(typed, "r") == ListenAction::none);
  CHECK(shows(typed, "no --forward-to takes events of this type"));
}

TEST_CASE("listen view / a filter narrows as it is typed") {
  ListenView view = view_with(2);
  view.on_event(delivery(3, "daily", Verdict::invalid));
  type(view, "/DAI");
  CHECK(view.deliveries().size() == 1);
  CHECK(view.chosen() == 3);
  CHECK(shows(view, "/DAI_"));
  type(view, "q");
  CHECK(view.deliveries().size() == 0);
  CHECK(shows(view, "no delivery has these words"));
  view.on_key({Key::Kind::backspace, ""});
  view.on_key({Key::Kind::enter, ""});
  CHECK(shows(view, "/DAI (1)"));
  view.on_event(delivery(4, "daily"));
  view.on_event(delivery(5));
  CHECK(view.deliveries().size() == 2);
  type(view, "/ valid sleep");
  CHECK(view.deliveries().size() == 0);
  view.on_key({Key::Kind::escape, ""});
  CHECK(view.deliveries().filter() == "DAI");
  view.on_key({Key::Kind::escape, ""});
  CHECK(view.deliveries().size() == 5);
  type(view, "/user-2");
  view.on_key({Key::Kind::enter, ""});
  CHECK(view.chosen() == 2);
  type(view, "/");
  for (int i = 0; i < 20; ++i) view.on_key({Key::Kind::backspace, ""});
  for (const char* c : {"é", "日"}) view.on_key(text_key(c));
  view.on_key({Key::Kind::backspace, ""});
  CHECK(view.deliveries().filter() == "é");
}

TEST_CASE("listen view / a filter finds what was answered at once or later") {
  ListenView view = view_with(2);
  view.on_event(delivery(3, "sleep", Verdict::invalid));
  DeliveryReceived waiting = delivery(4);
  waiting.status.reset();
  waiting.forwarding = Forwarding::sent;
  view.on_event(waiting);
  type(view, "/401");
  CHECK(view.deliveries().size() == 1);
  CHECK(view.chosen() == 3);
  type(view, " invalid");
  CHECK(view.chosen() == 3);
  view.on_key({Key::Kind::escape, ""});

  type(view, "/500");
  view.on_key({Key::Kind::enter, ""});
  CHECK(view.deliveries().size() == 0);
  ForwardDone done;
  done.capture = waiting.capture;
  done.attempt.status = 500;
  view.on_event(done);
  CHECK(shows(view, "> 500"));
  CHECK(shows(view, "/500 (1)"));
  CHECK(view.chosen() == 4);
  // The next target's answer stands in the row instead.
  done.attempt.status = 204;
  view.on_event(done);
  CHECK(view.deliveries().size() == 0);
  view.on_replayed(2, 500);
  CHECK(view.chosen() == 2);
}

TEST_CASE("listen view / an answer that lets a row in or out keeps the chosen one") {
  ListenView view = view_with(5);
  for (const std::int64_t number : {1, 3, 5}) view.on_replayed(number, 500);
  type(view, "/500");
  view.on_key({Key::Kind::enter, ""});
  type(view, "k");
  REQUIRE(view.chosen() == 3);
  view.on_replayed(2, 500);
  CHECK(view.chosen() == 3);
  view.on_replayed(4, 500);
  CHECK(view.chosen() == 3);
  CHECK(view.deliveries().size() == 5);
  view.on_replayed(1, 204);
  CHECK(view.chosen() == 3);
  view.on_replayed(3, 204);
  CHECK(view.chosen() == 2);
  type(view, "p");
  view.on_event(delivery(6));
  view.on_replayed(6, 500);
  CHECK(rows_of(view).back().starts_with("PAUSED, 1 more"));
  view.on_replayed(6, 204);
  CHECK(rows_of(view).back().starts_with("PAUSED, 0 more"));
  CHECK(view.deliveries().size() == 3);
}

TEST_CASE("listen view / a filter keeps the chosen one where it stays") {
  ListenView view = view_with(9);
  type(view, "gjjj");
  REQUIRE(view.chosen() == 4);
  type(view, "/user");
  CHECK(view.chosen() == 4);
}

TEST_CASE("listen view / paused the list stands still and nothing is lost") {
  ListenView view = view_with(2);
  type(view, "p");
  view.on_event(delivery(3));
  view.on_event(delivery(4));
  CHECK(view.deliveries().size() == 2);
  CHECK(view.chosen() == 2);
  CHECK(rows_of(view).back().starts_with("PAUSED, 2 more  4 deliveries"));
  type(view, "p");
  CHECK(view.deliveries().size() == 4);
  CHECK(view.chosen() == 4);
}

TEST_CASE("listen view / only so many are listed") {
  ListenView view = view_with(5);
  type(view, "g");
  const auto most = static_cast<std::int64_t>(DeliveryList::k_max_entries);
  for (std::int64_t number = 6; number <= most; ++number) view.on_event(delivery(number));
  CHECK(view.chosen() == 1);
  view.on_event(delivery(most + 1));
  CHECK(view.deliveries().size() == DeliveryList::k_max_entries);
  CHECK(view.chosen() == 2);
  type(view, "p");
  for (std::int64_t number = most + 2; number <= 2 * most + 10; ++number) {
    view.on_event(delivery(number));
  }
  CHECK(view.deliveries().size() == 0);
  CHECK(view.chosen() == 0);
  screen_of(view);
  type(view, "p");
  CHECK(view.deliveries().size() == DeliveryList::k_max_entries);
}

TEST_CASE("listen view / help names each key and keeps what was said") {
  ListenView view = view_with(1);
  view.on_event(Note{"port 4567 is taken"}, "note: port 4567 is taken\n");
  CHECK(shows(view, "note: port 4567 is taken"));
  type(view, "j");
  CHECK(!holds(screen_of(view), "port 4567 is taken"));
  type(view, "?");
  const std::string help = screen_of(view, 60);
  for (const char* key :
       {"enter", "tab", "r  ", "R  ", "d  ", "c  ", "/  ", "p  ", "?  ", "q, Ctrl-C"}) {
    CHECK_MESSAGE(holds(help, key), key);
  }
  CHECK(holds(help, "note: port 4567 is taken"));
  type(view, "?");
  CHECK(shows(view, "> 200"));
}

TEST_CASE("listen view / every size is filled and none overflows") {
  ListenView view = view_with(30);
  DeliveryReceived odd = delivery(31, "日本語の型とても長い名前", Verdict::missing);
  view.on_event(odd);
  for (int page = 0; page < 4; ++page) {
    for (const std::size_t columns : {1U, 2U, 7U, 20U, 40U, 80U, 200U}) {
      for (const std::size_t rows : {1U, 2U, 3U, 4U, 10U, 50U}) {
        CAPTURE(page);
        CAPTURE(columns);
        const auto shown = rows_of(view, rows, columns);
        REQUIRE(shown.size() == rows);
        for (const std::string& row : shown) CHECK(display_width(row) <= columns);
      }
    }
    if (page == 0) view.on_key({Key::Kind::enter, ""});
    if (page == 0) view.show(*view.wanted(), std::string(500, 'x') + "日本\n");
    if (page == 1) type(view, "?");
    if (page == 2) type(view, "?/abc");
  }
}

TEST_CASE("listen view / without Unicode the frame is ASCII") {
  ListenView view = view_with(0);
  DeliveryReceived received = delivery(1);
  received.status.reset();
  received.forwarding = Forwarding::sent;
  view.on_event(received);
  for (const ScreenLine& line : view.screen({10, 60}, plain_style(60, false))) {
    for (const char c : plain_text(line.spans)) CHECK((c >= ' ' && c <= '~'));
  }
}

TEST_CASE("styled text / paint is taken apart and lines are broken") {
  const Style style = colored_style();
  const auto lines = wrap_styled(style.paint(style.bad, "abc") + "de\n\nf", 4, 10);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == StyledLine{StyledSpan{"abc", {false, false, 1}}, StyledSpan{"d", {}}});
  CHECK(lines[1] == StyledLine{StyledSpan{"e", {}}});
  CHECK(lines[2].empty());
  CHECK(plain_text(lines[3]) == "f");
  CHECK(wrap_styled("日本語", 5, 10).size() == 2);
  const auto rows_of_text = [](const std::string& text, std::size_t columns) {
    std::string rows;
    for (const StyledLine& row : wrap_styled(text, columns, 10)) rows += plain_text(row) + "|";
    return rows;
  };
  CHECK(rows_of_text("to be or not to be", 8) == "to be or|not to|be|");
  CHECK(rows_of_text("to be or", 8) == "to be or|");
  CHECK(rows_of_text("to be or \nnot", 8) == "to be or|not|");
  CHECK(rows_of_text("to be or   not", 8) == "to be or|not|");
  CHECK(rows_of_text("a wonderfully", 8) == "a|wonderfu|lly|");
  CHECK(rows_of_text("    wonderfully so", 8) == "    wond|erfully|so|");
  CHECK(rows_of_text(style.paint(style.bad, "one") + " " + style.paint(style.good, "two") + "s x",
                     6) == "one|twos x|");
  CHECK(wrap_styled(style.paint(style.bad, "one t") + style.paint(style.good, "wo"), 6, 10)
            .at(1)
            .at(0)
            .paint.color == 1);
  CHECK(rows_of_text("one two three", 7).find("two|three|") != std::string::npos);
  CHECK(plain_text(wrap_styled("日", 1, 10).at(0)) == "?");
  CHECK(wrap_styled("e\xcc\x81", 1, 10).size() == 1);
  CHECK(wrap_styled("a\nb\nc\n", 9, 2).size() == 2);
  CHECK(wrap_styled("", 9, 2).empty());
}

TEST_CASE("styled text / a line is cut with an ellipsis") {
  const Style style = colored_style();
  CHECK(plain_text(cut_styled("abcdef", 4)) == "abc…");
  CHECK(plain_text(cut_styled("abcd", 4)) == "abcd");
  CHECK(plain_text(cut_styled("abcdef", 5, false)) == "ab...");
  CHECK(plain_text(cut_styled("日本語", 5)) == "日本…");
  CHECK(plain_text(cut_styled("日本語", 4)) == "日…");
  CHECK(plain_text(cut_styled(style.paint(style.bold, "ab") + style.paint(style.dim, "cdef"), 4)) ==
        "abc…");
  CHECK(cut_styled("", 4).empty());
}

TEST_CASE("styled text / sequences that are not ours lose their escape character") {
  for (const char* hostile :
       {"\x1b]52;c;AAAA\a", "\x1b[2J", "\x1b[?25l", "\x1b", "\x1b[38;5;1m", "\x1b[m"}) {
    for (const StyledLine& line : wrap_styled(hostile, 80, 5)) {
      CHECK(plain_text(line).find('\x1b') == std::string::npos);
    }
  }
}
