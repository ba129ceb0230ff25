// SPDX-License-Identifier: MIT
#include "commands/prune.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "base/count.hpp"
#include "base/size.hpp"
#include "capture/store_pruner.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

struct Candidate {
  std::int64_t number;
  UtcTime received_at;
  std::uint64_t body_size;
};

struct Plan {
  std::vector<std::int64_t> numbers;  ///< ascending
  std::uint64_t bodies = 0;
  std::int64_t tagged = 0;
  UtcTime oldest = UtcTime::max();
  UtcTime newest = UtcTime::min();

  void add(const Candidate& candidate) {
    numbers.push_back(candidate.number);
    bodies += candidate.body_size;
    oldest = std::min(oldest, candidate.received_at);
    newest = std::max(newest, candidate.received_at);
  }
};

bool has_limit(const PruneOptions& options) {
  return options.older_than || options.keep || options.max_size;
}

std::string counted_captures(std::int64_t count) {
  return counted(static_cast<std::uint64_t>(count), "capture");
}

Result<std::vector<Candidate>> find_candidates(const PruneOptions& options, StoreReader& store,
                                               const Env& env) {
  TRY_ASSIGN(const CaptureFilter filter, to_filter(options.filter, env));
  std::set<std::int64_t> tagged;
  if (options.keeps_tagged) {
    TRY_ASSIGN(const std::vector<TagCount> tags, store.tags());
    for (const TagCount& tag : tags) {
      TRY_ASSIGN(const std::vector<std::int64_t> numbers, store.tagged(tag.name));
      tagged.insert(numbers.begin(), numbers.end());
    }
  }
  std::vector<Candidate> candidates;
  TRY(store.list(filter, [&](const Capture& capture) {
    if (!tagged.contains(capture.number)) {
      candidates.push_back({capture.number, capture.received_at, capture.body_size});
    }
    return true;
  }));
  return candidates;
}

/// How many of the oldest candidates go so that the store is no larger than asked. What a capture
/// takes besides its body is about the same for all.
std::size_t beyond_size(const std::vector<Candidate>& candidates, std::uint64_t max_size,
                        const StoreSize& size) {
  const std::uint64_t besides = size.captures == 0
                                    ? 0
                                    : (size.used - std::min(size.used, size.bodies)) /
                                          static_cast<std::uint64_t>(size.captures);
  std::uint64_t used = size.used;
  std::size_t count = 0;
  while (used > max_size && count < candidates.size()) {
    used -= std::min(used, candidates[count].body_size + besides);
    ++count;
  }
  return count;
}

Plan make_plan(const PruneOptions& options, const std::vector<Candidate>& candidates,
               const StoreSize& size, UtcTime now) {
  std::size_t from_front = 0;
  if (options.keep) {
    const auto keep = static_cast<std::uint64_t>(*options.keep);
    from_front = candidates.size() - std::min<std::size_t>(candidates.size(), keep);
  }
  if (options.max_size) {
    from_front = std::max(from_front, beyond_size(candidates, *options.max_size, size));
  }
  Plan plan;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool is_too_old =
        options.older_than && candidates[i].received_at < now - *options.older_than;
    if (i < from_front || is_too_old || !has_limit(options)) plan.add(candidates[i]);
  }
  return plan;
}

std::string plan_text(const Plan& plan, const StoreSize& size, bool is_dry_run) {
  const auto count = static_cast<std::int64_t>(plan.numbers.size());
  std::string text = fmt::format(
      "{} {} of {}, received {} to {}, with {} of bodies",
      is_dry_run ? "would remove" : "about to remove", counted_captures(count), size.captures,
      to_local_date_time(plan.oldest), to_local_date_time(plan.newest), to_human_size(plan.bodies));
  if (plan.tagged > 0) text += fmt::format("; {} of them tagged", plan.tagged);
  return text + "\n";
}

