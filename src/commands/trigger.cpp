// SPDX-License-Identifier: MIT
#include "commands/trigger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "capture/http_message.hpp"
#include "commands/intake.hpp"
#include "commands/raw_output.hpp"
#include "commands/replay_run.hpp"
#include "commands/replay_source.hpp"
#include "commands/trigger_source.hpp"
#include "render/sample_list.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_widest_name = 22;
constexpr const char* k_redirect = "redirect it to a file or a pipe";

Error clash_of(std::string_view one, std::string_view other) {
  return {ErrorKind::usage, fmt::format("{} and {} exclude each other", one, other),
          "leave one of them out"};
}

Result<void> check_trigger(const TriggerOptions& options) {
  const bool has_types = !options.types.empty();
  const bool has_pack = !options.pack.empty();
  const bool has_file = !options.file.empty();
  if (!has_types && !has_pack && !has_file) {
    return Error{ErrorKind::usage, "what is to be sent?",
                 "an event type such as sleep, --pack edge, or --file BODY; --list names all"};
  }
  if (has_types && has_pack) return clash_of("TYPE", "--pack");
  if (has_types && has_file) return clash_of("TYPE", "--file");
  if (has_pack && has_file) return clash_of("--pack", "--file");
  if (options.records && options.size) return clash_of("--records", "--size");
  const bool is_shaped = options.records || options.size || options.has_samples;
  if (is_shaped && !has_types) {
    return Error{ErrorKind::usage, "--records, --size and --samples are for a TYPE",
                 "such as terra-hook trigger activity --samples"};
  }
  if (has_pack && !options.edits.empty()) return clash_of("--pack", "--set");
  if (has_pack && options.trace_id) return clash_of("--pack", "--trace-id");
  if (options.sending.is_unsigned && options.sending.request.sign_with) {
    return clash_of("--unsigned", "--sign-with");
  }
  return check_sending(options.sending);
}

Result<std::vector<NamedSecret>> secrets_for(const TriggerOptions& options, Env& env) {
  if (options.sending.is_unsigned) return std::vector<NamedSecret>{};
  std::vector<std::string> notes;
  TRY_ASSIGN(std::vector<NamedSecret> secrets, load_secrets(options.sending.secrets, env, notes));
  const bool shows_headers = options.print != TriggerPrint::body;
  if (secrets.empty() && !options.sending.request.sign_with && shows_headers) {
    notes.emplace_back(
        "no signing secret is known: unsigned; --secret-file or TERRA_SIGNING_SECRET signs");
  }
  print_notes(notes, env);
  return secrets;
}

FileMessage to_message(TriggeredDelivery made, const Secret* secret, UtcTime now) {
  IncomingRequest request;
  request.received_at = now;
  request.method = "POST";
  request.target = "/";
  request.headers = headers_of(made.delivery, secret, now);
  request.body = std::move(made.delivery.body);
  FileMessage message;
  message.name = std::move(made.name);
  message.capture = to_capture(std::move(request), {}, k_default_max_body);
  message.expected = std::move(made.expected);
  return message;
}

void add_item(ReplaySource& source, FileMessage message, const std::vector<Route>& routes) {
  ReplayItem item;
  item.message = static_cast<std::uint32_t>(source.messages.size());
  item.received_at = message.capture.received_at;
  // One after another, whoever they are about: a pack has its order.
  item.user = 1;
  item.targets = 0;
  for (const std::size_t route : routes_for(routes, message.capture.summary.event_type)) {
    item.targets |= std::uint64_t{1} << route;
  }
  const std::size_t width = std::min(message.name.size(), k_widest_name);
  source.name_columns = std::max(source.name_columns, width);
  source.messages.push_back(std::move(message));
  if (item.targets == 0) {
    ++source.without_route;
  } else {
    source.items.push_back(item);
  }
}

Result<ReplayRequest> request_of(const FileMessage& message, const RequestMaker& maker,
                                 UtcTime now) {
  const Capture& capture = message.capture;
  return maker.make(
      {message.name, capture.method, capture.target, capture.headers, capture.body, {}}, now);
}

