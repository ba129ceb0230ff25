// SPDX-License-Identifier: MIT
#include "commands/delivery_answers.hpp"

#include <fmt/format.h>

namespace terra_hook {
namespace {

using Clock = std::chrono::steady_clock;

/// The sender learns the verdict and nothing that would help it to forge one.
HttpResponse own_answer(const Capture& capture, int status) {
  return {status,
          {{"Content-Type", "application/json"}},
          fmt::format("{{\"verdict\":\"{}\",\"capture\":{}}}\n", to_string(capture.verdict),
                      capture.number)};
}

DeliveryReceived received(const KeptDelivery& delivery) {
  DeliveryReceived event;
  event.capture = delivery.capture;
  event.verification = delivery.verification;
  event.elapsed =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - delivery.started);
  return event;
}

}  // namespace

DeliveryAnswers::DeliveryAnswers(const AnswerOptions& options, Forwarder* forwarder,
                                 StoreWriter* store, Display& display)
    : options_(options),
      forwarder_(forwarder),
      store_(store),
      display_(display),
      faults_(options.faults) {}

std::optional<std::int64_t> DeliveryAnswers::answered_before() const {
  const bool can_fail = !options_.faults.responses.empty() || options_.faults.drop > 0;
  const bool is_left_to_targets = forwarder_ != nullptr && !forwarder_->options().acks_first;
  return can_fail || is_left_to_targets || options_.accepts_unauthentic
             ? std::optional<std::int64_t>(0)
             : std::nullopt;
}

void DeliveryAnswers::note_answer(const Capture& capture, int status) {
  if (!capture.answered) return;
  requests_.note_answer(capture, status);
  if (store_ == nullptr) return;
  store_->note_answer(capture.number, status, [this](const Result<void>& kept) {
    if (!kept) display_.push(Note{"an answer was not recorded: " + kept.error().message});
  });
}

Fault DeliveryAnswers::next_fault() {
  const std::lock_guard lock(mutex_);
  return faults_.next();
}

void DeliveryAnswers::take(KeptDelivery delivery) {
  const Fault fault = next_fault();
  const bool is_planned = fault.kind == Fault::Kind::respond;
  if (fault.kind != Fault::Kind::none && !(is_planned && is_success(fault.status))) {
    return fail(std::move(delivery), fault);
  }
  const Capture& capture = *delivery.capture;
  const int status = !options_.accepts_unauthentic && is_unauthentic(capture.verdict) ? 401 : 200;
  if (status != 200) {
    const auto forwarding = forwarder_ == nullptr ? Forwarding::off : Forwarding::unauthentic;
    return settle(std::move(delivery), own_answer(capture, status), forwarding);
  }
  HttpResponse answer = own_answer(capture, is_planned ? fault.status : 200);
  if (forwarder_ == nullptr) {
    return settle(std::move(delivery), std::move(answer), Forwarding::off);
  }
  const std::vector<std::size_t> targets =
      routes_for(forwarder_->options().routes, capture.summary.event_type);
  if (targets.empty()) {
    return settle(std::move(delivery), std::move(answer), Forwarding::no_route);
  }
  if (!forwarder_->reserve(capture)) {
    // Acknowledging what will not be forwarded would lose it: the sender is to try again.
    answer = json_error(503, "too many deliveries wait to be forwarded");
    answer.headers.push_back({"Retry-After", "30"});
    return settle(std::move(delivery), std::move(answer), Forwarding::no_room);
  }
  if (forwarder_->options().acks_first) {
    std::shared_ptr<const Capture> kept = delivery.capture;
    settle(std::move(delivery), std::move(answer), Forwarding::sent);
    return forwarder_->forward(std::move(kept), targets, {});
  }
  forward(std::move(delivery), targets);
}

void DeliveryAnswers::settle(KeptDelivery delivery, HttpResponse response, Forwarding forwarding,
                             std::string fault) {
  const int status = response.status;
  held_.answer(std::move(delivery.responder), std::move(response), options_.faults.delay);
  DeliveryReceived event = received(delivery);
  if (status != k_no_answer) {
    event.status = status;
    note_answer(*delivery.capture, status);
  }
  event.forwarding = forwarding;
  event.fault = std::move(fault);
  display_.push(std::move(event));
}

void DeliveryAnswers::fail(KeptDelivery delivery, const Fault& fault) {
  const auto forwarding = forwarder_ == nullptr ? Forwarding::off : Forwarding::on_purpose;
  switch (fault.kind) {
    case Fault::Kind::timeout: {
      held_.keep_waiting(std::move(delivery.responder));
      DeliveryReceived event = received(delivery);
      event.forwarding = forwarding;
      event.fault = "timeout";
      display_.push(std::move(event));
      return;
    }
    case Fault::Kind::drop:
      return settle(std::move(delivery), {k_no_answer, {}, ""}, forwarding, "drop");
    case Fault::Kind::respond:
    case Fault::Kind::none: break;
  }
  HttpResponse response = json_error(fault.status, "answered so on purpose (--respond)");
  return settle(std::move(delivery), std::move(response), forwarding, std::to_string(fault.status));
}

void DeliveryAnswers::forward(KeptDelivery delivery, const std::vector<std::size_t>& targets) {
  DeliveryReceived event = received(delivery);
  event.forwarding = Forwarding::sent;
  display_.push(std::move(event));
  // std::function must be copyable, a Responder is not.
  auto responder = std::make_shared<Responder>(std::move(delivery.responder));
  const std::shared_ptr<const Capture> capture = delivery.capture;
  forwarder_->forward(capture, targets, [this, responder, capture](HttpResponse response) {
    note_answer(*capture, response.status);
    held_.answer(std::move(*responder), std::move(response), options_.faults.delay);
  });
}

}  // namespace terra_hook
