// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/json_tree.hpp"
#include "terra/alignment.hpp"
#include "terra/body_diff.hpp"
#include "terra/delivery_loss.hpp"
#include "terra/record_pairing.hpp"

namespace terra_hook {
namespace {

using json::Tree;

Tree parse(std::string_view text) {
  Result<Tree> tree = Tree::parse(text);
  REQUIRE_MESSAGE(tree.has_value(), text);
  return *std::move(tree);
}

std::string change_text(const Tree& a, const Tree& b, const BodyDiff& diff, const Change& change) {
  const std::string occurrence =
      change.occurrence == 1 ? "" : "#" + std::to_string(change.occurrence);
  switch (change.kind) {
    case Change::Kind::added:
      return "+" + b.pointer(change.b) + occurrence + " " + std::string(b.raw(change.b));
    case Change::Kind::removed:
      return "-" + a.pointer(change.a) + occurrence + " " + std::string(a.raw(change.a));
    case Change::Kind::changed:
      return "~" + a.pointer(change.a) + occurrence + " " + std::string(a.raw(change.a)) + " " +
             std::string(b.raw(change.b));
    case Change::Kind::list: break;
  }
  const ListChange& list = diff.lists[change.list];
  return "*" + a.pointer(change.a) + " " + std::to_string(list.old_count) + " " +
         std::to_string(list.new_count) + " +" + std::to_string(list.added) + " -" +
         std::to_string(list.removed) + " ~" + std::to_string(list.changed) + " " +
         std::string(list.first_time) + ".." + std::string(list.last_time);
}

/// The changes, each as one line: `+` added, `-` removed, `~` changed, `*` a list.
std::vector<std::string> differences(std::string_view text_a, std::string_view text_b,
                                     const DiffOptions& options = {},
                                     std::string_view type = "activity") {
  const Tree a = parse(text_a);
  const Tree b = parse(text_b);
  const BodyDiff diff = diff_bodies(a, b, type, options);
  std::vector<std::string> lines;
  for (const Change& change : diff.changes) lines.push_back(change_text(a, b, diff, change));
  return lines;
}

using Lines = std::vector<std::string>;

std::string join(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string samples(int count, int skipped, int changed) {
  std::string list = R"({"hr_samples":[)";
  for (int i = 0; i < count; ++i) {
    if (i == skipped) continue;
    if (list.back() == '}') list += ',';
    const std::string minute = (i < 10 ? "0" : "") + std::to_string(i);
    list += R"({"timestamp":"2026-07-01T07:)" + minute + R"(:00.000000+02:00","bpm":)" +
            std::to_string(i == changed ? 200 : 100) + "}";
  }
  return list + "]}";
}

}  // namespace

TEST_CASE("alignment / items of a key are paired in their order") {
  const auto text = [](const std::vector<std::string_view>& a,
                       const std::vector<std::string_view>& b) {
    std::string out;
    for (const Pairing& pairing : align(a, b)) {
      out += (pairing.a ? std::to_string(*pairing.a) : "-") +
             (pairing.b ? std::to_string(*pairing.b) : "-") + " ";
    }
    return out;
  };
  CHECK(text({"a", "b", "c"}, {"a", "b", "c"}) == "00 11 22 ");
  CHECK(text({"a", "b", "c"}, {"c", "a", "b"}) == "01 12 20 ");
  CHECK(text({"a", "b"}, {"b", "x"}) == "0- 10 -1 ");
  CHECK(text({"k", "a", "k"}, {"k", "k", "k"}) == "00 1- 21 -2 ");
  CHECK(text({}, {"a"}) == "-0 ");
  CHECK(text({"a"}, {}) == "0- ");
}

TEST_CASE("body diff / order of keys and spelling do not count") {
  CHECK(differences(R"({"a":1.0,"b":"A","c":[1e1,{"x":1,"y":2}]})",
                    R"({"c":[10,{"y":2,"x":1}],"b":"\u0041","a":1})")
            .empty());
}

TEST_CASE("body diff / scalars and kinds and members") {
  CHECK(join(differences(R"({"a":1,"b":null,"c":"x","d":{"e":1},"gone":[1]})",
                         R"({"a":2,"b":0,"c":null,"d":[1],"new":{"f":true}})")) ==
        "~/a 1 2\n~/b null 0\n~/c \"x\" null\n~/d {\"e\":1} [1]\n-/gone [1]\n"
        "+/new {\"f\":true}\n");
  CHECK(join(differences("1", "2")) == "~ 1 2\n");
}

TEST_CASE("body diff / of a repeated key the nth is compared with the nth") {
  CHECK(join(differences(R"({"a":1,"a":2,"b":0})", R"({"a":1,"b":0,"a":3,"a":4})")) ==
        "~/a#2 2 3\n+/a#3 4\n");
}

TEST_CASE("body diff / tolerance") {
  CHECK(differences(R"({"a":[1.0,2]})", R"({"a":[1.04,2]})", {0.05, true}).empty());
  CHECK(differences(R"({"a":[1.0,2]})", R"({"a":[1.06,2]})", {0.05, true}).size() == 1);
}

TEST_CASE("body diff / records are found by the key of their type") {
  const struct {
    const char* type;
    const char* a;
    const char* b;
    const char* expected;
  } cases[] = {
      {"activity",
       R"([{"metadata":{"summary_id":"1"},"v":1},{"metadata":{"summary_id":"2"},"v":2}])",
       R"([{"metadata":{"summary_id":"2"},"v":3},{"metadata":{"summary_id":"1"},"v":1}])",
       "~/data/1/v 2 3\n"},
      // The provisional record has no id yet.
      {"sleep",
       R"([{"metadata":{"summary_id":null,"start_time":"2026-07-01T22:00:00Z","end_time":"x"}}])",
       R"([{"metadata":{"summary_id":"S","start_time":"2026-07-01T22:00:00Z","end_time":"y"}}])",
       "~/data/0/metadata/summary_id null \"S\"\n~/data/0/metadata/end_time \"x\" \"y\"\n"},
      // Never converted: the date as sent is the day.
      {"daily", R"([{"metadata":{"start_time":"2026-07-01T00:00:00+14:00"},"v":1}])",
       R"([{"metadata":{"start_time":"2026-07-01T23:00:00-05:00"},"v":1}])",
       "~/data/0/metadata/start_time \"2026-07-01T00:00:00+14:00\" "
       "\"2026-07-01T23:00:00-05:00\"\n"},
      {"hormone", R"([{"timestamp":"a","v":1},{"timestamp":"b","v":2}])",
       R"([{"timestamp":"b","v":2}])", "-/data/0 {\"timestamp\":\"a\",\"v\":1}\n"},
      {"planned_workout", R"([{"planned_workout_id":"p","v":1}])",
       R"([{"planned_workout_id":"q","v":1},{"planned_workout_id":"p","v":2}])",
       "~/data/0/v 1 2\n+/data/0 {\"planned_workout_id\":\"q\",\"v\":1}\n"},
      // A type that nobody knows, and records without any key: by place.
      {"hydration_plan", R"([{"v":1},{"id":7,"v":1}])", R"([{"id":7,"v":2},{"v":1}])",
       "~/data/1/v 1 2\n"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.type);
    const auto body = [](const char* data) { return std::string(R"({"data":)") + data + "}"; };
    CHECK(join(differences(body(sample.a), body(sample.b), {}, sample.type)) == sample.expected);
  }
}

TEST_CASE("body diff / samples are summed up by their times") {
  CHECK(join(differences(samples(12, -1, 3), samples(12, 7, 9))) ==
        "*/hr_samples 12 11 +0 -1 ~2 "
        "2026-07-01T07:03:00.000000+02:00..2026-07-01T07:09:00.000000+02:00"
        "\n");
  CHECK(differences(samples(12, -1, -1), samples(12, -1, -1)).empty());
  CHECK(join(differences(samples(5, -1, 1), samples(5, 3, 1), {0, false})) ==
        "-/hr_samples/3 {\"timestamp\":\"2026-07-01T07:03:00.000000+02:00\",\"bpm\":100}\n");
}

TEST_CASE("body diff / other arrays by an id of their own or by place") {
  CHECK(join(differences(R"({"z":[{"zone":1,"s":5},{"zone":2,"s":6}]})",
                         R"({"z":[{"zone":2,"s":6},{"zone":1,"s":7}]})")) == "~/z/0/s 5 7\n");
  CHECK(join(differences(R"({"z":[1,2,3,4]})", R"({"z":[1,9,2,3,4]})")) == "+/z/1 9\n");
  CHECK(join(differences(R"({"z":[1,2,3,4]})", R"({"z":[1,4]})")) == "-/z/1 2\n-/z/2 3\n");
  CHECK(join(differences(R"({"z":[{"id":1},{"id":1}]})", R"({"z":[{"id":1}]})")) ==
        "-/z/1 {\"id\":1}\n");
}

TEST_CASE("body diff / depth is bounded where paths would not be") {
  const std::string a = std::string(500, '[') + "1" + std::string(500, ']');
  const std::string b = std::string(500, '[') + "2" + std::string(500, ']');
  CHECK(differences(a, a).empty());
  const Lines lines = differences(a, b);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("~/0/0/0/"));
}

TEST_CASE("losses / of the later delivery and by kind") {
  const Tree a = parse(
      R"({"data":[{"timestamp":"t","x":1,"n":null,"data_enrichment":{"s":1,"t":2},"big":{"y":1}},{"timestamp":"u"}],"top":1})");
  const Tree b =
      parse(R"({"data":[{"timestamp":"t","x":null,"data_enrichment":{"s":null},"more":1}]})");
  const BodyDiff diff = diff_bodies(a, b, "hormone", {});
  const Losses losses = find_losses(diff, a, b, true);
  const auto pointers = [](const Tree& tree, const std::vector<Tree::Index>& values) {
    std::string text;
    for (const Tree::Index value : values) text += tree.pointer(value) + " ";
    return text;
  };
  CHECK(pointers(a, losses.fields) == "/data/0/x /data/0/big ");
  CHECK(pointers(a, losses.scores) == "/data/0/data_enrichment/s /data/0/data_enrichment/t ");
  const Losses reversed = find_losses(diff, b, a, false);
  CHECK(pointers(b, reversed.fields) == "/data/0/more ");
  CHECK(reversed.scores.empty());
}

TEST_CASE("losses / of samples") {
  const std::string text_a = R"({"data":[{"timestamp":"t","d":)" + samples(9, -1, 1) + "}]}";
  const std::string text_b = R"({"data":[{"timestamp":"t","d":)" + samples(9, 4, 1) + "}]}";
  const Tree a = parse(text_a);
  const Tree b = parse(text_b);
  CHECK(find_losses(diff_bodies(a, b, "hormone", {}), a, b, true).elements == 1);
}

TEST_CASE("record name / says what makes a record the one it is") {
  const Tree tree = parse(
      R"({"data":[{"metadata":{"start_time":"2026-07-01T00:00:00Z","end_time":"e","summary_id":"S-1"}},{}]})");
  const Tree::Index record = tree.first_child(1);
  CHECK(record_name(tree, record, "daily") == "2026-07-01");
  CHECK(record_name(tree, record, "sleep") == "S-1");
  CHECK(record_name(tree, tree.next_sibling(record), "sleep") == "");
  CHECK(record_around(tree, tree.find_path(record, "metadata.end_time")) == record);
  CHECK(record_around(tree, 0) == Tree::k_none);
  CHECK(record_around(tree, 1) == Tree::k_none);
}

}  // namespace terra_hook
