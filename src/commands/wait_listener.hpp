// SPDX-License-Identifier: MIT
// `request --wait --listen`: receives, verifies and keeps deliveries like `listen`, and says
// nothing of each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "commands/delivery_answers.hpp"
#include "commands/delivery_receiver.hpp"
#include "commands/display.hpp"
#include "http/server.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

struct WaitListenerOptions {
  std::optional<std::uint16_t> port;  ///< none: 4567 or the next free one
  std::filesystem::path store;
};

/// Listens on 127.0.0.1 from start() to its end, which lets what is in flight finish.
class WaitListener {
 public:
  /// `tell` gets what a person should know, from any thread. Errors: network (the port), storage.
  static Result<std::unique_ptr<WaitListener>> start(const WaitListenerOptions& options,
                                                     SecretSet secrets,
                                                     std::function<void(const std::string&)> tell,
                                                     Env& env);
  ~WaitListener();
  WaitListener(const WaitListener&) = delete;
  WaitListener& operator=(const WaitListener&) = delete;

  std::string url() const;

 private:
  WaitListener(SecretSet secrets, std::unique_ptr<StoreWriter> store,
               std::function<void(const std::string&)> tell, Env& env);

  const SecretSet secrets_;
  std::unique_ptr<StoreWriter> store_;
  Display display_;
  DeliveryAnswers answers_;
  DeliveryReceiver receiver_;
  std::unique_ptr<Server> server_;
};

}  // namespace terra_hook
