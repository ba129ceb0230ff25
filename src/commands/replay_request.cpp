// SPDX-License-Identifier: MIT
#include "commands/replay_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/json_pointer.hpp"
#include "base/terminal.hpp"
#include "commands/options.hpp"
#include "http/content_coding.hpp"
#include "http/outgoing_fields.hpp"
#include "webhook/signature.hpp"
#include "webhook/signature_header.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_decoded = 1ULL << 30;

bool is_signature_field(std::string_view name) {
  return equals_ignoring_case(name, k_signature_field) ||
         equals_ignoring_case(name, k_deprecated_signature_field);
}

void erase_field(HeaderFields& headers, std::string_view name) {
  std::erase_if(headers,
                [&](const HeaderField& field) { return equals_ignoring_case(field.name, name); });
}

/// The first well-formed `t` of the stored signatures.
std::string stored_time(const HeaderFields& headers) {
  for (const HeaderField& field : headers) {
    if (!is_signature_field(field.name)) continue;
    std::string timestamp = parse_signature_header(field.value).timestamp;
    if (!timestamp.empty()) return timestamp;
  }
  return {};
}

/// The first of several fields of one name takes the new value where it stands, the others go.
void set_signature(HeaderFields& headers, const std::string& value) {
  HeaderFields kept;
  bool has_current = false;
  bool has_deprecated = false;
  for (HeaderField& field : headers) {
    if (is_signature_field(field.name)) {
      bool& is_there =
          equals_ignoring_case(field.name, k_signature_field) ? has_current : has_deprecated;
      if (is_there) continue;
      is_there = true;
      field.value = value;
    }
    kept.push_back(std::move(field));
  }
  if (!has_current && !has_deprecated) kept.push_back({std::string(k_signature_field), value});
  headers = std::move(kept);
}

std::string pointer_text(const json::Pointer& pointer) {
  std::string text;
  for (const std::string& token : pointer.tokens()) text += "/" + json::escape_token(token);
  return text;
}

/// Fields of one name are told as one that changed.
void add_header_differences(std::vector<ReplayDifference>& differences, const HeaderFields& kept,
                            HeaderFields sent) {
  HeaderFields gone;
  for (const HeaderField& field : kept) {
    const auto same = std::find(sent.begin(), sent.end(), field);
    if (same == sent.end()) {
      gone.push_back(field);
    } else {
      sent.erase(same);
    }
  }
  for (const HeaderField& field : gone) {
    ReplayDifference difference{true, field.name, field.value, std::nullopt};
    const auto other = std::find_if(sent.begin(), sent.end(), [&](const HeaderField& candidate) {
      return equals_ignoring_case(candidate.name, field.name);
    });
    if (other != sent.end()) {
      difference.sent = other->value;
      sent.erase(other);
    }
    differences.push_back(std::move(difference));
  }
  for (HeaderField& field : sent) {
    differences.push_back({true, std::move(field.name), std::nullopt, std::move(field.value)});
  }
}

}  // namespace

Result<RequestMaker> RequestMaker::create(RequestOptions options,
                                          std::vector<NamedSecret> secrets) {
  if (options.signing != Signing::fresh) return RequestMaker(std::move(options), {});
  if (secrets.empty()) {
    if (options.sign_with || options.keeps_time) {
      return Error{ErrorKind::auth, "no signing secret to sign with",
                   "set TERRA_SIGNING_SECRET or pass --secret-file FILE"};
    }
    options.signing = Signing::as_received;
    return RequestMaker(std::move(options), {});
  }
  if (options.sign_with) {
    TRY(pick_secret(secrets, options.sign_with));
    std::erase_if(secrets,
                  [&](const NamedSecret& secret) { return secret.name != *options.sign_with; });
  }
  return RequestMaker(std::move(options), std::move(secrets));
}

Result<ReplayRequest> RequestMaker::make(ReplayMessage message, UtcTime now) const {
  ReplayRequest request{std::move(message.method),
                        std::move(message.target),
                        std::move(message.headers),
                        std::move(message.body),
                        {},
                        changes()};
  auto made = has_edits() ? edit(request) : Result<void>();
  if (made && options_.signing == Signing::fresh) {
    made = add_signature(request, message.secret_name, now);
  }
  if (!made) {
    Error error = std::move(made).error();
    error.message = fmt::format("{}: {}", sanitize(message.name), error.message);
    return error;
  }
  if (options_.signing == Signing::none) {
    std::erase_if(request.headers,
                  [](const HeaderField& field) { return is_signature_field(field.name); });
  }
  change_headers(request.headers, options_.headers);
  return request;
}

Result<void> RequestMaker::edit(ReplayRequest& request) const {
  if (has_content_coding(request.headers)) {
    if (!options_.body) {
      TRY_ASSIGN(request.body, decode_content(request.headers, request.body, k_max_decoded));
    }
    erase_field(request.headers, "Content-Encoding");
  }
  if (options_.body) request.body = *options_.body;
  for (const json::Edit& edit : options_.edits) {
    TRY_ASSIGN(request.body, json::apply(request.body, edit));
  }
  return {};
}

Result<void> RequestMaker::add_signature(ReplayRequest& request, const std::string& matched,
                                         UtcTime now) const {
  const NamedSecret& secret = secret_for(matched);
  std::string timestamp =
      options_.keeps_time ? stored_time(request.headers) : unix_seconds_text(now);
  if (timestamp.empty()) {
    return Error{ErrorKind::input, "there is no signature whose time could be kept",
                 "leave --keep-time out to sign with the time of sending"};
  }
  set_signature(request.headers, sign(secret.value, timestamp, request.body));
  request.signed_with = secret.name;
  return {};
}

std::vector<ReplayDifference> RequestMaker::differences(const HeaderFields& kept_headers,
                                                        std::string_view kept_body,
                                                        const ReplayRequest& sent) const {
  std::vector<ReplayDifference> differences;
  std::string decoded;
  if (!options_.edits.empty() && has_content_coding(kept_headers)) {
    // Where it can't be decoded there is no edited body either.
    auto body = decode_content(kept_headers, kept_body, k_max_decoded);
    decoded = body ? *std::move(body) : std::string();
    kept_body = decoded;
  }
  for (const json::Edit& edit : options_.edits) {
    std::optional<std::string> kept;
    if (const auto span = json::locate(kept_body, edit.pointer)) kept = span->of(kept_body);
    if (kept != edit.value) {
      differences.push_back({false, pointer_text(edit.pointer), std::move(kept), edit.value});
    }
  }
  add_header_differences(differences, without_hop_fields(kept_headers),
                         without_hop_fields(sent.headers));
  return differences;
}

std::string RequestMaker::changes() const {
  std::string text;
  const auto add = [&](std::string_view change) {
    text += (text.empty() ? "" : ", ");
    text += change;
  };
  if (has_edits()) add("body edited");
  if (!options_.headers.empty()) add("header fields changed");
  if (options_.signing == Signing::none) add("unsigned");
  return text;
}

const NamedSecret& RequestMaker::secret_for(const std::string& matched) const {
  for (const NamedSecret& secret : secrets_) {
    if (secret.name == matched) return secret;
  }
  return secrets_.front();
}

}  // namespace terra_hook
