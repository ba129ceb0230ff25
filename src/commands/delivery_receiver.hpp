// SPDX-License-Identifier: MIT
// The way of a delivery through the listener: verified while it arrives, summarised, kept,
// answered, shown, in that order.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/env.hpp"
#include "capture/store.hpp"
#include "commands/delivery_answers.hpp"
#include "commands/diagnosis_queue.hpp"
#include "commands/display.hpp"
#include "commands/payload_fetcher.hpp"
#include "http/server.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

struct ReceiverOptions {
  std::string path;  ///< empty: every path
  Tolerance tolerance = k_default_tolerance;
  std::uint64_t max_decoded = 64ULL << 20;  ///< of a body with a content coding, to look into it
};

/// What answers the server's requests. Everything it refers to must outlive the server.
class DeliveryReceiver final : public RequestHandler {
 public:
  /// `store` may be null: then nothing is kept and captures are numbered from 1.
  DeliveryReceiver(ReceiverOptions options, const SecretSet& secrets, StoreWriter* store,
                   DeliveryAnswers& answers, Display& display, Env& env)
      : options_(std::move(options)),
        secrets_(secrets),
        store_(store),
        answers_(answers),
        display_(display),
        env_(env) {}

  std::unique_ptr<Exchange> begin() override;
  void on_refused(const Refusal& refusal) override;

  /// Hands deliveries to `fetcher`, too, once they are answered. Before the server starts.
  void fetch_payloads_with(PayloadFetcher& fetcher) { fetcher_ = &fetcher; }

  /// Has `queue` say why signatures fail, of deliveries that are answered and shown. Before the
  /// server starts.
  void diagnose_with(DiagnosisQueue& queue) { diagnoses_ = &queue; }

  /// Tells `observer` of each delivery once it is kept and answered, or given to be forwarded.
  /// Before the server starts; called from the store's thread, or the server's without a store.
  void tell(std::function<void(const std::shared_ptr<const Capture>&)> observer) {
    observer_ = std::move(observer);
  }

 private:
  friend class DeliveryExchange;

  const ReceiverOptions options_;
  const SecretSet& secrets_;
  StoreWriter* store_;
  DeliveryAnswers& answers_;
  Display& display_;
  Env& env_;
  PayloadFetcher* fetcher_ = nullptr;
  DiagnosisQueue* diagnoses_ = nullptr;
  std::function<void(const std::shared_ptr<const Capture>&)> observer_;
  std::atomic<std::int64_t> numbers_{0};  ///< used up without a store
};

}  // namespace terra_hook
