// SPDX-License-Identifier: MIT
// The deliveries that the full-screen view of `listen` lists: a bounded number of them without
// their bodies, those that a filter lets through, and the chosen one. Pure; one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture.hpp"

namespace terra_hook {

struct ListedDelivery {
  Capture capture;                                   ///< header fields and body left empty
  std::optional<int> status;                         ///< what was answered, here or by the target
  bool is_waiting = false;                           ///< for the target
  std::optional<std::chrono::microseconds> elapsed;  ///< until then
  std::optional<int> replayed;  ///< what the last replay was answered; 0: nothing
  /// Rises with all that becomes known of it: what was shown of it is out of date.
  std::uint64_t revision = 0;
};

class DeliveryList {
 public:
  static constexpr std::size_t k_max_entries = 10'000;

  /// At the end; the oldest goes when there are too many. Unless another one was chosen, the
  /// newest stays chosen.
  void add(ListedDelivery delivery);

  /// Changes the one with this number, the newest when several have it; nothing when there is none.
  void update(std::int64_t number, const std::function<void(ListedDelivery&)>& change);

  /// Those stay in which each of the words (between spaces, in any case) occurs: in status, number,
  /// type, provider, verdict, ids or figures. Empty: all.
  void set_filter(std::string words);
  const std::string& filter() const { return filter_; }

  /// While paused the list stays as it is; what comes is listed afterwards.
  void set_paused(bool is_paused);
  bool is_paused() const { return is_paused_; }
  /// How many of those that have come since the filter lets through.
  std::size_t held_back() const { return held_back_; }

  /// Chooses another one, so many rows further down or, negative, up.
  void move(std::ptrdiff_t rows);
  void move_to_first();
  void move_to_last();

  /// How many are listed, and which of them is chosen.
  std::size_t size() const { return rows_.size(); }
  std::size_t selected_row() const { return selected_; }
  /// Null when none is listed.
  const ListedDelivery* selected() const;

  /// What `rows` rows show so that the chosen one is among them, and the index of the first. The
  /// pointers are valid until the list changes.
  struct Window {
    std::size_t first = 0;
    std::vector<const ListedDelivery*> deliveries;
  };
  Window window(std::size_t rows);

 private:
  const ListedDelivery& at(std::uint64_t id) const {
    return entries_[static_cast<std::size_t>(id - first_id_)];
  }
  std::uint64_t end_id() const { return first_id_ + entries_.size(); }
  bool is_wanted(const ListedDelivery& delivery) const;
  void drop_oldest();
  void set_listed(std::uint64_t id, bool is_listed);
  void list_again();

  std::deque<ListedDelivery> entries_;
  std::uint64_t first_id_ = 0;      ///< of entries_.front(); ids count up by one
  std::deque<std::uint64_t> rows_;  ///< ids of the listed ones
  std::size_t selected_ = 0;        ///< index into rows_
  std::size_t top_ = 0;             ///< the first row that was shown last
  bool follows_ = true;             ///< the newest is chosen, and the next one will be
  std::string filter_;
  std::vector<std::string> words_;  ///< of the filter, in lower case
  bool is_paused_ = false;
  std::uint64_t paused_at_ = 0;  ///< the first id that is held back
  std::size_t held_back_ = 0;
};

}  // namespace terra_hook
