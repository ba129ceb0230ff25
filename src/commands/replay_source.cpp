// SPDX-License-Identifier: MIT
#include "commands/replay_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/ascii.hpp"
#include "base/terminal.hpp"
#include "capture/capture_match.hpp"
#include "capture/delivery_file.hpp"
#include "commands/capture_names.hpp"
#include "commands/intake.hpp"
#include "commands/options.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_source = 64ULL << 20;
// Files' messages stay in memory until they are sent.
constexpr std::uint64_t k_max_in_memory = 1ULL << 30;
constexpr std::size_t k_max_messages = 1'000'000;
constexpr std::size_t k_max_notes = 10;

class Collector {
 public:
  Collector(const CaptureFilter& filter, bool has_filter, const std::vector<Route>& routes,
            const std::filesystem::path& store, const Env& env)
      : filter_(filter), has_filter_(has_filter), routes_(routes), store_path_(store), env_(env) {}

  Result<void> add(const std::string& input) {
    if (input != "-" && names_captures(input)) return add_captures(input);
    auto added = add_file(input);
    if (!added && consists_of(input, "0123456789-")) {
      added.error().hint = "a range of captures has two dots: 1..3";
    }
    return added;
  }

  Result<void> add_filtered() {
    TRY(open_store());
    return add_listed(filter_);
  }

  ReplaySource take() { return std::move(source_); }

 private:
  Result<void> open_store() {
    if (store_) return {};
    TRY_ASSIGN(StoreReader store, StoreReader::open(store_path_));
    store_.emplace(std::move(store));
    source_.store = store_path_;
    return {};
  }

  Result<void> add_captures(const std::string& name) {
    TRY(open_store());
    TRY_ASSIGN(const std::vector<std::int64_t> numbers,
               find_captures({name}, *store_, source_.notes));
    // Runs of numbers are read with one query each.
    for (auto begin = numbers.begin(); begin != numbers.end();) {
      auto end = std::next(begin);
      while (end != numbers.end() && *end == *std::prev(end) + 1) ++end;
      CaptureFilter filter = filter_;
      filter.first_number = *begin;
      filter.last_number = *std::prev(end);
      const std::size_t before = source_.items.size() + source_.without_route;
      TRY(add_listed(filter));
      const bool is_missing = source_.items.size() + source_.without_route == before;
      if (is_missing && !has_filter_) TRY(load_capture(*store_, *begin));
      begin = end;
    }
    return {};
  }

  Result<void> add_listed(const CaptureFilter& filter) {
    return store_->list(filter, [this](const Capture& capture) {
      add_item(capture, 0);
      return true;
    });
  }

  Result<void> add_file(const std::string& path) {
    const std::string name = path == "-" ? "standard input" : path;
    if (filter_.tag) {
      return Error{ErrorKind::usage, "--tag is for captures: the deliveries of a file have none",
                   "leave it out, or import the file"};
    }
    bool has_any = false;
    DeliveryVisitor visitor;
    visitor.on_delivery = [&](FileDelivery delivery) -> Result<bool> {
      has_any = true;
      TRY(add_message(name, std::move(delivery)));
      return true;
    };
    visitor.on_skipped = [&](const SkippedEntry& entry) {
      note(in_file(name, entry.place) + ": skipped: " + entry.reason);
    };
    tell_of_typed_input(path, "deliveries", env_);
    TRY(read_delivery_file(path, env_.in, {}, visitor));
    if (has_any) return {};
    return Error{ErrorKind::input, fmt::format("{}: there is no delivery in it", sanitize(name)),
                 "expected is a JSON body, an HTTP message, HAR or NDJSON"};
  }

