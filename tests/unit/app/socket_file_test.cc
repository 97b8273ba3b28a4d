#include "app/socket_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "net/listen_socket.h"

namespace weir::app {

namespace {

// A path for a socket, removed with what lies there.
struct Place {
  Place() {
    char name[] = "/tmp/weir-socket-XXXXXX";
    directory = ::mkdtemp(name);
    path = directory + "/s";
  }
  ~Place() { std::filesystem::remove_all(directory); }
  [[nodiscard]] net::ListenSockets bind() const {
    auto bound = net::bind_all({path, 0, true}, 1);
    REQUIRE(bound.ok());
    return std::move(bound.value());
  }
  [[nodiscard]] bool is_there() const { return std::filesystem::exists(path); }

  std::string directory;
  std::string path;
};

}  // namespace

TEST_CASE("the file of a unix socket goes with its owner") {
  Place place;
  auto sockets = place.bind();
  std::optional<SocketFile> file(std::in_place, place.path);
  CHECK(place.is_there());
  file.reset();
  CHECK_FALSE(place.is_there());
}

TEST_CASE("a file that another one has bound meanwhile stays") {
  Place place;
  std::optional<net::ListenSockets> ours = place.bind();
  std::optional<SocketFile> file(std::in_place, place.path);
  ours.reset();
  // Nobody answers here any more: it is stale, and taken over.
  auto theirs = place.bind();
  file.reset();
  CHECK(place.is_there());
}

TEST_CASE("a socket file that somebody removed is not missed") {
  Place place;
  auto sockets = place.bind();
  SocketFile file(place.path);
  ::unlink(place.path.c_str());
}

}  // namespace weir::app
