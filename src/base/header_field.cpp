// SPDX-License-Identifier: MIT
#include "base/header_field.hpp"

#include "base/bytes.hpp"

namespace terra_hook {

std::optional<std::string_view> find_field(const HeaderFields& fields, std::string_view name) {
  for (const HeaderField& field : fields) {
    if (equals_ignoring_case(field.name, name)) {
      return field.value;
    }
  }
  return std::nullopt;
}

std::optional<std::string> joined_field(const HeaderFields& fields, std::string_view name) {
  std::optional<std::string> joined;
  for (const HeaderField& field : fields) {
    if (!equals_ignoring_case(field.name, name)) {
      continue;
    }
    if (joined) {
      *joined += ", ";
      *joined += field.value;
    } else {
      joined = field.value;
    }
  }
  return joined;
}

std::string to_header_section(const HeaderFields& fields) {
  constexpr std::string_view k_between = ": ";
  constexpr std::string_view k_end = "\r\n";
  std::size_t size = 0;
  for (const HeaderField& field : fields) {
    size += field.name.size() + k_between.size() + field.value.size() + k_end.size();
  }
  std::string section;
  section.reserve(size);
  for (const HeaderField& field : fields) {
    section += field.name;
    section += k_between;
    section += field.value;
    section += k_end;
  }
  return section;
}

HeaderFields parse_header_section(std::string_view section) {
  HeaderFields fields;
  while (!section.empty()) {
    const std::size_t end = section.find("\r\n");
    const std::string_view line = section.substr(0, end);
    section.remove_prefix(end == std::string_view::npos ? section.size() : end + 2);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      fields.push_back(
          {std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1), " \t"))});
    }
  }
  return fields;
}

}  // namespace terra_hook
