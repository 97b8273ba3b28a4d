#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "http/handler.h"
#include "observe/log_time.h"
#include "observe/logged.h"
#include "server/service.h"

namespace weir::observe {

// A folder of a test's own, removed with all that is in it.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-observe-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Both ends of a pipe; what was written is read without waiting.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_NONBLOCK | O_CLOEXEC) != 0) std::abort();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }

  [[nodiscard]] int in() const { return ends_[1]; }
  std::string read() {
    std::string text;
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(ends_[0], piece, sizeof(piece))) > 0;) {
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int ends_[2] = {};
};

// A request as sessions fill it in: `GET /a?b=1` from 10.1.2.3, answered 200 with five bytes.
struct Asked {
  Asked() {
    request.arena = &arena;
    request.head.method_text = "GET";
    request.head.method = http::Method::kGet;
    request.head.target = "/a?b=1";
    request.head.path = request.head.normal_path = "/a";
    request.head.authority = request.head.host = "shop.example.com";
    request.peer.address = "127.0.0.1";
    request.client = "10.1.2.3";
    request.id = "0123456789abcdef0123456789abcdef";
    request.record.status = 200;
    request.record.body_bytes_out = 5;
  }
  base::Arena arena;
  http::Request request;
};

// The same exchange, over and ready for a line of the access log.
struct Ended : Asked {
  Ended() {
    route.name = "orders";
    route.upstream = "api";
  }
  base::Arena scratch;
  server::RouteTarget route;
  LogTime time;
  Logged logged{request, route, time, 1'000'000'000, scratch};
};

}  // namespace weir::observe
