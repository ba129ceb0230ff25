// SPDX-License-Identifier: MIT
#include "terra/record_merge.hpp"

#include <optional>

#include "base/bytes.hpp"
#include "base/json_scanner.hpp"
#include "base/json_tree.hpp"
#include "terra/record_pairing.hpp"

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;

constexpr std::size_t k_digest_bytes = 16;

struct TextSpan {
  std::size_t begin;
  std::size_t end;
};

/// The value whose first token was just read, and what follows it not yet.
std::optional<TextSpan> read_span(Scanner& scanner) {
  const std::size_t begin = scanner.offset();
  if (!scanner.skip()) return std::nullopt;
  return TextSpan{begin, scanner.offset() + scanner.raw().size()};
}

RecordList inside_of(std::string_view body, TextSpan array) {
  return {body.substr(0, array.begin + 1),
          body.substr(array.begin + 1, array.end - array.begin - 2),
          body.substr(array.end - 1),
          {}};
}

bool is_list_name(std::string_view key) {
  return json::spells(key, "data") || json::spells(key, "users") || json::spells(key, "user") ||
         json::spells(key, "providers");
}

}  // namespace

Result<RecordList> find_records(std::string_view body) {
  Scanner scanner(body);
  const Token first = scanner.next();
  std::optional<RecordList> list;
  std::string event_type;
  if (first == Token::array_begin) {
    if (const auto span = read_span(scanner)) list = inside_of(body, *span);
  } else if (first == Token::object_begin) {
    while (scanner.next() == Token::key) {
      const std::string_view key = scanner.raw();
      const Token token = scanner.next();
      if (token == Token::string && json::spells(key, "type")) {
        event_type = json::unescape(scanner.raw()).substr(0, 64);
      } else if (token == Token::array_begin && is_list_name(key)) {
        if (const auto span = read_span(scanner)) list = inside_of(body, *span);
      } else if (token == Token::object_begin && json::spells(key, "athlete")) {
        if (const auto span = read_span(scanner)) {
          list = RecordList{body.substr(0, span->begin),
                            body.substr(span->begin, span->end - span->begin),
                            body.substr(span->end),
                            {}};
        }
      } else {
        scanner.skip();
      }
    }
  }
  if (scanner.next() != Token::end) {
    return Error{ErrorKind::input, "the answer is not JSON: " + scanner.problem().message,
                 "without --split the answer is printed as it came"};
  }
  if (!list)
    return Error{ErrorKind::input, "the answer holds no records",
                 "without --split the answer is printed as it came"};
  list->event_type = std::move(event_type);
  return *std::move(list);
}

Result<bool> RecordMerger::add(const RecordList& list, const RecordSink& sink) {
  ++answer_;
  std::string_view rest = list.inside;
  while (!trim(rest).empty()) {
    Scanner one(rest);
    const Token token = one.next();
    if (token == Token::error || token == Token::end) break;
    const auto span = read_span(one);
    if (!span) break;
    const std::string_view record = rest.substr(span->begin, span->end - span->begin);
    if (is_new(record, list.event_type)) {
      ++kept_;
      TRY_ASSIGN(const bool goes_on, sink(record));
      if (!goes_on) return false;
    }
    rest.remove_prefix(span->end);
    rest = trim(rest);
    if (rest.starts_with(',')) rest.remove_prefix(1);
  }
  return true;
}

bool RecordMerger::is_new(std::string_view record, std::string_view event_type) {
  const auto tree = json::Tree::parse(record);
  if (!tree) return true;
  const std::string name = record_name(*tree, 0, event_type);
  if (name.empty()) return true;
  const Sha256Digest digest = sha256(name);
  const std::string key(digest.begin(), digest.begin() + k_digest_bytes);
  const std::size_t content = std::hash<std::string_view>()(record);
  const auto [place, is_first] = seen_.try_emplace(key, Seen{answer_, content});
  if (is_first || place->second.answer == answer_) return true;
  ++duplicates_;
  if (place->second.content != content) ++differing_;
  return false;
}

}  // namespace terra_hook
