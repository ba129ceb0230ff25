// SPDX-License-Identifier: MIT
#include "commands/trigger_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "terra/event_type.hpp"
#include "terra/odd_deliveries.hpp"
#include "terra/sample_json.hpp"
#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_own_body = 1ULL << 30;
constexpr std::uint64_t k_default_seed = 1;
constexpr std::uint64_t k_candidates = 64;
constexpr std::string_view k_whole_pack = "edge";
constexpr std::size_t k_shown_trace = 8;

Result<LocalDate> date_of(const TriggerOptions& options, const Env& env) {
  const UtcTime now = env.now();
  const auto to_date = [](UtcTime time) {
    return LocalDate(std::chrono::floor<std::chrono::days>(time).time_since_epoch());
  };
  if (!options.date) return to_date(now) - std::chrono::days(1);
  TRY_ASSIGN(const UtcTime time, parse_point_in_time(*options.date, now));
  const LocalDate date = to_date(time);
  if (date >= LocalDate(std::chrono::year(1900) / 1 / 1) &&
      date <= LocalDate(std::chrono::year(2200) / 1 / 1)) {
    return date;
  }
  return Error{ErrorKind::input, fmt::format("--date {}: out of range", sanitize(*options.date)),
               "a date from 1900 to 2200"};
}

class TriggerMaker {
 public:
  TriggerMaker(const TriggerOptions& options, LocalDate date, Env& env)
      : options_(options), date_(date), env_(env), ids_(id_keys(options, date, env)) {
    samples_.with_samples = options.has_samples;
    person_ = choose_person();
    samples_.ignores_provider = true;
    if (options.user_id) person_.user_id = *options.user_id;
    if (options.reference_id) person_.reference_id = *options.reference_id;
    person_.last_webhook_update = local_stamp(date - std::chrono::hours(6), {});
  }

  Result<TriggeredDelivery> make(const std::string& type) {
    SampleDelivery delivery = labelled(type);
    TRY_ASSIGN(delivery.body, body_of(type));
    for (const json::Edit& edit : options_.edits) {
      TRY_ASSIGN(delivery.body, json::apply(delivery.body, edit));
    }
    return named(std::move(delivery));
  }

  Result<TriggeredDelivery> make_of_file() {
    SampleDelivery delivery = labelled({});
    TRY_ASSIGN(delivery.body, read_input(options_.file, "the body", k_max_own_body, env_));
    for (const json::Edit& edit : options_.edits) {
      TRY_ASSIGN(delivery.body, json::apply(delivery.body, edit));
    }
    return named(std::move(delivery));
  }

  Result<std::vector<TriggeredDelivery>> make_odd(const OddDelivery& odd) {
    const OddContext context{person_, date_, env_.now(), ids_.next()};
    std::vector<SampleDelivery> parts = odd.make(context);
    std::vector<TriggeredDelivery> all;
    TRY_ASSIGN(const StatusSet expected, StatusSet::parse(odd.is_refused ? "401" : "2xx"));
    for (SampleDelivery& part : parts) {
      std::string name(odd.name);
      if (parts.size() > 1) name += " " + std::to_string(all.size() + 1);
      all.push_back({std::move(name), std::move(part), expected});
    }
    return all;
  }

