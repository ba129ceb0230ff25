// SPDX-License-Identifier: MIT
#include "commands/listen.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/file.hpp"
#include "commands/delivery_answers.hpp"
#include "commands/delivery_receiver.hpp"
#include "commands/diagnosis_queue.hpp"
#include "commands/display.hpp"
#include "commands/forwarder.hpp"
#include "commands/interactive_listen.hpp"
#include "commands/line_width.hpp"
#include "commands/redaction.hpp"
#include "commands/signature_diagnosis.hpp"
#include "http/address.hpp"
#include "render/redacted_capture.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_drain_time = 10s;
constexpr auto k_brief_drain_time = 500ms;
/// For what is answered at the very end, because it took longer.
constexpr auto k_last_answers_time = 1s;
/// For the signatures that failed last; one takes about a second at the most.
constexpr auto k_diagnosis_time = 2s;
/// How long downloads may go on after that.
constexpr auto k_fetch_time = 10s;
constexpr const char* k_unsigned_fetch_note =
    "without a signing secret whoever can reach this listener can have it download from any public "
    "https host; set TERRA_SIGNING_SECRET or pass --secret-file";

std::unique_ptr<Renderer> make_plain_renderer(const ListenOptions& options, const Env& env) {
  if (options.output.format == Format::ndjson) {
    JsonLinesOptions json;
    json.with_body = options.body != BodyView::none;
    json.unicode = out_style(options.output, env).unicode;
    json.max_decoded = options.max_body;
    return make_json_lines_renderer(json);
  }
  TextOptions text;
  text.line_width = line_width(env);
  text.body = options.body;
  text.show_headers = options.output.is_verbose;
  text.show_response = options.shows_response;
  text.is_quiet = options.output.is_quiet;
  text.max_decoded = options.max_body;
  text.store_flag = store_flag(options.store);
  return make_text_renderer(text, out_style(options.output, env), err_style(options.output, env));
}

bool is_interactive(const ListenOptions& options, const Env& env) {
  const bool is_for_people = options.output.format == Format::text && !options.wait.is_tap;
  return is_for_people && !options.is_plain && has_full_screen(env);
}

/// `store` is empty when nothing is kept.
std::unique_ptr<Renderer> make_renderer(const ListenOptions& options,
                                        const std::filesystem::path& store,
                                        const std::vector<NamedSecret>& secrets, Env& env) {
  std::unique_ptr<Renderer> renderer = make_plain_renderer(options, env);
  if (options.wait.is_tap) renderer = make_tap_renderer(std::move(renderer));
  std::optional<Redactor> redactor;
  if (options.redacts) redactor = make_redactor(env);
  if (is_interactive(options, env)) {
    renderer = make_interactive_renderer(
        {store, store_flag(options.store), options.forward, secrets, options.output, redactor},
        std::move(renderer), env);
  }
  if (!redactor) return renderer;
  return make_redacting_renderer(std::move(renderer), *std::move(redactor), options.max_body);
}

Result<std::optional<TlsFiles>> find_tls(const ListenOptions& options, const Env& env) {
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return Error{ErrorKind::usage, "--tls-cert and --tls-key go together",
                 "or use --tls alone for a certificate made for this machine"};
  }
  if (!options.tls_certificate.empty()) {
    return std::optional(TlsFiles{options.tls_certificate, options.tls_key});
  }
  if (!options.uses_tls) return std::optional<TlsFiles>();
  TRY_ASSIGN(const std::filesystem::path directory, state_directory(env.environment));
  TRY_ASSIGN(TlsFiles files, localhost_certificate(directory, env.now()));
  return std::optional(std::move(files));
}

std::string url_of(const ListenOptions& options, bool uses_tls, std::uint16_t port) {
  const bool is_v6 = options.address.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + options.address + "]" : options.address;
  return fmt::format("{}://{}:{}{}", uses_tls ? "https" : "http", host, port, options.path);
}

std::string port_note(const ListenOptions& options, bool uses_tls, std::uint16_t port) {
  std::string note =
      fmt::format("port {} is taken, this is the next free one; --port chooses", k_default_port);
  // trigger would send to the other one.
  if (!uses_tls && is_this_machine(options.address)) {
    note += fmt::format("; send to it with trigger --to {}{}", port, options.path);
  }
  return note;
}

