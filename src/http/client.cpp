// SPDX-License-Identifier: MIT
#include "http/client.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "http/address.hpp"
#include "http/exchange_watch.hpp"
#include "http/outgoing_fields.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Servers close connections that are idle for a while (Node after 5 s, gunicorn after 2 s). One
/// that was idle for longer than this is not trusted: a new one costs little.
constexpr auto k_max_idle = 1s;
/// cpp-httplib's own time-outs, which hold for each read and write alone, come after the deadline.
constexpr auto k_grace = 5s;
constexpr std::size_t k_piece = 64 << 10;

/// Turns off that `+` and the like in a target are encoded anew. The setter was renamed.
template <typename Http>
void keep_targets_as_given(Http& http) {
  if constexpr (requires { http.set_path_encode(false); }) {
    http.set_path_encode(false);
  } else {
    http.set_url_encode(false);
  }
}

constexpr const char* k_other_host = "its certificate is for another host";

/// Why the certificate was not trusted. Newer versions do not tell.
template <typename Http>
std::string verify_problem(const Http& http) {
  if constexpr (requires { http.get_openssl_verify_result(); }) {
    const long code = http.get_openssl_verify_result();
    return code == X509_V_OK ? k_other_host : X509_verify_cert_error_string(code);
  } else {
    return "its certificate is not trusted";
  }
}

/// Whether an idle connection has anything to read: its end, or bytes that nobody asked for.
bool is_readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, 0) != 0;
}

/// Fails when OpenSSL can take no certificate from `path`: cpp-httplib would say so at the first
/// exchange only, and without the reason.
Result<void> check_ca_file(const std::string& path) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  ERR_clear_error();
  if (context && SSL_CTX_load_verify_locations(context.get(), path.c_str(), nullptr) == 1) {
    return {};
  }
  ERR_clear_error();
  return Error{ErrorKind::file, fmt::format("{}: no certificate can be read from it", path),
               "it is a file of certificates in PEM format"};
}

httplib::Headers to_httplib(const HeaderFields& fields, const Url& origin) {
  httplib::Headers headers;
  for (const HeaderField& field : without_hop_fields(fields)) {
    headers.emplace(field.name, field.value);
  }
  headers.emplace("Host", origin.authority());
  if (headers.find("User-Agent") == headers.end()) {
    headers.emplace("User-Agent", "terra-hook/" TERRA_HOOK_VERSION);
  }
  return headers;
}

}  // namespace

struct Client::State {
  State(Url url, ClientOptions client_options)
      : origin(std::move(url)), options(std::move(client_options)) {}

  Url origin;
  ClientOptions options;
  std::unique_ptr<httplib::ClientImpl> http;
  httplib::SSLClient* tls = nullptr;  ///< `http`, when it is one
  ExchangeWatch watch;
  Clock::time_point idle_since{};
  ClientFailure failure = ClientFailure::none;

  // Of the attempt in progress.
  bool is_new_connection = false;
  std::size_t handed_over = 0;  ///< of the body
  bool has_begun_body = false;
  bool has_stopped_reading = false;
  ClientResponse response;

  void connect_anew_if_stale();
  httplib::Request request(const std::string& method, const std::string& target,
                           const HeaderFields& headers, std::string_view body);
  bool take_body(std::string_view bytes);
  void take_head(const httplib::Response& head);
  std::optional<httplib::Error> attempt(const httplib::Request& request);
  Error explain(httplib::Error error);
  Url next_hop() const;
  std::string name_of_next_hop() const;
  Error fail(ClientFailure kind, std::string message, std::string hint = {});
};

void Client::State::connect_anew_if_stale() {
  const int fd = watch.descriptor();
  if (fd >= 0 && (Clock::now() - idle_since > k_max_idle || is_readable(fd))) http->stop();
}

httplib::Request Client::State::request(const std::string& method, const std::string& target,
                                        const HeaderFields& headers, std::string_view body) {
  httplib::Request request;
  request.method = method;
  request.path = target;
  request.headers = to_httplib(headers, origin);
  request.response_handler = [this](const httplib::Response& head) {
    take_head(head);
    return true;
  };
  request.content_receiver = [this](const char* data, std::size_t size, auto, auto) {
    return take_body({data, size});
  };
  if (body.empty()) return request;
  // A provider rather than request.body: no copy, no Content-Type that nobody asked for, and it is
  // known how much was handed over.
  request.content_length_ = body.size();
  request.content_provider_ = [this, body](std::size_t offset, std::size_t length,
                                           httplib::DataSink& sink) {
    // Over TLS cpp-httplib sends a request again by itself; that is not its decision.
    if (offset == 0 && std::exchange(has_begun_body, true)) return false;
    const std::size_t size = std::min(length, k_piece);
    if (!sink.write(body.data() + offset, size)) return false;
    handed_over = offset + size;
    return true;
  };
  return request;
}

