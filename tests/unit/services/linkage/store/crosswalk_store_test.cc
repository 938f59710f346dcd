#include "services/linkage/store/crosswalk_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "services/linkage/store/exclusion_store.h"
#include "services/linkage/store/identity_rows.h"
#include "tests/support/environment_fakes.h"
#include "tests/support/linkage_people.h"

namespace safehaven::linkage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeRandomness;

const absl::Time kNever = absl::InfiniteFuture();
constexpr char kReference[] = "CAG 9-01(a)/2025";
const KeyValue kAlso = {.key = "run", .value = "published"};

// A crosswalk of `count` records, two a person.
StoredCrosswalk Sample(uint64_t revision, uint64_t count) {
  StoredCrosswalk stored;
  stored.crosswalk = {.revision = revision, .authority = kReference, .model = "model", .records = {}, .attributes = {},
                      .tombstones = {{TokenOf(count + 1), 7, TombstoneReason::kUnlinked}},
                      .events = {{PersonEventKind::kSplitFrom, 2, 1}, {PersonEventKind::kGaveTo, 1, 3}}};
  for (uint64_t i = 0; i < count; ++i) {
    const PersonNumber person = 1 + i / 2;
    stored.crosswalk.records.push_back({TokenOf(i), person});
    stored.places.push_back({.token = TokenOf(i), .person = person, .profile = i == 0 ? kNoProfile : uint32_t(i),
                             .nhs_number_given = Sensitive<uint64_t>(TestNumber(uint32_t(person)).value())});
    stored.social_without_number.push_back(i % 3 == 0);
    if (i % 2 != 0) continue;
    stored.crosswalk.attributes.push_back({.person = person, .age_band = 40, .sex = Sex::kFemale, .small_area = "E01",
                                           .practice = "Z81001",
                                           .memberships = {{"ZC1", CivilDay(100), kOpenEnd}}, .death_month = 3});
    stored.secrets.push_back({.cell_key = uint32_t(person * 11), .nhs_number = Sensitive<uint64_t>(person)});
  }
  stored.evidence = {{.profile_a = 1, .profile_b = 2, .weight = -5, .decision = Decision::kForbidden}};
  stored.next_person = count;
  stored.objection_sets = {"national"};
  return stored;
}

class CrosswalkStoreTest : public testing::Test {
 protected:
  void Publish(const StoredCrosswalk& stored) {
    ASSERT_TRUE(crosswalks_.Stage(stored, randomness_, kNever).ok());
    ASSERT_TRUE(crosswalks_.Commit(stored, {kAlso}, kNever).ok());
    ASSERT_TRUE(crosswalks_.EraseSuperseded(kReference, stored.crosswalk.revision, kNever).ok());
  }
  size_t KeyCount() {
    size_t count = 0;
    const auto snapshot = store_.TakeSnapshot(kNever);
    EXPECT_TRUE(store_.Scan("", "", **snapshot, kNever, [&count](absl::string_view, const Entry&) {
                        return ++count > 0;
                      }).ok());
    return count;
  }

  MemoryStore store_;
  FakeRandomness randomness_{1};
  CrosswalkStore crosswalks_{store_};
};

TEST_F(CrosswalkStoreTest, WhatWasPublishedIsReadBackWhole) {
  const StoredCrosswalk written = Sample(1, 5);
  Publish(written);
  const auto read = crosswalks_.ReadNewest(kReference, kNever);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->crosswalk.revision, 1u);
  EXPECT_EQ(read->crosswalk.model, "model");
  EXPECT_EQ(read->crosswalk.records, written.crosswalk.records);
  EXPECT_EQ(read->crosswalk.attributes, written.crosswalk.attributes);
  EXPECT_EQ(read->crosswalk.tombstones, written.crosswalk.tombstones);
  EXPECT_EQ(read->crosswalk.events, written.crosswalk.events);
  EXPECT_EQ(read->social_without_number, written.social_without_number);
  EXPECT_EQ(read->next_person, written.next_person);
  EXPECT_EQ(read->objection_sets, written.objection_sets);
  ASSERT_EQ(read->places.size(), 5u);
  EXPECT_EQ(read->places[0].profile, kNoProfile);
  EXPECT_EQ(read->places[4].profile, 4u);
  EXPECT_EQ(read->places[4].nhs_number_given, written.places[4].nhs_number_given);
  ASSERT_EQ(read->evidence.size(), 1u);
  EXPECT_EQ(read->evidence[0].weight, -5);
  EXPECT_EQ(read->evidence[0].decision, Decision::kForbidden);
  ASSERT_EQ(read->secrets.size(), 3u);
  EXPECT_EQ(read->secrets[2].cell_key, 33u);
  EXPECT_THAT(*crosswalks_.Authorities(kNever), ElementsAre(kReference));
}

TEST_F(CrosswalkStoreTest, AStagedRevisionDoesNotExistBeforeItIsCommitted) {
  ASSERT_TRUE(crosswalks_.Stage(Sample(1, 5), randomness_, kNever).ok());
  EXPECT_EQ(crosswalks_.ReadNewest(kReference, kNever)->crosswalk.revision, 0u);
  EXPECT_THAT(*crosswalks_.Authorities(kNever), IsEmpty());
  EXPECT_EQ(ReasonOf(crosswalks_.ReadChunk(kReference, 1, 0, kNever).status()), "CROSSWALK_NOT_PUBLISHED");
}

