// SPDX-License-Identifier: MIT
#include "cli/known_names.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>

#include "base/count.hpp"
#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "commands/options.hpp"

namespace terra_hook {
namespace {

constexpr std::int64_t k_most_captures = 50;
constexpr std::size_t k_most_tags = 200;
constexpr std::size_t k_longest_hint = 60;

bool is_harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(" @._:,+-").find(c) != std::string_view::npos;
}

/// The hint as no shell and no terminal acts on it; it comes from strangers.
std::string harmless(std::string_view text) {
  std::string kept(text.substr(0, k_longest_hint));
  std::replace_if(
      kept.begin(), kept.end(), [](char c) { return !is_harmless(c); }, '?');
  return kept;
}

/// A name is offered as it is or not at all.
bool can_be_offered(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.find(' ') == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), is_harmless);
}

std::string name_line(std::string_view name, std::string_view hint) {
  return std::string(name) + "\t" + harmless(hint) + "\n";
}

/// The value that `typed` or else the environment gives to a flag. A shell hands over `~` as it is.
std::optional<std::string> flag_value(const std::string& flag, const std::string& variable,
                                      const std::vector<std::string>& typed, const Env& env) {
  std::optional<std::string> value = env.environment(variable);
  for (std::size_t i = 0; i < typed.size() && typed[i] != "--"; ++i) {
    if (typed[i] == flag && i + 1 < typed.size()) value = typed[i + 1];
    if (typed[i].starts_with(flag + "=")) value = typed[i].substr(flag.size() + 1);
  }
  if (!value || value->empty()) return std::nullopt;
  const auto home = env.environment("HOME");
  if (value->starts_with("~/") && home) value->replace(0, 1, *home);
  return value;
}

std::optional<Configuration> find_configuration(const std::vector<std::string>& typed,
                                                const Env& env) {
  auto configuration = load_configuration(flag_value("--config", "TERRA_HOOK_CONFIG", typed, env),
                                          env.environment, all_models);
  if (!configuration) return std::nullopt;
  return *std::move(configuration);
}

/// The store that the command which is being typed would use.
std::optional<std::string> configured_store(const std::vector<std::string>& typed, const Env& env) {
  const auto configuration = find_configuration(typed, env);
  if (!configuration || configuration->settings.empty() || typed.empty()) return std::nullopt;
  for (const Command& command : all_commands()) {
    if (command.name != typed.front()) continue;
    const auto settings =
        settings_for(*configuration, flag_value("--profile", "TERRA_HOOK_PROFILE", typed, env),
                     model_of(command));
    if (!settings) return std::nullopt;
    for (const Setting& setting : *settings) {
      if (setting.key == "store" && !setting.values.empty()) return setting.values.back();
    }
  }
  return std::nullopt;
}

Result<StoreReader> open_store(const std::vector<std::string>& typed, const Env& env) {
  StoreOptions options;
  auto path = flag_value("--store", "TERRA_HOOK_STORE", typed, env);
  if (!path) path = configured_store(typed, env);
  options.path = path.value_or("");
  TRY_ASSIGN(const std::filesystem::path store, store_path(options, env));
  return StoreReader::open(store);
}

/// `5 min ago`, to the unit that matters.
std::string age_text(UtcTime at, UtcTime now) {
  using namespace std::chrono;
  const auto age = std::max(duration_cast<seconds>(now - at), 0s);
  const seconds unit = age < 1min ? 1s : age < 1h ? 1min : age < 24h ? 1h : 24h;
  return to_human_duration(age - age % unit) + " ago";
}

std::string capture_line_of(const Capture& capture, UtcTime now) {
  std::string hint = capture.summary.event_type.value_or("no type");
  if (capture.summary.provider) hint += " " + *capture.summary.provider;
  const auto& user =
      capture.summary.reference_id ? capture.summary.reference_id : capture.summary.user_id;
  constexpr std::size_t k_user = 20;
  if (user) hint += " " + user->substr(0, k_user);
  if (!is_authentic(capture.verdict)) hint += " " + std::string(to_string(capture.verdict));
  hint = hint.substr(0, k_longest_hint - 16);
  return name_line(std::to_string(capture.number),
                   hint + ", " + age_text(capture.received_at, now));
}

std::string capture_lines(StoreReader& store, UtcTime now) {
  std::vector<std::string> lines;
  CaptureFilter filter;
  filter.last = k_most_captures;
  const auto listed = store.list(filter, [&](const Capture& capture) {
    lines.push_back(capture_line_of(capture, now));
    return true;
  });
  std::string text;
  if (!listed) return text;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) text += *line;
  return text;
}

std::string tag_lines(StoreReader& store, std::string_view before) {
  std::string text;
  const auto tags = store.tags();
  if (!tags) return text;
  std::size_t count = 0;
  for (const TagCount& tag : *tags) {
    if (!can_be_offered(tag.name) || ++count > k_most_tags) continue;
    text += name_line(std::string(before) + tag.name,
                      counted(static_cast<std::uint64_t>(tag.captures), "capture"));
  }
  return text;
}

std::string profile_lines(const Configuration& configuration) {
  std::set<std::string> names;
  for (const Setting& setting : configuration.settings) names.insert(setting.profile);
  std::string text;
  for (const std::string& name : names) {
    if (can_be_offered(name)) text += name_line(name, "profile");
  }
  return text;
}

}  // namespace

std::string known_names(NameKind kind, const std::vector<std::string>& typed, Env& env) {
  if (kind == NameKind::profiles) {
    const auto configuration = find_configuration(typed, env);
    return configuration ? profile_lines(*configuration) : "";
  }
  auto store = open_store(typed, env);
  if (!store) return "";
  if (kind == NameKind::tags) return tag_lines(*store, "");
  return capture_lines(*store, env.now()) + tag_lines(*store, "@");
}

}  // namespace terra_hook
