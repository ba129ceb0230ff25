// SPDX-License-Identifier: MIT
#include "commands/delivery_receiver.hpp"

#include <fmt/format.h>

#include "commands/intake.hpp"

namespace terra_hook {
namespace {

using Clock = std::chrono::steady_clock;

/// The path of a request target, without its query.
std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

}  // namespace

class DeliveryExchange final : public Exchange {
 public:
  explicit DeliveryExchange(DeliveryReceiver& receiver) : receiver_(receiver) {}

  std::optional<HttpResponse> on_head(const RequestHead& head) override {
    const std::string& path = receiver_.options_.path;
    if (!path.empty() && path_of(head.target) != path) {
      return refuse(head, json_error(404, "no webhook is received on this path"), 404,
                    fmt::format("only {} is listened on", path));
    }
    if (head.method != "POST") {
      HttpResponse response = json_error(405, "webhooks are sent with POST");
      response.headers.push_back({"Allow", "POST"});
      return refuse(head, std::move(response), 405, "webhooks are sent with POST");
    }
    started_ = Clock::now();
    if (verifier_) {
      verifier_->restart(head.headers);
    } else {
      verifier_.emplace(receiver_.secrets_, head.headers);
    }
    return std::nullopt;
  }

  void on_body(std::string_view bytes) override {
    verifier_->update(bytes);
    digest_.update(bytes);
  }

  void on_complete(RequestHead head, std::string body, Responder responder) override {
    const UtcTime received_at = receiver_.env_.now();
    Verification verification = verifier_->finish(received_at, receiver_.options_.tolerance);
    IncomingRequest request{received_at,
                            std::move(head.remote_address),
                            std::move(head.method),
                            std::move(head.target),
                            std::move(head.headers),
                            std::move(body),
                            digest_.finish()};
    auto capture = std::make_shared<Capture>(
        to_capture(std::move(request), verification, receiver_.options_.max_decoded));
    capture->answered = receiver_.answers_.answered_before();
    keep(std::move(capture), std::move(verification), std::move(responder));
  }

 private:
  std::optional<HttpResponse> refuse(const RequestHead& head, HttpResponse response, int status,
                                     std::string reason) {
    receiver_.on_refused(
        {head.remote_address, head.method, head.target, status, std::move(reason)});
    return response;
  }

  void keep(std::shared_ptr<Capture> capture, Verification verification, Responder responder) {
    if (receiver_.store_ == nullptr) {
      capture->number = ++receiver_.numbers_;
      return pass_on(receiver_, std::move(capture), std::move(verification), started_,
                     std::move(responder));
    }
    // The exchange is gone by the time the store has committed: what is needed then goes along.
    // std::function must be copyable, a Responder is not.
    auto waiting = std::make_shared<Responder>(std::move(responder));
    receiver_.store_->append(capture, [&receiver = receiver_, capture,
                                       verification = std::move(verification), started = started_,
                                       waiting](Result<Appended> appended) mutable {
      if (!appended) return lose(receiver, *capture, appended.error(), std::move(*waiting));
      appended->apply_to(*capture);
      pass_on(receiver, std::move(capture), std::move(verification), started, std::move(*waiting));
    });
  }

  static void pass_on(DeliveryReceiver& receiver, std::shared_ptr<Capture> capture,
                      Verification verification, Clock::time_point started, Responder responder) {
    receiver.answers_.requests().note(*capture);
    receiver.answers_.take({capture, std::move(verification), started, std::move(responder)});
    if (receiver.diagnoses_ != nullptr) receiver.diagnoses_->consider(capture);
    if (receiver.observer_) receiver.observer_(capture);
    if (receiver.fetcher_ != nullptr) receiver.fetcher_->consider(std::move(capture));
  }

  static void lose(DeliveryReceiver& receiver, const Capture& capture, const Error& error,
                   Responder responder) {
    HttpResponse response = json_error(503, "the delivery could not be kept");
    response.headers.push_back({"Retry-After", "30"});
    responder.send(std::move(response));
    receiver.display_.push(
        DeliveryLost{capture.received_at, capture.summary.event_type.value_or("(no type)"), error});
  }

  DeliveryReceiver& receiver_;
  std::optional<Verifier> verifier_;
  Sha256 digest_;
  Clock::time_point started_;
};

std::unique_ptr<Exchange> DeliveryReceiver::begin() {
  return std::make_unique<DeliveryExchange>(*this);
}

void DeliveryReceiver::on_refused(const Refusal& refusal) {
  display_.push(RequestRefused{env_.now(), refusal});
}

}  // namespace terra_hook
