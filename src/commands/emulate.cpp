// SPDX-License-Identifier: MIT
#include "commands/emulate.hpp"

#include <fmt/format.h>

#include <chrono>

#include "commands/emulate_display.hpp"
#include "commands/emulate_script.hpp"
#include "commands/emulate_server.hpp"
#include "commands/ping_payloads.hpp"
#include "commands/webhook_outbox.hpp"
#include "http/address.hpp"
#include "http/server.hpp"
#include "terra/sample_source.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr unsigned k_emulator_threads = 4;
constexpr auto k_emulator_drain_time = 10s;
constexpr std::uint64_t k_most_request_bytes = 1 << 20;
constexpr std::uint64_t k_most_script_bytes = 16 << 20;
/// Whose first five people have five different providers.
constexpr std::uint64_t k_usual_seed = 17;

Result<std::vector<Step>> load_script(const EmulateOptions& options, const Env& env) {
  if (options.script.empty()) return std::vector<Step>();
  const std::string name = options.script == "-" ? "standard input" : options.script;
  TRY_ASSIGN(const std::string text,
             read_input(options.script, "the script", k_most_script_bytes, env));
  TRY_ASSIGN(std::vector<Step> steps, parse_script(text, name));
  TRY(check_waits(steps));
  return steps;
}

Result<EmulatedTerraOptions> terra_options(const EmulateOptions& options, Env& env) {
  EmulatedTerraOptions terra;
  terra.users = options.users;
  terra.days = options.days;
  terra.today = options.today.value_or(std::chrono::floor<std::chrono::days>(env.now()));
  terra.with_samples = options.with_samples;
  terra.processing = options.processing;
  terra.dev_id = options.dev_id;
  terra.limits = options.limits;
  terra.faults = options.faults;
  if (!options.api_key_file.empty()) {
    std::vector<std::string> notes;
    SecretOptions file;
    file.files = {options.api_key_file};
    TRY_ASSIGN(const std::vector<NamedSecret> keys, load_secrets(file, env, notes));
    print_notes(notes, env);
    terra.api_key = keys.front().value;
  }
  // Without a seed the people are the same, but no id of a delivery ever comes again: a receiver
  // that has seen an earlier run would take the new ones for duplicates.
  if (options.seed) {
    terra.id_seed = *options.seed;
  } else {
    for (const char byte : env.random_bytes(sizeof(terra.id_seed))) {
      terra.id_seed = terra.id_seed << 8 | static_cast<unsigned char>(byte);
    }
  }
  return terra;
}

ServerOptions emulator_server_options(const EmulateOptions& options, const Env& env) {
  ServerOptions server;
  server.address = options.address;
  server.port = options.port.value_or(k_emulator_port);
  server.port_attempts = options.port ? 1 : k_port_attempts;
  server.threads = k_emulator_threads;
  server.now = env.now;
  server.limits.body_bytes = k_most_request_bytes;
  return server;
}

EmulatorReady emulator_ready(const EmulateOptions& options, const EmulatedTerraOptions& terra,
                             const std::vector<NamedSecret>& secrets, const RecordSource& source,
                             std::string url, UtcTime now) {
  EmulatorReady ready;
  ready.at = now;
  ready.url = std::move(url);
  if (options.webhook) {
    Url shown = *options.webhook;
    shown.target = shown.target.substr(0, shown.target.find('?'));
    ready.webhook = shown.to_string();
  }
  for (std::size_t i = 0; i < terra.users; ++i) ready.users.push_back(source.connection({i, ""}));
  ready.days = terra.days;
  ready.today = to_text(terra.today);
  ready.seed = options.seed.value_or(k_usual_seed);
  for (const NamedSecret& secret : secrets) ready.secrets.push_back(secret.name);
  ready.retries = options.retries.name;
  ready.speed = options.speed;
  ready.is_loopback = is_this_machine(options.address);
  ready.checks_credentials = !terra.dev_id.empty() || !terra.api_key.empty();
  return ready;
}

void add_notes(const EmulateOptions& options, std::uint16_t port, bool is_signed,
               std::vector<std::string>& notes) {
  if (!options.port && port != k_emulator_port) {
    notes.push_back(fmt::format("port {} is taken, this is the next free one; --port chooses",
                                k_emulator_port));
  }
  if (options.webhook && !is_signed) {
    notes.emplace_back(
        "deliveries are not signed: set TERRA_SIGNING_SECRET or pass --secret-file, here and to "
        "the receiver");
  }
}

}  // namespace

Result<ExitCode> run_emulate(const EmulateOptions& options, Env& env) {
  env.stop.catch_signals();
  std::vector<std::string> notes;
  TRY_ASSIGN(std::vector<Step> steps, load_script(options, env));
  TRY_ASSIGN(const EmulatedTerraOptions terra_settings, terra_options(options, env));
  TRY_ASSIGN(const std::vector<NamedSecret> secrets, load_secrets(options.secrets, env, notes));
  TRY(SecretSet::create(secrets));
  if (options.webhook) {
    ClientOptions client;
    client.ca_file = options.ca_file;
    TRY(Client::create(*options.webhook, client));
  }
  const SampleSource source(options.seed.value_or(k_usual_seed));
  EmulatedTerra terra(terra_settings, source);
  PingPayloads pings(source, env.random_bytes);
  EmulateDisplay display(options.output, env);
  EmulateServer handler(terra, source, pings, display, env);
  TRY_ASSIGN(const std::unique_ptr<Server> server,
             Server::bind(emulator_server_options(options, env), handler));
  const std::string url = fmt::format("http://{}:{}", local_host(options.address), server->port());
  terra.set_base_url(url);
  WebhookOutbox outbox(options, secrets, url, source, pings, display, env);
  handler.set_outbox(outbox);
  const auto started = std::chrono::steady_clock::now();
  display.show(emulator_ready(options, terra_settings, secrets, source, url, env.now()));
  add_notes(options, server->port(), !secrets.empty(), notes);
  for (const std::string& note : notes) display.note(note);
  server->start();
  std::optional<EmulateScript> script;
  if (!steps.empty()) script.emplace(std::move(steps), options.speed, handler, outbox, env);

  env.stop.wait_for_more_than(0);
  const std::size_t under_way = outbox.stop() + server->stop_accepting();
  if (under_way > 0) {
    display.note(fmt::format("stopping: {} under way; Ctrl-C again quits at once", under_way));
  }
  handler.release();
  server->wait_until_drained(k_emulator_drain_time);
  outbox.join();
  server->stop();
  const bool is_ended_by_script = script && script->has_stopped();
  const std::optional<Error> script_error = script ? script->error() : std::nullopt;
  script.reset();
  EmulatorSummary summary = display.summary();
  summary.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  display.finish(summary);
  if (script_error) return *script_error;
  return is_ended_by_script && summary.unsent + summary.given_up > 0 ? ExitCode::failure
                                                                     : ExitCode::ok;
}

}  // namespace terra_hook
