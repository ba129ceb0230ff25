// SPDX-License-Identifier: MIT
#include "commands/replay.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/count.hpp"
#include "commands/attempt_recorder.hpp"
#include "commands/replay_display.hpp"
#include "commands/replay_queue.hpp"
#include "commands/replay_sender.hpp"
#include "commands/replay_source.hpp"
#include "render/curl_command.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

/// How often the bar is drawn and the stop signal looked at.
constexpr auto k_tick = 50ms;

bool has_filter(const FilterOptions& filter) {
  return !filter.types.empty() || filter.user_id || filter.reference_id || filter.provider ||
         filter.terra_reference || filter.trace_id || !filter.verdicts.empty() || filter.since ||
         filter.until || filter.last;
}

Error excludes(std::string_view one, std::string_view other) {
  return {ErrorKind::usage, fmt::format("{} and {} exclude each other", one, other)};
}

Result<void> check(const ReplayOptions& options) {
  if (options.routes.empty()) {
    return Error{ErrorKind::usage, "where to? no target is given",
                 "--to 3000 is http://localhost:3000; a URL or TYPE=URL will do as well"};
  }
  TRY(check_routes(options.routes));
  if (options.is_as_received && options.is_unsigned) {
    return excludes("--as-received", "--unsigned");
  }
  const bool is_signed_afresh = !options.is_as_received && !options.is_unsigned;
  const char* other = options.is_as_received ? "--as-received" : "--unsigned";
  if (!is_signed_afresh && options.request.sign_with) return excludes("--sign-with", other);
  if (!is_signed_afresh && options.request.keeps_time) return excludes("--keep-time", other);
  if (options.plan.gaps && options.interval) return excludes("--gaps", "--rate");
  if (options.plan.gaps && options.plan.order == ReplayOrder::shuffled) {
    return excludes("--gaps", "--order shuffled");
  }
  if (options.speed && options.retries.waits.empty()) {
    return Error{ErrorKind::usage, "--speed is about the waits of --retries, which is not given",
                 "--gaps 10x shortens the gaps between deliveries"};
  }
  if (!options.inputs.empty() && options.filter.last) {
    return Error{ErrorKind::usage, "--last does not go with names of captures or files",
                 "last~2..last are the newest three"};
  }
  return {};
}

Result<RequestMaker> make_requests(const ReplayOptions& options, Env& env) {
  RequestOptions request = options.request;
  if (options.is_as_received) request.signing = Signing::as_received;
  if (options.is_unsigned) request.signing = Signing::none;
  std::vector<NamedSecret> secrets;
  std::vector<std::string> notes;
  if (request.signing == Signing::fresh) {
    TRY_ASSIGN(secrets, load_secrets(options.secrets, env, notes));
    if (secrets.empty() && !request.sign_with && !request.keeps_time) {
      notes.emplace_back(
          "no signing secret is known: signatures go out as they were received; "
          "--secret-file or TERRA_SIGNING_SECRET signs afresh");
    }
  }
  print_notes(notes, env);
  return RequestMaker::create(std::move(request), std::move(secrets));
}

/// Chance is worked out from the seed; without one each run is another.
std::optional<std::uint64_t> seed_of(const ReplayOptions& options, const Env& env) {
  const bool is_random = options.plan.order == ReplayOrder::shuffled || options.plan.duplicates > 0;
  if (!is_random) return std::nullopt;
  if (options.seed) return options.seed;
  return static_cast<std::uint64_t>(env.now().time_since_epoch().count()) % 1'000'000'007;
}

/// Prints what would be sent.
Result<ExitCode> describe(const ReplayOptions& options, const ReplaySource& source,
                          const RequestMaker& maker, ReplayPlan plan, Env& env) {
  TRY_ASSIGN(ReplayLoader loader, ReplayLoader::open(source));
  ReplayDisplay display(options.output, 0, env);
  bool is_first = true;
  while (const auto send = plan.next()) {
    TRY_ASSIGN(const PreparedSend prepared,
               prepare_send(*send, maker, options.routes, loader, env.now()));
    bool goes_on = false;
    if (options.prints_curl) {
      const ReplayRequest& request = prepared.request;
      goes_on = env.out.write((is_first ? "" : "\n") +
                              curl_command(request.method, prepared.told.url,
                                           without_hop_fields(request.headers), request.body));
    } else {
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
  while (!queue.wait_for_end(k_tick)) {
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
  if (options.expected) summary.expected = options.expected->text();
  display.finish(summary);
  return exit_code_of(summary);
}

}  // namespace

Result<ExitCode> run_replay(const ReplayOptions& options, Env& env) {
  TRY(check(options));
  TRY_ASSIGN(const CaptureFilter filter, to_filter(options.filter, env));
  TRY_ASSIGN(const std::filesystem::path store, store_path(options.store, env));
  TRY_ASSIGN(const RequestMaker maker, make_requests(options, env));
  TRY_ASSIGN(ReplaySource source, collect_replay(options.inputs, filter, has_filter(options.filter),
                                                 options.routes, store, env));
  print_notes(source.notes, env);
  if (source.items.empty()) {
    return Error{ErrorKind::input, "no --to takes events of these types",
                 "a --to without TYPE= takes all that others do not"};
  }
  if (source.not_authentic > 0 && maker.signing() == Signing::fresh) {
    print_notes({fmt::format("{} arrived without a valid signature and {} out with one; "
                             "--as-received keeps what was received",
                             counted(source.not_authentic, "delivery", "deliveries"),
                             source.not_authentic == 1 ? "goes" : "go")},
                env);
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
