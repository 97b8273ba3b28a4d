#include "support/message.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace weir::support {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Word `index` of a line, from 0.
std::string word(const std::string& line, int index) {
  std::size_t at = 0;
  for (; index > 0; --index) {
    at = line.find(' ', at);
    if (at == std::string::npos) return {};
    ++at;
  }
  return line.substr(at, line.find(' ', at) - at);
}

// The fields of `lines`, each line with its CRLF.
Fields parse_fields(std::string_view lines) {
  Fields fields;
  while (!lines.empty()) {
    std::size_t end = lines.find("\r\n");
    std::string_view line = lines.substr(0, end);
    std::size_t colon = line.find(':');
    if (end == std::string_view::npos || colon == std::string_view::npos || colon == 0 ||
        line.find('\n') != std::string_view::npos)
      throw std::runtime_error("no field: '" + std::string(line) + "'");
    fields.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
    lines.remove_prefix(end + 2);
  }
  return fields;
}

Message read_head(Socket& socket) {
  auto head = socket.read_until("\r\n\r\n");
  return parse_head(head);
}

// Reads `count` bytes into the body; false where the connection ends before.
bool read_bytes(Socket& socket, std::string& body, std::size_t count) {
  while (socket.buffer().size() < count && socket.more()) {
  }
  bool whole = socket.buffer().size() >= count;
  body += socket.take(std::min(count, socket.buffer().size()));
  return whole;
}

// Reads a line into `line`, without its CRLF; false where the connection ends before.
bool read_line(Socket& socket, std::string& line) {
  std::size_t at = 0;
  while ((at = socket.buffer().find("\r\n")) == std::string::npos) {
    if (!socket.more()) return false;
  }
  line = socket.take(at + 2);
  line.resize(at);
  return true;
}

bool read_chunks(Socket& socket, Message& message) {
  std::string line;
  for (;;) {
    if (!read_line(socket, line)) return false;
    if (line.empty() || line.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
      throw std::runtime_error("no chunk size: '" + line + "'");
    std::size_t size = std::stoull(line, nullptr, 16);
    if (size == 0) break;
    if (!read_bytes(socket, message.body, size)) return false;
    std::string frame;
    if (!read_bytes(socket, frame, 2)) return false;
    if (frame != "\r\n") throw std::runtime_error("no CRLF behind a chunk");
  }
  std::string lines;
  for (;;) {
    if (!read_line(socket, line)) return false;
    if (line.empty()) break;
    lines += line + "\r\n";
  }
  message.trailers = parse_fields(lines);
  return true;
}

// Reads a body that its head frames; false where the head does not.
bool read_framed_body(Socket& socket, Message& message) {
  bool has_length = message.fields.has("Content-Length");
  if (message.fields.has("Transfer-Encoding")) {
    if (has_length) throw std::runtime_error("Content-Length beside Transfer-Encoding");
    if (message.fields.value("Transfer-Encoding") != "chunked")
      throw std::runtime_error("not chunked: " + message.fields.value("Transfer-Encoding"));
    message.chunked = true;
    message.complete = read_chunks(socket, message);
    return true;
  }
  if (!has_length) return false;
  std::size_t length = std::stoull(message.fields.value("Content-Length"));
  message.complete = read_bytes(socket, message.body, length);
  return true;
}

}  // namespace

void Fields::add(std::string name, std::string value) {
  all_.emplace_back(std::move(name), std::move(value));
}

std::vector<std::string> Fields::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : all_) {
    if (same_name(key, name)) found.push_back(value);
  }
  return found;
}

std::string Fields::value(std::string_view name) const {
  auto found = values(name);
  if (found.size() > 1) throw std::runtime_error("twice: " + std::string(name));
  return found.empty() ? std::string() : found.front();
}

int Message::status() const { return std::stoi(word(start_line, 1)); }

std::string Message::reason() const {
  std::size_t at = start_line.find(' ', start_line.find(' ') + 1);
  return at == std::string::npos ? std::string() : start_line.substr(at + 1);
}

std::string Message::method() const { return word(start_line, 0); }
std::string Message::target() const { return word(start_line, 1); }

Message parse_head(std::string_view head) {
  std::size_t end = head.find("\r\n");
  if (!head.ends_with("\r\n\r\n") || end == 0)
    throw std::runtime_error("no head: '" + std::string(head) + "'");
  Message message;
  message.start_line = head.substr(0, end);
  message.fields = parse_fields(head.substr(end + 2, head.size() - end - 4));
  return message;
}

Message read_request_head(Socket& socket) { return read_head(socket); }

Message read_request(Socket& socket) {
  Message message = read_head(socket);
  if (!read_framed_body(socket, message)) message.complete = true;
  return message;
}

Message read_response_head(Socket& socket) {
  Message message = read_head(socket);
  if (!message.start_line.starts_with("HTTP/1.") || message.start_line.size() < 13)
    throw std::runtime_error("no status line: '" + message.start_line + "'");
  return message;
}

void read_response_body(Socket& socket, Message& message, std::string_view method) {
  int status = message.status();
  if (method == "HEAD" || status < 200 || status == 204 || status == 304) {
    message.complete = true;
    return;
  }
  if (read_framed_body(socket, message)) return;
  message.body = socket.read_to_end();
  message.complete = socket.end() == End::kFin;
}

Message read_response(Socket& socket, std::string_view method) {
  std::vector<Message> interim;
  for (;;) {
    Message message = read_response_head(socket);
    if (message.status() < 200 && message.status() != 101) {
      interim.push_back(std::move(message));
      continue;
    }
    read_response_body(socket, message, method);
    message.interim = std::move(interim);
    return message;
  }
}

std::string chunk(std::string_view body) {
  char size[20];
  std::snprintf(size, sizeof(size), "%zx\r\n", body.size());
  return size + std::string(body) + "\r\n";
}

}  // namespace weir::support
