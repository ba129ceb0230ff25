// SPDX-License-Identifier: MIT
#include "cli/option_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/suggest.hpp"
#include "cli/flag_values.hpp"
#include "terra/event_type.hpp"
#include "terra/sample_person.hpp"

namespace terra_hook {
namespace {

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view part = trim(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Result<std::vector<Verdict>> parse_verdicts(std::string_view text) {
  std::vector<std::string> names;
  for (const Verdict verdict : k_all_verdicts) names.emplace_back(to_string(verdict));
  std::vector<Verdict> verdicts;
  TRY_ASSIGN(const std::vector<std::string> parts, split_list(text));
  for (const std::string& part : parts) {
    TRY_ASSIGN(const std::size_t index, parse_choice(part, names));
    verdicts.push_back(k_all_verdicts[index]);
  }
  return verdicts;
}

Result<Tolerance> parse_tolerance(std::string_view text) {
  if (text == "off") return Tolerance();
  TRY_ASSIGN(const std::chrono::milliseconds duration, parse_duration(text));
  return Tolerance(std::chrono::floor<std::chrono::seconds>(duration));
}

/// Terra may send what this version does not know of: no mistake, but most often one.
void note_unknown_types(Binder& binder, const std::vector<std::string>& types) {
  std::vector<std::string> known;
  for (const EventType& type : event_types()) known.emplace_back(type.name);
  for (const std::string& type : types) {
    if (!find_event_type(type).name.empty()) continue;
    const std::string suggestion = did_you_mean(type, known);
    binder.note(fmt::format(
        "no event type '{}' is known; {}", sanitize(type),
        suggestion.empty() ? "terra-hook trigger --list names those that are" : suggestion));
  }
}

}  // namespace

// An empty list is most often an unset variable; to match everything then would surprise.
Result<std::vector<std::string>> split_list(std::string_view text) {
  std::vector<std::string> parts = split_commas(text);
  if (parts.empty()) {
    return Error{ErrorKind::usage, "the list is empty", "is the variable that it comes from set?"};
  }
  return parts;
}

Result<std::optional<std::int64_t>> parse_count(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1) {
    return Error{ErrorKind::usage, fmt::format("'{}' is not a count", sanitize(text)),
                 "a whole number from 1"};
  }
  return std::optional(count);
}

Result<std::size_t> parse_choice(std::string_view text, const std::vector<std::string>& choices) {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i] == text) return i;
  }
  std::string list;
  for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
  const std::string suggestion = did_you_mean(text, choices);
  return Error{ErrorKind::usage, fmt::format("'{}' is not one of {}", sanitize(text), list),
               suggestion};
}

void bind_output(Binder& binder, OutputOptions& options, const std::string& formats,
                 const std::string& quiet) {
  binder.group("Output");
  binder
      .parsed("--format", options.format, formats, "how results are printed",
              [formats](std::string_view text) -> Result<Format> {
                const std::vector<std::string> names = choices(formats);
                TRY_ASSIGN(const std::size_t index, parse_choice(text, names));
                if (names[index] == "json") return Format::json;
                if (names[index] == "ndjson") return Format::ndjson;
                return names[index] == "raw" ? Format::raw : Format::text;
              })
      .default_text("text");
  binder
      .parsed("--color", options.color, "auto|always|never", "whether there is colour", parse_color)
      .default_text("auto");
  binder.flag(
      "--ascii", options.is_ascii, true,
      "draw and spell with ASCII only; the default at a terminal whose locale is not UTF-8");
  binder.flag(quiet, options.is_quiet, true, "print results and errors only");
}

void bind_redact(Binder& binder, bool& redacts) {
  binder.flag("--redact", redacts, true,
              "mask who it is about: ids, names, addresses, places, birth dates, signed URLs");
}

void bind_secrets(Binder& binder, SecretOptions& options) {
  binder.group("Signature");
  binder.texts(
      "--secret-file", options.files, "[NAME=]FILE",
      "file that holds a signing secret, named in verdicts by NAME or the file's name; repeat "
      "it for several, which are all tried");
  binder
      .texts("--secret", options.literals, "SECRET",
             "a signing secret itself; the process list shows it, so prefer --secret-file")
      .without_environment();
}

