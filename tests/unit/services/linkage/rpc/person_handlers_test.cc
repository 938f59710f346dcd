#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "libs/base/status.h"
#include "libs/storage/memory_store.h"
#include "tests/support/linkage_world.h"

namespace safehaven::linkage {
namespace {

using testing::IsEmpty;
using testing_support::FakeClock;
using testing_support::FakeRandomness;

class PersonHandlersTest : public testing::Test {
 protected:
  PersonHandlersTest() {
    EXPECT_TRUE(service_.Follow().ok());
    EXPECT_TRUE(service_.runner.Start().ok());
    std::vector<v1::IdentityRow> registered;
    for (uint32_t person = 0; person < 20; ++person) registered.push_back(RegisterRow(1000 + person, person));
    registered[19].set_commissioner("ZC2");
    Load(service_, "gp", registered, 'a');
    EXPECT_EQ(LinkAll(service_, 1).error_reason(), "");
    persons_ = PersonsByToken(service_);
  }

  v1::ResolvePersonsRequest Request(const std::vector<uint32_t>& people, const Question& question,
                                    const std::function<void(Warrant&)>& change = {}) {
    v1::ResolvePersonsRequest request;
    *request.mutable_warrant() = consent_.Permit(question, "costing", change);
    *request.mutable_question() = QuestionToProto(question);
    request.set_crosswalk_revision(1);
    for (const uint32_t person : people) request.add_persons(persons_.at(1000 + person));
    return request;
  }
  absl::StatusOr<v1::ResolvePersonsResponse> Resolve(const v1::ResolvePersonsRequest& request) {
    return service_.handlers.persons.ResolvePersons(service_.CallFrom("costing"), request);
  }
  std::string Reason(const v1::ResolvePersonsRequest& request) { return ReasonOf(Resolve(request).status()); }

