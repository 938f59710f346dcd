#include "libs/transport/tls_files.h"

#include <arpa/inet.h>

#include <cstdint>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"

namespace safehaven {
namespace {

constexpr size_t kFileSizeMax = 1 << 20;

absl::Status Missing(absl::string_view what) {
  return FailedPrecondition("TLS_KEYS_MISSING", what);
}

}  // namespace

absl::StatusOr<std::string> ReadTlsFile(const std::string& path) {
  if (path.empty()) return Missing("a TLS file is required and none was named");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Missing(absl::StrCat("cannot read ", path));
  std::string text(kFileSizeMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || text.empty() || text.size() > kFileSizeMax) {
    return Missing(absl::StrCat(path, " is empty, unreadable or larger than 1 MiB"));
  }
  return text;
}

absl::StatusOr<Certificate> ReadTlsFiles(const TlsFiles& files, bool authorities_required,
                                         absl::Time now) {
  SH_ASSIGN_OR_RETURN(const std::string certificate_pem, ReadTlsFile(files.certificate));
  SH_ASSIGN_OR_RETURN(const std::string key_pem, ReadTlsFile(files.key));
  if (authorities_required || !files.authorities.empty()) {
    SH_RETURN_IF_ERROR(ReadTlsFile(files.authorities));
  }
  SH_RETURN_IF_ERROR(CheckKeyMatches(certificate_pem, key_pem));
  SH_ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(certificate_pem));
  if (now >= certificate.not_after) {
    return FailedPrecondition("TLS_CERTIFICATE_EXPIRED",
                              absl::StrCat(files.certificate, " is past its end"));
  }
  return certificate;
}

bool IsLoopback(absl::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) return false;
  absl::string_view host = address.substr(0, colon);
  if (host == "localhost") return true;
  if (absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]")) return host == "::1";
  in_addr parsed{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &parsed) != 1) return false;
  return (ntohl(parsed.s_addr) >> 24) == 127;  // 127.0.0.0/8: RFC 1122, 3.2.1.3
}

}  // namespace safehaven
