// SPDX-License-Identifier: MIT
#include "capture/json_members.hpp"

#include "base/bytes.hpp"
#include "base/json_pointer.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_members = 256;

bool begins_with(std::string_view json, char first) {
  if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);
  const std::size_t begin = json.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && json[begin] == first;
}

}  // namespace

bool is_json_object(std::string_view json) {
  return begins_with(json, '{');
}

bool is_json_array(std::string_view json) {
  return begins_with(json, '[');
}

JsonObject::JsonObject(std::string_view json) {
  if (!is_json_object(json)) return;
  json::for_each_child(json, {0, json.size()}, [&](const json::Child& child) {
    members_.emplace_back(child.raw_key, child.value.of(json));
    return members_.size() < k_max_members;
  });
}

std::optional<std::string_view> JsonObject::member(std::string_view key) const {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (json::spells(member->first, key)) return member->second;
  }
  return std::nullopt;
}

JsonObject JsonObject::object_of(std::string_view key) const {
  return JsonObject(member(key).value_or(""));
}

std::optional<std::string> JsonObject::text_of(std::string_view key) const {
  const auto value = member(key);
  if (!value || !value->starts_with('"')) return std::nullopt;
  return json::unescape(*value);
}

std::optional<std::string> JsonObject::bytes_of(std::string_view key,
                                                std::string_view base64_key) const {
  if (const auto base64 = text_of(base64_key)) {
    if (auto bytes = from_base64(*base64)) return bytes;
  }
  return text_of(key);
}

void for_each_element(std::string_view array, const std::function<bool(std::string_view)>& visit) {
  if (!is_json_array(array)) return;
  json::for_each_child(array, {0, array.size()},
                       [&](const json::Child& child) { return visit(child.value.of(array)); });
}

HeaderFields read_json_fields(std::string_view array, std::string_view base64_key) {
  HeaderFields fields;
  for_each_element(array, [&](std::string_view element) {
    const JsonObject object(element);
    auto name = object.text_of("name");
    if (!name) return true;
    auto value = object.bytes_of("value", base64_key);
    fields.push_back({*std::move(name), value ? *std::move(value) : std::string()});
    return true;
  });
  return fields;
}

}  // namespace terra_hook
