// SPDX-License-Identifier: MIT
#include "base/json_scanner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.hpp"

using namespace terra_hook;
using json::Scanner;
using json::Token;

namespace {

// One letter a token, with the bytes of keys and scalars: `{k"a"n1}.`; `!` for an error.
std::string tokens_of(std::string_view text) {
  Scanner scanner(text);
  std::string out;
  for (;;) {
    switch (scanner.next()) {
      case Token::object_begin:
      case Token::object_end:
      case Token::array_begin:
      case Token::array_end: out += scanner.raw(); break;
      case Token::key: out += "k" + std::string(scanner.raw()); break;
      case Token::string: out += "s" + std::string(scanner.raw()); break;
      case Token::number: out += "n" + std::string(scanner.raw()); break;
      case Token::true_literal: out += 'T'; break;
      case Token::false_literal: out += 'F'; break;
      case Token::null_literal: out += 'N'; break;
      case Token::end: return out + '.';
      case Token::error: return out + '!';
    }
  }
}

std::string describe(const std::optional<json::Problem>& problem) {
  return problem ? std::to_string(problem->line) + ":" + std::to_string(problem->column) + " @" +
                       std::to_string(problem->offset) + " " + problem->message
                 : "none";
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) {
    out += text;
  }
  return out;
}

// nlohmann's verdict, where it is about the grammar. It also refuses numbers that a double cannot
// hold, which RFC 8259 does not; nothing then.
std::optional<bool> reference_verdict(const std::string& text) {
  try {
    return !nlohmann::json::parse(text).is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

constexpr std::string_view k_sample =
    R"({"type": "daily", "user": {"user_id": "u-1", "reference_id": null, "active": true},
 "data": [{"metadata": {"start_time": "2026-07-01T00:00:00.000000+00:00"}, "x": [1.0, -0.5e-3, 0,
 10E+2, [], {}, "\u00e9\n\"\\\/", false]}, {"samples": [{"bpm": 72, "t": "a"}, {"bpm": 0.12}]}],
 "version": "2022-03-16"})";

}  // namespace

TEST_CASE("base json scanner - gives every token as it was sent") {
  CHECK(
      tokens_of(R"( {"a" : [1.0,-0, 2e5 ,"x\n"] ,"b":{},"c":[],"a":true, "d":false,"e":null} )") ==
      R"({k"a"[n1.0n-0n2e5s"x\n"]k"b"{}k"c"[]k"a"Tk"d"Fk"e"N}.)");
  CHECK(tokens_of("\xEF\xBB\xBF 1") == "n1.");
  CHECK(tokens_of(R"("")") == R"(s"".)");
  CHECK(tokens_of("123456789012345678901234567890") == "n123456789012345678901234567890.");
  CHECK(tokens_of("[1,2") == "[n1n2!");
}

TEST_CASE("base json scanner - offset and depth belong to the last token") {
  Scanner scanner(R"( {"a": [7]})");
  CHECK(scanner.next() == Token::object_begin);
  CHECK(scanner.offset() == 1);
  CHECK(scanner.depth() == 1);
  CHECK(scanner.next() == Token::key);
  CHECK(scanner.offset() == 2);
  CHECK(scanner.next() == Token::array_begin);
  CHECK(scanner.depth() == 2);
  CHECK(scanner.next() == Token::number);
  CHECK(scanner.offset() == 8);
  CHECK(scanner.next() == Token::array_end);
  CHECK(scanner.depth() == 1);
  CHECK(scanner.next() == Token::object_end);
  CHECK(scanner.depth() == 0);
  CHECK(scanner.next() == Token::end);
  CHECK(scanner.next() == Token::end);
  CHECK(scanner.raw().empty());
}

