#include "system/names/load.h"

#include <exception>
#include <optional>

#include "system/names/setup.h"

namespace weir::names {

Load::Load(std::string address, int clients) : address_(std::move(address)) {
  for (int i = 0; i < clients; ++i) clients_.emplace_back([this] { ask(); });
}

Load::~Load() { stop(); }

std::uint64_t Load::answers(const std::string& instance) const {
  std::lock_guard lock(mutex_);
  auto found = answers_.find(instance);
  return found == answers_.end() ? 0 : found->second;
}

void Load::wait_answers(const std::string& instance, std::uint64_t count) const {
  std::uint64_t wanted = answers(instance) + count;
  wait_until("answers of " + instance, [&] { return answers(instance) >= wanted; });
}

std::string Load::stop() {
  stopped_ = true;
  for (auto& client : clients_) client.join();
  clients_.clear();
  return failures_;
}

void Load::ask() {
  try {
    std::optional<RawClient> client;
    while (!stopped_) {
      if (!client) client.emplace(address_);
      Message answer = client->get("/users/7");
      // At limits.requests_per_connection.
      if (answer.fields.value("Connection") == "close") client.reset();
      std::lock_guard lock(mutex_);
      if (answer.status() == 200 && answer.complete) {
        ++answers_[std::string(answer.fields.value("X-Instance"))];
      } else {
        failures_ += std::to_string(answer.status()) + answer.body + "\n";
      }
    }
  } catch (const std::exception& error) {
    std::lock_guard lock(mutex_);
    failures_ += std::string(error.what()) + "\n";
  }
}

}  // namespace weir::names
