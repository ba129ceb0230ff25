// SPDX-License-Identifier: MIT
#include "commands/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/count.hpp"
#include "base/file.hpp"
#include "base/size.hpp"
#include "base/subprocess.hpp"
#include "base/terminal.hpp"
#include "capture/store.hpp"
#include "commands/line_width.hpp"
#include "commands/listen.hpp"
#include "http/client.hpp"
#include "http/route.hpp"
#include "http/server.hpp"
#include "render/wrap.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

/// Reading a store through takes time; past this it is left out.
constexpr std::uint64_t k_max_checked_store = 2ULL << 30;
/// Past this age or this far ahead a signature made here would be refused elsewhere.
constexpr std::chrono::seconds k_worrying_skew{30};

enum class Health { ok, warning, failed, skipped };

constexpr std::string_view to_string(Health health) {
  switch (health) {
    case Health::ok: return "ok";
    case Health::warning: return "warning";
    case Health::failed: return "failed";
    case Health::skipped: break;
  }
  return "skipped";
}

struct Finding {
  std::string check;  ///< stable, for programs
  Health health = Health::ok;
  std::string text;
  std::string fix;  ///< what to do; may be empty
};

using Findings = std::vector<Finding>;

Finding failed(std::string check, const Error& error) {
  return {std::move(check), Health::failed, error.message, error.hint};
}

void check_settings(const DoctorOptions& options, Findings& findings) {
  if (options.settings_error) {
    findings.push_back(failed("configuration", *options.settings_error));
  } else if (options.settings.empty() && options.refused_settings.empty()) {
    findings.push_back({"configuration", Health::ok, "nothing is set in files or variables", ""});
  }
  for (const Error& error : options.refused_settings) {
    findings.push_back(failed("configuration", error));
  }
  for (const std::string& line : options.misspelt_variables) {
    findings.push_back({"configuration", Health::warning, line, ""});
  }
  for (const std::string& line : options.settings) {
    findings.push_back({"configuration", Health::ok, line, ""});
  }
}

void check_secrets(const DoctorOptions& options, const Env& env, Findings& findings) {
  std::vector<std::string> notes;
  const auto secrets = load_secrets(options.secrets, env, notes);
  if (!secrets) return findings.push_back(failed("signing secret", secrets.error()));
  for (const std::string& note : notes) {
    findings.push_back({"signing secret", Health::warning, note, ""});
  }
  if (secrets->empty()) {
    return findings.push_back({"signing secret", Health::warning,
                               "none is known: signatures are not checked",
                               "set TERRA_SIGNING_SECRET or pass --secret-file FILE"});
  }
  std::string names;
  for (const NamedSecret& secret : *secrets) names += (names.empty() ? "" : ", ") + secret.name;
  findings.push_back(
      {"signing secret", Health::ok, counted(secrets->size(), "secret") + ": " + names, ""});
}

void check_credentials(const DoctorOptions& options, const Env& env, Findings& findings) {
  std::vector<std::string> notes;
  const auto session = open_api_session(options.api, false, env, notes);
  for (const std::string& note : notes) {
    findings.push_back({"API credentials", Health::warning, note, ""});
  }
  if (session) {
    findings.push_back({"API credentials", Health::ok, "the dev id and the API key are known", ""});
  } else {
    // Only request needs them.
    findings.push_back(
        {"API credentials", Health::warning, session.error().message, session.error().hint});
  }
}

/// The distance between our clock and the peer's Date field (RFC 9110 §6.6.1), in words.
Finding judge_clock(const std::string& date, UtcTime now, const std::string& host) {
  std::tm parts{};
  if (::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) {
    return {"clock", Health::skipped, fmt::format("{} does not say what time it is", host), ""};
  }
  const auto theirs = std::chrono::seconds(::timegm(&parts));
  const auto ours = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  const auto skew = ours - theirs;
  const auto distance = skew.count() < 0 ? -skew : skew;
  if (distance <= k_worrying_skew) {
    return {
        "clock", Health::ok,
        fmt::format("within {} of {}", distance <= 2s ? "2 s" : to_human_duration(distance), host),
        ""};
  }
  return {"clock", distance >= 300s ? Health::failed : Health::warning,
          fmt::format("{} {} of {}", to_human_duration(distance),
                      skew.count() < 0 ? "behind" : "ahead", host),
          "set the clock (NTP); signatures older or newer than 5 min are stale"};
}

