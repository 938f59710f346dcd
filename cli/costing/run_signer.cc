#include "cli/costing/run_signer.h"

#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/costing/file_text.h"
#include "cli/keys/key_folder.h"
#include "libs/base/status.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSeedBytes = 32;

}  // namespace

absl::StatusOr<NoteSigner> RunSigner(const std::string& path, absl::string_view provider, Randomness& randomness) {
  const fs::path file(path);
  SH_ASSIGN_OR_RETURN(const KeyFolder folder, KeyFolder::Open(file.has_parent_path() ? file.parent_path().string() : "."));
  const std::string name = file.filename().string();
  SH_ASSIGN_OR_RETURN(std::optional<std::string> pem, folder.Read(name));
  if (!pem) {
    SH_ASSIGN_OR_RETURN(const Ed25519PrivateKey made, Ed25519PrivateKey::FromSeed(randomness.Bytes(kSeedBytes)));
    pem = made.ToPem();
    SH_RETURN_IF_ERROR(folder.Write(name, *pem));
  }
  SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromPem(*pem));
  return NoteSigner::Make(absl::StrCat("safehaven-cost/", provider), NoteKeyKind::kEd25519, std::move(key));
}

absl::StatusOr<RunCheck> CheckRunFolder(const std::string& folder, absl::string_view public_key) {
  return CheckRunFiles(folder, public_key, "");
}

absl::StatusOr<RunCheck> CheckRunFiles(const std::string& folder, absl::string_view public_key, absl::string_view prefix) {
  SH_ASSIGN_OR_RETURN(const FileText note, FileText::Read((fs::path(folder) / "certificate.txt").string()));
  std::string key_text(public_key);
  if (key_text.empty()) {
    SH_ASSIGN_OR_RETURN(const FileText own, FileText::Read((fs::path(folder) / "certificate.pub").string()));
    key_text = std::string(own.text());
  }
  SH_ASSIGN_OR_RETURN(const NoteVerifier verifier, NoteVerifier::Parse(absl::StripSuffix(key_text, "\n")));
  SH_ASSIGN_OR_RETURN(OpenedNote opened, OpenNote(note.text(), std::vector<NoteVerifier>{verifier}));
  RunCheck check = {.text = std::move(opened.text), .signer = opened.signatures.front().name, .changed = {}};
  for (const absl::string_view line : absl::StrSplit(check.text, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
    if (words.size() != 3 || words[0] != "output-file" || !absl::StartsWith(words[2], prefix)) continue;
    const absl::StatusOr<FileText> file = FileText::Read((fs::path(folder) / std::string(words[2])).string());
    if (!file.ok() || file->Sha256Hex() != words[1]) check.changed.emplace_back(words[2]);
  }
  return check;
}

}  // namespace safehaven::cli
