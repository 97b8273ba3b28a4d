#include "config/include.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/load.h"
#include "unit/config/folder.h"

namespace weir::config {

namespace {

const std::string kMain = "listen: 8080\nupstreams: {a: \"127.0.0.1:1\"}\n";

// The errors of a folder's weir.yaml, the folder's name left out.
std::string errors_of(const Folder& folder) {
  std::string errors = load_file(folder.file("weir.yaml")).errors;
  std::string prefix = folder.file("");
  for (std::size_t at = errors.find(prefix); at != std::string::npos; at = errors.find(prefix, at))
    errors.erase(at, prefix.size());
  return errors;
}

std::vector<std::string> names_of(const Config& config) {
  std::vector<std::string> names;
  for (const RouteConfig& route : config.routes) names.push_back(route.match.name);
  return names;
}

}  // namespace

TEST_CASE("included files add to maps and lists, in order, and paths are relative to their file") {
  std::string good = std::string(WEIR_SOURCE_DIR) + "/tests/config/good/";
  Loaded loaded = load_file(good + "include.yaml");
  INFO(loaded.errors);
  REQUIRE(loaded.config);
  const Config& config = *loaded.config;
  CHECK(names_of(config) == std::vector<std::string>{"first", "second", "third", "last"});
  std::vector<std::string> listeners;
  for (const auto& listener : config.listeners) listeners.push_back(net::to_text(listener.address));
  CHECK(listeners == std::vector<std::string>{":8080", "127.0.0.1:8081", ":8082"});
  REQUIRE(config.upstreams.size() == 3);
  const upstream::PoolOptions& app = config.upstreams[0];
  REQUIRE(app.endpoints.size() == 2);
  CHECK(net::to_text(app.endpoints[1].address) == "127.0.0.1:9002");
  CHECK(app.retry.attempts == 3);
  CHECK(app.retry.on.connect);
  CHECK(app.retry.on.timeout);
  CHECK(!app.retry.on.reset);
  CHECK(app.retry.on.statuses == std::vector<unsigned>{503});
  // One bare, and one in a list.
  REQUIRE(config.upstreams[1].endpoints.size() == 2);
  CHECK(net::to_text(config.upstreams[1].endpoints[1].address) == "127.0.0.1:9005");
  // A list in one file, a map in another.
  REQUIRE(config.upstreams[2].endpoints.size() == 2);
  CHECK(net::to_text(config.upstreams[2].endpoints[1].address) == "127.0.0.1:9006");
  CHECK(config.upstreams[2].max_fails == 7);
  CHECK(config.limits.headers == 50);
  CHECK(config.limits.uri == 4'096);
  CHECK(config.pid_file == good + "conf.d/weir.pid");
  CHECK(config.access_log.path == good + "conf.d/more/log/access.log");
}

TEST_CASE("a pattern takes its files sorted by name, hidden ones left out") {
  Folder folder;
  folder.write("weir.yaml", kMain + "include: '[a-z]*.d/?.yaml'\n");
  auto route = [](const std::string& name) {
    return "routes: {name: " + name + ", path: /" + name + ", upstream: a}\n";
  };
  folder.write("x.d/b.yaml", route("b"));
  folder.write("x.d/B.yaml", route("B"));
  folder.write("x.d/a.yaml", route("a"));
  folder.write("w.d/c.yaml", route("c"));
  folder.write("x.d/.yaml", "nonsense");
  folder.write("x.d/ab.yaml", "nonsense");
  Loaded loaded = load_file(folder.file("weir.yaml"));
  INFO(loaded.errors);
  REQUIRE(loaded.config);
  CHECK(names_of(*loaded.config) == std::vector<std::string>{"c", "B", "a", "b"});
}

TEST_CASE("the characters of a pattern mean nothing in the folder of the file itself") {
  Folder folder;
  folder.write("[1]*\\/weir.yaml", kMain + "include: ['*.d/*.yaml', one.yaml]\n");
  folder.write("[1]*\\/x.d/a.yaml", "limits: {headers: 7}\n");
  folder.write("[1]*\\/one.yaml", "limits: {uri: 1k}\n");
  Loaded loaded = load_file(folder.file("[1]*\\/weir.yaml"));
  INFO(loaded.errors);
  REQUIRE(loaded.config);
  CHECK(loaded.config->limits.headers == 7);
  CHECK(loaded.config->limits.uri == 1'024);
}

TEST_CASE("a file is itself under every name") {
  Folder folder;
  folder.write("weir.yaml", kMain + "include: [link.yaml]\n");
  REQUIRE(symlink("weir.yaml", folder.file("link.yaml").c_str()) == 0);
  CHECK(errors_of(folder).starts_with(
      "weir.yaml:3:11: error: include loop: weir.yaml -> link.yaml\n"));
  folder.write("weir.yaml", kMain + "include: [a.yaml, ./a.yaml]\n");
  folder.write("a.yaml", "");
  CHECK(errors_of(folder).starts_with("weir.yaml:3:19: error: './a.yaml' is included twice\n"));
}

TEST_CASE("a longer loop is told where it closes, with its way") {
  Folder folder;
  folder.write("weir.yaml", kMain + "include: a.yaml\n");
  folder.write("a.yaml", "include: b.yaml\n");
  folder.write("b.yaml", "include: a.yaml\n");
  CHECK(errors_of(folder).starts_with(
      "b.yaml:1:10: error: include loop: a.yaml -> b.yaml -> a.yaml\n"));
}

TEST_CASE("depth, number and size of included files are bounded") {
  Folder folder;
  folder.write("weir.yaml", kMain + "include: 1.yaml\n");
  for (int i = 1; i <= 20; ++i)
    folder.write(std::to_string(i) + ".yaml", "include: " + std::to_string(i + 1) + ".yaml\n");
  CHECK(errors_of(folder) ==
        "15.yaml:1:10: error: files include each other more than 16 deep\n"
        "    1 | include: 16.yaml\n      |          ^~~~~~~\n1 error\n");

  Folder many;
  many.write("weir.yaml", kMain + "include: many/*\n");
  for (int i = 0; i < 1'005; ++i) many.write("many/" + std::to_string(i), "");
  CHECK(errors_of(many).starts_with("weir.yaml:3:10: error: more than 1000 files are included\n"));

  Folder large;
  large.write("weir.yaml", kMain + "include: large/*\n");
  for (int i = 0; i < 5; ++i)
    large.write("large/" + std::to_string(i), std::string(4 * 1024 * 1024, '#'));
  CHECK(errors_of(large).starts_with(
      "weir.yaml:3:10: error: all files together are larger than 16 MiB"));
}

TEST_CASE("many small files with as many keys are merged at once") {
  Folder folder;
  folder.write("weir.yaml", "listen: 8080\ninclude: many/*\n");
  for (int i = 0; i < 900; ++i) {
    std::string text = "upstreams:\n";
    for (int j = 0; j < 10; ++j)
      text += "  u" + std::to_string(i) + "-" + std::to_string(j) + ": \"10.0.0.1:80\"\n";
    folder.write("many/" + std::to_string(i),
                 text + "routes: [{path: /" + std::to_string(i) + ", upstream: u1-1}]\n");
  }
  Loaded loaded = load_file(folder.file("weir.yaml"));
  INFO(loaded.errors);
  REQUIRE(loaded.config);
  CHECK(loaded.config->upstreams.size() == 9'000);
  CHECK(loaded.config->routes.size() == 900);
}

TEST_CASE("what is no file, or may not be read, is told at the include") {
  Folder folder;
  folder.write("weir.yaml", kMain + "include: pipe\n");
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(errors_of(folder).starts_with(
      "weir.yaml:3:10: error: cannot include 'pipe': this is not a regular file"));
  if (geteuid() == 0) return;  // root reads everything
  folder.write("weir.yaml", kMain + "include: closed/*.yaml\n");
  REQUIRE(mkdir(folder.file("closed").c_str(), 0) == 0);
  CHECK(errors_of(folder).starts_with(
      "weir.yaml:3:10: error: cannot include 'closed/*.yaml': a folder of it cannot be read\n"));
}

}  // namespace weir::config
