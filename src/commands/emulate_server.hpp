// SPDX-License-Identifier: MIT
// The emulator's HTTP side: hands each request to whom it is for and sends the answer.
#pragma once

#include <mutex>
#include <string>

#include "base/env.hpp"
#include "commands/emulate_display.hpp"
#include "commands/held_answers.hpp"
#include "commands/ping_payloads.hpp"
#include "commands/webhook_outbox.hpp"
#include "http/exchange.hpp"
#include "terra/emulated_terra.hpp"

namespace terra_hook {

/// The emulated Terra, its deliveries and its display, behind one lock. Any thread may call any
/// member.
class EmulateServer : public RequestHandler {
 public:
  /// All must outlive it.
  EmulateServer(EmulatedTerra& terra, const RecordSource& source, PingPayloads& pings,
                EmulateDisplay& display, Env& env);

  /// Called once, before any request comes.
  void set_outbox(WebhookOutbox& outbox) { outbox_ = &outbox; }

  std::unique_ptr<Exchange> begin() override;
  void on_refused(const Refusal& refusal) override;

  /// Does a step of a script or of the control endpoint, sends what it has emitted and shows it.
  Result<StepDone> take_step(const Step& step);

  /// Ends answers that are held back on purpose.
  void release() { held_.release(); }

 private:
  friend class EmulateExchange;
  void answer(ApiCall call, const std::string& remote_address, Responder responder);
  ApiAnswer answer_call(const ApiCall& call);
  ApiAnswer answer_control(const ApiCall& call);
  void write_data(const ApiCall& call, ApiAnswer& answer) const;

  EmulatedTerra& terra_;
  const RecordSource& source_;
  PingPayloads& pings_;
  WebhookOutbox* outbox_ = nullptr;
  EmulateDisplay& display_;
  Env& env_;
  HeldAnswers held_;
  std::mutex mutex_;  ///< of terra_
};

}  // namespace terra_hook
