// SPDX-License-Identifier: MIT
// What a sender is answered once its delivery is kept: by ourselves, by the target it is forwarded
// to, or wrongly on purpose.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "capture/capture.hpp"
#include "commands/display.hpp"
#include "commands/forwarder.hpp"
#include "commands/held_answers.hpp"
#include "commands/request_tracker.hpp"
#include "http/exchange.hpp"
#include "webhook/fault_plan.hpp"

namespace terra_hook {

/// A delivery that is safely kept and waits for its answer.
struct KeptDelivery {
  std::shared_ptr<const Capture> capture;
  Verification verification;
  std::chrono::steady_clock::time_point started;  ///< its head's arrival
  Responder responder;
};

struct AnswerOptions {
  bool accepts_unauthentic = false;  ///< `--on-invalid accept`
  FaultOptions faults;
};

/// Thread-safe.
class DeliveryAnswers {
 public:
  /// `forwarder` may be null: then nothing is forwarded; so may `store`. All must outlive this.
  DeliveryAnswers(const AnswerOptions& options, Forwarder* forwarder, StoreWriter* store,
                  Display& display);

  /// What a capture says of its answer before there is one (Capture::answered).
  std::optional<std::int64_t> answered_before() const;

  /// Answers `delivery`, now or once its targets have, and shows it.
  void take(KeptDelivery delivery);

  /// The large requests that deliveries belonged to.
  RequestTracker& requests() { return requests_; }

  /// Ends every wait that is on purpose; nothing is delayed from now on.
  void release() { held_.release(); }

 private:
  void fail(KeptDelivery delivery, const Fault& fault);
  void forward(KeptDelivery delivery, const std::vector<std::size_t>& targets);
  void settle(KeptDelivery delivery, HttpResponse response, Forwarding forwarding,
              std::string fault = {});
  Fault next_fault();
  void note_answer(const Capture& capture, int status);

  const AnswerOptions options_;
  Forwarder* forwarder_;
  StoreWriter* store_;
  Display& display_;
  HeldAnswers held_;
  RequestTracker requests_;
  std::mutex mutex_;
  FaultPlan faults_;
};

}  // namespace terra_hook
