// SPDX-License-Identifier: MIT
// Prints events on a thread of its own, so that a slow terminal never holds up a delivery.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "render/events.hpp"
#include "render/renderer.hpp"

namespace terra_hook {

/// What happens when events come faster than they can be printed.
enum class Overflow {
  drop,  ///< deliveries go unprinted and are counted (they are kept in the store): for people
  wait,  ///< push() waits: for programs, which are promised every line
};

/// A bounded queue of events in front of a renderer, and the tally of what went through it.
class Display {
 public:
  /// `on_closed` is called once, from the display's thread, when standard output can't be written
  /// any more.
  Display(std::unique_ptr<Renderer> renderer, Env& env, Overflow overflow,
          std::function<void()> on_closed);

  /// Prints what has queued.
  ~Display();
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  /// Queues `event`. Any thread.
  void push(Event event);

  /// From now on push() never waits: what finds no room is counted as not shown.
  void stop_waiting();

  /// Prints what has queued and stops; push() does nothing afterwards. A reader who does not read
  /// is waited for only so long.
  void finish();

  /// What was pushed so far.
  Stopped tally() const;

 private:
  void run();
  /// False when standard output can't be written any more.
  bool print(const std::vector<Event>& events);
  void count(const Event& event);
  bool has_room() const;

  std::unique_ptr<Renderer> renderer_;
  Env& env_;
  Overflow overflow_;
  const std::function<void()> on_closed_;

  mutable std::mutex mutex_;
  std::condition_variable pushed_;   ///< for the thread
  std::condition_variable changed_;  ///< for the others
  std::deque<Event> queue_;
  std::size_t wanted_ = 1;          ///< so many events in the queue wake the thread
  std::size_t printing_ = 0;        ///< events out of the queue that are not yet printed
  std::uint64_t queued_bytes_ = 0;  ///< of the bodies of all these
  Stopped tally_;
  bool is_finishing_ = false;
  bool is_closed_ = false;
  bool is_finished_ = false;  ///< nothing more will be written
  std::thread thread_;
};

}  // namespace terra_hook
