// SPDX-License-Identifier: MIT
#include "webhook/expression.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace terra_hook;

namespace {

constexpr std::string_view k_body = R"json({
  "type": "sleep", "user": {"user_id": "u-1", "reference_id": "42"},
  "data": [{"metadata": {"summary_id": "s-1", "type": 0, "upload_type": null, "is_nap": false},
            "score": 81.50, "big": 12345678901234567890, "a/b": "slash", "t~x": "tilde",
            "k&v (1)": "odd", "empty": "", "text": "say \"hi\" \u00e9"}]})json";

const HeaderFields& headers() {
  static const HeaderFields fields = {{"Content-Type", "application/json"}, {"X-Try", "3"}};
  return fields;
}

DeliveryFacts facts(std::string_view body = k_body) {
  DeliveryFacts facts;
  facts.body = body;
  facts.headers = &headers();
  facts.names = {{"type", {json::Token::string, "sleep"}},
                 {"reference_id", {json::Token::string, "42"}},
                 {"verdict", {json::Token::string, "valid"}},
                 {"number", {json::Token::number, "12"}},
                 {"records", {json::Token::number, "1"}},
                 {"duplicate", {json::Token::false_literal, "false"}}};
  return facts;
}

bool holds(std::string_view text) {
  const auto expression = Expression::parse(text);
  CAPTURE(text);
  REQUIRE(expression);
  return expression->holds_for(facts());
}

std::string refusal(std::string_view text) {
  const auto expression = Expression::parse(text);
  if (expression) return "";
  CHECK(expression.error().kind == ErrorKind::usage);
  return expression.error().message;
}

std::string reasons(std::string_view text, std::string_view body = k_body, bool values = true) {
  const auto expression = Expression::parse(text);
  REQUIRE_MESSAGE(expression, std::string(text));
  CHECK(expression->holds_for(facts(body)) == expression->reasons(facts(body), values).empty());
  std::string joined;
  for (const std::string& reason : expression->reasons(facts(body), values)) {
    joined += (joined.empty() ? "" : "; ") + reason;
  }
  return joined;
}

}  // namespace

TEST_CASE("expression/what holds of a delivery") {
  for (const std::string_view text : {
           "type==sleep && /data/0/metadata/summary_id exists",
           "type == sleep",
           "type=='sleep'",
           R"(type=="sleep")",
           "type != daily",
           "/type == sleep",
           "/data/0/metadata/type == 0",
           "/data/0/metadata/type == 0.0",
           "/data/0/metadata/type==0&&/data/0/score>81",
           "/data/0/score == 8.15e1",
           "/data/0/score >= 81.5 && /data/0/score <= 81.5",
           "/data/0/score < 81.51",
           "/data/0/big == 12345678901234567890",
           "/data/0/big != 12345678901234567891",
           "/data/0/metadata/upload_type exists",
           "/data/0/metadata/upload_type == null",
           "/data/0/metadata/summary_id != null",
           "/data/0/metadata/is_nap == false",
           "/data/0/a~1b == slash",
           "/data/0/t~0x == tilde",
           "'/data/0/k&v (1)' == odd",
           "/data/0/empty == ''",
           R"(/data/0/text == "say \"hi\" é")",
           "/data/0/text ~ hi",
           R"(/data/0/text ~ "^say .hi. ")",
           R"(/user/user_id ~ '^u-\d$')",
           "/user/user_id !~ x",
           "/data/0/score ~ '[.]50$'",
           "/user/reference_id == '42'",
           "/user/reference_id != 42",
           "reference_id == 42",
           "number > 11 && number < 13.5",
           "duplicate == false",
           "header.content-type ~ json",
           "header.X-Try == 3",
           "!(type == daily) && !!(type == sleep)",
           "type == daily || type == body || type == sleep",
           "type == sleep || type == daily && type == body",
           "!(type == sleep && type == daily)",
           "/data exists && /data/0 exists && '' exists",
           "/data != 1",
           "#/data/0/score exists",
           "/data/0/metadata/summary_id < s-2",
           "verdict==valid",
       }) {
    CAPTURE(text);
    CHECK(holds(text));
    CHECK_FALSE(holds("!(" + std::string(text) + ")"));
  }
}

TEST_CASE("expression/what does not hold of a delivery") {
  for (const std::string_view text : {
           "type == daily",
           "type == Sleep",
           "(type == sleep || type == daily) && type == body",
           "/data/1 exists",
           "/nothing == null",
           "/nothing != 1",
           "/nothing !~ x",
           "/nothing < 1",
           "user_id exists",
           "user_id != x",
           "header.X-Other exists",
           "/data == '[]'",
           "/data ~ sleep",
           "/data/0/metadata/type == '0'",
           "/data/0/metadata/type == false",
           "/data/0/metadata/is_nap == 0",
           "/data/0/metadata/upload_type == ''",
           "/user/reference_id == 42",
           "/user/reference_id > 1",
           "/data/0/big == 12345678901234567891",
           "/data/0/text ~ '^hi'",
       }) {
    CAPTURE(text);
    CHECK_FALSE(holds(text));
  }
}

