// SPDX-License-Identifier: MIT
// The emulated Terra: calls in, answers and planned deliveries out.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "terra/emulated_terra.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

using Json = nlohmann::json;

constexpr UtcTime k_now{std::chrono::hours(500'000)};

Day july(unsigned day) {
  return std::chrono::sys_days(std::chrono::year(2026) / 7 / static_cast<int>(day));
}

/// Two records a day; nobody with an odd number menstruates.
class TwoADay : public RecordSource {
 public:
  explicit TwoADay(std::size_t size = 20) : size_(size) {}

  Connection connection(const PersonRef& person) const override {
    Connection user;
    user.person = person;
    user.user_id = fmt::format("user-{}", person.index);
    user.provider = person.provider.empty() ? "GARMIN" : person.provider;
    user.reference_id = "person";
    user.scopes = "ALL";
    user.created_at = "2026-01-01T00:00:00.000000+00:00";
    return user;
  }
  bool has_type(const PersonRef& person, std::string_view type) const override {
    return type != "menstruation" || person.index % 2 == 0;
  }
  std::vector<std::string> records(const PersonRef& person, std::string_view type, Day day,
                                   bool with_samples) const override {
    if (type == "athlete") return {R"({"age":30})"};
    const auto record = [&](int n) {
      return fmt::format(R"({{"id":"{} {} {}","samples":{},"pad":"{}"}})", person.index,
                         to_text(day), n, with_samples, std::string(size_, 'x'));
    };
    return {record(1), record(2)};
  }

 private:
  std::size_t size_;
};

struct World {
  explicit World(EmulatedTerraOptions options = {}, std::size_t size = 20)
      : source(size), terra(with_today(std::move(options)), source) {
    terra.set_base_url("http://here");
  }

  static EmulatedTerraOptions with_today(EmulatedTerraOptions options) {
    options.today = july(31);
    return options;
  }

  ApiAnswer call(std::string method, std::string target, std::string body = {},
                 HeaderFields headers = {{"dev-id", "d"}, {"x-api-key", "k"}}) {
    return terra.answer(
        read_api_call(std::move(method), std::move(target), std::move(headers), std::move(body)),
        k_now);
  }
  ApiAnswer get(std::string target) { return call("GET", std::move(target)); }

  Result<StepDone> step(std::string_view line) {
    const auto step = parse_step(line);
    REQUIRE(step);
    return terra.perform(**step);
  }

  TwoADay source;
  EmulatedTerra terra;
};

std::string detail_of(const ApiAnswer& answer) {
  return fmt::format("{} {}", answer.response.status,
                     Json::parse(answer.response.body).value("detail", ""));
}

std::string types_of_emissions(const std::vector<Emission>& emissions) {
  std::string types;
  for (const Emission& emission : emissions) {
    types += (types.empty() ? "" : " ") + emission.event.type;
  }
  return types;
}

}  // namespace

TEST_CASE("the emulated API refuses what Terra refuses") {
  World world;
  struct Case {
    const char* target;
    const char* detail;
  };
  const Case cases[] = {
      {"/v2/activity", "400 missing user_id"},
      {"/v2/activity?user_id=user-0", "400 missing start_date"},
      {"/v2/activity?user_id=user-0&start_date=07-01-2026", "400 invalid start_date"},
      {"/v2/activity?user_id=user-0&start_date=1782864000000", "400 invalid start_date"},
      {"/v2/activity?user_id=user-0&start_date=2026-07-01&end_date=x", "400 invalid end_date"},
      {"/v2/activity?user_id=user-0&start_date=2026-07-02&end_date=2026-07-01",
       "400 end_date is before start_date"},
      {"/v2/activity?user_id=user-0&start_date=2026-07-01&to_webhook=maybe",
       "400 invalid to_webhook"},
      {"/v2/activity?user_id=user-0&start_date=2026-07-01&with_samples=1",
       "400 invalid with_samples"},
      {"/v2/activity?user_id=nobody&start_date=2026-07-01", "404 user not found"},
      {"/v2/menstruation?user_id=user-1&start_date=2026-07-01",
       "404 GARMIN has no menstruation data"},
      {"/v2/activity?user_id=user-0&start_date=2016-07-01", "429 rate limit exceeded"},
      {"/v2/athlete", "400 missing user_id"},
      {"/v2/athlete?user_id=x", "404 user not found"},
      {"/v2/userInfo", "400 missing user_id or reference_id"},
      {"/v2/userInfo?reference_id=x", "404 user not found"},
      {"/v2/subscriptions?page=-1", "400 invalid page"},
      {"/v2/subscriptions?page=0&per_page=0", "400 invalid per_page"},
      {"/v2/plannedWorkouts?user_id=user-0&end_date=x", "400 invalid end_date"},
      {"/v2/nothing", "404 there is no such endpoint"},
  };
  for (const Case& item : cases) {
    CAPTURE(item.target);
    CHECK(detail_of(world.get(item.target)) == item.detail);
  }
  const ApiAnswer posted = world.call("POST", "/v2/activity");
  CHECK(posted.response.status == 405);
  CHECK(find_field(posted.response.headers, "Allow") == "GET");
  CHECK(detail_of(world.call("POST", "/v2/bulkUserInfo", R"({"a":1})")) ==
        "400 the body is not an array of user ids");
}

TEST_CASE("credentials are asked for and held to those that are known") {
  World any;
  for (const HeaderFields& headers :
       {HeaderFields{}, HeaderFields{{"dev-id", "d"}}, HeaderFields{{"x-api-key", "k"}},
        HeaderFields{{"dev-id", ""}, {"x-api-key", "k"}}}) {
    CHECK(detail_of(any.call("GET", "/v2/subscriptions", "", headers)) ==
          "401 dev-id or x-api-key headers are missing");
  }
  CHECK(any.call("GET", "/v2/integrations", "", {}).response.status == 200);

  EmulatedTerraOptions options;
  options.dev_id = "d";
  options.api_key = Secret("k");
  World strict(options);
  CHECK(strict.get("/v2/subscriptions").response.status == 200);
  CHECK(strict.call("GET", "/v2/subscriptions", "", {{"DEV-ID", "d"}, {"X-API-Key", "other"}})
            .response.status == 401);
  CHECK(strict.call("GET", "/v2/subscriptions", "", {{"dev-id", "e"}, {"x-api-key", "k"}})
            .response.status == 401);
}

TEST_CASE("to_webhook=false answers the records of the days asked for") {
  World world;
  const ApiAnswer answer = world.get(
      "/v2/sleep?user_id=user-1&start_date=2026-07-10&end_date=2026-07-12&to_webhook=false"
      "&with_samples=true");
  CHECK(answer.response.status == 200);
  CHECK(answer.emissions.empty());
  REQUIRE(answer.data);
  const auto text = data_document(answer.data->span, answer.data->user, world.source, 1 << 20);
  REQUIRE(text);
  const Json document = Json::parse(*text);
  CHECK(document["type"] == "sleep");
  CHECK(document["user"]["user_id"] == "user-1");
  REQUIRE(document["data"].size() == 4);
  CHECK(document["data"][0]["id"] == "1 2026-07-10 1");
  CHECK(document["data"][3]["id"] == "1 2026-07-11 2");
  CHECK(document["data"][0]["samples"] == true);
  CHECK_FALSE(data_document(answer.data->span, answer.data->user, world.source, 100));

  const ApiAnswer athlete = world.get("/v2/athlete?user_id=user-1&to_webhook=false");
  REQUIRE(athlete.data);
  CHECK(Json::parse(*data_document(athlete.data->span, athlete.data->user, world.source,
                                   1000))["athlete"]["age"] == 30);
}

TEST_CASE("there are no records before the history or after today") {
  EmulatedTerraOptions options;
  options.days = 3;
  World world(options);
  const ApiAnswer answer = world.get(
      "/v2/daily?user_id=user-0&start_date=2026-07-01&end_date=2026-09-01&to_webhook=false");
  REQUIRE(answer.data);
  const Json document =
      Json::parse(*data_document(answer.data->span, answer.data->user, world.source, 1 << 20));
  REQUIRE(document["data"].size() == 6);
  CHECK(document["data"][0]["id"] == "0 2026-07-29 1");
  CHECK(document["data"][5]["id"] == "0 2026-07-31 2");
}

TEST_CASE("to_webhook=true acknowledges and emits one event") {
  World world;
  const ApiAnswer answer = world.get("/v2/sleep?user_id=user-0&start_date=2026-07-01");
  const Json body = Json::parse(answer.response.body);
  CHECK(body["status"] == "success");
  CHECK(body["reference"] == body["trace_id"]);
  CHECK_FALSE(body.contains("message"));
  CHECK_FALSE(body.contains("data"));
  CHECK(find_field(answer.response.headers, "terra-reference") ==
        body["reference"].get<std::string>());
  REQUIRE(answer.emissions.size() == 1);
  const Emission& emission = answer.emissions.front();
  CHECK(emission.reference == body["reference"].get<std::string>());
  CHECK(emission.trace_id != emission.reference);
  const Json event = Json::parse(event_body(emission.event, world.source));
  CHECK(event["type"] == "sleep");
  CHECK(event["version"] == "2022-03-16");
  CHECK(event["data"].size() == 62);
  CHECK(event_body(emission.event, world.source) == event_body(emission.event, world.source));
}

TEST_CASE("a large request is worked off in numbered chunks") {
  World world;
  const ApiAnswer answer = world.get("/v2/sleep?user_id=user-0&start_date=2026-06-30");
  CHECK(Json::parse(answer.response.body).contains("message"));
  CHECK(types_of_emissions(answer.emissions) == "large_request_processing");
  REQUIRE(answer.large.size() == 1);
  const std::vector<Emission> emissions = work_off(answer.large.front(), world.source);
  REQUIRE(emissions.size() == 8);  // 32 days, 64 records, 10 a chunk
  const Json sending = Json::parse(emissions[0].event.body);
  CHECK(sending["type"] == "large_request_sending");
  CHECK(sending["expected_payloads"] == 7);
  CHECK(sending["reference"] == emissions[0].reference);
  std::set<std::string> ids;
  std::set<std::string> traces;
  for (std::size_t i = 1; i < emissions.size(); ++i) {
    CHECK(emissions[i].reference == emissions[0].reference);
    CHECK(emissions[i].chunk == i);
    CHECK(emissions[i].trace_id.ends_with(fmt::format(":chunk:{}", i)));
    traces.insert(emissions[i].trace_id);
    const Json event = Json::parse(event_body(emissions[i].event, world.source));
    CHECK(event["data"].size() <= 10);
    for (const Json& record : event["data"]) ids.insert(record["id"].get<std::string>());
  }
  CHECK(ids.size() == 64);
  CHECK(traces.size() == 7);
}

TEST_CASE("a chunk has at most 10 MB unless it is one record") {
  const TwoADay source(100);
  RecordSpan span{{0, ""}, "sleep", {july(1), july(4)}, false};
  const auto sizes = [&](std::uint64_t bytes) {
    std::string counts;
    for (const RecordSpan& chunk : plan_chunks(span, source, {10, bytes})) {
      counts += std::to_string(chunk.count);
    }
    return counts;
  };
  CHECK(sizes(10'000'000) == "6");
  CHECK(sizes(4096 + 450) == "33");
  CHECK(sizes(10) == "111111");
  // What each holds is what the whole holds.
  std::string whole;
  for_each_record(span, source, [&](const std::string& record) {
    whole += record;
    return true;
  });
  std::string parts;
  for (const RecordSpan& chunk : plan_chunks(span, source, {4, 10'000'000})) {
    for_each_record(chunk, source, [&](const std::string& record) {
      parts += record;
      return true;
    });
  }
  CHECK(parts == whole);
}

TEST_CASE("users are looked up by id and reference and in pages and in bulk") {
  World world;
  const Json one = Json::parse(world.get("/v2/userInfo?user_id=user-3").response.body);
  CHECK(one["user"]["user_id"] == "user-3");
  CHECK(one["is_authenticated"] == true);
  CHECK(one["user"].contains("last_polled_at"));
  CHECK(Json::parse(world.get("/v2/userInfo?reference_id=person").response.body).size() == 5);
  CHECK(Json::parse(world.get("/v2/subscriptions").response.body)["users"].size() == 5);
  const auto page = [&](const char* query) {
    const Json data =
        Json::parse(world.get(std::string("/v2/subscriptions?") + query).response.body)["data"];
    return fmt::format("{} {} {}", data["results"].size(), data["next"].dump(),
                       data["max_page"].dump());
  };
  CHECK(page("page=0&per_page=2") == "2 1 2");
  CHECK(page("page=2&per_page=2") == "1 null 2");
  CHECK(page("page=3&per_page=2") == "0 null 2");
  CHECK(page("page=0") == "5 null 0");
  CHECK(page("page=0&per_page=9223372036854775807") == "5 null 0");
  CHECK(Json::parse(
            world.call("POST", "/v2/bulkUserInfo", R"(["user-1","x","user-2"])").response.body)
            .size() == 2);
}

TEST_CASE("a connection is made through its link once and ended") {
  World world;
  const Json link = Json::parse(world
                                    .call("POST", "/v2/auth/authenticateUser?resource=oura",
                                          R"({"reference_id":"alice",)"
                                          R"("auth_success_redirect_url":"https://app/ok"})")
                                    .response.body);
  const std::string url = link["auth_url"];
  REQUIRE(url.starts_with("http://here/"));
  const std::string path = url.substr(std::string("http://here").size());
  const ApiAnswer opened = world.call("GET", path, "", {});
  CHECK(opened.response.status == 302);
  CHECK(find_field(opened.response.headers, "Location") == "https://app/ok");
  CHECK(types_of_emissions(opened.emissions) == "auth");
  const Json auth = Json::parse(opened.emissions[0].event.body);
  CHECK(auth["user"]["provider"] == "OURA");
  CHECK(auth["user"]["reference_id"] == "alice");
  CHECK(auth["user"]["user_id"] == link["user_id"]);
  CHECK(world.call("GET", path, "", {}).response.status == 404);

  const std::string user =
      "/v2/auth/deauthenticateUser?user_id=" + link["user_id"].get<std::string>();
  const ApiAnswer gone = world.call("DELETE", user);
  CHECK(gone.response.status == 200);
  CHECK(types_of_emissions(gone.emissions) == "deauth");
  CHECK(Json::parse(gone.emissions[0].event.body)["user"]["active"] == false);
  CHECK(world.call("DELETE", user).response.status == 404);

  const Json widget =
      Json::parse(world.call("POST", "/v2/auth/generateWidgetSession", "{}").response.body);
  const std::string widget_path =
      widget["url"].get<std::string>().substr(std::string("http://here").size());
  const ApiAnswer cancelled = world.call("GET", widget_path + "?cancel=true", "", {});
  CHECK(types_of_emissions(cancelled.emissions) == "auth_cancelled");
  CHECK_FALSE(cancelled.emissions[0].is_retried);
}

TEST_CASE("faults on purpose come before everything else") {
  EmulatedTerraOptions options;
  options.faults.push_back(*parse_api_fault("GET /sleep:504,429,processing,timeout"));
  World world(options);
  const char* target = "/v2/sleep?user_id=user-0&start_date=2026-07-01&to_webhook=false";
  CHECK(world.get(target).response.status == 504);
  const ApiAnswer limited = world.get(target);
  CHECK(limited.response.status == 429);
  CHECK(find_field(limited.response.headers, "Retry-After") == "1");
  const ApiAnswer processing = world.get(target);
  CHECK(processing.response.status == 200);
  CHECK(Json::parse(processing.response.body)["retry_after_seconds"] == 1);
  CHECK(world.get(target).fault->kind == ApiFault::Kind::timeout);
  CHECK(world.get(target).data);
}

TEST_CASE("steps do what people do") {
  World world;
  const auto emitted = [&](std::string_view line) {
    const auto done = world.step(line);
    REQUIRE(done);
    return types_of_emissions(done->emissions);
  };
  CHECK(emitted("connect FITBIT reference_id=bob") == "auth");
  CHECK(emitted("sync bob date=2026-07-30 type=sleep,daily") == "sleep daily");
  CHECK(emitted("sync 2 date=2026-07-30") == "activity body daily menstruation nutrition sleep");
  CHECK(emitted("error bob") == "connection_error");
  CHECK(emitted("permissions bob added=BODY removed=ALL") == "permission_change");
  CHECK(emitted("reauth bob") == "auth user_reauth");
  CHECK(emitted("deauth bob") == "deauth");
  CHECK(emitted("revoke 1") == "access_revoked");
  CHECK(emitted("cancel reference_id=carol") == "auth_cancelled");
  const auto backfill = world.step("backfill 2 type=sleep,athlete start_date=60d");
  REQUIRE(backfill);
  CHECK(types_of_emissions(backfill->emissions) == "large_request_processing athlete");
  CHECK(backfill->large.size() == 1);
  // As many days as `request --start-date` asks for; without dates all there are, today's too.
  CHECK(world.step("backfill 2 type=sleep start_date=60d")->text ==
        "user-1 backfills 60 days of sleep");
  CHECK(world.step("backfill 2 type=sleep start_date=60d end_date=today")->text ==
        "user-1 backfills 60 days of sleep");
  CHECK(world.step("backfill 2 type=sleep")->text == "user-1 backfills 400 days of sleep");
  CHECK(world.step("settings webhook=3000 ping=true")->webhook == "http://localhost:3000/");
  CHECK(world.step("settings webhook=off")->webhook == "");
  CHECK(world.step("date next")->text == "today is 2026-08-01");
  CHECK(world.step("fault '*:503'"));
  CHECK(world.get("/v2/subscriptions").response.status == 503);

  for (const char* bad :
       {"sync bob", "sync 1", "sync 99", "sync 0", "sync 2 date=never", "sync 2 type=naps",
        "backfill 2 start_date=today end_date=yesterday", "backfill 2 start_date=today",
        "settings ping=perhaps", "settings webhook=ftp://x", "fault x", "settings"}) {
    const auto step = parse_step(bad);
    REQUIRE(step);
    const auto refused = world.terra.perform(**step);
    CAPTURE(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::input);
  }
  CHECK(Json::parse(world.terra.state_json())["users"].size() == 4);
}

TEST_CASE("a permission change is what the user has from then on") {
  World world;
  REQUIRE(world.step("permissions 1 added=BODY,SLEEP removed=ALL"));
  const Json user = Json::parse(world.get("/v2/userInfo?user_id=user-0").response.body);
  CHECK(user["user"]["scopes"] == "BODY,SLEEP");
}

TEST_CASE("a reconnected user keeps the records under a new id") {
  World world;
  const auto done = world.step("reauth 2");
  REQUIRE(done);
  const Json event = Json::parse(done->emissions[1].event.body);
  CHECK(event["old_user"]["user_id"] == "user-1");
  CHECK(event["old_user"]["active"] == false);
  const std::string id = event["new_user"]["user_id"];
  CHECK(detail_of(world.get("/v2/athlete?user_id=user-1")) == "404 user not found");
  const ApiAnswer answer =
      world.get("/v2/sleep?to_webhook=false&start_date=2026-07-01&user_id=" + id);
  REQUIRE(answer.data);
  CHECK(answer.data->span.person.index == 1);
}

TEST_CASE("ids follow from the seed and look like UUIDs") {
  IdSource one(1);
  IdSource same(1);
  IdSource other(2);
  const std::string id = one.next();
  CHECK(id == same.next());
  CHECK(id != other.next());
  CHECK(id != one.next());
  REQUIRE(id.size() == 36);
  CHECK(id[14] == '4');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
}