/// Starts the tunnel, if there is to be one.
std::unique_ptr<Tunnel> open_tunnel(std::optional<TunnelPlan> plan, const ListenOptions& options,
                                    bool uses_tls, std::uint16_t port, Display& display,
                                    const Env& env) {
  if (!plan) return nullptr;
  TunnelSettings settings;
  settings.plan = *std::move(plan);
  settings.scheme = uses_tls ? "https" : "http";
  settings.host = local_host(options.address);
  settings.port = port;
  settings.path = options.path;
  settings.shows_output = options.output.is_verbose;
  return std::make_unique<Tunnel>(std::move(settings), env,
                                  [&display](Event event) { display.push(std::move(event)); });
}

Result<Ready> ready_event(const ListenOptions& options, const Env& env, const SecretSet& secrets,
                          const std::string& store, const std::optional<TlsFiles>& tls) {
  Ready ready;
  ready.at = env.now();
  ready.store = store;
  for (std::size_t i = 0; i < secrets.size(); ++i) ready.secret_names.emplace_back(secrets.name(i));
  ready.tolerance = options.secrets.tolerance;
  ready.is_verifying = options.secrets.is_verifying;
  ready.is_loopback = is_this_machine(options.address);
  ready.routes = options.forward.routes;
  ready.acks_first = options.forward.acks_first;
  if (tls) {
    TRY_ASSIGN(ready.tls_fingerprint, certificate_fingerprint(tls->certificate));
  }
  return ready;
}

/// Where deliveries are kept; both members are empty with --no-store.
struct KeptIn {
  std::filesystem::path path;
  std::unique_ptr<StoreWriter> store;
};

Result<KeptIn> open_store(const StoreOptions& options, const Env& env) {
  KeptIn kept;
  if (!options.is_used) return kept;
  TRY_ASSIGN(kept.path, store_path(options, env));
  TRY_ASSIGN(kept.store, StoreWriter::open(kept.path));
  return kept;
}

/// Whether what comes is waited for or reported on, so that --timeout ends that.
bool is_for_a_check(const WaitOptions& wait) {
  return wait.is_waiting() || wait.is_tap || !wait.junit.empty();
}

/// The options with --timeout where it belongs.
ListenOptions with_timeout(ListenOptions options, std::vector<std::string>& notes) {
  if (!options.timeout) return options;
  if (is_for_a_check(options.wait) || options.forward.routes.empty()) {
    options.wait.timeout = options.timeout;
  } else {
    options.forward.timeout = *options.timeout;
    notes.emplace_back(
        "--timeout is for the target here, as nothing is waited for: add --count or --expect to "
        "end by it, or say --target-timeout");
  }
  return options;
}

/// Each delivery would come back, be forwarded again, and so on.
Result<void> check_loop(const std::vector<Route>& routes, std::uint16_t port) {
  for (const Route& route : routes) {
    if (route.target.port != port || !is_this_machine(route.target.host)) continue;
    return Error{
        ErrorKind::usage,
        fmt::format("{} is this listener: it would forward to itself", route.target.origin()),
        "--forward-to takes the port of your handler"};
  }
  return {};
}

Result<void> check_wait(const WaitOptions& wait, const OutputOptions& output) {
  if (wait.is_tap && output.format == Format::ndjson) {
    return Error{ErrorKind::usage, "--tap and --format ndjson both are for standard output",
                 "--junit FILE goes with either"};
  }
  return {};
}

Result<void> check_options(const ListenOptions& options) {
  TRY(check_wait(options.wait, options.output));
  const ForwardOptions& forward = options.forward;
  const std::pair<bool, const char*> companions[] = {
      {forward.acks_first, "--ack-first"},
      {forward.target_wait.has_value(), "--wait-for-target"},
      {forward.fails_when_slow, "--fail-slow"},
      {!forward.header_changes.empty(), "--header"},
      {options.shows_response, "--show-response"},
      {!forward.ca_file.empty(), "--cacert"},
      {!forward.verifies_tls, "--insecure"},
  };
  if (!forward.routes.empty()) return check_routes(forward.routes);
  for (const auto& [is_given, name] : companions) {
    if (is_given) {
      return Error{ErrorKind::usage, fmt::format("{} needs --forward-to", name),
                   "such as --forward-to 3000"};
    }
  }
  return {};
}

