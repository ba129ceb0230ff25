// SPDX-License-Identifier: MIT
// The emulator's error answers, as Terra words them: problem documents (RFC 9457) without a
// `status` member. Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/response.hpp"

namespace terra_hook {

/// `instance` is the request's target as sent; an empty `detail` is left out.
HttpResponse problem_response(int status, std::string_view instance, std::string_view detail = {});

/// A response with a JSON text for a body.
HttpResponse json_response(int status, std::string body);

}  // namespace terra_hook
