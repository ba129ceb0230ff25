// SPDX-License-Identifier: MIT
#include "commands/request_wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/shell_quote.hpp"
#include "capture/store.hpp"
#include "commands/wait_listener.hpp"
#include "render/api_text.hpp"
#include "render/wait_text.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto k_wait_tick = 200ms;

/// What has come for a reference, read from the store bit by bit.
class RequestWatch {
 public:
  /// For a request that is made next. What is in the store by now is not for it, whatever it says:
  /// Terra makes a reference once, an emulated Terra the same one in each run.
  static Result<RequestWatch> begin(std::filesystem::path store) {
    RequestWatch watch(std::move(store));
    TRY_ASSIGN(const bool is_there, watch.open());
    if (is_there) {
      TRY_ASSIGN(const std::optional<std::int64_t> newest, watch.store_->newest(0));
      watch.last_seen_ = newest.value_or(0);
    }
    return watch;
  }

  /// Says what the request is called, once that is known.
  void await(WaitProgress progress) { progress_ = std::move(progress); }

  /// True when there is news.
  Result<bool> look() {
    TRY_ASSIGN(const bool is_there, open());
    if (!is_there) return false;
    CaptureFilter filter;
    filter.terra_reference = progress_.reference;
    filter.first_number = unanswered_.empty() ? last_seen_ + 1 : *unanswered_.begin();
    bool has_news = false;
    TRY(store_->list(filter, [this, &has_news](const Capture& capture) {
      has_news = see(capture) || has_news;
      return true;
    }));
    progress_.unanswered = static_cast<std::int64_t>(unanswered_.size());
    return has_news;
  }

  const WaitProgress& progress() const { return progress_; }

 private:
  explicit RequestWatch(std::filesystem::path store) : path_(std::move(store)) {}

  /// False as long as the store is not there, or empty: whoever listens makes it.
  Result<bool> open() {
    if (store_) return true;
    auto store = StoreReader::open(path_);
    if (!store && store.error().kind == ErrorKind::input) return false;
    if (!store) return std::move(store).error();
    store_.emplace(*std::move(store));
    return true;
  }

  /// Whether it is new, or its answer is: what has none yet is looked at again.
  bool see(const Capture& capture) {
    const bool is_new = capture.number > last_seen_;
    last_seen_ = std::max(last_seen_, capture.number);
    const bool has_answer = capture.answered != 0;
    if (!has_answer) return unanswered_.insert(capture.number).second;
    const bool is_awaited = unanswered_.erase(capture.number) > 0;
    if (is_new || is_awaited) add_to_wait(progress_, capture);
    return is_new || is_awaited;
  }

  std::filesystem::path path_;
  std::optional<StoreReader> store_;
  WaitProgress progress_;
  std::int64_t last_seen_ = 0;
  std::set<std::int64_t> unanswered_;  ///< those that have no answer yet
};

bool is_for_programs(const RequestRun& run) {
  return run.options.show.format == Format::ndjson;
}

void tell_of_progress(const RequestRun& run, const WaitProgress& progress) {
  if (is_for_programs(run)) {
    run.env.out.write(wait_json("progress", progress));
  } else if (!run.display.moves()) {
    run.display.tell(wait_state_text(progress, run.display.style()) + "\n");
  }
}

ExitCode tell_of_end(const RequestRun& run, const WaitProgress& progress, milliseconds elapsed,
                     bool is_stopped) {
  run.display.clear();
  if (is_for_programs(run)) run.env.out.write(wait_json("summary", progress));
  const Style& style = run.display.style();
  if (progress.is_complete()) {
    run.display.tell(wait_result_text(progress, elapsed, store_flag(run.options.store), style));
    return ExitCode::ok;
  }
  ApiFailure failure;
  failure.code = is_stopped ? ExitCode::interrupted : ExitCode::timed_out;
  failure.message = fmt::format("{} after {}: {}", is_stopped ? "stopped waiting" : "not complete",
                                to_human_duration(elapsed), wait_state_text(progress, style));
  failure.advice.push_back(fmt::format("terra-hook list{} --terra-reference {} shows what has come",
                                       store_flag(run.options.store),
                                       shell_quote(progress.reference)));
  if (progress.last_capture == 0) {
    failure.advice.emplace_back(
        "is the webhook's URL one that leads here, and is a listener running with this store?");
  } else if (progress.refused > 0) {
    failure.advice.emplace_back("what fails verification does not count: is the secret right?");
  } else {
    failure.advice.emplace_back("Terra tries what failed again for about a day");
  }
  run.display.fail(api_failure_text(failure, {}, style));
  return failure.code;
}

