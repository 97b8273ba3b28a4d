#include "support/backend_process.h"

namespace weir::support {

namespace {

std::vector<std::string> arguments(const std::string& name, const std::vector<std::string>& listen,
                                   const std::vector<std::string>& more) {
  std::vector<std::string> all = {"--name", name};
  for (const auto& address : listen) {
    all.emplace_back("--listen");
    all.push_back(address);
  }
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

BackendProcess::BackendProcess(const std::string& name, const std::vector<std::string>& listen,
                               const std::vector<std::string>& more)
    : process_("weir-backend", arguments(name, listen, more)) {
  for (std::size_t i = 0; i < listen.size(); ++i) {
    std::string line = process_.wait_err_line("listening on ");
    addresses_.push_back(line.substr(line.rfind(' ') + 1));
  }
}

}  // namespace weir::support
