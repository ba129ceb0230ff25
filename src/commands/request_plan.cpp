// SPDX-License-Identifier: MIT
#include "commands/request_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/shell_quote.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

using UserKey = ApiEndpoint::UserKey;

Error does_not_fit(std::string_view what, std::string_view flag,
                   std::string hint = "leave it out") {
  return {ErrorKind::usage, fmt::format("'{}' takes no {}", sanitize(what), flag), std::move(hint)};
}

Error needs(std::string_view what, std::string_view flag, std::string hint) {
  return {ErrorKind::usage, fmt::format("'{}' needs {}", sanitize(what), flag), std::move(hint)};
}

Result<void> check_dates(const ApiRequestOptions& options, const ApiEndpoint& endpoint) {
  if (!endpoint.takes_dates) {
    if (options.start_date) return does_not_fit(options.what, "--start-date");
    if (options.end_date) return does_not_fit(options.what, "--end-date");
    return {};
  }
  if (endpoint.requires_start && !options.start_date) {
    return needs(options.what, "--start-date", "2026-07-01, 30d (ago), yesterday, or Unix seconds");
  }
  return {};
}

/// Flags that are about the answer, which is not here when the data goes to the webhook, and the
/// other way round.
Result<void> check_way(const ApiRequestOptions& options, const ApiTraits& traits) {
  if (options.wait && !traits.is_delivered) {
    return Error{ErrorKind::usage, "--wait is for --to-webhook true",
                 "with false the answer holds the data"};
  }
  if (options.listens && !options.wait) {
    return Error{ErrorKind::usage, "--listen needs --wait", "it receives what is waited for"};
  }
  if (options.port && !options.listens)
    return Error{ErrorKind::usage, "--port needs --listen",
                 "it is the port that --wait --listen receives at"};
  if (options.split && !traits.is_history) {
    return Error{ErrorKind::usage,
                 traits.is_delivered ? "--split is for --to-webhook false"
                                     : "--split is for records between two dates",
                 traits.is_delivered ? "Terra splits what goes to the webhook by itself" : ""};
  }
  const std::pair<bool, const char*> of_answer[] = {{!options.output.empty(), "--output"},
                                                    {options.saves, "--save"}};
  for (const auto& [is_given, flag] : of_answer) {
    if (is_given && traits.is_delivered) {
      return Error{ErrorKind::usage, fmt::format("{} is for --to-webhook false", flag),
                   "with true the data comes to the webhook; --wait follows it"};
    }
  }
  if (options.replaces && options.output.empty()) {
    return Error{ErrorKind::usage, "--force needs --output", "it is for replacing that file"};
  }
  if (options.restarts && !options.split) {
    return Error{ErrorKind::usage, "--restart needs --split",
                 "only what is split can be interrupted and gone on with"};
  }
  return {};
}

Result<void> add_user(RequestPlan& plan, const ApiRequestOptions& options,
                      const ApiEndpoint& endpoint, const Env& env) {
  const bool takes_reference = endpoint.user == UserKey::user_or_reference_id;
  if (options.reference_id && !takes_reference) {
    return does_not_fit(options.what, "--reference-id",
                        "terra-hook request user --reference-id ID tells the user's id");
  }
  if (endpoint.user == UserKey::none) {
    if (!options.user_id) return {};
    return does_not_fit(options.what, "--user-id",
                        "terra-hook request user --user-id ID is about one");
  }
  if (options.user_id && options.reference_id) {
    return Error{ErrorKind::usage, "--user-id and --reference-id exclude each other",
                 "leave one of them out"};
  }
  if (options.reference_id) {
    plan.parameters.emplace_back("reference_id", *options.reference_id);
    return {};
  }
  plan.user_id = options.user_id.value_or(env.environment("TERRA_USER_ID").value_or(""));
  if (plan.user_id.empty()) {
    return needs(options.what, takes_reference ? "--user-id or --reference-id" : "--user-id",
                 "TERRA_USER_ID will do as well; terra-hook request users lists them");
  }
  plan.parameters.emplace_back("user_id", plan.user_id);
  return {};
}

Result<ApiDate> read_date(const std::string& text, std::string_view flag, const Env& env) {
  auto date = parse_api_date(text, env.now());
  if (date) return *date;
  Error error = date.error();
  error.message = fmt::format("{}: {}", flag, error.message);
  return error;
}

Result<void> add_dates(RequestPlan& plan, const ApiRequestOptions& options,
                       const ApiEndpoint& endpoint, const Env& env) {
  if (!endpoint.takes_dates) return {};
  if (endpoint.includes_end) {
    for (const auto& [name, flag, text] :
         {std::tuple{"start_date", "--start-date", options.start_date},
          std::tuple{"end_date", "--end-date", options.end_date}}) {
      if (!text) continue;
      TRY_ASSIGN(const ApiDate date, read_date(*text, flag, env));
      plan.parameters.emplace_back(name, date.text());
    }
    return {};
  }
  ApiRange range;
  TRY_ASSIGN(range.start, read_date(*options.start_date, "--start-date", env));
  TRY_ASSIGN(range.end, read_date(options.end_date.value_or("today"), "--end-date", env));
  if (range.end.time <= range.start.time) {
    return Error{
        ErrorKind::input,
        fmt::format("there is nothing between {} and {}", range.start.text(), range.end.text()),
        options.end_date
            ? "the end date is not included: for one day it is the day after"
            : "the end date is today unless given, and not included: --end-date tomorrow"};
  }
  plan.range = range;
  return {};
}