TEST_CASE("base json scanner - names the problem and its place") {
  struct Case {
    std::string text;
    const char* problem;
  };
  const Case cases[] = {
      {"", "1:1 @0 unexpected end"},
      {" \n ", "2:2 @3 unexpected end"},
      {"{", "1:2 @1 unexpected end"},
      {"[1,", "1:4 @3 unexpected end"},
      {R"({"a)", "1:4 @3 unexpected end"},
      {R"({"a":)", "1:6 @5 unexpected end"},
      {R"("\u12)", "1:6 @5 unexpected end"},
      {"tru", "1:4 @3 unexpected end"},
      {"-", "1:2 @1 unexpected end"},
      {"1e", "1:3 @2 unexpected end"},
      {"{\"a\": 1\n \"b\": 2}", "2:2 @9 expected ',' or '}' after a value"},
      {"[1 2]", "1:4 @3 expected ',' or ']' after a value"},
      {"[1}", "1:3 @2 expected ',' or ']' after a value"},
      {R"({"a":1])", "1:7 @6 expected ',' or '}' after a value"},
      {R"({"a" 1})", "1:6 @5 expected ':' after a key"},
      {R"({"a":,})", "1:6 @5 expected a value after ':'"},
      {R"({"a":1,})", "1:8 @7 expected a key after ','"},
      {"[1,]", "1:4 @3 expected a value after ','"},
      {"{1:2}", "1:2 @1 expected a key or '}'"},
      {"[,1]", "1:2 @1 expected a value or ']'"},
      {"]", "1:1 @0 expected a value"},
      {"NaN", "1:1 @0 expected a value"},
      {"['a']", "1:2 @1 a string needs double quotes"},
      {"1 2", "1:3 @2 unexpected text after the value"},
      {"{}}", "1:3 @2 unexpected text after the value"},
      {std::string("1\0", 2), "1:2 @1 unexpected text after the value"},
      {"[01]", "1:2 @1 number with a leading zero"},
      {"[-x]", "1:3 @2 expected a digit after '-'"},
      {"[1.]", "1:4 @3 expected a digit after '.'"},
      {"[1e+]", "1:5 @4 expected a digit in the exponent"},
      {"[nul]", "1:5 @4 unknown word (only true, false and null are values)"},
      {"\"a\nb\"", "1:3 @2 raw control character in a string"},
      {R"("a\x")", "1:4 @3 unknown escape in a string"},
      {std::string("\"\\\0\"", 4), "1:3 @2 unknown escape in a string"},
      {R"("\u12g4")", "1:6 @5 \\u without four hexadecimal digits"},
      {"{}", "none"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.text);
    CHECK(describe(json::find_problem(test.text)) == test.problem);
  }
}

TEST_CASE("base json scanner - stays at its error") {
  Scanner scanner("[1 2]");
  while (scanner.next() != Token::error) {
  }
  CHECK(scanner.next() == Token::error);
  CHECK_FALSE(scanner.skip());
  CHECK(scanner.offset() == 3);
  CHECK(scanner.error_message() == "expected ',' or ']' after a value");
}

TEST_CASE("base json scanner - agrees with another parser on small texts") {
  // Between bars, as raw strings; what they cannot spell follows.
  const std::string_view table =
      R"(0 | -0 | 00 | -00 | 01 | -01 | 10 | - | +1 | .5 | 1. | 1.5 | 1.5.5 | 0.0 | 0.e1 | 1e5 | 1E-5 | 1e+05
1e | 1e+ | 1e5.5 | 1ee5 | 0x10 | 1_000 | - 1 | 1- | Infinity | -Infinity | NaN | nan | true | True | TRUE
truer | true false | null | nulL | nul | fals | false, | "" | " | "a | 'a' | "\ | "\" | "\\" | "\\\" | "\u0041"
"\u004" | "\u004G" | "\u00e9\u00E9" | "\U0041" | "\a" | "\/" | "\b\f\n\r\t" | "\x41" | "\'" | "\0" | "a"b | "a" "b"
[] | [ | ] | [[] | []] | [,] | [1,] | [,1] | [1,,2] | [1 2] | [1;2] | [1:2] | [ ] | [[[[[]]]]] | [[],[[]],[]]
{} | { | } | {] | [} | {,} | {"a"} | {"a":} | {"a":1,} | {,"a":1} | {"a":1 "b":2} | {"a":1;"b":2} | {a:1} | {'a':1}
{1:1} | {null:1} | {[]:1} | {"a"::1} | {"a":1} | {"a":1,"a":2} | {"a":{"b":[{}]}} | {"a":1}} | {"":0} | {"a":[}
{"a" 1} | {"a",1} | {"a":1]  | {"a":"b":"c"} | { "a" : 1 , "b" : [ ] } | [{"a":1},{"b":2}] | [{"a":1}{"b":2}]
[1]x | [1] //c | /*c*/1 | [1,/**/2] | # | 1 1 | , | : | \ | ["a","b" | ["a" "b"] | [true,false,null] | [truefalse]
"\ud83d\ude00" | [1.0,1.00,1e0] | [-] | [--1] | [1-1] | ["\b\f\n"] | ["\u"] | [1.] | [.1] | [1e1,1E1,1e+1,1e-1])";
  std::vector<std::string> texts = {"",
                                    " ",
                                    "\n",
                                    "\"\t\"",
                                    "\"\x1f\"",
                                    "\"\x7f\"",
                                    "[\v]",
                                    "[\f]",
                                    "[1\n\r\t ]",
                                    "\t[\r\n1]",
                                    "\xEF\xBB",
                                    "\xEF\xBB\xBF",
                                    "\xEF\xBB\xBF[]",
                                    "[]\xEF\xBB\xBF"};
  for (std::size_t at = 0; at < table.size();) {
    const std::size_t end = std::min(table.find_first_of("|\n", at), table.size());
    texts.emplace_back(trim(table.substr(at, end - at)));
    at = end + 1;
  }
  CHECK(texts.size() > 140);
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(!json::find_problem(text) == nlohmann::json::accept(text));
  }
}

