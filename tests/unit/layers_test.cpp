// SPDX-License-Identifier: MIT
// Holds the sources to the table of folders: who may include whom, and where each library stops.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Folder {
  std::string_view name;
  int level;  ///< it may include itself and what has a lower level
};

constexpr Folder k_folders[] = {{"base", 0},     {"webhook", 1}, {"http", 1},
                                {"capture", 2},  {"terra", 2},   {"render", 3},
                                {"commands", 4}, {"cli", 5},     {"main.cpp", 6}};

/// Where a library's headers may be included: files whose path starts and ends so.
struct Place {
  std::string_view start;
  std::string_view end;
};

struct Library {
  std::string_view header;  ///< a whole name, or a folder with its `/`
  std::vector<Place> places;
};

const std::vector<Library>& libraries() {
  static const std::vector<Library> list = {
      {"CLI/", {{"cli/", ""}}},
      {"sqlite3.h", {{"capture/", ".cpp"}, {"cli/versions.cpp", ""}}},
      {"nlohmann/", {{"", ".cpp"}}},
      {"openssl/", {{"", ".cpp"}}},
      {"fmt/", {{"", ".cpp"}}},
      {"boost/",
       {{"http/server.cpp", ""},
        {"http/server_", ""},
        {"http/request_parser.cpp", ""},
        {"cli/versions.cpp", ""}}},
      {"httplib.h", {{"http/client.cpp", ""}}},
      {"toml++/", {{"cli/config_file.cpp", ""}, {"cli/versions.cpp", ""}}},
      {"zlib.h", {{"http/content_coding.cpp", ""}, {"cli/versions.cpp", ""}}},
      {"brotli/", {{"http/content_coding.cpp", ""}, {"cli/versions.cpp", ""}}},
      {"zstd.h", {{"http/content_coding.cpp", ""}, {"cli/versions.cpp", ""}}},
      {"ncurses.h", {{"commands/full_screen.cpp", ""}}},
  };
  return list;
}

constexpr std::string_view k_system_folders[] = {"sys/", "netinet/", "arpa/", "net/"};
constexpr std::string_view k_system_headers[] = {
    "dirent.h", "fcntl.h",  "locale.h", "netdb.h",   "poll.h",   "pthread.h", "pwd.h",
    "regex.h",  "signal.h", "spawn.h",  "termios.h", "unistd.h", "wchar.h"};

/// What comes in through Env: outside these files nobody reaches for it.
constexpr std::string_view k_ambient[] = {
    "getenv",    "std::cout",         "std::cerr", "std::clog",          "std::cin",
    "std::time", "system_clock::now", "std::rand", "std::random_device", "environ"};
constexpr std::string_view k_files_with_ambient[] = {"main.cpp", "base/env.cpp"};

std::optional<int> level_of(std::string_view path) {
  const std::string_view first = path.substr(0, path.find('/'));
  for (const Folder& folder : k_folders) {
    if (folder.name == first) return folder.level;
  }
  return std::nullopt;
}

/// Empty when the file at `path` may include its own header `name`, else the rule it breaks.
std::string own_include_rule(std::string_view path, std::string_view name) {
  if (name.find('/') == std::string_view::npos || name.front() == '.') {
    return "own headers are written from src, as \"base/bytes.hpp\"";
  }
  const std::string_view from = path.substr(0, path.find('/'));
  const std::string_view to = name.substr(0, name.find('/'));
  if (!level_of(to)) return "own headers are in a folder of the table";
  if (from == to || *level_of(from) > *level_of(to)) return "";
  return std::string(from) + " does not include " + std::string(to);
}

bool is_of_system(std::string_view name) {
  const bool is_standard = name.find_first_of("./") == std::string_view::npos;
  const auto has_start = [&](std::string_view folder) { return name.starts_with(folder); };
  return is_standard || std::ranges::any_of(k_system_folders, has_start) ||
         std::ranges::find(k_system_headers, name) != std::end(k_system_headers);
}

/// The same for a header in angle brackets.
std::string system_include_rule(std::string_view path, std::string_view name) {
  if (is_of_system(name)) return "";
  for (const Library& library : libraries()) {
    const bool is_folder = library.header.back() == '/';
    if (is_folder ? !name.starts_with(library.header) : name != library.header) continue;
    std::string rule = std::string(library.header) + " is for";
    for (const Place& place : library.places) {
      if (path.starts_with(place.start) && path.ends_with(place.end)) return "";
      rule += " " + std::string(place.start) + "*" + std::string(place.end);
    }
    return rule;
  }
  return "no rule knows this header: add its library to this test's table";
}

