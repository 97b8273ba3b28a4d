#include "support/product.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <exception>

namespace weir::support {

namespace {

std::vector<std::string> command(const std::string& name, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), product_path(name));
  return arguments;
}

}  // namespace

std::string product_path(const std::string& name) {
  return std::string(WEIR_BINARY_DIR) + "/" + name;
}

Product::Product(const std::string& name, std::vector<std::string> arguments,
                 const std::vector<std::string>& environment)
    : Process(command(name, std::move(arguments)), environment), binary_(name) {}

Product::~Product() {
  if (killed_) return;
  int status = -1;
  std::string said;
  try {
    status = stop();
  } catch (const std::exception& error) {
    said = error.what();
  }
  said += err();
  bool report = said.find("Sanitizer") != std::string::npos ||
                said.find("runtime error:") != std::string::npos;
  if (status != 0 || report) {
    FAIL_CHECK(binary_ << " did not end well (exit status " << status << "): " << said);
  }
}

int Product::stop() {
  if (running()) signal(SIGTERM);
  return wait();
}

void Product::kill() {
  killed_ = true;
  signal(SIGKILL);
  wait();
}

}  // namespace weir::support
