#include "system/docs/session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "support/process.h"
#include "support/product.h"

namespace weir::docs {

namespace {

// The ports that pages use.
constexpr std::array<std::string_view, 5> kWritten = {"8080", "9001", "9002", "9003", "9900"};

// Shell functions that stand in front of the commands.
constexpr std::string_view kBegin = R"(set -e
exec 3>&1
lines() { cat .out.* *.log 2> /dev/null | grep -cE "$1" || true; }
# await REGEX COUNT: until there are more lines like this
await() {
  for ((n = 0; n < 2000; ++n)); do
    (($(lines "$1") <= $2)) || return 0
    sleep 0.01
  done
  echo "no line came with: $1"
  return 1
}
end() {
  for pid in $(jobs -p); do kill "$pid" 2> /dev/null || true; done
  wait || true
}
trap end EXIT
)";

// Different ports that nobody uses now.
std::vector<std::string> free_ports(std::size_t count) {
  std::vector<int> sockets;
  std::vector<std::string> ports;
  while (ports.size() < count) {
    int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockets.push_back(descriptor);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    socklen_t size = sizeof(name);
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), size) != 0 ||
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      throw std::runtime_error("cannot bind");
    ports.push_back(std::to_string(ntohs(name.sin_port)));
  }
  for (int descriptor : sockets) ::close(descriptor);
  return ports;
}

// Replaces the number `from`, where it is not part of a longer one.
void replace_number(std::string& text, std::string_view from, std::string_view to) {
  auto is_digit = [&](std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    bool whole = (at == 0 || !is_digit(at - 1)) && !is_digit(at + from.size());
    if (whole) text.replace(at, from.size(), to);
    at += whole ? to.size() : from.size();
  }
}

// Commands, each with what is to be awaited behind it.
std::string with_waits(const std::string& commands) {
  std::string out;
  std::istringstream in(commands);
  for (std::string line; std::getline(in, line);) {
    std::string command = line.substr(0, line.find("  #"));
    bool begins = command.ends_with(" &");
    bool reloads = command.starts_with("weir reload");
    std::string sign = begins ? "listening on " : "HUP: .*(as it is now|goes on as before)";
    if (begins || reloads) out += "before=$(lines '" + sign + "')\n";
    out += line + '\n';
    if (begins && command.starts_with("weir ")) out += "weir_pid=$!\n";
    if (begins || reloads) out += "await '" + sign + "' $before\n";
    if (command.starts_with("weir drain") || command.starts_with("weir stop"))
      out += "wait $weir_pid\n";
  }
  return out;
}

std::string out_name(std::size_t index) { return ".out." + std::to_string(index); }

}  // namespace

Session::Session(const Page& page) : ports_(free_ports(kWritten.size())) {
  std::string file = dir_.write(".session", script(page));
  support::Process bash({"bash", file});
  int status = bash.wait(std::chrono::minutes(2));
  if (status == 0) return;
  std::istringstream began(bash.out());
  std::size_t last = 0;
  for (std::size_t index = 0; began >> index;) last = index;
  problem_ = page.at(page.blocks.at(last)) + ": exit status " + std::to_string(status) +
             " and this:\n" + printed(last) + bash.err();
}

std::string Session::script(const Page& page) {
  std::string binaries = support::product_path("weir");
  binaries.resize(binaries.rfind('/'));
  std::string text = "cd '" + dir_.path("") + "'\nPATH=" + binaries + ":$PATH\n";
  text += kBegin;
  for (std::size_t i = 0; i < page.blocks.size(); ++i) {
    const Block& block = page.blocks[i];
    if (!block.file.empty()) {
      std::string kept = ".file." + std::to_string(i);
      dir_.write(kept, here(block.text));
      text += "cp " + kept + " " + block.file + "\n";
    }
    if (block.language != "sh" || !block.not_run.empty()) continue;
    text += "exec > " + out_name(i) + " 2>&1\necho " + std::to_string(i) + " >&3\n";
    std::string commands = here(block.text);
    if (block.exits == 0) {
      text += with_waits(commands);
    } else {
      text += "status=0\n{\n" + commands +
              "} || status=$?\n[[ $status == " + std::to_string(block.exits) + " ]]\n";
    }
  }
  return text;
}

std::string Session::printed(std::size_t index) const {
  return as_written(support::read_whole_file(dir_.path(out_name(index))));
}

std::string Session::here(std::string text) const {
  for (std::size_t i = 0; i < kWritten.size(); ++i) replace_number(text, kWritten[i], ports_[i]);
  return text;
}

std::string Session::as_written(std::string text) const {
  for (std::size_t i = 0; i < kWritten.size(); ++i) replace_number(text, ports_[i], kWritten[i]);
  return text;
}

bool is_like(const std::string& text, const std::string& pattern) {
  constexpr std::string_view kAnything = "...";
  std::size_t at = 0;
  std::size_t from = 0;
  for (std::size_t dots = pattern.find(kAnything); dots != std::string::npos;
       dots = pattern.find(kAnything, from)) {
    std::string part = pattern.substr(from, dots - from);
    std::size_t found = text.find(part, at);
    if (found == std::string::npos || (from == 0 && found != 0)) return false;
    at = found + part.size();
    from = dots + kAnything.size();
  }
  std::string rest = pattern.substr(from);
  if (from == 0) return text == pattern;
  return text.size() - at >= rest.size() && text.ends_with(rest);
}

}  // namespace weir::docs
