// SPDX-License-Identifier: MIT
#include "terra/body_masker.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

#include "base/json_scanner.hpp"
#include "terra/scrub.hpp"

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;

/// A JSON string token.
std::string string_token(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_personal(PersonalKind kind) {
  return kind != PersonalKind::unknown && kind != PersonalKind::not_personal;
}

/// Kinds whose values may turn up in messages.
bool is_telling(PersonalKind kind) {
  switch (kind) {
    case PersonalKind::user:
    case PersonalKind::reference:
    case PersonalKind::account:
    case PersonalKind::request:
    case PersonalKind::event:
    case PersonalKind::id:
    case PersonalKind::name:
    case PersonalKind::email:
    case PersonalKind::phone: return true;
    default: return false;
  }
}

/// Walks a body and knows of each scalar what it holds.
class Walk {
 public:
  explicit Walk(std::string_view body) : scanner_(body) {}

  Token next() {
    has_key_ = token_ == Token::key;
    token_ = scanner_.next();
    switch (token_) {
      case Token::key: read_key(); break;
      case Token::object_begin:
      case Token::array_begin:
        if (containers_.size() < k_max_depth) containers_.push_back({kind(), name()});
        break;
      case Token::object_end:
      case Token::array_end:
        if (scanner_.depth() < containers_.size()) containers_.pop_back();
        break;
      default: break;
    }
    return token_;
  }

  const Scanner& scanner() const { return scanner_; }

  /// What the value that next() answered holds.
  PersonalKind kind() const {
    if (scanner_.depth() > k_max_depth) return PersonalKind::attribute;
    if (has_key_) return member_.kind;
    return containers_.empty() ? PersonalKind::unknown : containers_.back().kind;
  }

 private:
  struct Named {
    PersonalKind kind = PersonalKind::unknown;
    std::string_view name;  ///< a key token as sent; an element has its array's
  };

  static constexpr std::size_t k_max_depth = 256;
  static constexpr std::size_t k_max_facts = 4096;

  std::string_view name() const {
    if (has_key_) return member_.name;
    return containers_.empty() ? std::string_view{} : containers_.back().name;
  }

  void read_key() {
    const Named around = containers_.empty() ? Named{} : containers_.back();
    const std::string_view key = scanner_.raw();
    const PersonalKind found = fact(key, around.name);
    member_ = {found == PersonalKind::unknown ? around.kind : found, key};
  }

  /// personal_kind(), remembered: a body has few names and many members.
  PersonalKind fact(std::string_view key, std::string_view under) {
    lookup_.assign(key).append(under);
    if (const auto known = facts_.find(lookup_); known != facts_.end()) return known->second;
    if (facts_.size() == k_max_facts) facts_.clear();
    const PersonalKind kind = personal_kind(json::unescape(key), json::unescape(under));
    return facts_.emplace(lookup_, kind).first->second;
  }

  Scanner scanner_;
  Token token_ = Token::end;
  std::vector<Named> containers_;
  Named member_;
  bool has_key_ = false;
  std::unordered_map<std::string, PersonalKind> facts_;
  std::string lookup_;
};

/// The ids and names that `body` has as values of their own; a bounded number of them.
std::vector<KnownValue> find_known(std::string_view body) {
  constexpr std::size_t k_most = 64;
  constexpr std::size_t k_shortest = 4;
  constexpr std::size_t k_longest = 256;
  std::vector<KnownValue> known;
  Walk walk(body);
  for (Token token = walk.next(); token != Token::end && token != Token::error;
       token = walk.next()) {
    if (token == Token::string && is_telling(walk.kind()) && known.size() < k_most) {
      std::string value = json::unescape(walk.scanner().raw());
      const bool is_new = std::ranges::none_of(
          known, [&](const KnownValue& other) { return other.value == value; });
      if (is_new && value.size() >= k_shortest && value.size() <= k_longest) {
        known.push_back({walk.kind(), std::move(value)});
      }
    }
  }
  // Of two values of which one holds the other, the longer is sought first.
  std::ranges::stable_sort(known, std::ranges::greater{},
                           [](const KnownValue& value) { return value.value.size(); });
  return known;
}

/// True for what scrub() would find nothing in: most keys, and times. Cheap.
bool is_plain(Token token, std::string_view raw) {
  constexpr std::size_t k_longest = 36;
  if (raw.size() > k_longest) return false;
  const std::string_view harmless = token == Token::key
                                        ? "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_\""
                                        : "0123456789-:.+TZ\"";
  return raw.find_first_not_of(harmless) == std::string_view::npos;
}

/// The token to write instead; nothing when it stays.
std::optional<std::string> masked(Token token, std::string_view raw, PersonalKind kind,
                                  const std::vector<KnownValue>& known, const Mask& mask) {
  switch (token) {
    case Token::string:
    case Token::key: {
      const bool is_hidden = token == Token::string && is_personal(kind);
      if (!is_hidden && is_plain(token, raw)) return std::nullopt;
      const std::string text = json::unescape(raw);
      if (is_hidden) return string_token(mask.text(kind, text));
      std::string scrubbed = scrub(text, known, mask);
      return scrubbed == text ? std::nullopt : std::optional(string_token(scrubbed));
    }
    case Token::number:
      return is_personal(kind) ? std::optional(mask.number(kind, raw)) : std::nullopt;
    case Token::true_literal:
      return kind == PersonalKind::attribute ? std::optional<std::string>("false") : std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> mask_body(std::string_view body, const Mask& mask) {
  const std::vector<KnownValue> known = find_known(body);
  std::string out;
  out.reserve(body.size());
  std::size_t taken = 0;
  Walk walk(body);
  for (Token token = walk.next(); token != Token::end; token = walk.next()) {
    if (token == Token::error) return std::nullopt;
    const std::string_view raw = walk.scanner().raw();
    if (const auto other = masked(token, raw, walk.kind(), known, mask)) {
      out += body.substr(taken, walk.scanner().offset() - taken);
      out += *other;
      taken = walk.scanner().offset() + raw.size();
    }
  }
  out += body.substr(taken);
  return out;
}

}  // namespace terra_hook
