#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/descriptor.h"
#include "observe/error_log.h"

namespace weir::app {

// The file that says which process this is (YAML: pid_file), from when it is written until this
// goes. It stays the file of the user who wrote it, also where weir becomes another: who may write
// to it decides whom `weir stop` signals. One thread.
class PidFile {
 public:
  // Writes it, in place of what was there; a link is not followed. `errors` outlives it.
  static base::Result<std::unique_ptr<PidFile>> write(const std::string& path,
                                                      observe::ErrorLog& errors);
  // Removes it. Where the directory does not allow that the file is emptied, so that nobody is
  // signalled by it, and `errors` is told.
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

 private:
  PidFile(std::string path, net::Descriptor file, observe::ErrorLog& errors);

  const std::string path_;
  const net::Descriptor file_;
  observe::ErrorLog& errors_;
};

}  // namespace weir::app
