#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/socket.h"

namespace weir::support {

// Fields in the order in which they came. Names are compared without case.
class Fields {
 public:
  void add(std::string name, std::string value);
  // The value of the only field of this name; empty where there is none. Throws for two.
  [[nodiscard]] std::string value(std::string_view name) const;
  // All values of this name.
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return !values(name).empty(); }
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

// A request or a response as it was read.
struct Message {
  std::string start_line;  // without its CRLF
  Fields fields;
  std::string body;  // without chunk frames
  Fields trailers;
  bool chunked = false;
  // Read to the end that its framing promised; a body that the end of the connection ends is whole
  // when that was a FIN.
  bool complete = false;
  std::vector<Message> interim;  // of a response: the 1xx before it

  // Of a response.
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string reason() const;
  // Of a request.
  [[nodiscard]] std::string method() const;
  [[nodiscard]] std::string target() const;
};

// Parses a head, from its first byte to behind its empty line. Throws when it is none (a line does
// not end in CRLF, a field without a colon).
Message parse_head(std::string_view head);

// Reads one request with its body. It is not complete where the connection ends inside of the body;
// throws where it ends before.
Message read_request(Socket& socket);
// Reads the head of a request and leaves its body in the socket.
Message read_request_head(Socket& socket);

// Reads one final response, with the 1xx before it. `method` is that of the request: the answer to
// a HEAD has no body. Not complete where the connection ends inside of the body; throws where it
// ends before, and for a body that is framed wrongly.
Message read_response(Socket& socket, std::string_view method = "GET");
// Reads the head of the next response, be it interim or final.
Message read_response_head(Socket& socket);
// Reads the body of `message`, a response whose head was read, into it.
void read_response_body(Socket& socket, Message& message, std::string_view method = "GET");

// `body` as one chunk of a chunked body, and its end.
std::string chunk(std::string_view body);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace weir::support
