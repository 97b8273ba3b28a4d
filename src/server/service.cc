#include "server/service.h"

#include <utility>

#include "server/acceptor.h"
#include "server/h1_exchange.h"
#include "server/h1_session.h"
#include "server/site.h"

namespace weir::server {

namespace {

constexpr std::size_t kExchangesKept = 1024;

http::HeadLimits head_limits_of(const Limits& limits) {
  return {limits.header_size, limits.headers, limits.uri};
}

}  // namespace

// There may be a place for one of the acceptors.
class Service::Call final : public net::Letter {
 public:
  explicit Call(Service& service) : service_(service) {}
  void open() override { service_.answer_call(); }

 private:
  Service& service_;
};

Service::Service(net::Turns& turns, net::Wheel& wheel, base::Ref<const ServiceOptions> options,
                 base::SharedRef<Admission> admission, net::Mailbox* mailbox)
    : turns_(turns),
      wheel_(wheel),
      options_(std::move(options)),
      head_limits_(head_limits_of(options_->limits)),
      exchanges_(kExchangesKept),
      admission_(std::move(admission)),
      mailbox_(mailbox) {}

Service::~Service() {
  net::Turns::Scope scope(turns_);
  // Whoever waits for the drain ends the service, and knows.
  drain_events_ = nullptr;
  close_all();
}

void Service::configure(base::Ref<const ServiceOptions> options) {
  options_ = std::move(options);
  head_limits_ = head_limits_of(options_->limits);
  acceptors_.each([](Acceptor& acceptor) { acceptor.configure(); });
}

void Service::drain(DrainEvents& events) {
  drain_events_ = &events;
  sessions_.each([](H1Session& session) { session.drain(); });
  if (session_count_ == 0) turns_.defer(*this);
}

// Not inside drain() or close(): the one who asked may go in the answer.
void Service::on_turn_end() {
  if (session_count_ != 0 || drain_events_ == nullptr || std::exchange(drained_, true)) return;
  drain_events_->on_drained();
}

void Service::close_all() {
  // A place that gets free may bring another one.
  while (!sessions_.empty()) sessions_.front().close(CloseReason::kDrain);
}

void Service::ease() { exchanges_.clear(); }

bool Service::trusts(const net::SocketAddress& address) const {
  for (const auto& block : options_->trusted_proxies) {
    if (block.contains(address)) return true;
  }
  return false;
}

void Service::add(std::unique_ptr<H1Session> session) {
  ++session_count_;
  H1Session* open = session.release();
  sessions_.push_back(*open);
  open->start();
  if (draining()) open->drain();
}

void Service::add(Acceptor& acceptor) { acceptors_.push_back(acceptor); }

bool Service::admit(const net::SocketAddress& address, ClientKey& client) {
  std::uint64_t most = options_->limits.per_client;
  // A proxy that is trusted speaks for many clients.
  if (most == 0 || trusts(address)) return true;
  client = client_of(address);
  return client == kNoClient || admission_->clients.enter(client, most);
}

void Service::give_back_place(Site& site) {
  site.observed->places().give_back();
  admission_->places.give_back();
}

void Service::call() {
  if (mailbox_ == nullptr) return turns_.defer(note_);
  // One letter at a time: whoever opens it looks for all who were called by then.
  if (!called_.exchange(true)) mailbox_->post(std::make_unique<Call>(*this));
}

void Service::answer_call() {
  called_.store(false);
  acceptors_.each([](Acceptor& acceptor) { acceptor.answer_call(); });
}

void Service::left(H1Session& session) {
  session.base::ListHook<H1Session>::unlink();
  --session_count_;
  if (session.client() != kNoClient) admission_->clients.leave(session.client());
  if (session.has_place()) give_back_place(session.site());
  if (session_count_ == 0 && draining()) turns_.defer(*this);
}

}  // namespace weir::server