TEST_CASE("expression/a mistake is shown at its column") {
  const struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
      {"", "column 1: expected a pointer, a name, ! or ( before the end"},
      {"type", "column 5: expected exists or a comparison (== != < <= > >= ~ !~) before the end"},
      {"tpye == sleep", "column 1: 'tpye' is not a name"},
      {"type = sleep", "column 6: a single ="},
      {"type == ", "column 9: expected a value before the end"},
      {"type == /data", "column 9: expected a value before '/data'"},
      {"type == sleep daily", "column 15: expected && or || before 'daily'"},
      {"type == sleep & /a exists", "column 15: a single &"},
      {"type == sleep | /a exists", "column 15: a single |"},
      {"type == sleep && ", "column 18: expected a pointer, a name, ! or ( before the end"},
      {"(type == sleep", "column 15: expected ) before the end"},
      {"type == sleep)", "column 14: ')' closes nothing"},
      {"type ~ '(a'", "column 8: '(a' is no regular expression: "},
      {"type == 'sleep", "column 9: the quote does not end"},
      {"'type' == sleep", "column 1: 'type' is no pointer into the body"},
      {"/a~2 exists", "column 6: expected && or || before 'exists'"},
      {"'/a~2' exists", "column 1: '/a~2' is not a JSON pointer: ~ is followed by 0 or 1"},
      {"/data/é exists and", "column 16: expected && or || before 'and'"},
      {"&& type == a", "column 1: expected a pointer"},
      {"header. == x", "column 1: 'header.' is not a name"},
      {"type existsx", "column 6: expected exists or a comparison"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.text);
    const std::string message = refusal(sample.text);
    CHECK_MESSAGE(message.starts_with(sample.message), message);
  }
}

TEST_CASE("expression/size and depth are bounded") {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "type==a" + std::string(levels, ')');
  };
  CHECK(refusal(nested(32)).empty());
  CHECK(refusal(nested(33)) == "column 33: more than 32 levels");
  CHECK(refusal(std::string(33, '!') + "type==a") == "column 33: more than 32 levels");
  CHECK(refusal(std::string(100000, '(')).find("bytes") != std::string::npos);
  std::string many = "type==a";
  for (int i = 1; i < 64; ++i) many += "||type==a";
  CHECK(refusal(many).empty());
  CHECK(refusal(many + "||type==a").find("more than 64 tests") != std::string::npos);
}

TEST_CASE("expression/why it does not hold") {
  CHECK(reasons("type == sleep").empty());
  CHECK(reasons("type == daily") == R"(type is "sleep")");
  CHECK(reasons("!(type == sleep)") == R"(type is "sleep")");
  CHECK(reasons("type == sleep && /data/0/score > 90") == "'/data/0/score' is 81.50");
  CHECK(reasons("type == daily || /data/0/score > 90") ==
        R"(type is "sleep"; '/data/0/score' is 81.50)");
  CHECK(reasons("!(type == sleep || /data/1 exists)") == R"(type is "sleep")");
  CHECK(reasons("type == a || type == b") == R"(type is "sleep")");
  CHECK(reasons("/data/0/metadata/summary exists")
            .starts_with("'/data/0/metadata/summary' names nothing: '/data/0/metadata' has no "
                         "member 'summary'"));
  CHECK(reasons("/data == 1") == "'/data' is an array");
  CHECK(reasons("user_id exists") == "there is no user_id");
  CHECK(reasons("header.X-Other exists") == "there is no header field X-Other");
  CHECK(reasons("header.x-try == 4") == R"(header.x-try is "3")");
  CHECK(reasons("number==1") == "number is 12");
  CHECK(reasons("/a exists", "{\n]") ==
        "the body is not JSON: line 2, column 1: expected a key or '}'");
}

TEST_CASE("expression/what was seen is fit to be shown") {
  CHECK(reasons("/user/user_id == x", k_body, false) == "'/user/user_id' is a string");
  CHECK(reasons("/data/0/score == 1", k_body, false) == "'/data/0/score' is a number");
  const std::string signed_url =
      R"({"url":"https://h.example/a?X-Amz-Signature=0123456789abcdef0123456789abcdef&X-Amz-Expires=9"})";
  CHECK(reasons("/url == x", signed_url).find("0123") == std::string::npos);
  const std::string wild = "{\"a\":\"\xe2\x80\xae\xff" + std::string(100'000, 'x') + "\"}";
  const std::string reason = reasons("/a == x", wild);
  CHECK(reason.find("\\u202e") != std::string::npos);
  CHECK(reason.size() < 120);
  CHECK(reason.ends_with("(100006 bytes)"));
}

TEST_CASE("expression/the last of repeated members counts") {
  const auto expression = Expression::parse("/a == 2");
  CHECK(expression->holds_for(facts(R"({"a":1,"a":2})")));
  CHECK_FALSE(expression->holds_for(facts(R"({"a":2,"a":1})")));
}

TEST_CASE("expression/deep bodies take no stack") {
  const std::string deep(200'000, '[');
  const auto expression = Expression::parse("/0/0/0/0 exists");
  CHECK_FALSE(expression->holds_for(facts(deep)));
  CHECK(expression->holds_for(facts(deep + std::string(200'000, ']'))));
}
