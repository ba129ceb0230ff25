// SPDX-License-Identifier: MIT
#include "commands/emulate_server.hpp"

#include <fmt/format.h>

#include "http/url.hpp"
#include "terra/api_problem.hpp"

namespace terra_hook {
namespace {

using EmulateClock = std::chrono::steady_clock;

/// The largest answer to `to_webhook=false`; past it Terra's gateway has long given up.
constexpr std::uint64_t k_most_answer_bytes = 64ULL << 20;
constexpr std::string_view k_front_page =
    "This is terra-hook emulate, a local stand-in for Terra. It is not Terra: all people and data\n"
    "are made up. The API is at /v2, what can be told to it at /control.\n";

/// A page of some other site that a browser on this machine shows must not give orders.
bool is_from_elsewhere(const ApiCall& call) {
  const auto origin = find_field(call.headers, "Origin");
  const auto host = find_field(call.headers, "Host");
  if (!origin) return false;
  return !host || (*origin != fmt::format("http://{}", *host));
}

ApiAnswer plain_answer(HttpResponse response, std::string remark = {}) {
  ApiAnswer answer;
  answer.response = std::move(response);
  answer.remark = std::move(remark);
  return answer;
}

ApiAnswer refused_step(const ApiCall& call, const Error& error) {
  const std::string detail = error.hint.empty() ? error.message : error.message + "; " + error.hint;
  return plain_answer(problem_response(400, call.target, detail), error.message);
}

}  // namespace

class EmulateExchange final : public Exchange {
 public:
  explicit EmulateExchange(EmulateServer& server) : server_(server) {}

  std::optional<HttpResponse> on_head(const RequestHead&) override { return std::nullopt; }
  void on_body(std::string_view) override {}
  void on_complete(RequestHead head, std::string body, Responder responder) override {
    server_.answer(read_api_call(std::move(head.method), std::move(head.target),
                                 std::move(head.headers), std::move(body)),
                   head.remote_address, std::move(responder));
  }

 private:
  EmulateServer& server_;
};

EmulateServer::EmulateServer(EmulatedTerra& terra, const RecordSource& source, PingPayloads& pings,
                             EmulateDisplay& display, Env& env)
    : terra_(terra), source_(source), pings_(pings), display_(display), env_(env) {}

std::unique_ptr<Exchange> EmulateServer::begin() {
  return std::make_unique<EmulateExchange>(*this);
}

void EmulateServer::on_refused(const Refusal& refusal) {
  ApiExchangeDone done;
  done.at = env_.now();
  done.method = refusal.method.empty() ? "?" : refusal.method;
  done.target = refusal.target;
  done.remote_address = refusal.remote_address;
  done.status = refusal.status;
  done.remark = refusal.reason;
  display_.show(done);
}

void EmulateServer::write_data(const ApiCall& call, ApiAnswer& answer) const {
  const DataAnswer& data = *answer.data;
  auto document = data.is_bare ? record_array(data.span, source_, k_most_answer_bytes)
                               : data_document(data.span, data.user, source_, k_most_answer_bytes);
  if (document) {
    answer.response.body = *std::move(document);
    return;
  }
  HeaderFields fields = std::move(answer.response.headers);
  std::erase_if(fields, [](const HeaderField& field) { return field.name == "Content-Type"; });
  answer.response = problem_response(413, call.target, "the answer is too large");
  for (HeaderField& field : fields) answer.response.headers.push_back(std::move(field));
  answer.remark = "too large: ask for fewer days, or to_webhook=true";
}

Result<StepDone> EmulateServer::take_step(const Step& step) {
  StepTaken taken{env_.now(), step.line, step.action, "", ""};
  std::unique_lock lock(mutex_);
  auto done = terra_.perform(step);
  lock.unlock();
  std::optional<std::optional<Url>> url;
  if (done && done->webhook) {
    url.emplace();
    if (!done->webhook->empty()) {
      if (auto target = parse_target(*done->webhook)) *url = *std::move(target);
    }
  }
  if (done) {
    taken.text = done->text;
  } else {
    taken.error = done.error().message;
  }
  // A call that fails has a line of its own, which says why.
  if (done || step.line > 0) display_.show(taken);
  if (!done) return done;
  outbox_->set_destination(std::move(url), done->uses_ping);
  outbox_->send(std::move(done->emissions));
  outbox_->send(std::move(done->large));
  return done;
}

ApiAnswer EmulateServer::answer_control(const ApiCall& call) {
  if (is_from_elsewhere(call)) {
    return plain_answer(problem_response(403, call.target, "a page of another site asks for this"),
                        "from another site's page");
  }
  if (call.path == "/control" && call.method == "GET") {
    const std::lock_guard lock(mutex_);
    return plain_answer(json_response(200, terra_.state_json()));
  }
  if (call.method != "POST" || call.path == "/control") {
    return plain_answer(problem_response(405, call.target, "POST /control/ACTION is expected"));
  }
  const auto step = read_control_call(call);
  if (!step) return refused_step(call, step.error());
  const auto done = take_step(*step);
  if (!done) return refused_step(call, done.error());
  return plain_answer(json_response(200, done->json));
}

ApiAnswer EmulateServer::answer_call(const ApiCall& call) {
  if (call.path == "/") {
    return plain_answer({200, {{"Content-Type", "text/plain"}}, std::string(k_front_page)});
  }
  if (call.path == "/control" || call.path.starts_with("/control/")) return answer_control(call);
  if (call.path.starts_with("/payload/") && call.method == "GET") {
    return plain_answer(
        pings_.get(call.path, call.parameter("X-Amz-Signature").value_or(""), env_.now()));
  }
  std::unique_lock lock(mutex_);
  ApiAnswer answer = terra_.answer(call, env_.now());
  lock.unlock();
  if (answer.data) write_data(call, answer);
  return answer;
}

void EmulateServer::answer(ApiCall call, const std::string& remote_address, Responder responder) {
  const auto started = EmulateClock::now();
  ApiExchangeDone done;
  done.at = env_.now();
  ApiAnswer answer = answer_call(call);
  answer.response.headers.push_back({"X-Emulated-By", "terra-hook"});
  done.method = std::move(call.method);
  done.target = call.path.starts_with("/payload/") ? call.path : std::move(call.target);
  done.remote_address = remote_address;
  done.user_id = std::move(answer.user_id);
  done.reference = find_field(answer.response.headers, "terra-reference").value_or("");
  done.remark = std::move(answer.remark);
  done.status = answer.response.status;
  done.answer_size = answer.response.body.size();
  const bool is_timeout = answer.fault && answer.fault->kind == ApiFault::Kind::timeout;
  const bool is_dropped = answer.fault && answer.fault->kind == ApiFault::Kind::drop;
  if (is_timeout || is_dropped) {
    done.status = k_no_answer;
    done.answer_size = 0;
  }
  done.latency =
      std::chrono::duration_cast<std::chrono::microseconds>(EmulateClock::now() - started);
  if (is_timeout) {
    held_.keep_waiting(std::move(responder));
  } else if (is_dropped) {
    responder.send({k_no_answer, {}, ""});
  } else {
    responder.send(std::move(answer.response));
  }
  display_.show(done);
  outbox_->send(std::move(answer.emissions));
  outbox_->send(std::move(answer.large));
}

}  // namespace terra_hook
