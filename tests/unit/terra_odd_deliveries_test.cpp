// SPDX-License-Identifier: MIT
#include "terra/odd_deliveries.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/json_scanner.hpp"
#include "render/sample_list.hpp"
#include "terra/event_type.hpp"
#include "webhook/signature.hpp"

using namespace terra_hook;
using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr UtcTime k_odd_now{std::chrono::seconds(1'782'900'000)};
const LocalDate k_odd_date = LocalDate(2026y / 7 / 1);
const Secret k_odd_secret(std::string("the secret of the odd deliveries"));

SecretSet odd_secrets() {
  auto set = SecretSet::create({{"odd", k_odd_secret}});
  REQUIRE(set);
  return *std::move(set);
}

std::vector<SampleDelivery> made_odd(std::string_view name) {
  static const Person person = make_person(1, 0);
  const OddDelivery* odd = find_odd_delivery(name);
  REQUIRE(odd != nullptr);
  return odd->make({person, k_odd_date, k_odd_now, 7});
}

}  // namespace

TEST_CASE("odd deliveries are accepted or refused as they say") {
  const SecretSet secrets = odd_secrets();
  const Person person = make_person(1, 0);
  std::set<std::string> traces;
  for (const OddDelivery& odd : odd_deliveries()) {
    CAPTURE(std::string(odd.name));
    CHECK(odd.why.size() > 10);
    const auto all = odd.make({person, k_odd_date, k_odd_now, 7});
    REQUIRE(!all.empty());
    for (const SampleDelivery& delivery : all) {
      const HeaderFields headers = headers_of(delivery, &k_odd_secret, k_odd_now);
      const Verification said =
          verify(secrets, headers, delivery.body, k_odd_now, k_default_tolerance);
      CAPTURE(said.reason);
      CHECK((said.verdict == Verdict::valid) == !odd.is_refused);
      CHECK(!delivery.trace_id.empty());
      CHECK(Json::accept(delivery.body));
      if (odd.name != "duplicate") CHECK(traces.insert(delivery.trace_id).second);
    }
  }
}

TEST_CASE("odd deliveries are what they are called") {
  CHECK(Json::parse(made_odd("empty-data")[0].body).at("data").empty());
  CHECK(Json::parse(made_odd("type-zero")[0].body).at("/data/0/metadata/type"_json_pointer) == 0);
  CHECK(find_event_type(made_odd("unknown-type")[0].event_type).name.empty());
  CHECK(Json::parse(made_odd("reauth-unknown")[0].body).at("old_user").is_null());
  CHECK(!Json::parse(made_odd("athlete")[0].body).contains("data"));
  CHECK(made_odd("large")[0].body.size() == 20'000'000);

  const auto swap = made_odd("reauth-swap");
  const Json swapped = Json::parse(swap[0].body);
  CHECK(swapped.at("new_user").at("user_id") != swapped.at("old_user").at("user_id"));
  CHECK(Json::parse(swap[1].body).at("user").at("user_id") == swapped.at("new_user").at("user_id"));

  const Json::json_pointer score("/data/0/data_enrichment/total_stress_score");
  const auto scores = made_odd("null-after-value");
  CHECK(Json::parse(scores[0].body).at(score) == 41);
  CHECK(Json::parse(scores[1].body).at(score).is_null());
  CHECK(scores[0].emitted_at < scores[1].emitted_at);

  const auto twice = made_odd("duplicate");
  CHECK(twice[0].body == twice[1].body);
  CHECK(twice[0].trace_id == twice[1].trace_id);

  const auto chunks = made_odd("two-chunks");
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[1].reference == chunks[0].reference);
  CHECK(chunks[2].reference == chunks[0].reference);
  CHECK(chunks[1].trace_id != chunks[2].trace_id);
  CHECK(Json::parse(chunks[0].body).at("expected_payloads") == 2);
  CHECK(chunks[2].trace_id.ends_with(":chunk:2"));

  const auto stale = made_odd("stale-order");
  CHECK(stale[1].emitted_at < stale[0].emitted_at);
  CHECK(!made_odd("no-order")[0].emitted_at);
  CHECK(find_field(headers_of(made_odd("no-order")[0], nullptr, k_odd_now),
                   "X-Terra-Ordering-Timestamp") == std::nullopt);
}

TEST_CASE("a body that is parsed and written again is another") {
  const std::string body = made_odd("other-bytes")[0].body;
  const Json parsed = Json::parse(body);
  CHECK(parsed.dump() != body);
  CHECK(nlohmann::ordered_json::parse(body).dump() != body);
  CHECK(nlohmann::ordered_json::parse(body).dump(-1, ' ', true) + "\n" != body);
  CHECK(body.find("\\u00e9") != std::string::npos);
  CHECK(body.find("7000.0") != std::string::npos);
}

TEST_CASE("a made-up event has the size that is asked for") {
  const Person person = make_person(1, 0, "GARMIN");
  for (const EventType& type : event_types()) {
    CAPTURE(std::string(type.name));
    const auto body = event_of_size(type.name, person, k_odd_date, {}, 60'000);
    REQUIRE(body);
    CHECK(body->size() == 60'000);
    CHECK(Json::accept(*body));
    CHECK(!event_of_size(type.name, person, k_odd_date, {}, 20));
  }
  const auto large = event_of_size("activity", person, k_odd_date, {}, 3'000'000);
  REQUIRE(large);
  CHECK(large->size() == 3'000'000);
  CHECK(Json::parse(*large).at("data").size() > 1);
}

TEST_CASE("the latest records are those of the days before") {
  const Person person = make_person(1, 0, "GARMIN");
  const SampleOptions options;
  const auto days = latest_records("daily", person, k_odd_date, options, 3);
  REQUIRE(days.size() == 3);
  CHECK(days[2] == sample_records(person, DataType::daily, k_odd_date, options)[0]);
  CHECK(days[0] ==
        sample_records(person, DataType::daily, k_odd_date - std::chrono::days(2), options)[0]);
  CHECK(latest_records("daily", person, k_odd_date, options, 0).empty());
  CHECK(latest_records("athlete", person, k_odd_date, options, 9).size() == 1);
  CHECK(latest_records("activity", person, k_odd_date, options, 5).size() == 5);
}

TEST_CASE("the list says something about every event type") {
  std::size_t start = 0;
  const std::string list = sample_list_json();
  std::size_t types = 0;
  while (start < list.size()) {
    const std::size_t end = list.find('\n', start);
    const Json line = Json::parse(list.substr(start, end - start));
    start = end + 1;
    CAPTURE(line.dump());
    if (line.at("type") != "event_type") continue;
    ++types;
    CHECK(!line.at("about").get<std::string>().empty());
  }
  CHECK(types == event_types().size());
}
