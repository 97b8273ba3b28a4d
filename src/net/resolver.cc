#include "net/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <sys/time.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "net/handle.h"
#include "net/loop.h"

namespace weir::net {

namespace {

constexpr base::Duration kHostsTtl{10'000};

// The first try waits for an eighth of the look-up's time and each further one for twice as long:
// one server is asked four times before time is up.
constexpr int kTries = 4;
constexpr base::Duration::rep kTryShare = 8;

std::string to_words(base::Duration span) {
  auto ms = span.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

// Family first, then the bytes of the address: the port, which lies before them, is 0.
int compare(const SocketAddress& a, const SocketAddress& b) {
  if (a.family() != b.family()) return a.family() < b.family() ? -1 : 1;
  return std::memcmp(a.get(), b.get(), std::min(a.length, b.length));
}

std::vector<SocketAddress> addresses_of(const ares_addrinfo& found) {
  std::vector<SocketAddress> all;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    SocketAddress& one = all.emplace_back();
    if (node->ai_family == AF_INET && node->ai_addrlen >= sizeof(sockaddr_in)) {
      auto* to = reinterpret_cast<sockaddr_in*>(&one.storage);
      to->sin_family = AF_INET;
      to->sin_addr = reinterpret_cast<const sockaddr_in*>(node->ai_addr)->sin_addr;
      one.length = sizeof(sockaddr_in);
    } else if (node->ai_family == AF_INET6 && node->ai_addrlen >= sizeof(sockaddr_in6)) {
      auto* to = reinterpret_cast<sockaddr_in6*>(&one.storage);
      to->sin6_family = AF_INET6;
      to->sin6_addr = reinterpret_cast<const sockaddr_in6*>(node->ai_addr)->sin6_addr;
      one.length = sizeof(sockaddr_in6);
    } else {
      all.pop_back();
    }
  }
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return compare(a, b) < 0; });
  auto same = [](auto& a, auto& b) { return compare(a, b) == 0; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  if (all.size() > Resolver::kAddressesMax) all.resize(Resolver::kAddressesMax);
  return all;
}

// The least of all records that led to the addresses; one with the topmost bit set counts as 0
// (RFC 2181 section 8).
base::Duration ttl_of(const ares_addrinfo& found) {
  int seconds = INT32_MAX;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next)
    seconds = std::min(seconds, node->ai_ttl);
  for (const auto* alias = found.cnames; alias != nullptr; alias = alias->next)
    seconds = std::min(seconds, alias->ttl);
  return std::chrono::seconds(std::max(seconds, 0));
}

// Servers as c-ares takes and gives them.
ares_addr_port_node to_node(const SocketAddress& server) {
  ares_addr_port_node node{};
  node.family = server.family();
  node.udp_port = node.tcp_port = port_of(server);
  if (node.family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(server.get());
    std::memcpy(&node.addr.addr6, &v6->sin6_addr, sizeof(node.addr.addr6));
  } else {
    node.addr.addr4 = reinterpret_cast<const sockaddr_in*>(server.get())->sin_addr;
  }
  return node;
}

std::string to_text(const ares_addr_port_node& node) {
  std::array<char, INET6_ADDRSTRLEN> ip{};
  ares_inet_ntop(node.family, &node.addr, ip.data(), ip.size());
  int port = node.udp_port == 0 ? 53 : node.udp_port;
  return to_text(Address{ip.data(), static_cast<std::uint16_t>(port), false});
}

}  // namespace