TEST_CASE("base json scanner - agrees with another parser on damaged documents") {
  // ASCII only and no NUL: nlohmann also refuses broken UTF-8 and takes a NUL for the end.
  const std::string_view alphabet = "{}[]\",:\\0123456789.eE+-truefalsn u/\n\t\x01'";
  std::mt19937 random(20260701);
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  int good = 0;
  int bad = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(k_sample);
    for (std::size_t edits = 1 + below(3); edits > 0; --edits) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0: text[at] = alphabet[below(alphabet.size())]; break;
        case 1: text.insert(at, 1, alphabet[below(alphabet.size())]); break;
        case 2: text.erase(at, 1 + below(4)); break;
        default: text.insert(at, text.substr(below(text.size()), below(12))); break;
      }
    }
    const std::optional<bool> expected = reference_verdict(text);
    if (!expected) {
      continue;
    }
    if (!json::find_problem(text) != *expected) {
      CAPTURE(text);
      FAIL_CHECK("the parsers disagree");
    }
    ++(*expected ? good : bad);
  }
  CHECK(good > 1000);
  CHECK(bad > 1000);
}

TEST_CASE("base json scanner - takes what RFC 8259 allows and other parsers refuse") {
  CHECK_FALSE(json::find_problem("1e400"));
  CHECK_FALSE(json::find_problem(R"("\ud800")"));
  CHECK_FALSE(json::find_problem("\"\xff\xfe\""));
}

TEST_CASE("base json scanner - finds a special character at every place of a long string") {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const char special : {'"', '\\', '\x1f', '\0'}) {
        std::string text = '"' + std::string(length, '\xe9') + '"';
        text[1 + at] = special;
        CAPTURE(length);
        CAPTURE(at);
        CHECK(json::find_problem(text).has_value());
      }
      std::string text = '"' + std::string(length, '!') + '"';
      text[1 + at] = '\x80';
      CHECK_FALSE(json::find_problem(text));
    }
  }
}

TEST_CASE("base json scanner - skips a whole value and nothing more") {
  Scanner scanner(R"({"a": {"x": [1, {"y": "]}"}]}, "b": 2, "c": [3]})");
  scanner.next();
  scanner.next();
  CHECK(scanner.skip());  // the value of "a"
  CHECK(scanner.depth() == 1);
  CHECK(scanner.next() == Token::key);
  CHECK(scanner.raw() == R"("b")");
  CHECK(scanner.next() == Token::number);
  CHECK(scanner.skip());  // a scalar: nothing to do
  CHECK(scanner.next() == Token::key);
  CHECK(scanner.next() == Token::array_begin);
  CHECK(scanner.skip());
  CHECK(scanner.next() == Token::object_end);
  CHECK(scanner.skip());  // closed already
  CHECK(scanner.next() == Token::end);

  Scanner broken(R"({"a": [1, 2})");
  broken.next();
  CHECK_FALSE(broken.skip());
  CHECK(broken.offset() == 11);
}

