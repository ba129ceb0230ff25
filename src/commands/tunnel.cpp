// SPDX-License-Identifier: MIT
#include "commands/tunnel.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/tunnel_command.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto k_end_patience = 3s;
/// An unfinished line that rests so long is taken for what it is.
constexpr auto k_rest = 1s;
/// The last words of a program that has ended, at most.
constexpr std::size_t k_last_words = 256 << 10;

/// All variables but ours: they hold keys and secrets, which are no business of the tunnel's.
std::vector<std::string> environment_for_tunnel(const Env& env) {
  std::vector<std::string> variables = env.variables ? env.variables() : std::vector<std::string>();
  std::erase_if(variables,
                [](const std::string& variable) { return variable.starts_with("TERRA_"); });
  return variables;
}

}  // namespace

Result<std::optional<TunnelPlan>> plan_tunnel(const TunnelOptions& options, bool uses_tls,
                                              const Env& env) {
  TunnelPlan plan;
  plan.url = options.url;
  if (options.command.empty()) {
    return plan.url.empty() ? std::optional<TunnelPlan>() : std::optional(std::move(plan));
  }
  const std::string home = env.environment("HOME").value_or("");
  auto words = tunnel_words(options.command, home, uses_tls);
  if (!words) {
    Error error = std::move(words).error();
    error.message = "--tunnel: " + error.message;
    return error;
  }
  plan.words = *std::move(words);
  TRY_ASSIGN(plan.program, find_program(plan.words.front(), env.environment("PATH").value_or("")));
  return std::optional(std::move(plan));
}

Tunnel::Tunnel(TunnelSettings settings, const Env& env, Emit emit)
    : settings_(std::move(settings)),
      env_(env),
      emit_(std::move(emit)),
      rule_(url_rule(settings_.plan.words)),
      thread_([this] { supervise(); }) {}

Tunnel::~Tunnel() {
  stop();
}

void Tunnel::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    if (process_ != nullptr) process_->wake();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Tunnel::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

/// False when it was asked to stop meanwhile.
bool Tunnel::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return is_stopping_; });
}

void Tunnel::supervise() {
  if (settings_.plan.program.empty()) {
    Run none;
    open(settings_.plan.url, none);
    return;
  }
  auto next_pause = settings_.first_pause;
  for (;;) {
    const auto started = Clock::now();
    const std::string reason = run_once();
    if (is_stopping()) return;
    if (Clock::now() - started >= settings_.steady_after) next_pause = settings_.first_pause;
    emit_(TunnelClosed{env_.now(), reason, last_line_, next_pause});
    if (!pause(next_pause)) return;
    next_pause = std::min(2 * next_pause, settings_.longest_pause);
  }
}

/// Runs the program to its end; what its end was.
std::string Tunnel::run_once() {
  last_line_.clear();
  SubprocessOptions options;
  options.program = settings_.plan.program;
  options.words = fill_in(settings_.plan.words, settings_.scheme, settings_.host, settings_.port);
  options.environment = environment_for_tunnel(env_);
  Result<std::unique_ptr<Subprocess>> started = Subprocess::start(options);
  if (!started) return started.error().message;
  const std::unique_ptr<Subprocess> process = *std::move(started);
  {
    const std::lock_guard lock(mutex_);
    process_ = process.get();
  }
  Run run;
  if (!settings_.plan.url.empty()) open(settings_.plan.url, run);
  follow(*process, run);
  {
    const std::lock_guard lock(mutex_);
    process_ = nullptr;
  }
  last_line_ = run.last_line;
  return to_string(process->stop(is_stopping() ? k_end_patience : 0s));
}

/// Reads what the program prints until it ends or is to be ended.
void Tunnel::follow(Subprocess& process, Run& run) {
  const auto started = Clock::now();
  bool has_waited_long = false;
  while (!is_stopping()) {
    const bool has_ended = process.end().has_value();
    const bool has_rest = !run.output.unfinished().empty() || !run.errors.unfinished().empty();
    const auto rest = std::chrono::milliseconds(run.has_url || !has_rest ? 5s : k_rest);
    const Subprocess::Piece piece = process.read(has_ended ? 0ms : rest);
    if (piece.source != Subprocess::Source::none) {
      take(piece, run);
    } else {
      look_for_url(run.output.unfinished(), run);
      look_for_url(run.errors.unfinished(), run);
    }
    if (has_ended) break;
    if (!run.has_url && !has_waited_long && Clock::now() - started > settings_.url_patience) {
      has_waited_long = true;
      emit_(
          Note{"no public https URL in the tunnel's output so far; --verbose shows the output, "
               "--tunnel-url says what is public"});
    }
  }
  // What it printed last is most often why it ended. A child of its own may print for ever.
  for (std::size_t size = 0; process.end() && size < k_last_words;) {
    const Subprocess::Piece piece = process.read(0ms);
    if (piece.source == Subprocess::Source::none) break;
    size += piece.bytes.size();
    take(piece, run);
  }
  for (const OutputLines* lines : {&run.output, &run.errors}) {
    std::string line = lines->unfinished();
    if (!line.empty()) run.last_line = std::move(line);
  }
}

void Tunnel::take(const Subprocess::Piece& piece, Run& run) {
  OutputLines& lines = piece.source == Subprocess::Source::output ? run.output : run.errors;
  lines.feed(piece.bytes, [&](std::string line) {
    look_for_url(line, run);
    if (settings_.shows_output) emit_(TunnelOutput{line});
    run.last_line = std::move(line);
  });
}

void Tunnel::look_for_url(std::string_view line, Run& run) {
  // The general rule is a guess: only the first one counts. The services' rules are not, and some
  // change the URL as they run.
  if (!settings_.plan.url.empty() || (run.has_url && rule_.service.empty())) return;
  const std::optional<std::string> url = find_public_url(line, rule_);
  if (url && (!run.has_url || *url + settings_.path != url_)) open(*url, run);
}

void Tunnel::open(const std::string& url, Run& run) {
  const std::string whole = url + settings_.path;
  run.has_url = true;
  emit_(TunnelOpen{env_.now(), whole, !url_.empty() && whole != url_});
  url_ = whole;
}

}  // namespace terra_hook
