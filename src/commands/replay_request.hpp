// SPDX-License-Identifier: MIT
// What `replay` makes of a stored delivery before it is sent: edits, signature, header fields.
// Pure: bytes in, bytes out; the caller brings the time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/header_field.hpp"
#include "base/json_edit.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "http/header_change.hpp"
#include "render/replay_events.hpp"

namespace terra_hook {

/// A delivery as it was kept.
struct ReplayMessage {
  std::string name;  ///< for people: `#12`, `sleep.json`, `trace.har entry 3`
  std::string method = "POST";
  std::string target = "/";
  HeaderFields headers;
  std::string body;
  std::string secret_name;  ///< whose HMAC matched when it was received; may be empty
};

enum class Signing {
  fresh,        ///< with a secret and the time of sending
  as_received,  ///< the stored fields
  none,         ///< without signature fields
};

struct RequestOptions {
  Signing signing = Signing::fresh;
  bool keeps_time = false;               ///< signs with the stored signature's `t`
  std::optional<std::string> sign_with;  ///< a secret's name; none: the one that matched, else the
                                         ///< first
  std::optional<std::string> body;       ///< in place of the stored one
  std::vector<json::Edit> edits;         ///< done in order
  std::vector<HeaderChange> headers;     ///< done last
};

/// What goes to a target, but for the hop's own fields.
struct ReplayRequest {
  std::string method;
  std::string target;  ///< as delivered
  HeaderFields headers;
  std::string body;
  std::string signed_with;  ///< the secret's name when it was signed afresh
  std::string changes;      ///< as Attempt::changes
};

/// Makes requests. Immutable; any number of threads.
class RequestMaker {
 public:
  /// Fails (auth, input) when `sign_with` names none of the secrets. Without secrets and without
  /// `sign_with`, fresh signing is as_received.
  static Result<RequestMaker> create(RequestOptions options, std::vector<NamedSecret> secrets);

  /// Errors (input) begin with the message's name: a body that an edit does not fit, no `t` to
  /// keep. An edited body goes out without its content coding.
  Result<ReplayRequest> make(ReplayMessage message, UtcTime now) const;

  /// In which `sent`, that make() made of this delivery, differs from it, but for the hop's own
  /// fields.
  std::vector<ReplayDifference> differences(const HeaderFields& kept_headers,
                                            std::string_view kept_body,
                                            const ReplayRequest& sent) const;

  Signing signing() const { return options_.signing; }
  bool has_edits() const { return options_.body || !options_.edits.empty(); }

 private:
  RequestMaker(RequestOptions options, std::vector<NamedSecret> secrets)
      : options_(std::move(options)), secrets_(std::move(secrets)) {}

  Result<void> edit(ReplayRequest& request) const;
  Result<void> add_signature(ReplayRequest& request, const std::string& matched, UtcTime now) const;
  const NamedSecret& secret_for(const std::string& matched) const;
  std::string changes() const;

  RequestOptions options_;
  std::vector<NamedSecret> secrets_;
};

}  // namespace terra_hook
