// SPDX-License-Identifier: MIT
#include "commands/payload_fetcher.hpp"

#include <fmt/format.h>

#include <utility>

#include "commands/intake.hpp"
#include "http/address.hpp"
#include "http/content_coding.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_queue = 256;
constexpr std::size_t k_threads = 4;
constexpr std::size_t k_max_followed = 10'000;

/// The event's body as text, whatever its coding; "" when it can't be decoded.
std::string decoded_body(const Capture& capture, std::uint64_t max_bytes) {
  if (!has_content_coding(capture.headers)) return capture.body;
  auto decoded = decode_content(capture.headers, capture.body, max_bytes);
  return decoded ? *std::move(decoded) : std::string();
}

std::string reason_for_status(int status) {
  if (status == 400 || status == 403) {
    return fmt::format("{}: the link has expired, or is not right", status);
  }
  if (status / 100 == 3) return fmt::format("{}: redirects are not followed", status);
  return fmt::format("answered {}", status);
}

/// A file that was stored as .gz is served as it is, without a Content-Encoding: say so for it, so
/// that it is read like any other gzip body (RFC 1952 §2.3.1).
void note_gzip(ClientResponse& response) {
  if (response.body.starts_with("\x1f\x8b\x08") && !has_content_coding(response.headers)) {
    response.headers.push_back({"Content-Encoding", "gzip"});
  }
}

/// What the host answered, with the event's ids instead of any of its own. Not the trace id: by
/// that it would be a repetition of the event.
HeaderFields delivery_headers(HeaderFields headers, const DeliveryIds& ids) {
  std::erase_if(headers, [](const HeaderField& field) {
    const std::string name = to_lower(field.name);
    return name.starts_with("x-terra-") || name.starts_with("terra-");
  });
  if (ids.terra_reference) {
    headers.push_back(
        {"terra-reference",
         *ids.terra_reference + (ids.chunk ? fmt::format(":chunk:{}", *ids.chunk) : "")});
  }
  if (ids.ordering_timestamp) {
    headers.push_back({"X-Terra-Ordering-Timestamp", std::to_string(*ids.ordering_timestamp)});
  }
  return headers;
}

}  // namespace

std::string refusal_to_follow(Verdict verdict) {
  if (verdict == Verdict::valid || verdict == Verdict::unchecked) return "";
  return fmt::format("its signature is {}", to_string(verdict));
}

Result<std::string> choose_address(const Url& url, const std::vector<std::string>& addresses,
                                   Verdict verdict) {
  bool has_loopback = false;
  for (const std::string& address : addresses) {
    const AddressKind kind = kind_of_address(address);
    if (kind == AddressKind::global && url.is_tls()) return address;
    if (kind != AddressKind::loopback) continue;
    has_loopback = true;
    if (verdict == Verdict::valid) return address;
  }
  if (has_loopback) {
    return Error{ErrorKind::input,
                 "only an event with a valid signature may link to this machine; set a signing "
                 "secret"};
  }
  if (!url.is_tls()) return Error{ErrorKind::input, "only https links are followed"};
  return Error{ErrorKind::input, fmt::format("{} is not an address on the internet", url.host)};
}

PayloadFetcher::PayloadFetcher(const FetchOptions& options, StoreWriter* store, Display& display,
                               Env& env)
    : options_(options), store_(store), display_(display), env_(env) {
  for (std::size_t i = 0; i < k_threads; ++i) threads_.emplace_back([this] { run(); });
}

PayloadFetcher::~PayloadFetcher() {
  stop(std::chrono::milliseconds(0));
}

void PayloadFetcher::consider(const std::shared_ptr<const Capture>& capture) {
  if (!is_ping(capture->summary.event_type)) return;
  if (const std::string refusal = refusal_to_follow(capture->verdict); !refusal.empty()) {
    return fail(*capture, "", 0, refusal);
  }
  auto ping = read_ping(decoded_body(*capture, options_.max_body));
  if (!ping) return fail(*capture, "", 0, "it has no url");
  {
    const std::lock_guard lock(mutex_);
    const bool is_repeated = capture->duplicate_of && !capture->duplicate_differs;
    if (is_repeated && followed_.contains(*capture->duplicate_of)) {
      return display_.push(
          Note{fmt::format("payload of #{} not fetched: that of #{}, which it "
                           "repeats, is kept",
                           capture->number, *capture->duplicate_of)});
    }
    if (queue_.size() < k_max_queue && !is_stopping_) {
      queue_.push_back({capture, *std::move(ping)});
      changed_.notify_all();
      return;
    }
  }
  fail(*capture, "", 0, "too many downloads are in line");
}

