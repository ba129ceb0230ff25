// SPDX-License-Identifier: MIT
#include "commands/interactive_listen.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "base/json_scanner.hpp"
#include "base/size.hpp"
#include "commands/delivery_pages.hpp"
#include "commands/full_screen.hpp"
#include "commands/replay_once.hpp"
#include "commands/text_editor.hpp"
#include "http/content_coding.hpp"
#include "http/outgoing_fields.hpp"
#include "http/response.hpp"
#include "render/curl_command.hpp"
#include "render/listen_view.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Nobody reads faster, and a flood of deliveries is not to be one of escape sequences.
constexpr auto k_frame_time = 33ms;
/// What terminals take of an OSC 52 sequence; xterm ignores longer ones.
constexpr std::size_t k_max_clipboard = 74'000;

bool is_good_answer(const Attempt& attempt) {
  return attempt.status && is_success(*attempt.status);
}

class InteractiveRenderer final : public Renderer {
 public:
  InteractiveRenderer(InteractiveOptions options, std::unique_ptr<Renderer> plain, Env& env)
      : options_(std::move(options)),
        plain_(std::move(plain)),
        env_(env),
        style_(out_style(options_.output, env)),
        pages_(options_.store, options_.store_flag, options_.redactor),
        view_(options_.store_flag) {}

  ~InteractiveRenderer() override { leave(); }

  Rendered render(const Event& event) override {
    if (const auto* ready = std::get_if<Ready>(&event)) {
      listener_url_ = ready->url;
      Rendered banner = plain_->render(event);
      view_.on_event(event, banner.err);
      if (enter()) return {};
      banner.err += plain_->render(Note{no_screen_text()}).err;
      return banner;
    }
    if (std::holds_alternative<Stopped>(event)) leave();
    if (!thread_.joinable()) return plain_->render(event);
    std::string said;
    const auto* forward = std::get_if<ForwardDone>(&event);
    if (!std::holds_alternative<DeliveryReceived>(event) &&
        !std::holds_alternative<PayloadFetched>(event) &&
        (forward == nullptr || !is_good_answer(forward->attempt))) {
      Rendered rendered = plain_->render(event);
      said = rendered.err.empty() ? std::move(rendered.out) : std::move(rendered.err);
    }
    const std::lock_guard lock(mutex_);
    view_.on_event(event, std::move(said));
    wake();
    return {};
  }

 private:
  /// Takes the terminal over; false when it can't be.
  bool enter() {
    std::promise<bool> opened;
    std::future<bool> is_open = opened.get_future();
    thread_ = std::thread([this, opened = std::move(opened)]() mutable { run(opened); });
    if (is_open.get()) return true;
    thread_.join();
    return false;
  }

  std::string no_screen_text() const {
    return fmt::format(
        "no full screen can be opened on a terminal of type '{}' (TERM): deliveries are printed "
        "one after another",
        sanitize(env_.environment("TERM").value_or("")));
  }

