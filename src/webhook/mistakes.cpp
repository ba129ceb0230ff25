// SPDX-License-Identifier: MIT
#include "webhook/mistakes.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/json_rewrite.hpp"

namespace terra_hook {
namespace {

using json::Escapes;
using json::Numbers;
using json::Spacing;
using json::WriteStyle;
using Text = std::optional<std::string>;

/// `changed` unless it is what it was.
Text if_changed(std::string_view before, std::string changed) {
  return changed == before ? Text() : Text(std::move(changed));
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (;;) {
    const std::size_t found = text.find(from);
    out += text.substr(0, found);
    if (found == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(found + from.size());
  }
}

Text base64_of_any_kind(std::string_view text) {
  std::string plain = replaced(replaced(text, "-", "+"), "_", "/");
  while (plain.size() % 4 != 0) plain += '=';
  Text bytes = from_base64(plain);
  return bytes && bytes->empty() ? Text() : bytes;
}

std::string_view without_prefix(std::string_view secret) {
  for (const std::string_view prefix : {"whsec_", "terra_", "secret_", "sk_"}) {
    if (secret.starts_with(prefix)) return secret.substr(prefix.size());
  }
  return secret;
}

constexpr std::string_view k_plain_secret =
    "use the secret's characters as they are, as UTF-8 bytes";
constexpr std::string_view k_trim_advice =
    "trim it where it is read: a file, a pasted value or `echo` (use printf %s) adds such "
    "characters";

constexpr SecretMistake k_secret_mistakes[] = {
    {"white space around the secret", "the secret has white space or a line break around it",
     k_trim_advice,
     [](std::string_view secret) { return if_changed(secret, std::string(trim(secret))); }},
    {"line break after the secret", "it was signed with a line break after the secret",
     k_trim_advice, [](std::string_view secret) { return Text(std::string(secret) + "\n"); }},
    {"blank after the secret", "it was signed with a blank after the secret", k_trim_advice,
     [](std::string_view secret) { return Text(std::string(secret) + " "); }},
    {"quotes around the secret", "the secret has quotes around it",
     "take them off: some .env readers and docker's --env-file keep them",
     [](std::string_view secret) {
       return if_changed(secret, std::string(trim(trim(secret), "\"'`")));
     }},
    {"quoted secret", "it was signed with quotes around the secret",
     "the other side keeps the quotes of its configuration; take them off there",
     [](std::string_view secret) { return Text("\"" + std::string(secret) + "\""); }},
    {"quoted secret", "it was signed with single quotes around the secret",
     "the other side keeps the quotes of its configuration; take them off there",
     [](std::string_view secret) { return Text("'" + std::string(secret) + "'"); }},
    {"hex-decoded secret", "it was signed with the bytes that the secret spells in hexadecimal",
     k_plain_secret,
     [](std::string_view secret) { return secret.empty() ? Text() : from_hex(secret); }},
    {"base64-decoded secret", "it was signed with the bytes that the secret spells in base64",
     k_plain_secret, base64_of_any_kind},
    {"hex-encoded secret", "it was signed with the secret written in hexadecimal", k_plain_secret,
     [](std::string_view secret) { return Text(to_hex(secret)); }},
    {"base64-encoded secret", "it was signed with the secret written in base64", k_plain_secret,
     [](std::string_view secret) { return Text(to_base64(secret)); }},
    {"secret without its prefix", "it was signed without the secret's prefix",
     "the prefix is part of the secret",
     [](std::string_view secret) {
       return if_changed(secret, std::string(without_prefix(secret)));
     }},
    {"prefix stripped and base64-decoded secret",
     "it was signed with the bytes that the secret spells in base64 after its prefix",
     k_plain_secret,
     [](std::string_view secret) {
       const std::string_view rest = without_prefix(secret);
       return rest.size() == secret.size() ? Text() : base64_of_any_kind(rest);
     }},
    {"lower-cased secret", "it was signed with the secret in lower case", k_plain_secret,
     [](std::string_view secret) { return if_changed(secret, to_lower(secret)); }},
    {"escaped line break in the secret", "the secret has `\\n` written in it", k_trim_advice,
     [](std::string_view secret) {
       return if_changed(secret, replaced(replaced(secret, "\\n", ""), "\\r", ""));
     }},
};

constexpr std::string_view k_raw_body =
    "hash the request's raw bytes, before any parsing: express.raw({type: '*/*'}), await "
    "request.body() in FastAPI, request.raw_post in Rails, io.ReadAll(r.Body) in Go";
constexpr std::string_view k_same_bytes =
    "keep the body's bytes as they arrive: no trimming, no text mode, no editor in between";

Text rewritten(const Evidence& evidence, const WriteStyle& style) {
  const std::string_view body = evidence.decoded_body.value_or(evidence.body);
  if (body.size() > k_max_rewritten) return std::nullopt;
  Text text = json::rewrite(body, style, k_max_rewritten);
  return text && *text != evidence.body ? std::move(text) : std::nullopt;
}

/// One style of writing JSON as a function that the table can hold.
template <Spacing spacing, Escapes escapes, Numbers numbers, bool sorts, unsigned indent = 2,
          bool slashes = false, bool html = false>
Text written_as(const Evidence& evidence) {
  WriteStyle style;
  style.spacing = spacing;
  style.escapes = escapes;
  style.numbers = numbers;
  style.sorts_keys = sorts;
  style.indent = indent;
  style.escapes_slashes = slashes;
  style.escapes_html = html;
  return rewritten(evidence, style);
}

constexpr std::string_view k_reserialised = "re-serialised body";
constexpr std::string_view k_bom = "\xef\xbb\xbf";

constexpr BodyMistake k_body_mistakes[] = {
    {"decoded body", "it was signed over the body after its content coding was undone",
     "verify before anything decompresses the body",
     [](const Evidence& evidence) {
       return evidence.decoded_body ? Text(std::string(*evidence.decoded_body)) : Text();
     }},
    {"line break at the end", "it was signed over the body without the line break at its end",
     k_same_bytes,
     [](const Evidence& evidence) {
       return if_changed(evidence.body, std::string(evidence.body.substr(
                                            0, evidence.body.find_last_not_of("\r\n") + 1)));
     }},
    {"white space around the body", "it was signed over the body without the white space around it",
     k_same_bytes,
     [](const Evidence& evidence) {
       return if_changed(evidence.body, std::string(trim(evidence.body)));
     }},
    {"byte order mark", "it was signed over the body without its byte order mark", k_same_bytes,
     [](const Evidence& evidence) {
       return evidence.body.starts_with(k_bom) ? Text(std::string(evidence.body.substr(3)))
                                               : Text();
     }},
    {"missing byte order mark", "it was signed over the body with a byte order mark", k_same_bytes,
     [](const Evidence& evidence) {
       return Text(std::string(k_bom) + std::string(evidence.body));
     }},
    {"CR LF line breaks", "it was signed over the body with LF instead of CR LF", k_same_bytes,
     [](const Evidence& evidence) {
       return if_changed(evidence.body, replaced(evidence.body, "\r\n", "\n"));
     }},
    {"LF line breaks", "it was signed over the body with CR LF instead of LF", k_same_bytes,
     [](const Evidence& evidence) {
       return if_changed(evidence.body,
                         replaced(replaced(evidence.body, "\r\n", "\n"), "\n", "\r\n"));
     }},
    {k_reserialised, "the signature fits the JSON without white space", k_raw_body,
     written_as<Spacing::compact, Escapes::as_sent, Numbers::as_sent, false>},
    {k_reserialised,
     "the signature fits the JSON with a blank after `,` and `:`, as Python writes it", k_raw_body,
     written_as<Spacing::spaced, Escapes::as_sent, Numbers::as_sent, false>},
    {k_reserialised, "the signature fits the JSON as JavaScript writes it (JSON.stringify)",
     k_raw_body, written_as<Spacing::compact, Escapes::minimal, Numbers::javascript, false>},
    {k_reserialised, "the signature fits the JSON as Python writes it (json.dumps)", k_raw_body,
     written_as<Spacing::spaced, Escapes::ascii, Numbers::python, false>},
    {k_reserialised, "the signature fits the JSON as Python writes it without ensure_ascii",
     k_raw_body, written_as<Spacing::spaced, Escapes::minimal, Numbers::python, false>},
    {k_reserialised, "the signature fits the JSON as Python writes it with compact separators",
     k_raw_body, written_as<Spacing::compact, Escapes::ascii, Numbers::python, false>},
    {k_reserialised, "the signature fits compact JSON with non-ASCII characters as they are",
     k_raw_body, written_as<Spacing::compact, Escapes::minimal, Numbers::as_sent, false>},
    {k_reserialised, "the signature fits compact JSON with non-ASCII characters as \\u escapes",
     k_raw_body, written_as<Spacing::compact, Escapes::ascii, Numbers::as_sent, false>},
    {k_reserialised, "the signature fits the JSON as PHP writes it (json_encode)", k_raw_body,
     written_as<Spacing::compact, Escapes::ascii, Numbers::as_sent, false, 2, true>},
    {k_reserialised, "the signature fits compact JSON with escaped slashes", k_raw_body,
     written_as<Spacing::compact, Escapes::minimal, Numbers::as_sent, false, 2, true>},
    {k_reserialised, "the signature fits compact JSON with sorted keys", k_raw_body,
     written_as<Spacing::compact, Escapes::as_sent, Numbers::as_sent, true>},
    {k_reserialised, "the signature fits the JSON as Go writes a map (sorted, HTML escaped)",
     k_raw_body,
     written_as<Spacing::compact, Escapes::minimal, Numbers::javascript, true, 2, false, true>},
    {k_reserialised, "the signature fits the JSON as Python writes it with sort_keys", k_raw_body,
     written_as<Spacing::spaced, Escapes::ascii, Numbers::python, true>},
    {k_reserialised, "the signature fits compact JSON with sorted keys and JavaScript's numbers",
     k_raw_body, written_as<Spacing::compact, Escapes::minimal, Numbers::javascript, true>},
    {k_reserialised, "the signature fits the JSON indented by two blanks", k_raw_body,
     written_as<Spacing::indented, Escapes::as_sent, Numbers::as_sent, false, 2>},
    {k_reserialised, "the signature fits the JSON indented by four blanks", k_raw_body,
     written_as<Spacing::indented, Escapes::as_sent, Numbers::as_sent, false, 4>},
    {k_reserialised, "the signature fits the JSON indented by tabs", k_raw_body,
     written_as<Spacing::indented, Escapes::as_sent, Numbers::as_sent, false, 0>},
};

constexpr std::string_view k_signed_payload = "what is signed is t, a full stop, and the body";

std::vector<Framing> separated_otherwise(std::string_view t, const Evidence& /*evidence*/) {
  if (t.empty()) return {};
  std::vector<Framing> framings;
  for (const std::string_view separator : {"", ":", "-", "_", ",", "\n", " ", "|", "="}) {
    framings.push_back({std::string(t) + std::string(separator), ""});
  }
  return framings;
}

std::vector<Framing> with_other_unit(std::string_view t, const Evidence& /*evidence*/) {
  std::vector<Framing> framings;
  if (t.empty()) return framings;
  framings.push_back({std::string(t) + "000.", ""});
  if (t.size() > 3) framings.push_back({std::string(t.substr(0, t.size() - 3)) + ".", ""});
  return framings;
}

std::vector<Framing> with_other_time(std::string_view /*t*/, const Evidence& evidence) {
  std::vector<Framing> framings;
  const auto add = [&](std::int64_t milliseconds) {
    framings.push_back({std::to_string(milliseconds / 1000) + ".", ""});
    framings.push_back({std::to_string(milliseconds) + ".", ""});
  };
  if (evidence.ordering_timestamp) add(*evidence.ordering_timestamp);
  if (evidence.received_at) add(evidence.received_at->time_since_epoch().count() / 1000);
  return framings;
}

constexpr FramingMistake k_framing_mistakes[] = {
    {"body without t", "it was signed over the body alone, without t and the full stop",
     k_signed_payload,
     [](std::string_view, const Evidence&) {
       return std::vector{Framing{"", ""}};
     }},
    {"t in another unit",
     "it was signed with t in another unit (seconds, milliseconds) than it says",
     "sign t exactly as the header has it; Terra sends seconds", with_other_unit},
    {"another separator", "it was signed with something else than a full stop between t and body",
     k_signed_payload, separated_otherwise},
    {"t from elsewhere", "the time that was signed is not the header's t",
     "the header's t has to be the time that is signed", with_other_time},
    {"missing line break at the end", "it was signed with a line break after the body",
     k_same_bytes,
     [](std::string_view t, const Evidence&) {
       return std::vector{Framing{std::string(t) + ".", "\n"},
                          Framing{std::string(t) + ".", "\r\n"}};
     }},
    {"body before t", "it was signed over the body followed by t", k_signed_payload,
     [](std::string_view t, const Evidence&) {
       return std::vector{Framing{"", "." + std::string(t)}, Framing{"", std::string(t)}};
     }},
    {"t=", "it was signed over `t=` and the time instead of the time alone", k_signed_payload,
     [](std::string_view t, const Evidence&) {
       return std::vector{Framing{"t=" + std::string(t) + ".", ""}};
     }},
};

}  // namespace

std::span<const SecretMistake> secret_mistakes() {
  return k_secret_mistakes;
}

std::span<const BodyMistake> body_mistakes() {
  return k_body_mistakes;
}

std::span<const FramingMistake> framing_mistakes() {
  return k_framing_mistakes;
}

}  // namespace terra_hook