Result<RequestPlan> plan_path(const ApiRequestOptions& options) {
  RequestPlan plan;
  TRY_ASSIGN(plan.path, parse_api_path(options.what));
  plan.what = plan.path.substr(0, plan.path.find('?'));
  const std::pair<bool, const char*> of_names[] = {
      {options.user_id.has_value(), "--user-id"},
      {options.reference_id.has_value(), "--reference-id"},
      {options.start_date.has_value(), "--start-date"},
      {options.end_date.has_value(), "--end-date"},
      {options.wait.has_value(), "--wait"}};
  for (const auto& [is_given, flag] : of_names) {
    if (is_given) return does_not_fit(plan.what, flag, "values of a path go into -q NAME=VALUE");
  }
  // Terra delivers what these paths name unless they say otherwise: not to be asked twice.
  for (const ApiEndpoint& endpoint : api_endpoints()) {
    const bool answers_here =
        plan.path.find("to_webhook=false") != std::string::npos ||
        std::ranges::find(options.query, std::pair<std::string, std::string>(
                                             "to_webhook", "false")) != options.query.end();
    if (endpoint.path == plan.what && endpoint.takes_webhook && !answers_here) {
      plan.traits.is_delivered = true;
    }
  }
  return plan;
}

Result<RequestPlan> plan_endpoint(const ApiRequestOptions& options, const ApiEndpoint& endpoint,
                                  const Env& env) {
  RequestPlan plan;
  plan.what = endpoint.name;
  plan.path = endpoint.path;
  plan.is_public = endpoint.is_public;
  TRY(check_dates(options, endpoint));
  TRY(add_user(plan, options, endpoint, env));
  TRY(add_dates(plan, options, endpoint, env));
  if (endpoint.takes_webhook) {
    plan.parameters.emplace_back("to_webhook", options.to_webhook ? "true" : "false");
    plan.traits.is_delivered = options.to_webhook;
    plan.traits.is_history = !options.to_webhook && plan.range.has_value();
  }
  if (endpoint.takes_samples) {
    plan.parameters.emplace_back("with_samples", options.with_samples ? "true" : "false");
  } else if (options.with_samples) {
    return does_not_fit(options.what, "--with-samples");
  }
  plan.traits.is_split = options.split.has_value();
  return plan;
}

}  // namespace

std::string RequestPlan::target(const Url& base, const std::optional<ApiRange>& dates) const {
  ApiParameters all = parameters;
  if (dates) {
    const auto user = std::ranges::find(all, "user_id", &ApiParameters::value_type::first);
    const auto place = user == all.end() ? all.begin() : user + 1;
    all.insert(place, {{"start_date", dates->start.text()}, {"end_date", dates->end.text()}});
  }
  return api_target(base, path, all);
}

ApiSubject RequestPlan::subject(const Url& base) const {
  return {what, base.authority(), !user_id.empty(), traits};
}

Result<RequestPlan> plan_request(const ApiRequestOptions& options, const Env& env) {
  const ApiEndpoint* endpoint = find_api_endpoint(options.what);
  auto plan = endpoint != nullptr ? plan_endpoint(options, *endpoint, env) : plan_path(options);
  if (!plan) return plan;
  TRY(check_way(options, plan->traits));
  plan->parameters.insert(plan->parameters.end(), options.query.begin(), options.query.end());
  return plan;
}

std::string request_command(const ApiRequestOptions& options, const RequestPlan& plan,
                            std::string_view changes) {
  const bool goes_to_webhook = changes.find("--to-webhook true") != std::string_view::npos;
  std::string command = "terra-hook request " + shell_quote(options.what);
  const auto add = [&command](std::string_view flag, const std::string& value) {
    command.append(" ").append(flag).append(" ").append(shell_quote(value));
  };
  if (!plan.user_id.empty()) add("--user-id", plan.user_id);
  if (plan.range) {
    add("--start-date", plan.range->start.text());
    add("--end-date", plan.range->end.text());
  }
  if (!goes_to_webhook) command += " --to-webhook false";
  if (options.with_samples) command += " --with-samples true";
  for (const auto& [name, value] : options.query) add("-q", name + "=" + value);
  if (!options.api.url.empty()) add("--api-url", options.api.url);
  if (!options.api.dev_id_file.empty()) add("--dev-id-file", options.api.dev_id_file);
  if (!options.api.api_key_file.empty()) add("--api-key-file", options.api.api_key_file);
  if (!options.api.ca_file.empty()) add("--cacert", options.api.ca_file);
  if (!options.api.verifies_tls) command += " --insecure";
  if (!goes_to_webhook && options.saves) command += " --save" + store_flag(options.store);
  if (!goes_to_webhook && !options.output.empty()) add("--output", options.output);
  if (!goes_to_webhook && options.show.format == Format::ndjson) command += " --format ndjson";
  return command.append(" ").append(changes);
}

}  // namespace terra_hook
