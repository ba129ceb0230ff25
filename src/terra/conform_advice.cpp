// SPDX-License-Identifier: MIT
#include "terra/conform_advice.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_raw_body_rule = "Terra's agent-skills, webhooks-verify-raw-body";
constexpr std::string_view k_dedupe_rule = "Terra's agent-skills, webhooks-dedupe-terra-reference";
constexpr std::string_view k_overwrite_rule = "Terra's agent-skills, data-superset-overwrite";
constexpr std::string_view k_other_events_rule =
    "Terra's agent-skills, webhooks-handle-informational-events";
constexpr std::string_view k_edge_rule = "Terra's agent-skills, testing-cover-event-edge-cases";
constexpr std::string_view k_auth_rule = "Terra's agent-skills, auth-handle-all-events";

constexpr ConformAdvice k_advice[] = {
    {"empty-data", k_edge_rule, "loop over data instead of taking data[0]"},
    {"unknown-user", k_edge_rule,
     "when no user has this user_id, log it and answer 2xx, not 404 or 500"},
    {"no-user", k_other_events_rule,
     "branch on type first; read user only where the type has one (in JavaScript: "
     "body.user?.user_id)"},
    {"unknown-type", "Terra's FAQ, unrecognized-webhook-type-handling",
     "give the switch over type a default that logs and answers 2xx; no strict enumeration or "
     "schema in front of it"},
    {"type-zero", k_edge_rule, "compare with null or undefined, not `if (metadata.type)`"},
    {"null-after-value", k_overwrite_rule,
     "allow null for every score, and merge such that null does not replace a value"},
    {"reauth-swap", k_auth_rule, "handle user_reauth: it has old_user and new_user, but no user"},
    {"reauth-unknown", "Terra's OpenAPI schema UserReauthEvent, where old_user is nullable",
     "do not read old_user.user_id without a look at old_user; find the user by reference_id"},
    {"deauth", k_auth_rule,
     "handle deauth: mark the user as gone, and answer 2xx also when nobody has this user_id"},
    {"two-chunks", k_dedupe_rule,
     "tell deliveries apart by X-Terra-Trace-Id (`<id>:chunk:<n>`); the terra-reference is the "
     "same on all chunks, and on the event that announces them"},
    {"stale-order", k_overwrite_rule,
     "answer 2xx and leave the stored record alone; 409 has it sent again for hours"},
    {"no-order", k_overwrite_rule,
     "where X-Terra-Ordering-Timestamp is absent, take the delivery for the newest"},
    {"duplicate", k_dedupe_rule,
     "when the trace id is known, answer 200 and do nothing; a 409 is a failure that is sent "
     "again"},
    {"athlete", k_other_events_rule,
     "read athlete, an object; only data types have the array data[]"},
    {"other-bytes", k_raw_body_rule,
     "hash the bytes as received, before any parser: express.raw(), req.text() in Next.js, "
     "request.get_data() in Flask, request.body in Django"},
    {"bad-signature", k_raw_body_rule,
     "verify before anything else, compare in constant time, and answer 401 when no v1 matches"},
    {"tampered-body", k_raw_body_rule,
     "the HMAC must cover the whole raw body, not parts of it or the parsed event"},
    {"missing-signature", k_raw_body_rule,
     "no header is a failed check: answer 401; never skip the check because there is nothing to "
     "check or no secret is set"},
    {"malformed-signature", k_raw_body_rule,
     "catch what the parser of the header throws, and answer 401"},
    {"expired-signature", k_webhook_pages,
     "after the HMAC, compare t (seconds) with the clock and refuse more than 5 minutes either "
     "way, as Terra's SDKs do"},
    {"other-scheme", k_webhook_pages, "look at v1 only and leave out all other schemes"},
    {"double-signature", k_webhook_pages,
     "collect all v1 of the header and accept when any of them matches; do not put the items into "
     "a map, where the last or first one wins"},
    {"both-names", k_raw_body_rule,
     "read one of the two names, or each alone; do not join their values"},
    {"one-name", k_raw_body_rule,
     "read X-Terra-Signature and, where that is absent, Terra-Signature"},
    {"lower-case", k_raw_body_rule,
     "look header fields up without regard to case, as your framework's accessor does"},
    {"upper-case", k_raw_body_rule,
     "look header fields up without regard to case, as your framework's accessor does"},
    {"large", "Terra's FAQ, large-payload-chunking-413",
     "raise the limit of the body parser and of every proxy before it (express.raw({limit: "
     "'64mb'}), client_max_body_size), and store the body before working on it"},
};

}  // namespace

const ConformAdvice& conform_advice(std::string_view odd) {
  static constexpr ConformAdvice k_none{};
  for (const ConformAdvice& advice : k_advice) {
    if (advice.odd == odd) return advice;
  }
  return k_none;
}

}  // namespace terra_hook
