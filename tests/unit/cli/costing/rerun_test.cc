// Goal: a run that kept its basis is there again without its inputs; a rerun on it is the
// run that the same model and inputs give, shows every difference first, and refuses what
// it cannot stand for.
#include "cli/costing/rerun.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/costing/kept_run.h"
#include "cli/costing/run_book.h"
#include "libs/base/status.h"
#include "tests/support/strangers_hospital.h"
#include "tests/support/temp_dir.h"

namespace safehaven::cli {
namespace {

namespace fs = std::filesystem;
using testing_support::kStrangersModel;
using testing_support::StrangersHospital;
using testing_support::TempDir;

const absl::Time kNow = absl::FromUnixSeconds(1'780'000'000);
const FileRunProgress kQuiet = [](absl::string_view) {};

class RerunOnFilesTest : public ::testing::Test {
 protected:
  // A run of the hospital in folder "first", kept.
  void SetUp() override {
    const absl::StatusOr<FileRun> run = hospital_.Run();
    ASSERT_TRUE(run.ok()) << run.status();
    ASSERT_TRUE(Keep(*run, "first").ok());
  }
  absl::Status Keep(const FileRun& run, const std::string& name) const {
    SH_ASSIGN_OR_RETURN(OutputFolder folder, OutputFolder::Make(hospital_.Path(name)));
    SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromSeed(std::string(32, 'k')));
    SH_ASSIGN_OR_RETURN(const NoteSigner signer, NoteSigner::Make("safehaven-cost/ZX1", NoteKeyKind::kEd25519, key));
    SH_RETURN_IF_ERROR(WriteBasis(run, folder));
    SH_RETURN_IF_ERROR(WriteRun(run, LinesFormat::kNone, signer, folder));
    return folder.Commit();
  }
  absl::StatusOr<Rerun> Since(const std::string& model, const std::string& input) {
    SH_ASSIGN_OR_RETURN(FileRun before, ReadKeptRun(hospital_.Path("first"), ""));
    return RerunOnFiles(before,
                        {.model = model.empty() ? "" : hospital_.Path(model),
                         .feeds = {.input_dir = input.empty() ? "" : hospital_.Path(input)}},
                        nullptr, kQuiet);
  }
  static absl::StatusOr<NoteSigner> Publisher(char seed) {
    return NoteSigner::Make("safehaven-cost/publisher", NoteKeyKind::kEd25519, *Ed25519PrivateKey::FromSeed(std::string(32, seed)));
  }
  // Enters a run that Keep() signed.
  absl::StatusOr<Publication> Publish(const std::string& run, const std::string& book, const NoteSigner& signer) const {
    SH_ASSIGN_OR_RETURN(Ed25519PrivateKey key, Ed25519PrivateKey::FromSeed(std::string(32, 'k')));
    SH_ASSIGN_OR_RETURN(const NoteSigner trust, NoteSigner::Make("safehaven-cost/ZX1", NoteKeyKind::kEd25519, key));
    return PublishRun(hospital_.Path(run), trust.verifier().ToText(), hospital_.Path(book), signer, kNow);
  }
  void ChangeModel(const std::map<std::string, std::string>& changes) {
    std::string text = kStrangersModel;
    for (const auto& [from, to] : changes) {
      ASSERT_TRUE(absl::StrContains(text, from)) << from;
      text = absl::StrReplaceAll(text, {{from, to}});
    }
    hospital_.Put("model/model.yaml", text);
  }

  TempDir temp_;
  StrangersHospital hospital_{temp_.path()};
};

TEST_F(RerunOnFilesTest, AKeptRunIsThereAgainWithoutItsInputs) {
  const absl::StatusOr<FileRun> run = hospital_.Run();
  fs::remove_all(hospital_.Path("input"));
  fs::remove_all(hospital_.Path("model"));
  const absl::StatusOr<FileRun> kept = ReadKeptRun(hospital_.Path("first"), "");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->run.certificate.digest, run->run.certificate.digest);
  EXPECT_EQ(kept->run.event_cost_e8, run->run.event_cost_e8);
  EXPECT_EQ(kept->run.reconciliation.unmatched, run->run.reconciliation.unmatched);
  EXPECT_EQ(kept->income, run->income);
  EXPECT_EQ(kept->feeds.datasets.size(), run->feeds.datasets.size());
}

TEST_F(RerunOnFilesTest, IsTheRunOfTheSameModelAndInputs) {
  const std::vector<std::map<std::string, std::string>> changes = {
      {{"{ward: 3, laboratory: 1}", "{ward: 2, laboratory: 1}"}},
      {{"where_not: {state: [cancelled]}", "where_not: {state: [cancelled]}, factor: 3"}},
      {{"kind: relative_weight, where_not: {state: [cancelled]}", "kind: relative_weight"}},
      {{"version: 1", "version: 2"}}};
  for (const auto& change : changes) {
    ChangeModel(change);
    const absl::StatusOr<FileRun> full = hospital_.Run();
    const absl::StatusOr<Rerun> rerun = Since("model", "");
    ASSERT_TRUE(full.ok() && rerun.ok()) << full.status() << rerun.status();
    EXPECT_EQ(rerun->run.run.certificate.digest, full->run.certificate.digest) << change.begin()->second;
    EXPECT_EQ(rerun->run.run.lines.cost_e8, full->run.lines.cost_e8);
  }
}

TEST_F(RerunOnFilesTest, ShowsEveryEventCurrencyAndIndexThatDiffers) {
  ChangeModel({{"{ward: 3, laboratory: 1}", "{ward: 4}"}});
  const absl::StatusOr<Rerun> rerun = Since("model", "");
  ASSERT_TRUE(rerun.ok()) << rerun.status();
  // 100 pounds of estates go to the ward now: over 2 and 6 nights, and from tests at 1.50,
  // 2.50 and 1.00, of which the last is nobody's.
  ASSERT_EQ(rerun->difference.events.size(), 2u);
  EXPECT_EQ(rerun->difference.events[0].before.ToString(), "700.00000000");
  EXPECT_EQ(rerun->difference.events[0].after.ToString(), "725.00000000");
  ASSERT_EQ(rerun->difference.currencies.size(), 1u);
  EXPECT_EQ(rerun->difference.currencies[0].after.ToString(), "980.00000000");
  // Both went from 960 to 980 against the unit costs of before.
  ASSERT_EQ(rerun->difference.index.size(), 2u);
  EXPECT_EQ(rerun->difference.index.back().department, "");
  EXPECT_EQ(static_cast<int64_t>(*rerun->difference.index.back().before_e6), 100'000'000);
  EXPECT_EQ(static_cast<int64_t>(*rerun->difference.index.back().after_e6), 102'083'333);
  absl::StatusOr<OutputFolder> folder = OutputFolder::Make(hospital_.Path("changes"));
  ASSERT_TRUE(folder.ok() && WriteChanges(*rerun, *folder).ok() && folder->Commit().ok());
  EXPECT_TRUE(absl::StrContains(hospital_.Get("changes/changes_events.csv"), "S2,stays,EL,AA01A,700.00000000,725.00000000,25.00000000\n"));
  EXPECT_TRUE(absl::StrContains(hospital_.Get("changes/changes_index.csv"), "all,100.000000,102.083333\n"));
  EXPECT_TRUE(absl::StrContains(hospital_.Get("changes/changes_totals.csv"), "reached events,960.00000000,980.00000000,20.00000000\n"));
}

TEST_F(RerunOnFilesTest, ReadsOnlyFilesThatChanged) {
  hospital_.Put("input/gl.csv", "CC,Acc,Pounds\nE1,RENT,300.00\nW1,PAY,700.00\n");
  const absl::StatusOr<Rerun> ledger = Since("", "input");
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  EXPECT_EQ(ledger->run.run.certificate.digest, hospital_.Run()->run.certificate.digest);
  EXPECT_EQ(ledger->run.run.work.activities_weighed, 0u);
  // A month more of tests: the ward is used as before.
  hospital_.Put("input/tests.csv", absl::StrCat(hospital_.Get("input/tests.csv"), "S1,P1,2025-05-03,7,done\n"));
  const absl::StatusOr<Rerun> tests = Since("", "input");
  ASSERT_TRUE(tests.ok()) << tests.status();
  EXPECT_EQ(tests->run.run.certificate.digest, hospital_.Run()->run.certificate.digest);
  EXPECT_EQ(tests->run.run.work.activities_weighed, 1u);
  EXPECT_EQ(tests->run.run.work.activities_reused, 1u);
}

TEST_F(RerunOnFilesTest, AsksForInputsWhereTheKeptOnesDoNotDo) {
  ChangeModel({{"days_before: 7", "days_before: 8"}});
  EXPECT_EQ(ReasonOf(Since("model", "").status()), "INPUT_NEEDED");
  const absl::StatusOr<Rerun> rerun = Since("model", "input");
  ASSERT_TRUE(rerun.ok()) << rerun.status();
  EXPECT_EQ(rerun->run.run.certificate.digest, hospital_.Run()->run.certificate.digest);
  ChangeModel({{"where_not: {state: [cancelled]}", "where_not: {ward: [old]}"}});
  EXPECT_EQ(ReasonOf(Since("model", "").status()), "INPUT_NEEDED");
}

TEST_F(RerunOnFilesTest, RefusesABasisThatIsNotTheRuns) {
  EXPECT_EQ(ReasonOf(ReadKeptRun(hospital_.Path("none"), "").status()), "RUN_NOT_KEPT");
  const std::string columns = hospital_.Get("first/basis/run.columns");
  hospital_.Put("first/basis/run.columns", columns.substr(0, columns.size() - 8));
  EXPECT_EQ(ReasonOf(ReadKeptRun(hospital_.Path("first"), "").status()), "RUN_CHANGED");
  hospital_.Put("first/basis/run.columns", columns);
  hospital_.Put("first/basis/ledger.lines.csv", "cost_centre,account,description,amount,day\nE1,RENT,,1000.00,\n");
  EXPECT_EQ(ReasonOf(ReadKeptRun(hospital_.Path("first"), "").status()), "RUN_CHANGED");
}

// The certificate vouches for what it lists: a run that kept nothing has signed no basis.
TEST_F(RerunOnFilesTest, RefusesABasisThatNobodySigned) {
  hospital_.Put("first/basis/income.lines.csv.bak", "left there by somebody");
  EXPECT_EQ(ReasonOf(ReadKeptRun(hospital_.Path("first"), "").status()), "RUN_CHANGED");
  fs::remove(hospital_.Path("first/basis/income.lines.csv.bak"));
  EXPECT_TRUE(ReadKeptRun(hospital_.Path("first"), "").ok());
  const absl::StatusOr<FileRun> run = hospital_.Run();
  const absl::StatusOr<NoteSigner> signer =
      NoteSigner::Make("safehaven-cost/ZX1", NoteKeyKind::kEd25519, *Ed25519PrivateKey::FromSeed(std::string(32, 'k')));
  absl::StatusOr<OutputFolder> bare = OutputFolder::Make(hospital_.Path("bare"));
  ASSERT_TRUE(run.ok() && signer.ok() && bare.ok() && WriteRun(*run, LinesFormat::kNone, *signer, *bare).ok() && bare->Commit().ok());
  EXPECT_EQ(ReasonOf(ReadKeptRun(hospital_.Path("bare"), signer->verifier().ToText()).status()), "RUN_NOT_KEPT");
  fs::copy(hospital_.Path("first/basis"), hospital_.Path("bare/basis"));
  EXPECT_EQ(ReasonOf(ReadKeptRun(hospital_.Path("bare"), signer->verifier().ToText()).status()), "RUN_CHANGED");
}

TEST_F(RerunOnFilesTest, TwoPublishersDoNotWriteOneFile) {
  const absl::StatusOr<NoteSigner> signer = Publisher('p');
  hospital_.Put("book/000001.txt.partial", "what another one is writing");
  ASSERT_TRUE(Publish("first", "book", *signer).ok());
  EXPECT_EQ(hospital_.Get("book/000001.txt.partial"), "what another one is writing");
  EXPECT_EQ(std::distance(fs::directory_iterator(hospital_.Path("book")), fs::directory_iterator()), 2) << "nothing else is left";
}

TEST_F(RerunOnFilesTest, ARunIsPublishedIfTheKeyThatIsNamedSignedIt) {
  const absl::StatusOr<NoteSigner> signer = Publisher('p'), other = Publisher('o');
  EXPECT_FALSE(PublishRun(hospital_.Path("first"), other->verifier().ToText(), hospital_.Path("book"), *signer, kNow).ok());
  ASSERT_TRUE(Publish("first", "book", *signer).ok());
  EXPECT_FALSE(Publish("first", "book", *other).ok()) << "the book is of another publisher";
}

TEST_F(RerunOnFilesTest, PublishingIsAnActThatTheBookKeeps) {
  const absl::StatusOr<NoteSigner> signer = Publisher('p');
  const std::string book = hospital_.Path("book");
  ASSERT_TRUE(Publish("first", "book", *signer).ok());
  EXPECT_EQ(ReasonOf(Publish("first", "book", *signer).status()), "RUN_PUBLISHED");
  ChangeModel({{"{ward: 3, laboratory: 1}", "{ward: 4}"}});
  const absl::StatusOr<Rerun> rerun = Since("model", "");
  ASSERT_TRUE(rerun.ok() && Keep(rerun->run, "second").ok());
  ASSERT_TRUE(Publish("second", "book", *signer).ok());
  const auto published = ReadRunBook(book, signer->verifier().ToText());
  ASSERT_TRUE(published.ok()) << published.status();
  ASSERT_EQ(published->size(), 2u);
  EXPECT_FALSE(published->front().is_current);
  EXPECT_TRUE(published->back().is_current);
  EXPECT_EQ(published->back().supersedes, published->front().run);
  // What is superseded is there as it was, and may be published again.
  EXPECT_TRUE(ReadKeptRun(hospital_.Path("first"), "").ok());
  EXPECT_EQ(Publish("first", "book", *signer)->number, 3u);
  hospital_.Put("book/000002.txt", "");
  EXPECT_EQ(ReasonOf(ReadRunBook(book, "").status()), "BOOK_CORRUPT");
  hospital_.Put("second/pools.csv", "x");
  EXPECT_EQ(ReasonOf(Publish("second", "other", *signer).status()), "RUN_CHANGED");
}

TEST_F(RerunOnFilesTest, RefusesAnotherProvidersRun) {
  ChangeModel({{"provider: ZX1", "provider: ZX2"}});
  EXPECT_EQ(ReasonOf(Since("model", "").status()), "RUN_OTHER_PROVIDER");
}

}  // namespace
}  // namespace safehaven::cli
