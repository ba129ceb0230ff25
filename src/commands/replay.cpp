// SPDX-License-Identifier: MIT
#include "commands/replay.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/count.hpp"
#include "commands/replay_run.hpp"
#include "commands/replay_source.hpp"

namespace terra_hook {
namespace {

Error excludes(std::string_view one, std::string_view other) {
  return {ErrorKind::usage, fmt::format("{} and {} exclude each other", one, other),
          "leave one of them out"};
}

Result<void> check(const ReplayOptions& options) {
  if (options.routes.empty()) {
    return Error{ErrorKind::usage, "where to? no target is given",
                 "--to 3000 is http://localhost:3000; a URL or TYPE=URL will do as well"};
  }
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
  if (!options.inputs.empty() && options.filter.last) {
    return Error{ErrorKind::usage, "--last does not go with names of captures or files",
                 "last~2..last are the newest three"};
  }
  return check_sending(options);
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

}  // namespace

Result<ExitCode> run_replay(const ReplayOptions& options, Env& env) {
  TRY(check(options));
  TRY_ASSIGN(const CaptureFilter filter, to_filter(options.filter, env));
  TRY_ASSIGN(const std::filesystem::path store, store_path(options.store, env));
  TRY_ASSIGN(const RequestMaker maker, make_requests(options, env));
  TRY_ASSIGN(ReplaySource source,
             collect_replay(options.inputs, filter, is_filtering(options.filter), options.routes,
                            store, env));
  print_notes(source.notes, env);
  if (source.not_authentic > 0 && maker.signing() == Signing::fresh) {
    print_notes({fmt::format("{} arrived without a valid signature and {} out with one; "
                             "--as-received keeps what was received",
                             counted(source.not_authentic, "delivery", "deliveries"),
                             source.not_authentic == 1 ? "goes" : "go")},
                env);
  }
  return run_sends(options, std::move(source), maker, env);
}

}  // namespace terra_hook
