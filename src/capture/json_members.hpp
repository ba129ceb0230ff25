// SPDX-License-Identifier: MIT
// Members of JSON objects, read where they stand in a text that is JSON and must outlive them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/header_field.hpp"

namespace terra_hook {

/// An object's members, its values as they are spelled; none for a value that is no object. Only
/// the first 256 members are looked at; of a repeated key the last one counts.
class JsonObject {
 public:
  explicit JsonObject(std::string_view json);

  /// The value of the member `key` as it is spelled.
  std::optional<std::string_view> member(std::string_view key) const;

  /// The value of `key` as an object; without members when it is none.
  JsonObject object_of(std::string_view key) const;

  /// The characters of the string `key`; nothing when that is no string.
  std::optional<std::string> text_of(std::string_view key) const;

  /// The bytes that the member `base64_key` spells when it is there and is base64, else the
  /// characters of `key`.
  std::optional<std::string> bytes_of(std::string_view key, std::string_view base64_key) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> members_;  // keys with their quotes
};

bool is_json_object(std::string_view json);
bool is_json_array(std::string_view json);

/// Calls `visit` for each element of `array` as it is spelled, until it answers false.
void for_each_element(std::string_view array, const std::function<bool(std::string_view)>& visit);

/// The fields of an array of `{name, value}` objects, a value's exact bytes in `base64_key`.
/// Elements without a name are left out.
HeaderFields read_json_fields(std::string_view array, std::string_view base64_key);

}  // namespace terra_hook
