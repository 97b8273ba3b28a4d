#include "cli/admin_client.h"

#include <optional>
#include <utility>

#include "base/arena.h"
#include "http/h1_parser.h"
#include "net/loop.h"
#include "net/socket_stream.h"
#include "net/wheel.h"

namespace weir::cli {

namespace {

constexpr base::Duration kPatience{5'000};
// Bytes queued on the stream: the request is smaller.
constexpr std::size_t kMark = 64 * 1024;
// Of an answer: a thousand endpoints are half a megabyte.
constexpr std::size_t kBodyMax = 64 * 1024 * 1024;

// One request and its answer, on a loop of its own that runs until it ended.
class Question final : public net::StreamEvents, public net::DeadlineEvents {
 public:
  Question(net::Loop& loop, std::string request)
      : loop_(loop),
        connector_(loop, kMark),
        deadline_(loop.wheel(), *this),
        request_(std::move(request)) {
    parser_.reset_response(arena_, limits_, http::Method::kGet);
  }

  base::Result<AdminAnswer> ask(const net::SocketAddress& address) {
    deadline_.set(base::after(loop_.now(), kPatience));
    stream_ = connector_.connect(address, *this);
    loop_.run();
    if (problem_) return base::Error{*problem_};
    return std::move(answer_);
  }

  void on_connected() override { stream_->write(request_); }
  void on_bytes(base::Bytes bytes) override {
    for (;;) {
      switch (parser_.next(bytes)) {
        case http::H1Step::kMore:
          return;
        case http::H1Step::kHead:
          answer_.status = parser_.response().status;
          break;
        case http::H1Step::kBody:
          answer_.body += parser_.piece();
          if (answer_.body.size() > kBodyMax) return end("the answer has no end");
          break;
        case http::H1Step::kEnd:
          return end({});
        case http::H1Step::kError:
          return end("the answer is not HTTP");
      }
    }
  }
  void on_end() override {
    if (parser_.finish() == http::H1Step::kEnd) return end({});
    end("the answer broke off");
  }
  void on_writable() override {}
  void on_error(net::StreamError error) override {
    end(error == net::StreamError::kReset ? "the answer broke off" : "nobody listens there");
  }
  void on_deadline(net::Deadline&) override { end("no answer within 5 seconds"); }

 private:
  // `problem`: none where the answer is whole.
  void end(std::optional<std::string> problem) {
    problem_ = std::move(problem);
    deadline_.clear();
    stream_.reset();
    loop_.stop();
  }

  net::Loop& loop_;
  net::SocketConnector connector_;
  net::Deadline deadline_;
  const std::string request_;
  net::StreamPtr stream_;
  base::Arena arena_{2048};
  http::HeadLimits limits_;
  http::H1Parser parser_;
  AdminAnswer answer_;
  std::optional<std::string> problem_;
};

}  // namespace

base::Result<AdminAnswer> ask_admin(const net::Address& admin, const std::string& method,
                                    const std::string& target) {
  std::string where = net::to_text(admin);
  auto addresses = net::resolve(admin);
  if (!addresses) return addresses.error();
  std::string request = method + ' ' + target +
                        " HTTP/1.1\r\nHost: " + (admin.is_unix ? "localhost" : where) +
                        "\r\nUser-Agent: weir\r\nConnection: close\r\n\r\n";
  net::Loop loop;
  auto answer = Question(loop, std::move(request)).ask(addresses.value().front());
  if (!answer) return base::Error{where + ": " + answer.error().text};
  return answer;
}

base::Result<AdminAnswer> ask_running(const config::Config& config, const std::string& path,
                                      const std::string& method, const std::string& target) {
  if (!config.admin)
    return base::Error{path + " has no admin: add 'admin: 9900' to ask the running weir there"};
  if (!config.admin->is_unix && config.admin->port == 0) {
    return base::Error{
        "the admin listener of " + path +
        " is on a port that the kernel picks: write one, to ask the running weir there"};
  }
  auto answer = ask_admin(*config.admin, method, target);
  if (!answer) return base::Error{"no weir answers by " + path + ": " + answer.error().text};
  return answer;
}

}  // namespace weir::cli
