// SPDX-License-Identifier: MIT
// What `replay` sends, in which order, and when.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "commands/replay_plan.hpp"
#include "commands/replay_queue.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

/// Captures 1, 2, … of these users (0: nobody), a second apart.
std::vector<ReplayItem> items_of(const std::vector<std::uint64_t>& users) {
  std::vector<ReplayItem> items;
  for (const std::uint64_t user : users) {
    ReplayItem item;
    item.capture = static_cast<std::int64_t>(items.size()) + 1;
    item.user = user;
    item.received_at = UtcTime(1s * items.size());
    items.push_back(item);
  }
  return items;
}

/// The captures' numbers; a duplicate as `+3`, a target other than the first as `3/1`.
std::string text_of(const PlannedSend& send) {
  return (send.is_duplicate ? "+" : "") + std::to_string(send.item->capture) +
         (send.target == 0 ? "" : "/" + std::to_string(send.target));
}

std::string order_of(std::vector<ReplayItem> items, const PlanOptions& options) {
  ReplayPlan plan(std::move(items), options);
  std::string order;
  std::uint64_t count = 0;
  while (const auto send = plan.next()) {
    order += (order.empty() ? "" : " ") + text_of(*send);
    ++count;
  }
  CHECK(!plan.next());
  CHECK(plan.total() == count);
  return order;
}

}  // namespace

TEST_CASE("replay_plan/order and repetition and targets") {
  CHECK(order_of({}, {}).empty());
  CHECK(order_of(items_of({1, 2, 1}), {}) == "1 2 3");
  PlanOptions twice;
  twice.repeat = 2;
  CHECK(order_of(items_of({0, 0}), twice) == "1 2 1 2");
  auto items = items_of({1, 1, 1});
  items[0].targets = 0b101;
  items[1].targets = 0;
  CHECK(order_of(items, {}) == "1 1/2 3");
  items[2].targets = 0;
  items[0].targets = 0;
  CHECK(order_of(items, {}).empty());
}

TEST_CASE("replay_plan/a seed decides the order and the duplicates") {
  const auto items = items_of(std::vector<std::uint64_t>(50, 1));
  PlanOptions options;
  options.order = ReplayOrder::shuffled;
  options.repeat = 2;
  options.duplicates = 0.2;
  options.seed = 7;
  const std::string order = order_of(items, options);
  CHECK(order == order_of(items, options));
  options.seed = 8;
  CHECK(order != order_of(items, options));

  ReplayPlan plan(items, options);
  std::map<std::int64_t, int> counts;
  std::size_t duplicates = 0;
  while (const auto send = plan.next()) {
    CHECK(send->lane == 0);
    if (send->is_duplicate) {
      ++duplicates;
    } else {
      ++counts[send->item->capture];
    }
  }
  CHECK(counts.size() == 50);
  CHECK(std::all_of(counts.begin(), counts.end(), [](const auto& row) { return row.second == 2; }));
  CHECK(duplicates > 5);
  CHECK(duplicates < 40);

  PlanOptions all;
  all.duplicates = 1;
  CHECK(order_of(items_of({1, 2}), all) == "1 +1 2 +2");
}

TEST_CASE("replay_plan/gaps are those of the original times a factor") {
  auto items = items_of({1, 1, 1});
  items[2].received_at = items[0].received_at + 500ms;  // the clock was set back
  PlanOptions options;
  options.gaps = 10;
  options.repeat = 2;
  ReplayPlan plan(items, options);
  std::vector<std::int64_t> due;
  while (const auto send = plan.next()) due.push_back(send->due / 1ms);
  CHECK(due == std::vector<std::int64_t>{0, 100, 100, 100, 175, 175});
}

TEST_CASE("replay_queue/one user is served in order and the others are not held up") {
  ReplayQueue queue(ReplayPlan(items_of({1, 1, 2, 0, 1, 0}), {}), std::nullopt);
  const auto first = queue.take();
  CHECK(text_of(first->send) == "1");
  const auto other_user = queue.take();
  CHECK(text_of(other_user->send) == "3");
  const auto nobody = queue.take();
  CHECK(text_of(nobody->send) == "4");
  queue.finish(*other_user);
  const auto last = queue.take();
  CHECK(text_of(last->send) == "6");
  queue.finish(*first);
  const auto second = queue.take();
  CHECK(text_of(second->send) == "2");
  queue.retry(*second, 0us);
  const auto again = queue.take();
  CHECK(text_of(again->send) == "2");
  CHECK(again->number == 2);
  CHECK(!queue.wait_for_end(0ms));
  queue.finish(*again);
  const auto third = queue.take();
  CHECK(text_of(third->send) == "5");
  for (const auto& task : {nobody, last, third}) queue.finish(*task);
  CHECK(!queue.take());
  CHECK(queue.wait_for_end(0ms));
  CHECK(queue.progress().finished == 6);
  CHECK(queue.progress().total == 6);
}

TEST_CASE("replay_queue/a stop ends what waits and lets what is under way finish") {
  auto items = items_of({1, 2});
  items[1].received_at += 24h;
  PlanOptions options;
  options.gaps = 1;
  ReplayQueue queue(ReplayPlan(items, options), std::nullopt);
  const auto first = queue.take();
  queue.retry(*first, 24h);
  CHECK(queue.progress().retrying == 1);
  CHECK(!queue.wait_for_end(0ms));
  queue.stop();
  CHECK(!queue.take());
  CHECK(queue.wait_for_end(0ms));
}

TEST_CASE("replay_queue/a rate spaces the tries") {
  ReplayQueue queue(ReplayPlan(items_of({0, 0, 0}), {}), 5ms);
  const auto start = std::chrono::steady_clock::now();
  while (const auto task = queue.take()) queue.finish(*task);
  CHECK(std::chrono::steady_clock::now() - start >= 10ms);
}
