// SPDX-License-Identifier: MIT
#include "cli/user.hpp"

#include <doctest/doctest.h>

#include "support/raw_client.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {

void check_keeps_secrets(std::string_view text) {
  CHECK(text.find(k_secret) == std::string_view::npos);
  CHECK(text.find(k_other_secret) == std::string_view::npos);
}

Finished User::run(const Words& arguments, const Variables& variables,
                   const std::string& input) const {
  const Finished finished = run_terra_hook(arguments, {home_.path(), variables, input});
  check_keeps_secrets(finished.out);
  check_keeps_secrets(finished.err);
  return finished;
}

Finished User::run_shell(const std::string& script, const Variables& variables,
                         const std::string& input) const {
  Variables all = variables;
  all["TERRA_HOOK"] = terra_hook_program();
  const Finished finished = run_program("bash", {"-c", script}, {home_.path(), all, input});
  check_keeps_secrets(finished.out);
  check_keeps_secrets(finished.err);
  return finished;
}

void User::receive(const std::vector<std::string>& bodies) const {
  Listener listener(home_, {}, {{"TERRA_SIGNING_SECRET", std::string(k_secret)}});
  for (const std::string& body : bodies) {
    const RawResponse response = post(listener.port(), body,
                                      {{"Content-Type", "application/json"},
                                       {"terra-signature", signature_header(k_secret, body)}});
    REQUIRE(response.status == 200);
  }
  REQUIRE(listener.stop() == 0);
  check_keeps_secrets(listener.child().output());
  check_keeps_secrets(listener.child().errors());
}

Words lines_of(const std::string& text) {
  Words lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Words command_names(const User& user) {
  Words names;
  bool is_inside = false;
  for (const std::string& line : lines_of(user.run({"--help"}).out)) {
    if (line == "Commands:") {
      is_inside = true;
    } else if (line.empty()) {
      is_inside = false;
    } else if (is_inside && line.starts_with("  ") && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return names;
}

}  // namespace terra_hook::test
