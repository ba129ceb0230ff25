// SPDX-License-Identifier: MIT
#include "commands/replay_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/bytes.hpp"
#include "commands/attempt_recorder.hpp"
#include "commands/replay_display.hpp"
#include "commands/replay_queue.hpp"
#include "commands/replay_sender.hpp"
#include "http/outgoing_fields.hpp"
#include "render/curl_command.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

/// How often the bar is drawn and the stop signal looked at.
constexpr auto k_progress_tick = 50ms;

/// Chance is worked out from the seed; without one each run is another.
std::optional<std::uint64_t> seed_of(const ReplayOptions& options, const Env& env) {
  const bool is_random = options.plan.order == ReplayOrder::shuffled || options.plan.duplicates > 0;
  if (!is_random) return std::nullopt;
  if (options.seed) return options.seed;
  return static_cast<std::uint64_t>(env.now().time_since_epoch().count()) % 1'000'000'007;
}

/// What was made up a moment ago has a signature that nobody has seen.
void leave_out_signatures(std::vector<ReplayDifference>& differences) {
  std::erase_if(differences, [](const ReplayDifference& difference) {
    return difference.is_header &&
           (equals_ignoring_case(difference.place, k_signature_field) ||
            equals_ignoring_case(difference.place, k_deprecated_signature_field));
  });
}

/// Prints what would be sent.
Result<ExitCode> describe(const ReplayOptions& options, const ReplaySource& source,
                          const RequestMaker& maker, ReplayPlan plan, Env& env) {
  TRY_ASSIGN(ReplayLoader loader, ReplayLoader::open(source));
  ReplayDisplay display(options.output, 0, env);
  bool is_first = true;
  while (const auto send = plan.next()) {
    TRY_ASSIGN(const Capture kept, loader.load(*send->item));
    TRY_ASSIGN(PreparedSend prepared,
               prepare_loaded(*send, kept, maker, options.routes, loader, env.now()));
    bool goes_on = false;
    if (options.prints_curl) {
      const ReplayRequest& request = prepared.request;
      goes_on = env.out.write((is_first ? "" : "\n") +
                              curl_command(request.method, prepared.told.url,
                                           without_hop_fields(request.headers), request.body));
    } else {
      prepared.told.differences = maker.differences(kept.headers, kept.body, prepared.request);
      if (source.is_made_up) leave_out_signatures(prepared.told.differences);
      goes_on = display.show(prepared.told);
    }
    is_first = false;
    if (!goes_on) break;
  }
  return ExitCode::ok;
}

/// Refuses an edit that does not fit before anything was sent.
Result<void> check_edits(const ReplayOptions& options, const ReplaySource& source,
                         const RequestMaker& maker, const Env& env) {
  if (!maker.has_edits()) return {};
  TRY_ASSIGN(ReplayLoader loader, ReplayLoader::open(source));
  for (const ReplayItem& item : source.items) {
    PlannedSend send;
    send.item = &item;
    TRY(prepare_send(send, maker, options.routes, loader, env.now()));
  }
  return {};
}

/// Draws progress until all is sent or a stop was asked for.
void wait_for_end(ReplayQueue& queue, ReplaySender& sender, ReplayDisplay& display, Env& env,
                  std::chrono::steady_clock::time_point started) {
  bool is_stopping = false;
  while (!queue.wait_for_end(k_progress_tick)) {
    const QueueProgress queued = queue.progress();
    if (!is_stopping && env.stop.count() > 0) {
      is_stopping = true;
      queue.stop();
      display.note("stopping: what is under way is finished; Ctrl-C again quits at once");
    }
    display.show(ReplayProgress{queued.finished, queued.total, sender.summary().failed,
                                queued.retrying,
                                std::chrono::duration_cast<std::chrono::microseconds>(
                                    std::chrono::steady_clock::now() - started)});
  }
}

/// Opens the store to keep attempts in it. One that can't be written to does not stop a replay.
std::unique_ptr<StoreWriter> open_for_attempts(const ReplaySource& source, ReplayDisplay& display) {
  if (!source.store) return nullptr;
  auto writer = StoreWriter::open(*source.store);
  if (writer) return *std::move(writer);
  display.note("attempts are not recorded: " + writer.error().message);
  return nullptr;
}

bool has_right_answers(const ReplaySource& source) {
  return std::any_of(source.messages.begin(), source.messages.end(),
                     [](const FileMessage& message) { return message.expected.has_value(); });
}

ExitCode exit_code_of(const ReplaySummary& summary) {
  if (summary.is_interrupted) return ExitCode::interrupted;
  if (summary.failed > 0 && !summary.expected.empty()) return ExitCode::expectation;
  return summary.failed + summary.not_sent + summary.unfinished > 0 ? ExitCode::failure
                                                                    : ExitCode::ok;
}

Result<ExitCode> send_all(const ReplayOptions& options, const ReplaySource& source,
                          const RequestMaker& maker, ReplayPlan plan,
                          std::optional<std::uint64_t> seed, Env& env) {
  env.stop.catch_signals();
  ReplayDisplay display(options.output, plan.total(), env);
  const std::unique_ptr<StoreWriter> store = open_for_attempts(source, display);
  AttemptRecorder recorder(store.get());
  ReplayQueue queue(std::move(plan), options.interval);
  const auto started = std::chrono::steady_clock::now();
  TRY_ASSIGN(std::unique_ptr<ReplaySender> sender,
             ReplaySender::start(options, source, maker, queue, display, recorder, env));
  wait_for_end(queue, *sender, display, env, started);
  ReplaySummary summary = sender->summary();
  sender.reset();
  summary.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  recorder.finish();
  summary.not_recorded = recorder.failed();
  if (const auto failure = recorder.first_failure()) {
    display.note("not every attempt is recorded: " + failure->message);
  }
  const QueueProgress queued = queue.progress();
  summary.unfinished = queued.retrying;
  summary.not_sent = queued.total - summary.succeeded - summary.failed - summary.unfinished;
  summary.is_interrupted = env.stop.count() > 0 && summary.not_sent + summary.unfinished > 0;
  summary.without_route = source.without_route;
  summary.seed = seed;
  if (has_right_answers(source)) summary.expected = "the right answer to each";
  if (options.expected) summary.expected = options.expected->text();
  display.finish(summary);
  return exit_code_of(summary);
}

}  // namespace

Result<void> check_sending(const ReplayOptions& options) {
  TRY(check_routes(options.routes));
  if (options.speed && options.retries.waits.empty()) {
    return Error{ErrorKind::usage, "--speed is about the waits of --retries, which is not given",
                 "--gaps 10x shortens the gaps between deliveries"};
  }
  return {};
}

Result<ExitCode> run_sends(const ReplayOptions& options, ReplaySource source,
                           const RequestMaker& maker, Env& env) {
  if (source.items.empty()) {
    return Error{ErrorKind::input, "no --to takes events of these types",
                 "a --to without TYPE= takes all that others do not"};
  }
  TRY(check_edits(options, source, maker, env));
  PlanOptions plan_options = options.plan;
  const std::optional<std::uint64_t> seed = seed_of(options, env);
  plan_options.seed = seed.value_or(0);
  // The loader needs the messages only; the plan takes the items.
  ReplayPlan plan(std::exchange(source.items, {}), plan_options);
  if (options.is_dry_run || options.prints_curl) {
    return describe(options, source, maker, std::move(plan), env);
  }
  return send_all(options, source, maker, std::move(plan), seed, env);
}

}  // namespace terra_hook
