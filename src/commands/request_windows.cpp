// SPDX-License-Identifier: MIT
#include "commands/request_windows.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/size.hpp"
#include "commands/window_folder.hpp"
#include "render/api_text.hpp"

namespace terra_hook {
namespace {

/// Of `--split auto`; what is too large is halved, down to a day.
constexpr std::int64_t k_window_days = 28;
constexpr std::int64_t k_sample_window_days = 7;

std::int64_t first_window_days(const ApiRequestOptions& options) {
  if (options.split.value_or(0) > 0) return *options.split;
  return options.with_samples ? k_sample_window_days : k_window_days;
}

/// What makes two runs the same one: the API, the path and all parameters, but not the windows.
std::string request_name(const RequestRun& run) {
  return run.session.base.origin() + run.plan.target(run.session.base, run.plan.range);
}

Result<std::vector<std::optional<ApiRange>>> missing_windows(const RequestRun& run,
                                                             std::vector<ApiRange> kept) {
  std::vector<std::optional<ApiRange>> missing;
  for (const ApiRange& gap : gaps_between(*run.plan.range, std::move(kept))) {
    TRY_ASSIGN(const std::vector<ApiRange> windows, plan_windows(run.options, gap));
    missing.insert(missing.end(), windows.begin(), windows.end());
  }
  return missing;
}

/// Writes records as they come, as one document or as lines.
class Merging {
 public:
  Merging(bool is_lines, RequestOutput& output) : is_lines_(is_lines), output_(output) {}

  /// False once nobody reads any more.
  Result<bool> add(std::string_view body) {
    TRY_ASSIGN(const RecordList list, find_records(body));
    if (is_lines_) {
      return merger_.add(
          list, [this](std::string_view record) { return output_.write(record_line(record)); });
    }
    if (!after_) {
      after_ = list.after;
      TRY_ASSIGN(const bool goes_on, output_.write(list.before));
      if (!goes_on) return false;
    }
    return merger_.add(list, [this](std::string_view record) -> Result<bool> {
      if (merger_.kept() > 1) TRY(output_.write(","));
      return output_.write(record);
    });
  }

  Result<void> finish() {
    if (after_) TRY(output_.write(*after_));
    return output_.finish();
  }

  const RecordMerger& merger() const { return merger_; }

 private:
  bool is_lines_;
  RequestOutput& output_;
  RecordMerger merger_;
  std::optional<std::string> after_;  ///< what ends the document: that of the first window
};

Result<void> write_merged(const RequestRun& run, WindowFolder& folder, RequestOutput& output) {
  TRY_ASSIGN(const std::vector<ApiRange> windows, folder.kept(*run.plan.range));
  Merging merging(run.options.show.format == Format::ndjson, output);
  ApiResult result;
  for (const ApiRange& window : windows) {
    TRY_ASSIGN(const std::string body, folder.load(window));
    if (result.provider.empty()) result.provider = read_api_answer(body).provider;
    auto goes_on = merging.add(body);
    if (!goes_on) {
      Error error = goes_on.error();
      error.kind = ErrorKind::network;
      error.message = window.text() + ": " + error.message;
      return error;
    }
    if (!*goes_on) return {};
  }
  TRY(merging.finish());
  result.what = run.plan.what;
  result.user = run.plan.user_id;
  result.range = run.plan.range;
  result.records = merging.merger().kept();
  result.duplicates = merging.merger().duplicates();
  result.differing = merging.merger().differing();
  result.bytes = output.written();
  result.windows = windows.size();
  result.elapsed = run.elapsed();
  result.file = output.is_file() ? run.options.output : "";
  run.display.tell(api_result_text(result, run.display.style()));
  return {};
}

/// How an interrupted or failed run goes on.
void tell_of_resuming(const RequestRun& run, const FetchProgress& progress) {
  run.display.tell(
      fmt::format("{} of {} windows are kept ({}); the same command goes on from there\n",
                  progress.done, progress.total, to_human_size(progress.bytes)));
}

}  // namespace

Result<std::vector<ApiRange>> plan_windows(const ApiRequestOptions& options,
                                           const ApiRange& range) {
  return split_range(range, first_window_days(options));
}

Result<ExitCode> run_windows(const RequestRun& run, RequestOutput& output, AnswerKeeper* keeper) {
  TRY_ASSIGN(WindowFolder folder,
             WindowFolder::open(request_name(run), run.options.restarts, run.env));
  TRY_ASSIGN(std::vector<ApiRange> kept, folder.kept(*run.plan.range));
  const std::size_t done = kept.size();
  TRY_ASSIGN(std::vector<std::optional<ApiRange>> windows, missing_windows(run, std::move(kept)));
  if (done > 0) {
    run.display.note(
        fmt::format("going on with an earlier run: {} windows are there, {} to come (--restart "
                    "asks for all)",
                    done, windows.size()));
  }
  const auto keep = [&](const std::optional<ApiRange>& window,
                        const ApiReply& reply) -> Result<void> {
    if (const auto list = find_records(reply.body()); !list) {
      return Error{ErrorKind::network, window->text() + ": " + list.error().message};
    }
    if (keeper != nullptr) TRY(keeper->keep(reply, run.session.base, run.plan.what, window));
    return folder.keep(*window, reply.body());
  };
  TRY_ASSIGN(const std::unique_ptr<WindowFetcher> fetcher,
             WindowFetcher::start(
                 run.plan, run.session, run.patience, run.options.concurrency, std::move(windows),
                 done, keep, [&run](const std::string& note) { run.display.note(note); }, run.env));
  const bool came_to_end = follow(run, *fetcher);
  const FetchProgress progress = fetcher->progress();
  if (!came_to_end) {
    run.display.tell("interrupted; ");
    tell_of_resuming(run, progress);
    return ExitCode::interrupted;
  }
  if (const auto error = fetcher->error()) {
    tell_of_resuming(run, progress);
    return *error;
  }
  if (fetcher->failure()) {
    const ExitCode code = report_failure(run, *fetcher);
    tell_of_resuming(run, progress);
    return code;
  }
  TRY(write_merged(run, folder, output));
  folder.remove();
  return ExitCode::ok;
}

}  // namespace terra_hook
