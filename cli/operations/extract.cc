#include "cli/operations/extract.h"

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/operations/objections.h"
#include "cli/operations/rejects.h"
#include "libs/base/status.h"
#include "libs/merkle/sha256.h"

namespace safehaven::cli {
namespace {

constexpr size_t kExtractBytesMax = size_t{8} << 30;
constexpr size_t kDescriptorBytesMax = 1 << 20;
// Type 1 objections are to what leaves a general practice.
constexpr absl::string_view kPracticeSource = "gp";

absl::StatusOr<SplitOptions> OptionsOf(const Session& session, const ExtractOptions& options) {
  SplitOptions split = {.demo = session.context().demo, .fault_per_mille_max = options.fault_per_mille_max};
  if (options.withhold.empty()) return split;
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(options.withhold, kExtractBytesMax));
  const absl::StatusOr<ObjectionFile> file = ParseObjections(csv, session.context().demo);
  if (!file.ok()) return WithContext(file.status(), options.withhold);
  // Whom a faulty row means cannot be known, so whose rows to withhold cannot either.
  if (!file->faults.empty()) {
    const RowFault& first = file->faults.front();
    return WithContext(InvalidArgument("WITHHOLD_FILE_FAULTY",
                                       absl::StrCat("line ", first.line, ": ", first.column, ": ", first.reason, ": ",
                                                    first.message, "; every row of a file of people to withhold must hold")),
                       options.withhold);
  }
  split.withheld = NumbersOf(*file);
  return split;
}

// The load's id in words of the source's key: what is sent follows from the file, its
// descriptor and whom it withholds. The same command resumes; another one is another load.
std::string LoadIdOf(const SourceKeys& keys, const std::string& csv, const std::string& yaml, const SplitOptions& split) {
  std::string withheld;
  for (const uint64_t number : split.withheld) absl::StrAppend(&withheld, number, "\n");
  const std::string digests = absl::StrCat(ToBytes(Sha256(csv)), ToBytes(Sha256(yaml)), ToBytes(Sha256(withheld)));
  return absl::BytesToHexString(keys.LoadId(ToBytes(Sha256(digests))));
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
  if (descriptor->source == kPracticeSource && options.withhold.empty()) {
    return WithContext(InvalidArgument("WITHHOLD_MISSING",
                                       "what a practice holds leaves it without the rows of type 1 objectors: name their "
                                       "file with --withhold (its header alone, if there are none)"),
                       options.descriptor);
  }
  const std::string path = std::filesystem::path(options.descriptor).parent_path() / descriptor->file;
  SH_ASSIGN_OR_RETURN(const std::string csv, ReadFile(path, kExtractBytesMax));
  SH_ASSIGN_OR_RETURN(const SourceKeys keys, ReadSourceKeys(session, descriptor->source, options.source_key));
  SH_ASSIGN_OR_RETURN(const SplitOptions split_options, OptionsOf(session, options));
  const std::filesystem::path folder =
      options.rejects_dir.empty() ? std::filesystem::path(options.descriptor).parent_path()
                                  : std::filesystem::path(options.rejects_dir);
  const std::string rejects_path = folder / absl::StrCat(descriptor->flow, ".rejects.csv");
  std::vector<RowFault> faults;
  const absl::StatusOr<SplitExtract> extract = Split(csv, *descriptor, keys, split_options, faults);
  SH_ASSIGN_OR_RETURN(const std::string rejects, WriteRejects(rejects_path, faults));
  if (!extract.ok()) return WithContext(AndRejects(extract.status(), rejects), path);

  const LoadPlan plan = {.approval = options.approval,
                         .program = absl::StrCat("source/", descriptor->source),
                         .descriptor = *descriptor,
                         .load = LoadIdOf(keys, csv, yaml, split_options),
                         .replaces = options.replaces};
  const absl::Status sent = SendLoad(session, plan, *extract, keys, progress);
  if (!sent.ok()) return WithContext(sent, options.descriptor);
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
