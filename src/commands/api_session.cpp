// SPDX-License-Identifier: MIT
#include "commands/api_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/secret.hpp"
#include "base/terminal.hpp"
#include "commands/options.hpp"
#include "http/address.hpp"
#include "http/outgoing_fields.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_api_connect_time = 10s;
/// An answer is in memory as a whole.
constexpr std::uint64_t k_max_answer = 1ULL << 30;

/// One of the two headers that say who asks.
struct CredentialSource {
  const char* header;
  const char* variable;
  const char* flag;
  const std::string ApiOptions::*file;
};

constexpr CredentialSource k_credentials[] = {
    {"dev-id", "TERRA_DEV_ID", "--dev-id-file", &ApiOptions::dev_id_file},
    {"x-api-key", "TERRA_API_KEY", "--api-key-file", &ApiOptions::api_key_file},
};

/// Empty when there is none.
Result<Secret> find_credential(const CredentialSource& source, const ApiOptions& options,
                               const Env& env, std::vector<std::string>& notes) {
  const std::string& file = options.*source.file;
  if (!file.empty()) return read_secret_file(file, source.header, notes);
  const auto value = env.environment(source.variable);
  return Secret(value.value_or(""));
}

Error missing_credentials(const std::vector<const CredentialSource*>& missing) {
  std::string names;
  std::string fix;
  for (const CredentialSource* source : missing) {
    names += (names.empty() ? "" : " and ") + std::string(source->header);
    fix += (fix.empty() ? "" : "; ") + fmt::format("{} or {} FILE", source->variable, source->flag);
  }
  return {ErrorKind::auth, fmt::format("no {} to show to Terra", names),
          fmt::format("set {}; both are on Terra's dashboard under API keys", fix)};
}

Result<HeaderFields> credential_headers(const ApiOptions& options, bool is_public, const Env& env,
                                        std::vector<std::string>& notes) {
  HeaderFields headers;
  std::vector<const CredentialSource*> missing;
  for (const CredentialSource& source : k_credentials) {
    TRY_ASSIGN(const Secret value, find_credential(source, options, env, notes));
    if (value.empty()) {
      missing.push_back(&source);
      continue;
    }
    HeaderField field{source.header, std::string(value.expose())};
    if (!field_problem(field).empty() || field.value.find(' ') != std::string::npos) {
      return Error{ErrorKind::auth,
                   fmt::format("the {} has a space, a line break or the like in it", source.header),
                   "was it copied with something around it?"};
    }
    headers.push_back(std::move(field));
  }
  if (!missing.empty() && !is_public) return missing_credentials(missing);
  return headers;
}

}  // namespace

Result<Url> api_base(const ApiOptions& options, const Env& env) {
  std::string text = options.url;
  if (text.empty()) text = env.environment("TERRA_DATA_BASE_URL").value_or("");
  const bool is_of_variable = options.url.empty() && !text.empty();
  auto url = parse_url(text.empty() ? k_default_api_url : text);
  if (url) return *std::move(url);
  Error error = url.error();
  error.message = (is_of_variable ? "TERRA_DATA_BASE_URL: " : "--api-url: ") + error.message;
  return error;
}

Result<ApiSession> open_api_session(const ApiOptions& options, bool is_public, const Env& env,
                                    std::vector<std::string>& notes) {
  ApiSession session;
  TRY_ASSIGN(session.base, api_base(options, env));
  TRY_ASSIGN(session.headers, credential_headers(options, is_public, env, notes));
  if (!session.base.is_tls() && !is_this_machine(session.base.host) && !session.headers.empty()) {
    notes.push_back(fmt::format("the credentials go to {} unencrypted: it is http, not https",
                                session.base.authority()));
  }
  session.headers.push_back({"Accept", "application/json"});
  session.client.connect_timeout = k_api_connect_time;
  session.client.timeout = options.timeout;
  session.client.verifies_tls = options.verifies_tls;
  session.client.ca_file = options.ca_file;
  session.client.max_body = k_max_answer;
  session.client.max_read = k_max_answer;
  TRY_ASSIGN(session.client.proxy, proxy_for(session.base, env.environment));
  return session;
}

}  // namespace terra_hook
