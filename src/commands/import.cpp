// SPDX-License-Identifier: MIT
#include "commands/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/count.hpp"
#include "commands/import_queue.hpp"
#include "commands/intake.hpp"
#include "render/capture_json.hpp"
#include "render/verification_text.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// So many single remarks are printed; the rest is counted.
constexpr std::size_t k_max_remarks = 20;
/// Reasons for skipping come from strangers' files.
constexpr std::size_t k_max_reasons = 20;

std::string json_line(const Json& object) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(object.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

/// Collects what became of everything and tells it. add_kept() comes from the store's thread while
/// the others come from the reading one; they touch different members.
class ImportReport {
 public:
  ImportReport(const ImportOptions& options, Env& env)
      : format_(options.output.format), is_quiet_(options.output.is_quiet), env_(env) {}

  void add_kept(const Capture& capture) {
    if (kept_++ == 0) first_ = capture.number;
    last_ = capture.number;
    ++by_verdict_[capture.verdict];
    if (capture.duplicate_of) ++duplicates_;
    if (format_ == Format::ndjson) env_.out.write(capture_json(capture, {}) + "\n");
  }

  /// An entry that is in the store already: a file may be imported again.
  void add_known(const std::string& file, const std::string& place) {
    ++known_;
    add_skipped(file, {place, "already kept (same time, same body)", false});
  }

  void add_skipped(const std::string& file, const SkippedEntry& entry) {
    if (format_ == Format::ndjson) {
      env_.out.write(json_line({{"type", "skipped"},
                                {"file", file},
                                {"place", entry.place},
                                {"reason", entry.reason},
                                {"is_damaged", entry.is_damaged}}));
    }
    ++skipped_;
    const bool is_known = by_reason_.contains(entry.reason);
    ++by_reason_[is_known || by_reason_.size() < k_max_reasons ? entry.reason : "other reasons"];
    if (!entry.is_damaged) return;
    remark(file, entry.place, entry.reason);
    fail(ExitCode::bad_input);
  }

  void add_note(const std::string& file, const std::string& place, const std::string& note) {
    if (!is_quiet_) remark(file, place, note);
  }

  void add_failed_file(const Error& error) {
    env_.err.write(fmt::format("terra-hook: {}\n", sanitize(error.message)));
    if (!error.hint.empty()) env_.err.write(fmt::format("  {}\n", sanitize(error.hint)));
    ++failed_files_;
    fail(exit_code(error.kind));
  }

  bool has_kept() const { return kept_ > 0; }

  ExitCode finish() {
    if (remarks_ > k_max_remarks) {
      env_.err.write(fmt::format("... and {} more\n", remarks_ - k_max_remarks));
    }
    if (kept_ + known_ == 0) fail(ExitCode::bad_input);
    env_.out.write(format_ == Format::text ? text_summary() : json_summary());
    return code_;
  }

 private:
  void remark(const std::string& file, const std::string& place, const std::string& text) {
    if (++remarks_ > k_max_remarks) return;
    const std::string where = file + (place.empty() ? "" : ": " + place);
    env_.err.write(fmt::format("{}: {}\n", sanitize(where), sanitize(text)));
  }

  void fail(ExitCode code) {
    if (code_ == ExitCode::ok) code_ = code;
  }

  std::string text_summary() const {
    std::string text = "imported " + counted(kept_, "capture");
    if (kept_ == 1) text += fmt::format(", #{}", first_);
    if (kept_ > 1) text += fmt::format(", #{} to #{}", first_, last_);
    text += "\n";
    if (kept_ > 0) text += fmt::format("  verdicts    {}\n", verdict_counts_text(by_verdict_));
    if (duplicates_ > 0) text += fmt::format("  duplicates  {}\n", grouped_digits(duplicates_));
    if (skipped_ > 0) text += fmt::format("  skipped     {}\n", reasons());
    if (failed_files_ > 0)
      text += fmt::format("  failed      {}\n", counted(failed_files_, "file"));
    return is_quiet_ ? "" : text;
  }

  std::string reasons() const {
    std::string list;
    for (const auto& [reason, count] : by_reason_) {
      list +=
          fmt::format("{}{} {}", list.empty() ? "" : "; ", grouped_digits(count), sanitize(reason));
    }
    return list;
  }

  std::string json_summary() const {
    Json object{{"type", "summary"},
                {"imported", kept_},
                {"first", kept_ > 0 ? Json(first_) : Json(nullptr)},
                {"last", kept_ > 0 ? Json(last_) : Json(nullptr)},
                {"duplicates", duplicates_},
                {"skipped", skipped_},
                {"failed_files", failed_files_}};
    Json& verdicts = object["verdicts"] = Json::object();
    for (const auto& [verdict, count] : by_verdict_) {
      verdicts[std::string(to_string(verdict))] = count;
    }
    Json& reasons = object["skipped_for"] = Json::object();
    for (const auto& [reason, count] : by_reason_) reasons[reason] = count;
    return json_line(object);
  }

  const Format format_;
  const bool is_quiet_;
  Env& env_;
  std::size_t kept_ = 0;
  std::size_t known_ = 0;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::size_t duplicates_ = 0;
  std::map<Verdict, std::uint64_t> by_verdict_;
  std::size_t skipped_ = 0;
  std::map<std::string, std::size_t> by_reason_;
  std::size_t remarks_ = 0;
  std::size_t failed_files_ = 0;
  ExitCode code_ = ExitCode::ok;
};

/// The number that a name begins with: `1000000-x` comes after `999999-x`.
std::uint64_t leading_number(const fs::path& path) {
  const std::string name = path.filename().string();
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

/// The files of a directory in the order of their numbers and names. Links, folders and hidden
/// files are left out.
Result<std::vector<std::string>> files_in(const std::string& directory) {
  std::vector<fs::path> paths;
  std::error_code failure;
  for (auto entry = fs::directory_iterator(directory, failure);
       !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
    std::error_code ignored;
    const bool is_hidden = entry->path().filename().string().starts_with('.');
    if (!is_hidden && entry->symlink_status(ignored).type() == fs::file_type::regular) {
      paths.push_back(entry->path());
    }
  }
  if (failure) {
    return Error{ErrorKind::file,
                 fmt::format("can't read the directory {}: {}", directory, failure.message()),
                 "name its files, or mend its permissions"};
  }
  std::sort(paths.begin(), paths.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(leading_number(a), a) < std::pair(leading_number(b), b);
  });
  std::vector<std::string> files;
  for (const fs::path& path : paths) files.push_back(path.string());
  if (files.empty()) {
    return Error{ErrorKind::input, fmt::format("there are no files in {}", directory),
                 "terra-hook export --output DIR fills one"};
  }
  return files;
}

/// What the store held when the import began. Two deliveries of one file are never taken for one.
class KeptBefore {
 public:
  static Result<KeptBefore> open(const fs::path& path) {
    KeptBefore kept;
    auto store = StoreReader::open(path);
    // The first import makes it; what else is wrong is found when something is to be added.
    if (!store) return kept;
    kept.store_ = *std::move(store);
    TRY_ASSIGN(kept.newest_, kept.store_->newest(0));
    return kept;
  }

  /// Whether one with the same body came at the same time.
  Result<bool> has(const Capture& capture) {
    if (newest_) {
      TRY_ASSIGN(bodies_, store_->received_bodies(*newest_));
      newest_.reset();
    }
    return std::ranges::binary_search(bodies_,
                                      ReceivedBody(capture.received_at, capture.body_sha256));
  }

 private:
  std::optional<StoreReader> store_;
  std::optional<std::int64_t> newest_;  ///< until `bodies_` is read, when the first is asked for
  std::vector<ReceivedBody> bodies_;
};

class Importer {
 public:
  Importer(const ImportOptions& options, const SecretSet& secrets, const fs::path& store,
           KeptBefore kept_before, Env& env)
      : options_(options),
        secrets_(secrets),
        kept_before_(std::move(kept_before)),
        env_(env),
        report_(options, env),
        queue_(store, [this](const Capture& capture) { report_.add_kept(capture); }) {}

  Result<ExitCode> run() {
    auto imported = add_inputs();
    auto kept = queue_.finish();
    std::optional<ExitCode> code;
    if ((imported && kept) || report_.has_kept()) code = report_.finish();
    TRY(imported);
    TRY(kept);
    return *code;
  }

 private:
  Result<void> add_inputs() {
    for (const std::string& input : options_.inputs) TRY(add_input(input));
    return {};
  }

  Result<void> add_input(const std::string& input) {
    std::error_code ignored;
    if (input == "-" || !fs::is_directory(input, ignored)) return add_file(input);
    const auto files = files_in(input);
    if (!files) {
      report_.add_failed_file(files.error());
      return {};
    }
    for (const std::string& file : *files) TRY(add_file(file));
    return {};
  }

  Result<void> add_file(const std::string& file) {
    std::optional<Error> store_error;
    const DeliveryVisitor visitor{
        [&](FileDelivery delivery) -> Result<bool> {
          if (auto added = add(file, std::move(delivery)); !added) store_error = added.error();
          return !store_error;
        },
        [&](const SkippedEntry& entry) { report_.add_skipped(file, entry); }};
    tell_of_typed_input(file, "deliveries", env_);
    const auto format =
        read_delivery_file(file, env_.in, {options_.format, options_.max_body}, visitor);
    if (store_error) return *std::move(store_error);
    if (!format) report_.add_failed_file(format.error());
    return {};
  }

  Result<void> add(const std::string& file, FileDelivery delivery) {
    for (const std::string& note : delivery.notes) report_.add_note(file, delivery.place, note);
    const UtcTime received_at = delivery.received_at.value_or(env_.now());
    Verification verification;
    if (options_.keeps_verdicts && delivery.verdict) {
      verification.verdict = *delivery.verdict;
      verification.secret_name = std::move(delivery.secret_name);
      verification.reason = std::move(delivery.verdict_reason);
    } else {
      verification = verify(secrets_, delivery.headers, delivery.body, received_at,
                            options_.secrets.tolerance);
    }
    const Sha256Digest digest = sha256(delivery.body);
    Capture capture =
        to_capture({received_at, std::move(delivery.remote_address), std::move(delivery.method),
                    std::move(delivery.target), std::move(delivery.headers),
                    std::move(delivery.body), digest, Origin::import},
                   verification, options_.max_body);
    capture.answered = delivery.answered;
    if (delivery.received_at) {
      TRY_ASSIGN(const bool is_kept, kept_before_.has(capture));
      if (is_kept) {
        report_.add_known(file, delivery.place);
        return {};
      }
    }
    return queue_.add(std::move(capture));
  }

  const ImportOptions& options_;
  const SecretSet& secrets_;
  KeptBefore kept_before_;
  Env& env_;
  ImportReport report_;
  ImportQueue queue_;
};

}  // namespace

Result<ExitCode> run_import(const ImportOptions& options, Env& env) {
  std::vector<std::string> notes;
  TRY_ASSIGN(const std::vector<NamedSecret> named_secrets,
             load_secrets(options.secrets, env, notes));
  print_notes(notes, env);
  TRY_ASSIGN(const SecretSet secrets, SecretSet::create(named_secrets));
  TRY_ASSIGN(const fs::path path, store_path(options.store, env));
  TRY_ASSIGN(KeptBefore kept_before, KeptBefore::open(path));
  return Importer(options, secrets, path, std::move(kept_before), env).run();
}

}  // namespace terra_hook
