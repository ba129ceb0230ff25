// SPDX-License-Identifier: MIT
// `verify` and `sign`.
#include <memory>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "commands/sign.hpp"
#include "commands/verify.hpp"

namespace terra_hook {

Runner bind_verify(Binder& binder, CommandModel& model) {
  model.description =
      "Prints the verdict on a payload: valid, stale (the signature is right, its time too far "
      "from the clock), invalid, malformed (the header can't be read) or missing. Exits 0 when "
      "valid, 2 when not, 3 when there is nothing to judge.\n"
      "\n"
      "The payload is a file, standard input, or a capture. A file is the exact body with "
      "--signature, or a whole HTTP message that has the header in it. Of several (captures, "
      "files, HAR or NDJSON as export writes them) each delivery is judged in a line of its own "
      "(what explains one is not said again of the next), and a summary follows. The age is "
      "judged at the moment of receipt where a capture or a file has it. With --quiet the exit "
      "code alone tells.";
  model.exit_codes = {
      {0, "the signature is valid"},
      {2, "one is invalid, stale, malformed or missing, or there is no secret to check it with"},
      {3,
       "there is nothing to judge: no such capture, a file without a signature; or an entry of a "
       "file is damaged"},
  };
  model.examples = {
      {"a body and the header that came with it",
       "terra-hook verify body.json --signature 't=1782880000,v1=46af3a28...'"},
      {"the newest capture", "terra-hook verify last"},
      {"all that were tagged", "terra-hook verify @bug-17"},
      {"all that was exported", "terra-hook verify day.har"},
      {"any age, for a saved payload", "terra-hook verify request.http --tolerance off"},
  };
  auto options = std::make_shared<VerifyOptions>();
  binder.arguments(options->inputs, "FILE|-|CAPTURE",
                   "a file, - for standard input, or captures: a number, a range, last, last~N or "
                   "@tag",
                   false);
  bind_secrets(binder, options->secrets);
  bind_tolerance(binder, options->secrets);
  binder
      .text("--signature", options->signature, "HEADER",
            "the signature header's value, such as 't=1782880000,v1=46af...'")
      .without_environment();
  binder.text("--at", options->at, "TIME", "judge the signature's age at this time instead of now")
      .without_environment();
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json|ndjson");
  return [options](Env& env) { return run_verify(*options, env); };
}

Runner bind_sign(Binder& binder, CommandModel& model) {
  model.description =
      "Prints the header that Terra would send with this exact body, ready for curl's -H. Mind "
      "that "
      "curl's -d drops line breaks: use --data-binary.";
  model.exit_codes = {{2, "there is no secret to sign with"}};
  model.examples = {
      {"send a signed body to a handler",
       "curl http://localhost:3000/hook -H \"$(terra-hook sign body.json)\" --data-binary "
       "@body.json"},
      {"the parts, for a script", "terra-hook sign body.json --format json"},
      {"an old signature, to test what refuses it",
       "terra-hook sign body.json --timestamp 1600000000"},
  };
  auto options = std::make_shared<SignOptions>();
  binder.argument(options->input, "FILE|-", "the body: a file, or - for standard input", false);
  bind_secrets(binder, options->secrets);
  binder.text("--sign-with", options->sign_with, "NAME",
              "sign with the secret of this name (default: the first)");
  binder
      .text("--timestamp", options->timestamp, "SECONDS",
            "Unix time to sign with, used as it is (default: now)")
      .without_environment();
  bind_output(binder, options->output, "text|json|ndjson");
  return [options](Env& env) { return run_sign(*options, env); };
}

}  // namespace terra_hook
