// SPDX-License-Identifier: MIT
#include "terra/personal_data.hpp"

#include <algorithm>
#include <string>

namespace terra_hook {
namespace {

using enum PersonalKind;

constexpr PersonalFact k_facts[] = {
    // Whole objects about a person. Cycle data is masked, measurements though it is: it harms more
    // than any other, even without a name.
    {"athlete", "", attribute},
    {"patient", "", attribute},
    {"test_taker", "", attribute},
    {"menstruation_data", "", attribute},

    // Ids of people.
    {"user_id", "", user},
    {"new_user_id", "", user},
    {"old_user_id", "", user},
    {"reference_id", "", reference},
    {"provider_user_id", "", account},

    // Ids of deliveries, in the headers too.
    {"reference", "", request},
    {"session_id", "", request},
    {"payload_reference", "", request},
    {"terra_reference", "", request},
    {"trace_id", "", event},
    {"event_id", "", event},

    // Things, not people: a product and a group of laboratory tests.
    {"variant_id", "", not_personal},
    {"panel_id", "", not_personal},
    {"id", "panels", not_personal},

    // Names. `name` alone is a zone's, a food's, a test's, or else one that somebody has chosen: an
    // activity's title, "Ann's Watch".
    {"name", "hr_zone_data", not_personal},
    {"name", "steps", not_personal},
    {"name", "meals", not_personal},
    {"name", "panels", not_personal},
    {"name", "source", not_personal},
    {"name", "", name},
    {"display_name", "biomarker", not_personal},
    {"drink_name", "", not_personal},
    {"exercise_name", "", not_personal},
    {"tag_name", "", not_personal},
    {"username", "", name},
    {"nickname", "", name},
    {"surname", "", name},
    {"filename", "", name},
    {"*_name", "", name},

    {"*email*", "", email},
    {"mail", "", email},
    {"*phone*", "", phone},
    {"mobile", "", phone},

    // Places.
    {"*lat_lng*", "", coordinate},
    {"*latitude", "", coordinate},
    {"*longitude", "", coordinate},
    {"*_lat", "", coordinate},
    {"*_lng", "", coordinate},
    {"*_lon", "", coordinate},
    {"lat", "", coordinate},
    {"lng", "", coordinate},
    {"lon", "", coordinate},
    {"coords", "", coordinate},
    {"coordinates", "", coordinate},
    {"*polyline*", "", polyline},
    {"city", "", place},
    {"state", "", place},
    {"country", "", place},
    {"location", "", place},
    {"street", "", address},
    {"town", "", place},
    {"county", "", place},
    {"zip", "", place},
    {"zip_code", "", place},
    {"postcode", "", place},
    {"postal_code", "", place},
    {"*address*", "", address},
    {"ip", "", address},

    // Who somebody is besides.
    {"*birth*", "", date},
    {"dob", "", date},
    {"account_creation_date", "", date},
    {"age", "", attribute},
    {"sex", "", attribute},
    {"gender", "", attribute},
    {"*_sex", "", attribute},
    {"*_gender", "", attribute},
    {"pregnancy_status", "", attribute},
    {"cycle_phase", "", attribute},

    // Somebody's own words.
    {"bio", "", text},
    {"note", "", text},
    {"notes", "", text},
    {"*_notes", "", text},
    {"comment", "", text},
    {"comments", "", text},
    {"description", "", text},

    {"password", "", secret},
    {"secret", "", secret},
    {"*_secret", "", secret},
    {"token", "", secret},
    {"*_token", "", secret},
    {"api_key", "", secret},

    // What a provider, a shop or a parcel service would know somebody by.
    {"serial_number", "", id},
    {"tracking_number", "", id},
    {"id", "", id},
    {"uuid", "", id},
    {"*_id", "", id},
    {"*_ids", "", id},
    {"*_uuid", "", id},
};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// `userId` and `User-ID` as `user_id`.
std::string to_snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_upper(c)) {
      const bool begins_word = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
      if (begins_word) snake += '_';
      snake += static_cast<char>(c - 'A' + 'a');
    } else {
      snake += c == '-' || c == '.' || c == ' ' ? '_' : c;
    }
  }
  return snake;
}

bool matches(std::string_view pattern, std::string_view key) {
  if (!pattern.starts_with('*')) return key == pattern;
  pattern.remove_prefix(1);
  if (!pattern.ends_with('*')) return key.ends_with(pattern);
  pattern.remove_suffix(1);
  return key.find(pattern) != std::string_view::npos;
}

}  // namespace

std::span<const PersonalFact> personal_facts() {
  return k_facts;
}

PersonalKind personal_kind(std::string_view key, std::string_view under) {
  // Nobody names a field so; cheap to leave alone, costly to search.
  constexpr std::size_t k_max_name = 128;
  const std::string name = to_snake_case(key.substr(0, k_max_name));
  const std::string parent = to_snake_case(under.substr(0, k_max_name));
  const auto* const fact = std::ranges::find_if(k_facts, [&](const PersonalFact& candidate) {
    return (candidate.under.empty() || candidate.under == parent) && matches(candidate.key, name);
  });
  return fact == std::end(k_facts) ? unknown : fact->kind;
}

}  // namespace terra_hook