// A channel of c-ares for this name alone: cancelling is closing it, each look-up has source ports
// of its own, and /etc/resolv.conf is read anew.
class Lookup::Query {
 public:
  explicit Query(Lookup& lookup) : lookup_(lookup) {}
  // c-ares calls back from in here for what is under way.
  ~Query() {
    closing_ = true;
    if (channel_ != nullptr) ares_destroy(channel_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Sends. An answer that is known already waits for limit_ to be told.
  void ask();
  // Lets c-ares look at what is due.
  void process() { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); }
  // The answer; where there is none yet, that it is late, or what has come of it.
  LookupAnswer take();

 private:
  // A socket of the channel, watched by the loop until c-ares closes it.
  struct Socket {
    Query* query = nullptr;
    ares_socket_t descriptor = ARES_SOCKET_BAD;
    Handle<uv_poll_t, Socket> poll;
  };

  static void on_socket(void* self, ares_socket_t descriptor, int readable, int writable);
  static void on_poll(uv_poll_t* handle, int status, int events) noexcept;
  static void on_answer(void* self, int status, int timeouts, ares_addrinfo* found);

  [[nodiscard]] Loop& loop() const { return lookup_.resolver_.loop_; }
  [[nodiscard]] const ResolverOptions& options() const { return lookup_.resolver_.options(); }
  int open(int flags);
  std::size_t name_servers();
  void watch(ares_socket_t descriptor, int events);
  void process(ares_socket_t readable, ares_socket_t writable);
  void set_resend();
  void answer(LookupAnswer answer);
  [[nodiscard]] LookupAnswer found(const ares_addrinfo& found) const;
  [[nodiscard]] LookupAnswer failed(int status) const;

  Lookup& lookup_;
  ares_channel channel_ = nullptr;
  std::string servers_;  // for messages
  bool several_servers_ = false;
  bool asking_ = false;  // inside ask(): what is answered now came from this machine
  bool closing_ = false;
  std::vector<std::unique_ptr<Socket>> sockets_;  // two for each server at most
  std::optional<LookupAnswer> answer_;
};

int Lookup::Query::open(int flags) {
  if (channel_ != nullptr) ares_destroy(std::exchange(channel_, nullptr));
  ares_options wanted{};
  wanted.flags = flags;
  wanted.timeout = static_cast<int>(
      std::clamp<base::Duration::rep>(options().timeout.count() / kTryShare, 1, 60'000));
  wanted.tries = kTries;
  std::array<char, 3> lookups = {'f', 'b', '\0'};
  wanted.lookups = lookups.data();
  wanted.sock_state_cb = on_socket;
  wanted.sock_state_cb_data = this;
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
             ARES_OPT_SOCK_STATE_CB;
  if (!options().servers.empty()) mask |= ARES_OPT_DOMAINS;  // none: no search list
  int status = ares_init_options(&channel_, &wanted, mask);
  if (status != ARES_SUCCESS) channel_ = nullptr;
  if (status != ARES_SUCCESS || options().servers.empty()) return status;
  std::vector<ares_addr_port_node> nodes;
  for (const auto& server : options().servers) nodes.push_back(to_node(server));
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) nodes[i].next = &nodes[i + 1];
  return ares_set_servers_ports(channel_, nodes.data());
}

// Keeps their text; says how many there are.
std::size_t Lookup::Query::name_servers() {
  ares_addr_port_node* servers = nullptr;
  if (ares_get_servers_ports(channel_, &servers) != ARES_SUCCESS) return 0;
  std::size_t count = 0;
  for (const auto* node = servers; node != nullptr; node = node->next, ++count) {
    if (count > 0) servers_ += ", ";
    servers_ += to_text(*node);
  }
  ares_free_data(servers);
  return count;
}

void Lookup::Query::ask() {
  if (auto address = literal({lookup_.name_, 0, false}))
    return answer({LookupResult::kOk, {address.value()}, options().ttl_max, {}});
  int status = open(0);
  several_servers_ = status == ARES_SUCCESS && name_servers() > 1;
  // c-ares drops a SERVFAIL or REFUSED, asks the next server, and in the end says that none was
  // there. With a single server there is no next one, and what it said is worth knowing.
  if (status == ARES_SUCCESS && !several_servers_) status = open(ARES_FLAG_NOCHECKRESP);
  if (status != ARES_SUCCESS) return answer(failed(status));
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NOSORT;  // which would open sockets to see what can be reached
  asking_ = true;
  ares_getaddrinfo(channel_, lookup_.name_.c_str(), nullptr, &hints, on_answer, this);
  asking_ = false;
  set_resend();
}

LookupAnswer Lookup::Query::take() {
  if (!answer_) ares_cancel(channel_);
  return answer_ ? std::move(*answer_) : failed(ARES_ETIMEOUT);
}

void Lookup::Query::on_socket(void* self, ares_socket_t descriptor, int readable, int writable) {
  static_cast<Query*>(self)->watch(
      descriptor, (readable != 0 ? UV_READABLE : 0) | (writable != 0 ? UV_WRITABLE : 0));
}

// events 0: c-ares is about to close it.
void Lookup::Query::watch(ares_socket_t descriptor, int events) {
  auto known = std::find_if(sockets_.begin(), sockets_.end(),
                            [&](auto& one) { return one->descriptor == descriptor; });
  if (events == 0) {
    if (known != sockets_.end()) sockets_.erase(known);
    return;
  }
  if (known == sockets_.end()) {
    known = sockets_.insert(known, std::make_unique<Socket>());
    Socket& made = **known;
    made.query = this;
    made.descriptor = descriptor;
    made.poll.make(&made, [&](uv_poll_t* uv) { return uv_poll_init(loop().uv(), uv, descriptor); });
  }
  // One that cannot be watched is a server that does not answer.
  if ((*known)->poll.open()) uv_poll_start((*known)->poll.get(), events, on_poll);
}

void Lookup::Query::on_poll(uv_poll_t* handle, int status, int events) noexcept {
  Socket* self = Handle<uv_poll_t, Socket>::owner_of(handle);
  if (self == nullptr) return;
  Query& query = *self->query;
  ares_socket_t descriptor = self->descriptor;
  Turns::Scope scope(query.loop().turns());
  // An error is for c-ares to find.
  bool readable = status < 0 || (events & UV_READABLE) != 0;
  bool writable = status < 0 || (events & UV_WRITABLE) != 0;
  query.process(readable ? descriptor : ARES_SOCKET_BAD, writable ? descriptor : ARES_SOCKET_BAD);
}

void Lookup::Query::process(ares_socket_t readable, ares_socket_t writable) {
  ares_process_fd(channel_, readable, writable);
  set_resend();
}

void Lookup::Query::set_resend() {
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) return lookup_.resend_.clear();
  lookup_.resend_.set(loop().now() + left.tv_sec * 1'000'000'000 + left.tv_usec * 1'000);
}

// Inside of c-ares, which must not be closed from here: the answer is told by the timer wheel.
void Lookup::Query::on_answer(void* self, int status, int, ares_addrinfo* found) {
  auto& query = *static_cast<Query*>(self);
  if (!query.closing_) {
    bool any = status == ARES_SUCCESS && found != nullptr;
    query.answer(any ? query.found(*found) : query.failed(status));
  }
  if (found != nullptr) ares_freeaddrinfo(found);
}

void Lookup::Query::answer(LookupAnswer answer) {
  answer_ = std::move(answer);
  lookup_.limit_.set(loop().now());
}

LookupAnswer Lookup::Query::found(const ares_addrinfo& found) const {
  LookupAnswer answer{LookupResult::kOk, addresses_of(found), {}, {}};
  if (answer.addresses.empty()) return failed(ARES_ENODATA);
  // By hand: a ttl_min over ttl_max must not be undefined.
  auto ttl = std::max(asking_ ? kHostsTtl : ttl_of(found), options().ttl_min);
  answer.ttl = std::min(ttl, options().ttl_max);
  return answer;
}

LookupAnswer Lookup::Query::failed(int status) const {
  auto say = [&](LookupResult result, std::string text) {
    return LookupAnswer{result, {}, {}, std::move(text)};
  };
  switch (status) {
    case ARES_ENOTFOUND:
      return say(LookupResult::kNone, "no such name (NXDOMAIN)");
    case ARES_ENODATA:
      return say(LookupResult::kNone, "the name has no address (NODATA)");
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
      return say(LookupResult::kTimeout,
                 "no answer in " + to_words(options().timeout) + " from " + servers_);
    case ARES_ESERVFAIL:
      return say(LookupResult::kError, servers_ + " failed (SERVFAIL)");
    case ARES_EREFUSED:
      return say(LookupResult::kError, servers_ + " refuses to answer (REFUSED)");
    case ARES_ENOTIMP:
      return say(LookupResult::kError, servers_ + " does not know the question (NOTIMP)");
    case ARES_EFORMERR:
      return say(LookupResult::kError, servers_ + " does not understand the question (FORMERR)");
    case ARES_EBADRESP:
      return say(LookupResult::kError, "a malformed answer from " + servers_);
    case ARES_ECONNREFUSED:
      return say(LookupResult::kError, several_servers_ ? "no server answers: " + servers_
                                                        : "no server listens at " + servers_);
    default:
      return say(LookupResult::kError, ares_strerror(status));
  }
}

Lookup::Lookup(Resolver& resolver, std::string name, LookupEvents& events)
    : resolver_(resolver),
      name_(std::move(name)),
      events_(events),
      limit_(resolver.loop_.wheel(), *this),
      resend_(resolver.loop_.wheel(), *this) {
  if (resolver_.running_ < Resolver::kRunningMax) {
    begin();
  } else {
    resolver_.waiting_.push_back(*this);
  }
}

Lookup::~Lookup() {
  if (query_ == nullptr) return;
  query_.reset();
  resolver_.give_place();
}

void Lookup::begin() {
  ++resolver_.running_;
  limit_.set(base::after(resolver_.loop_.now(), resolver_.options_.timeout));
  query_ = std::make_unique<Query>(*this);
  query_->ask();
}

void Lookup::on_deadline(Deadline& deadline) {
  if (&deadline == &resend_) return query_->process();
  LookupAnswer answer = query_->take();
  query_.reset();
  limit_.clear();
  resend_.clear();
  resolver_.give_place();
  events_.on_lookup(*this, std::move(answer));
}

Resolver::Resolver(Loop& loop, ResolverOptions options)
    : loop_(loop), options_(std::move(options)) {
  ares_library_init(ARES_LIB_INIT_ALL);
}

Resolver::~Resolver() { ares_library_cleanup(); }

void Resolver::give_place() {
  --running_;
  if (!waiting_.empty()) waiting_.pop_front().begin();
}

}  // namespace weir::net