  /// What should be said of the person that was chosen.
  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    for (const std::string& type : options_.types) {
      const auto data_type = parse_data_type(type);
      if (!data_type || has_data(person_, *data_type) || !options_.provider) continue;
      notes.push_back(fmt::format("{} is not known to have {} data; it is made up all the same",
                                  sanitize(person_.provider), type));
    }
    return notes;
  }

 private:
  // With a seed the same command makes the same delivery again, trace id and all.
  static SampleRandom id_keys(const TriggerOptions& options, LocalDate date, Env& env) {
    if (!options.seed) return SampleRandom({sample_key(env.random_bytes(16))});
    const std::uint64_t user = options.user_id ? sample_key(*options.user_id) : 0;
    const auto day = static_cast<std::uint64_t>(date.time_since_epoch().count());
    // Another event of the same person and day is another delivery.
    std::string what = "delivery";
    for (const std::string& type : options.types) what += " " + type;
    if (!options.file.empty()) what += " of " + options.file;
    return SampleRandom({*options.seed, user, day, sample_key(what)});
  }

  Person person_of(std::uint64_t index) const {
    const std::uint64_t seed = options_.seed.value_or(k_default_seed);
    // Each user of one's own is another person.
    if (options_.user_id) index += sample_key(*options_.user_id) >> 16;
    return options_.provider ? make_person(seed, index, *options_.provider)
                             : make_person(seed, index);
  }

  // The first one that has all that is asked for, on that very day if possible.
  Person choose_person() const {
    Person best = person_of(0);
    std::size_t most = 0;
    for (std::uint64_t i = 0; i < k_candidates; ++i) {
      const Person person = person_of(i);
      const std::size_t fit = fitness_of(person);
      if (fit > most) best = person;
      most = std::max(most, fit);
      if (most == 2 * options_.types.size()) break;
    }
    return best;
  }

  std::size_t fitness_of(const Person& person) const {
    std::size_t fit = 0;
    for (const std::string& type : options_.types) {
      const auto data_type = parse_data_type(type);
      if (!data_type) {
        fit += 2;
      } else if (has_data(person, *data_type)) {
        fit += sample_records(person, *data_type, date_, {}).empty() ? 1 : 2;
      }
    }
    return fit;
  }

  SampleDelivery labelled(const std::string& type) {
    SampleDelivery delivery;
    delivery.event_type = type;
    const std::string trace = ids_.uuid();
    const std::string reference = ids_.uuid();
    delivery.trace_id = options_.trace_id.value_or(trace);
    delivery.reference = options_.terra_reference.value_or(reference);
    delivery.emitted_at = env_.now();
    return delivery;
  }

  static TriggeredDelivery named(SampleDelivery delivery) {
    std::string name = delivery.trace_id.substr(0, k_shown_trace);
    return {std::move(name), std::move(delivery), {}};
  }

  Result<std::string> body_of(const std::string& type) const {
    if (options_.size) {
      auto body = event_of_size(type, person_, date_, samples_, *options_.size);
      if (body) return *std::move(body);
      return Error{
          ErrorKind::input,
          fmt::format("no {} event is as small as {}", type, to_human_size(*options_.size)),
          "a larger --size, such as 10KB"};
    }
    if (has_sample_records(type)) {
      const std::size_t count = options_.records.value_or(1);
      return data_event(type, person_, latest_records(type, person_, date_, samples_, count));
    }
    NoticeDetails details;
    details.date = date_;
    details.reference = options_.terra_reference;
    return notice_event(type, person_, details);
  }

  const TriggerOptions& options_;
  const LocalDate date_;
  Env& env_;
  SampleRandom ids_;
  SampleOptions samples_;
  Person person_;
};

Result<void> add_pack(const TriggerOptions& options, bool can_sign, TriggerMaker& maker,
                      TriggeredDeliveries& made) {
  const bool is_whole =
      std::find(options.pack.begin(), options.pack.end(), k_whole_pack) != options.pack.end();
  std::size_t left_out = 0;
  for (const OddDelivery& odd : odd_deliveries()) {
    const bool is_asked = is_whole || std::find(options.pack.begin(), options.pack.end(),
                                                odd.name) != options.pack.end();
    if (!is_asked) continue;
    if (odd.is_about_signature && !can_sign) {
      ++left_out;
      continue;
    }
    TRY_ASSIGN(std::vector<TriggeredDelivery> parts, maker.make_odd(odd));
    std::move(parts.begin(), parts.end(), std::back_inserter(made.all));
  }
  if (made.all.empty()) {
    return Error{ErrorKind::auth, "these deliveries are about signatures, and there is no secret",
                 "set TERRA_SIGNING_SECRET or pass --secret-file FILE, without --unsigned"};
  }
  if (left_out > 0) {
    made.notes.push_back(
        fmt::format("unsigned: {} entries about signatures are left out", left_out));
  }
  return {};
}

}  // namespace

Result<TriggeredDeliveries> make_deliveries(const TriggerOptions& options, bool can_sign,
                                            Env& env) {
  TRY_ASSIGN(const LocalDate date, date_of(options, env));
  TriggerMaker maker(options, date, env);
  TriggeredDeliveries made;
  if (!options.pack.empty()) {
    TRY(add_pack(options, can_sign, maker, made));
    return made;
  }
  if (!options.file.empty()) {
    TRY_ASSIGN(TriggeredDelivery own, maker.make_of_file());
    made.all.push_back(std::move(own));
    return made;
  }
  made.notes = maker.notes();
  for (const std::string& type : options.types) {
    TRY_ASSIGN(TriggeredDelivery one, maker.make(type));
    made.all.push_back(std::move(one));
  }
  return made;
}

}  // namespace terra_hook