std::string_view without_comment(std::string_view line) {
  for (auto at = line.find("//"); at != std::string_view::npos; at = line.find("//", at + 2)) {
    if (at == 0 || line[at - 1] != ':') return line.substr(0, at);
  }
  return line;
}

/// The header that a line includes, with its opening `"` or `<`; empty when it includes none.
std::string_view included_header(std::string_view line) {
  const auto skip = [&](std::string_view what) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(what)) return false;
    line.remove_prefix(what.size());
    return true;
  };
  if (!skip("#") || !skip("include") || !skip("")) return {};
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return {};
  return line.substr(0, line.find_first_of("\">", 1));
}

/// True when `line` holds `word` and no letter continues it on either side.
bool has_word(std::string_view line, std::string_view word) {
  const auto continues = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !continues(line[at - 1])) && (end == line.size() || !continues(line[end]))) {
      return true;
    }
  }
  return false;
}

std::string broken_rule(std::string_view path, std::string_view line) {
  const std::string_view header = included_header(line);
  if (!header.empty()) {
    const std::string_view name = header.substr(1);
    if (name.empty()) return "an include needs a name";
    return header.front() == '"' ? own_include_rule(path, name) : system_include_rule(path, name);
  }
  if (std::ranges::find(k_files_with_ambient, path) != std::end(k_files_with_ambient)) return "";
  for (const std::string_view word : k_ambient) {
    if (has_word(without_comment(line), word)) return std::string(word) + " comes through Env";
  }
  return "";
}

/// What is wrong in the source at `path` (from src), one `path:line: rule (text)` each.
std::vector<std::string> broken_rules(std::string_view path, std::string_view text) {
  const std::string at(path);
  if (!level_of(path)) return {at + ":1: every source is in a folder of the table"};
  std::vector<std::string> found;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string rule = broken_rule(path, line);
    if (rule.empty()) continue;
    found.push_back(at + ":" + std::to_string(number) + ": " + rule + " (" + std::string(line) +
                    ")");
  }
  return found;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("layers / the sources keep to the table") {
  const std::filesystem::path src = std::filesystem::path(TERRA_HOOK_SOURCE_DIR) / "src";
  int sources = 0;
  int includes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(src)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const std::string text = read(entry.path());
    ++sources;
    if (text.find("#include ") != std::string::npos) ++includes;
    for (const std::string& broken :
         broken_rules(entry.path().lexically_relative(src).generic_string(), text)) {
      FAIL_CHECK("src/" << broken);
    }
  }
  CHECK(sources > 50);
  CHECK(includes > 50);
}

TEST_CASE("layers / what may be included is let through") {
  const struct {
    const char* path;
    const char* line;
  } cases[] = {
      {"base/bytes.cpp", "#include \"base/bytes.hpp\""},
      {"webhook/signature.cpp", "#include \"base/bytes.hpp\""},
      {"capture/store.hpp", "#include \"webhook/signature.hpp\""},
      {"capture/store.hpp", "#include \"http/server.hpp\""},
      {"render/style.cpp", "#include \"terra/sample.hpp\""},
      {"main.cpp", "#include \"cli/app.hpp\""},
      {"main.cpp", "std::cerr << getenv(name) << std::cout.rdbuf();"},
      {"cli/binder.hpp", "#include <CLI/CLI.hpp>"},
      {"capture/store.cpp", "#include <sqlite3.h>"},
      {"base/bytes.cpp", "#include <openssl/evp.h>"},
      {"render/json_view.cpp", "#include <nlohmann/json.hpp>"},
      {"http/server_session.cpp", "#include <boost/beast.hpp>"},
      {"http/server_worker.hpp", "#include <boost/asio/io_context.hpp>"},
      {"http/client.cpp", "#include <httplib.h>"},
      {"http/content_coding.cpp", "#include <zstd.h>"},
      {"commands/full_screen.cpp", "#include <ncurses.h>"},
      {"base/file.hpp", "#include <string_view>"},
      {"base/file.cpp", "#include <sys/stat.h>"},
      {"base/env.cpp", "return std::chrono::system_clock::now();"},
      {"commands/listen.cpp", "// std::cout is the Env's"},
      {"commands/listen.cpp",
       "const auto now = env.now(), getenv_count = std::chrono::steady_clock::now();"},
      {"commands/listen.cpp", "// #include \"cli/app.hpp\""},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.path);
    CAPTURE(sample.line);
    CHECK(broken_rules(sample.path, sample.line).empty());
  }
}