/// The faults with their seed, which a note names when it is of our choice.
FaultOptions seeded_faults(const ListenOptions& options, const Env& env,
                           std::vector<std::string>& notes) {
  FaultOptions faults = options.faults;
  faults.seed = options.seed.value_or(
      static_cast<std::uint64_t>(env.now().time_since_epoch().count()) % 1'000'000);
  if (faults.is_random() && !options.seed) {
    notes.push_back(fmt::format("--seed {} has the same ones fail again", faults.seed));
  }
  return faults;
}

ServerOptions server_options(const ListenOptions& options, const std::optional<TlsFiles>& tls,
                             const Env& env) {
  ServerOptions server;
  server.address = options.address;
  server.port = options.port.value_or(k_default_port);
  server.port_attempts = options.port ? 1 : k_port_attempts;
  server.threads = options.threads;
  server.tls = tls;
  server.now = env.now;
  server.limits.body_bytes = options.max_body;
  server.limits.in_flight_bytes = std::max(server.limits.in_flight_bytes, 2 * options.max_body);
  return server;
}

/// Lets what is in flight finish, for a while, and says so; where listening ended by itself only if
/// it takes time, as nobody waits to be told.
void drain(Server& server, DeliveryAnswers& answers, Forwarder* forwarder, Display& display,
           bool was_stopped) {
  const auto deadline = std::chrono::steady_clock::now() + k_drain_time;
  std::size_t in_flight = server.stop_accepting();
  if (forwarder != nullptr && forwarder->options().acks_first) in_flight += forwarder->pending();
  const auto say = [&] {
    if (in_flight > 0) display.push(Stopping{in_flight});
  };
  if (was_stopped) say();
  answers.release();
  const bool is_brief = !was_stopped && server.wait_until_drained(k_brief_drain_time) &&
                        (forwarder == nullptr || forwarder->wait_until_idle(k_brief_drain_time));
  if (!was_stopped && !is_brief) say();
  server.wait_until_drained(k_drain_time);
  if (forwarder == nullptr) return;
  forwarder->wait_until_idle(std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now()));
}

/// The sums of all that went through.
Stopped stopped_event(const Display& display, const Forwarder* forwarder,
                      std::chrono::steady_clock::time_point started) {
  Stopped stopped = display.tally();
  if (forwarder != nullptr) stopped.forwards = forwarder->summary();
  stopped.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  return stopped;
}

/// The code that the process ends with.
ExitCode listen_exit_code(const Stopped& stopped, const ListenOptions& options) {
  const bool was_slow = stopped.forwards && stopped.forwards->over_limit > 0;
  if (was_slow && options.forward.fails_when_slow) return ExitCode::expectation;
  return stopped.wait ? exit_code_of(*stopped.wait) : ExitCode::ok;
}

/// Tells the sums, where they are wanted, and what the process ends with.
Result<ExitCode> conclude(Stopped stopped, ListenWait& wait, const ListenOptions& options,
                          Display& display) {
  stopped.wait = wait.report();
  const ExitCode code = listen_exit_code(stopped, options);
  const Result<void> written = stopped.wait ? wait.write_junit(*stopped.wait) : Result<void>();
  display.push(std::move(stopped));
  display.finish();
  TRY(written);
  return code;
}

/// What the summary names. A store that can't be read any more was complained about before.
Result<std::vector<IncompleteRequest>> incomplete_requests(const RequestTracker& requests,
                                                           bool has_store,
                                                           const std::filesystem::path& path) {
  if (!has_store) return requests.incomplete(nullptr);
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  return requests.incomplete(&store);
}

/// What stands while deliveries come in.
struct Listening {
  const ListenOptions& options;
  const std::filesystem::path& path;
  std::unique_ptr<StoreWriter>& store;
  Display& display;
  Forwarder* forwarder;  ///< may be null
  DeliveryAnswers& answers;
  DiagnosisQueue& diagnoses;
  ListenWait& wait;
  std::optional<PayloadFetcher>& fetcher;
  Server& server;
  Tunnel* tunnel;  ///< may be null
  std::chrono::steady_clock::time_point started;
};

