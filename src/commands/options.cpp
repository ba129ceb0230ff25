// SPDX-License-Identifier: MIT
#include "commands/options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/shell_quote.hpp"
#include "base/terminal.hpp"
#include "commands/capture_names.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_secret_file = 64 << 10;

/// Names must be told apart in verdicts: a second `default` becomes `default-2`.
void add_secret(std::vector<NamedSecret>& secrets, std::string name, Secret value) {
  const std::string base = name;
  const auto is_taken = [&] {
    return std::any_of(secrets.begin(), secrets.end(),
                       [&](const NamedSecret& secret) { return secret.name == name; });
  };
  for (int i = 2; is_taken(); ++i) name = fmt::format("{}-{}", base, i);
  secrets.push_back({std::move(name), std::move(value)});
}

Result<void> add_secret_file(std::vector<NamedSecret>& secrets, const std::string& argument,
                             std::vector<std::string>& notes) {
  std::string name;
  std::string file = argument;
  // `NAME=FILE`; a path with `=` in a folder's name is still a path.
  if (const auto equals = argument.find('=');
      equals != std::string::npos && argument.find('/') > equals) {
    name = argument.substr(0, equals);
    file = argument.substr(equals + 1);
  }
  TRY_ASSIGN(Secret secret, read_secret_file(file, "secret", notes));
  if (name.empty()) name = std::filesystem::path(file).stem().string();
  add_secret(secrets, std::move(name), std::move(secret));
  return {};
}

void add_environment_secrets(std::vector<NamedSecret>& secrets, const Env& env,
                             std::vector<std::string>& notes) {
  std::string first;
  for (const char* variable : k_secret_variables) {
    const auto value = env.environment(variable);
    if (!value || value->empty()) continue;
    Secret secret(*value);
    if (std::any_of(secrets.begin(), secrets.end(),
                    [&](const NamedSecret& known) { return known.value.equals(secret); })) {
      continue;
    }
    if (secrets.empty()) {
      first = variable;
    } else {
      notes.push_back(fmt::format("{} and {} differ; both are tried", first, variable));
    }
    add_secret(secrets, secrets.empty() ? "default" : variable, std::move(secret));
  }
}

Style style_of(int fd, const OutputOptions& options, const Env& env) {
  Terminal terminal = detect_terminal(fd, env.environment, options.color);
  terminal.unicode = terminal.unicode && !options.is_ascii;
  return Style(terminal);
}

}  // namespace

Style out_style(const OutputOptions& options, const Env& env) {
  return style_of(env.out.fd(), options, env);
}

Style err_style(const OutputOptions& options, const Env& env) {
  return style_of(env.err.fd(), options, env);
}

Result<Secret> read_secret_file(const std::string& file, std::string_view what,
                                std::vector<std::string>& notes) {
  TRY_ASSIGN(std::string content, read_file(file, k_max_secret_file));
  if (content.ends_with('\n')) content.pop_back();
  if (content.ends_with('\r')) content.pop_back();
  if (content.empty()) {
    return Error{ErrorKind::auth, fmt::format("the {} file {} is empty", what, file),
                 fmt::format("put the {} from Terra's dashboard into it, in one line", what)};
  }
  if (content.find('\n') != std::string::npos) {
    return Error{ErrorKind::auth, fmt::format("the {} file {} has more than one line", what, file),
                 what == "secret" ? "one secret a file; give --secret-file several times"
                                  : "it holds one line and nothing else"};
  }
  if (trim(content).size() != content.size()) {
    notes.push_back(
        fmt::format("the {} in {} begins or ends with white space, which counts", what, file));
  }
  if (readable_by_others(file)) {
    notes.push_back(fmt::format("{} can be read by others; chmod 600 {}", file, file));
  }
  return Secret(std::move(content));
}

