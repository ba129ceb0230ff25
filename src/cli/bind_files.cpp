// SPDX-License-Identifier: MIT
// `export` and `import`.
#include <memory>

#include "base/size.hpp"
#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "commands/export.hpp"
#include "commands/import.hpp"

namespace terra_hook {
namespace {

Result<std::optional<DeliveryFormat>> parse_delivery_format(std::string_view text) {
  constexpr DeliveryFormat formats[] = {DeliveryFormat::http, DeliveryFormat::har,
                                        DeliveryFormat::ndjson, DeliveryFormat::raw};
  TRY_ASSIGN(const std::size_t index, parse_choice(text, {"http", "har", "ndjson", "raw"}));
  return std::optional(formats[index]);
}

}  // namespace

Runner bind_export(Binder& binder, CommandModel& model) {
  model.description =
      "Writes captures so that they can be kept, edited, compared, sent or imported elsewhere. "
      "Which ones: their names, or a filter, or both.\n"
      "\n"
      "http is the request as text, a file each (000012-sleep.http): headers in order, the body to "
      "the byte. What is known besides is in X-Terra-Hook- fields at its top, which import reads "
      "and replay leaves out. har is an HTTP Archive for browsers and proxies, ndjson a JSON "
      "object "
      "a line, raw the bodies alone. har and ndjson hold any number of captures.\n"
      "\n"
      "Files get mode 0600 and never replace others unless --force says so. They hold bodies and "
      "headers as they were received, signed URLs too, unless --redact masks them.";
  model.examples = {
      {"the newest, as text", "terra-hook export last"},
      {"a folder of messages", "terra-hook export 12..20 --output captures/"},
      {"yesterday's, for a colleague", "terra-hook export --since 1d --output day.ndjson"},
      {"for a browser's network panel", "terra-hook export @bug-17 --output bug-17.har"},
  };
  auto options = std::make_shared<ExportOptions>();
  binder.arguments(options->captures, "CAPTURE", "a number, a range, last, last~N or @tag", false);
  binder.group("Output");
  binder
      .parsed("--format", options->format, "http|har|ndjson|raw",
              "what to write (default: by the output's extension, else http)",
              parse_delivery_format)
      .without_environment();
  binder
      .text("-o,--output", options->output, "FILE|DIR",
            "where to (default: standard output); a directory gets a file a capture")
      .without_environment();
  binder.flag("--force", options->replaces, true, "replace files that exist").without_environment();
  binder
      .flag("--no-facts", options->with_facts, false,
            "http: only what the sender sent, without when and how it was received")
      .without_environment();
  bind_redact(binder, options->redacts);
  binder.flag("-q,--quiet", options->is_quiet, true, "print errors only");
  bind_filter(binder, options->filter);
  bind_store(binder, options->store);
  return [options](Env& env) { return run_export(*options, env); };
}

Runner bind_import(Binder& binder, CommandModel& model) {
  model.description =
      "Reads what export writes, HAR files as browsers, mitmproxy, webhook.site and ngrok write "
      "them (only their POST requests), and bare JSON bodies, one a file or one a line. The format "
      "is told by the content. A directory stands for its files, in order.\n"
      "\n"
      "Each delivery is verified with the secrets at hand, its age judged at the moment it was "
      "received; one without a time was received now. It gets a new number, and is marked where it "
      "repeats one that is there already. What was in the store before the import with the same "
      "time and the same body is left out, so that a file may be imported again; a bare body has "
      "no time and is a new delivery each time. Exits 3 when an entry is damaged or nothing was "
      "found; all the rest is imported.\n"
      "\n"
      "NDJSON may be of any size. HAR and JSON documents may have 1 GiB, a body what --max-body "
      "says.";
  model.exit_codes = {{3, "an entry is damaged, or nothing was found"}};
  model.examples = {
      {"what a colleague exported", "terra-hook import day.ndjson --secret-file prod.txt"},
      {"requests saved from a browser or proxy", "terra-hook import session.har"},
      {"a folder of messages", "terra-hook import captures/"},
      {"from a pipe", "ssh server cat day.ndjson | terra-hook import -"},
  };
  auto options = std::make_shared<ImportOptions>();
  binder.arguments(options->inputs, "FILE|DIR|-", "files, directories, or - for standard input");
  binder.group("Input");
  binder
      .parsed("--from", options->format, "http|har|ndjson|raw",
              "what the files are (default: told by their content); raw: bodies of any kind",
              parse_delivery_format)
      .without_environment();
  binder
      .parsed("--max-body", options->max_body, "SIZE", "a larger body is refused",
              [](std::string_view text) { return parse_size(text); })
      .default_text("64MiB");
  bind_secrets(binder, options->secrets);
  bind_tolerance(binder, options->secrets);
  binder
      .flag("--keep-verdicts", options->keeps_verdicts, true,
            "take the verdicts that the files give instead of checking")
      .without_environment();
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|ndjson");
  return [options](Env& env) { return run_import(*options, env); };
}

}  // namespace terra_hook
