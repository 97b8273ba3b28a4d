#include "system/strict/backend.h"

#include <set>
#include <stdexcept>

#include "support/patience.h"
#include "support/raw_client.h"

namespace weir::strict {

namespace {

using support::Message;

constexpr std::string_view kProbe = "/probe";
constexpr std::string_view kFence = "FENCE";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Bytes at the front of `bytes` up to and with `mark`, from `from` on; 0 where it is not there.
std::size_t end_of(std::string_view bytes, std::string_view mark, std::size_t from) {
  std::size_t at = bytes.find(mark, from);
  return at == std::string_view::npos ? 0 : at + mark.size();
}

// The end of a chunked body that begins at `at`; 0: it is not whole.
std::size_t read_chunks(std::string_view bytes, std::size_t at, Message& to) {
  for (;;) {
    std::size_t data = end_of(bytes, "\r\n", at);
    if (data == 0) return 0;
    std::string line(bytes.substr(at, data - at - 2));
    if (line.empty() || line.find_first_not_of("0123456789abcdef") != std::string::npos)
      throw std::runtime_error("no chunk size: '" + line + "'");
    std::size_t size = std::stoull(line, nullptr, 16);
    at = data;
    if (size == 0) break;
    if (bytes.size() < at + size + 2) return 0;
    to.body += bytes.substr(at, size);
    if (bytes.substr(at + size, 2) != "\r\n") throw std::runtime_error("no CRLF behind a chunk");
    at += size + 2;
  }
  bool none = bytes.substr(at, 2) == "\r\n";
  std::size_t end = none ? at + 2 : end_of(bytes, "\r\n\r\n", at);
  if (end == 0) return 0;
  std::string lines(bytes.substr(at, end - at));
  to.trailers = support::parse_head("trailers\r\n" + lines).fields;
  return end;
}

// Takes a whole request off the front; false where there is none. Strict: throws where it is no
// HTTP/1.1, or framed in two ways.
bool take_request(std::string& bytes, Message& to) {
  std::size_t body = end_of(bytes, "\r\n\r\n", 0);
  if (body == 0) return false;
  to = support::parse_head(bytes.substr(0, body));
  std::size_t end = body;
  std::string length = to.fields.value("Content-Length");
  if (to.fields.has("Transfer-Encoding")) {
    if (!length.empty() || to.fields.value("Transfer-Encoding") != "chunked")
      throw std::runtime_error("framed in doubt");
    end = read_chunks(bytes, body, to);
    if (end == 0) return false;
  } else if (!length.empty()) {
    end = body + std::stoull(length);
    if (bytes.size() < end) return false;
    to.body = bytes.substr(body, end - body);
  }
  to.complete = true;
  bytes.erase(0, end);
  return true;
}

}  // namespace

std::size_t Sighting::connections() const {
  std::set<std::size_t> seen;
  for (const Request& request : requests) seen.insert(request.connection);
  return seen.size();
}

Backend::Backend() : origin_([this](support::Connection& connection) { play(connection); }) {}

void Backend::begin(const Row& row) {
  std::lock_guard lock(mutex_);
  row_ = &row;
  sighting_ = {};
  client_saw_ = false;
}

void Backend::client_saw() {
  std::lock_guard lock(mutex_);
  client_saw_ = true;
  changed_.notify_all();
}

void Backend::wait_byte() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, support::kPatience, [&] { return !sighting_.bytes.empty(); }))
    throw std::runtime_error("the backend waited in vain for a byte");
}

// Connections are accepted in order: what was made before this one is known when it is answered.
void Backend::settle() {
  support::RawClient fence(address());
  fence.ask(std::string(kFence) + " / HTTP/1.1\r\nHost: a\r\n\r\n");
  fence.close();
  origin_.wait_ended(origin_.connections());
}

Sighting Backend::sighting() const {
  std::lock_guard lock(mutex_);
  return sighting_;
}

void Backend::play(support::Connection& connection) {
  std::string pending;
  for (;;) {
    std::string bytes = connection.read_some();
    if (bytes.empty()) return;
    for (const Message& request : note(connection.number(), bytes, pending)) {
      if (!answer(connection, request)) return;
    }
  }
}

std::vector<Message> Backend::note(std::size_t connection, const std::string& bytes,
                                   std::string& pending) {
  std::lock_guard lock(mutex_);
  bool is_own = bytes.starts_with(kFence) || bytes.find(kProbe) != std::string::npos;
  if (!is_own) sighting_.bytes += bytes;
  pending += bytes;
  std::vector<Message> whole;
  Message request;
  try {
    while (take_request(pending, request)) {
      whole.push_back(request);
      if (!is_own) sighting_.requests.push_back({request, connection});
    }
  } catch (const std::exception& error) {
    sighting_.problem = error.what();
  }
  changed_.notify_all();
  return whole;
}

bool Backend::answer(support::Connection& connection, const Message& request) {
  if (request.target() == kProbe || request.method() == kFence) {
    connection.send(kOk);
    return true;
  }
  std::unique_lock lock(mutex_);
  const Row& row = *row_;
  lock.unlock();
  connection.try_send(row.answer);
  if (row.origin == Ending::kNone) return true;
  if (row.after == Row::After::kCut) {
    lock.lock();
    changed_.wait_for(lock, support::kPatience, [&] { return client_saw_; });
  }
  if (row.origin == Ending::kReset) connection.reset();
  return false;
}

}  // namespace weir::strict