Result<ExitCode> wait_for_deliveries(const RequestRun& run, RequestWatch& watch) {
  const auto started = std::chrono::steady_clock::now();
  const auto elapsed = [started] {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
  };
  for (;;) {
    TRY_ASSIGN(const bool has_news, watch.look());
    const WaitProgress& progress = watch.progress();
    if (has_news) tell_of_progress(run, progress);
    if (progress.is_complete() || elapsed() >= *run.options.wait) {
      return tell_of_end(run, progress, elapsed(), false);
    }
    if (run.display.moves()) {
      run.display.move(wait_line(progress, elapsed(), *run.options.wait, run.display.style()));
    }
    const milliseconds left = *run.options.wait - elapsed();
    if (run.env.stop.wait_for_more_than(0, std::clamp<milliseconds>(left, 0ms, k_wait_tick))) {
      return tell_of_end(run, progress, elapsed(), true);
    }
  }
}

Result<std::unique_ptr<WaitListener>> start_listener(const RequestRun& run,
                                                     const std::filesystem::path& store) {
  std::vector<std::string> notes;
  TRY_ASSIGN(const std::vector<NamedSecret> named,
             load_secrets(run.options.secrets, run.env, notes));
  const bool checks = !named.empty();
  TRY_ASSIGN(SecretSet secrets, SecretSet::create(named));
  TRY_ASSIGN(std::unique_ptr<WaitListener> listener,
             WaitListener::start(
                 {run.options.port, store}, std::move(secrets),
                 [&run](const std::string& text) { run.display.note(text); }, run.env));
  for (const std::string& note : notes) run.display.note(note);
  run.display.tell(fmt::format("listening on {}{}\n", listener->url(),
                               checks ? "" : ", without a secret to check signatures with"));
  return listener;
}

/// The reference for people, or what programs get.
Result<void> write_reference(const RequestRun& run, RequestOutput& output, const ApiReply& reply,
                             const ApiAccepted& accepted) {
  if (is_for_programs(run)) {
    TRY(output.write(requested_json(accepted)));
    return {};
  }
  if (run.options.show.format == Format::text && !accepted.reference.empty()) {
    TRY(output.write(run.display.style().clean(accepted.reference) + "\n"));
    return {};
  }
  return write_answer(reply.body(), run.options, output, run.env);
}

}  // namespace

Result<ExitCode> run_delivered(const RequestRun& run, RequestOutput& output) {
  TRY_ASSIGN(const std::filesystem::path store, store_path(run.options.store, run.env));
  std::unique_ptr<WaitListener> listener;
  // Before it is asked for: a small request may be delivered at once.
  if (run.options.listens) {
    TRY_ASSIGN(listener, start_listener(run, store));
  }
  std::optional<RequestWatch> watch;
  if (run.options.wait) {
    TRY_ASSIGN(watch, RequestWatch::begin(store));
  }
  ExitCode code = ExitCode::ok;
  TRY_ASSIGN(const std::optional<ApiReply> reply, ask_once(run, code));
  if (!reply) return code;
  const AnswerReading& answer = reply->answer;
  if (answer.kind == AnswerReading::Kind::not_json) {
    return no_json_error(run);
  }
  const ApiAccepted accepted{run.plan.what, run.plan.user_id, run.plan.range, answer.reference,
                             answer.message};
  TRY(write_reference(run, output, *reply, accepted));
  run.display.tell(accepted_text(accepted, store_flag(run.options.store), run.display.style()));
  if (!watch) return ExitCode::ok;
  if (answer.reference.empty()) {
    return Error{ErrorKind::network, "Terra's answer has no reference to wait for",
                 "terra-hook list shows what comes to a listener"};
  }
  if (!listener) {
    run.display.tell(fmt::format("waiting for what a listener keeps in {}\n", store.string()));
  }
  WaitProgress progress;
  progress.reference = answer.reference;
  progress.is_large = !answer.message.empty();
  watch->await(std::move(progress));
  return wait_for_deliveries(run, *watch);
}

}  // namespace terra_hook
