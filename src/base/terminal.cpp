// SPDX-License-Identifier: MIT
#include "base/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/bytes.hpp"

namespace terra_hook {

namespace {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// The general categories Mn and Me and the vowels and finals of conjoining Hangul, as of
// Unicode 17. Gaps that hold only unassigned characters and spacing marks (Mc) are closed.
constexpr CodePointRange k_zero_width[] = {
    {0x300, 0x36F},     {0x483, 0x489},     {0x591, 0x5BD},     {0x5BF, 0x5BF},
    {0x5C1, 0x5C2},     {0x5C4, 0x5C5},     {0x5C7, 0x5C7},     {0x610, 0x61A},
    {0x64B, 0x65F},     {0x670, 0x670},     {0x6D6, 0x6DC},     {0x6DF, 0x6E4},
    {0x6E7, 0x6E8},     {0x6EA, 0x6ED},     {0x711, 0x711},     {0x730, 0x74A},
    {0x7A6, 0x7B0},     {0x7EB, 0x7F3},     {0x7FD, 0x7FD},     {0x816, 0x819},
    {0x81B, 0x823},     {0x825, 0x827},     {0x829, 0x82D},     {0x859, 0x85B},
    {0x897, 0x89F},     {0x8CA, 0x8E1},     {0x8E3, 0x902},     {0x93A, 0x93C},
    {0x941, 0x94D},     {0x951, 0x957},     {0x962, 0x963},     {0x981, 0x981},
    {0x9BC, 0x9BC},     {0x9C1, 0x9CD},     {0x9E2, 0x9E3},     {0x9FE, 0xA02},
    {0xA3C, 0xA51},     {0xA70, 0xA71},     {0xA75, 0xA75},     {0xA81, 0xA82},
    {0xABC, 0xABC},     {0xAC1, 0xACD},     {0xAE2, 0xAE3},     {0xAFA, 0xB01},
    {0xB3C, 0xB3C},     {0xB3F, 0xB56},     {0xB62, 0xB63},     {0xB82, 0xB82},
    {0xBC0, 0xBCD},     {0xC00, 0xC04},     {0xC3C, 0xC3C},     {0xC3E, 0xC56},
    {0xC62, 0xC63},     {0xC81, 0xC81},     {0xCBC, 0xCBC},     {0xCBF, 0xCCD},
    {0xCE2, 0xCE3},     {0xD00, 0xD01},     {0xD3B, 0xD3C},     {0xD41, 0xD4D},
    {0xD62, 0xD63},     {0xD81, 0xD81},     {0xDCA, 0xDD6},     {0xE31, 0xE31},
    {0xE34, 0xE3A},     {0xE47, 0xE4E},     {0xEB1, 0xEB1},     {0xEB4, 0xEBC},
    {0xEC8, 0xECE},     {0xF18, 0xF19},     {0xF35, 0xF35},     {0xF37, 0xF37},
    {0xF39, 0xF39},     {0xF71, 0xF84},     {0xF86, 0xF87},     {0xF8D, 0xFBC},
    {0xFC6, 0xFC6},     {0x102D, 0x103E},   {0x1058, 0x1059},   {0x105E, 0x1060},
    {0x1071, 0x1074},   {0x1082, 0x108D},   {0x109D, 0x109D},   {0x1160, 0x11FF},
    {0x135D, 0x135F},   {0x1712, 0x1714},   {0x1732, 0x1733},   {0x1752, 0x1753},
    {0x1772, 0x1773},   {0x17B4, 0x17D3},   {0x17DD, 0x17DD},   {0x180B, 0x180F},
    {0x1885, 0x1886},   {0x18A9, 0x18A9},   {0x1920, 0x193B},   {0x1A17, 0x1A1B},
    {0x1A56, 0x1A7F},   {0x1AB0, 0x1B03},   {0x1B34, 0x1B42},   {0x1B6B, 0x1B73},
    {0x1B80, 0x1B81},   {0x1BA2, 0x1BAD},   {0x1BE6, 0x1BF1},   {0x1C2C, 0x1C37},
    {0x1CD0, 0x1CD2},   {0x1CD4, 0x1CE8},   {0x1CED, 0x1CED},   {0x1CF4, 0x1CF4},
    {0x1CF8, 0x1CF9},   {0x1DC0, 0x1DFF},   {0x20D0, 0x20F0},   {0x2CEF, 0x2CF1},
    {0x2D7F, 0x2D7F},   {0x2DE0, 0x2DFF},   {0x302A, 0x302D},   {0x3099, 0x309A},
    {0xA66F, 0xA672},   {0xA674, 0xA67D},   {0xA69E, 0xA69F},   {0xA6F0, 0xA6F1},
    {0xA802, 0xA802},   {0xA806, 0xA806},   {0xA80B, 0xA80B},   {0xA825, 0xA826},
    {0xA82C, 0xA82C},   {0xA8C4, 0xA8C5},   {0xA8E0, 0xA8F1},   {0xA8FF, 0xA8FF},
    {0xA926, 0xA92D},   {0xA947, 0xA951},   {0xA980, 0xA982},   {0xA9B3, 0xA9BD},
    {0xA9E5, 0xA9E5},   {0xAA29, 0xAA36},   {0xAA43, 0xAA43},   {0xAA4C, 0xAA4C},
    {0xAA7C, 0xAA7C},   {0xAAB0, 0xAAB0},   {0xAAB2, 0xAAB4},   {0xAAB7, 0xAAB8},
    {0xAABE, 0xAABF},   {0xAAC1, 0xAAC1},   {0xAAEC, 0xAAED},   {0xAAF6, 0xAAF6},
    {0xABE5, 0xABE8},   {0xABED, 0xABED},   {0xD7B0, 0xD7FB},   {0xFB1E, 0xFB1E},
    {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F},   {0x101FD, 0x101FD}, {0x102E0, 0x102E0},
    {0x10376, 0x1037A}, {0x10A01, 0x10A0F}, {0x10A38, 0x10A3F}, {0x10AE5, 0x10AE6},
    {0x10D24, 0x10D27}, {0x10D69, 0x10D6D}, {0x10EAB, 0x10EAC}, {0x10EFA, 0x10EFF},
    {0x10F46, 0x10F50}, {0x10F82, 0x10F85}, {0x11001, 0x11001}, {0x11038, 0x11046},
    {0x11070, 0x11070}, {0x11073, 0x11074}, {0x1107F, 0x11081}, {0x110B3, 0x110BA},
    {0x110C2, 0x110C2}, {0x11100, 0x11102}, {0x11127, 0x11134}, {0x11173, 0x11173},
    {0x11180, 0x11181}, {0x111B6, 0x111BE}, {0x111C9, 0x111CC}, {0x111CF, 0x111CF},
    {0x1122F, 0x11237}, {0x1123E, 0x1123E}, {0x11241, 0x11241}, {0x112DF, 0x112EA},
    {0x11300, 0x11301}, {0x1133B, 0x1133C}, {0x11340, 0x11340}, {0x11366, 0x11374},
    {0x113BB, 0x113D0}, {0x113D2, 0x113D2}, {0x113E1, 0x113E2}, {0x11438, 0x11446},
    {0x1145E, 0x1145E}, {0x114B3, 0x114C3}, {0x115B2, 0x115C0}, {0x115DC, 0x115DD},
    {0x11633, 0x11640}, {0x116AB, 0x116B7}, {0x1171D, 0x1172B}, {0x1182F, 0x1183A},
    {0x1193B, 0x1193E}, {0x11943, 0x11943}, {0x119D4, 0x119E0}, {0x11A01, 0x11A0A},
    {0x11A33, 0x11A38}, {0x11A3B, 0x11A3E}, {0x11A47, 0x11A47}, {0x11A51, 0x11A5B},
    {0x11A8A, 0x11A99}, {0x11B60, 0x11B66}, {0x11C30, 0x11C3F}, {0x11C92, 0x11CB6},
    {0x11D31, 0x11D45}, {0x11D47, 0x11D47}, {0x11D90, 0x11D97}, {0x11EF3, 0x11EF4},
    {0x11F00, 0x11F01}, {0x11F36, 0x11F42}, {0x11F5A, 0x11F5A}, {0x13440, 0x13440},
    {0x13447, 0x13455}, {0x1611E, 0x1612F}, {0x16AF0, 0x16AF4}, {0x16B30, 0x16B36},
    {0x16F4F, 0x16F4F}, {0x16F8F, 0x16F92}, {0x16FE4, 0x16FE4}, {0x1BC9D, 0x1BC9E},
    {0x1CF00, 0x1CF46}, {0x1D167, 0x1D169}, {0x1D17B, 0x1D182}, {0x1D185, 0x1D18B},
    {0x1D1AA, 0x1D1AD}, {0x1D242, 0x1D244}, {0x1DA00, 0x1DA36}, {0x1DA3B, 0x1DA6C},
    {0x1DA75, 0x1DA75}, {0x1DA84, 0x1DA84}, {0x1DA9B, 0x1DAAF}, {0x1E000, 0x1E02A},
    {0x1E08F, 0x1E08F}, {0x1E130, 0x1E136}, {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF},
    {0x1E4EC, 0x1E4EF}, {0x1E5EE, 0x1E5EF}, {0x1E6E3, 0x1E6E3}, {0x1E6E6, 0x1E6E6},
    {0x1E6EE, 0x1E6EF}, {0x1E6F5, 0x1E6F5}, {0x1E8D0, 0x1E8D6}, {0x1E944, 0x1E94A},
    {0xE0100, 0xE01EF}};

// East_Asian_Width W and F, as of Unicode 17, except the regional indicators, two of which make a
// flag that is as wide as each of them is not. Gaps that hold only unassigned characters are
// closed.
constexpr CodePointRange k_wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2630, 0x2637},   {0x2648, 0x2653},   {0x267F, 0x267F},   {0x268A, 0x268F},
    {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},
    {0x26C4, 0x26C5},   {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},
    {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},   {0x26FD, 0x26FD},
    {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C},
    {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},
    {0x2B55, 0x2B55},   {0x2E80, 0x3029},   {0x3030, 0x303E},   {0x3041, 0x3247},
    {0x3250, 0xA4C6},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE6B},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x16FE3},
    {0x16FF2, 0x1B2FB}, {0x1D300, 0x1D376}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335},
    {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3},
    {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440},
    {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567},
    {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F},
    {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF},
    {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A},
    {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAF8}, {0x20000, 0x3FFFD}};

