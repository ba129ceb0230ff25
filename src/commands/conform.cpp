// SPDX-License-Identifier: MIT
#include "commands/conform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/count.hpp"
#include "base/new_file.hpp"
#include "commands/conform_player.hpp"
#include "commands/replay_request.hpp"
#include "http/client_failure.hpp"
#include "render/check_report.hpp"
#include "render/conform_report.hpp"
#include "terra/sample_random.hpp"

namespace terra_hook {
namespace {

using Checks = std::vector<const ConformCheck*>;
using SteadyClock = std::chrono::steady_clock;

std::chrono::microseconds elapsed_since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start);
}

bool holds_id(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Result<Checks> choose_checks(const ConformOptions& options) {
  Checks chosen;
  for (const ConformCheck& check : conform_checks()) {
    const bool is_asked = options.only.empty() || holds_id(options.only, check.id);
    if (is_asked && !holds_id(options.skip, check.id)) chosen.push_back(&check);
  }
  if (!chosen.empty()) return chosen;
  return Error{ErrorKind::usage, "no check is left to make",
               "--list names them all; --skip takes them away from those of --only"};
}

Result<NamedSecret> conform_secret(const ConformOptions& options, Env& env) {
  std::vector<std::string> notes;
  TRY_ASSIGN(const std::vector<NamedSecret> secrets, load_secrets(options.secrets, env, notes));
  print_notes(notes, env);
  if (secrets.empty()) {
    return Error{ErrorKind::auth, "conform signs deliveries, and no signing secret is known",
                 "set TERRA_SIGNING_SECRET or pass --secret-file FILE: the handler's own secret"};
  }
  return pick_secret(secrets, options.sign_with);
}

/// Makes the checks one after another and tells of each as it ends.
class ConformRun {
 public:
  ConformRun(const ConformOptions& options, ConformPlayer& player, Env& env)
      : options_(options), player_(player), env_(env), person_(make_person(1, 0)) {
    const UtcTime now = env.now();
    date_ = LocalDate(std::chrono::floor<std::chrono::days>(now).time_since_epoch()) -
            std::chrono::days(1);
    key_ = sample_key(env.random_bytes(16));
  }

  /// Fails (network) when nobody answers at the target from the start.
  Result<void> run(const Checks& checks, ConformReport& report) {
    for (const ConformCheck* check : checks) {
      const auto started = SteadyClock::now();
      ConformResult result = make(*check);
      if (player_.is_interrupted()) break;
      result.duration = elapsed_since(started);
      TRY(look_for_nobody(result));
      tell(result);
      report.results.push_back(std::move(result));
    }
    for (std::size_t i = report.results.size(); i < checks.size(); ++i) {
      report.not_made.emplace_back(checks[i]->id);
    }
    return {};
  }

 private:
  ConformResult make(const ConformCheck& check) {
    ConformResult result;
    result.check = &check;
    const OddContext context{person_, date_, env_.now(), key_};
    result.answers = player_.play(check.play, conform_deliveries(check, context));
    result.verdict = grade(check, result.answers, redirected_);
    const bool is_redirected = std::any_of(
        result.answers.begin(), result.answers.end(),
        [](const ConformAnswer& answer) { return answer.status >= 300 && answer.status <= 399; });
    if (is_redirected) redirected_.push_back(check.id);
    return result;
  }

  /// A target where there is nobody would have each check say so.
  Result<void> look_for_nobody(const ConformResult& result) {
    for (const ConformAnswer& answer : result.answers) {
      has_answer_ = has_answer_ || answer.status != 0 || answer.failure == ClientFailure::closed;
    }
    if (has_answer_ || result.answers.empty()) return {};
    const ConformAnswer& first = result.answers.front();
    const bool is_absent = first.failure == ClientFailure::unreachable ||
                           first.failure == ClientFailure::unresolved ||
                           first.failure == ClientFailure::tls;
    if (first.failure == ClientFailure::refused_by_us) {
      return Error{ErrorKind::input, first.error, first.hint};
    }
    const bool has_timed_out = first.failure == ClientFailure::timed_out;
    if (is_absent || (has_timed_out && !accepts_connections(player_.url()))) {
      return Error{ErrorKind::network, first.error, first.hint};
    }
    has_answer_ = true;  // somebody is there, only slow
    return {};
  }

  void tell(const ConformResult& result) {
    if (options_.output.format != Format::text) return;
    // Quiet, what passed is no news.
    if (options_.output.is_quiet && result.verdict.grade == ConformGrade::passed) return;
    Output& out = options_.is_tap ? env_.err : env_.out;
    const Style style =
        options_.is_tap ? err_style(options_.output, env_) : out_style(options_.output, env_);
    out.write(conform_result_text(result, options_.output.is_verbose, style));
  }

  const ConformOptions& options_;
  ConformPlayer& player_;
  Env& env_;
  Person person_;
  LocalDate date_{};
  std::uint64_t key_ = 0;
  bool has_answer_ = false;
  std::vector<std::string_view> redirected_;
};

ConformTarget conform_target(const ConformOptions& options, Url url, const NamedSecret& secret) {
  ConformTarget target;
  target.url = std::move(url);
  target.client.timeout = options.timeout;
  target.client.connect_timeout = std::min(target.client.connect_timeout, options.timeout);
  target.client.verifies_tls = options.verifies_tls;
  target.client.ca_file = options.ca_file;
  target.secret = secret.value;
  target.headers = options.headers;
  return target;
}

CheckSuite suite_of(const ConformReport& report) {
  CheckSuite suite;
  suite.name = "terra-hook conform";
  suite.started_at = report.started_at;
  suite.duration = report.duration;
  suite.checks = conform_suite_checks(report);
  return suite;
}

Result<void> write_reports(const ConformOptions& options, const ConformReport& report,
                           std::optional<NewFile>& junit, Env& env) {
  if (junit) {
    TRY(junit->append(to_junit(suite_of(report))));
    TRY(junit->commit());
  }
  const bool is_json = options.output.format == Format::json;
  if (is_json) env.out.write(conform_json(report));
  if (options.is_tap) env.out.write(to_tap(suite_of(report)));
  if (is_json) return {};
  Output& out = options.is_tap ? env.err : env.out;
  const Style style =
      options.is_tap ? err_style(options.output, env) : out_style(options.output, env);
  out.write(conform_summary_text(report, style));
  return {};
}

ExitCode conform_exit_code(const ConformReport& report) {
  if (!report.not_made.empty()) return ExitCode::interrupted;
  return report.has_failed() ? ExitCode::expectation : ExitCode::ok;
}

Result<ExitCode> list_checks(const ConformOptions& options, Env& env) {
  const bool is_json = options.output.format == Format::json;
  env.out.write(is_json ? conform_list_json() : conform_list_text(out_style(options.output, env)));
  return ExitCode::ok;
}

}  // namespace

