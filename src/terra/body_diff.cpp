// SPDX-License-Identifier: MIT
#include "terra/body_diff.hpp"

#include <algorithm>
#include <map>

#include "base/time.hpp"
#include "terra/record_pairing.hpp"
#include "terra/value_equality.hpp"

namespace terra_hook {
namespace {

using json::Token;
using json::Tree;
using Index = Tree::Index;

/// Arrays with more elements are summarised, whatever they hold.
constexpr std::size_t k_short_list = 16;
constexpr std::size_t k_max_depth = 128;

/// Which of several members of the same name each one is, from 1.
std::vector<std::uint32_t> occurrences(const Tree& tree, const std::vector<Index>& members) {
  Spellings spellings;
  std::map<std::string_view, std::uint32_t> counts;
  std::vector<std::uint32_t> result;
  for (const Index member : members) result.push_back(++counts[spellings.of(tree.raw_key(member))]);
  return result;
}

/// Finds the first and the last of the times it is shown.
class TimeRange {
 public:
  explicit TimeRange(std::string_view path) : path_(path) {}

  void add(const Tree& tree, Index element) {
    if (path_.empty()) return;
    const Index value = tree.find_path(element, path_);
    if (value == Tree::k_none || tree.kind(value) != Token::string) return;
    const std::string_view raw = tree.raw(value);
    const std::string_view text = raw.substr(1, raw.size() - 2);
    const auto instant = parse_iso8601(text);
    if (!instant) return;
    if (first_.empty() || *instant < first_instant_) first_ = text, first_instant_ = *instant;
    if (last_.empty() || *instant > last_instant_) last_ = text, last_instant_ = *instant;
  }

  std::string_view first() const { return first_; }
  std::string_view last() const { return last_; }

 private:
  std::string_view path_;
  std::string_view first_;
  std::string_view last_;
  UtcTime first_instant_{};
  UtcTime last_instant_{};
};

class Differ {
 public:
  Differ(const Tree& a, const Tree& b, std::string_view event_type, const DiffOptions& options)
      : a_(a), b_(b), event_type_(event_type), options_(options) {}

  BodyDiff run() {
    pending_.push_back({0, 0});
    while (!pending_.empty()) {
      const Pair pair = pending_.back();
      pending_.pop_back();
      visit(pair);
    }
    return std::move(result_);
  }

 private:
  struct Pair {
    Index a = Tree::k_none;
    Index b = Tree::k_none;
    std::uint32_t depth = 0;
    std::uint32_t occurrence = 1;
    bool is_record = false;
  };

  void visit(const Pair& pair) {
    if (pair.a == Tree::k_none || pair.b == Tree::k_none) return report(pair);
    if (pair.is_record) result_.records.push_back({pair.a, pair.b});
    const Token kind = a_.kind(pair.a);
    if (kind != b_.kind(pair.b)) return report(pair);
    if (!a_.is_container(pair.a) || pair.depth == k_max_depth) {
      if (!same_value(a_, pair.a, b_, pair.b, options_.number_tolerance)) report(pair);
    } else if (kind == Token::object_begin) {
      visit_objects(pair);
    } else {
      visit_arrays(pair);
    }
  }

  void report(const Pair& pair) {
    Change change{Change::Kind::changed, pair.a, pair.b, pair.is_record, pair.occurrence, 0};
    if (pair.a == Tree::k_none) change.kind = Change::Kind::added;
    if (pair.b == Tree::k_none) change.kind = Change::Kind::removed;
    result_.changes.push_back(change);
  }

  void visit_objects(const Pair& around) {
    const std::vector<Index> a = children_of(a_, around.a);
    const std::vector<Index> b = children_of(b_, around.b);
    const std::vector<Pairing> pairings = align_members(a_, a, b_, b);
    const std::vector<std::uint32_t> in_a = occurrences(a_, a);
    const std::vector<std::uint32_t> in_b = occurrences(b_, b);
    push(pairings, a, b, around, false);
    for (std::size_t i = 0; i < pairings.size(); ++i) {
      const Pairing& pairing = pairings[pairings.size() - 1 - i];  // as they lie on the stack
      pending_[pending_.size() - pairings.size() + i].occurrence =
          pairing.a ? in_a[*pairing.a] : in_b[*pairing.b];
    }
  }

  void visit_arrays(const Pair& around) {
    const std::vector<Index> a = children_of(a_, around.a);
    const std::vector<Index> b = children_of(b_, around.b);
    const bool is_data = a_.parent(around.a) == 0 && json::spells(a_.raw_key(around.a), "data");
    if (is_data) return push(pair_records(a_, a, b_, b, event_type_), a, b, around, true);
    const ElementPairing elements = pair_elements(a_, a, b_, b, options_.number_tolerance);
    const bool is_long = std::max(a.size(), b.size()) > k_short_list ||
                         a_.raw_key(around.a).find("sample") != std::string_view::npos;
    if (options_.summarises_lists && is_long) return summarise(elements, a, b, around);
    push(elements.pairings, a, b, around, false);
  }

  /// So that they are visited in their order.
  void push(const std::vector<Pairing>& pairings, const std::vector<Index>& a,
            const std::vector<Index>& b, const Pair& around, bool are_records) {
    for (auto pairing = pairings.rbegin(); pairing != pairings.rend(); ++pairing) {
      Pair pair;
      if (pairing->a) pair.a = a[*pairing->a];
      if (pairing->b) pair.b = b[*pairing->b];
      pair.depth = around.depth + 1;
      pair.is_record = are_records;
      pending_.push_back(pair);
    }
  }

  void summarise(const ElementPairing& elements, const std::vector<Index>& a,
                 const std::vector<Index>& b, const Pair& around) {
    ListChange change;
    change.old_count = a.size();
    change.new_count = b.size();
    TimeRange range(elements.time_path);
    for (const Pairing& pairing : elements.pairings) {
      if (pairing.a && pairing.b) {
        const Index in_a = a[*pairing.a];
        if (same_value(a_, in_a, b_, b[*pairing.b], options_.number_tolerance)) continue;
        ++change.changed;
        range.add(a_, in_a);
      } else if (pairing.a) {
        ++change.removed;
        range.add(a_, a[*pairing.a]);
      } else {
        ++change.added;
        range.add(b_, b[*pairing.b]);
      }
    }
    if (change.added + change.removed + change.changed == 0) return;
    change.first_time = range.first();
    change.last_time = range.last();
    const auto number = static_cast<std::uint32_t>(result_.lists.size());
    result_.changes.push_back(
        {Change::Kind::list, around.a, around.b, false, around.occurrence, number});
    result_.lists.push_back(change);
  }

  const Tree& a_;
  const Tree& b_;
  std::string_view event_type_;
  DiffOptions options_;
  std::vector<Pair> pending_;
  BodyDiff result_;
};

}  // namespace

BodyDiff diff_bodies(const Tree& a, const Tree& b, std::string_view event_type,
                     const DiffOptions& options) {
  return Differ(a, b, event_type, options).run();
}

}  // namespace terra_hook
