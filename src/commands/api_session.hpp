// SPDX-License-Identifier: MIT
// How Terra's REST API is reached: where it is, who asks, over which connection.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/header_field.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "http/url.hpp"

namespace terra_hook {

/// Terra openapi, v2: servers.
inline constexpr const char* k_default_api_url = "https://access.tryterra.co/api/v2";

struct ApiOptions {
  std::string url;           ///< empty: TERRA_DATA_BASE_URL, or Terra's
  std::string dev_id_file;   ///< empty: TERRA_DEV_ID
  std::string api_key_file;  ///< empty: TERRA_API_KEY
  std::string ca_file;
  bool verifies_tls = true;
  std::chrono::milliseconds timeout{60'000};  ///< of each answer
};

struct ApiSession {
  Url base;
  HeaderFields headers;  ///< with the credentials: never to be printed
  ClientOptions client;
};

/// The API's address. Errors: usage (no URL).
Result<Url> api_base(const ApiOptions& options, const Env& env);

/// Everything that is needed to ask. Warnings go to `notes`. Errors: auth (a credential is missing
/// or can't be one, unless `is_public`), file, usage (a proxy variable).
Result<ApiSession> open_api_session(const ApiOptions& options, bool is_public, const Env& env,
                                    std::vector<std::string>& notes);

}  // namespace terra_hook
