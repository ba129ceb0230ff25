// SPDX-License-Identifier: MIT
// Text in the man(7) macros: what the manual pages are written with. Pure; nothing that roff would
// act on comes out of a text that goes in.
#pragma once

#include <string>
#include <string_view>

namespace terra_hook::roff {

/// `text` with everything that roff would act on made literal.
std::string escape(std::string_view text);

/// A line of its own, which no full stop makes a request; `escaped` is roff already.
std::string as_line(const std::string& escaped);

std::string bold(std::string_view text);
std::string italic(std::string_view text);

/// `.SH NAME`.
std::string section(std::string_view name);

/// Prose: `code` and --flags become bold, the rest is escaped.
std::string prose(std::string_view text);

/// A help text as a sentence: a capital first, a full stop last.
std::string sentence(std::string_view text);

/// Paragraphs of prose, separated by empty lines.
std::string paragraphs(std::string_view text);

/// A term, and its meaning below it; both are roff already.
std::string entry(const std::string& term, const std::string& meaning);

/// What is typed or written to a file, line by line as it stands.
std::string literal(std::string_view text);

}  // namespace terra_hook::roff
