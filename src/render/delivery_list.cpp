// SPDX-License-Identifier: MIT
#include "render/delivery_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

/// What a filter looks at, in lower case; a space between any two.
std::string searched_text(const ListedDelivery& delivery) {
  const Capture& capture = delivery.capture;
  std::string text = fmt::format("#{} {} {} {}", capture.number, to_string(capture.verdict),
                                 capture.secret_name, capture.headline);
  for (const std::optional<int>& status : {delivery.status, delivery.replayed}) {
    if (status.value_or(0) != 0) text += " " + std::to_string(*status);
  }
  for (const std::optional<std::string>* value :
       {&capture.summary.event_type, &capture.summary.provider, &capture.summary.user_id,
        &capture.summary.reference_id, &capture.ids.terra_reference, &capture.ids.trace_id}) {
    if (*value) text += " " + **value;
  }
  return to_lower(text);
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(to_lower(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return words;
}

}  // namespace

bool DeliveryList::is_wanted(const ListedDelivery& delivery) const {
  if (words_.empty()) return true;
  const std::string text = searched_text(delivery);
  return std::ranges::all_of(
      words_, [&text](const std::string& word) { return text.find(word) != std::string::npos; });
}

void DeliveryList::drop_oldest() {
  if (!rows_.empty() && rows_.front() == first_id_) {
    rows_.pop_front();
    if (selected_ > 0) --selected_;
    if (top_ > 0) --top_;
  }
  entries_.pop_front();
  ++first_id_;
}

void DeliveryList::add(ListedDelivery delivery) {
  if (entries_.size() == k_max_entries) drop_oldest();
  entries_.push_back(std::move(delivery));
  if (!is_wanted(entries_.back())) return;
  if (is_paused_) {
    ++held_back_;
    return;
  }
  rows_.push_back(end_id() - 1);
  if (follows_) selected_ = rows_.size() - 1;
}

void DeliveryList::update(std::int64_t number, const std::function<void(ListedDelivery&)>& change) {
  const auto found = std::find_if(
      entries_.rbegin(), entries_.rend(),
      [number](const ListedDelivery& delivery) { return delivery.capture.number == number; });
  if (found == entries_.rend()) return;
  const bool was_wanted = is_wanted(*found);
  change(*found);
  ++found->revision;
  if (is_wanted(*found) == was_wanted) return;
  set_listed(first_id_ + static_cast<std::uint64_t>(entries_.rend() - found) - 1, !was_wanted);
}

/// Lets one in or out; the chosen one stays, or the one that is listed before it. Not by working
/// all out anew: every answer may do this while thousands are kept.
void DeliveryList::set_listed(std::uint64_t id, bool is_listed) {
  if (is_paused_ && id >= paused_at_) {
    is_listed ? ++held_back_ : --held_back_;
    return;
  }
  const auto at = std::ranges::lower_bound(rows_, id);
  const auto row = static_cast<std::size_t>(at - rows_.begin());
  if (is_listed) {
    if (row <= selected_ && !rows_.empty()) ++selected_;
    rows_.insert(at, id);
  } else {
    if (row <= selected_ && selected_ > 0) --selected_;
    rows_.erase(at);
  }
  if (follows_) move_to_last();
}

/// Works out which are listed; the chosen one stays, or the one that is listed before it.
void DeliveryList::list_again() {
  const std::uint64_t chosen = rows_.empty() ? end_id() : rows_[selected_];
  const std::uint64_t end = is_paused_ ? std::max(paused_at_, first_id_) : end_id();
  rows_.clear();
  held_back_ = 0;
  for (std::uint64_t id = first_id_; id < end_id(); ++id) {
    if (!is_wanted(at(id))) continue;
    if (id < end) {
      rows_.push_back(id);
    } else {
      ++held_back_;
    }
  }
  const auto after = std::ranges::upper_bound(rows_, chosen);
  selected_ = static_cast<std::size_t>(after - rows_.begin());
  if (selected_ > 0) --selected_;
  if (follows_) move_to_last();
}

void DeliveryList::set_filter(std::string words) {
  filter_ = std::move(words);
  words_ = words_of(filter_);
  list_again();
}

void DeliveryList::set_paused(bool is_paused) {
  if (is_paused == is_paused_) return;
  is_paused_ = is_paused;
  paused_at_ = end_id();
  list_again();
}

void DeliveryList::move(std::ptrdiff_t rows) {
  if (rows_.empty()) return;
  const auto last = static_cast<std::ptrdiff_t>(rows_.size()) - 1;
  const auto row =
      std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(selected_) + rows, 0, last);
  selected_ = static_cast<std::size_t>(row);
  follows_ = row == last;
}

void DeliveryList::move_to_first() {
  selected_ = 0;
  follows_ = rows_.size() <= 1;
}

void DeliveryList::move_to_last() {
  selected_ = rows_.empty() ? 0 : rows_.size() - 1;
  follows_ = true;
}

const ListedDelivery* DeliveryList::selected() const {
  return rows_.empty() ? nullptr : &at(rows_[selected_]);
}

DeliveryList::Window DeliveryList::window(std::size_t rows) {
  Window window;
  if (rows == 0) return window;
  const std::size_t last_top = rows_.size() > rows ? rows_.size() - rows : 0;
  if (selected_ < top_) top_ = selected_;
  if (selected_ >= top_ + rows) top_ = selected_ - rows + 1;
  top_ = std::min(top_, last_top);
  window.first = top_;
  for (std::size_t row = top_; row < rows_.size() && row < top_ + rows; ++row) {
    window.deliveries.push_back(&at(rows_[row]));
  }
  return window;
}

}  // namespace terra_hook