void bind_tolerance(Binder& binder, SecretOptions& options) {
  binder
      .parsed("--tolerance", options.tolerance, "DURATION",
              "how far a signature's time may be from the clock; off: ignore it", parse_tolerance)
      .default_text("5m");
}

void bind_tls_trust(Binder& binder, bool& verifies_tls, std::string& ca_file) {
  binder.flag("-k,--insecure", verifies_tls, false, "accept any TLS certificate");
  binder.text("--cacert", ca_file, "FILE", "authorities to trust, in PEM format");
}

void bind_reports(Binder& binder, std::string& junit, bool& is_tap) {
  binder.text("--junit", junit, "FILE", "write the result as JUnit XML");
  binder.flag("--tap", is_tap, true,
              "print the result as TAP on standard output, and all else on standard error");
}

void bind_store(Binder& binder, StoreOptions& options) {
  binder.group("Store");
  binder.text("--store", options.path, "FILE", "where captures are kept")
      .default_text("$XDG_DATA_HOME/terra-hook/captures.db");
}

void bind_live_filter(Binder& binder, FilterOptions& options) {
  binder.parsed_list("--type", options.types, "TYPE", "only these event types (comma list)",
                     [&binder](std::string_view text) -> Result<std::vector<std::string>> {
                       TRY_ASSIGN(std::vector<std::string> types, split_list(text));
                       note_unknown_types(binder, types);
                       return types;
                     });
  binder.text("--user-id", options.user_id, "ID", "only this Terra user");
  binder.text("--reference-id", options.reference_id, "ID", "only this user of yours");
  bind_provider(binder, options.provider, "only this provider, such as GARMIN");
  binder.text("--terra-reference", options.terra_reference, "ID",
              "only deliveries of this request");
  binder.text("--trace-id", options.trace_id, "ID", "only this delivery and its repetitions");
  binder.parsed_list("--verdict", options.verdicts,
                     "valid|stale|invalid|malformed|missing|unchecked",
                     "only these verdicts (comma list)", parse_verdicts);
}

void bind_provider(Binder& binder, std::optional<std::string>& provider, const std::string& help) {
  binder.parsed("--provider", provider, "PROVIDER", help,
                [&binder](std::string_view text) -> Result<std::optional<std::string>> {
                  std::vector<std::string> known;
                  for (const ProviderTraits& traits : all_providers()) {
                    known.emplace_back(traits.name);
                  }
                  // There are many more than are known here: only what is nearly one is odd.
                  const std::string suggestion = did_you_mean(text, known);
                  const bool is_known = std::ranges::any_of(known, [&](const std::string& name) {
                    return to_lower(name) == to_lower(text);
                  });
                  if (!is_known && !suggestion.empty()) {
                    binder.note(fmt::format("provider '{}'; {}", sanitize(text), suggestion));
                  }
                  return std::optional(std::string(text));
                });
}

void bind_routes(Binder& binder, const std::string& names, std::vector<Route>& routes,
                 const std::string& help) {
  binder.parsed_list(names, routes, "[TYPES=]TARGET", help,
                     [&binder](std::string_view text) -> Result<std::vector<Route>> {
                       TRY_ASSIGN(Route route, parse_route(text));
                       note_unknown_types(binder, route.types);
                       return std::vector<Route>{std::move(route)};
                     });
}

void bind_filter(Binder& binder, FilterOptions& options) {
  binder.group("Filter");
  bind_live_filter(binder, options);
  binder.text("--tag", options.tag, "TAG", "only captures tagged so");
  binder.text(
      "--since", options.since, "TIME",
      "received at or after: RFC 3339, a date or yesterday (UTC), 22:58 or '2026-07-01 22:58' "
      "(local), or 10m, 2h, 3d ago");
  binder.text("--until", options.until, "TIME", "received before");
  binder.parsed("--last", options.last, "N", "only the newest N of what matches", parse_count);
}

}  // namespace terra_hook