TEST_CASE("base json scanner - a copy looks ahead and leaves the original") {
  const std::string text = repeated("[", 200) + "{\"a\":1}" + repeated("]", 200);
  Scanner scanner(text);
  while (scanner.depth() < 150) {
    scanner.next();
  }
  Scanner ahead = scanner;
  CHECK(ahead.skip());
  CHECK(ahead.depth() == 149);
  CHECK(scanner.depth() == 150);
  CHECK(scanner.skip());
  CHECK(scanner.offset() == ahead.offset());
}

TEST_CASE("base json scanner - remembers which container is open at any depth") {
  for (const std::size_t depth : {1u, 63u, 64u, 65u, 127u, 128u, 129u, 500u}) {
    std::mt19937 random(static_cast<unsigned>(depth));
    std::string begin;
    std::string end;
    for (std::size_t i = 0; i < depth; ++i) {
      const bool is_object = random() % 2 == 0;
      begin += is_object ? "{\"k\":" : "[";
      end.insert(end.begin(), is_object ? '}' : ']');
    }
    CAPTURE(depth);
    CHECK_FALSE(json::find_problem(begin + "1" + end));
    for (const std::size_t at : {std::size_t{0}, depth / 2, depth - 1}) {
      std::string wrong = end;
      wrong[at] = wrong[at] == '}' ? ']' : '}';
      const auto problem = json::find_problem(begin + "1" + wrong);
      REQUIRE(problem);
      CHECK(problem->offset == begin.size() + 1 + at);
    }
  }
}

TEST_CASE("base json scanner - takes nesting as deep as the text") {
  const std::size_t depth = 10'000'000;
  std::string text = repeated("[", depth);
  CHECK(describe(json::find_problem(text)) == "1:10000001 @10000000 unexpected end");
  text += repeated("]", depth);
  CHECK_FALSE(json::find_problem(text));
  CHECK_FALSE(json::find_problem(repeated("{\"a\":", 100'000) + "1" + repeated("}", 100'000)));
}

TEST_CASE("base json scanner - unescape resolves every escape") {
  struct Case {
    const char* raw;
    std::string text;
  };
  const Case cases[] = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("\u0041\u00e9\u20AC\ud83d\ude00")", "Aé€😀"},
      {R"("\u0000")", std::string(1, '\0')},
      {R"("\ud800")", "\ufffd"},
      {R"("\ud800x")", "\ufffdx"},
      {R"("\ud800\ud800\udc00")", "\ufffd\U00010000"},
      {R"("\udc00\ud800")", "\ufffd\ufffd"},
      {R"("\ud800\u0041")", "\ufffd\u0041"},
      {"\"\xff\"", "\xff"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.raw);
    CHECK(json::unescape(test.raw) == test.text);
  }
}

TEST_CASE("base json scanner - spells compares what is spelled") {
  CHECK(json::spells(R"("type")", "type"));
  CHECK(json::spells(R"("t\u0079pe")", "type"));
  CHECK(json::spells(R"("\u0074\u0079\u0070\u0065")", "type"));
  CHECK(json::spells(R"("")", ""));
  CHECK_FALSE(json::spells(R"("types")", "type"));
  CHECK_FALSE(json::spells(R"("typ")", "type"));
  CHECK_FALSE(json::spells(R"("Type")", "type"));
  CHECK_FALSE(json::spells(R"("a\\n")", "a\\\\n"));
  CHECK(json::spells(R"("a\\n")", "a\\n"));
}

TEST_CASE("base json scanner - compaction drops white space only") {
  std::string out = "x";
  CHECK(json::append_compact(
      out, "{ \"a\" : [ 1.0 , { } , [ ] , \" b \" ] ,\n\"a\" : null , \"c\":{\"d\":true}}"));
  CHECK(out == R"(x{"a":[1.0,{},[]," b "],"a":null,"c":{"d":true}})");
  CHECK_FALSE(json::append_compact(out, "[1, 2"));
  CHECK(out == R"(x{"a":[1.0,{},[]," b "],"a":null,"c":{"d":true}})");
}