TEST_CASE("layers / what breaks the table is found") {
  const struct {
    const char* path;
    const char* line;
    const char* rule;
  } cases[] = {
      {"base/bytes.cpp", "#include \"webhook/signature.hpp\"", "base does not include webhook"},
      {"webhook/summary.hpp", "#include \"http/server.hpp\"", "webhook does not include http"},
      {"http/server.hpp", "#include \"webhook/summary.hpp\"", "http does not include webhook"},
      {"capture/store.cpp", "#include \"terra/api.hpp\"", "capture does not include terra"},
      {"terra/api.cpp", "#include \"capture/store.hpp\"", "terra does not include capture"},
      {"capture/store.cpp", "#include \"render/style.hpp\"", "capture does not include render"},
      {"render/style.cpp", "#include \"commands/listen.hpp\"", "render does not include commands"},
      {"commands/listen.cpp", "#include \"cli/app.hpp\"", "commands does not include cli"},
      {"commands/listen.cpp", "  #  include\t\"cli/app.hpp\"", "commands does not include cli"},
      {"cli/app.cpp", "#include \"app.hpp\"", "written from src"},
      {"cli/app.cpp", "#include \"../base/bytes.hpp\"", "written from src"},
      {"cli/app.cpp", "#include \"util/strings.hpp\"", "a folder of the table"},
      {"cli/app.cpp", "#include <base/bytes.hpp>", "no rule knows this header"},
      {"util/strings.cpp", "#include <string>", "every source is in a folder of the table"},
      {"commands/listen.cpp", "#include <CLI/CLI.hpp>", "CLI/ is for cli/*"},
      {"capture/store.hpp", "#include <sqlite3.h>", "sqlite3.h is for capture/*.cpp"},
      {"commands/list.cpp", "#include <sqlite3.h>", "sqlite3.h is for capture/*.cpp"},
      {"render/json_view.hpp", "#include <nlohmann/json_fwd.hpp>", "nlohmann/ is for *.cpp"},
      {"webhook/signature.hpp", "#include <openssl/types.h>", "openssl/ is for *.cpp"},
      {"base/bytes.hpp", "#include <fmt/format.h>", "fmt/ is for *.cpp"},
      {"http/server.hpp", "#include <boost/asio.hpp>",
       "boost/ is for http/server.cpp* http/server_*"},
      {"http/tls.cpp", "#include <boost/asio/ssl.hpp>",
       "boost/ is for http/server.cpp* http/server_*"},
      {"http/server.cpp", "#include <httplib.h>", "httplib.h is for http/client.cpp*"},
      {"http/server.cpp", "#include <zlib.h>", "zlib.h is for http/content_coding.cpp*"},
      {"render/json_view.cpp", "#include <brotli/decode.h>", "brotli/ is for"},
      {"base/file.cpp", "#include <absl/strings/string_view.h>", "no rule knows this header"},
      {"commands/listen.cpp", "#include <ncurses.h>", "ncurses.h is for commands/full_screen.cpp"},
      {"base/file.cpp", "#include <curl.h>", "no rule knows this header"},
      {"commands/listen.cpp", "const char* home = std::getenv(\"HOME\");",
       "getenv comes through Env"},
      {"cli/app.cpp", "std::cout << text;  // data", "std::cout comes through Env"},
      {"render/style.cpp", "log(\"http://x\", std::cerr);", "std::cerr comes through Env"},
      {"capture/store.cpp", "std::chrono::system_clock::now()", "system_clock::now comes through"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.path);
    CAPTURE(sample.line);
    const std::string text = std::string("#pragma once\n") + sample.line + "\n";
    const std::vector<std::string> found = broken_rules(sample.path, text);
    REQUIRE(found.size() == 1);
    CHECK_MESSAGE(found[0].find(sample.rule) != std::string::npos, found[0]);
    CHECK(found[0].starts_with(std::string(sample.path) + ":"));
  }
}

TEST_CASE("layers / every broken line is named") {
  const std::vector<std::string> found = broken_rules(
      "base/time.cpp", "#include <ctime>\r\n#include <sqlite3.h>\n\nint x = std::time(nullptr);");
  REQUIRE(found.size() == 2);
  CHECK(found[0].starts_with("base/time.cpp:2: "));
  CHECK(found[1].starts_with("base/time.cpp:4: "));
}
