// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/flag_values.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"
#include "commands/listen.hpp"

namespace terra_hook {
namespace {

constexpr unsigned k_max_threads = 64;

Result<unsigned> parse_threads(std::string_view text) {
  return parse_whole<unsigned>(text, 1, k_max_threads, "a number of threads");
}

Result<std::string> parse_path(std::string_view text) {
  if (text.starts_with('/') && text.find_first_of("?# ") == std::string_view::npos) {
    return std::string(text);
  }
  return Error{ErrorKind::usage, fmt::format("'{}' is not a path", sanitize(text)),
               "it begins with / and has no query, such as /webhooks/terra"};
}

Result<BodyView> parse_body_view(std::string_view text) {
  TRY_ASSIGN(const std::size_t index, parse_choice(text, {"none", "short", "full", "card"}));
  constexpr BodyView views[] = {BodyView::none, BodyView::brief, BodyView::full, BodyView::card};
  return views[index];
}

void bind_listener(Binder& binder, ListenOptions& options) {
  binder.group("Listener");
  binder.parsed("-p,--port", options.port, "N",
                "port; 0 lets the system choose (default: 4567, or the next free one)", parse_port);
  binder
      .parsed("--bind", options.address, "ADDRESS",
              "IP address to listen on; anything but a loopback address opens it to the network",
              parse_bind_address)
      .default_text("127.0.0.1");
  binder.parsed("--path", options.path, "PATH",
                "receive on this path only; others get 404 (default: every path)", parse_path);
  binder
      .parsed("--max-body", options.max_body, "SIZE", "largest body, such as 10MB; more gets 413",
              parse_size)
      .default_text("64MiB");
  binder.parsed("--threads", options.threads, "N", "threads that receive", parse_threads)
      .default_text("2");
  binder.flag("--tls", options.uses_tls, true,
              "HTTPS with a self-signed certificate for localhost, made once");
  binder.text("--tls-cert", options.tls_certificate, "FILE",
              "HTTPS with this certificate (PEM, with its chain)");
  binder.text("--tls-key", options.tls_key, "FILE", "the certificate's private key (PEM)");
}

void bind_tunnel(Binder& binder, TunnelOptions& options) {
  binder.group("Tunnel");
  binder.text("--tunnel", options.command, "COMMAND",
              "run this once ready and show the public URL that it prints: cloudflared, ngrok, "
              "tailscale, ssh:HOST, or a command with {port}, {host} or {url} in it");
  binder.parsed("--tunnel-url", options.url, "URL",
                "the public URL, when the tunnel prints none or is not run by --tunnel",
                parse_public_url);
}

constexpr const char* k_listen_description =
    "Stands where your server will stand: accepts Terra's POST requests, checks each signature, "
    "keeps every delivery byte for byte (also those that fail the check), answers, and prints a "
    "line and the body.\n"
    "\n"
    "A delivery is answered once it is safely on disk: 200, or 401 when its signature is "
    "invalid, malformed or missing. Without a signing secret nothing is checked and all are "
    "answered 200. What can't be kept is answered 503, so that Terra sends it again.\n"
    "\n"
    "When standard input and output are a terminal, deliveries are a list on the full screen: up "
    "and down (or k and j) choose one, enter shows its card, and again its JSON, header fields "
    "and what the target answered. r replays it to the target of --forward-to, signed afresh; R "
    "opens the body in $VISUAL or $EDITOR first and sends what was saved; d compares it with the "
    "previous one of the same record, c copies it as a curl command (OSC 52), / filters, p "
    "pauses the list, ? shows all keys and what else was said, q stops. The list has the newest "
    "10,000; what is shown of a delivery is read from the store, so that with --no-store little "
    "is. The summary is printed when the screen is left. --plain prints the deliveries one after "
    "another instead, as in a pipe; so do --format ndjson, --tap and TERM=dumb. --body and "
    "--verbose are about that.\n"
    "\n"
    "With --fetch-payload the document behind the link of an s3_payload event (ping mode) is "
    "downloaded at once and kept as the delivery that the event stands for, with the event's "
    "number behind its own. Links are followed over https only, to addresses on the internet, "
    "without redirects or credentials, up to --max-body and for a minute; of events with a valid "
    "signature also to this machine, over http too. What can't be downloaded is told in a line "
    "and changes neither the answer nor the exit code.\n"
    "\n"
    "When a signature fails, a line after the delivery's says why, as verify would: the mistake "
    "that makes it right, and how to mend it. The sender learns nothing of it.\n"
    "\n"
    "With --format ndjson every line of standard output is a JSON object with a `type`; the "
    "first is `ready`. A reader that stops reading holds up the answers, so that nothing is lost "
    "to it.\n"
    "\n"
    "With --forward-to each delivery is sent on to your own server once it is on disk: the same "
    "bytes, and the same header fields but for those of the connection (Host, Content-Length, "
    "Connection and its like). Your server's answer is passed on to the sender, as it will be in "
    "production: status, header fields and up to 64 KiB of its body; 502 when it can't be "
    "reached, 504 past --target-timeout, 503 when too many deliveries wait (--queue). With "
    "--ack-first the sender is answered 200 before that. A delivery whose signature fails is "
    "answered 401 and not forwarded, as your handler should refuse it too; --on-invalid accept "
    "forwards it.\n"
    "\n"
    "A target is a port (3000), host:port, a path on localhost's port 80 (/hook) or a URL. One "
    "that names no path gets the delivery's own. sleep,daily=3000 takes these types only; what "
    "no route names goes to the targets without types, or, where there are none, is kept and "
    "marked. An event that several targets take goes to all; the worst answer is passed on.\n"
    "\n"
    "Terra waits 8 seconds for an answer (its older documents say 10 and 30). A result that took "
    "more than a quarter of --limit shows its share; at the end come p50, p95, the maximum and "
    "how many were over it.\n"
    "\n"
    "--respond, --drop and --delay make answers fail on purpose, to watch how a sender tries "
    "again: --respond 500x3,timeout,200 answers 500 three times, never answers the fourth, and "
    "handles all others as usual; --respond 500@20% answers a fifth of all deliveries 500, which "
    "ones --seed decides. A delivery that is made to fail is kept and not forwarded.\n"
    "\n"
    "In scripts and CI, --count and --expect say what to wait for, and --timeout for how long. "
    "The filter says which deliveries count; all are kept and shown. With --count listening ends "
    "after so many of them, else once each --expect was met. An --expect is met by one delivery "
    "that counts, be it one of many; an --expect-every must be met by all of them, and the first "
    "one that does not ends the wait. The exit code is 8 when an expectation is not met though "
    "deliveries came that count, 9 when the time ran out before enough had come, 1 when a "
    "command failed; a wait without --count and --expect lasts the whole time, and is in vain "
    "when nothing comes. The summary says what was seen instead.\n"
    "\n"
    "An expression compares: type==sleep && /data/0/metadata/summary_id exists. On the left "
    "stands a JSON Pointer into the body or a name: type, user_id, reference_id, provider, "
    "terra_reference, trace_id, chunk, records, verdict, secret, number, duplicate, method, "
    "target, size, or header.NAME. Then comes exists, or == != < <= > >= with a number, true, "
    "false, null, a word or text between quotes, or ~ or !~ with a regular expression (POSIX "
    "extended; \\d works). && binds tighter than ||; ! and ( ) as usual. What is not there meets "
    "no comparison, so that /x != null means: there, and not null. A pointer with a space or an "
    "operator in it stands between quotes. Texts of more than 2 KiB match no regular "
    "expression.\n"
    "\n"
    "--exec hands each delivery that counts to a command of sh: the body as received on its "
    "standard input, and DELIVERY_NUMBER, _RECEIVED_AT, _TYPE, _USER_ID, _REFERENCE_ID, "
    "_PROVIDER, _TERRA_REFERENCE, _TRACE_ID, _CHUNK, _RECORDS, _VERDICT, _SECRET_NAME, "
    "_DUPLICATE_OF, _METHOD, _TARGET, _SIZE, _CONTENT_TYPE and _CONTENT_ENCODING in its "
    "environment. Nothing that was sent becomes part of the command line: put such variables "
    "between double quotes. One whose signature fails is not handed over, unless --on-invalid "
    "accept.\n"
    "\n"
    "With --tunnel the listener is reachable for Terra. The command is split into words as a "
    "shell splits them, and run without a shell. It is started again when it ends, and ended "
    "with terra-hook; it can ask nothing, so log in or accept a host key beforehand.\n"
    "\n"
    "Ctrl-C stops: requests in flight are finished first; a second one quits at once.";

void describe_listen(CommandModel& model) {
  model.description = k_listen_description;
  model.exit_codes = {
      {0, "stopped as asked, or what was waited for has come"},
      {1, "it could not listen, a --exec command failed, or the store failed"},
      {8,
       "an expectation is not met though deliveries came, or with --fail-slow a target took too "
       "long"},
      {9, "--timeout passed before enough had come"},
  };
  model.examples = {
      {"receive on http://127.0.0.1:4567", "terra-hook listen"},
      {"the same, printed line by line", "terra-hook listen --plain"},
      {"check signatures with the secret in a file",
       "terra-hook listen --secret-file ~/.terra-secret"},
      {"two environments send to one URL",
       "terra-hook listen --secret-file prod=p.txt --secret-file dev=d.txt"},
      {"send each delivery on to a handler on port 3000", "terra-hook listen --forward-to 3000"},
      {"sleep to one handler, the rest to another",
       "terra-hook listen -f sleep=3000/sleep -f 4000/hook"},
      {"fail three times, to watch the retries", "terra-hook listen --respond 500x3,200"},
      {"fail one time in five, the same ones in each run",
       "terra-hook listen --respond 500@20% --seed 7"},
      {"reachable for Terra, through a tunnel that needs no account",
       "terra-hook listen --tunnel cloudflared"},
      {"through a server of one's own",
       "terra-hook listen --tunnel 'ssh -N -R 8080:{host}:{port} me@example.com' --tunnel-url "
       "http://example.com:8080"},
      {"wait for a sleep event for a minute, and fail when it has no id",
       "terra-hook listen --type sleep --count 1 --timeout 60s --expect "
       "'/data/0/metadata/summary_id exists'"},
      {"append each delivery's user to a file",
       R"(terra-hook listen --exec 'printf "%s\n" "$DELIVERY_USER_ID" >> users.txt')"},
      {"one JSON line a delivery, for a program", "terra-hook listen --format ndjson --port 0"},
  };
}

}  // namespace

Runner bind_listen(Binder& binder, CommandModel& model) {
  describe_listen(model);
  auto options = std::make_shared<ListenOptions>();
  bind_listener(binder, *options);
  bind_forwarding(binder, *options);
  bind_tunnel(binder, options->tunnel);
  bind_wait(binder, *options);
  bind_secrets(binder, options->secrets);
  bind_tolerance(binder, options->secrets);
  binder.flag("--no-verify", options->secrets.is_verifying, false, "do not check signatures");
  binder
      .parsed("--on-invalid", options->accepts_unauthentic, "reject|accept",
              "answer 401 or 200 to an invalid, malformed or missing signature",
              [](std::string_view text) -> Result<bool> {
                TRY_ASSIGN(const std::size_t index, parse_choice(text, {"reject", "accept"}));
                return index == 1;
              })
      .default_text("reject");
  binder.flag("--fetch-payload", options->fetches_payloads, true,
              "download what the link of an s3_payload event leads to, and keep it too");
  bind_store(binder, options->store);
  binder.flag("--no-store", options->store.is_used, false, "keep nothing");
  bind_output(binder, options->output, "text|ndjson");
  bind_redact(binder, options->redacts);
  binder
      .parsed("--body", options->body, "none|short|full|card",
              "how much of each body is printed; short folds long arrays, card says what the body "
              "holds",
              parse_body_view)
      .default_text("short");
  binder.flag("--plain", options->is_plain, true,
              "print deliveries one after another also at a terminal, in place of the full screen");
  binder.flag("-v,--verbose", options->output.is_verbose, true,
              "print each delivery's headers and the tunnel's output too");
  return [options](Env& env) { return run_listen(*options, env); };
}

}  // namespace terra_hook
