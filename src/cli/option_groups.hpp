// SPDX-License-Identifier: MIT
// The groups of flags that are spelled the same wherever they appear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/binder.hpp"
#include "commands/options.hpp"
#include "http/route.hpp"

namespace terra_hook {

struct ListenOptions;

/// `--format` (one of `formats`, such as `text|json`), `--color`, `--ascii`, `--quiet`, under the
/// names of `quiet`.
void bind_output(Binder& binder, OutputOptions& options, const std::string& formats,
                 const std::string& quiet = "-q,--quiet");

/// `--redact`.
void bind_redact(Binder& binder, bool& redacts);

/// `--secret-file`, `--secret`.
void bind_secrets(Binder& binder, SecretOptions& options);

/// `--tolerance`.
void bind_tolerance(Binder& binder, SecretOptions& options);

/// `--insecure`, `--cacert`, for what connects.
void bind_tls_trust(Binder& binder, bool& verifies_tls, std::string& ca_file);

/// `--junit`, `--tap`.
void bind_reports(Binder& binder, std::string& junit, bool& is_tap);

/// `--store`.
void bind_store(Binder& binder, StoreOptions& options);

/// `--type`, `--user-id`, … `--last`.
void bind_filter(Binder& binder, FilterOptions& options);

/// Those of them that say something of a delivery that is just arriving: no tag, time or last.
void bind_live_filter(Binder& binder, FilterOptions& options);

/// A repeatable flag for targets, each with the types that it takes.
void bind_routes(Binder& binder, const std::string& names, std::vector<Route>& routes,
                 const std::string& help);

/// `--provider`, which notes what is nearly one that is known.
void bind_provider(Binder& binder, std::optional<std::string>& provider, const std::string& help);

/// `listen`'s `--forward-to` and its companions, `--respond`, `--drop`, `--delay`.
void bind_forwarding(Binder& binder, ListenOptions& options);

/// `listen`'s `--count`, `--expect`, `--exec` and all else that scripts and CI need.
void bind_wait(Binder& binder, ListenOptions& options);

/// A whole number from 1.
Result<std::optional<std::int64_t>> parse_count(std::string_view text);

/// The parts of a comma list without blanks around them. The Error (usage): there is none.
Result<std::vector<std::string>> split_list(std::string_view text);

/// The item of `choices` that `text` names, as an index; the Error lists them and suggests the
/// nearest.
Result<std::size_t> parse_choice(std::string_view text, const std::vector<std::string>& choices);

}  // namespace terra_hook
