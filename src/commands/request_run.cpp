// SPDX-License-Identifier: MIT
#include "commands/request_run.hpp"

#include <utility>

#include "render/api_text.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_request_tick = 100ms;
/// Terra's rule r1, which holds for both ways.
constexpr std::int64_t k_most_days_at_once = 1825;

ApiProgress to_shown(const RequestRun& run, const FetchProgress& progress) {
  ApiProgress shown;
  shown.host = run.session.base.authority();
  shown.done = progress.done;
  shown.total = progress.total;
  shown.days = progress.days;
  shown.total_days = progress.total_days;
  shown.records = progress.records;
  shown.bytes = progress.bytes;
  shown.waits_for = progress.waits_for;
  shown.wait_left = progress.wait_left;
  shown.elapsed = run.options.split ? run.elapsed() : progress.asked_for;
  shown.timeout = run.session.client.timeout;
  return shown;
}

}  // namespace

std::chrono::milliseconds RequestRun::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               started);
}

bool follow(const RequestRun& run, WindowFetcher& fetcher) {
  while (!fetcher.wait_for_end(k_request_tick)) {
    if (run.env.stop.count() > 0) {
      fetcher.stop();
      run.display.clear();
      return false;
    }
    if (!run.display.moves()) continue;
    run.display.move(api_progress_text(to_shown(run, fetcher.progress()), run.display.style()));
  }
  run.display.clear();
  return true;
}

ExitCode report_failure(const RequestRun& run, const WindowFetcher& fetcher) {
  ApiFailure failure = fetcher.failure().value_or(ApiFailure{});
  std::vector<std::string> ways_out;
  if (const auto window = fetcher.failed_window(); window && run.options.split) {
    failure.message = window->text() + ": " + failure.message;
  }
  if (failure.has_ways_out) {
    if (!run.options.split) {
      ways_out.push_back("piece by piece:  " +
                         request_command(run.options, run.plan, "--split auto"));
    }
    if (run.plan.range && run.plan.range->days() <= k_most_days_at_once) {
      ways_out.push_back("to your webhook: " +
                         request_command(run.options, run.plan, "--to-webhook true"));
    }
  }
  run.display.fail(api_failure_text(failure, ways_out, run.display.style()));
  return failure.code;
}

Error no_json_error(const RequestRun& run) {
  return {ErrorKind::network, run.session.base.authority() + " answered no JSON",
          "is --api-url the address of Terra's API?"};
}

Result<std::optional<ApiReply>> ask_once(const RequestRun& run, ExitCode& code) {
  std::optional<ApiReply> reply;
  const auto keep = [&reply](const std::optional<ApiRange>&, ApiReply got) -> Result<void> {
    reply = std::move(got);
    return {};
  };
  TRY_ASSIGN(const std::unique_ptr<WindowFetcher> fetcher,
             WindowFetcher::start(
                 run.plan, run.session, run.patience, 1, {run.plan.range}, 0, keep,
                 [&run](const std::string& note) { run.display.note(note); }, run.env));
  if (!follow(run, *fetcher)) {
    code = ExitCode::interrupted;
    run.display.tell("interrupted; nothing was written\n");
    return std::optional<ApiReply>();
  }
  if (!reply) code = report_failure(run, *fetcher);
  return reply;
}

}  // namespace terra_hook