  void leave() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      is_leaving_ = true;
      wake();
    }
    thread_.join();
  }

  /// Under the mutex.
  void wake() {
    if (screen_ != nullptr) screen_->wake();
  }

  bool is_leaving() {
    const std::lock_guard lock(mutex_);
    return is_leaving_;
  }

  void run(std::promise<bool>& opened) {
    FullScreenOptions settings;
    settings.in = env_.in;
    settings.out = env_.out.fd();
    settings.terminal_type = env_.environment("TERM").value_or("");
    settings.color = !style_.reset.empty();
    settings.unicode = style_.unicode;
    const std::unique_ptr<FullScreen> screen = FullScreen::open(settings);
    {
      const std::lock_guard lock(mutex_);
      screen_ = screen.get();
    }
    opened.set_value(screen != nullptr);
    if (!screen) return;
    ReplayOnce replay(
        {options_.store, options_.forward, options_.secrets}, env_,
        [this](std::int64_t number, const std::optional<std::string>& body,
               const Result<Attempt>& attempt) { on_replayed(number, body, attempt); });
    serve(*screen, replay);
    const std::lock_guard lock(mutex_);
    screen_ = nullptr;
  }

  void serve(FullScreen& screen, ReplayOnce& replay) {
    draw(screen);
    Clock::time_point drawn_at = Clock::now();
    std::optional<std::chrono::milliseconds> timeout;
    for (;;) {
      screen.wait(timeout);
      if (is_leaving()) return;
      bool is_typed = false;
      while (const auto key = screen.read_key()) {
        is_typed = true;
        on_key(*key, screen, replay);
      }
      const auto since =
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - drawn_at);
      if (!is_typed && since < k_frame_time) {
        timeout = k_frame_time - since;
        continue;
      }
      draw(screen);
      drawn_at = Clock::now();
      timeout.reset();
    }
  }

  void draw(FullScreen& screen) {
    const ScreenSize size = screen.size();
    style_.width = size.columns;
    style_.height = size.rows;
    std::unique_lock lock(mutex_);
    const std::optional<PageContent> wanted = view_.wanted();
    if (wanted && (wanted != loaded_ || size.columns != loaded_columns_)) {
      const ListedDelivery delivery = *view_.deliveries().selected();
      lock.unlock();
      std::string text = pages_.text(*wanted, delivery, style_);
      lock.lock();
      view_.show(*wanted, std::move(text));
      loaded_ = wanted;
      loaded_columns_ = size.columns;
    }
    const std::vector<ScreenLine> rows = view_.screen(size, style_);
    lock.unlock();
    screen.draw(rows);
  }

  void say(std::string remark) {
    const std::lock_guard lock(mutex_);
    view_.say(std::move(remark));
  }

  void say(const Error& error) {
    say(style_.paint(style_.bad, style_.clean(error.message)) +
        (error.hint.empty() ? "" : "; " + style_.clean(error.hint)));
  }

  void on_key(const Key& key, FullScreen& screen, ReplayOnce& replay) {
    ListenAction action = ListenAction::none;
    std::int64_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      action = view_.on_key(key);
      number = view_.chosen();
    }
    Result<void> done;
    switch (action) {
      case ListenAction::none: return;
      // Just what Ctrl-C does, so that a second one quits at once.
      case ListenAction::quit: ::raise(SIGINT); return;
      case ListenAction::replay: done = replay_as_is(number, replay); break;
      case ListenAction::replay_edited: done = replay_edited(number, screen, replay); break;
      case ListenAction::copy: done = copy(number, screen); break;
    }
    if (!done) say(done.error());
  }

  Result<void> begin_replay(Capture capture, std::optional<std::string> body, ReplayOnce& replay) {
    const std::int64_t number = capture.number;
    const bool is_forged = is_unauthentic(capture.verdict) && !options_.secrets.empty();
    const std::string arrived(to_string(capture.verdict));
    if (!replay.start(std::move(capture), std::move(body))) {
      return Error{ErrorKind::input, "another replay still waits for its answer"};
    }
    say(fmt::format("replaying #{}{}{}", number, style_.ellipsis(),
                    is_forged ? " (signed afresh, though it arrived " + arrived + ")" : ""));
    return {};
  }

  Result<void> replay_as_is(std::int64_t number, ReplayOnce& replay) {
    TRY_ASSIGN(Capture capture, pages_.load(number));
    return begin_replay(std::move(capture), std::nullopt, replay);
  }

  Result<void> replay_edited(std::int64_t number, FullScreen& screen, ReplayOnce& replay) {
    TRY_ASSIGN(Capture capture, pages_.load(number));
    TRY_ASSIGN(const Capture shown, pages_.load_shown(number));
    std::string body = shown.body;
    if (has_content_coding(shown.headers)) {
      TRY_ASSIGN(body, decode_content(shown.headers, shown.body, k_default_max_body));
    }
    screen.suspend();
    Result<std::string> edited =
        edit_text(body, fmt::format("delivery-{}.json", number), k_default_max_body, env_,
                  [this] { return is_leaving(); });
    screen.resume();
    if (!edited) return std::move(edited).error();
    // Editors end a file with a line break, also where there was none.
    if (!body.ends_with('\n') && edited->ends_with('\n')) edited->pop_back();
    if (*edited == body) {
      say("nothing was changed, and nothing sent");
      return {};
    }
    return begin_replay(std::move(capture), *std::move(edited), replay);
  }

  Result<void> copy(std::int64_t number, FullScreen& screen) {
    TRY_ASSIGN(Capture capture, pages_.load_shown(number));
    const std::vector<Route>& routes = options_.forward.routes;
    const std::vector<std::size_t> taking = routes_for(routes, capture.summary.event_type);
    Route route;
    if (taking.empty()) {
      TRY_ASSIGN(route.target, parse_url(listener_url_));
    } else {
      route = routes[taking.front()];
    }
    TRY_ASSIGN(const PreparedSend prepared,
               prepare_replay(std::move(capture), route, options_.forward, options_.secrets,
                              std::nullopt, env_.now()));
    const ReplayRequest& request = prepared.request;
    const std::string command = curl_command(request.method, prepared.told.url,
                                             without_hop_fields(request.headers), request.body);
    if (command.size() > k_max_clipboard) {
      return Error{ErrorKind::input, "the command is too long for a terminal's clipboard",
                   fmt::format("terra-hook replay{} {} --to {} --print curl", options_.store_flag,
                               number, route.target.to_string())};
    }
    screen.copy(command);
    say(fmt::format("copied: curl, {}", to_human_size(command.size())));
    return {};
  }

  /// On the replay's thread.
  void on_replayed(std::int64_t number, const std::optional<std::string>& body,
                   const Result<Attempt>& attempt) {
    std::string remark = fmt::format("replayed #{}{}: ", number, body ? ", edited" : "");
    if (!attempt) {
      remark += style_.paint(style_.bad, style_.clean(attempt.error().message));
    } else if (!attempt->status) {
      remark += style_.paint(style_.bad, style_.clean(attempt->error));
    } else {
      remark += style_.paint(is_good_answer(*attempt) ? style_.good : style_.bad,
                             std::to_string(*attempt->status)) +
                " in " + to_human_duration(attempt->latency);
      const auto problem = body ? json::find_problem(*body) : std::nullopt;
      if (problem) {
        remark += fmt::format("; not JSON (line {}, column {}), sent as it is", problem->line,
                              problem->column);
      }
    }
    const std::lock_guard lock(mutex_);
    view_.on_replayed(number, attempt ? attempt->status.value_or(0) : 0);
    view_.say(std::move(remark));
    wake();
  }

  const InteractiveOptions options_;
  const std::unique_ptr<Renderer> plain_;
  Env& env_;
  Style style_;  ///< its size is changed by the screen's thread
  const DeliveryPages pages_;
  std::string listener_url_;

  std::mutex mutex_;  ///< of what follows, but for what the screen's thread has for itself
  ListenView view_;
  FullScreen* screen_ = nullptr;
  bool is_leaving_ = false;

  std::optional<PageContent> loaded_;  ///< the screen's thread's own
  std::size_t loaded_columns_ = 0;
  std::thread thread_;
};

}  // namespace

bool has_full_screen(const Env& env) {
  const std::string type = env.environment("TERM").value_or("");
  return isatty(env.in) == 1 && isatty(env.out.fd()) == 1 && !type.empty() && type != "dumb" &&
         tcgetpgrp(env.in) == getpgrp();
}

std::unique_ptr<Renderer> make_interactive_renderer(InteractiveOptions options,
                                                    std::unique_ptr<Renderer> plain, Env& env) {
  return std::make_unique<InteractiveRenderer>(std::move(options), std::move(plain), env);
}

}  // namespace terra_hook