void Client::State::take_head(const httplib::Response& head) {
  response.status = head.status;
  response.headers.clear();
  for (const auto& [name, value] : head.headers) response.headers.push_back({name, value});
}

bool Client::State::take_body(std::string_view bytes) {
  response.body_size += bytes.size();
  const std::size_t room =
      options.max_body - std::min<std::uint64_t>(options.max_body, response.body.size());
  response.body.append(bytes.substr(0, room));
  has_stopped_reading = response.body_size > options.max_read;
  response.is_complete = !has_stopped_reading;
  return !has_stopped_reading;
}

/// Nothing when an answer came.
std::optional<httplib::Error> Client::State::attempt(const httplib::Request& request) {
  is_new_connection = false;
  handed_over = 0;
  has_begun_body = false;
  has_stopped_reading = false;
  response = {};
  ERR_clear_error();
  const httplib::Result result = http->send(request);
  if (result) {
    // What comes past the handler has no body, or is a proxy's refusal to connect, which
    // cpp-httplib 0.14 passes off as the server's answer.
    const bool has_no_body = request.method == "HEAD" || result->status == 204;
    if (tls != nullptr && options.proxy && response.status == 0 && !has_no_body) {
      return httplib::Error::SSLConnection;
    }
    take_head(*result);
    return std::nullopt;
  }
  if (has_stopped_reading) return std::nullopt;
  return result.error();
}

Error Client::State::fail(ClientFailure kind, std::string message, std::string hint) {
  failure = kind;
  const bool is_stopped = kind == ClientFailure::interrupted;
  return {is_stopped ? ErrorKind::interrupted : ErrorKind::network, std::move(message),
          std::move(hint)};
}

/// What we connect to: the server, or the proxy that is in between.
Url Client::State::next_hop() const {
  Url hop = origin;
  if (options.proxy) {
    hop.host = options.proxy->host;
    hop.port = options.proxy->port;
  }
  return hop;
}

std::string Client::State::name_of_next_hop() const {
  return options.proxy ? "the proxy " + options.proxy->name()
                       : fmt::format("{}:{}", origin.host, origin.port);
}