  Result<void> add_message(const std::string& file, FileDelivery delivery) {
    bytes_ += delivery.body.size();
    if (bytes_ > k_max_in_memory || source_.messages.size() == k_max_messages) {
      return Error{ErrorKind::input, "the files hold too many deliveries to keep them in memory",
                   "terra-hook import puts them into the store, from where any number can be sent"};
    }
    const std::string name = in_file(file, delivery.place);
    for (const std::string& text : delivery.notes) note(name + ": " + text);
    IncomingRequest request;
    request.received_at = delivery.received_at.value_or(env_.now());
    request.method = std::move(delivery.method);
    request.target = std::move(delivery.target);
    request.headers = std::move(delivery.headers);
    if (request.headers.empty()) request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(delivery.body);
    Verification said;
    said.verdict = delivery.verdict.value_or(said.verdict);
    said.secret_name = std::move(delivery.secret_name);
    Capture capture = to_capture(std::move(request), said, k_max_source);
    if (!matches(filter_, capture)) return {};
    source_.messages.push_back({name, std::move(capture)});
    add_item(source_.messages.back().capture, source_.messages.size() - 1);
    return {};
  }

  static std::string in_file(const std::string& file, const std::string& place) {
    return place.empty() ? file : file + " " + place;
  }

  void note(std::string text) {
    if (source_.notes.size() < k_max_notes) {
      source_.notes.push_back(std::move(text));
    } else if (source_.notes.size() == k_max_notes) {
      source_.notes.emplace_back("there is more of that kind");
    }
  }

  void add_item(const Capture& capture, std::size_t message) {
    ReplayItem item;
    item.capture = capture.number;
    item.message = static_cast<std::uint32_t>(message);
    item.received_at = capture.received_at;
    if (capture.summary.user_id) {
      item.user = std::max<std::uint64_t>(1, std::hash<std::string>()(*capture.summary.user_id));
    }
    item.targets = 0;
    for (const std::size_t route : routes_for(routes_, capture.summary.event_type)) {
      item.targets |= std::uint64_t{1} << route;
    }
    if (item.targets == 0) {
      ++source_.without_route;
    } else {
      source_.items.push_back(item);
      if (capture.number != 0 && is_unauthentic(capture.verdict)) ++source_.not_authentic;
    }
  }

  const CaptureFilter& filter_;
  const bool has_filter_;
  const std::vector<Route>& routes_;
  const std::filesystem::path& store_path_;
  const Env& env_;
  std::optional<StoreReader> store_;
  ReplaySource source_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

static_assert(k_max_routes <= k_max_targets);

Result<ReplaySource> collect_replay(const std::vector<std::string>& inputs,
                                    const CaptureFilter& filter, bool has_filter,
                                    const std::vector<Route>& routes,
                                    const std::filesystem::path& store, const Env& env) {
  if (inputs.empty() && !has_filter) {
    return Error{ErrorKind::usage, "what is to be replayed?",
                 "name captures (12, 12..20, last), files, or a filter such as --since 1h"};
  }
  Collector collector(filter, has_filter, routes, store, env);
  for (const std::string& input : inputs) TRY(collector.add(input));
  if (inputs.empty()) TRY(collector.add_filtered());
  ReplaySource source = collector.take();
  if (source.items.empty() && source.without_route == 0) {
    return Error{ErrorKind::input, "no delivery matches the filter",
                 "terra-hook list takes the same filter and shows what there is"};
  }
  return source;
}

Result<ReplayLoader> ReplayLoader::open(const ReplaySource& source) {
  ReplayLoader loader(source);
  if (source.store) {
    TRY_ASSIGN(StoreReader store, StoreReader::open(*source.store));
    loader.store_.emplace(std::move(store));
  }
  return loader;
}

Result<Capture> ReplayLoader::load(const ReplayItem& item) {
  if (item.capture == 0) return source_->messages[item.message].capture;
  return load_capture(*store_, item.capture);
}

const std::optional<StatusSet>& ReplayLoader::expected_of(const ReplayItem& item) const {
  static const std::optional<StatusSet> k_none;
  return item.capture == 0 ? source_->messages[item.message].expected : k_none;
}

std::string ReplayLoader::name_of(const ReplayItem& item) const {
  return item.capture == 0 ? source_->messages[item.message].name
                           : fmt::format("#{}", item.capture);
}

}  // namespace terra_hook
