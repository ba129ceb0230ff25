// SPDX-License-Identifier: MIT
#include "commands/request.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/bytes.hpp"
#include "commands/answer_keeper.hpp"
#include "commands/request_output.hpp"
#include "commands/request_run.hpp"
#include "commands/request_wait.hpp"
#include "commands/request_windows.hpp"
#include "render/api_text.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_max_wait = 1min;
constexpr auto k_max_wait_of_windows = 1h;

/// The fields with a mask in place of each credential, also where there is none yet.
HeaderFields shown_headers(const ApiSession& session) {
  HeaderFields headers{{"dev-id", ""}, {"x-api-key", ""}};
  for (const HeaderField& field : session.headers) {
    if (!equals_ignoring_case(field.name, "dev-id") &&
        !equals_ignoring_case(field.name, "x-api-key")) {
      headers.push_back(field);
    }
  }
  return headers;
}

/// `--dry-run` and `--print curl`: every request that would be sent at first.
Result<ExitCode> describe_request(const ApiRequestOptions& options, const RequestPlan& plan,
                                  const ApiSession& session, Env& env) {
  std::vector<std::optional<ApiRange>> windows{plan.range};
  if (options.split) {
    TRY_ASSIGN(const std::vector<ApiRange> parts, plan_windows(options, *plan.range));
    windows.assign(parts.begin(), parts.end());
  }
  const HeaderFields headers = shown_headers(session);
  bool is_first = true;
  for (const auto& window : windows) {
    const std::string target = plan.target(session.base, window);
    const std::string text = options.prints_curl ? api_curl_text(session.base, target, headers)
                                                 : api_request_text(session.base, target, headers);
    if (!env.out.write((is_first ? "" : "\n") + text)) break;
    is_first = false;
  }
  if (options.show.is_quiet) return ExitCode::ok;
  std::string about;
  if (plan.range) about = range_text(*plan.range);
  if (windows.size() > 1) about += fmt::format(", in {} windows", windows.size());
  if (!about.empty()) env.err.write(about + "\n");
  return ExitCode::ok;
}

ApiResult result_of(const RequestRun& run, const ApiReply& reply, const RequestOutput& output) {
  ApiResult result;
  result.what = run.plan.what;
  result.user = run.plan.user_id;
  result.provider = reply.answer.provider;
  result.range = run.plan.range;
  if (reply.answer.records) result.records = static_cast<std::uint64_t>(*reply.answer.records);
  result.bytes = reply.body().size();
  result.elapsed = run.elapsed();
  result.file = output.is_file() ? run.options.output : "";
  return result;
}

/// A 2xx answer that is not what the flags led to expect.
void remark_on(const RequestRun& run, const ApiReply& reply) {
  if (reply.decoded) run.display.note("the answer came compressed and is written decompressed");
  if (run.plan.traits.is_history && reply.answer.kind == AnswerReading::Kind::acknowledgement) {
    run.display.note("this holds no data: Terra has taken it as a request for your webhook");
  }
}

Result<ExitCode> run_once(const RequestRun& run, RequestOutput& output, AnswerKeeper* keeper) {
  ExitCode code = ExitCode::ok;
  TRY_ASSIGN(const std::optional<ApiReply> reply, ask_once(run, code));
  if (!reply) return code;
  const bool must_be_json = run.plan.path != run.options.what;
  if (reply->answer.kind == AnswerReading::Kind::not_json && must_be_json) {
    return no_json_error(run);
  }
  if (keeper != nullptr) {
    TRY(keeper->keep(*reply, run.session.base, run.plan.what, run.plan.range));
  }
  TRY(write_answer(reply->body(), run.options, output, run.env));
  TRY(output.finish());
  remark_on(run, *reply);
  run.display.tell(api_result_text(result_of(run, *reply, output), run.display.style()));
  return ExitCode::ok;
}

void tell_of_saved(const RequestRun& run, const AnswerKeeper& keeper) {
  if (keeper.count() == 0) return;
  const std::string store = store_flag(run.options.store);
  run.display.tell(keeper.count() == 1 ? fmt::format("  kept as #{0}: terra-hook show{1} {0}\n",
                                                     keeper.first(), store)
                                       : fmt::format("  kept as #{} to #{}: terra-hook list{}\n",
                                                     keeper.first(), keeper.last(), store));
}

}  // namespace

Result<ExitCode> run_request(const ApiRequestOptions& options, Env& env) {
  TRY_ASSIGN(const RequestPlan plan, plan_request(options, env));
  const bool is_shown_only = options.is_dry_run || options.prints_curl;
  std::vector<std::string> notes;
  TRY_ASSIGN(const ApiSession session,
             open_api_session(options.api, plan.is_public || is_shown_only, env, notes));
  if (!options.show.is_quiet) print_notes(notes, env);
  if (is_shown_only) return describe_request(options, plan, session, env);

  TRY_ASSIGN(RequestOutput output, RequestOutput::open(options, env));
  std::optional<AnswerKeeper> keeper;
  if (options.saves) {
    TRY_ASSIGN(const std::filesystem::path store, store_path(options.store, env));
    TRY_ASSIGN(AnswerKeeper opened, AnswerKeeper::open(store));
    keeper.emplace(std::move(opened));
  }
  env.stop.catch_signals();
  ApiPatience patience;
  patience.retries = options.retries;
  patience.max_wait =
      options.max_wait.value_or(options.split ? std::chrono::milliseconds(k_max_wait_of_windows)
                                              : std::chrono::milliseconds(k_max_wait));
  RequestDisplay display(options.show, env);
  const RequestRun run{options, plan, session, patience, display, env};
  if (plan.traits.is_delivered) return run_delivered(run, output);
  auto code = options.split ? run_windows(run, output, keeper ? &*keeper : nullptr)
                            : run_once(run, output, keeper ? &*keeper : nullptr);
  if (keeper) tell_of_saved(run, *keeper);
  return code;
}

}  // namespace terra_hook
