// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/terminal.hpp"
#include "render/attempt_json.hpp"
#include "render/capture_json.hpp"
#include "render/renderer.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

class JsonLinesRenderer final : public Renderer {
 public:
  explicit JsonLinesRenderer(const JsonLinesOptions& options) : options_(options) {}

  Rendered render(const Event& event) override {
    std::string line = std::visit([this](const auto& value) { return this->on(value); }, event);
    if (!options_.unicode) line = sanitize(line, false);
    return {line + "\n", ""};
  }

 private:
  static std::string dump(const Json& json) {
    // What a terminal acts on becomes JSON's own escapes: the value stays the same.
    return sanitize(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  static std::string on(const Ready& ready) {
    Json object{{"type", "ready"}, {"at", to_rfc3339(ready.at)}, {"url", ready.url}};
    object["store"] = text_or_null(ready.store);
    object["verifying"] = ready.is_verifying && !ready.secret_names.empty();
    object["secrets"] = ready.secret_names;
    object["tolerance_seconds"] = ready.tolerance ? Json(ready.tolerance->count()) : Json(nullptr);
    object["tls_fingerprint"] = text_or_null(ready.tls_fingerprint);
    Json& routes = object["routes"] = Json::array();
    for (const Route& route : ready.routes) {
      routes.push_back(Json{
          {"types", route.types},
          {"target", route.target.names_target ? route.target.to_string() : route.target.origin()},
          {"keeps_path", !route.target.names_target}});
    }
    return dump(object);
  }

  std::string on(const DeliveryReceived& delivery) const {
    CaptureJsonOptions json;
    json.type = "delivery";
    json.with_headers = true;
    json.with_body = options_.with_body;
    json.max_decoded = options_.max_decoded;
    json.status = delivery.status;
    json.elapsed = delivery.elapsed;
    json.verification = &delivery.verification;
    json.forwarding = to_string(delivery.forwarding);
    json.fault = delivery.fault;
    return capture_json(*delivery.capture, json);
  }

  static std::string on(const SignatureDiagnosed& diagnosed) {
    return diagnosis_json(diagnosed.number, diagnosed.verdict, diagnosed.diagnosis);
  }

  static std::string on(const ForwardDone& done) { return forward_json(done); }

  static std::string on(const RequestRefused& refused) {
    const Refusal& refusal = refused.refusal;
    return dump(Json{{"type", "refused"},
                     {"at", to_rfc3339(refused.at)},
                     {"remote_address", text_or_null(refusal.remote_address)},
                     {"method", text_or_null(refusal.method)},
                     {"target", text_or_null(refusal.target)},
                     {"status", refusal.status == 0 ? Json(nullptr) : Json(refusal.status)},
                     {"reason", refusal.reason}});
  }

  static std::string on(const DeliveryLost& lost) {
    return dump(Json{{"type", "lost"},
                     {"at", to_rfc3339(lost.at)},
                     {"event_type", text_or_null(lost.event_type)},
                     {"status", 503},
                     {"reason", lost.error.message}});
  }

  static std::string on(const TunnelOpen& open) {
    return dump(Json{{"type", "tunnel"},
                     {"at", to_rfc3339(open.at)},
                     {"state", "open"},
                     {"url", open.url},
                     {"changed", open.is_changed}});
  }

  static std::string on(const TunnelClosed& closed) {
    return dump(Json{{"type", "tunnel"},
                     {"at", to_rfc3339(closed.at)},
                     {"state", "closed"},
                     {"url", nullptr},
                     {"reason", closed.reason},
                     {"last_line", text_or_null(closed.last_line)},
                     {"retry_in_ms", closed.pause.count()}});
  }

  static std::string on(const TunnelOutput& output) {
    return dump(Json{{"type", "tunnel_output"}, {"line", output.line}});
  }

  std::string on(const PayloadFetched& fetched) const {
    CaptureJsonOptions json;
    json.type = "fetch";
    json.with_headers = true;
    json.with_body = options_.with_body;
    json.max_decoded = options_.max_decoded;
    json.status = fetched.status;
    json.elapsed = fetched.elapsed;
    return capture_json(*fetched.capture, json);
  }

  static std::string on(const PayloadNotFetched& missed) {
    return dump(Json{{"type", "fetch_failed"},
                     {"at", to_rfc3339(missed.at)},
                     {"ping_of", missed.ping},
                     {"host", text_or_null(missed.host)},
                     {"status", missed.status == 0 ? Json(nullptr) : Json(missed.status)},
                     {"reason", missed.reason}});
  }

  static std::string on(const ExpectationSettled& settled) {
    return dump(Json{{"type", "expectation"},
                     {"expression", settled.expression},
                     {"every", settled.is_for_every},
                     {"met", settled.is_met},
                     {"number", settled.number},
                     {"reasons", settled.reasons}});
  }

  static std::string on(const CommandDone& done) {
    return dump(Json{{"type", "exec"},
                     {"number", done.number},
                     {"ok", done.is_ok},
                     {"end", done.end},
                     {"exit_code", done.exit_code ? Json(*done.exit_code) : Json(nullptr)},
                     {"duration_ms", static_cast<double>(done.duration.count()) / 1000.0},
                     {"output", done.output},
                     {"output_cut", done.is_cut}});
  }

  static std::string on(const Note& note) {
    return dump(Json{{"type", "note"}, {"message", note.message}});
  }

  static std::string on(const Stopping& stopping) {
    return dump(Json{{"type", "stopping"}, {"in_flight", stopping.in_flight}});
  }

  static std::string on(const Stopped& stopped) {
    Json object{{"type", "summary"},
                {"deliveries", stopped.deliveries},
                {"bytes", stopped.bytes},
                {"refused", stopped.refused},
                {"lost", stopped.lost},
                {"fetched", stopped.fetched},
                {"fetch_failed", stopped.not_fetched},
                {"not_diagnosed", stopped.not_diagnosed}};
    object["by_type"] = stopped.by_type;
    Json& by_verdict = object["by_verdict"] = Json::object();
    for (const auto& [verdict, count] : stopped.by_verdict) {
      by_verdict[std::string(to_string(verdict))] = count;
    }
    object["by_fault"] = stopped.by_fault;
    Json& by_forwarding = object["by_forwarding"] = Json::object();
    for (const auto& [forwarding, count] : stopped.by_forwarding) {
      by_forwarding[std::string(to_string(forwarding))] = count;
    }
    object["forwards"] = stopped.forwards ? forward_sums(*stopped.forwards) : Json(nullptr);
    Json& incomplete = object["incomplete_requests"] = Json::array();
    for (const IncompleteRequest& request : stopped.incomplete) {
      const std::optional<std::int64_t>& expected = request.progress.expected;
      incomplete.push_back(Json{{"terra_reference", request.reference},
                                {"expected_payloads", expected ? Json(*expected) : Json(nullptr)},
                                {"chunks", request.progress.chunks.size()}});
    }
    object["wait"] = stopped.wait ? wait_json(*stopped.wait) : Json(nullptr);
    object["duration_ms"] = stopped.duration.count() / 1000;
    return dump(object);
  }

  static Json wait_json(const WaitReport& wait) {
    Json object{{"end", to_string(wait.end)},
                {"counted", wait.counted},
                {"not_counted", wait.others},
                {"count", wait.wanted ? Json(*wait.wanted) : Json(nullptr)},
                {"timeout_ms", wait.timeout ? Json(wait.timeout->count()) : Json(nullptr)}};
    Json& expectations = object["expectations"] = Json::array();
    for (const ExpectationReport& expectation : wait.expectations) {
      Json entry{{"expression", expectation.expression},
                 {"every", expectation.is_for_every},
                 {"met", expectation.is_met},
                 {"met_by", expectation.met_by ? Json(*expectation.met_by) : Json(nullptr)},
                 {"unmet", expectation.unmet_count}};
      Json& seen = entry["seen"] = Json::array();
      for (const SeenInstead& instead : expectation.seen) {
        seen.push_back(Json{{"number", instead.number},
                            {"event_type", text_or_null(instead.event_type)},
                            {"reasons", instead.reasons}});
      }
      expectations.push_back(std::move(entry));
    }
    object["exec"] = nullptr;
    if (wait.commands) {
      object["exec"] = Json{{"succeeded", wait.commands->succeeded},
                            {"failed", wait.commands->failed},
                            {"not_run", wait.commands->not_run}};
    }
    return object;
  }

  static Json forward_sums(const ForwardSummary& forwards) {
    const auto milliseconds = [](std::chrono::microseconds duration) {
      return static_cast<double>(duration.count()) / 1000.0;
    };
    Json object{{"sent", forwards.sent}};
    Json& by_status = object["by_status"] = Json::object();
    for (const auto& [status, count] : forwards.by_status) {
      by_status[std::to_string(status)] = count;
    }
    object["by_failure"] = forwards.by_failure;
    object["p50_ms"] = milliseconds(forwards.p50);
    object["p95_ms"] = milliseconds(forwards.p95);
    object["max_ms"] = milliseconds(forwards.max);
    object["limit_ms"] = forwards.limit.count();
    object["over_limit"] = forwards.over_limit;
    return object;
  }

  JsonLinesOptions options_;
};

}  // namespace

std::unique_ptr<Renderer> make_json_lines_renderer(const JsonLinesOptions& options) {
  return std::make_unique<JsonLinesRenderer>(options);
}

}  // namespace terra_hook