// What a reader cannot see, or what turns round the text that he does see: Unicode's default
// ignorable characters, bidirectional controls, line separators and interlinear annotations. The
// variation selectors U+FE00-FE0F are left: they choose between text and emoji, and count as marks.
constexpr CodePointRange k_invisible[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

// Marks that may follow one another: no script needs more, and a long pile paints over other lines.
constexpr std::size_t k_max_marks = 4;

template <std::size_t size>
bool contains(const CodePointRange (&ranges)[size], char32_t c) {
  const auto* const range = std::lower_bound(
      std::begin(ranges), std::end(ranges), c,
      [](const CodePointRange& r, char32_t code_point) { return r.last < code_point; });
  return range != std::end(ranges) && range->first <= c;
}

bool must_be_escaped(char32_t c) {
  const bool is_noncharacter = (c & 0xFFFE) == 0xFFFE;
  return is_noncharacter || contains(k_invisible, c);
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) {
    return 1;
  }
  if (contains(k_zero_width, c)) {
    return 0;
  }
  return contains(k_wide, c) ? 2 : 1;
}

bool is_printable_ascii(char c) {
  return c >= 0x20 && c < 0x7F;
}

struct Character {
  char32_t code_point = 0;
  std::size_t size = 1;  // in bytes
  bool is_valid = false;
};