void check_api(const DoctorOptions& options, const Env& env, Findings& findings) {
  const auto base = api_base(options.api, env);
  if (!base) return findings.push_back(failed("API", base.error()));
  if (options.is_offline) {
    findings.push_back({"API", Health::skipped, "not asked (--offline)", ""});
    return;
  }
  std::vector<std::string> notes;
  const auto session = open_api_session(options.api, true, env, notes);
  if (!session) return findings.push_back(failed("API", session.error()));
  ClientOptions quick = session->client;
  quick.connect_timeout = 3s;
  quick.timeout = 5s;
  auto client = Client::create(*base, quick);
  if (!client) return findings.push_back(failed("API", client.error()));
  // Without credentials: any answer says that it is there, and has the time.
  const auto answer = client->send("GET", base->target, {{"Accept", "application/json"}}, "");
  if (!answer) {
    findings.push_back({"API", Health::warning, answer.error().message,
                        "only request needs it; --offline leaves this out"});
    return;
  }
  findings.push_back({"API", Health::ok, fmt::format("{} answers", base->authority()), ""});
  if (const auto date = find_field(answer->headers, "Date")) {
    findings.push_back(judge_clock(std::string(*date), env.now(), base->authority()));
  }
}

void check_port(const DoctorOptions& options, Findings& findings) {
  const std::uint16_t port = options.port.value_or(k_default_port);
  Url here{"http", "127.0.0.1", port};
  if (accepts_connections(here)) {
    findings.push_back({"port", Health::warning,
                        fmt::format("{} is taken: somebody listens there", port),
                        options.port ? "listen --port takes no other: stop that program, if it is "
                                       "not your listener, or choose another port"
                                     : "listen takes the next free one"});
    return;
  }
  findings.push_back({"port", Health::ok, fmt::format("{} is free", port), ""});
}

/// The nearest folder above that exists, where a new store would need to be made.
fs::path existing_folder(fs::path path) {
  std::error_code ignored;
  while (!path.empty() && !fs::exists(path, ignored)) path = path.parent_path();
  return path.empty() ? fs::path(".") : path;
}

Finding check_store_file(const fs::path& path) {
  auto reader = StoreReader::open(path);
  if (!reader) return failed("store", reader.error());
  std::error_code ignored;
  const std::uint64_t size = fs::file_size(path, ignored);
  const std::string what = fmt::format("{}, {}", path.string(), to_human_size(size));
  if (size > k_max_checked_store) {
    return {"store", Health::ok, what + ", too large to read through", ""};
  }
  if (const auto sound = reader->check(); !sound) return failed("store", sound.error());
  if (readable_by_others(path)) {
    return {"store", Health::warning, what + ", can be read by others",
            "chmod 600 " + path.string()};
  }
  return {"store", Health::ok, what + ", sound", ""};
}

void check_store(const DoctorOptions& options, const Env& env, Findings& findings) {
  const auto path = store_path(options.store, env);
  if (!path) return findings.push_back(failed("store", path.error()));
  std::error_code ignored;
  if (fs::exists(*path, ignored)) {
    Finding finding = check_store_file(*path);
    // What goes wrong in the store does not know how it was named.
    constexpr std::string_view k_listen = "terra-hook listen";
    if (finding.fix.starts_with(k_listen)) {
      finding.fix.insert(k_listen.size(), store_flag(options.store));
    }
    findings.push_back(std::move(finding));
  }
  const fs::path place = fs::exists(*path, ignored) ? *path : existing_folder(path->parent_path());
  if (!is_writable(place)) {
    return findings.push_back({"store", Health::failed,
                               fmt::format("{} can't be written", place.string()),
                               "--store FILE names another place"});
  }
  if (place != *path) {
    findings.push_back({"store", Health::ok,
                        fmt::format("{} will be made by the first delivery", path->string()), ""});
  }
  const auto space = fs::space(existing_folder(*path), ignored);
  if (!ignored && space.available < (64ULL << 20)) {
    findings.push_back(
        {"store", Health::warning,
         fmt::format("only {} are left on its disk", to_human_size(space.available)),
         fmt::format("terra-hook prune{} gives space back", store_flag(options.store))});
  }
}

