#include "support/curl.h"

#include "support/process.h"
#include "support/temp_dir.h"

namespace weir::support {

CurlResult curl(const std::vector<std::string>& arguments, Milliseconds patience) {
  TempDir dir;
  std::string heads = dir.write("heads", "");
  std::string body = dir.write("body", "");
  std::vector<std::string> command = {"curl",      "--disable", "--silent",      "--show-error",
                                      "--noproxy", "*",         "--dump-header", heads,
                                      "--output",  body};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Process process(command);
  CurlResult result;
  result.exit = process.wait(patience);
  result.error = process.err();
  result.body = read_whole_file(body);
  std::string text = read_whole_file(heads);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find("\r\n\r\n", at);
    if (end == std::string::npos) break;
    std::string head = text.substr(at, end + 4 - at);
    at = end + 4;
    // Trailers are dumped behind the head that they belong to.
    if (head.starts_with("HTTP/")) result.heads.push_back(parse_head(head));
  }
  return result;
}

}  // namespace weir::support
