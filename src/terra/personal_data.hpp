// SPDX-License-Identifier: MIT
// Which parts of a payload say who somebody is, where they are or when they were born: the one
// table of them (Terra's OpenAPI schema v2, the Vantage webhook reference). Measurements are not in
// it: what is left of a payload must still be worth debugging with.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace terra_hook {

/// What a value is, which decides what stands for it.
enum class PersonalKind : std::uint8_t {
  unknown,       ///< no fact: as the object around it
  not_personal,  ///< shown, whatever other facts its name would match
  user,          ///< Terra's id of a user
  reference,     ///< the developer's own id of a user
  account,       ///< the provider's id of a user
  request,       ///< what ties deliveries to the request that caused them
  event,         ///< a delivery's id
  id,            ///< of a record, a device, an order: what a provider or a shop could look up
  name,
  email,
  phone,
  place,
  address,     ///< where to find somebody, in a street or on a network
  text,        ///< somebody's own words
  attribute,   ///< sex, age and the like; what stands for it is the same for all
  date,        ///< of birth and the like
  coordinate,  ///< latitude and longitude
  polyline,    ///< Google's encoded polyline
  secret,      ///< a password, a token
};

/// A key name, in snake case, and what it holds. A name with `*` at its start or at both ends
/// stands for all that end so or contain it. With `under` it holds only for members of the object
/// (or of the elements of the array) of that name. It holds for everything below the key too, but
/// for what has a fact of its own.
struct PersonalFact {
  std::string_view key;
  std::string_view under;
  PersonalKind kind;
};

/// All facts; the first that matches counts.
std::span<const PersonalFact> personal_facts();

/// What the member `key` of something called `under` holds. Either name in any spelling: `userId`
/// and `USER-ID` are `user_id`.
PersonalKind personal_kind(std::string_view key, std::string_view under);

}  // namespace terra_hook