// The character at the start of `text`; a byte that starts none is one by itself, not valid.
Character first_character(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) {
    return {};
  }
  char32_t c = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {};
    }
    c = (c << 6) | (byte(i) & 0x3FU);
  }
  constexpr char32_t k_smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = c >= 0xD800 && c <= 0xDFFF;
  if (c < k_smallest[size] || c > 0x10FFFF || is_surrogate) {
    return {};
  }
  return {c, size, true};
}

// JSON's spelling, so that a JSON string stays the same string: a surrogate pair beyond U+FFFF.
void append_escaped(std::string& out, char32_t c) {
  if (c > 0xFFFF) {
    append_escaped(out, 0xD800 + ((c - 0x10000) >> 10));
    append_escaped(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

bool is_set(const EnvironmentLookup& environment, const std::string& name) {
  return !environment(name).value_or("").empty();
}

bool is_forced(const EnvironmentLookup& environment, const std::string& name) {
  return is_set(environment, name) && environment(name) != "0";
}

bool wants_color(const EnvironmentLookup& environment, bool is_terminal) {
  if (is_set(environment, "NO_COLOR")) {
    return false;
  }
  if (is_forced(environment, "CLICOLOR_FORCE") || is_forced(environment, "FORCE_COLOR")) {
    return true;
  }
  const std::string term = environment("TERM").value_or("");
  return is_terminal && !term.empty() && term != "dumb" && environment("CLICOLOR") != "0";
}

bool has_utf8_locale(const EnvironmentLookup& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (is_set(environment, name)) {
      const std::string locale = to_lower(*environment(name));
      return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    }
  }
  return false;
}

// A count of columns or rows as a person might set it; nothing for anything else.
std::optional<std::size_t> read_extent(const EnvironmentLookup& environment,
                                       const std::string& name) {
  constexpr std::size_t k_largest = 10'000;
  const std::string text = environment(name).value_or("");
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && value > 0 && value <= k_largest ? std::optional(value) : std::nullopt;
}

}  // namespace

Terminal detect_terminal(int fd, const EnvironmentLookup& environment, ColorChoice choice) {
  Terminal terminal;
  terminal.is_terminal = isatty(fd) == 1;
  terminal.color =
      choice == ColorChoice::always ||
      (choice == ColorChoice::automatic && wants_color(environment, terminal.is_terminal));
  // A file or another program takes UTF-8 whatever the locale, as JSON does.
  terminal.unicode = !terminal.is_terminal || has_utf8_locale(environment);
  winsize window{};
  if (terminal.is_terminal && ioctl(fd, TIOCGWINSZ, &window) == 0) {
    terminal.width = window.ws_col > 0 ? window.ws_col : terminal.width;
    terminal.height = window.ws_row > 0 ? window.ws_row : terminal.height;
  }
  terminal.width = read_extent(environment, "COLUMNS").value_or(terminal.width);
  terminal.height = read_extent(environment, "LINES").value_or(terminal.height);
  return terminal;
}

std::string sanitize(std::string_view text, bool unicode) {
  std::string out;
  out.reserve(text.size());
  std::size_t marks = 0;
  while (!text.empty()) {
    const auto plain_end = std::find_if_not(text.begin(), text.end(), is_printable_ascii);
    if (plain_end != text.begin()) {
      out.append(text.begin(), plain_end);
      text.remove_prefix(static_cast<std::size_t>(plain_end - text.begin()));
      marks = 0;
      continue;
    }
    const Character character = first_character(text);
    const char32_t c = character.code_point;
    marks = character.is_valid && width_of(c) == 0 ? marks + 1 : 0;
    if (!character.is_valid) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (!unicode || must_be_escaped(c) || marks > k_max_marks) {
      append_escaped(out, c);
    } else {
      out += text.substr(0, character.size);
    }
    text.remove_prefix(character.size);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += width_of(character.code_point);
    text.remove_prefix(character.size);
  }
  return width;
}

std::string truncate(std::string_view text, std::size_t columns) {
  std::size_t width = 0;
  std::size_t position = 0;
  std::size_t kept = 0;  // the bytes before an ellipsis, should it be needed
  while (position < text.size()) {
    const Character character = first_character(text.substr(position));
    width += width_of(character.code_point);
    position += character.size;
    if (width > columns) {
      return columns == 0 ? std::string() : std::string(text.substr(0, kept)) + "…";
    }
    if (width < columns) {
      kept = position;
    }
  }
  return std::string(text);
}

std::string pad(std::string_view text, std::size_t columns) {
  std::string out(text);
  const std::size_t width = display_width(text);
  out.append(width < columns ? columns - width : 0, ' ');
  return out;
}

}  // namespace terra_hook
