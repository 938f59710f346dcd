// Goal: no mutation of a file that costing reads can do more than be refused in words:
// models and their tables, inputs, ledgers, feeds, cost lines, schedules, collections.
// Method: random edits of valid files, under the address and undefined-behaviour
// sanitizers in CI; a failure must have a reason, be UTF-8 and repeat no patient's number.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/costing/collection_files.h"
#include "cli/costing/kept_run.h"
#include "cli/costing/lines_file.h"
#include "cli/costing/rerun.h"
#include "cli/costing/schedule_file.h"
#include "libs/base/utf8.h"
#include "libs/merkle/sha256.h"
#include "services/costing/core/model_yaml.h"
#include "tests/support/seed.h"
#include "tests/support/strangers_hospital.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

using testing_support::StrangersFiles;
using testing_support::StrangersHospital;
using testing_support::TempDir;

constexpr int kTextRounds = 1'500;
constexpr int kFileRounds = 60;  // a file
constexpr char kNhsNumber[] = "9990000018";

// What breaks readers: numbers at their limits, marks of the formats, bytes that are no text.
const std::vector<std::string>& Pieces() {
  static const std::vector<std::string> pieces = {
      "9223372036854775807", "-9223372036854775808", "92233720368.54775807", "1e308", "-1", "0", "0.000000001",
      "\"", "\"\"", ",", "\n", "\r", "\r\n", "\n\n", ":", "- ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "---\n",
      "...\n", "'", "#", "|", "%", "\t", std::string(1, '\0'), "\xFF", "\xC3", "\xED\xA0\x80", "\xEF\xBB\xBF",
      std::string(70'000, 'x'), "9999-12-31", "0000-00-00", "*", "~", "null", "? ", "<<: "};
  return pieces;
}

std::string Mutate(std::string text, std::mt19937_64& prng) {
  const int edits = 1 + static_cast<int>(prng() % 3);
  for (int i = 0; i < edits; ++i) {
    const size_t at = text.empty() ? 0 : prng() % text.size();
    const size_t length = std::min<size_t>(prng() % 40, text.size() - at);
    switch (prng() % 6) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(prng());
        break;
      case 1:
        text.insert(at, Pieces()[prng() % Pieces().size()]);
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(text.empty() ? 0 : prng() % text.size(), text.substr(at, length));
        break;
      case 4:
        text.resize(at);
        break;
      default:
        text.replace(at, length, Pieces()[prng() % Pieces().size()]);
    }
  }
  return text;
}

void ExpectReadable(const absl::Status& status) {
  if (status.ok()) return;
  EXPECT_FALSE(ReasonOf(status).empty()) << status;
  EXPECT_NE(status.code(), absl::StatusCode::kInternal) << status;
  EXPECT_TRUE(IsUtf8(status.message()));
  EXPECT_FALSE(absl::StrContains(status.message(), kNhsNumber));
  for (const auto& [name, value] : MetadataOf(status)) EXPECT_TRUE(IsUtf8(value)) << name;
}

class CostReadersFuzz : public ::testing::Test {
 protected:
  CostReadersFuzz() : seed_(SeedFromEnvironment()), prng_(seed_) { RecordProperty("seed", std::to_string(seed_)); }

  void Rounds(int count, const std::string& valid, const std::function<absl::Status(const std::string&)>& read) {
    ASSERT_TRUE(read(valid).ok()) << read(valid);
    for (int round = 0; round < count; ++round) {
      const std::string text = Mutate(valid, prng_);
      SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed_, ", round ", round));
      ExpectReadable(read(text));
      if (HasFailure()) return;
    }
  }

  const uint64_t seed_;
  std::mt19937_64 prng_;
  TempDir temp_;
  StrangersHospital hospital_{temp_.path()};
};

TEST_F(CostReadersFuzz, ModelsAndInputs) {
  std::string model = testing_support::kStrangersModel;
  const absl::StatusOr<FileRun> run = hospital_.Run();
  ASSERT_TRUE(run.ok());
  model.replace(model.find("{file: ledger_map.csv}"), 22, "[{cost_centre: E1, account: \"*\", to: estates, fraction: \"1\"}]");
  Rounds(kTextRounds, model, [](const std::string& text) { return costing::ParseCostModel(text).status(); });
  Rounds(kTextRounds, testing_support::kStrangersInputs,
         [&run](const std::string& text) { return ParseCostInputs(text, run->folder.model).status(); });
}

TEST_F(CostReadersFuzz, EveryFileOfARun) {
  for (const auto& [name, valid] : StrangersFiles()) {
    Rounds(kFileRounds, valid, [this, &name = name](const std::string& text) {
      hospital_.Put(name, text);
      const absl::StatusOr<FileRun> run = hospital_.Run();
      // What is costed all the same reconciles.
      if (run.ok()) {
        EXPECT_EQ(run->run.reconciliation.difference, Money(0));
      }
      return run.status();
    });
    hospital_.Put(name, valid);
  }
}

TEST_F(CostReadersFuzz, CostLinesInBothForms) {
  const absl::StatusOr<FileRun> run = hospital_.Run();
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(hospital_.Write(*run, LinesFormat::kCsv, "csv").ok());
  ASSERT_TRUE(hospital_.Write(*run, LinesFormat::kColumns, "columns").ok());
  const auto read = [](const std::string& text) { return ReadLines(text).status(); };
  Rounds(kTextRounds, hospital_.Get("csv/cost_lines.csv"), read);
  Rounds(kTextRounds, hospital_.Get("columns/cost_lines.columns"), read);
}