void check_targets(const DoctorOptions& options, Findings& findings) {
  for (const std::string& text : options.targets) {
    const auto route = parse_route(text);
    if (!route) {
      findings.push_back(failed("target", route.error()));
    } else if (accepts_connections(route->target)) {
      findings.push_back(
          {"target", Health::ok, route->target.origin() + " accepts connections", ""});
    } else {
      findings.push_back({"target", Health::failed, "nobody listens at " + route->target.origin(),
                          "start your handler, or is the port another one?"});
    }
  }
}

void check_tunnels(const Env& env, Findings& findings) {
  const std::string path = env.environment("PATH").value_or("");
  std::string found;
  for (const char* tool : {"cloudflared", "ngrok", "tailscale", "ssh"}) {
    if (find_program(tool, path)) found += (found.empty() ? "" : ", ") + std::string(tool);
  }
  findings.push_back(
      found.empty() ? Finding{"tunnel", Health::warning, "no tunnel program is installed",
                              "cloudflared, ngrok, tailscale or ssh lets Terra reach this machine"}
                    : Finding{"tunnel", Health::ok, found + " found for listen --tunnel", ""});
}

void check_terminal(const DoctorOptions& options, const Env& env, Findings& findings) {
  const Terminal terminal = detect_terminal(env.out.fd(), env.environment, options.output.color);
  if (!terminal.is_terminal) {
    findings.push_back({"terminal", Health::ok, "the output is no terminal: plain text", ""});
    return;
  }
  findings.push_back(
      {"terminal", terminal.unicode ? Health::ok : Health::warning,
       fmt::format("{} columns, {}, {}", terminal.width, terminal.color ? "colour" : "no colour",
                   terminal.unicode ? "UTF-8" : "ASCII only"),
       terminal.unicode ? "" : "set LANG to a UTF-8 locale, such as C.UTF-8"});
}

/// `widest` is the longest check's name, `width` that of the terminal.
std::string finding_text(const Finding& finding, std::size_t widest, std::size_t width,
                         const Style& style) {
  const std::size_t margin = 11 + widest;
  const std::string_view colors[] = {style.good, style.warn, style.bad, style.dim};
  const auto index = static_cast<std::size_t>(finding.health);
  std::string text = style.paint(colors[index], pad(to_string(finding.health), 7)) + "  " +
                     pad(finding.check, widest) + "  " +
                     wrap(style.clean(finding.text), width, margin) + "\n";
  if (finding.health != Health::ok && !finding.fix.empty()) {
    text += std::string(margin, ' ') +
            style.paint(style.dim, wrap(style.clean(finding.fix), width, margin)) + "\n";
  }
  return text;
}

void print_findings(const Findings& findings, const DoctorOptions& options, Env& env) {
  if (options.output.format == Format::json) {
    Json list = Json::array();
    for (const Finding& finding : findings) {
      list.push_back({{"check", finding.check},
                      {"health", to_string(finding.health)},
                      {"text", finding.text},
                      {"fix", finding.fix.empty() ? Json(nullptr) : Json(finding.fix)}});
    }
    env.out.write(sanitize(list.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n");
    return;
  }
  std::size_t widest = 0;
  for (const Finding& finding : findings) widest = std::max(widest, finding.check.size());
  const Style style = out_style(options.output, env);
  std::string text;
  for (const Finding& finding : findings) {
    if (options.output.is_quiet && finding.health == Health::ok) continue;
    text += finding_text(finding, widest, line_width(env), style);
  }
  env.out.write(text);
}

}  // namespace

Result<ExitCode> run_doctor(const DoctorOptions& options, Env& env) {
  Findings findings;
  check_settings(options, findings);
  check_secrets(options, env, findings);
  check_credentials(options, env, findings);
  check_api(options, env, findings);
  check_port(options, findings);
  check_store(options, env, findings);
  check_targets(options, findings);
  check_tunnels(env, findings);
  check_terminal(options, env, findings);
  print_findings(findings, options, env);
  const bool has_failed = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.health == Health::failed;
  });
  return has_failed ? ExitCode::failure : ExitCode::ok;
}

}  // namespace terra_hook