void PayloadFetcher::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
    if (queue_.empty()) return;
    const Job job = std::move(queue_.front());
    queue_.pop_front();
    ++active_;
    const bool is_given_up = is_given_up_;
    lock.unlock();
    if (is_given_up) {
      fail(*job.event, "", 0, "listening ended before it was downloaded");
    } else {
      fetch(job);
    }
    lock.lock();
    --active_;
    changed_.notify_all();
  }
}

void PayloadFetcher::fetch(const Job& job) {
  const auto url = parse_url(job.ping.url);
  if (!url) return fail(*job.event, "", 0, url.error().message);
  const auto addresses = resolve(*url);
  if (!addresses) return fail(*job.event, url->host, 0, addresses.error().message);
  const auto address = choose_address(*url, *addresses, job.event->verdict);
  if (!address) return fail(*job.event, url->host, 0, address.error().message);

  ClientOptions client_options;
  client_options.connect_to = *address;  // whatever the name stands for by now
  client_options.timeout = options_.timeout;
  client_options.max_body = options_.max_body;
  client_options.max_read = options_.max_body;
  auto client = Client::create(*url, client_options);
  if (!client) return fail(*job.event, url->host, 0, client.error().message);
  if (!enlist(*client)) return fail(*job.event, url->host, 0, "listening ended");
  auto response = client->send("GET", url->target, {}, "");
  strike_off(*client);
  if (!response) return fail(*job.event, url->host, 0, response.error().message);
  if (response->status / 100 != 2) {
    return fail(*job.event, url->host, response->status, reason_for_status(response->status));
  }
  if (!response->is_complete || response->body_size > options_.max_body) {
    return fail(*job.event, url->host, response->status,
                fmt::format("it is larger than {} bytes (--max-body)", options_.max_body));
  }
  keep(job, *url, *address, *std::move(response), env_.now());
}

void PayloadFetcher::keep(const Job& job, const Url& url, const std::string& address,
                          ClientResponse response, UtcTime received_at) {
  note_gzip(response);
  const auto elapsed = response.latency;
  const int status = response.status;
  const Capture& event = *job.event;
  IncomingRequest document;
  document.received_at = received_at;
  document.remote_address =
      fmt::format(fmt::runtime(address.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}"),
                  address, url.port);
  // It is the delivery that the event stands for, and is to be replayed like one.
  document.method = event.method;
  document.target = event.target;
  document.headers = delivery_headers(std::move(response.headers), event.ids);
  document.body_sha256 = sha256(response.body);
  document.body = std::move(response.body);
  document.origin = Origin::fetch;
  Verification verification;
  verification.reason = "downloaded, not signed";
  auto capture =
      std::make_shared<Capture>(to_capture(std::move(document), verification, options_.max_body));
  if (event.number > 0) capture->ping_of = event.number;
  if (store_ == nullptr) {
    display_.push(PayloadFetched{std::move(capture), url.host, status, elapsed});
    return;
  }
  store_->append(capture, [this, capture, host = url.host, status, elapsed, number = event.number,
                           first = event.duplicate_of.value_or(event.number)](
                              Result<Appended> appended) {
    if (!appended) {
      display_.push(PayloadNotFetched{env_.now(), number, host, status, appended.error().message});
      return;
    }
    appended->apply_to(*capture);
    {
      const std::lock_guard lock(mutex_);
      if (followed_.size() >= k_max_followed) followed_.erase(followed_.begin());
      followed_.insert(first);
    }
    display_.push(PayloadFetched{capture, host, status, elapsed});
  });
}

void PayloadFetcher::fail(const Capture& event, std::string host, int status, std::string reason) {
  display_.push(
      PayloadNotFetched{env_.now(), event.number, std::move(host), status, std::move(reason)});
}

bool PayloadFetcher::enlist(Client& client) {
  const std::lock_guard lock(mutex_);
  if (!is_given_up_) clients_.insert(&client);
  return !is_given_up_;
}

void PayloadFetcher::strike_off(Client& client) {
  const std::lock_guard lock(mutex_);
  clients_.erase(&client);
}

void PayloadFetcher::stop(std::chrono::milliseconds patience) {
  {
    std::unique_lock lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return queue_.empty() && active_ == 0; });
    is_given_up_ = true;
    for (Client* client : clients_) client->interrupt();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace terra_hook