Result<ExitCode> print_bodies(const ReplaySource& source, const RequestMaker& maker, Env& env) {
  const bool is_terminal =
      detect_terminal(env.out.fd(), env.environment, ColorChoice::automatic).is_terminal;
  const std::size_t count = source.messages.size();
  for (const FileMessage& message : source.messages) {
    TRY_ASSIGN(ReplayRequest request, request_of(message, maker, env.now()));
    // A single one goes out to the byte.
    if (is_terminal || count > 1) request.body += '\n';
    TRY(check_fit_for_output(request.body, message.name, k_redirect, env));
    if (!env.out.write(request.body)) break;
  }
  return ExitCode::ok;
}

Result<ExitCode> print_message(const ReplaySource& source, const RequestMaker& maker, Env& env) {
  if (source.messages.size() > 1) {
    return Error{ErrorKind::usage,
                 fmt::format("--print http is for one delivery, not {}", source.messages.size()),
                 "--print curl takes any number"};
  }
  TRY_ASSIGN(const ReplayRequest request, request_of(source.messages.front(), maker, env.now()));
  const std::string text =
      http_message_head(request.method, request.target, request.headers) + request.body;
  TRY(check_fit_for_output(text, source.messages.front().name, k_redirect, env));
  env.out.write(text);
  return ExitCode::ok;
}

Result<ExitCode> list_all(const TriggerOptions& options, Env& env) {
  const OutputOptions& output = options.sending.output;
  env.out.write(output.format == Format::text ? sample_list_text(out_style(output, env))
                                              : sample_list_json());
  return ExitCode::ok;
}

}  // namespace

Result<ExitCode> run_trigger(const TriggerOptions& options, Env& env) {
  if (options.lists) return list_all(options, env);
  TRY(check_trigger(options));
  TRY_ASSIGN(std::vector<NamedSecret> secrets, secrets_for(options, env));
  TRY_ASSIGN(TriggeredDeliveries made, make_deliveries(options, !secrets.empty(), env));

  ReplayOptions sending = options.sending;
  sending.prints_curl = options.print == TriggerPrint::curl;
  const bool is_for_target = options.print == TriggerPrint::nothing || sending.prints_curl;
  if (sending.routes.empty()) {
    TRY_ASSIGN(Route route, parse_route(options.listener));
    sending.routes.push_back(std::move(route));
    sending.unreachable_hint = "start terra-hook listen, or name another port with --to PORT";
    if (options.print == TriggerPrint::nothing) {
      made.notes.push_back(fmt::format("no --to: to a listener at {}", sanitize(options.listener)));
    }
  }
  print_notes(made.notes, env);

  const UtcTime now = env.now();
  ReplaySource source;
  source.is_made_up = true;
  if (secrets.empty() && sending.request.sign_with) {
    return Error{ErrorKind::auth, "no signing secret to sign with",
                 "set TERRA_SIGNING_SECRET or pass --secret-file FILE"};
  }
  // Odd deliveries are signed here, as each of them should be.
  std::optional<Secret> secret;
  if (!secrets.empty()) {
    TRY_ASSIGN(NamedSecret named, pick_secret(secrets, sending.request.sign_with));
    secret = std::move(named.value);
  }
  for (TriggeredDelivery& one : made.all) {
    add_item(source, to_message(std::move(one), secret ? &*secret : nullptr, now), sending.routes);
  }
  RequestOptions request = sending.request;
  request.signing = options.pack.empty() ? Signing::fresh : Signing::as_received;
  if (sending.is_unsigned) request.signing = Signing::none;
  TRY_ASSIGN(const RequestMaker maker, RequestMaker::create(std::move(request), secrets));
  if (!is_for_target) {
    return options.print == TriggerPrint::body ? print_bodies(source, maker, env)
                                               : print_message(source, maker, env);
  }
  return run_sends(sending, std::move(source), maker, env);
}

}  // namespace terra_hook