Error Client::State::explain(httplib::Error error) {
  const std::string name = fmt::format("{}:{}", origin.host, origin.port);
  if (watch.is_interrupted()) {
    return fail(ClientFailure::interrupted, fmt::format("interrupted while waiting for {}", name));
  }
  if (watch.is_expired()) {
    return fail(ClientFailure::timed_out, fmt::format("{} did not answer within {}", name,
                                                      to_human_duration(options.timeout)));
  }
  switch (error) {
    case httplib::Error::ConnectionTimeout:
      return fail(ClientFailure::timed_out,
                  fmt::format("cannot connect to {} within {}", name_of_next_hop(),
                              to_human_duration(options.connect_timeout)));
    case httplib::Error::Connection: {
      // One error of cpp-httplib's for all that can keep us from connecting: it is tried again.
      const Url hop = next_hop();
      const ConnectFailure diagnosis = try_to_connect(hop, options.connect_to);
      if (diagnosis.failure == ClientFailure::unresolved) {
        return fail(diagnosis.failure,
                    fmt::format("cannot resolve '{}': {}", hop.host, diagnosis.reason),
                    k_unresolved_hint);
      }
      // Reachable by now: somebody has just begun to listen.
      return fail(
          diagnosis.failure == ClientFailure::none ? ClientFailure::unreachable : diagnosis.failure,
          fmt::format("cannot connect to {}{}{}", name_of_next_hop(),
                      diagnosis.reason.empty() ? "" : ": ", diagnosis.reason),
          options.proxy ? "" : "is the server running, and on this port?");
    }
    case httplib::Error::SSLServerVerification: {
      const std::string problem = tls == nullptr ? "" : to_lower(verify_problem(*tls));
      return fail(ClientFailure::tls, fmt::format("{} is not trusted: {}", name, problem),
                  problem == k_other_host
                      ? "is the host spelled as in the certificate? --insecure skips the check"
                      : "--cacert FILE names the authority to trust; --insecure skips the check");
    }
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts: {
      const char* reason = ERR_reason_error_string(ERR_peek_last_error());
      ERR_clear_error();
      return fail(ClientFailure::tls,
                  fmt::format("no TLS connection to {}{}{}", name, reason == nullptr ? "" : ": ",
                              reason == nullptr ? "" : reason),
                  options.proxy
                      ? fmt::format("did the proxy {} let it through?", options.proxy->name())
                      : "does it speak https on this port?");
    }
    default:
      return fail(ClientFailure::closed,
                  fmt::format("{} closed the connection {}", name,
                              response.status == 0 ? "without an answer" : "within its answer"));
  }
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::create(const Url& origin, const ClientOptions& options) {
  if (!options.ca_file.empty() && origin.is_tls()) TRY(check_ca_file(options.ca_file));
  auto state = std::make_unique<State>(origin, options);
  try {
    if (origin.is_tls()) {
      auto tls = std::make_unique<httplib::SSLClient>(origin.host, origin.port);
      tls->enable_server_certificate_verification(options.verifies_tls);
      if (!options.ca_file.empty()) tls->set_ca_cert_path(options.ca_file);
      state->tls = tls.get();
      state->http = std::move(tls);
    } else {
      state->http = std::make_unique<httplib::ClientImpl>(origin.host, origin.port);
    }
  } catch (const std::exception& exception) {
    return Error{ErrorKind::network,
                 fmt::format("cannot make a client for {}: {}", origin.origin(), exception.what())};
  }
  httplib::ClientImpl& http = *state->http;
  http.set_keep_alive(true);
  http.set_follow_location(false);
  http.set_decompress(false);
  http.set_tcp_nodelay(true);  // head and body are written apart: 40 ms with Nagle's algorithm
  keep_targets_as_given(http);
  if (!options.connect_to.empty()) {
    http.set_hostname_addr_map({{origin.host, options.connect_to}});
  }
  if (options.proxy) {
    http.set_proxy(options.proxy->host, options.proxy->port);
    if (!options.proxy->user.empty()) {
      http.set_proxy_basic_auth(options.proxy->user, std::string(options.proxy->password.expose()));
    }
  }
  http.set_connection_timeout(std::min(options.connect_timeout, options.timeout));
  http.set_read_timeout(options.timeout + k_grace);
  http.set_write_timeout(options.timeout + k_grace);
  http.set_socket_options([raw = state.get()](auto socket) {
    raw->is_new_connection = true;
    raw->watch.adopt(socket);
  });
  return Client(std::move(state));
}

Result<ClientResponse> Client::send(const std::string& method, const std::string& target,
                                    const HeaderFields& headers, std::string_view body) {
  State& state = *state_;
  const auto refuse = [&state](std::string problem) {
    state.failure = ClientFailure::refused_by_us;
    return Error{ErrorKind::input, std::move(problem)};
  };
  if (!is_token(method)) return refuse("the method is not a token");
  if ((!target.starts_with('/') && target != "*") || !is_request_target(target)) {
    return refuse("the request target can't be sent as it is");
  }
  for (const HeaderField& field : headers) {
    if (std::string problem = field_problem(field); !problem.empty()) {
      return refuse(std::move(problem));
    }
  }
  state.failure = ClientFailure::none;
  const auto started = Clock::now();
  if (!state.watch.begin(started + state.options.timeout)) {
    return state.fail(ClientFailure::interrupted, "interrupted");
  }
  try {
    state.connect_anew_if_stale();
    const httplib::Request request = state.request(method, target, headers, body);
    std::optional<httplib::Error> error = state.attempt(request);
    const bool was_not_delivered =
        error && !state.is_new_connection && state.response.status == 0 &&
        (*error == httplib::Error::Write || (!body.empty() && state.handed_over < body.size()));
    if (was_not_delivered && !state.watch.has_fired()) {
      state.http->stop();
      error = state.attempt(request);
    }
    state.watch.end();
    state.idle_since = Clock::now();
    if (error) return state.explain(*error);
  } catch (const std::exception& exception) {
    state.watch.end();
    state.http->stop();
    return state.fail(ClientFailure::closed,
                      fmt::format("{}: {}", state.origin.authority(), exception.what()));
  }
  state.response.latency =
      std::chrono::duration_cast<std::chrono::microseconds>(state.idle_since - started);
  state.response.is_on_kept_connection = !state.is_new_connection;
  return std::move(state.response);
}

ClientFailure Client::failure() const {
  return state_->failure;
}

void Client::interrupt() {
  state_->watch.interrupt();
}

}  // namespace terra_hook