Result<ExitCode> run_conform(const ConformOptions& options, Env& env) {
  if (options.lists) return list_checks(options, env);
  if (options.target.empty()) {
    return Error{ErrorKind::usage, "which handler is to be tested?",
                 "a port, host:port or URL, such as 3000/hook; --list names the checks"};
  }
  if (options.is_tap && options.output.format == Format::json) {
    return Error{ErrorKind::usage, "--tap and --format json both are for standard output",
                 "--junit FILE goes with either"};
  }
  TRY_ASSIGN(Url url, parse_target(options.target));
  TRY_ASSIGN(const Checks checks, choose_checks(options));
  TRY_ASSIGN(const NamedSecret secret, conform_secret(options, env));
  std::optional<NewFile> junit;
  if (!options.junit.empty()) {
    TRY_ASSIGN(NewFile file, NewFile::create(options.junit, true));
    junit.emplace(std::move(file));
  }
  ConformReport report;
  report.target = url.names_target ? url.to_string() : url.origin();
  report.secret_name = secret.name;
  report.is_strict = options.is_strict;
  report.started_at = env.now();
  env.stop.catch_signals();
  TRY_ASSIGN(const std::unique_ptr<ConformPlayer> player,
             ConformPlayer::start(conform_target(options, std::move(url), secret), env));
  if (!options.output.is_quiet) {
    env.err.write(conform_opening_text(report, checks.size(), err_style(options.output, env)));
  }
  const auto started = SteadyClock::now();
  ConformRun run(options, *player, env);
  TRY(run.run(checks, report));
  report.duration = elapsed_since(started);
  TRY(write_reports(options, report, junit, env));
  return conform_exit_code(report);
}

}  // namespace terra_hook
