// SPDX-License-Identifier: MIT
#include "cli/config_file.hpp"

#include <fmt/format.h>

// toml++ asserts, or assumes in a release, some of what the text has to be before it looks: what is
// no TOML must be an error of its own, and it is one without them.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <optional>

#include "base/suggest.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

/// Where a table of the file stands.
struct Section {
  std::string profile;
  std::string command;
};

class ConfigReader {
 public:
  ConfigReader(const std::string& file, const std::vector<std::string>& commands)
      : file_(file), commands_(commands) {}

  Result<std::vector<Setting>> read(const toml::table& root) {
    TRY(read_table(root, {}));
    // In the order of the file, which the table does not keep.
    std::stable_sort(settings_.begin(), settings_.end(),
                     [](const Setting& a, const Setting& b) { return a.line < b.line; });
    return std::move(settings_);
  }

 private:
  Error error_at(const toml::node& node, const std::string& message, std::string hint = "") const {
    const toml::source_position at = node.source().begin;
    return {ErrorKind::input, fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message),
            std::move(hint)};
  }

  Result<void> read_table(const toml::table& table, const Section& section) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (const toml::table* inner = node.as_table()) {
        TRY(read_section(name, *inner, section));
      } else {
        TRY(read_setting(name, node, section));
      }
    }
    return {};
  }

  Result<void> read_section(const std::string& name, const toml::table& table,
                            const Section& section) {
    if (section.profile.empty() && section.command.empty() && name == "profile") {
      return read_profiles(table);
    }
    const bool is_command = std::find(commands_.begin(), commands_.end(), name) != commands_.end();
    if (is_command && section.command.empty()) return read_table(table, {section.profile, name});
    std::vector<std::string> known =
        section.command.empty() ? commands_ : std::vector<std::string>();
    if (section.profile.empty() && section.command.empty()) known.emplace_back("profile");
    return error_at(table, fmt::format("[{}] is no command", sanitize(name)),
                    did_you_mean(name, known));
  }

  Result<void> read_profiles(const toml::table& profiles) {
    for (const auto& [key, node] : profiles) {
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        return error_at(node, fmt::format("profile.{} is no table", sanitize(key.str())),
                        "a profile is [profile.NAME] with settings below it");
      }
      TRY(read_table(*table, {std::string(key.str()), ""}));
    }
    return {};
  }

  static std::optional<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    return std::nullopt;
  }

  Result<void> read_setting(const std::string& key, const toml::node& node,
                            const Section& section) {
    Setting setting;
    setting.profile = section.profile;
    setting.command = section.command;
    setting.key = key;
    setting.file = file_;
    setting.line = node.source().begin.line;
    const toml::array* list = node.as_array();
    const std::size_t count = list == nullptr ? 1 : list->size();
    for (std::size_t i = 0; i < count; ++i) {
      const toml::node& item = list == nullptr ? node : *list->get(i);
      auto text = text_of(item);
      if (!text) {
        return error_at(item, fmt::format("{} has a value that no flag takes", sanitize(key)),
                        "text in quotes, a number, true or false, or a list of these");
      }
      setting.values.push_back(*std::move(text));
    }
    settings_.push_back(std::move(setting));
    return {};
  }

  const std::string& file_;
  const std::vector<std::string>& commands_;
  std::vector<Setting> settings_;
};

/// The last character of the TOML string whose first is at `begin`, or the last before one beyond
/// ASCII that may not be in it; the text's size when it never ends.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  const bool has_lines = text.substr(begin, 3) == std::string(3, quote);
  const std::string fence(has_lines ? 3 : 1, quote);
  for (std::size_t at = begin + fence.size(); at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      // Lines may be joined: the parser looks at what follows the white space.
      const std::size_t next = text.find_first_not_of(" \t\r\n", at + 1);
      if (next < text.size() && static_cast<unsigned char>(text[next]) >= 0x80) return next - 1;
      ++at;
    } else if (text.substr(at).starts_with(fence)) {
      at += fence.size() - 1;
      while (has_lines && text.substr(at + 1).starts_with(quote)) ++at;
      return at;
    } else if (text[at] == '\n' && !has_lines) {
      return at;
    }
  }
  return text.size();
}

/// Whether a string, not the rest of something else, may follow `before`.
bool may_begin_string(std::string_view before) {
  return before.empty() ||
         std::string_view(" \t\r\n=[{,.").find(before.back()) != std::string_view::npos;
}

/// The first character beyond ASCII that is in no string and no comment; the text's size when there
/// is none.
std::size_t find_beyond_ascii(std::string_view text) {
  std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size() - 1);
    } else if ((c == '"' || c == '\'') && may_begin_string(text.substr(0, at))) {
      at = end_of_string(text, at);
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return at;
    }
  }
  return text.size();
}

}  // namespace

Result<std::vector<Setting>> parse_config(std::string_view text, const std::string& file,
                                          const std::vector<std::string>& commands) {
  // TOML has them in quotes only, and toml++ (3.3) is undefined with them elsewhere.
  if (const std::size_t at = find_beyond_ascii(text); at < text.size()) {
    const std::string_view before = text.substr(0, at);
    return Error{
        ErrorKind::input,
        fmt::format("{}:{}:{}: a letter that may stand within quotes only", file,
                    1 + std::count(before.begin(), before.end(), '\n'), at - before.rfind('\n')),
        "the file is TOML: key = \"value\""};
  }
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed) {
    const toml::source_position at = parsed.error().source().begin;
    return Error{ErrorKind::input,
                 fmt::format("{}:{}:{}: {}", file, at.line, at.column,
                             sanitize(parsed.error().description())),
                 "the file is TOML: key = \"value\""};
  }
  return ConfigReader(file, commands).read(parsed.table());
}

}  // namespace terra_hook
