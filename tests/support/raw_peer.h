// A TCP connection to this machine that sends what it is told, right or wrong, and
// gives up reading after ten seconds. Single-threaded.
#ifndef SAFEHAVEN_TESTS_SUPPORT_RAW_PEER_H_
#define SAFEHAVEN_TESTS_SUPPORT_RAW_PEER_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace safehaven {

class RawPeer {
 public:
  explicit RawPeer(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit = {.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  RawPeer(RawPeer&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  ~RawPeer() {
    if (fd_ >= 0) close(fd_);
  }

  bool connected() const { return connected_; }
  void Send(absl::string_view bytes) { (void)!send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // What comes until `mark` has come, or the peer closes.
  std::string ReadUntil(absl::string_view mark) {
    std::string text;
    char bytes[4096];
    while (!absl::StrContains(text, mark)) {
      const ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
      if (count <= 0) break;
      text.append(bytes, static_cast<size_t>(count));
    }
    return text;
  }
  // Everything until the peer closes.
  std::string ReadAll() { return ReadUntil(std::string("\0never", 6)); }

 private:
  int fd_;
  bool connected_ = false;
};

}  // namespace safehaven

#endif  // SAFEHAVEN_TESTS_SUPPORT_RAW_PEER_H_
