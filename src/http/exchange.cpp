// SPDX-License-Identifier: MIT
#include "http/exchange.hpp"

namespace terra_hook {

Responder::~Responder() {
  if (channel_) send(json_error(500, "internal error"));
}

void Responder::send(HttpResponse response) {
  Channel& channel = *channel_;
  channel.send(std::move(channel_), std::move(response));
}

}  // namespace terra_hook
