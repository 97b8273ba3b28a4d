#include "support/fake_origin.h"

#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>
#include <utility>

namespace weir::support {

Message Connection::request() {
  Message message = read_request(*this);
  origin_.record(message);
  return message;
}

Message Connection::request_head() {
  Message message = read_request_head(*this);
  origin_.record(message);
  return message;
}

FakeOrigin::FakeOrigin(Script script, const std::string& address, int receive_buffer)
    : script_(std::move(script)), descriptor_(listen_on(address, address_, receive_buffer)) {
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeOrigin::~FakeOrigin() {
  stop_listening();
  {
    std::lock_guard lock(mutex_);
    for (auto& connection : open_) {
      if (connection.descriptor() >= 0) ::shutdown(connection.descriptor(), SHUT_RDWR);
    }
  }
  for (auto& player : players_) player.join();
}

void FakeOrigin::stop_listening() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  ::shutdown(descriptor_, SHUT_RDWR);
  acceptor_.join();
  ::close(descriptor_);
  if (address_.starts_with("unix:")) ::unlink(address_.c_str() + 5);
}

void FakeOrigin::accept_all() {
  for (;;) {
    int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    std::lock_guard lock(mutex_);
    if (descriptor < 0 && stopped_) return;
    if (descriptor < 0) continue;
    Connection& connection = open_.emplace_back(descriptor, *this, open_.size());
    players_.emplace_back([this, &connection] { play(connection); });
    changed_.notify_all();
  }
}

void FakeOrigin::play(Connection& connection) {
  std::string problem;
  try {
    script_(connection);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  std::lock_guard lock(mutex_);
  connection.close();
  ++ended_;
  if (!problem.empty())
    problems_.push_back("connection " + std::to_string(connection.number()) + ": " + problem);
  changed_.notify_all();
}

FakeOrigin::Script FakeOrigin::answering(std::string response) {
  return [response = std::move(response)](Connection& connection) {
    while (connection.another()) {
      connection.request();
      connection.send(response);
    }
  };
}

FakeOrigin::Script FakeOrigin::hanging() {
  return [](Connection& connection) {
    connection.request();
    connection.read_to_end();
  };
}

void FakeOrigin::record(Message request) {
  std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  changed_.notify_all();
}

std::vector<Message> FakeOrigin::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeOrigin::connections() const {
  std::lock_guard lock(mutex_);
  return open_.size();
}

std::size_t FakeOrigin::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

template <class Holds>
void FakeOrigin::wait(std::string_view what, Holds holds) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, holds))
    throw std::runtime_error("the fake origin waited in vain for " + std::string(what));
}

void FakeOrigin::wait_requests(std::size_t count) const {
  wait("requests", [&] { return requests_.size() >= count; });
}

void FakeOrigin::wait_connections(std::size_t count) const {
  wait("connections", [&] { return open_.size() >= count; });
}

void FakeOrigin::wait_ended(std::size_t count) const {
  wait("ends of connections", [&] { return ended_ >= count; });
}

std::vector<std::string> FakeOrigin::problems() const {
  std::lock_guard lock(mutex_);
  return problems_;
}

}  // namespace weir::support
