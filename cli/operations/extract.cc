#include "cli/operations/extract.h"

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/operations/objections.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::cli {
namespace {

constexpr size_t kExtractBytesMax = size_t{8} << 30;
constexpr size_t kDescriptorBytesMax = 1 << 20;

absl::StatusOr<SplitOptions> OptionsOf(const Session& session, const ExtractOptions& options) {
  SplitOptions split = {.demo = session.context().demo, .fault_per_mille_max = options.fault_per_mille_max};
  if (options.withhold.empty()) return split;
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(options.withhold, kExtractBytesMax));
  const absl::StatusOr<ObjectionFile> file = ParseObjections(csv);
  if (!file.ok()) return WithContext(file.status(), options.withhold);
  split.withheld = NumbersOf(*file);
  return split;
}

// Writes the faults, if there are any; the file's path or "".
absl::StatusOr<std::string> WriteRejects(const ExtractOptions& options, const LoadDescriptor& descriptor,
                                         const std::vector<RowFault>& faults) {
  if (faults.empty()) return std::string();
  const std::filesystem::path folder =
      options.rejects_dir.empty() ? std::filesystem::path(options.descriptor).parent_path()
                                  : std::filesystem::path(options.rejects_dir);
  const std::string path = folder / absl::StrCat(descriptor.flow, ".rejects.csv");
  SH_RETURN_IF_ERROR(WriteFile(path, RejectsCsv(faults)));
  return path;
}

}  // namespace

absl::StatusOr<SourceKeys> ReadSourceKeys(const Session& session, const std::string& source, const std::string& path) {
  absl::StatusOr<std::string> text = path.empty() ? session.KeyFile(absl::StrCat("source/", source, ".key"))
                                                  : ReadFile(path, 4096);
  SH_RETURN_IF_ERROR(text);
  std::string secret;
  if (!absl::Base64Unescape(absl::StripSuffix(*text, "\n"), &secret)) {
    return InvalidArgument("SOURCE_SECRET_MALFORMED", "a source's key is 32 bytes in base64");
  }
  return SourceKeys::Make(secret);
}

absl::StatusOr<ExtractOutcome> LoadExtract(Session& session, const ExtractOptions& options,
                                           const LoadProgress& progress) {
  const absl::Time start = session.clock().Now();
  SH_ASSIGN_OR_RETURN(const std::string yaml, ReadFile(options.descriptor, kDescriptorBytesMax));
  const absl::StatusOr<LoadDescriptor> descriptor = ParseLoadDescriptor(yaml);
  if (!descriptor.ok()) return WithContext(descriptor.status(), options.descriptor);
  const std::string path = std::filesystem::path(options.descriptor).parent_path() / descriptor->file;
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(path, kExtractBytesMax));
  SH_ASSIGN_OR_RETURN(const SourceKeys keys, ReadSourceKeys(session, descriptor->source, options.source_key));
  SH_ASSIGN_OR_RETURN(const SplitOptions split_options, OptionsOf(session, options));
  std::vector<RowFault> faults;
  const absl::StatusOr<SplitExtract> extract = Split(csv, *descriptor, keys, split_options, faults);
  SH_ASSIGN_OR_RETURN(const std::string rejects, WriteRejects(options, *descriptor, faults));
  if (!extract.ok()) return WithContext(extract.status(), path);

  const LoadPlan plan = {.approval = options.approval,
                         .program = absl::StrCat("source/", descriptor->source),
                         .descriptor = *descriptor,
                         .load = absl::BytesToHexString(keys.LoadId(ToBytes(Sha256(csv)))),
                         .replaces = options.replaces};
  SH_RETURN_IF_ERROR(SendLoad(session, plan, *extract, keys, progress));
  ExtractOutcome outcome = {.dataset = descriptor->dataset,
                            .load = plan.load,
                            .read_count = extract->read_count,
                            .sent_count = extract->identities.size(),
                            .rejected_count = extract->rejected_count,
                            .withheld_count = extract->withheld_count,
                            .stripped_counts = extract->stripped_counts,
                            .rejects_file = rejects,
                            .duration = session.clock().Now() - start};
  for (const RowFault& fault : faults) ++outcome.fault_counts[fault.reason];
  return outcome;
}

}  // namespace safehaven::cli