TEST_F(CostReadersFuzz, KeptRunsWhoseCertificateVouchesForAnything) {
  const absl::StatusOr<FileRun> run = hospital_.Run();
  ASSERT_TRUE(run.ok());
  const absl::StatusOr<Ed25519PrivateKey> key = Ed25519PrivateKey::FromSeed(std::string(32, 'k'));
  const absl::StatusOr<NoteSigner> signer = NoteSigner::Make("safehaven-cost/ZX1", NoteKeyKind::kEd25519, *key);
  ASSERT_TRUE(signer.ok());
  {
    absl::StatusOr<OutputFolder> folder = OutputFolder::Make(hospital_.Path("kept"));
    ASSERT_TRUE(folder.ok() && WriteBasis(*run, *folder).ok());
    ASSERT_TRUE(WriteRun(*run, LinesFormat::kNone, *signer, *folder).ok() && folder->Commit().ok());
  }
  ASSERT_TRUE(ReadKeptRun(hospital_.Path("kept"), "").ok());
  const std::string valid = hospital_.Get("kept/basis/run.columns");
  for (int round = 0; round < kTextRounds / 3; ++round) {
    SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed_, ", round ", round));
    const std::string columns = Mutate(valid, prng_);
    hospital_.Put("kept/basis/run.columns", columns);
    // Somebody signs what somebody changed: the hash is right and the bytes are not.
    const absl::StatusOr<std::string> note =
        SignNote(absl::StrCat("output-file ", ToHex(Sha256(columns)), " basis/run.columns\n"), *signer);
    ASSERT_TRUE(note.ok());
    hospital_.Put("kept/certificate.txt", *note);
    absl::StatusOr<FileRun> kept = ReadKeptRun(hospital_.Path("kept"), "");
    ExpectReadable(kept.status());
    if (kept.ok()) ExpectReadable(RerunOnFiles(*kept, {.model = hospital_.Path("model"), .feeds = {}}, nullptr, [](absl::string_view) {}).status());
    if (HasFailure()) return;
  }
}

TEST_F(CostReadersFuzz, SchedulesAndMarketForces) {
  Rounds(kTextRounds,
         "financial_year,department,currency_code,currency_description,activity,unit_cost_gbp,total_cost_gbp\n"
         "2024/25,EL,AA01A,\"Brain, major\",10,1234.5678,12345.68\n2024/25,EL,AA02Z,Other,*,*,99.10\n",
         [](const std::string& text) { return ParseSchedule(text).status(); });
  Rounds(kTextRounds, "provider,market_forces_factor\nZA1,1.0345\nZB1,0.98\n",
         [](const std::string& text) { return ParseMarketForces(text).status(); });
}

TEST_F(CostReadersFuzz, Collections) {
  const auto check = [this](const std::string& name) {
    return [this, name](const std::string& text) {
      hospital_.Put(name, text);
      const absl::StatusOr<CollectionReport> report = CheckCollection(hospital_.Path("collection"));
      const absl::StatusOr<SourceKeys> keys = SourceKeys::Make(std::string(kSourceSecretBytes, 'z'));
      absl::StatusOr<OutputFolder> out = OutputFolder::Make(hospital_.Path("halves"));
      if (!out.ok()) return out.status();
      const absl::Status imported = ImportCollection(hospital_.Path("collection"), *keys, *out);
      ExpectReadable(imported);
      if (report.ok()) {
        EXPECT_TRUE(IsUtf8(FaultsCsv(*report)));
      }
      return report.ok() ? imported : report.status();
    };
  };
  const absl::StatusOr<FileRun> run = hospital_.Run();
  ASSERT_TRUE(run.ok());
  hospital_.Put("input/patients.csv", absl::StrCat("record_id,nhs_number,birth_date\nS1,", kNhsNumber, ",1950-02-03\n"));
  constexpr char kPlan[] = R"(format: safehaven-collection/1
submitting_organisation: ZX1
financial_year: FY2025-26
accounts_identifier: FAA001
exclusions: {undistributed: EXCUND, unmatched: EXCUNM}
feeds:
  stays:
    type: APC
    details: patients.csv
    fields: {care_activity_identifier: record_id, nhs_number: details.nhs_number, birth_date: details.birth_date,
             point_of_delivery: point_of_delivery, episode_start: start_date, episode_end: end_date,
             episode_status: completion_status, treatment_function: "=100", hrg_episode: currency, hrg_spell: currency,
             length_of_stay: days}
)";
  Rounds(kTextRounds, kPlan, [&run](const std::string& text) {
    return ParseCollectionPlan(text, run->folder.model).status();
  });
  const absl::StatusOr<CollectionPlan> plan = ParseCollectionPlan(kPlan, run->folder.model);
  ASSERT_TRUE(plan.ok()) << plan.status();
  {
    absl::StatusOr<OutputFolder> folder = OutputFolder::Make(hospital_.Path("collection"));
    ASSERT_TRUE(folder.ok());
    const absl::Status exported = ExportCollection(*run, *plan, hospital_.Path("input"), "2026-05-01T10:00:00", *folder);
    ASSERT_TRUE(exported.ok()) << exported;
    ASSERT_TRUE(folder->Commit().ok());
  }
  for (const auto& entry : std::filesystem::directory_iterator(hospital_.Path("collection"))) {
    const std::string name = absl::StrCat("collection/", entry.path().filename().string());
    const std::string valid = hospital_.Get(name);
    for (int round = 0; round < kFileRounds; ++round) {
      SCOPED_TRACE(absl::StrCat("SAFEHAVEN_SEED=", seed_, ", ", name, ", round ", round));
      ExpectReadable(check(name)(Mutate(valid, prng_)));
      if (HasFailure()) return;
    }
    hospital_.Put(name, valid);
  }
}

}  // namespace
}  // namespace safehaven::cli