  MemoryStore store_;
  FakeClock clock_;
  FakeRandomness randomness_{1};
  FakeConsent consent_{clock_, '1'};
  LinkageService service_{store_, consent_, clock_, randomness_};
  std::map<uint64_t, PersonNumber> persons_;
};

TEST_F(PersonHandlersTest, PseudonymsAreOfTheWarrantsDomain) {
  const auto first = Resolve(Request({3, 4}, RecordsQuestion()));
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(first->pseudonyms_size(), 2);
  EXPECT_NE(first->pseudonyms(0), first->pseudonyms(1));
  EXPECT_THAT(first->sealed_nhs_numbers(), IsEmpty());
  const auto again = Resolve(Request({4}, RecordsQuestion()));
  EXPECT_EQ(again->pseudonyms(0), first->pseudonyms(1)) << "the same person in the same domain";
  const auto other = Resolve(Request({4}, RecordsQuestion(), [](Warrant& w) { w.pseudonym_domain = "another|ZC1|1"; }));
  EXPECT_NE(other->pseudonyms(0), first->pseudonyms(1));
}

TEST_F(PersonHandlersTest, NumbersAreSealedToTheEnvironmentsKey) {
  ASSERT_GE(sodium_init(), 0);
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0'), secret_key(crypto_box_SECRETKEYBYTES, '\0');
  crypto_box_keypair(reinterpret_cast<unsigned char*>(public_key.data()),
                     reinterpret_cast<unsigned char*>(secret_key.data()));
  const Question question = RecordsQuestion(Identifiability::kIdentifiable);
  const auto response = Resolve(Request({5}, question, [&](Warrant& w) { w.environment_key = public_key; }));
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->sealed_nhs_numbers_size(), 1);
  const std::string& box = response->sealed_nhs_numbers(0);
  std::string digits(box.size() - crypto_box_SEALBYTES, '\0');
  ASSERT_EQ(crypto_box_seal_open(reinterpret_cast<unsigned char*>(digits.data()),
                                 reinterpret_cast<const unsigned char*>(box.data()), box.size(),
                                 reinterpret_cast<const unsigned char*>(public_key.data()),
                                 reinterpret_cast<const unsigned char*>(secret_key.data())),
            0);
  EXPECT_EQ(digits, TestNumber(5).ToDigits());
  EXPECT_THAT(Resolve(Request({5}, question))->sealed_nhs_numbers(), IsEmpty()) << "no key, no numbers";
  EXPECT_THAT(Resolve(Request({5}, RecordsQuestion(), [&](Warrant& w) { w.environment_key = public_key; }))
                  ->sealed_nhs_numbers(),
              IsEmpty())
      << "a key alone is not enough";
}

TEST_F(PersonHandlersTest, AnObjectorIsRefusedAndTheOthersAreNot) {
  consent_.Object("national", {TestNumber(3)});
  ASSERT_TRUE(service_.Follow().ok());
  EXPECT_EQ(Reason(Request({3, 4}, RecordsQuestion())), "PERSON_EXCLUDED");
  EXPECT_EQ(Reason(Request({4}, RecordsQuestion())), "") << "the twin";
  const auto waived = [](Warrant& w) { w.objections = {{.source = "*", .sets = {}, .mode = ObjectionMode::kIgnore}}; };
  EXPECT_EQ(Reason(Request({3}, RecordsQuestion(), waived)), "") << "waived by a dated decision";
  const auto stripped = [](Warrant& w) { w.objections[0].mode = ObjectionMode::kStripIdentifiers; };
  EXPECT_EQ(Reason(Request({3}, RecordsQuestion(), stripped)), "PERSON_EXCLUDED");
  const auto one_source = [](Warrant& w) {
    w.objections = {{.source = "acute", .sets = {"national"}},
                    {.source = "gp", .sets = {}, .mode = ObjectionMode::kIgnore}};
  };
  EXPECT_EQ(Reason(Request({3}, RecordsQuestion(), one_source)), "") << "the register's records stay";
  const auto unknown = [](Warrant& w) { w.objections = {{.source = "community", .sets = {}}}; };
  EXPECT_EQ(Reason(Request({3}, RecordsQuestion(), unknown)), "PERSON_EXCLUDED") << "what no rule speaks of";
  const auto unseen = [](Warrant& w) { w.objections[0].sets = {"programme:another"}; };
  EXPECT_EQ(Reason(Request({4}, RecordsQuestion(), unseen)), "EXCLUSION_SET_NOT_LOADED");
}

TEST_F(PersonHandlersTest, AnObjectionThatIsNotAppliedYetStopsTheAnswer) {
  consent_.Object("national", {TestNumber(3)});
  const v1::ResolvePersonsRequest request = Request({3}, RecordsQuestion());
  EXPECT_EQ(Reason(request), "OBJECTIONS_NOT_APPLIED");
  ASSERT_TRUE(service_.Follow().ok());
  EXPECT_EQ(Reason(request), "PERSON_EXCLUDED");
}

TEST_F(PersonHandlersTest, AnObjectionAnnouncedAfterTheWarrantStopsTheAnswerUntilItIsApplied) {
  const v1::ResolvePersonsRequest request = Request({3}, RecordsQuestion());
  const v1::ResolvePersonsRequest other = Request({4}, RecordsQuestion());
  consent_.Object("national", {TestNumber(3)});
  ASSERT_TRUE(service_.link.PollConsent().ok());
  EXPECT_EQ(Reason(request), "OBJECTIONS_NOT_APPLIED");
  EXPECT_EQ(Reason(other), "OBJECTIONS_NOT_APPLIED");
  ASSERT_TRUE(service_.link.PollObjections(absl::ZeroDuration()).ok());
  EXPECT_EQ(Reason(request), "PERSON_EXCLUDED");
  EXPECT_EQ(Reason(other), "") << "the twin";
}

TEST_F(PersonHandlersTest, OnlyPersonsOfTheWarrantsPopulationAreNamed) {
  EXPECT_EQ(Reason(Request({19}, RecordsQuestion())), "PERSON_OUTSIDE_POPULATION");
  v1::ResolvePersonsRequest request = Request({}, RecordsQuestion());
  request.add_persons(9999);
  EXPECT_EQ(Reason(request), "PERSON_UNKNOWN");
  EXPECT_EQ(Reason(Request({18}, RecordsQuestion())), "") << "the twin";
}

TEST_F(PersonHandlersTest, PersonNumbersOfAnotherRevisionAreRefused) {
  v1::ResolvePersonsRequest request = Request({3}, RecordsQuestion());
  request.set_crosswalk_revision(2);
  EXPECT_EQ(Reason(request), "CROSSWALK_NOT_CURRENT");
  request.set_crosswalk_revision(1);
  EXPECT_EQ(Reason(request), "") << "the twin";
}

TEST_F(PersonHandlersTest, AWarrantIsForOneAnswer) {
  v1::ResolvePersonsRequest request = Request({3}, RecordsQuestion());
  const auto first = Resolve(request);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(Resolve(request)->pseudonyms(0), first->pseudonyms(0)) << "a retry";
  request.set_persons(0, persons_.at(1004));
  EXPECT_EQ(Reason(request), "WARRANT_USED");
}

TEST_F(PersonHandlersTest, OnlyThePresenterAndTheQuestionOfTheWarrantCount) {
  const v1::ResolvePersonsRequest request = Request({3}, RecordsQuestion());
  EXPECT_EQ(ReasonOf(service_.handlers.persons.ResolvePersons(service_.CallFrom("gateway"), request).status()),
            "WARRANT_PRESENTER");
  EXPECT_EQ(Reason(Request({3}, RecordsQuestion(), [](Warrant& w) { w.audience = "costing"; })), "WARRANT_AUDIENCE");
  v1::ResolvePersonsRequest other = request;
  other.mutable_question()->add_items("start_date");
  EXPECT_EQ(Reason(other), "WARRANT_QUESTION");
  EXPECT_EQ(Reason(request), "") << "the twin";
}

}  // namespace
}  // namespace safehaven::linkage
