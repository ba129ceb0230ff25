// SPDX-License-Identifier: MIT
#include "terra/odd_deliveries.hpp"

#include <utility>

#include "base/json_edit.hpp"
#include "base/json_rewrite.hpp"
#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

using Deliveries = std::vector<SampleDelivery>;

constexpr std::uint64_t k_large_body = 20'000'000;

/// Makes the parts of one entry; each delivery gets ids of its own.
class OddMaker {
 public:
  OddMaker(const OddContext& context, std::string_view name)
      : context_(context), random_({context.key, sample_key(name)}) {}

  SampleDelivery deliver(std::string_view type, std::string body) {
    SampleDelivery delivery;
    delivery.event_type = type;
    delivery.body = std::move(body);
    delivery.trace_id = random_.uuid();
    delivery.reference = random_.uuid();
    delivery.emitted_at = context_.now;
    return delivery;
  }

  SampleDelivery data(std::string_view type) { return deliver(type, body_of(type, person())); }

  SampleDelivery signed_as(SampleSigning signing) {
    SampleDelivery delivery = data("daily");
    delivery.signing = signing;
    return delivery;
  }

  SampleDelivery named_as(SignatureNames names) {
    SampleDelivery delivery = data("daily");
    delivery.names = names;
    return delivery;
  }

  SampleDelivery notice(std::string_view type, bool has_old_user = true) {
    NoticeDetails details;
    details.date = context_.date;
    details.has_old_user = has_old_user;
    return deliver(type, notice_event(type, person(), details));
  }

  std::string body_of(std::string_view type, const Person& person, int days_before = 0) const {
    const SampleOptions options{.with_samples = false, .ignores_provider = true};
    const LocalDate date = context_.date - std::chrono::days(days_before);
    return data_event(type, person, latest_records(type, person, date, options, 1));
  }

  const Person& person() const { return context_.person; }
  const OddContext& context() const { return context_; }
  SampleRandom& random() { return random_; }

 private:
  const OddContext& context_;
  SampleRandom random_;
};

/// `PTR=VALUE` done to a body of ours, which it fits.
std::string with(std::string body, std::string_view change) {
  const auto edit = json::parse_set(change);
  if (!edit) return body;
  auto changed = json::apply(body, *edit);
  return changed ? *std::move(changed) : body;
}

Deliveries make_empty_data(const OddContext& context) {
  OddMaker maker(context, "empty-data");
  return {maker.deliver("sleep", data_event("sleep", context.person, {}))};
}

Deliveries make_unknown_user(const OddContext& context) {
  OddMaker maker(context, "unknown-user");
  Person stranger = context.person;
  stranger.user_id = maker.random().uuid();
  stranger.reference_id.reset();
  return {maker.deliver("daily", maker.body_of("daily", stranger))};
}

Deliveries make_no_user(const OddContext& context) {
  OddMaker maker(context, "no-user");
  return {maker.notice("auth_cancelled"), maker.notice("s3_payload"), maker.notice("healthcheck")};
}

Deliveries make_unknown_type(const OddContext& context) {
  OddMaker maker(context, "unknown-type");
  return {maker.notice("cycle_forecast_updated")};
}

Deliveries make_type_zero(const OddContext& context) {
  OddMaker maker(context, "type-zero");
  return {maker.deliver(
      "activity", with(maker.body_of("activity", context.person), "/data/0/metadata/type=0"))};
}

Deliveries make_null_after_value(const OddContext& context) {
  OddMaker maker(context, "null-after-value");
  const std::string body = maker.body_of("daily", context.person);
  SampleDelivery first =
      maker.deliver("daily", with(body, "/data/0/data_enrichment/total_stress_score=41.0"));
  SampleDelivery second = maker.deliver("daily", body);
  first.emitted_at = context.now - std::chrono::minutes(20);
  return {first, second};
}

Deliveries make_reauth_swap(const OddContext& context) {
  OddMaker maker(context, "reauth-swap");
  Person after = context.person;
  after.user_id = maker.random().uuid();
  NoticeDetails details;
  details.date = context.date;
  details.old_user = &context.person;
  return {maker.deliver("user_reauth", notice_event("user_reauth", after, details)),
          maker.deliver("daily", maker.body_of("daily", after))};
}

Deliveries make_reauth_unknown(const OddContext& context) {
  return {OddMaker(context, "reauth-unknown").notice("user_reauth", false)};
}

Deliveries make_deauth(const OddContext& context) {
  return {OddMaker(context, "deauth").notice("deauth")};
}

Deliveries make_two_chunks(const OddContext& context) {
  OddMaker maker(context, "two-chunks");
  NoticeDetails details;
  details.date = context.date;
  details.reference = maker.random().uuid();
  details.payloads = 2;
  Deliveries all = {maker.deliver("large_request_sending",
                                  notice_event("large_request_sending", context.person, details))};
  const std::string trace = maker.random().uuid();
  for (int chunk = 0; chunk < 2; ++chunk) {
    all.push_back(maker.deliver("daily", maker.body_of("daily", context.person, 1 - chunk)));
    all.back().trace_id = trace + ":chunk:" + std::to_string(chunk + 1);
  }
  for (SampleDelivery& delivery : all) delivery.reference = *details.reference;
  return all;
}