TEST_F(CrosswalkStoreTest, ANewAttemptLeavesNothingOfTheOneBefore) {
  ASSERT_TRUE(crosswalks_.Stage(Sample(1, 3 * kChunkRows), randomness_, kNever).ok());
  Publish(Sample(1, 5));
  const size_t keys = KeyCount();
  MemoryStore fresh;
  CrosswalkStore others(fresh);
  ASSERT_TRUE(others.Stage(Sample(1, 5), randomness_, kNever).ok());
  ASSERT_TRUE(others.Commit(Sample(1, 5), {kAlso}, kNever).ok());
  size_t expected = 0;
  const auto snapshot = fresh.TakeSnapshot(kNever);
  ASSERT_TRUE(fresh.Scan("", "", **snapshot, kNever, [&](absl::string_view, const Entry&) { return ++expected > 0; }).ok());
  EXPECT_EQ(keys, expected);
}

TEST_F(CrosswalkStoreTest, ChunksHoldEveryRecordAndPersonOnceInAnOrderThatSaysNothing) {
  const uint64_t count = kChunkRows + 10;
  Publish(Sample(1, count));
  std::vector<RecordToken> tokens;
  std::set<uint64_t> persons;
  uint32_t chunks = 1;
  for (uint32_t i = 0; i < chunks; ++i) {
    const auto chunk = crosswalks_.ReadChunk(kReference, 1, i, kNever);
    ASSERT_TRUE(chunk.ok());
    chunks = chunk->chunk_count;
    EXPECT_LE(chunk->records.persons_size(), static_cast<int>(kChunkRows));
    const std::string& bytes = chunk->records.tokens();
    for (size_t at = 0; at < bytes.size(); at += kTokenBytes) tokens.push_back(TokenFromBytes(bytes.substr(at, kTokenBytes)));
    for (const auto& person : chunk->persons.persons()) EXPECT_TRUE(persons.insert(person.person()).second);
  }
  EXPECT_EQ(chunks, 2u);
  EXPECT_EQ(persons.size(), count / 2);
  EXPECT_EQ(std::set<RecordToken>(tokens.begin(), tokens.end()).size(), count);
  size_t ascents = 0;
  for (size_t i = 1; i < tokens.size(); ++i) ascents += tokens[i - 1] < tokens[i];
  EXPECT_NEAR(static_cast<double>(ascents), static_cast<double>(count) / 2, static_cast<double>(count) / 50);
  EXPECT_EQ(ReasonOf(crosswalks_.ReadChunk(kReference, 1, 2, kNever).status()), "CHUNK_UNKNOWN");
}

TEST_F(CrosswalkStoreTest, TheTwoNewestRevisionsStayReadable) {
  for (uint64_t revision = 1; revision <= 3; ++revision) Publish(Sample(revision, 4));
  EXPECT_EQ(ReasonOf(crosswalks_.ReadChunk(kReference, 1, 0, kNever).status()), "CROSSWALK_NOT_PUBLISHED");
  EXPECT_TRUE(crosswalks_.ReadChunk(kReference, 2, 0, kNever).ok());
  EXPECT_TRUE(crosswalks_.ReadChunk(kReference, 3, 0, kNever).ok());
  EXPECT_EQ(crosswalks_.EventsBetween(kReference, 1, 3, kNever)->size(), 4u) << "two of each revision stay for good";
}

TEST_F(CrosswalkStoreTest, OnlyTheNextRevisionIsCommitted) {
  Publish(Sample(1, 4));
  EXPECT_EQ(ReasonOf(crosswalks_.Commit(Sample(3, 4), {kAlso}, kNever)), "REVISION_NOT_NEXT");
  EXPECT_EQ(ReasonOf(crosswalks_.Commit(Sample(1, 4), {kAlso}, kNever)), "REVISION_NOT_NEXT");
  EXPECT_EQ(crosswalks_.ReadNewest(kReference, kNever)->crosswalk.revision, 1u);
}

TEST_F(CrosswalkStoreTest, ACrosswalkOfNobodyIsOneEmptyChunk) {
  Publish(Sample(1, 0));
  const auto chunk = crosswalks_.ReadChunk(kReference, 1, 0, kNever);
  ASSERT_TRUE(chunk.ok());
  EXPECT_EQ(chunk->chunk_count, 1u);
  EXPECT_EQ(chunk->records.persons_size(), 0);
}

TEST(ExclusionStoreTest, WhoIsKeptOutIsReadBackWithCauses) {
  MemoryStore store;
  ExclusionStore exclusions(store);
  ExclusionSet set;
  set.crosswalk_revision = 4;
  set.persons = {{.person = 9, .reason = ExclusionReason::kHeld, .causes = Sensitive<std::vector<uint64_t>>({1, 2})}};
  ASSERT_TRUE(exclusions.Write(kReference, {{"national", set}, {"type1", {}}}, kNever).ok());
  ASSERT_TRUE(exclusions.Write("other", {{"national", {}}}, kNever).ok());
  const auto read = exclusions.Read(kReference, kNever);
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at("national").crosswalk_revision, 4u);
  ASSERT_EQ(read->at("national").persons.size(), 1u);
  EXPECT_EQ(read->at("national").persons[0].reason, ExclusionReason::kHeld);
  EXPECT_EQ(read->at("national").persons[0].causes, set.persons[0].causes);
}

}  // namespace
}  // namespace safehaven::linkage
