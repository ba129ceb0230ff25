// SPDX-License-Identifier: MIT
#include "http/route.hpp"

#include <doctest/doctest.h>

using terra_hook::check_routes;
using terra_hook::ErrorKind;
using terra_hook::parse_route;
using terra_hook::Route;
using terra_hook::routes_for;

namespace {

std::vector<Route> routes(std::initializer_list<const char*> texts) {
  std::vector<Route> parsed;
  for (const char* text : texts) parsed.push_back(*parse_route(text));
  return parsed;
}

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("route / a target alone takes every type") {
  for (const char* text : {"3000", "localhost:3000", "http://localhost:3000"}) {
    const Route route = *parse_route(text);
    CHECK(route.types.empty());
    CHECK(route.target.to_string() == "http://localhost:3000/");
  }
}

TEST_CASE("route / types stand before the equals sign") {
  const Route one = *parse_route("sleep=3000/sleep");
  CHECK(one.types == std::vector<std::string>{"sleep"});
  CHECK(one.target.to_string() == "http://localhost:3000/sleep");
  const Route several = *parse_route("lab_report.completed, daily,daily=https://a.example/x?y=1");
  CHECK(several.types == std::vector<std::string>{"lab_report.completed", "daily"});
  CHECK(several.target.to_string() == "https://a.example/x?y=1");
}

TEST_CASE("route / an equals sign in a URL is the URL's") {
  CHECK(parse_route("http://a.example/?x=1")->types.empty());
  CHECK(parse_route("3000/hook?x=1")->types.empty());
  CHECK(parse_route("/hook?x=1")->target.to_string() == "http://localhost/hook?x=1");
  CHECK(parse_route("sleep=3000/?x=1")->target.target == "/?x=1");
}

TEST_CASE("route / what is no route is refused") {
  for (const char* text : {"", "=3000", ",=3000", "sleep,=3000", ",sleep=3000",
                           "sleep=", "a b=3000", "sleep=ftp://x", "sleep=0"}) {
    CAPTURE(text);
    const auto route = parse_route(text);
    REQUIRE_FALSE(route.has_value());
    CHECK(route.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("route / a type that is named goes nowhere else") {
  const auto table = routes({"sleep=1", "4000", "sleep,daily=2"});
  CHECK(routes_for(table, "sleep") == Indices{0, 2});
  CHECK(routes_for(table, "daily") == Indices{2});
  CHECK(routes_for(table, "activity") == Indices{1});
  CHECK(routes_for(table, std::nullopt) == Indices{1});
  const auto narrow = routes({"sleep=1"});
  CHECK(routes_for(narrow, "activity").empty());
  CHECK(routes_for(narrow, std::nullopt).empty());
  CHECK(routes_for(routes({"1", "2"}), "sleep") == Indices{0, 1});
}

TEST_CASE("route / the same target twice for one event is refused") {
  CHECK_FALSE(check_routes(routes({"3000", "localhost:3000"})).has_value());
  CHECK_FALSE(check_routes(routes({"sleep=3000", "daily,sleep=3000"})).has_value());
  CHECK(check_routes(routes({"3000", "3000/x", "sleep=3000", "daily=3000"})).has_value());
  CHECK_FALSE(check_routes(std::vector<Route>(65)).has_value());
}