Deliveries make_stale_order(const OddContext& context) {
  OddMaker maker(context, "stale-order");
  const std::string body = maker.body_of("daily", context.person);
  SampleDelivery late = maker.deliver("daily", with(body, "/data/0/distance_data/steps=1200"));
  late.emitted_at = context.now - std::chrono::hours(3);
  return {maker.deliver("daily", body), late};
}

Deliveries make_no_order(const OddContext& context) {
  OddMaker maker(context, "no-order");
  // Of another day than the other entries', which are not to look old beside it.
  SampleDelivery delivery = maker.deliver("daily", maker.body_of("daily", context.person, 7));
  delivery.emitted_at.reset();
  return {delivery};
}

Deliveries make_duplicate(const OddContext& context) {
  OddMaker maker(context, "duplicate");
  const SampleDelivery delivery = maker.data("sleep");
  return {delivery, delivery};
}

Deliveries make_athlete(const OddContext& context) {
  return {OddMaker(context, "athlete").data("athlete")};
}

// JSON.parse and JSON.stringify, or json.loads and json.dumps, give other bytes.
Deliveries make_other_bytes(const OddContext& context) {
  OddMaker maker(context, "other-bytes");
  std::string body = maker.body_of("daily", context.person);
  body = with(std::move(body), "/data/0/distance_data/distance_meters=7000.0");
  body = with(std::move(body), "/data/0/device_data/name=Montre c\xc3\xa9leste 2/3");
  json::WriteStyle style;
  style.spacing = json::Spacing::spaced;
  style.escapes = json::Escapes::ascii;
  style.escapes_slashes = true;
  if (auto written = json::rewrite(body, style, 1 << 20)) body = *std::move(written);
  return {maker.deliver("daily", body + "\n")};
}

Deliveries make_forged(const OddContext& context) {
  return {OddMaker(context, "forged").signed_as(SampleSigning::forged)};
}

Deliveries make_missing(const OddContext& context) {
  return {OddMaker(context, "missing").signed_as(SampleSigning::missing)};
}

Deliveries make_tampered(const OddContext& context) {
  return {OddMaker(context, "tampered").signed_as(SampleSigning::tampered)};
}

Deliveries make_expired(const OddContext& context) {
  return {OddMaker(context, "expired").signed_as(SampleSigning::expired)};
}

Deliveries make_malformed(const OddContext& context) {
  return {OddMaker(context, "malformed").signed_as(SampleSigning::malformed)};
}

Deliveries make_other_scheme(const OddContext& context) {
  return {OddMaker(context, "other-scheme").signed_as(SampleSigning::other_scheme)};
}

Deliveries make_doubled(const OddContext& context) {
  return {OddMaker(context, "double").signed_as(SampleSigning::doubled)};
}

Deliveries make_both_names(const OddContext& context) {
  OddMaker maker(context, "both-names");
  return {maker.named_as(SignatureNames::both)};
}

Deliveries make_one_name(const OddContext& context) {
  OddMaker maker(context, "one-name");
  return {maker.named_as(SignatureNames::current), maker.named_as(SignatureNames::deprecated)};
}

Deliveries make_lower_case(const OddContext& context) {
  return {OddMaker(context, "lower-case").named_as(SignatureNames::lower_case)};
}

Deliveries make_upper_case(const OddContext& context) {
  return {OddMaker(context, "upper-case").named_as(SignatureNames::upper_case)};
}

Deliveries make_large(const OddContext& context) {
  OddMaker maker(context, "large");
  const SampleOptions options{.with_samples = true, .ignores_provider = true};
  auto body = event_of_size("activity", context.person, context.date, options, k_large_body);
  return {maker.deliver("activity", body ? *std::move(body) : std::string())};
}