/// Brings all of it to its end, so that nothing that was accepted is lost.
Result<ExitCode> wind_down(const Listening& it) {
  drain(it.server, it.answers, it.forwarder, it.display, it.wait.was_stopped());
  it.display.stop_waiting();  // the store's thread and the tunnel's may be waiting for a reader
  it.wait.stop_waiting();
  if (it.forwarder != nullptr) {
    it.forwarder->stop();
    it.server.wait_until_drained(k_last_answers_time);
  }
  if (it.tunnel != nullptr) it.tunnel->stop();
  // The store between the server's end and its destruction: nothing is queued any more, and what
  // was refers to the server.
  it.server.stop();
  if (it.fetcher) it.fetcher->stop(k_fetch_time);
  it.store.reset();
  it.diagnoses.stop(k_diagnosis_time);
  it.wait.finish_commands(k_drain_time);
  Stopped stopped = stopped_event(it.display, it.forwarder, it.started);
  stopped.not_diagnosed = it.diagnoses.left_out();
  if (auto incomplete =
          incomplete_requests(it.answers.requests(), it.options.store.is_used, it.path)) {
    stopped.incomplete = *std::move(incomplete);
  }
  return conclude(std::move(stopped), it.wait, it.options, it.display);
}

}  // namespace

Result<ExitCode> run_listen(const ListenOptions& given, Env& env) {
  env.stop.catch_signals();
  std::vector<std::string> notes;
  const ListenOptions options = with_timeout(given, notes);
  TRY(check_options(options));
  TRY_ASSIGN(const std::unique_ptr<ListenWait> wait, ListenWait::prepare(options.wait, env));
  TRY_ASSIGN(const std::vector<NamedSecret> named_secrets,
             load_secrets(options.secrets, env, notes));
  TRY_ASSIGN(const SecretSet secrets, SecretSet::create(named_secrets));
  TRY_ASSIGN(const std::optional<TlsFiles> tls, find_tls(options, env));
  TRY_ASSIGN(std::optional<TunnelPlan> plan, plan_tunnel(options.tunnel, tls.has_value(), env));
  TRY_ASSIGN(KeptIn kept, open_store(options.store, env));
  auto& [path, store] = kept;
  TRY_ASSIGN(Ready ready, ready_event(options, env, secrets, path.string(), tls));
  if (!wait_for_targets(options.forward, env)) return ExitCode::timed_out;
  Display display(make_renderer(options, path, named_secrets, env), env,
                  options.output.format == Format::ndjson ? Overflow::wait : Overflow::drop,
                  [&env] { env.stop.request(); });
  std::unique_ptr<Forwarder> forwarder;
  if (!options.forward.routes.empty()) {
    TRY_ASSIGN(forwarder, Forwarder::create(options.forward, store.get(), display, env));
  }
  DeliveryAnswers answers({options.accepts_unauthentic, seeded_faults(options, env, notes)},
                          forwarder.get(), store.get(), display);
  DeliveryReceiver receiver({options.path, options.secrets.tolerance, options.max_body}, secrets,
                            store.get(), answers, display, env);
  DiagnosisQueue diagnoses(named_secrets, other_keys(named_secrets, env), display);
  if (!options.output.is_quiet) receiver.diagnose_with(diagnoses);
  TRY(wait->begin(display, options.max_body, !options.redacts, options.accepts_unauthentic));
  if (wait->is_asked_for()) {
    receiver.tell([&wait](const std::shared_ptr<const Capture>& capture) { wait->note(capture); });
  }
  std::optional<PayloadFetcher> fetcher;
  if (options.fetches_payloads) {
    fetcher.emplace(FetchOptions{options.max_body}, store.get(), display, env);
    receiver.fetch_payloads_with(*fetcher);
    if (secrets.empty()) notes.emplace_back(k_unsigned_fetch_note);
  }
  TRY_ASSIGN(const std::unique_ptr<Server> server,
             Server::bind(server_options(options, tls, env), receiver));
  TRY(check_loop(options.forward.routes, server->port()));
  server->start();

  const auto started = std::chrono::steady_clock::now();
  ready.url = url_of(options, tls.has_value(), server->port());
  if (!options.port && server->port() != k_default_port) {
    notes.push_back(port_note(options, tls.has_value(), server->port()));
  }
  // Past this point nothing returns early: what was begun is brought to its end first.
  const Result<void> announced = wait->announce(ready.url);
  if (!announced) env.stop.request();
  display.push(std::move(ready));
  for (std::string& note : notes) display.push(Note{std::move(note)});
  const std::unique_ptr<Tunnel> tunnel =
      open_tunnel(std::move(plan), options, tls.has_value(), server->port(), display, env);
  wait->wait();
  auto code = wind_down({options, path, store, display, forwarder.get(), answers, diagnoses, *wait,
                         fetcher, *server, tunnel.get(), started});
  TRY(announced);
  return code;
}

}  // namespace terra_hook
