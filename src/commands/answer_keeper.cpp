// SPDX-License-Identifier: MIT
#include "commands/answer_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "base/bytes.hpp"
#include "commands/intake.hpp"
#include "commands/options.hpp"
#include "http/outgoing_fields.hpp"

namespace terra_hook {
namespace {

/// What the server said to us alone is no part of the delivery.
HeaderFields kept_fields(const HeaderFields& headers) {
  HeaderFields kept = without_hop_fields(headers);
  std::erase_if(kept, [](const HeaderField& field) {
    const std::string name = to_lower(field.name);
    return name == "set-cookie" || name.starts_with("x-terra-ratelimit") || name == "retry-after";
  });
  return kept;
}

}  // namespace

Result<AnswerKeeper> AnswerKeeper::open(const std::filesystem::path& store) {
  auto state = std::make_unique<State>();
  TRY_ASSIGN(state->writer, StoreWriter::open(store));
  return AnswerKeeper(std::move(state));
}

Result<std::int64_t> AnswerKeeper::keep(const ApiReply& reply, const Url& base,
                                        const std::string& what,
                                        const std::optional<ApiRange>& window) {
  IncomingRequest answer;
  answer.received_at = reply.received_at;
  answer.remote_address = base.authority();
  // As Terra would send it, so that it can be replayed to a handler.
  answer.method = "POST";
  answer.target = "/";
  answer.headers = kept_fields(reply.response.headers);
  answer.body = reply.response.body;
  answer.body_sha256 = sha256(answer.body);
  answer.origin = Origin::request;
  Verification verification;
  verification.reason = fmt::format("an answer of the API ({}{}{}), not signed", what,
                                    window ? ", " : "", window ? window->text() : "");
  const auto capture =
      std::make_shared<Capture>(to_capture(std::move(answer), verification, k_default_max_body));
  // Shared: its thread may still be in set_value() when we have the value.
  const auto kept = std::make_shared<std::promise<Result<Appended>>>();
  std::future<Result<Appended>> outcome = kept->get_future();
  state_->writer->append(
      capture, [kept](Result<Appended> appended) { kept->set_value(std::move(appended)); });
  TRY_ASSIGN(const Appended appended, outcome.get());
  const std::lock_guard lock(state_->mutex);
  state_->first = state_->count == 0 ? appended.number : std::min(state_->first, appended.number);
  state_->last = std::max(state_->last, appended.number);
  ++state_->count;
  return appended.number;
}

}  // namespace terra_hook