constexpr OddDelivery k_odd_deliveries[] = {
    {.name = "empty-data",
     .sent = "a sleep event whose data is an empty array",
     .why = "there was nothing to tell: answer 2xx and store nothing",
     .make = make_empty_data},
    {.name = "unknown-user",
     .sent = "a daily of a user_id that was never connected",
     .why = "answer 2xx and log it: a refusal is sent again for a day",
     .make = make_unknown_user},
    {.name = "no-user",
     .sent = "auth_cancelled, s3_payload and healthcheck, which have no user",
     .why = "look at type before user: body.user.user_id fails here",
     .make = make_no_user},
    {.name = "unknown-type",
     .sent = "a type that Terra may add tomorrow",
     .why = "answer 2xx and log it: unknown types are no error",
     .make = make_unknown_type},
    {.name = "type-zero",
     .sent = "an activity whose metadata.type is 0",
     .why = "0 is a type (in a vehicle), not a missing value: no `if (type)`",
     .make = make_type_zero},
    {.name = "null-after-value",
     .sent = "a daily with a data_enrichment score, then the same with null",
     .why = "scores come and go: keep the last value there was",
     .make = make_null_after_value},
    {.name = "reauth-swap",
     .sent = "user_reauth from an old user_id to a new one, then data of the new one",
     .why = "move the user to new_user.user_id, or the data finds nobody",
     .make = make_reauth_swap},
    {.name = "reauth-unknown",
     .sent = "user_reauth whose old_user is null",
     .why = "old_user may be null: find the user by reference_id",
     .make = make_reauth_unknown},
    {.name = "deauth",
     .sent = "deauth: the user has left",
     .why = "stop asking for this user's data",
     .make = make_deauth},
    {.name = "two-chunks",
     .sent = "large_request_sending, then two chunks with one terra-reference",
     .why = "the trace id tells deliveries apart, the reference is the same on all of a request",
     .make = make_two_chunks},
    {.name = "stale-order",
     .sent = "a daily, then an older version of it, delivered late",
     .why = "overwrite only when X-Terra-Ordering-Timestamp is not older than the stored one",
     .make = make_stale_order},
    {.name = "no-order",
     .sent = "a daily without X-Terra-Ordering-Timestamp",
     .why = "it is absent now and then: take such a delivery for the newest",
     .make = make_no_order},
    {.name = "duplicate",
     .sent = "the same delivery twice, with one trace id",
     .why = "delivery is at least once: answer 2xx both times, store it once",
     .make = make_duplicate},
    {.name = "athlete",
     .sent = "athlete, whose payload is an object and not data[]",
     .why = "body.data.length fails here",
     .make = make_athlete},
    {.name = "other-bytes",
     .sent = "a daily with blanks, 7000.0, \\u00e9, \\/ and a final newline",
     .why =
         "the signature is over these bytes: a body that was parsed and written again has others",
     .is_about_signature = true,
     .make = make_other_bytes},
    {.name = "bad-signature",
     .sent = "a signature made with another secret",
     .why = "answer 401: anybody can send to your URL",
     .is_refused = true,
     .is_about_signature = true,
     .make = make_forged},
    {.name = "tampered-body",
     .sent = "a body that is not the one that was signed",
     .why = "answer 401: somebody changed it on the way",
     .is_refused = true,
     .is_about_signature = true,
     .make = make_tampered},
    {.name = "missing-signature",
     .sent = "no signature at all",
     .why = "answer 401, not 2xx because there was nothing to check",
     .is_refused = true,
     .is_about_signature = true,
     .make = make_missing},
    {.name = "malformed-signature",
     .sent = "a bare digest, without t and v1",
     .why = "answer 401, not 500",
     .is_refused = true,
     .is_about_signature = true,
     .make = make_malformed},
    {.name = "expired-signature",
     .sent = "a right signature that is an hour old",
     .why = "answer 401: somebody may send a recorded delivery again (SDKs allow 5 minutes)",
     .is_refused = true,
     .is_about_signature = true,
     .make = make_expired},
    {.name = "other-scheme",
     .sent = "a right digest under v0 instead of v1",
     .why = "answer 401: schemes other than v1 do not count",
     .is_refused = true,
     .is_about_signature = true,
     .make = make_other_scheme},
    {.name = "double-signature",
     .sent = "two v1, of which the second is right",
     .why = "accept it if any v1 matches, as while a secret is changed",
     .is_about_signature = true,
     .make = make_doubled},
    {.name = "both-names",
     .sent = "X-Terra-Signature and Terra-Signature with the same value",
     .why = "Terra sends both: one must not hide the other, nor be joined to it",
     .is_about_signature = true,
     .make = make_both_names},
    {.name = "one-name",
     .sent = "X-Terra-Signature only, then Terra-Signature only",
     .why = "the second name is deprecated: read the first, and the other where it is absent",
     .is_about_signature = true,
     .make = make_one_name},
    {.name = "lower-case",
     .sent = "the signature's header names in lower case",
     .why = "names of header fields have no case",
     .is_about_signature = true,
     .make = make_lower_case},
    {.name = "upper-case",
     .sent = "the signature's header names in capitals",
     .why = "names of header fields have no case",
     .is_about_signature = true,
     .make = make_upper_case},
    {.name = "large",
     .sent = "a body of 20 MB",
     .why = "payloads can be tens of MB; a 413 is not sent again in smaller pieces",
     .make = make_large},
};

}  // namespace

std::span<const OddDelivery> odd_deliveries() {
  return k_odd_deliveries;
}

const OddDelivery* find_odd_delivery(std::string_view name) {
  for (const OddDelivery& odd : k_odd_deliveries) {
    if (odd.name == name) return &odd;
  }
  return nullptr;
}

}  // namespace terra_hook