std::string result_json(const Plan& plan, std::int64_t removed, const StoreSize& before,
                        const StoreSize& after, bool is_dry_run) {
  return Json{{"type", "pruned"},
              {"is_dry_run", is_dry_run},
              {"matched", plan.numbers.size()},
              {"removed", removed},
              {"tagged", plan.tagged},
              {"body_bytes", plan.bodies},
              {"remaining", after.captures},
              {"store_bytes_before", before.file},
              {"store_bytes", after.file}}
             .dump() +
         "\n";
}

/// What was typed, asked for on the terminal; no for everything but yes.
bool confirms(Env& env) {
  env.err.write("remove them for good? [y/N] ");
  char answer = '\0';
  char next = '\0';
  while (::read(env.in, &next, 1) == 1 && next != '\n') {
    if (answer == '\0' && next != ' ') answer = next;
  }
  return answer == 'y' || answer == 'Y';
}

Result<bool> may_go_on(const PruneOptions& options, Env& env) {
  if (options.is_confirmed) return true;
  if (::isatty(env.in) != 1 || ::isatty(env.err.fd()) != 1) {
    return Error{ErrorKind::usage, "nobody is at a terminal to be asked",
                 "--yes removes them, --dry-run only says what would go"};
  }
  if (confirms(env)) return true;
  env.err.write("nothing was removed\n");
  return false;
}

void tell_result(const PruneOptions& options, const Plan& plan, std::int64_t removed,
                 const StoreSize& before, const StoreSize& after, Env& env) {
  if (options.output.format != Format::text) {
    env.out.write(result_json(plan, removed, before, after, options.is_dry_run));
  } else if (!options.is_dry_run && !options.output.is_quiet) {
    env.out.write(fmt::format("removed {}; {} left, the store is {} (was {})\n",
                              counted_captures(removed), after.captures, to_human_size(after.file),
                              to_human_size(before.file)));
  }
}

}  // namespace

Result<ExitCode> run_prune(const PruneOptions& options, Env& env) {
  if (!has_limit(options) && !is_filtering(options.filter)) {
    return Error{ErrorKind::usage, "what is to be removed?",
                 "--older-than 30d, --keep 1000, --max-size 500MB, or a filter"};
  }
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  TRY_ASSIGN(StoreReader reader, StoreReader::open(path));
  TRY_ASSIGN(StorePruner pruner, StorePruner::open(path));
  TRY_ASSIGN(const StoreSize before, pruner.size());
  TRY_ASSIGN(const std::vector<Candidate> candidates, find_candidates(options, reader, env));
  Plan plan = make_plan(options, candidates, before, env.now());
  if (plan.numbers.empty()) {
    if (options.output.format == Format::text && !options.output.is_quiet) {
      env.err.write(fmt::format("nothing to remove; {} stay\n", counted_captures(before.captures)));
    }
    if (options.output.format != Format::text) {
      env.out.write(result_json(plan, 0, before, before, options.is_dry_run));
    }
    return ExitCode::ok;
  }
  TRY_ASSIGN(plan.tagged, pruner.count_tagged(plan.numbers));
  if (options.output.format == Format::text && !(options.output.is_quiet && options.is_confirmed)) {
    const std::string text = plan_text(plan, before, options.is_dry_run);
    options.is_dry_run ? env.out.write(text) : env.err.write(text);
  }
  if (options.is_dry_run) {
    tell_result(options, plan, 0, before, before, env);
    return ExitCode::ok;
  }
  TRY_ASSIGN(const bool goes_on, may_go_on(options, env));
  if (!goes_on) return ExitCode::ok;
  TRY_ASSIGN(const std::int64_t removed, pruner.remove(plan.numbers));
  TRY(pruner.give_back_room());
  TRY_ASSIGN(const StoreSize after, pruner.size());
  tell_result(options, plan, removed, before, after, env);
  return ExitCode::ok;
}

}  // namespace terra_hook