Result<std::vector<NamedSecret>> load_secrets(const SecretOptions& options, const Env& env,
                                              std::vector<std::string>& notes) {
  std::vector<NamedSecret> secrets;
  if (!options.is_verifying) return secrets;
  for (const std::string& file : options.files) TRY(add_secret_file(secrets, file, notes));
  for (const std::string& literal : options.literals) {
    if (literal.empty()) {
      return Error{ErrorKind::auth, "the secret given with --secret is empty",
                   "is the variable that it comes from set?"};
    }
    add_secret(secrets, "default", Secret(literal));
  }
  if (!options.literals.empty()) {
    notes.emplace_back(
        "--secret can be seen in the process list; prefer --secret-file or "
        "TERRA_SIGNING_SECRET");
  }
  if (!secrets.empty()) return secrets;
  add_environment_secrets(secrets, env, notes);
  if (const auto usual = env.environment(k_secret_variables[0]); secrets.empty() && usual) {
    notes.push_back(fmt::format("{} is set, but empty", k_secret_variables[0]));
  }
  return secrets;
}

Result<NamedSecret> pick_secret(const std::vector<NamedSecret>& secrets,
                                const std::optional<std::string>& name) {
  if (!name) return secrets.front();
  std::string names;
  for (const NamedSecret& secret : secrets) {
    if (secret.name == *name) return secret;
    names += (names.empty() ? "" : ", ") + secret.name;
  }
  return Error{ErrorKind::input, fmt::format("no secret is called '{}'", sanitize(*name)),
               "there is " + names};
}

Result<std::filesystem::path> store_path(const StoreOptions& options, const Env& env) {
  if (!options.path.empty()) return std::filesystem::path(options.path);
  TRY_ASSIGN(const std::filesystem::path directory, data_directory(env.environment));
  return directory / "captures.db";
}

std::string store_flag(const StoreOptions& options) {
  return options.path.empty() ? "" : " --store " + sanitize(shell_quote(options.path));
}

bool is_filtering(const FilterOptions& options) {
  return !options.types.empty() || options.user_id || options.reference_id || options.provider ||
         options.terra_reference || options.trace_id || options.tag || !options.verdicts.empty() ||
         options.since || options.until || options.last;
}

Result<CaptureFilter> to_filter(const FilterOptions& options, const Env& env) {
  CaptureFilter filter;
  filter.types = options.types;
  filter.user_id = options.user_id;
  filter.reference_id = options.reference_id;
  filter.provider = options.provider;
  filter.terra_reference = options.terra_reference;
  filter.trace_id = options.trace_id;
  if (options.tag) {
    const bool has_at = options.tag->starts_with('@');
    TRY_ASSIGN(filter.tag, parse_tag(std::string_view(*options.tag).substr(has_at ? 1 : 0)));
  }
  filter.verdicts = options.verdicts;
  filter.last = options.last;
  if (options.since) {
    TRY_ASSIGN(filter.since, parse_point_in_time(*options.since, env.now()));
  }
  if (options.until) {
    TRY_ASSIGN(filter.until, parse_point_in_time(*options.until, env.now()));
  }
  if (filter.since && filter.until && *filter.until < *filter.since) {
    return Error{ErrorKind::input,
                 fmt::format("--until {} lies before --since {}: nothing is between them",
                             sanitize(*options.until), sanitize(*options.since)),
                 fmt::format("they are {} and {}", to_local_date_time(*filter.until),
                             to_local_date_time(*filter.since))};
  }
  return filter;
}

void tell_of_typed_input(std::string_view path, std::string_view what, const Env& env) {
  if (path != "-" || ::isatty(env.in) != 1) return;
  env.err.write(fmt::format("reading {} from standard input; end it with Ctrl-D\n", what));
}

Result<std::string> read_input(const std::string& path, std::string_view what,
                               std::uint64_t max_bytes, const Env& env) {
  tell_of_typed_input(path, what, env);
  return path == "-" ? read_descriptor(env.in, "standard input", max_bytes)
                     : read_file(path, max_bytes);
}

void print_notes(const std::vector<std::string>& notes, Env& env) {
  for (const std::string& note : notes) env.err.write("note: " + sanitize(note) + "\n");
}

}  // namespace terra_hook
